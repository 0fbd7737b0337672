"""The laws in JAX, on whatever device it finds."""

from cyberspace.cores import keep_xla_right

keep_xla_right()
