"""Measures of what evolved: pure functions on arrays, one idea a file, each with its source."""
