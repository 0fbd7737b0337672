"""Tasks: how energy is earned.  One file each, one row each in `cyberspace.tasks.table`."""
