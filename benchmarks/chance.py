"""The chance level of the nine functions: a population of random brains that nobody selects.

    python -m benchmarks.chance [--seeds 3]

65,536 organisms with genomes as a spark makes them neither reproduce, move, starve nor age; how many are counted as performing?
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from cyberspace.backends.backend import make_backend
from cyberspace.law.genesis import genesis
from cyberspace.record.samples import shares, take_sample
from cyberspace.worldfile.build import universe_from_text

WORLD = Path(__file__).parents[1] / "examples" / "soup.toml"
FROZEN = (
    "density = 1.0\nphysics = { spark = 0, sunlight = 3, upkeep = 3, spore = 1000000, move = 1000.0, lifespan = 1000000000 }\n"
)
BLOCK, BLOCKS, SAMPLES = 64, 5, 8


def chance(seed: int, in_a_row: int) -> dict[str, float]:
    """Mean share of random brains that were faultless for so many blocks in a row."""
    text = WORLD.read_text().replace("axes.sm = { length = 8 }", "axes.sm = { length = 64 }")
    text = text.replace("genesis =", FROZEN + "genesis =") + f"options = {{ blocks = {in_a_row} }}\n"
    universe, _ = universe_from_text(text, str(WORLD), WORLD.parent, seed)
    (world,) = universe.worlds
    backend = make_backend("numba", world, genesis(world))
    backend.advance(BLOCK * (BLOCKS + 1))
    found = []
    for _ in range(SAMPLES):
        backend.advance(BLOCK)
        found.append(list(shares(universe, {0: take_sample(world, backend.state())}).values()))
    return dict(zip(world.goals, np.mean(found, axis=0).tolist(), strict=True))


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
