"""One tick, verb by verb; each verb is a file of its name in `cyberspace.law.verbs`.

The text is the same for NumPy and JAX; what differs between them (where a few sites are written, how a sum is kept exact) is in the
`Engine`.  What differs between a tick on near axes and one at which a link opens is in the `Exchange`: on a near opening letters meet
within the tick; on a link the letter that is due arrives before everything else, and one is posted at the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from cyberspace.law.clock import Moment
from cyberspace.law.engine import Engine, Flows
from cyberspace.law.letters import Letter
from cyberspace.law.state import Region
from cyberspace.law.verbs.answer import Lesson, answer
from cyberspace.law.verbs.earn import EARNED, earn
from cyberspace.law.verbs.learn import learn
from cyberspace.law.verbs.pay import life_words, pay
from cyberspace.law.verbs.sense import Seen, sense
from cyberspace.law.verbs.spark import spark
from cyberspace.law.verbs.think import think
from cyberspace.law.verbs.trace import trace
from cyberspace.law.world import World
from organisms.arrays import Int32s, Words


@dataclass(frozen=True)
class Lived:
    """What a tick leaves.

    Attributes:
        region: The state after it.
        tally: What flowed and was counted, uint32 (len(TALLY), 2): see `cyberspace.law.engine.exact`.
        births: int32 (3, slots): distance to the parent's genome, parent's cradle, parent's tick of birth; -1 where nobody was born.
        letter: What was posted, at an opening of a link.
    """

    region: Region
    tally: Words
    births: Int32s
    letter: Letter | None


class Exchange(Protocol):
    """How sites deal with their partners in a tick."""

    def arrive(self, engine: Engine, world: World, region: Region, now: Moment, flows: Flows) -> Region:
        """Settle the letter that is due, if one is."""

    def seen(self, engine: Engine, world: World, region: Region, now: Moment) -> Seen:
        """What each site sees of its partner."""

    def emit(self, engine: Engine, world: World, region: Region, now: Moment, flows: Flows) -> Region:
        """Write letters, and take from the senders what goes along."""

    def meet(self, engine: Engine, world: World, region: Region, now: Moment, flows: Flows) -> Region:
        """Add gifts, and decide what lands."""

    def settle(self, engine: Engine, world: World, region: Region, now: Moment, flows: Flows) -> Region:
        """Write those who landed."""

    @property
    def births(self) -> Int32s:
        """Births of the tick, as in `Lived`."""

    @property
    def letter(self) -> Letter | None:
        """What was posted."""


def live(engine: Engine, world: World, region: Region, now: Moment, lesson: Lesson, exchange: Exchange) -> Lived:
    """One tick.

    Args:
        engine: What the backend provides.
        world: The world.
        region: The state before.
        now: The moment; its numbers may be traced.
        lesson: The lesson that the tick belongs to.
        exchange: How sites deal with their partners; made anew for each tick.
    """
    flows = Flows(engine.xp)
    region = exchange.arrive(engine, world, region, now, flows)
    inputs = sense(engine, world, region, now, exchange.seen(engine, world, region, now), lesson)
    region = trace(engine, world, think(engine, world, region, inputs), inputs)

    def judge(region: Region, sums: Words) -> tuple[Region, Words]:
        region, signal, claims = answer(engine, world, region, lesson)
        region, sums = earn(engine, world, region, claims)
        return learn(engine, world, region, inputs, signal, now, sums)

    region, sums = engine.when(lesson.ends, judge, region, engine.xp.zeros((len(EARNED), 2), dtype=np.uint32))
    flows.add_totals(dict(zip(EARNED, sums, strict=True)))
    life = engine.barrier(life_words(engine.xp, world, now.tick))
    region, paid = pay(engine, world, region, life[0])
    flows.add(paid)
    region = exchange.emit(engine, world, region, now, flows)
    region = exchange.meet(engine, world, region, now, flows)
    region = exchange.settle(engine, world, region, now, flows)
    faithful = (exchange.births[0] >= 0) & (exchange.births[0] <= world.loci.faithful)
    region = spark(engine, world, region, life[1], now, flows)
    flows.add({"alive": region.alive, "faithful": faithful})
    return Lived(region, flows.tally(), exchange.births, exchange.letter)
