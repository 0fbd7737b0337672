"""The chance level of the nine functions: a population of random brains that nobody selects.

    python -m benchmarks.chance [--seeds 3]

65,536 organisms with genomes as a spark makes them neither reproduce, move, starve nor age; how many are counted as performing?
"""

from __future__ import annotations

import argparse
import tomllib
from pathlib import Path

import numpy as np

import cyberspace as cs

WORLD = Path(__file__).parents[1] / "examples" / "1_soup" / "soup.toml"
FROZEN = {"spark": 0, "sunlight": 3, "upkeep": 3, "spore": 1_000_000, "move": 1000.0, "lifespan": 1_000_000_000}
BLOCK, BLOCKS, SAMPLES = 64, 5, 8


def chance(seed: int, in_a_row: int) -> dict[str, float]:
    """Mean share of random brains that were faultless for so many blocks in a row."""
    world = tomllib.loads(WORLD.read_text())
    world["spaces"]["soup"] |= {"density": 1.0, "physics": FROZEN}
    world["spaces"]["soup"]["axes"]["sm"]["length"] = 64
    world["spaces"]["soup"]["tasks"][0]["options"] = {"blocks": in_a_row}
    sim, found = cs.Simulation(world, backend="numba", seed=seed), list[list[float]]()
    sim.advance(BLOCK * (BLOCKS + 1))
    sim.advance(BLOCK * SAMPLES, every=BLOCK, call=lambda sim: found.append(list(sim.shares("soup").values())))
    return dict(zip(sim.shares("soup"), np.mean(found, axis=0).tolist(), strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    worst = 0.0
    for in_a_row in (1, 4):
        rows = [chance(seed, in_a_row) for seed in range(1, options.seeds + 1)]
        worst = max(max(row.values()) for row in rows)
        means = {goal: 1000 * np.mean([row[goal] for row in rows]) for goal in rows[0]}
        told = ", ".join(f"{goal} {mean:.3f}" for goal, mean in means.items())
        print(f"of 1,000 random brains, faultless for {in_a_row} block(s) in a row: {told}")
    print(f"worst goal of any seed as it is counted: {1000 * worst:.3f} in 1,000")


if __name__ == "__main__":
    main()
