"""Learning rules: one file each, one row each in `organisms.learning.table`."""
