"""The laws in JAX, on whatever device it finds."""
