"""The real window, driven: what a person would do with mouse and keys, on an X server of its own, and what must come of it."""
