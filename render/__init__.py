"""Seen: palettes, projections of seven dimensions to the page, reports.  Never steps a world."""
