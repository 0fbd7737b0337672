"""The one interface of what experiments evaluate."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from cyberspace.collective.ledger.space import Params, Space, Value


@dataclass(frozen=True)
class Outcome:
    """What came of one evaluation.

    Attributes:
        score: Higher is better.
        bank: Genomes that it ended with, as a file of organisms; empty if there are none.
        cost: Steps or seconds that it took.
        found: Other numbers.
    """

    score: float
    bank: bytes = b""
    cost: float = 0.0
    found: Mapping[str, float] = field(default_factory=dict)


class Objective(Protocol):
    """What is to be made better.

    Attributes:
        name: For people.
        space: Genes and flags that may be set.
        start: What it begins with, the baseline.
        blocks: Genes that belong together, for crossing; each gene in one block.
        config: Hash of all that it is, 64 hex digits: scores of unlike ones are never compared.
        living: Whether it has genome banks.
    """

    name: str
    space: Space
    start: Params
    blocks: Sequence[Sequence[str]]
    config: str
    living: bool

    def evaluate(self, params: Mapping[str, Value], bank: bytes, seed: int, amount: float, clock: float = math.inf) -> Outcome:
        """Run it once.

        Args:
            params: Values of all genes.
            bank: Genomes to begin with; empty for its own beginning.
            seed: Of the evaluation; equal seeds and amounts give equal outcomes.
            amount: Steps that it may take.
            clock: Seconds after which it ends before that.
        """

    def content(self) -> dict[str, object]:
        """All that it is, as JSON: `named.objective_of` makes it again."""


class Living(Objective, Protocol):
    """An objective whose candidates carry genomes."""

    def mixed(self, one: bytes, other: bytes, seed: int) -> bytes:
        """A bank of both, half of each."""

    def transplanted(
        self, params: Mapping[str, Value], bank: bytes, donor: bytes, seed: int, amount: float, clock: float = math.inf
    ) -> bytes:
        """The bank of a region after another's organisms could cross a beach into it for so many steps, or seconds."""

    def averaged(
        self,
        params: Sequence[Mapping[str, Value]],
        banks: Sequence[bytes],
        every: int,
        seed: int,
        amount: float,
        clock: float = math.inf,
    ) -> bytes:
        """A bank whose weights were averaged every so many steps while several lived apart, where shapes agree."""


def hash_of(content: object) -> str:
    """Hash of JSON, 64 hex digits; equal content gives equal hashes."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
