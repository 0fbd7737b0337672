"""A few workers, one problem: each proposes, claims, runs, keeps or reverts, and tells; what they find is confirmed on fresh seeds."""
