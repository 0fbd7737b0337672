"""What a swarm works on."""

from __future__ import annotations

from typing import Protocol

from cyberspace.collective.ledger.space import Params, Space
from cyberspace.collective.objective.objective import Objective


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


class Evaluated:
    """An objective of a pool as a problem: each score is an evaluation from its own beginning.

    Args:
        objective: What is evaluated.
        amount: Steps of an evaluation.
    """

    def __init__(self, objective: Objective, amount: float):
        self._objective, self._amount = objective, amount
        self.name = f"{objective.name}, {amount:g} steps"
        self.space, self.start = objective.space, objective.start

    def score(self, params: Params, seed: int) -> float:
        """See `Problem`."""
        return self._objective.evaluate(params, b"", seed, self._amount).score
