"""A person in a plaza: where the avatar stands, what it has in hand, and what lies around it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cyberspace.wire.protocol import BLOCKS, NAME, SIGN
from organisms.body import MAX_ANSWERS
from render.about import Place, SpaceAbout
from render.frames import Frame
from topology import NEAR_AXES

HOTBAR = ("look", "wall", "soil", "vent", "carry", "sign", "chest", "fence")
MOST_DIMENSIONS = len(NEAR_AXES)
"""Of a plaza: its near axes."""

HISTORY = 400
"""Rows of a strip that are kept."""


@dataclass
class Visit:
    """A visit to a plaza.

    Attributes:
        space: The space.
        axes: Numbers of its axes that are longer than 1, at most as many as there are near ones: (up,) down, across.
        at: Where the avatar stands.
        hand: Number in `HOTBAR`.
        layers: Layers that are shown, from the lowest on (three dimensions).
        turned: Quarter turns of the view, 0 to 3 (three dimensions).
        apart: Whether layers are drawn apart, so that none hides another (three dimensions).
        zoom: How much closer one looks than where all fits the window.
        over: Whether a wall may be built where somebody lives, who then dies.
        taken: Chest and number of the organism that is being taken out of it.
        corner: One corner of the land that is about to be fenced.
        covered: Units at the top of the view over which words lie.
        history: Founders by place, one row a tick (one dimension).
    """

    space: SpaceAbout
    axes: tuple[int, ...] = ()
    at: Place = ()
    hand: int = 0
    layers: int = 1
    turned: int = 0
    apart: bool = True
    zoom: float = 1.0
    over: bool = False
    taken: tuple[Place, int] | None = None
    corner: Place | None = None
    covered: int = 0
    history: deque[tuple[int, NDArray[np.uint32]]] = field(default_factory=lambda: deque(maxlen=HISTORY))

    def __post_init__(self) -> None:
        shape = self.space.shape
        self.axes = tuple(axis for axis, length in enumerate(shape) if length > 1)[-len(NEAR_AXES) :] or (len(shape) - 1,)
        self.at = self.at or tuple(length // 2 for length in shape)
        if self.dimensions == MOST_DIMENSIONS:
            self.layers = self.space.shape[self.axes[0]]

    @property
    def dimensions(self) -> int:
        """1, 2 or 3."""
        return len(self.axes)

    @property
    def lengths(self) -> tuple[int, int, int]:
        """Places (up, down, across)."""
        return _three(1, [self.space.shape[axis] for axis in self.axes])

    @property
    def here(self) -> tuple[int, int, int]:
        """Where the avatar stands: (up, down, across)."""
        return _three(0, [self.at[axis] for axis in self.axes])

    def place(self, up: int, down: int, across: int) -> Place:
        """The place on all axes of space."""
        found = list(self.at)
        for axis, coordinate in zip(reversed(self.axes), (across, down, up), strict=False):
            found[axis] = coordinate
        return tuple(found)

    def walk(self, frame: Frame | None, axis: int, by: int) -> bool:
        """Go along an axis of `axes` (counted from the last, -1 is across); walls and edges stop one.  Whether one went."""
        if -axis > self.dimensions:
            return False
        number = self.axes[axis]
        about = self.space.axes[number]
        there = self.at[number] + by
        if about.curled:
            there %= about.length
        if not 0 <= there < about.length:
            return False
        place = (*self.at[:number], there, *self.at[number + 1 :])
        if block_at(frame, place) == "wall":
            return False
        self.at = place
        if self.dimensions == MOST_DIMENSIONS:
            self.layers = max(self.layers, self.here[0] + 1)
        return True

    def remember(self, frame: Frame) -> None:
        """Add a row to the strip's history, if the frame is one of this space."""
        if frame.space != self.space.name or self.dimensions != 1:
            return
        if "founder" in frame.arrays and (not self.history or self.history[-1][0] != frame.tick):
            founder = frame.arrays["founder"].astype(np.uint32)
            lives = np.asarray(frame.arrays.get("energy", founder)) != 0
            self.history.append((frame.tick, np.where(lives, founder, np.uint32(0)).reshape(-1)))


def _three(flat: int, numbers: list[int]) -> tuple[int, int, int]:
    """(up, down, across) of one to three numbers, the last of which is across; `flat` where there is no such axis."""
    up, down, across = [*[flat] * (MOST_DIMENSIONS - len(numbers)), *numbers]
    return up, down, across


def block_at(frame: Frame | None, place: Place) -> str:
    """What is built at a place."""
    if frame is None or "blocks" not in frame.arrays:
        return "empty"
    return BLOCKS[int(frame.value("blocks", place)) % len(BLOCKS)]


@dataclass
class Writing:
    """A line that is being written.

    Attributes:
        what: "sign" or "name".
        text: What stands there so far.
        at: Where the sign is to stand.
    """

    what: str
    text: str = ""
    at: Place | None = None

    @property
    def most(self) -> int:
        """Characters that it may have."""
        return SIGN if self.what == "sign" else NAME


@dataclass(frozen=True)
class Dweller:
    """Who is seen at a place.

    Attributes:
        founder: Mark of the lineage.
        energy: What it holds.
        answers: Its answer units, lit or not; None where that is not known.
        performed: Bit k is set if it performs goal k of the space; 0 as well where that is not known.
    """

    founder: int
    energy: int
    answers: tuple[bool, ...] | None
    performed: int = 0


def dweller_at(frame: Frame | None, place: Place) -> Dweller | None:
    """Who lives at a place, if anybody does."""
    if frame is None or "energy" not in frame.arrays:
        return None
    energy = int(frame.value("energy", place))
    if not energy:
        return None
    founder = int(frame.value("founder", place)) if "founder" in frame.arrays else 0
    performed = int(frame.value("performed", place)) if "performed" in frame.arrays else 0
    if "answers" not in frame.arrays:
        return Dweller(founder, energy, None, performed)
    bits = int(frame.value("answers", place))
    return Dweller(founder, energy, tuple(bool(bits >> k & 1) for k in range(MAX_ANSWERS)), performed)
