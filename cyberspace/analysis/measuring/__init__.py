"""A run's record, gone through sample by sample for the measures."""
