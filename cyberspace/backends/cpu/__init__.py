"""The laws in numba, on the cores of one CPU: the text over single sites."""
