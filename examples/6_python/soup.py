"""The soup of 1_soup/soup.toml lives in this process, a line tells how it goes on, and then its future forks into a dark and a bright one.

python examples/6_python/soup.py [--ticks 20000]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cyberspace as cs

WORLD = Path(__file__).parents[1] / "1_soup" / "soup.toml"


def tell(sim: cs.Simulation) -> None:
    """One line: who lives, how many births of late were faithful, and the function that most perform."""
    births = sim.births
    late = births[births.tick > sim.tick - 1000]
    faithful = (late.distance <= sim.universe.worlds[0].loci.faithful).mean()
    best, share = max(sim.shares("soup").items(), key=lambda item: item[1])
    living = sim.state.alive.sum().item()
    print(f"tick {sim.tick:>7,}: {living:>5,} live, {faithful:4.0%} of the births are faithful, {share:5.1%} perform {best}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ticks", type=int, default=20_000)
    ticks = parser.parse_args().ticks
    sim = cs.Simulation(WORLD, seed=2)
    sim.advance(ticks, every=max(1, ticks // 10), call=tell)
    futures = {light: sim.fork(**{"spaces.soup.physics.sunlight": light}) for light in (2, 6)}
    for light, future in futures.items():
        future.advance(max(1, ticks // 4))
        energy = future.state.energy
        print(f"with {light} of sunlight {int((energy > 0).sum()):,} live, who hold {float(energy.mean()):.0f} each")
        print(energy.squeeze().mean("lane").to_pandas().round().iloc[:3, :8])


if __name__ == "__main__":
    main()
