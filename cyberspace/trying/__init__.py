"""What a person asks of a task before a world lives by it."""
