"""Whether what evolved balances a pole longer than random brains do: the worlds of examples/10_control, some seeds each.

    python -m benchmarks.control [--worlds pole,cart] [--seeds 5] [--kept]

Populations are held still (nobody is born, moves or dies; other draws than those of the run) for `HELD` ticks: random brains, the
ancestor, and what lives when half of a run is over, and all of it.  Told of each is the mean over organisms of the mean length of their
episodes, where one that goes on counts as long as it is so far if that is longer.  The intervals are of the difference of evolved and
random over seeds, by the t distribution and by draws with replacement.  With --kept the table is printed of what was measured before.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np

import cyberspace as cs
from benchmarks.still import filled, hold, interval, region_of, still
from cyberspace.law.genesis import genesis
from cyberspace.law.state import Region
from cyberspace.law.world import World

HOME = Path(__file__).parents[1]
WORLDS = HOME / "examples" / "10_control"
KEPT = HOME / "benchmarks" / "results" / "control.json"
TICKS = {"pole": 10_000, "cart": 6_000}
HELD = 600
T95 = {2: 12.71, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571, 7: 2.447, 8: 2.365, 9: 2.306, 10: 2.262}
"""Of the t distribution, two-sided, for so many seeds."""


def length(world: World, region: Region, seed: int) -> dict[str, float]:
    """How long a population balances when it is held still: mean, median and best, and how many they are."""
    after = hold(still(world, 0, seed + 1000), region, HELD, keep=np.ones(world.sites, dtype=bool))
    task = world.tasks[0].task
    each = task.measure(after.memory[: task.memory][:, after.alive])
    found = {"mean": each.mean(), "median": np.median(each), "best": each.max()}
    return {name: round(float(value), 2) for name, value in found.items()} | {"organisms": len(each)}


def row(name: str, seed: int) -> dict[str, object]:
    """One seed of one world."""
    began = time.process_time()
    sim = cs.Simulation(WORLDS / f"{name}.toml", backend="numba", seed=seed, threads=1)
    world, ticks = sim.universe.worlds[0], TICKS[name]
    first = region_of(sim)
    wild = genesis(replace(world, genesis="soup", density=1.0, ancestor=None)).region
    found = {
        "random": length(world, wild, seed),
        "ancestor": length(world, filled(first, first.genome[:, int(np.argmax(first.alive))]), seed),
        "evolved": {},
    }
    for _ in range(2):
        sim.advance(ticks // 2)
        found["evolved"][str(sim.tick)] = length(world, region_of(sim), seed)
    spent = round(time.process_time() - began, 1)
    return {"world": name, "seed": seed, "ticks": ticks, "sites": world.sites, **found, "cpu_seconds": spent}


def difference(rows: list[dict[str, object]]) -> dict[str, list[float]]:
    """Mean of evolved minus random over seeds and its 95 % interval, by the t distribution and by draws with replacement."""
    gains = np.array([one["evolved"][str(one["ticks"])]["mean"] - one["random"]["mean"] for one in rows])
    half = T95.get(len(gains), 1.96) * gains.std(ddof=1) / len(gains) ** 0.5
    by_t = [round(float(value), 1) for value in (gains.mean(), gains.mean() - half, gains.mean() + half)]
    return {"by_t": by_t, "by_draws": [round(value, 1) for value in interval(gains)]}


def table(rows: list[dict[str, object]]) -> str:
    """The table of docs/control.md."""
    heads = [
        "world",
        "seed",
        "random",
        "ancestor",
        "evolved, half of the ticks",
        "evolved, all of them",
        "median at the end",
        "CPU s",
    ]
    lines = [f"| {' | '.join(heads)} |", f"| {' | '.join(['---'] * len(heads))} |"]
    for one in rows:
        at = list(one["evolved"].values())
        cells = [one["world"], one["seed"], one["random"]["mean"], one["ancestor"]["mean"], *(point["mean"] for point in at)]
        lines.append(f"| {' | '.join(str(cell) for cell in [*cells, at[-1]['median'], one['cpu_seconds']])} |")
    for name in dict.fromkeys(one["world"] for one in rows):
        mine = [one for one in rows if one["world"] == name]
        if len(mine) > 1:
            (mean, low, high), (_, least, most) = difference(mine).values()
            about = f"{len(mine)} seeds, {mine[0]['sites']} sites, {mine[0]['ticks']:,} ticks"
            told = f"95 % interval {low} to {high} by the t distribution, {least} to {most} by draws with replacement"
            lines.append(f"\n{name}: {mean} steps longer than random brains; {told} ({about})")
    return "\n".join(lines)


def kept(path: Path) -> list[dict[str, object]]:
    """What was measured before."""
    return json.loads(path.read_text())["rows"] if path.exists() else []


def keep(path: Path, rows: list[dict[str, object]]) -> None:
    """Write it down, with how it was measured."""
    worlds = {name: [one for one in rows if one["world"] == name] for name in dict.fromkeys(one["world"] for one in rows)}
    about = {
        "command": "python -m benchmarks.control",
        "held_ticks": HELD,
        "versions": {package: version(package) for package in ("gymnax", "gymnasium", "jax", "numpy")},
        "longer_than_random": {name: difference(mine) for name, mine in worlds.items() if len(mine) > 1},
    }
    path.write_text(json.dumps({**about, "rows": rows}, indent=1) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", default="pole,cart")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--out", type=Path, default=KEPT)
    parser.add_argument("--kept", action="store_true")
    options = parser.parse_args()
    wanted = (
        [] if options.kept else [(name, seed) for name in options.worlds.split(",") for seed in range(1, options.seeds + 1)]
    )
    for name, seed in wanted:
        if not any((one["world"], one["seed"]) == (name, seed) for one in kept(options.out)):
            found = row(name, seed)
            keep(options.out, sorted([*kept(options.out), found], key=lambda one: (one["world"], one["seed"])))
            print(json.dumps(found), flush=True)
    print(table(kept(options.out)))


if __name__ == "__main__":
    main()
