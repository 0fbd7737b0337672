"""What a task is, those that are built in, and how one is loaded."""
