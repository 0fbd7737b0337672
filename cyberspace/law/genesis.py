"""Genesis: the state of a world at tick 0."""

from __future__ import annotations

import numpy as np

from cyberspace.law.state import QUANTITIES, TALLY, Region, WorldState
from cyberspace.law.verbs.settle import Columns
from cyberspace.law.verbs.spark import first_of_lineage, strangers
from cyberspace.law.world import World
from cyberspace.tasks.job import JOB, PLACES
from organisms import bits
from organisms.arrays import NUMPY, Int32s

BEFORE = -1
"""Birth tick of those who were there from the start: nobody is born at the same site and tick twice."""


def empty_region(world: World) -> Region:
    """A region where nobody ever lived: zeros, without parents."""
    components = world.components()
    fields = {
        quantity.name: np.zeros((*(components[axis] for axis in quantity.components), world.sites), dtype=quantity.dtype)
        for quantity in QUANTITIES
    }
    fields["parent"] -= 1
    fields["parent_born"] -= 1
    return Region(
        **fields,
        pools=np.zeros((len(world.goals), world.groups), dtype=np.int32),
        jobs=np.zeros((len(JOB), PLACES), dtype=np.int32),
        wallet=np.full(1, world.tokens, dtype=np.int32),
    )


def genesis(world: World) -> WorldState:
    """The state at tick 0.

    "soup": random genomes everywhere, of which the share `density` lives.  "ancestor:NAME": matter is zero, and `density` of the
    sites hold the ancestor; for "file:FILE" and "from:RUN@TICK" the settlers, in turn.  "empty": nobody.  The energy of those who live, and
    the tokens of a plaza's wallet, count as inflow.
    """
    region, columns = empty_region(world), Columns()
    with np.errstate(over="ignore"):
        key = bits.stream_key(NUMPY, world.seed, world.region, bits.GENESIS, 0)
        chance = bits.site_words(
            NUMPY, bits.stream_key(NUMPY, world.seed, world.region, bits.LIFE, 2**31), np.arange(world.sites, dtype=np.int32), 1
        )
        lives = (chance[0] < np.uint32(bits.probability_word(world.density))) & (world.genesis != "empty")
        inhabited = np.flatnonzero(lives).astype(np.int32)
        if world.genesis == "soup":
            everybody = strangers(NUMPY, world, bits.GENESIS, 0, np.arange(world.sites, dtype=np.int32))
            region.genome[:] = everybody["genome"]
            region.weights[:] = everybody["weights"]
            columns = {name: column[..., inhabited] for name, column in everybody.items()}
            columns["born"][:] = BEFORE
        elif world.settlers is not None:
            inhabited = _somewhere(world, inhabited)
            turn = world.settlers.turn(len(inhabited))
            genomes, mark = world.settlers.genome[:, turn], world.settlers.founder[turn]
            columns = first_of_lineage(NUMPY, world, genomes, mark, BEFORE, inhabited)
            world.settlers.bring(columns, turn)
        elif world.ancestor is not None:
            ancestor = world.ancestor(world.loci)
            inhabited = _somewhere(world, inhabited)
            genomes = np.repeat(ancestor[:, None], len(inhabited), axis=1)
            mark = bits.threefry2x32(*key, inhabited.astype(np.uint32), inhabited.astype(np.uint32) * 0)[0] | np.uint32(1)
            columns = first_of_lineage(NUMPY, world, genomes, mark, BEFORE, inhabited)
    for name, column in columns.items():
        getattr(region, name)[..., inhabited] = column
    tally = np.zeros(len(TALLY), dtype=np.int64)
    tally[TALLY.index("genesis")] = region.energy.sum(dtype=np.int64)
    tally[TALLY.index("people")] = world.tokens
    return WorldState(0, region, tally)


def _somewhere(world: World, inhabited: Int32s) -> Int32s:
    """The inhabited sites; the one in the middle if there are none."""
    return inhabited if len(inhabited) else np.array([world.sites // 2], dtype=np.int32)
