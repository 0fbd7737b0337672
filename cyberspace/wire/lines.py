"""What is asked and answered about a line of descent: whoever somebody was, and who stands for it now that it may have died."""

from __future__ import annotations

from typing import TypedDict

from cyberspace.wire.messages import Identity, OrganismTold

RULES = ("itself", "descendant", "relative", "lineage", "nobody", "extinct")
"""Why an organism is told: it lives; it descends from who has died; it is the nearest of kin that is known; of the same founder, it lives
nearest; nobody lived at that site in that frame; nobody of the line or the lineage is known to live."""


class LineKeys(TypedDict):
    """Keys of a `line` request."""

    space: str | None
    who: list[int] | None
    site: int | None
    tick: int | None
    founder: int | None


class LineAnswer(TypedDict):
    """The answer to `line`.

    `who` is whom the question meant (null for nobody); `organism` is it, or who stands for it, null if nobody does.  `rule` is one of
    `RULES`; `up` and `down` are the births from `who` up to the common ancestor and from there down to `organism`.
    """

    space: str
    tick: int
    who: Identity | None
    rule: str
    up: int
    down: int
    organism: OrganismTold | None
