"""The kernel that judges at the end of a lesson, after which brains learn; at other ticks it is left at once."""

from __future__ import annotations

from typing import cast

from cyberspace.backends.xla.block import Block
from cyberspace.backends.xla.kernels import frame
from cyberspace.backends.xla.kernels.frame import Here
from cyberspace.backends.xla.kernels.learn import learn
from cyberspace.backends.xla.kernels.think import BlockEngine, perceive
from cyberspace.law.verbs.answer import answer


def judge_kernel(here: Here) -> None:
    """`answer` and `learn`; claims are noted for the pools."""
    frame.pl.when(here.ends)(lambda: _judge(BlockEngine(here)))


def _judge(engine: BlockEngine) -> None:
    here, world = engine.here, engine.here.frame.world
    learns, units = world.rule.change is not None, range(world.body.units)
    # What was seen is sensed again: nothing of it has changed but the activities.
    _, lesson, inputs = perceive(engine, [here.vector("before" if learns else "activity", k) for k in units])
    known = {name: here.row(name) for name in ("alive", "performed")}
    region = here.region(
        **known, activity=here.rows("activity", world.body.units), memory=here.rows("memory", world.memory_words)
    )
    region, signal, claims = answer(engine, here.part(), region, lesson)
    for k, cell in enumerate(cast(Block, region.memory).cells[:, 0]):
        here.put_vector("memory", cell, k)
    here.put_vector("performed", cast(Block, region.performed).cells[0])
    for place, score in claims:
        for k, cell in enumerate(cast(Block, score).cells[:, 0]):
            here.put_vector("claims", cell, place.first_goal + k)
    if learns:
        learn(here, region, inputs, cast(Block, signal))
