"""Golf: the smallest artifact that predicts best, and how anybody can be sure of it."""
