"""Proposals without a model: at random, by mutation of the champion, and where packets say to go."""

from __future__ import annotations

import numpy as np

from cyberspace.collective.swarm.likeness import point, setting
from cyberspace.collective.swarm.memory import Memory, advice
from cyberspace.collective.swarm.proposers.proposer import Idea

STEP, FLIP = 0.1, 0.15
"""Standard deviation of a mutation in the unit cube, and the chance that a choice is drawn anew."""

LISTENS = 0.5
"""Chance that advice of packets is tried where there is any."""


class Random:
    """Uniform in the space."""

    def propose(self, memory: Memory, draws: np.random.Generator) -> Idea:
        """See `Proposer`."""
        return Idea(setting(memory.space, draws.random(len(memory.space))), None, "random")


class Evolve:
    """A mutation of the champion; where packets reached the worker, every other time a step that they advise."""

    def propose(self, memory: Memory, draws: np.random.Generator) -> Idea:
        """See `Proposer`."""
        at = point(memory.space, memory.best)
        told = advice(memory) if draws.random() < LISTENS else None
        if told is not None:
            step, gain, packet = told
            jitter = STEP / 4 * draws.standard_normal(len(at))
            return Idea(setting(memory.space, at + step + jitter), gain, "packet", packet.identity.hex())
        size = STEP * 2.0 ** draws.integers(-2, 2)
        moved = at + size * draws.standard_normal(len(at)) * (draws.random(len(at)) < max(0.3, 1 / max(1, len(at))))
        choices = np.array([gene.kind == "choice" for _, gene in sorted(memory.space.items())], bool)
        flipped = choices & (draws.random(len(at)) < FLIP)
        moved = np.where(choices, np.where(flipped, draws.random(len(at)), at), moved)
        return Idea(setting(memory.space, moved), _usual(memory), "evolve")


def _usual(memory: Memory) -> float | None:
    """What such a step gained lately, in the mean."""
    gains = [row.gain for row in memory.rows[-20:] if row.gain is not None and row.proposal.operator == "evolve"]
    return float(np.mean(gains)) if gains else None
