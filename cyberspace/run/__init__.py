"""A run as it lives."""
