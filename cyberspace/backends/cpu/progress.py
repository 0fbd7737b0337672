"""Which kernels are being compiled, for who wants to show it: a first run on a machine compiles for a while before its first tick."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from numba.core import event
from numba.core.dispatcher import Dispatcher


@dataclass(frozen=True)
class Compiling:
    """A kernel that is about to be compiled.

    Attributes:
        name: The function, as its file calls it.
        done: Functions that have been compiled or found on disk so far.
        expected: Functions that the regions of this process need in all, `done` and this one included.
    """

    name: str
    done: int
    expected: int


_EXPECTED: dict[Dispatcher, None] = {}


def expect(*kernels: Callable[..., object]) -> None:
    """Say that a region is going to call these kernels: what they call is expected as well."""
    for kernel in kernels:
        if isinstance(kernel, Dispatcher) and kernel not in _EXPECTED:
            _EXPECTED[kernel] = None
            expect(*_called(kernel))


def _called(kernel: Dispatcher) -> list[Callable[..., object]]:
    """What a kernel may call: what its text names."""
    text = kernel.py_func
    cells = dict(zip(text.__code__.co_freevars, text.__closure__ or (), strict=True))
    found = [cell.cell_contents for cell in cells.values()]
    return found + [text.__globals__[name] for name in text.__code__.co_names if name in text.__globals__]


class _Listener(event.Listener):  # type: ignore[misc]
    def __init__(self, tell: Callable[[Compiling], None]):
        self._tell = tell

    def on_start(self, event: event.Event) -> None:
        kernel = event.data["dispatcher"]
        if kernel in _EXPECTED:
            ready = sum(bool(known.overloads) for known in _EXPECTED)
            self._tell(Compiling(kernel.py_func.__name__, ready, len(_EXPECTED)))

    def on_end(self, event: event.Event) -> None:
        pass


@contextmanager
def on_compile(tell: Callable[[Compiling], None]) -> Iterator[None]:
    """Be told of every kernel that is compiled within the block, in the thread that compiles; nothing where all are found on disk."""
    with event.install_listener("numba:compile", _Listener(tell)):
        yield
