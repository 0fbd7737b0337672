"""The story of a run: its branches over time, and marks of what was new."""
