"""Whether a pole is balanced longer by what evolved than by chance: examples/10_control, some seeds each.

    python -m benchmarks.control [--worlds pole,cart] [--seeds 3] [--ticks 20000] [--out benchmarks/results/control.json]

Chance: random brains by the same laws, where nobody is born or dies (`cyberspace.record.chance`).  Told is the mean over the living of the
mean length of their episodes; the interval is of the difference between evolved and chance over seeds, by the t distribution.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np

import cyberspace as cs
from cyberspace.backends.reference import Reference
from cyberspace.law.genesis import genesis
from cyberspace.record.chance import calm

WORLDS = Path(__file__).parents[1] / "examples" / "10_control"
T95 = {2: 12.71, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571, 8: 2.365, 10: 2.262}
"""Of the t distribution, two-sided, for so many seeds."""


def mean_length(world: cs.World, memory: np.ndarray, alive: np.ndarray) -> float:
    """Mean over organisms of the mean length of their episodes."""
    task = world.tasks[0].task
    return float(np.nanmean(task.measure(memory[: task.memory][:, alive])))


def by_chance(name: str, seed: int, ticks: int) -> float:
    """The same of random brains."""
    world = calm(cs.Simulation(WORLDS / f"{name}.toml", backend="reference", seed=seed).universe.worlds[0], 0)
    lives = Reference(world, genesis(world))
    lives.advance(ticks)
    region = lives.state().region
    return mean_length(world, region.memory, region.alive)


def evolved(name: str, seed: int, ticks: int) -> list[float]:
    """The same of a population, at ten times."""
    sim, found = cs.Simulation(WORLDS / f"{name}.toml", backend="numba", seed=seed, threads=1), []
    for _ in range(10):
        sim.advance(ticks // 10)
        engine = sim.regions[0].engine
        found.append(mean_length(sim.universe.worlds[0], engine.look("memory"), engine.look("alive")))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", default="pole,cart")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--ticks", type=int, default=20_000)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/control.json"))
    options = parser.parse_args()
    rows = json.loads(options.out.read_text()) if options.out.exists() else {}
    for name in options.worlds.split(","):
        for seed in range(1, options.seeds + 1):
            key = f"{name} {seed} {options.ticks}"
            if key not in rows:
                began = time.process_time()
                rows[key] = {"chance": by_chance(name, seed, 600), "evolved": evolved(name, seed, options.ticks)}
                rows[key]["cpu_seconds"] = round(time.process_time() - began, 1)
                options.out.write_text(json.dumps(rows, indent=1) + "\n")
            print(key, rows[key], flush=True)
        mine = [rows[f"{name} {seed} {options.ticks}"] for seed in range(1, options.seeds + 1)]
        gains = np.array([row["evolved"][-1] - row["chance"] for row in mine])
        half = T95.get(len(gains), 1.96) * gains.std(ddof=1) / len(gains) ** 0.5
        print(
            f"{name}: {gains.mean():.1f} steps longer than chance, 95 % interval {gains.mean() - half:.1f} to {gains.mean() + half:.1f}"
        )


if __name__ == "__main__":
    main()
