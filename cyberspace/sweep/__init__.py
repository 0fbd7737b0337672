"""Experiments as one command: a plan, its runs, its table and its page."""
