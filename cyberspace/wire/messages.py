"""What stands in the heads of a run's answers, beside `tick` and `pace`, as tables of JSON."""

from __future__ import annotations

from typing import TypedDict

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None
"""Whatever JSON can say."""


class Account(TypedDict):
    """What the coming tick gives to an organism and takes from it, if it stays as active as it is.

    `copy` and `move` are what the axis that opens then charges for each, 0 if none opens; `payoff` is what the last lesson felt like.
    """

    energy: int
    sunlight: int
    soil: int
    upkeep: int
    copy: int
    move: int
    spore_above: int
    cap: int
    payoff: int
    reproduces: bool
    moves: bool
