"""The verbs of a tick: one file each, the order is in `cyberspace.law.tick`."""
