"""Ten lines make a soup, watch energy balance while it lives, and tell who came of it: how it copies itself, and what it is born with."""

import cyberspace as cs

world = cs.World(seed=1)
world.space("soup", kind="gpu", axes={"lane": 32, "warp": 32}).task("logic")
sim = cs.Simulation(world, backend="numba")
sim.advance(20_000, every=2_000, call=lambda sim: print(sim.tick, sim.state.alive.sum().item(), sim.energy.balanced))
print(sim.tasks)  # share of the living that perform each function
print(sim.births.groupby("space").distance.describe())  # a pandas table of who was born of whom
newest = sim.organism(sim.births.site.iloc[-1])
print(newest.copier, newest.learns, newest.brain.sel(input="bias").values, newest.ancestry[:3])
sim.save("runs/first")  # and now: cyberspace view runs/first
