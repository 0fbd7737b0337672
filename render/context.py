"""What a field needs beside a frame, kept from frame to frame: whose colour is whose."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cyberspace.wire.protocol import Arrays
from render import palette
from render.about import SpaceAbout
from render.frames import Frame
from render.populations import NONE, Members, Populations, find

MARKED = len(palette.CATEGORIES)
"""Lineages with a colour of their own."""


@dataclass
class Lineages:
    """Which lineage has which colour: the six largest; one that stays among them keeps its colour.

    Attributes:
        slots: Founder's mark by colour; 0 for a free one.
        sizes: How many live of each mark, at the last count.
        kinds: Lineages alive at the last count.
    """

    slots: list[int] = field(default_factory=lambda: [0] * MARKED)
    sizes: dict[int, int] = field(default_factory=dict)
    kinds: int = 0

    def count(self, founders: NDArray[np.generic]) -> None:
        """Count the living by founder and hand out the colours; founders of the living, (organisms,)."""
        marks, sizes = np.unique(founders, return_counts=True)
        order = np.lexsort((marks, -sizes))[:MARKED]
        self.kinds, self.sizes = len(marks), dict(zip(marks[order].tolist(), sizes[order].tolist(), strict=True))
        self.slots = [mark if mark in self.sizes else 0 for mark in self.slots]
        for mark in self.sizes:
            if mark not in self.slots:
                tries = ((mark + k) % MARKED for k in range(MARKED))
                self.slots[next(slot for slot in tries if self.slots[slot] == 0)] = mark

    def colour(self, mark: int) -> str:
        """The colour of a lineage."""
        return palette.CATEGORIES[self.slots.index(mark)] if mark and mark in self.slots else palette.OTHERS


@dataclass
class Context:
    """What a field needs beside the frame.

    Attributes:
        space: The space that is shown.
        lineages: Colours of lineages, kept from frame to frame.
        ancestors: Colours of those who were ancestors some time ago.
        populations: Who is alike in the frame that is shown.
        members: Remembers which population each genome belongs to.
        tops: The highest value of each scalar's range, kept from frame to frame so that colours do not flicker.
    """

    space: SpaceAbout
    lineages: Lineages = field(default_factory=Lineages)
    ancestors: Lineages = field(default_factory=Lineages)
    populations: Populations = NONE
    members: Members = field(default_factory=lambda: Members(NONE))
    tops: dict[str, float] = field(default_factory=dict)

    def meet(self, frame: Frame) -> None:
        """Find who is alike in a frame that tells it."""
        if "kin" in frame.arrays:
            self.populations = find(np.asarray(frame.arrays["kin"], dtype=np.int64)[alive(frame.arrays)])
            self.members = Members(self.populations)

    def uncounted(self, frame: Frame) -> bool:
        """Whether a frame tells what was never counted."""
        ancestors = any(name.startswith("ancestor") for name in frame.arrays)
        return ("founder" in frame.arrays and not self.lineages.sizes) or (ancestors and not self.ancestors.sizes)

    def count(self, frame: Frame) -> None:
        """Count lineages, and those who descend from the same ancestor, in a frame that tells them."""
        arrays = frame.arrays
        if "founder" in arrays:
            self.lineages.count(arrays["founder"][arrays.get("energy", arrays.get("alive", arrays["founder"])) != 0])
        if (marks := next((values for name, values in arrays.items() if name.startswith("ancestor")), None)) is not None:
            self.ancestors.count(marks[marks != 0])


def alive(arrays: Arrays) -> NDArray[np.bool_]:
    """Where an organism lives, told by whichever array is there: at energy 0 an organism dies."""
    if "alive" in arrays:
        return arrays["alive"].astype(bool)
    known = arrays.get("energy", arrays.get("founder"))
    if known is None:
        raise ValueError("neither alive nor energy nor founder is there")
    return known.astype(bool)
