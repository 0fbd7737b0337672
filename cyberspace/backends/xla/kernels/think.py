"""The kernel that senses and thinks; at the end of a lesson it judges, and brains learn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import jax
import jax.numpy as jnp
import numpy as np

from cyberspace.backends.xla.block import Block, Twin, own, row, rows
from cyberspace.backends.xla.blocks import Blocks
from cyberspace.backends.xla.kernels import frame
from cyberspace.backends.xla.kernels.bytes import join, multiply_add, nonzero
from cyberspace.backends.xla.kernels.frame import Here
from cyberspace.backends.xla.kernels.learn import learn
from cyberspace.law.engine import Carried
from cyberspace.law.state import Region
from cyberspace.law.verbs.answer import Lesson, answer, pose
from cyberspace.law.verbs.sense import look, sense
from cyberspace.law.verbs.think import think
from organisms.arrays import Int8s, Int32s, Namespace
from organisms.body import MESSAGE

ALIVE, FALLS = 16, 17
"""Bits of what a site tells its partner: whether it is inhabited, and whether a spark just fell there; its messages are the low bytes."""


@dataclass(frozen=True)
class BlockEngine:
    """`cyberspace.law.engine.Engine` inside a kernel, as far as kernels ask for it."""

    here: Here

    @property
    def xp(self) -> Namespace:
        """The array namespace."""
        return cast(Namespace, Blocks(self.here.frame.width))

    def barrier(self, values: Carried) -> Carried:
        """The same values."""
        return values

    def weigh(self, weights: Int8s, inputs: Int8s) -> Int32s:
        """`organisms.think.weighted_sum`, each word of weights read once; counts those that are not zero, if that is asked for."""
        here, seen = self.here, [own(cell) for cell in cast(Block, inputs).cells[:, 0]]
        body, made = here.frame.world.body, here.frame
        words = [jnp.broadcast_to(join(seen[k : k + 4]), (made.width,)) for k in range(0, body.inputs, 4)]
        totals = [jnp.zeros((made.width,), jnp.int32)] * body.units
        count = jnp.zeros((made.width,), jnp.int32)
        for k, word in enumerate(words):
            for unit in range(body.units):
                weight = here.vector("weights", unit * made.quads + k)
                totals[unit] = multiply_add(made.dp4a, weight, word, totals[unit])
                if "synapses" in here.refs:
                    count = count + nonzero(weight)
        if "synapses" in here.refs:
            here.put_vector("synapses", count)
        return cast(Int32s, rows(totals, made.width))

    def synapses(self, weights: Int8s) -> Int32s:
        """Non-zero weights of each site, as they were counted."""
        return cast(Int32s, self.here.row("synapses"))


def partners(here: Here) -> Block:
    """Partners of the block's sites, and whom these meet."""
    partner = here.vector("partners", here.told("row"))
    return row(Twin(partner, jnp.where(partner >= 0, here.sites, -1)), here.frame.width)


def think_kernel(here: Here) -> None:
    """Sense, think; judge and learn where a lesson ends."""
    engine, part, body, width = BlockEngine(here), here.part(), here.frame.world.body, here.frame.width
    partner = partners(here)
    told = here.gather("told", jnp.maximum(own(partner.cells[0]), 0))
    said: list[object] = [here.vector("activity", k) for k in range(body.units)]
    for k in range(2):
        said[MESSAGE + k] = Twin(said[MESSAGE + k], ((told >> (8 * k)) & 255).astype(jnp.int8))
    alive = row(Twin(here.vector("alive"), ((told >> ALIVE) & 1) != 0), width)
    region = here.region(alive=alive, activity=rows(said, width), energy=here.row("energy"), payoff=here.row("payoff"))
    now = here.moment(partner)
    lesson = pose(engine.xp, part, region, here.told("lesson"), here.ends)
    inputs = sense(engine, part, region, now, look(engine.xp, region, now), lesson)
    region = think(engine, part, region, inputs)
    activity = rows([own(cell) for cell in cast(Block, region.activity).cells[:, 0]], width)
    for k, cell in enumerate(activity.cells[:, 0]):
        here.put_vector("activity", cell, k)
    region = here.region(alive=row(own(alive.cells[0]), width), activity=activity)
    if part.tasks:
        frame.pl.when(here.ends)(lambda: _judge(engine, part, region, lesson, inputs))


def _judge(engine: BlockEngine, part: frame.Part, region: Region, lesson: Lesson, inputs: Int8s) -> None:
    """Judge, note what is claimed, and learn."""
    here, world = engine.here, engine.here.frame.world
    known = {"alive": cast(Block, region.alive), "activity": cast(Block, region.activity), "performed": here.row("performed")}
    region, signal, claims = answer(engine, part, here.region(**known, memory=here.rows("memory", world.memory_words)), lesson)  # type: ignore[arg-type]
    for k, cell in enumerate(cast(Block, region.memory).cells[:, 0]):
        here.put_vector("memory", cell, k)
    here.put_vector("performed", cast(Block, region.performed).cells[0])
    for place, score in claims:
        for k, cell in enumerate(cast(Block, score).cells[:, 0]):
            here.put_vector("claims", cell, place.first_goal + k)
    if world.rule.change is not None:
        learn(here, region, cast(Block, inputs), cast(Block, signal))


def tell(alive: jax.Array, messages: list[jax.Array], falls: jax.Array) -> jax.Array:
    """What a site tells its next partner."""
    said = [(message.astype(jnp.int32) & 255) << (8 * k) for k, message in enumerate(messages)]
    return said[0] | said[1] | (alive.astype(jnp.int32) << ALIVE) | (falls.astype(jnp.int32) << np.int32(FALLS))  # type: ignore[no-any-return]
