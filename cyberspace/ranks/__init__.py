"""Processes: what carries letters and messages between them, and how they are started."""
