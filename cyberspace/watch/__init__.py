"""The side of a run that answers those who watch."""
