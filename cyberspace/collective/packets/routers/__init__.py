"""Ways in which a packet finds those who can use it, behind one interface; the list of them all is `table.py`."""
