"""Who is shown instead of somebody that has died, as sources answer it; see `cyberspace.watch.lines` for the rule."""

from __future__ import annotations

from dataclasses import dataclass

from render.about import Place


@dataclass(frozen=True)
class Heir:
    """Why an organism is shown that was not asked for.

    Attributes:
        who: Identity (cradle, born) of whom the question meant.
        rule: One of `cyberspace.wire.lines.RULES`.
        up: Births from `who` up to the common ancestor.
        down: Births from there down to who is shown.
        place: The place that the question was about; None if it was about an identity.
    """

    who: tuple[int, int]
    rule: str = "itself"
    up: int = 0
    down: int = 0
    place: Place | None = None

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
