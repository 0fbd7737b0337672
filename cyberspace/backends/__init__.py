"""The same laws by other means."""
