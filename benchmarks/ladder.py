"""Stepping stones: a soup where all functions pay, and one where the top alone does; how soon and how often is the top reached?

    python -m benchmarks.ladder [--task ladder] [--tops PARITY TOGGLE] [--seeds 3] [--ticks 240000] [--chance] [--table]

What stands in the file of results is not run again.  One thread.
"""

from __future__ import annotations

import argparse
import copy
import json
import time
import tomllib
from pathlib import Path
from typing import Any

import numpy as np

import cyberspace as cs
from benchmarks import ladder_tables
from benchmarks.scale_worlds import BLOCK, BLOCKS, DRAWN, FROZEN, world_of
from cyberspace.backends.backend import make_backend
from cyberspace.law.genesis import genesis

ROOT = Path(__file__).parents[1]
WORLDS = {"ladder": ROOT / "examples" / "11_ladder" / "ladder.toml", "logic": ROOT / "examples" / "1_soup" / "soup.toml"}
OUT = Path(__file__).parent / "results" / "ladder.json"
EVERY = 2000
WORTHS = {"logic": {"EQU": 6}}


def file_of(task: str) -> dict[str, Any]:
    """The tables of the world of a task; a file of the user's by its whole path."""
    file = copy.deepcopy(tomllib.loads(WORLDS[task].read_text()))
    [entry] = file["spaces"]["soup"]["tasks"]
    if ":" in entry["name"]:
        entry["name"] = f"{WORLDS[task].parent}/{entry['name']}"
    return file


def live(task: str, paid: str, seed: int, ticks: int, sm: int = 8) -> dict[str, Any]:
    """One run: goals, and the share of the living that performs each at every `EVERY` ticks, in parts of 10,000.

    Args:
        task: A key of `WORLDS`.
        paid: "all", or the functions that alone pay, joined by "+".
        seed: Of the world.
        ticks: How long it lives.
        sm: Its size, in sms of 1,024 sites.
    """
    file = file_of(task)
    file["spaces"]["soup"]["axes"]["sm"]["length"] = sm
    if paid != "all":
        file["spaces"]["soup"]["tasks"][0]["options"] = {"pays": dict.fromkeys(paid.split("+"), 9)}
    world, rows = cs.Simulation(file, backend="numba", seed=seed, threads=1), list[list[int]]()
    for _ in range(ticks // EVERY):
        world.advance(EVERY)
        rows.append([round(10_000 * share) for share in world.shares("soup").values()])
    return {"goals": list(world.shares("soup")), "every": EVERY, "shares": rows}


def chance(task: str, seed: int, blocks: int, turns: int) -> dict[str, int]:
    """How many of so many times 65,536 random genomes perform each function, faultless for so many blocks in a row."""
    found: dict[str, int] = {}
    for turn in range(turns):
        file = file_of(task)
        file["spaces"]["soup"] |= {"density": 1.0, "physics": FROZEN}
        file["spaces"]["soup"]["axes"]["sm"]["length"] = DRAWN // 1024
        file["spaces"]["soup"]["tasks"][0]["options"] = {"blocks": blocks}
        world = world_of(file, 1_000_000 * seed + turn)
        backend = make_backend("numba", world, genesis(world), threads=1)
        backend.advance(BLOCK * (BLOCKS - 4 + blocks))
        performed = backend.look("performed")
        for k, goal in enumerate(world.goals):
            found[goal] = found.get(goal, 0) + int(np.count_nonzero(performed >> np.uint32(k) & np.uint32(1)))
    return found | {"of": turns * DRAWN}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--task", choices=list(WORLDS), default="ladder")
    parser.add_argument(
        "--tops", nargs="*", default=["PARITY", "TOGGLE"], help="arms beside `all`; several functions joined by +"
    )
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--ticks", type=int, default=240_000)
    parser.add_argument("--sm", type=int, default=8, help="size of the worlds, in sms of 1,024 sites")
    parser.add_argument("--chance", action="store_true", help="how many random genomes perform each function, and no more")
    parser.add_argument("--turns", type=int, default=16, help="times that 65,536 genomes are drawn for that")
    parser.add_argument("--table", action="store_true", help="run nothing")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    found: dict[str, Any] = json.loads(options.out.read_text()) if options.out.exists() else {}
    wanted = [(task, "chance", blocks, options.turns, 64) for task in WORLDS for blocks in (1, 4)] if options.chance else []
    if not (options.chance or options.table):
        wanted = [
            (options.task, arm, seed, options.ticks, options.sm)
            for seed in range(1, options.seeds + 1)
            for arm in ("all", *options.tops)
        ]
    for task, arm, number, length, sm in wanted:
        key, began = f"{task} {arm} {number} {length} {sm}", time.process_time()
        if key in found:
            continue
        found[key] = chance(task, 1, number, length) if arm == "chance" else live(task, arm, number, length, sm)
        found[key]["seconds"] = round(time.process_time() - began, 1)
        lines = [f"{json.dumps(one)}: {json.dumps(found[one], separators=(',', ':'))}" for one in found]
        new = options.out.with_suffix(".new")
        new.write_text("{\n" + ",\n".join(lines) + "\n}\n")
        new.replace(options.out)
        last = dict(zip(found[key]["goals"], found[key]["shares"][-1], strict=True)) if "goals" in found[key] else found[key]
        print(key, found[key]["seconds"], last, flush=True)
    print(ladder_tables.tables(found))


if __name__ == "__main__":
    main()
