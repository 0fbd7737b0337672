"""The laws in numba, on the cores of one CPU: the text over single sites."""

from cyberspace.backends.cpu.kept import keep_kernels
from cyberspace.backends.cpu.watched import watch_kernels

keep_kernels()
watch_kernels()
