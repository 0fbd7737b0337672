"""The kernel that judges at the end of a lesson; at other ticks it is left at once."""

from __future__ import annotations

from typing import cast

from cyberspace.backends.xla.block import Block, rows
from cyberspace.backends.xla.kernels import frame
from cyberspace.backends.xla.kernels.frame import Here
from cyberspace.backends.xla.kernels.think import BlockEngine, perceive
from cyberspace.law.verbs.answer import answer


def judge_kernel(here: Here) -> None:
    """`answer`; claims are noted for the pools, signals for those who learn."""
    frame.pl.when(here.ends)(lambda: _judge(BlockEngine(here)))


def _judge(engine: BlockEngine) -> None:
    here, body = engine.here, engine.here.frame.world.body
    # What a task hides is found again; nothing that it is made of has changed.
    _, lesson, _ = perceive(engine, "activity")
    known = {name: here.row(name) for name in ("alive", "performed")}
    said = rows(here.bytes("activity", body.units), here.frame.width)
    region = here.region(**known, activity=said, memory=here.rows("memory", here.frame.world.memory_words))
    region, signal, claims = answer(engine, here.part(), region, lesson)
    for k, cell in enumerate(cast(Block, region.memory).cells[:, 0]):
        here.put_vector("memory", cell, k)
    here.put_vector("performed", cast(Block, region.performed).cells[0])
    for place, score in claims:
        for k, cell in enumerate(cast(Block, score).cells[:, 0]):
            here.put_vector("claims", cell, place.first_goal + k)
    if "signal" in here.refs:
        here.put_bytes("signal", list(cast(Block, signal).cells[:, 0]))
