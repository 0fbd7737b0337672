"""Participants at work: each a process with a ledger of its own hand, until the budget is spent or somebody stops it."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from cyberspace.collective.ledger.ledger import Ledger
from cyberspace.collective.ledger.rows import Experiment, Json
from cyberspace.collective.objective.named import objective_of
from cyberspace.collective.pool.pool import SETTINGS, Pool
from cyberspace.collective.who import Participant
from cyberspace.errors import InputError, problem


@dataclass(frozen=True)
class Place:
    """Where a pool is.

    Attributes:
        name: Of the pool.
        where: Of its ledger.
        artifacts: Their folder, or None for the one beside the journal.
    """

    name: str
    where: str
    artifacts: Path | None = None

    def ledger(self) -> Ledger:
        """Its ledger.

        Raises:
            InputError: If there is no pool of this name.
        """
        if self.where != "memory" and "://" not in self.where and not Path(self.where).exists():
            raise InputError(
                problem(f"pool {self.name}", f"no ledger {self.where}", "a pool that was begun", "cyberspace pool run")
            )
        ledger = Ledger.open(self.name, self.where, None, self.artifacts)
        if SETTINGS not in ledger.said(SETTINGS):
            raise InputError(
                problem(f"pool {self.name}", "a ledger without a pool", "a pool that was begun", "cyberspace pool run")
            )
        return ledger


def joined(ledger: Ledger, who: Participant, seed: int = 0) -> Pool:
    """A participant's side of a pool that exists, with the objective that its ledger tells of."""
    told = cast("dict[str, Json]", ledger.said(SETTINGS)[SETTINGS])
    return Pool(ledger, objective_of(cast("dict[str, object]", told["objective"])), who, seed=seed)


def work(pool: Pool, most: int, told: Callable[[Experiment], object] = lambda row: None) -> int:
    """Do experiments until the pool holds so many, or its own budget is spent; how many this participant did.

    The budget of a pool may be changed while it runs; what others have under way counts.
    """
    pool.begin()
    done, idle = 0, 0
    while idle < 600:
        if pool.view().spent >= most and not any(row.state == "queued" for row in pool.ledger.rows()):
            break
        row = pool.step()
        if row is None:
            budget = pool.view().steering.get("budget")
            if isinstance(budget, int | float) and pool.view().spent >= budget:
                break
            if not any(row.state == "claimed" for row in pool.ledger.rows()):
                idle += 1
            time.sleep(0.1)  # the baseline is under way elsewhere, until its lease is over
            continue
        idle, done = 0, done + 1
        told(row)
    return done


def _process(place: Place, who: Participant, most: int, seed: int) -> None:
    work(joined(place.ledger(), who, seed), most)


def work_together(place: Place, who: Participant, count: int, most: int, seed: int = 0) -> None:
    """Several processes of this host at once; its speed, if the budget asks for that, is measured before they share it."""
    joined(place.ledger(), who, seed).settings.budget.seconds()
    spawn = multiprocessing.get_context("spawn")
    jobs = [
        spawn.Process(target=_process, args=(place, replace(who, name=f"{who.name}-{k + 1}"), most, seed + k))
        for k in range(count)
    ]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    if all(job.exitcode for job in jobs):
        raise InputError(
            problem(f"pool {place.name}", "no process that came to its end", "one at least", "pool join --processes 1")
        )
