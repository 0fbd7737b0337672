"""What people may do to a region."""
