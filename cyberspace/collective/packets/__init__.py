"""Outcomes routed to who can use them: what one experiment found, told in 512 bytes to the sites that are most like it."""
