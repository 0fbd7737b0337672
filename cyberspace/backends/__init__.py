"""Backends: the same tick by other means; the list is in `cyberspace.backends.backend`."""
