"""A port: a region whose organisms are asked for the bits of a course's training part, and are paid for the bits that they save."""

from __future__ import annotations

from pathlib import Path

from cyberspace.collective.golf.course import Course
from cyberspace.run import runtime
from cyberspace.run.crew import Plan

HERE = "cyberspace.collective.golf.colony.reader"
WORLD = """[world]
seed = {seed}

[spaces.port]
kind = "gpu"
backend = "{backend}"
body = {{ senses = 64, units = 16, shift = 7 }}
rule = "{here}:tuned"
genesis = "ancestor:{here}:reader"
axes.lane = {{ length = 32 }}
axes.warp = {{ length = {warp} }}
physics = {{ lesson = 1, lifespan = 20000, spark = 0 }}

[[spaces.port.tasks]]
name = "bytes"
options = {{ text = "train.bin", shows = "slots", loud = 119, orders = {orders}, niches = {niches}, sites = {sites} }}

[record]
every = {every}
checkpoint_every = {ticks}
"""
SHARES = (0, 1, 2, 3)
"""Lengths of the contexts by which sites are given niches."""


def world_of(course: Course, ticks: int, warp: int = 16, seed: int = 1, backend: str = "numba") -> str:
    """The text of the port's world file: a tenth of the sites reads all, the others share contexts of one, two and three bytes."""
    sites = 32 * warp
    each = [max(1, sites // 8), *([max(1, sites * 7 // 24)] * 3)]
    niches = [1, *each[1:]]
    return WORLD.format(
        seed=seed, backend=backend, here=HERE, warp=warp, every=max(1, ticks // 4), ticks=ticks, orders=list(SHARES), niches=niches,
        sites=[each[0], 1, 1, 1],
    )  # fmt: skip


def grow(course: Course, folder: Path, ticks: int, warp: int = 16, seed: int = 1, backend: str = "numba") -> None:
    """Live a port on the training part of a course, into a new run.

    Args:
        course: Whose training part is read.
        folder: Of the run.
        ticks: How long.
        warp: Sites, in units of 32.
        seed: Of the world.
        backend: Which computes it.
    """
    text = world_of(course, ticks, warp, seed, backend)
    run = runtime.begin_text(text, "golf port", course.folder, folder, backend=backend)
    runtime.go(run, Plan(ticks, run.file.record.every, backend, quiet=True))
