"""A swarm in one process: workers take turns, so that a trial is the same again and hundreds of them take seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cyberspace.collective.ledger.ledger import Ledger
from cyberspace.collective.ledger.rows import Experiment
from cyberspace.collective.swarm.likeness import ALIKE, point
from cyberspace.collective.swarm.memory import champion_of
from cyberspace.collective.swarm.post import Office
from cyberspace.collective.swarm.problem import Problem
from cyberspace.collective.swarm.proposers.table import proposer
from cyberspace.collective.swarm.worker import Rules, Worker
from cyberspace.collective.who import Participant

CLEAN = 1_000_000
"""First of the seeds that a champion is judged on when all is over; no worker uses them."""


@dataclass(frozen=True)
class Trial:
    """What a swarm came to.

    Attributes:
        rows: Of the ledger.
        clean: Score of the champion on seeds that nobody used.
        overclaim: What was claimed of it, the mean on the common seeds, less that.
        duplicates: Share of the experiments that were too like an earlier one of anybody.
        rounds: Experiments of the busiest worker: its wall clock, where each takes as long.
    """

    rows: Sequence[Experiment]
    clean: float
    overclaim: float
    duplicates: float
    rounds: int


def simulate(problem: Problem, proposers: Sequence[str], budget: int, rules: Rules, seed: int, clean: int = 64) -> Trial:
    """Let a swarm work in turns.

    Args:
        problem: What it works on.
        proposers: One a worker.
        budget: Experiments of all together.
        rules: How it works.
        seed: Of what is drawn.
        clean: Fresh seeds that the champion is judged on at the end.
    """
    ledger = Ledger.open("swarm", "memory", problem.space)
    names = [f"w{number}" for number in range(len(proposers))]
    post = Office(names)
    workers = [
        Worker(Participant(name, "simulated"), number, ledger, problem, proposer(kind), rules, post, seed)
        for number, (name, kind) in enumerate(zip(names, proposers, strict=True))
    ]
    for turn in range(budget):
        workers[turn % len(workers)].step()
    return judged(problem, ledger.rows(), clean)


def judged(problem: Problem, rows: Sequence[Experiment], clean: int) -> Trial:
    """Judge the champion of some rows on clean seeds."""
    champion = champion_of(rows)
    params = dict(problem.start if champion is None else champion.proposal.params)
    score = float(np.mean([problem.score(params, CLEAN + seed) for seed in range(clean)]))
    claimed = champion.value if champion is not None and champion.value is not None else score
    busiest = max((sum(row.participant == name for row in rows) for name in {row.participant for row in rows}), default=0)
    return Trial(rows, score, claimed - score, duplicates(problem, rows), busiest)


def duplicates(problem: Problem, rows: Sequence[Experiment]) -> float:
    """Share of the rows that are too like an earlier one; the start of each worker counts, too."""
    if not rows:
        return 0.0
    at = np.stack([point(problem.space, row.proposal.params) for row in rows])
    near = np.sqrt(((at[:, None] - at) ** 2).mean(2)) < ALIKE
    return float(np.tril(near, -1).any(1).mean())
