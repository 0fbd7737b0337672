"""Seen: palettes, projections of all dimensions of space to the page, reports.  Never steps a world."""
