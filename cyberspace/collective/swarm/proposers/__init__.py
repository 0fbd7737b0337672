"""Who proposes experiments, one file each; the list of them all is `table.py`."""
