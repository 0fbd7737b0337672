"""The rows of a ledger: what is proposed, what is claimed, and an experiment as it was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cyberspace.collective.budgets import Budget, steps
from cyberspace.collective.ledger.space import Value

LEASE = 15 * 60.0
"""Seconds that a claim holds if it is not renewed."""

MOST_LOST = 3
"""Times that an experiment may be lost: whoever runs it is killed each time, so it is not queued again, but closed as crashed."""

CLOSED = ("kept", "discarded", "crashed", "lost", "refused")
"""Verdicts.  kept, discarded: it ran and was judged; crashed: it ran and failed; lost: nobody closed it within its lease;
refused: it was not run."""

SCORED = ("kept", "discarded")

STATES = ("queued", "claimed", *CLOSED)

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True)
class Proposal:
    """An experiment that is to be done.

    Attributes:
        candidate: Name of what is tried.
        params: Values of genes and flags, of the ledger's space.
        parents: Candidates that it was made of; gains are paired against the first.
        operator: How it was made.
        predicted: Gain over the first parent that whoever proposes it expects, in units of the score.
        budget: What it may cost.
        techniques: Names of techniques that it uses.
        packet: The packet that suggested it.
        code, config: Hashes.
        artifacts: Hash by name ("bank", "world", ...), of what `Ledger.keep` took.
        about: Anything else, as JSON.
        retry_of: Number of the lost experiment that it repeats; -1 if it is none.
    """

    candidate: str
    params: Mapping[str, Value] = field(default_factory=dict)
    parents: tuple[str, ...] = ()
    operator: str = ""
    predicted: float | None = None
    budget: Budget = field(default_factory=lambda: steps(1))
    techniques: tuple[str, ...] = ()
    packet: str = ""
    code: str = ""
    config: str = ""
    artifacts: Mapping[str, str] = field(default_factory=dict)
    about: Mapping[str, Json] = field(default_factory=dict)
    retry_of: int = -1


@dataclass(frozen=True)
class Experiment:
    """A row: what was proposed, who claimed it, and what came of it; all that figures need.

    Attributes:
        number: Of the row, from 0 in order of writing.
        proposal: What was to be done.
        state: One of `STATES`.
        participant, hardware, host: Who claimed it; empty while it is queued.
        lease: Until when the claim holds, seconds since 1970; 0 while it is queued.
        scores: Score by seed; higher is better.
        value: What it was judged by, usually their mean; None unless kept or discarded.
        gain: Over its first parent, re-run on the same host and seeds; None where there was none.
        reason: Why it crashed or was refused, and other words.
        outcome: Artifacts that it made, hash by name.
        found: Anything else that came of it, as JSON.
        started, closed: Seconds since 1970; 0 if it was not.
    """

    number: int
    proposal: Proposal
    state: str
    participant: str = ""
    hardware: str = ""
    host: str = ""
    lease: float = 0.0
    scores: Mapping[int, float] = field(default_factory=dict)
    value: float | None = None
    gain: float | None = None
    reason: str = ""
    outcome: Mapping[str, str] = field(default_factory=dict)
    found: Mapping[str, Json] = field(default_factory=dict)
    started: float = 0.0
    closed: float = 0.0

    @property
    def candidate(self) -> str:
        """Name of what was tried."""
        return self.proposal.candidate

    @property
    def parent(self) -> str:
        """Its first parent; empty if it has none."""
        return self.proposal.parents[0] if self.proposal.parents else ""

    @property
    def scored(self) -> bool:
        """Whether it ran and was judged."""
        return self.state in SCORED


@dataclass(frozen=True)
class Claim:
    """The right to do an experiment, for as long as the lease holds.

    Attributes:
        number: Of the row.
        row: As it stood when it was claimed.
        lease: Seconds that it holds, from each renewal on.
    """

    number: int
    row: Experiment
    lease: float = LEASE
