"""What is told of a run; this imports nothing heavy, so that viewers may know it."""

from __future__ import annotations

from dataclasses import dataclass

from cyberspace.analysis.story.marks import Mark
from cyberspace.analysis.story.muller import Muller


@dataclass(frozen=True)
class Story:
    """What happened in a run.

    Attributes:
        tick: Tick of the newest sample; -1 if there is none.
        marks: What was new, in order.
        muller: The branches of the tree of life over time.
        note: What is not known, and why; "" if nothing.
    """

    tick: int
    marks: tuple[Mark, ...]
    muller: Muller
    note: str = ""
