"""The line of the inspected organism, and how it is told who stands for one that has died."""

from __future__ import annotations

from dataclasses import dataclass

from render.about import Place
from render.frames import Organism
from render.heirs import Ended

RULE = "when it dies: its eldest living child, else its nearest living kin"
"""What is told of one who is followed."""


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

    def meets(self, found: Organism, before: Organism | None, chosen: Place | None, following: bool) -> bool:
        """Take note of an answer; whether it is what is to be shown from now on.

        Args:
            found: The organism that stands for the one that was asked for.
            before: The one that is inspected; None if none is yet.
            chosen: The place that was clicked on.
            following: Whether the line is followed.
        """
        heir = found.heir
        if heir is not None and before is None and heir.place != chosen:  # the answer to an older question
            return False
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
