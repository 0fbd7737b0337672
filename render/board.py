"""The job board of a plaza, as the viewer has it."""

from __future__ import annotations

from dataclasses import dataclass

from render.about import Place


@dataclass(frozen=True)
class Job:
    """A job on the board.

    Attributes:
        place: Its place on the board.
        kind: "table", "bits" or "hand".
        words: What is asked, in short: "0110" (a truth table) or the bits shown and expected.
        price: Tokens for a right answer.
        left: Answers that are still paid for.
    """

    place: int
    kind: str
    words: str
    price: int
    left: int


@dataclass(frozen=True)
class Giver:
    """Somebody at a vent and what it said last.

    Attributes:
        place: Place of the vent's job on the board.
        who: Its identity (cradle, born).
        at: Where it lives; None if that is not told.
        founder: Mark of its lineage.
        said: Its answers, a sign for each answer unit.
        right: Blocks of sixteen lessons of this job in which it was right.
        ancestors: Identities of its ancestors, the parent first.
    """

    place: int
    who: tuple[int, int]
    at: Place | None
    founder: int
    said: str
    right: int
    ancestors: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Jobs:
    """The job board of a space.

    Attributes:
        space: Its name.
        tick: When it stood like this.
        wallet: Tokens of the people.
        escrow: Tokens that open jobs hold.
        vents: Vents that stand, and how many of them are inhabited.
        jobs: What is asked.
        givers: Who lives at the vents and what they said, the best first.
        best: The best suppliers, with their ancestors.
    """

    space: str
    tick: int
    wallet: int
    escrow: int
    vents: tuple[int, int] = (0, 0)
    jobs: tuple[Job, ...] = ()
    givers: tuple[Giver, ...] = ()
    best: tuple[Giver, ...] = ()
