"""The job board of a plaza as people see it: jobs, wallet, answers as they stand, and who supplies the most right ones."""

from __future__ import annotations

import numpy as np

from cyberspace.acts.perform import KINDS
from cyberspace.errors import Refused
from cyberspace.law.state import VENT
from cyberspace.law.world import World
from cyberspace.tasks.job import JOB, NUMBER, PLACES, RIGHT, SAID
from cyberspace.watch.look import Look
from cyberspace.wire.messages import AnswererTold, BoardTold, JobTold

ANSWERS, SUPPLIERS = 256, 16
"""Answers and suppliers that are told."""


def board(look: Look, world: World, tick: int) -> BoardTold:
    """All about the job board of one region at a tick, but for the ancestors of the suppliers.

    Raises:
        Refused: If the region is no plaza.
    """
    if not world.plaza:
        raise Refused(f"{world.space} is no plaza")
    vents = np.flatnonzero(look("block") >= VENT)
    living = vents[look("alive", vents)]
    right = look("memory", living)[RIGHT] if len(living) else np.zeros(0, dtype=np.int32)
    best = living[np.argsort(-right, kind="stable")]
    answers = [_answerer(look, world, int(site)) for site in best[:ANSWERS]]
    return {
        "tick": tick,
        "wallet": int(look("wallet")[0]),
        "jobs": _jobs(look, world),
        "vents": len(vents),
        "inhabited": len(living),
        "answers": answers,
        "suppliers": answers[: min(int(np.count_nonzero(right)), SUPPLIERS)],
    }


def _jobs(look: Look, world: World) -> list[JobTold]:
    """The jobs that stand."""
    row = next(place.first_goal for place in world.tasks if place.task.board)
    jobs, escrow = look("jobs"), look("pools")[row : row + PLACES, 0]
    kinds = {number: name for name, number in KINDS.items()}
    found: list[JobTold] = []
    for place in np.flatnonzero(jobs[JOB.index("kind")]).tolist():
        job = dict(zip(JOB, jobs[:, place].tolist(), strict=True))
        found.append(
            {
                "kind": kinds[job["kind"]],
                "number": job["number"],
                "price": job["price"],
                "table": job["table"],
                "inputs": job["inputs"],
                "shown": job["shown"],
                "expected": job["expected"],
                "asked": job["asked"],
                "until": job["until"] * (world.physics.lesson_ticks << world.pace),
                "place": place,
                "escrow": int(escrow[place]),
            }
        )
    return found


def _answerer(look: Look, world: World, site: int) -> AnswererTold:
    """Who lives at a vent, what it said at the end of the last lesson, and how often it was right in this job."""
    at = np.array([site])
    memory = look("memory", at)[:, 0]
    said = int(memory[SAID])
    cradle, born, founder, generation, energy = (
        int(look(name, at)[0]) for name in ("cradle", "born", "founder", "generation", "energy")
    )
    return {
        "cradle": cradle,
        "born": born,
        "founder": founder,
        "generation": generation,
        "energy": energy,
        "site": int(world.first_site) + site,
        "place": int(look("block", at)[0]) - VENT,
        "job": int(memory[NUMBER]),
        "said": "".join(str(said >> k & 1) for k in range(world.body.answers)),
        "right": int(memory[RIGHT]),
    }
