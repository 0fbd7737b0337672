"""The version: part of the identity of a run."""

__version__ = "0.1.0"
