"""What a pool knows, made of the ledger's rows alone: candidates, champions, arms of its bandits, pins and bans."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cyberspace.collective.budgets import one_ranking
from cyberspace.collective.ledger.rows import Experiment, Json
from cyberspace.collective.ledger.space import Params
from cyberspace.statistics import Estimate, t_interval

ROOT = "baseline"
SEALED = "sealed"
"""Operators of rows that are no proposals: the beginning, and what is reported."""

BREADTH = 12
"""Candidates that the bandit chooses among, the best by their mean."""


@dataclass
class Candidate:
    """Something that was kept.

    Attributes:
        name: By what it is: operator and hash.
        params: Its genes.
        bank: Hash of the genomes that it ended with; empty if there are none.
        parents: Names.
        operator: How it was made.
        scores: Score by public seed.
        participant: Who found it.
        number: Of its first row.
        host: Where it ran.
    """

    name: str
    params: Params
    bank: str
    parents: tuple[str, ...]
    operator: str
    participant: str
    number: int
    host: str
    scores: dict[int, float] = field(default_factory=dict)
    children: list[float] = field(default_factory=list)

    @property
    def mean(self) -> float:
        """Mean of its public scores."""
        return sum(self.scores.values()) / len(self.scores)

    @property
    def estimate(self) -> Estimate:
        """The same with its interval."""
        return t_interval(list(self.scores.values()))


@dataclass
class View:
    """A pool at a moment.

    Attributes:
        rows: All rows of one ranking of budgets.
        candidates: By name, in order of finding.
        steering: What people said: "pin:NAME", "ban:NAME", "note:...", "budget".
    """

    rows: Sequence[Experiment]
    candidates: dict[str, Candidate]
    steering: Mapping[str, Json] = field(default_factory=dict)

    @property
    def banned(self) -> set[str]:
        """Names of candidates, operators or participants that are not to be used."""
        return {key.removeprefix("ban:") for key, value in self.steering.items() if key.startswith("ban:") and value}

    @property
    def pinned(self) -> list[str]:
        """Names of candidates that people want worked on."""
        named = [key.removeprefix("pin:") for key, value in self.steering.items() if key.startswith("pin:") and value]
        return [name for name in named if name in self.candidates and name not in self.banned]

    @property
    def open(self) -> list[Candidate]:
        """Candidates that may be worked on, the best first."""
        banned = self.banned
        left = [one for one in self.candidates.values() if one.name not in banned and one.participant not in banned]
        return sorted(left, key=lambda one: (-one.mean, one.number))

    @property
    def champion(self) -> Candidate | None:
        """The best by public seeds; None before anything was scored."""
        return next(iter(self.open), None)

    @property
    def spent(self) -> int:
        """Experiments that were begun, without the beginning, what is reported, and what was refused before it ran."""
        return sum(row.proposal.operator not in (ROOT, SEALED) and row.state not in ("queued", "refused") for row in self.rows)

    def scored(self) -> list[Experiment]:
        """Rows that ran and were judged, proposals alone."""
        return [row for row in self.rows if row.scored and row.proposal.operator != SEALED]


def view_of(rows: Iterable[Experiment], steering: Mapping[str, Json] | None = None, seen: set[str] | None = None) -> View:
    """The view of rows; those of participants that are not seen, if `seen` is given, are left out (islands).

    Raises:
        InputError: If what was judged belongs to several rankings of budgets.
    """
    chosen = [row for row in rows if seen is None or row.participant in seen or row.proposal.operator in (ROOT, SEALED)]
    one_ranking(row.proposal.budget for row in chosen if row.scored)
    found: dict[str, Candidate] = {}
    for row in chosen:
        if not row.scored or row.proposal.operator == SEALED:
            continue
        parent = found.get(row.parent)
        if parent is not None and row.value is not None:
            parent.children.append(row.value)
        if row.state != "kept":
            continue
        one = found.setdefault(row.candidate, _candidate(row))
        one.scores.update(row.scores)
    return View(chosen, found, dict(steering or {}))


def _candidate(row: Experiment) -> Candidate:
    proposal = row.proposal
    return Candidate(
        row.candidate, dict(proposal.params), row.outcome.get("bank", ""), proposal.parents, proposal.operator, row.participant,
        row.number, row.host,
    )  # fmt: skip
