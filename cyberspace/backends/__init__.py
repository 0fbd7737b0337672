"""The same laws by other means; the list is in `cyberspace.backends.backend`."""
