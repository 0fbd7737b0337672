"""Which kernels are being compiled, for who wants to show it: a first run on a machine compiles for a while before its first tick."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from numba.core import event
from numba.core.dispatcher import Dispatcher

from cyberspace.backends.cpu.part import LISTENERS, PARTS


@dataclass(frozen=True)
class Compiling:
    """A function that is about to be compiled.

    Attributes:
        name: The function, as its file calls it.
        done: Functions that have been begun before, within the same block; one that is compiled for several types counts once.
        expected: Functions that the regions of this process need in all; those of a kernel that is found on disk are not compiled.
    """

    name: str
    done: int
    expected: int


_EXPECTED: dict[Callable[..., object], None] = {}


def expect(*functions: Callable[..., object]) -> None:
    """Say that a region is going to call these kernels: what they call is expected as well."""
    for function in functions:
        if function not in _EXPECTED and (isinstance(function, Dispatcher) or function in PARTS):
            _EXPECTED[function] = None
            expect(*_named(function))


def _named(function: Callable[..., object]) -> list[Callable[..., object]]:
    """The functions that the text of one names, and thus may call."""
    text = getattr(function, "py_func", function)
    found = [cell.cell_contents for cell in text.__closure__ or ()]
    found += [text.__globals__[name] for name in text.__code__.co_names if name in text.__globals__]
    return [one for one in found if callable(one) and getattr(one, "__hash__", None)]


class _Listener(event.Listener):  # type: ignore[misc]
    """Hears of kernels from numba, and of their parts from us."""

    def __init__(self, tell: Callable[[Compiling], None]):
        self._tell = tell
        self._begun: set[Callable[..., object]] = set()

    def part(self, function: Callable[..., object]) -> None:
        if function in _EXPECTED and function not in self._begun:
            self._tell(Compiling(function.__name__, len(self._begun), len(_EXPECTED)))
            self._begun.add(function)

    def on_start(self, event: event.Event) -> None:
        if (kernel := event.data["dispatcher"]) in _EXPECTED:
            self.part(kernel)

    def on_end(self, event: event.Event) -> None:
        pass


@contextmanager
def on_compile(tell: Callable[[Compiling], None]) -> Iterator[None]:
    """Be told of every function that is compiled within the block, in the thread that compiles; nothing where all are found on disk."""
    listener = _Listener(tell)
    LISTENERS.append(listener.part)
    try:
        with event.install_listener("numba:compile", listener):
            yield
    finally:
        LISTENERS.remove(listener.part)
