"""The version of the program; that of the laws, which is part of the identity of a run, is `cyberspace.worldfile.build.LAWS`."""

__version__ = "0.1.0"
