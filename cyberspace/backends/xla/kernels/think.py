"""The kernel that senses and thinks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import jax
import jax.numpy as jnp
import numpy as np

from cyberspace.backends.xla.block import Cell, Twin, cell_of, cells_of, row, rows
from cyberspace.backends.xla.kernels.bytes import join, multiply_add
from cyberspace.backends.xla.kernels.frame import Here, when
from cyberspace.law.engine import Carried, Engine
from cyberspace.law.state import Region
from cyberspace.law.verbs.answer import Lesson, pose
from cyberspace.law.verbs.sense import look, sense
from cyberspace.law.verbs.think import think
from cyberspace.law.world import TaskPlace, World
from cyberspace.tasks.task import Hidden, is_closed
from organisms.arrays import Array, Int8s, Int32s, Namespace
from organisms.body import MESSAGE
from organisms.think import squash

ALIVE, FALLS = 16, 17
"""Bits of what a site tells its partner: whether it is inhabited, and whether a spark just fell there; its messages are the low bytes."""

WORDS = 128
"""Words of weights that are on their way at once."""


@dataclass(frozen=True)
class BlockEngine:
    """`cyberspace.law.engine.Engine` inside a kernel, as far as kernels ask for it.

    Attributes:
        here: The program's view.
        units: The units that `think` is asked for: the first of them, which may be traced, and how many.
    """

    here: Here
    units: tuple[Cell, int] = (0, 0)

    @property
    def xp(self) -> Namespace:
        """The array namespace."""
        return self.here.frame.xp

    def barrier(self, values: Carried) -> Carried:
        """The same values."""
        return values

    def think(self, weights: Int8s, inputs: Int8s, shift: int) -> Int8s:
        """`organisms.think.squash` of the `weighted_sum` of some units, for words of inputs."""
        here, (first, count) = self.here, self.units
        words, made = cells_of(inputs), here.frame
        totals = [jnp.zeros((made.width,), jnp.int32)] * count
        for k, word in enumerate(words):
            for unit in range(count):
                weight = here.vector("weights", (jnp.int32(first) + unit) * made.quads + k)
                totals[unit] = multiply_add(made.dp4a, weight, word, totals[unit])
        return squash(self.xp, rows(totals, made.width), shift)

    def judged(
        self, judge: Callable[..., tuple[Region, Int32s, Int8s]], place: TaskPlace, region: Region, hidden: Hidden
    ) -> tuple[Region, Int32s, Int8s]:
        """judge(place, region, hidden)."""
        return judge(place, region, hidden)

    def synapses(self, weights: Int8s) -> Int32s:
        """Non-zero weights of each site, as they were counted."""
        return self.here.row("synapses")


def engine_of(here: Here, units: tuple[Cell, int] = (0, 0)) -> Engine:
    """A `BlockEngine`, to those who ask for an engine."""
    return cast(Engine, BlockEngine(here, units))


def partners(here: Here) -> Array:
    """Partners of the block's sites, and whom these meet."""
    partner = here.vector("partners", here.told("row"))
    return row(Twin(partner, jnp.where(partner >= 0, here.sites, -1)), here.frame.width)


def think_kernel(here: Here) -> None:
    """Sense and think; where brains learn from this tick, what they last said, and what closed loops were posed from, is kept."""
    body, width = here.frame.world.body, here.frame.width
    said = here.words("activity", body.units)
    region, _, inputs = perceive(here, "activity")
    if "before" in here.refs:
        when(here.ends)(lambda: here.put_words("before", said))
    if "recalled" in here.refs:
        when(here.ends)(lambda: here.put_words("recalled", cells_of(region.memory)))
    seen = [jnp.broadcast_to(join(cells_of(inputs)[k : k + 4]), (width,)) for k in range(0, body.senses, 4)]
    words, part = rows([*seen, *said], width), here.part()
    at_once = max(
        count for count in (4, 8, 16) if body.units % count == 0 and (count == 4 or count * here.frame.quads <= WORDS)
    )

    def some(k: jax.Array, nothing: jax.Array) -> jax.Array:
        thought = think(engine_of(here, (k * at_once, at_once)), part, region, words)
        here.put_bytes("activity", cells_of(thought.activity), k * (at_once // 4))
        return nothing

    if at_once == body.units:
        some(jnp.int32(0), jnp.int32(0))
    else:
        jax.lax.fori_loop(0, body.units // at_once, some, jnp.int32(0))


def perceive(here: Here, last: str) -> tuple[Region, Lesson, Array]:
    """The region as it senses, the lesson, and what every brain is shown, where its last activities are kept as told."""
    engine, width = engine_of(here), here.frame.width
    partner, said = partners(here), here.bytes(last, here.frame.world.body.units)
    told = here.gather("told", jnp.maximum(cell_of(partner), 0))
    for k in range(2):
        said[MESSAGE + k] = Twin(said[MESSAGE + k], ((told >> (8 * k)) & 255).astype(jnp.int8))
    alive = row(Twin(here.vector("alive"), ((told >> ALIVE) & 1) != 0), width)
    known = {"alive": alive, "activity": rows(said, width), "energy": here.row("energy"), "payoff": here.row("payoff")}
    if remembers(here.frame.world):
        name = "recalled" if "recalled" in here.refs and last == "before" else "memory"
        known["memory"] = here.rows(name, here.frame.world.memory_words)
    region = here.region(**known)
    now, part = here.moment(partner), here.part()
    lesson = pose(engine.xp, part, region, here.told("lesson"), here.ends)
    inputs = sense(engine, part, region, now, look(engine.xp, region, now), lesson)
    return region, lesson, rows(cells_of(inputs), width)


def remembers(world: World) -> bool:
    """Whether a task of the world is a closed loop, which is posed from what it remembers."""
    return any(is_closed(place.task) for place in world.tasks)


def tell(alive: jax.Array, messages: list[jax.Array], falls: jax.Array) -> jax.Array:
    """What a site tells its next partner."""
    said = [(message.astype(jnp.int32) & 255) << (8 * k) for k, message in enumerate(messages)]
    return said[0] | said[1] | (alive.astype(jnp.int32) << ALIVE) | (falls.astype(jnp.int32) << np.int32(FALLS))  # type: ignore[no-any-return]
