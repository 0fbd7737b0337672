"""Who stands for somebody that has died, and how that is told; see `cyberspace.watch.lines` for the rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from render.frames import Organism

RULE = "when it dies: its eldest living child, else its nearest living kin"
"""What is told of one who is followed."""


@dataclass(frozen=True)
class Heir:
    """Why an organism is shown that was not asked for.

    Attributes:
        who: Identity (cradle, born) of whom the question meant.
        rule: One of `cyberspace.wire.lines.RULES`.
        up: Births from `who` up to the common ancestor.
        down: Births from there down to who is shown.
    """

    who: tuple[int, int]
    rule: str = "itself"
    up: int = 0
    down: int = 0

    @property
    def words(self) -> str:
        """Who it is, as seen from whom the question meant."""
        if self.rule == "lineage":
            return "the nearest of its lineage"
        if self.up == 0:
            return {1: "its eldest living child", 2: "its eldest living grandchild"}.get(
                self.down, f"its nearest living descendant, {self.down} births on"
            )
        near = {(1, 0): "its parent", (1, 1): "its eldest living sibling"}
        return near.get((self.up, self.down), f"its nearest living kin, {self.up} births up and {self.down} down")


@dataclass(frozen=True)
class Ended:
    """An answer: nobody of a line or its lineage is known to live.

    Attributes:
        who: Identity of whom the question meant.
        tick: When that was so.
    """

    who: tuple[int, int]
    tick: int


@dataclass
class Line:
    """What is told of the line of the inspected organism.

    Attributes:
        lives: Organisms of the line that were inspected one after the other.
        words: What the inspector says of the last of them; empty if there is nothing to say.
        over: Whether the inspected organism has died and is shown as it was.
    """

    lives: int = 1
    words: str = ""
    over: bool = False

    def meets(self, found: Organism, before: Organism | None, following: bool) -> bool:
        """Take note of an answer; whether it is what is to be shown from now on.

        Args:
            found: The organism that stands for the one that was asked for.
            before: The one that is inspected; None if none is yet.
            following: Whether the line is followed.
        """
        heir = found.heir
        if heir is None or heir.rule == "itself" or heir.who == found.identity:
            return True
        if before is None:
            self.words = f"whoever was seen here has died by tick {found.tick:,}; this is {heir.words}"
            return True
        if before.identity != heir.who:  # the answer to an older question
            return False
        if following:
            self.lives, self.over = self.lives + 1, False
            self.words = f"life {self.lives:,} of the line: the last died by tick {found.tick:,}; following {heir.words}"
            return True
        self.over = True
        self.words = f"died by tick {found.tick:,}; shown as it was at tick {before.tick:,}. W follows {heir.words}"
        return False

    def leaves(self, found: Organism) -> None:
        """Take note that it lives in another space now."""
        self.over, self.words = True, f"it went to {found.space} by tick {found.tick:,}. W follows it there"

    def ends(self, ended: Ended, before: Organism | None) -> None:
        """Take note that nobody is left."""
        if before is not None and before.identity == ended.who:
            self.over = True
            self.words = f"died by tick {ended.tick:,}, the last of its line: no relative is known to live"
