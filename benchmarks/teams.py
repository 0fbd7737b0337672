"""Teams and memory: what evolves on the tasks relay, refine, stream and recall, and what each member of a team is worth.

    python -m benchmarks.teams [--parts relay refine stream recall] [--seeds 5] [--out benchmarks/results/teams.json]

One cell is a part and a seed; cells that the file holds already are not lived again.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import cyberspace as cs
from benchmarks.still import filled, hold, interval, moved_by, region_of, still
from cyberspace.law.state import Region
from cyberspace.law.world import World

RESULTS = Path(__file__).parent / "results" / "teams.json"

Row = dict[str, object]


def text(seed: int, axes: str, genesis: str, physics: str, tasks: list[str]) -> str:
    """A world file of one region with these tasks, each the lines of its table."""
    tables = "".join(f"[[spaces.team.tasks]]\n{task}\n" for task in tasks)
    return f"""[world]
seed = {seed}
[spaces.team]
kind = "gpu"
genesis = "{genesis}"
{axes}
physics = {{ {physics} }}
{tables}"""


def axes_of(lane: int, warp: int, sm: int, near: int = 2, far: int = 32, farthest: int = 64) -> str:
    """The axes of a region, with their stretches."""
    lengths = {"lane": (lane, near), "warp": (warp, far), "sm": (sm, farthest)}
    return "\n".join(
        f"axes.{name} = {{ length = {length}, stretch = {stretch} }}" for name, (length, stretch) in lengths.items()
    )


# --- relay ------------------------------------------------------------------------------------------------------------------------

RELAY_TICKS, RELAY_PAY, RELAY_LESSON = 250_000, 400, 12
PLACES = 4
"""Members of a chain of distance 3."""


def relay_world(seed: int) -> str:
    """A curriculum in space: sm 0 asks over a distance of 1, sm 1 of 2, and sms 2 and 3 of 3, for more."""
    tasks = []
    for distance, sms in ((1, "[0, 1]"), (2, "[1, 2]"), (3, "[2, 4]")):
        pay = RELAY_PAY * (distance + 1) // 2
        options = f"options = {{ distance = {distance}, pay = {pay}, fine = {pay} }}"
        tasks.append(f'name = "relay"\n{options}\nfill = 14\nwhere = {{ sm = {sms} }}')
    physics = f"lesson = {RELAY_LESSON}, lifespan = 600, sunlight = 3, upkeep = 3"
    return text(seed, axes_of(60, 16, 4), "ancestor:replicator", physics, tasks)


def relay(seed: int) -> Row:
    """One seed: right answers of the last in a chain in the sms of distance 3, alone; then the same population held still."""
    sim, curve = cs.Simulation(relay_world(seed), backend="numba", threads=1), list[list[float]]()
    world = sim.universe.worlds[0]
    task, there = world.tasks[2].task, world.tasks[2].where

    def look(sim: cs.Simulation) -> None:
        region = region_of(sim)
        share = task.measure(region.memory[: task.memory, there & region.alive])
        known = share[~np.isnan(share)]
        curve.append([sim.tick, round(float(np.median(known)), 4) if len(known) else float("nan"), len(known)])

    sim.advance(RELAY_TICKS, every=RELAY_TICKS // 10, call=look)
    region = region_of(sim)
    chains = np.flatnonzero(there)[::PLACES, None] + np.arange(PLACES)
    whole = chains[region.alive[chains].all(axis=1)]
    last = np.zeros(world.sites, dtype=bool)
    last[chains[:, -1]] = True
    asked, right = region.memory[:2, last & region.alive]
    heard = asked >= 8
    share = right[heard] / asked[heard]
    goal = world.tasks[2].first_goal
    did = (region.performed[last & region.alive] >> np.uint32(goal)) & np.uint32(1)
    pay = RELAY_PAY * 2
    return {
        "ticks": sim.tick,
        "sites": world.sites,
        "curve": curve,
        "chains": len(chains),
        "whole": len(whole),
        "right": interval(share),
        "faultless": round(float(did.mean()), 4) if len(did) else 0.0,
        "income": round(float(pay * (2 * share.mean() - 1)), 1) if len(share) else 0.0,
        "knock": knock_out(world, region, whole, seed),
        "alone": alone(world, region, there, seed),
    }


def knock_out(world: World, region: Region, chains: NDArray[np.int64], seed: int) -> dict[str, list[float]]:
    """Pay a lesson of the chains that are right nine times of ten when held still: as they are, and with each member silenced.

    Mean and 95 % interval over chains, in units of the full pay.
    """
    place, ticks = still(world, 2, seed + 1000), RELAY_LESSON * 200
    keep = world.tasks[2].where

    def pay(silent: NDArray[np.bool_] | None, chosen: NDArray[np.int64]) -> NDArray[np.float64]:
        after = hold(place, region, ticks, keep=keep, silent=silent)
        asked, right = after.memory[:2, chosen[:, -1]]
        return np.asarray(2 * right / np.maximum(asked, 1) - 1, dtype=np.float64)

    works = chains[pay(None, chains) >= 0.8] if len(chains) else chains
    found: dict[str, list[float]] = {"chains": [float(len(works))]}
    place = still(world, 2, seed + 2000)  # other draws than those they were chosen by
    for name, member in (("nobody", None), *((f"member {k}", k) for k in range(PLACES))):
        silent = None
        if member is not None:
            silent = np.zeros(world.sites, dtype=bool)
            silent[works[:, member]] = True
        found[name] = interval(pay(silent, works)) if len(works) else [float("nan")] * 3
    return found


def alone(world: World, region: Region, there: NDArray[np.bool_], seed: int) -> Row:
    """Everybody of the sms of distance 3 as the last of a chain, all others dead: right answers, of all and of the best.

    The best is asked again with other draws, since the luckiest of so many is above a half by chance.
    """
    last = np.zeros(world.sites, dtype=bool)
    last[np.flatnonzero(there)[PLACES - 1 :: PLACES]] = True
    ticks, shares, genomes = RELAY_LESSON * 200, list[float](), list[NDArray[np.int8]]()
    places = np.flatnonzero(last)
    for shift in range(PLACES):
        moved = moved_by(region, shift)
        after = hold(still(world, 2, seed + 3000 + shift), moved, ticks, keep=there, dead=~last)
        heard = places[after.alive[places]]
        asked, right = after.memory[:2, heard]
        shares += (right / np.maximum(asked, 1)).tolist()
        genomes += list(moved.genome[:, heard].T)
    if not shares:
        return {"organisms": 0}
    best = genomes[int(np.argmax(shares))]
    again = filled(region, best)
    after = hold(still(world, 2, seed + 4000), again, ticks, keep=there, dead=~last)
    asked, right = after.memory[:2, places]
    return {
        "organisms": len(shares),
        "right": interval(np.array(shares)),
        "best": round(max(shares), 4),
        "best again": interval(right / np.maximum(asked, 1)),
    }


# --- refine -----------------------------------------------------------------------------------------------------------------------

REFINE_TICKS, REFINE_LESSON = 250_000, 8
GOOD = {"mine": 0.95, "mill": 0.9}
"""Right answers from which on an organism works a trade; whoever knows nothing of the product reaches 0.75 as a mill."""


def refine_world(seed: int) -> str:
    """A curriculum in space: sm 0 refines one bit into itself, sm 1 three bits, and sms 2 and 3 work both trades in full."""
    tasks = []
    for ore, mix, sms in ((1, 0, "[0, 1]"), (3, 0, "[1, 2]"), (3, 2, "[2, 4]")):
        options = f"options = {{ pay = 200, fine = 300, gain = 2, vein = 8, ore = {ore}, mix = {mix} }}"
        tasks.append(f'name = "refine"\n{options}\nfill = 14\nwhere = {{ sm = {sms} }}')
    physics = f"lesson = {REFINE_LESSON}, lifespan = 600, sunlight = 3, upkeep = 3"
    return text(seed, axes_of(64, 16, 4), "ancestor:replicator", physics, tasks)


def refine(seed: int) -> Row:
    """One seed: right answers of mines and mills where both trades are in full; then the same population held still."""
    sim, curve = cs.Simulation(refine_world(seed), backend="numba", threads=1), list[list[float]]()
    world = sim.universe.worlds[0]
    task, there = world.tasks[2].task, world.tasks[2].where
    mill = np.arange(world.sites) % 2 == 1
    trades = {"mine": there & ~mill, "mill": there & mill}

    def look(sim: cs.Simulation) -> None:
        region = region_of(sim)
        lives = [task.measure(region.memory[: task.memory, sites & region.alive]) for sites in trades.values()]
        curve.append([sim.tick, *(round(float(np.nanmean(share)), 4) for share in lives)])

    sim.advance(REFINE_TICKS, every=REFINE_TICKS // 10, call=look)
    region, row = region_of(sim), Row()
    for number, (name, sites) in enumerate(trades.items()):
        share = task.measure(region.memory[: task.memory, sites & region.alive])
        did = (region.performed[sites & region.alive] >> np.uint32(world.tasks[2].first_goal + number)) & np.uint32(1)
        row |= {name: interval(share[~np.isnan(share)]), f"{name} faultless": round(float(did.mean()), 4)}
    return {"ticks": sim.tick, "sites": world.sites, "curve": curve, **row, **ecology(world, region, trades, seed)}


def ecology(world: World, region: Region, trades: dict[str, NDArray[np.bool_]], seed: int) -> Row:
    """Who works which trade, what mills reach when the mines are silent, and whether one genome does both."""
    ticks, keep = REFINE_LESSON * 200, world.tasks[2].where

    def works(region: Region, draws: int, silent: NDArray[np.bool_] | None = None) -> dict[str, NDArray[np.float64]]:
        after = hold(still(world, 2, seed + draws), region, ticks, keep=keep, silent=silent)
        share = after.memory[1] / np.maximum(after.memory[0], 1)
        return {name: np.where(sites & after.alive, share, np.nan) for name, sites in trades.items()}

    first = works(region, 1000)
    good = {name: share >= GOOD[name] for name, share in first.items()}
    founders = {name: set(region.founder[who].tolist()) for name, who in good.items()}
    again, silent = works(region, 2000), works(region, 2000, trades["mine"])
    chosen = good["mill"] if good["mill"].any() else first["mill"] >= np.nanquantile(first["mill"], 0.95)
    best = works(filled(region, region.genome[:, int(np.nanargmax(first["mill"]))]), 3000)
    shared = founders["mine"] & founders["mill"]
    return {
        "working": {name: int(who.sum()) for name, who in good.items()},
        "living": {name: int((~np.isnan(share)).sum()) for name, share in first.items()},
        "founders": {name: len(marks) for name, marks in founders.items()} | {"both": len(shared)},
        "mills of founders of both": round(float(np.isin(region.founder[good["mill"]], list(shared)).mean()), 4)
        if shared
        else 0.0,
        "mills": interval(again["mill"][chosen]),
        "mills, mines silent": interval(silent["mill"][chosen]),
        "best mill everywhere": {name: interval(share[~np.isnan(share)]) for name, share in best.items()},
    }


# --- stream and recall: one organism ----------------------------------------------------------------------------------------------

STREAM_TICKS, RECALL_TICKS, HELD = 30_000, 60_000, 600


def stream_world(seed: int) -> str:
    return text(
        seed,
        axes_of(32, 16, 4, 2, 4, 8),
        "ancestor:learner",
        "lesson = 1",
        ['name = "stream"\noptions = { pattern = "11010" }'],
    )


def recall_world(seed: int, delay: int = 4) -> str:
    options = f"options = {{ delay = {delay}, pay = {40 * (delay + 1)}, fine = {40 * (delay + 1)} }}"
    return text(
        seed,
        axes_of(32, 16, 4, 2, 4, 8),
        "ancestor:replicator",
        f"lesson = {4 if delay < 8 else 2}",
        [f'name = "recall"\n{options}'],
    )


def alone_for_life(make: Callable[[int], str], ticks: int, lessons: int) -> Callable[[int], Row]:
    """What evolves in a world, and what its best genome reaches in a life that nobody was selected by."""

    def cell(seed: int) -> Row:
        sim = cs.Simulation(make(seed), backend="numba", threads=1)
        world, curve = sim.universe.worlds[0], list[list[float]]()
        task = world.tasks[0].task
        first = (
            task.memory - int(getattr(task, "counts", False)) - 2
        )  # what was asked and right; a word of the world's own may follow

        def look(sim: cs.Simulation) -> None:
            region = region_of(sim)
            share = task.measure(region.memory[: task.memory, region.alive])
            known = share[~np.isnan(share)]
            curve.append(
                [sim.tick, *np.round(np.quantile(known, (0.5, 0.9)), 4)] if len(known) else [sim.tick, float("nan")] * 2
            )

        sim.advance(ticks, every=ticks // 10, call=look)
        region, everywhere = region_of(sim), np.ones(world.sites, dtype=bool)
        lived = lessons * world.physics.lesson_ticks
        # everybody lives a first life held still, to choose the best; then the best, at every site, a second with other draws
        trial = hold(still(world, 0, seed + 1000), region, lived, keep=everywhere)
        asked, right = trial.memory[first : first + 2]
        shares = np.where(trial.alive & (asked >= 8), right / np.maximum(asked, 1), 0)
        best = filled(region, region.genome[:, int(np.argmax(shares))])
        after = hold(still(world, 0, seed + 2000), best, lived, keep=everywhere)
        asked, right = after.memory[first : first + 2]
        performs = sim.tasks
        return {
            "ticks": sim.tick,
            "sites": world.sites,
            "curve": curve,
            "performs": {name: round(float(share), 4) for name, share in performs.items()},
            "all": interval(shares[trial.alive]),
            "lessons": lessons,
            "best": interval(right / np.maximum(asked, 1)),
        }

    return cell


PARTS: dict[str, Callable[[int], Row]] = {
    "relay": relay,
    "refine": refine,
    "stream": alone_for_life(stream_world, STREAM_TICKS, HELD),
    "recall 4": alone_for_life(recall_world, RECALL_TICKS, HELD),
    "recall 16": alone_for_life(lambda seed: recall_world(seed, 16), RECALL_TICKS, 17 * 40),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", nargs="*", default=list(PARTS), choices=list(PARTS))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    cells = json.loads(options.out.read_text()) if options.out.exists() else {}
    for seed in range(1, options.seeds + 1):
        for part in options.parts:
            if str(seed) in cells.get(part, {}):
                continue
            began = time.process_time()
            row = PARTS[part](seed)
            cells.setdefault(part, {})[str(seed)] = {**row, "cpu_s": round(time.process_time() - began, 1)}
            options.out.write_text(json.dumps(cells, indent=1) + "\n")
            print(part, seed, {name: value for name, value in cells[part][str(seed)].items() if name != "curve"}, flush=True)


if __name__ == "__main__":
    main()
