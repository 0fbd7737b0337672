"""Tells `cyberspace.backends.compiling` of each kernel that numba compiles; one that was kept is loaded, and nothing is told."""

from __future__ import annotations

import sys

from numba.core import event
from numba.core.caching import NullCache
from numba.core.dispatcher import Dispatcher

from cyberspace.backends.compiling import COMPILING

HERE = __package__
SHORE = f"{HERE}.shore"
"""Kernels that a world without links never asks for."""


class Watcher(event.Listener):
    """Hears of every function that is compiled, numba's own included, the inner ones between begin and end of the outer ones."""

    def __init__(self) -> None:
        self._done: set[str] = set()
        self._name = ""

    def on_start(self, happened: event.Event) -> None:
        """A function begins."""
        function = happened.data["dispatcher"].py_func
        if str(function.__module__).startswith(HERE):
            self._done.add(f"{function.__module__}.{function.__name__}")
            self._name = function.__name__
        COMPILING.begin(f"kernels: {len(self._done)} of at most {max(self._most(), len(self._done))}, {self._name}")

    def on_end(self, happened: event.Event) -> None:
        """It is done."""
        COMPILING.end()

    def _most(self) -> int:
        """Kernels that there are, as far as modules are loaded."""
        linked = any(name.startswith(SHORE) for name in self._done)
        modules = {name: module for name, module in list(sys.modules.items()) if name.startswith(f"{HERE}.")}
        return sum(
            isinstance(one, Dispatcher)
            and one.py_func.__module__ == name
            and not isinstance(getattr(one, "_cache", None), NullCache)
            for name, module in modules.items()
            if name != SHORE or linked
            for one in vars(module).values()
        )


def watch_kernels() -> None:
    """From now on."""
    event.register("numba:compile", Watcher())
