"""The chance level of the functions of a task: a population of random brains that nobody selects.

    python -m benchmarks.chance [--task ladder] [--seeds 3]

65,536 organisms with genomes as a spark makes them neither reproduce, move, starve nor age; how many are counted as performing?
"""

from __future__ import annotations

import argparse
import tomllib
from pathlib import Path

import numpy as np

import cyberspace as cs

EXAMPLES = Path(__file__).parents[1] / "examples"
WORLDS = {"logic": EXAMPLES / "1_soup" / "soup.toml", "ladder": EXAMPLES / "11_ladder" / "ladder.toml"}
FROZEN = {"spark": 0, "sunlight": 3, "upkeep": 3, "spore": 1_000_000, "move": 1000.0, "lifespan": 1_000_000_000}
BLOCK, BLOCKS, SAMPLES = 64, 5, 8
ROWS = 1, 4
"""Faultless blocks in a row: less than what counts, and what does."""


def chance(task: str, seed: int, in_a_row: int) -> dict[str, float]:
    """Mean share of random brains that were faultless for so many blocks in a row."""
    world = tomllib.loads(WORLDS[task].read_text())
    world["spaces"]["soup"] |= {"density": 1.0, "physics": FROZEN}
    world["spaces"]["soup"]["axes"]["sm"]["length"] = 64
    [entry] = world["spaces"]["soup"]["tasks"]
    entry["options"] = {"blocks": in_a_row}
    if ":" in entry["name"]:
        entry["name"] = f"{WORLDS[task].parent}/{entry['name']}"
    sim, found = cs.Simulation(world, backend="numba", seed=seed), list[list[float]]()
    sim.advance(BLOCK * (BLOCKS + 1))
    sim.advance(BLOCK * SAMPLES, every=BLOCK, call=lambda sim: found.append(list(sim.shares("soup").values())))
    return dict(zip(sim.shares("soup"), np.mean(found, axis=0).tolist(), strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--task", choices=WORLDS, default="logic")
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    found = {blocks: [chance(options.task, seed, blocks) for seed in range(1, options.seeds + 1)] for blocks in ROWS}
    print(
        f"| of a million random brains, faultless for | {' | '.join(f'{blocks} in a row' for blocks in ROWS)} |\n| --- | --- | --- |"
    )
    for goal in found[ROWS[0]][0]:
        means = [1e6 * np.mean([row[goal] for row in found[blocks]]) for blocks in ROWS]
        print(f"| {goal} | {' | '.join(f'{mean:,.3g}' for mean in means)} |")
    worst = max(max(row.values()) for row in found[ROWS[-1]])
    print(f"worst goal of any of {options.seeds} seeds as it is counted: {1000 * worst:.3f} in 1,000")


if __name__ == "__main__":
    main()
