"""Tiny worlds for the tests of Python's door."""

import cyberspace as cs

THREE = """
[world]
seed = 5
far_tide = 2

[spaces.reef]
kind = "gpu"
axes.lane = { length = 6 }
axes.warp = { length = 4, curled = true }
physics = { copy = 0.002, sunlight = 12, spore = 20, spark = 40, move = 0.1 }
[[spaces.reef.tasks]]
name = "logic"

[spaces.shore]
kind = "cpu"
backend = "reference"
axes.lane = { length = 5 }
axes.core = { length = 2 }
pace = 0.5
physics = { copy = 0.002, sunlight = 12, spore = 20, spark = 40, move = 0.1 }

[spaces.plaza]
kind = "gpu"
plaza = true
tokens = 5000
axes.lane = { length = 12 }
physics = { copy = 0.002, sunlight = 12, spore = 20, spark = 40, move = 0.1 }

[[beaches]]
between = ["reef", "shore"]
shores = [{ warp = 0, lane = [0, 3] }, { core = 1, lane = [0, 3] }]
stretch = 32

[[beaches]]
between = ["reef", "plaza"]
shores = [{ warp = 2, lane = [0, 4] }, { lane = [0, 4] }]
stretch = 64

[record]
every = 50
checkpoint_every = 100
"""
"""Three regions in three spaces, of two kinds and two paces, joined by beaches; one is a plaza."""

POND = """
[world]
seed = 7
[spaces.pond]
kind = "cpu"
backend = "reference"
axes.lane = { length = 8 }
axes.core = { length = 2 }
physics = { spark = 20, copy = 0.002, sunlight = 12, spore = 20 }
[[spaces.pond.tasks]]
name = "logic"
[record]
every = 20
checkpoint_every = 40
"""
"""One space of 16 sites."""


def pond(**changes):
    return cs.Simulation(POND, **changes)


def genome(simulation, space=0):
    """A replicator's, for a region of a simulation."""
    from organisms.ancestors import replicator

    return replicator(simulation.universe.worlds[space].loci)
