"""Who descends from whom, of all that live: the pruned tree of births, what it is written as, and lines of descent."""
