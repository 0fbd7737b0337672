"""The job board of a plaza as people see it: jobs, wallet, answers as they stand, and who supplies the most right ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from cyberspace.acts.perform import KINDS
from cyberspace.errors import Refused
from cyberspace.law.state import VENT
from cyberspace.law.world import World
from cyberspace.tasks.human import NUMBER, RIGHT, SAID
from cyberspace.tasks.job import JOB, PLACES
from cyberspace.watch.look import Look

ANSWERS, SUPPLIERS = 256, 16
"""Answers and suppliers that are told."""


def board(look: Look, world: World) -> dict[str, Any]:
    """All about the job board of one region, but for the ancestors of the suppliers.

    Raises:
        Refused: If the region is no plaza.
    """
    if not world.plaza:
        raise Refused(f"{world.space} is no plaza")
    row = next(place.first_goal for place in world.tasks if place.task.board)
    jobs, escrow = look("jobs"), look("pools")[row : row + PLACES, 0]
    kinds = {number: name for name, number in KINDS.items()}
    told = []
    for place in np.flatnonzero(jobs[JOB.index("kind")]):
        about: dict[str, Any] = {name: int(jobs[k, place]) for k, name in enumerate(JOB)}
        about |= {"place": int(place), "kind": kinds[about["kind"]], "escrow": int(escrow[place])}
        told.append(about | {"until": about["until"] * (world.physics.lesson_ticks << world.pace)})
    vents = np.flatnonzero(look("block") >= VENT)
    living = vents[look("alive", vents)]
    right = look("memory", living)[RIGHT] if len(living) else np.zeros(0, dtype=np.int32)
    best = living[np.argsort(-right, kind="stable")]
    count = int(np.count_nonzero(right))
    answers = [_giver(look, world, int(site)) for site in best[:ANSWERS]]
    suppliers = [dict(giver) for giver in answers[: min(count, SUPPLIERS)]]
    about_vents = {"vents": len(vents), "inhabited": len(living)}
    return {"wallet": int(look("wallet")[0]), "jobs": told, **about_vents, "answers": answers, "suppliers": suppliers}


def _giver(look: Look, world: World, site: int) -> dict[str, Any]:
    """Who lives at a vent, what it said at the end of the last lesson, and how often it was right in this job."""
    at = np.array([site])
    memory = look("memory", at)[:, 0]
    said = int(memory[SAID])
    about = {name: int(look(name, at)[0]) for name in ("cradle", "born", "founder", "generation", "energy")}
    about |= {"site": int(world.first_site) + site, "place": int(look("block", at)[0]) - VENT, "job": int(memory[NUMBER])}
    bits = "".join(str(said >> k & 1) for k in range(world.body.answers))
    return {**about, "said": bits, "right": int(memory[RIGHT])}
