"""What an experiment evaluates: worlds, and synthetic ones whose truth is known."""
