"""Proposals by a model of all rows that the worker may see: Optuna's samplers, through the ledger's door."""

from __future__ import annotations

import numpy as np

from cyberspace.collective.ledger.sampling import suggest
from cyberspace.collective.swarm.memory import Memory
from cyberspace.collective.swarm.proposers.proposer import Idea


class Sampled:
    """Settings that a sampler suggests: "tpe" (Bergstra et al. 2011) or "cma" (Hansen and Ostermeier 2001; of numbers alone).

    Args:
        kind: Which of them.
    """

    def __init__(self, kind: str):
        self._kind = kind

    def propose(self, memory: Memory, draws: np.random.Generator) -> Idea:
        """See `Proposer`."""
        values = [(row.proposal.params, row.value) for row in memory.rows if row.value is not None]
        params = suggest(self._kind, memory.space, values, int(draws.integers(2**31)))
        return Idea({**memory.best, **params}, None, self._kind)
