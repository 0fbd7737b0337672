"""What a swarm works on."""

from __future__ import annotations

from typing import Protocol

from cyberspace.collective.ledger.space import Params, Space


class Problem(Protocol):
    """A space of settings, and what one is worth.

    Attributes:
        name: Of the problem: what differs has another name.
        space: Genes and flags.
        start: The setting that everybody begins with.
    """

    name: str
    space: Space
    start: Params

    def score(self, params: Params, seed: int) -> float:
        """What a setting is worth with a seed, higher is better; the same again for the same two.

        Raises:
            Exception: Anything, if the experiment crashes.
        """
        ...
