"""Tells `cyberspace.backends.compiling` of each kernel that numba compiles; one that was kept is loaded, and nothing is told."""

from __future__ import annotations

from contextlib import ExitStack

from numba.core import event

from cyberspace.backends.compiling import COMPILING
from cyberspace.backends.cpu.progress import Compiling, on_compile


class Watcher(event.Listener):  # type: ignore[misc]
    """Hears of every function that is compiled, numba's own included, the inner ones between begin and end of the outer ones."""

    def __init__(self) -> None:
        self._kernel = "kernels"

    def take(self, kernel: Compiling) -> None:
        """A kernel is next, or a part of one that has begun."""
        self._kernel = f"kernels: {kernel.done} of {kernel.expected} done, now {kernel.name}"
        COMPILING.go_on(self._kernel)

    def on_start(self, happened: event.Event) -> None:
        """A function begins."""
        COMPILING.begin(self._kernel)

    def on_end(self, happened: event.Event) -> None:
        """It is done."""
        COMPILING.end()


_ALWAYS = ExitStack()
"""Open for as long as the process lives."""


def watch_kernels() -> None:
    """From now on."""
    watcher = Watcher()
    _ALWAYS.enter_context(on_compile(watcher.take))  # before the watcher itself, so that it knows the name
    event.register("numba:compile", watcher)
