"""What a proposer is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from cyberspace.collective.ledger.space import Params
from cyberspace.collective.swarm.memory import Memory


@dataclass(frozen=True)
class Idea:
    """What somebody proposes to try.

    Attributes:
        params: The setting.
        predicted: Gain over the champion that is expected; None if nobody knows.
        technique: Name of how it was made.
        packet: Name of the packet that suggested it, in hex; empty if none did.
    """

    params: Params
    predicted: float | None
    technique: str
    packet: str = ""


class Proposer(Protocol):
    """Proposes experiments.  To add one: a class with this and a row in `table.py`, or any program as `cmd:PROGRAM`."""

    def propose(self, memory: Memory, draws: np.random.Generator) -> Idea:
        """What to try next, from what the worker knows."""
        ...
