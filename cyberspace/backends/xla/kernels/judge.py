"""The kernel that judges at the end of a lesson; at other ticks it is left at once."""

from __future__ import annotations

from cyberspace.backends.xla.block import cell_of, cells_of, rows
from cyberspace.backends.xla.kernels.frame import Here, when
from cyberspace.backends.xla.kernels.think import engine_of, perceive
from cyberspace.law.verbs.answer import answer


def judge_kernel(here: Here) -> None:
    """`answer`; claims are noted for the pools, signals for those who learn."""
    when(here.ends)(lambda: _judge(here))


def _judge(here: Here) -> None:
    body = here.frame.world.body
    # What a task hides is found again; nothing that it is made of has changed.
    _, lesson, _ = perceive(here, "activity")
    known = {name: here.row(name) for name in ("alive", "performed")}
    said = rows(here.bytes("activity", body.units), here.frame.width)
    region = here.region(**known, activity=said, memory=here.rows("memory", here.frame.world.memory_words))
    region, signal, claims = answer(engine_of(here), here.part(), region, lesson)
    for k, cell in enumerate(cells_of(region.memory)):
        here.put_vector("memory", cell, k)
    here.put_vector("performed", cell_of(region.performed))
    for place, score in claims:
        for k, cell in enumerate(cells_of(score)):
            here.put_vector("claims", cell, place.first_goal + k)
    if "signal" in here.refs:
        here.put_bytes("signal", cells_of(signal))
