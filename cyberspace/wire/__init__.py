"""What crosses between a run and those who watch it."""
