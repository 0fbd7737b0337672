"""How a simulation goes on, told in one line: refreshed in a terminal and in the cell of a notebook, now and then elsewhere."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

from cyberspace.law.state import TALLY
from cyberspace.law.universe import Universe
from cyberspace.run.local import LocalRegion
from cyberspace.run.progress import Progress


class Display(Protocol):
    """What a notebook shows under a cell."""

    def update(self, what: object) -> None:
        """Show something else instead."""


class Line:
    """A line of a notebook, as IPython shows it."""

    def __init__(self, text: str):
        self._text = text

    def __repr__(self) -> str:
        return self._text


class Cell(io.StringIO):
    """The output of a notebook's cell, as a stream that can be refreshed."""

    def __init__(self, display: Display):
        super().__init__()
        self._display = display

    def isatty(self) -> bool:
        """It can be refreshed."""
        return True

    def write(self, text: str) -> int:
        """Show a line instead of the one before."""
        if text.strip():
            self._display.update(Line(text.strip()))
        return len(text)


def notebook_cell() -> Cell | None:
    """The output of the cell that runs; None outside of a notebook."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None or not hasattr(shell, "kernel"):
        return None
    from importlib import import_module

    show = import_module("IPython.display").display
    return Cell(cast("Display", show(Line(""), display_id=True)))


@contextmanager
def shown(
    universe: Universe, regions: Sequence[LocalRegion], tick: int, last: int, wanted: bool
) -> Iterator[Callable[[], object]]:
    """What tells, between two spans of ticks, how regions go on from a tick to another; nothing if that is not wanted."""
    if not wanted:
        yield _nothing
        return
    progress = Progress(universe, tick, last, stream=notebook_cell())
    before = {region.world.region: region.counts.copy() for region in regions}

    def note() -> bool:
        return progress.note(
            {int(one.world.region): (one.tick, _since(one.counts, before[one.world.region])) for one in regions}
        )

    with progress.waiting.here():
        yield note
    if not note():
        progress.tell()
    progress.end()


def _since(counts: NDArray[np.int64], before: NDArray[np.int64]) -> NDArray[np.int64]:
    """Counts since others; who is alive is told as it is."""
    found = counts - before
    found[TALLY.index("alive")] = counts[TALLY.index("alive")]
    return found


def _nothing() -> None:
    """Tells nothing."""
