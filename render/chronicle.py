"""What the window knows of the story of a run: what is new since this person looked, and whose descendants are lit up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.story.marks import Mark
from cyberspace.analysis.story.told import Story
from render.about import SpaceAbout
from render.canvas import Rect
from render.clade import Clade
from render.clades import NAMES, Descendants
from render.frames import Answer, Frame, Frames
from render.palette import FIRST, RGB, rgb
from render.projection import Projection
from render.seen import Seen

ASK_SECONDS = 2.0
"""How often the source is asked whether there is more to tell."""

LIVE_SECONDS = 5.0
"""How long a run that goes on is watched before its record is read: what reads it takes a second to load."""

NEAR = 5
"""Pixels that the mouse may be away from a mark."""

SAID = 3
"""New marks that are told in words when they come; of more the number is told."""

DIM, DIMMED = 15, "#22262E"
"""Index in a picture, and colour, of the living that are not lit up while others are."""

NOWHERE = Rect(0, 0, 0, 0)

Tell = Callable[[str], None]


@dataclass
class Chronicle:
    """The story, as far as it was told.

    Attributes:
        seen: What this person has seen of which run; None where that is not kept.
        story: What happened.
        since: Tick up to which it was looked at before; None if it never was.
        wanted: Identity of whom the descendants are lit up of, or sought.
        descendants: Who is lit up.
        count: How many of them live in the frame that was painted last.
        first: Marks that the page passes over: the newest.
        pointer: Where the mouse is.
        plot: Where the plot of branches is drawn.
    """

    seen: Seen | None = None
    story: Story | None = None
    since: int | None = None
    wanted: tuple[int, int] | None = None
    descendants: Descendants | None = None
    count: int = 0
    first: int = 0
    pointer: tuple[int, int] = (-1, -1)
    plot: Rect = NOWHERE
    _asked: float = -np.inf
    _begun: float | None = None

    def ask(self, source: Frames, now: float) -> None:
        """Ask whether there is more to tell, now and then; of a run that goes on when it was watched for a moment."""
        if self._begun is None:
            self._begun = now
        if source.about.live and now - self._begun < LIVE_SECONDS:
            return
        if now - self._asked >= ASK_SECONDS:
            self._asked = now
            source.ask_story()

    def take(self, answer: Answer, run: str, tell: Tell) -> bool:
        """Take an answer; whether it was for the chronicle."""
        if isinstance(answer, Story):
            self._take_story(answer, run, tell)
        elif isinstance(answer, Clade):
            if (answer.cradle, answer.born) == self.wanted:
                self.descendants = Descendants(answer)
        else:
            return False
        return True

    def _take_story(self, story: Story, run: str, tell: Tell) -> None:
        before = self.story
        if before is None:
            self.since = self.seen.before(run) if self.seen is not None else None
            new, when = self.unread(story), "" if self.since is None else f" since you looked at tick {self.since:,}"
        else:
            known = set(before.marks)
            new, when = [mark for mark in story.marks if mark not in known and mark.tick > before.tick], ""
        for mark in new if len(new) <= SAID and (before is not None or self.since is not None) else ():
            tell(f"new{when}: {words(mark)}")
        if len(new) > SAID and (before is not None or self.since is not None):
            tell(f"{len(new)} things are new{when}: see the page story")
        self.story = story
        if self.seen is not None:
            self.seen.note(run, story.tick)

    def unread(self, story: Story | None = None) -> list[Mark]:
        """Marks since this person last looked; none if it never did: then all of them are."""
        story = story or self.story
        if story is None or self.since is None:
            return []
        return [mark for mark in story.marks if mark.tick > self.since]

    def point(self, kind: str, x: int, y: int) -> None:
        """Take note of where the mouse is, from an event that says so."""
        if kind in ("move", "down"):
            self.pointer = (x, y)

    def light(self, source: Frames, who: tuple[int, int] | None) -> None:
        """Light up who descends from somebody, or nobody."""
        self.wanted, self.descendants, self.count = who, None, 0
        if who is not None:
            source.ask_clade(who)

    @property
    def needs(self) -> tuple[str, ...]:
        """Quantities that tell whom to light up."""
        return NAMES if self.wanted is not None else ()

    def dim(
        self, shown: NDArray[np.uint8], frame: Frame, projection: Projection, space: SpaceAbout
    ) -> NDArray[np.uint8]:  # fmt: skip
        """A picture in which the living that are not lit up are dimmed, if any are lit up."""
        if self.descendants is None:
            return shown
        lit = self.descendants.lit(frame, space)
        self.count = int(np.count_nonzero(lit))
        there = projection.sliced(lit.astype(np.uint8))
        there = projection.reduce(there, dict.fromkeys(("mean", "max"), lambda v, a: v.max(axis=a, keepdims=True)))
        dark = (shown >= FIRST) & (projection.picture(there, 0) == 0)
        return np.where(dark, np.uint8(DIM), shown)

    def colours(self, table: list[RGB]) -> list[RGB]:
        """A picture's colours, with that of the dimmed."""
        return [*table[:DIM], rgb(DIMMED), *table[DIM + 1 :]]

    @property
    def branch(self) -> int:
        """Number of the branch that is chosen; -1 if none is."""
        branches = self.story.muller.branches if self.story is not None else ()
        return next((k for k, one in enumerate(branches) if (one.cradle, one.born) == self.wanted), -1)

    def span(self) -> tuple[int, int]:
        """First and last tick of the plot."""
        ticks = self.story.muller.ticks if self.story is not None else np.zeros(0, dtype=np.int64)
        return (int(ticks[0]), max(int(ticks[-1]), int(ticks[0]) + 1)) if len(ticks) else (0, 1)

    def x_of(self, tick: int) -> float:
        """Column of the window where a tick is in the plot."""
        first, last = self.span()
        share = min(1.0, max(0.0, (tick - first) / (last - first)))
        return self.plot.x + share * max(0, self.plot.width - 1)

    def near(self, x: int) -> list[int]:
        """Numbers of the marks near a column of the window."""
        marks = self.story.marks if self.story is not None else ()
        return [k for k, mark in enumerate(marks) if abs(self.x_of(mark.tick) - x) <= NEAR]

    def under(self, x: int, y: int) -> tuple[int, int] | None:
        """Tick and branch (-1: none) at a point of the window; None outside the plot."""
        if self.story is None or not self.plot.holds(x, y):
            return None
        first, last = self.span()
        tick = first + (x - self.plot.x) / max(1, self.plot.width - 1) * (last - first)
        height = (self.plot.bottom - 0.5 - y) / max(1, self.plot.height)
        return round(tick), self.story.muller.at(tick, height, nested=False)


def words(mark: Mark) -> str:
    """A mark in a line."""
    return f"tick {mark.tick:,}: {mark.space + ': ' if mark.space else ''}{mark.words}"
