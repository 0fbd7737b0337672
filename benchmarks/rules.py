"""Learning rules that compete: each rare among each other, over lifespans and rates of change; and how soon each recovers from a change.

    python -m benchmarks.rules [--grid] [--recovery] [--tables] [--seeds 5] [--ticks 12000] [--out benchmarks/results/rules.json]

Without a choice it does all three.  What stands in the file already is not run again; the tables are made of it in a moment.  One thread.
"""

from __future__ import annotations

import argparse
import itertools
import json
import time
from pathlib import Path

import numpy as np

from benchmarks import rule_recovery, rule_tables
from benchmarks.rule_worlds import NEVER, RARE, RULES, SITES, Setting, alone, contest, world_of

OUT = Path(__file__).parent / "results" / "rules.json"
LIFESPANS, CHANGES, NOISE = (100, 600, 3600), (NEVER, 128, 8), 4
CELLS = [(life, lessons, NOISE) for life in LIFESPANS for lessons in CHANGES]
QUIET = [(life, NEVER, 0) for life in LIFESPANS]
"""Beside the map: worlds that never change and never lie, where learners meet those who do not learn."""

RATES, GAINS, LEAKS = (1, 2, 4, 7), (2, 4, 7), (1, 4)
SEARCH = {"lifespan": 600, "lessons": 128, "noise": NOISE, "ticks": 4000, "last": 128, "seeds": [101, 102]}
"""Where settings are searched: the middle of the map, with other seeds."""


class Results:
    """The file of results, written after every piece."""

    def __init__(self, path: Path):
        self._path = path
        self.found: dict[str, dict] = json.loads(path.read_text()) if path.exists() else {}
        for name in ("search", "grid", "recovery", "seconds"):
            self.found.setdefault(name, {})

    def save(self, kind: str, began: float) -> None:
        """Keep what was found, and the processor time it took."""
        spent = time.process_time() - began
        self.found["seconds"][kind] = round(self.found["seconds"].get(kind, 0) + spent, 1)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        before = self._path.with_suffix(".new")
        before.write_text(json.dumps(self.found, indent=1) + "\n")
        before.replace(self._path)


def candidates(rule: str) -> list[Setting]:
    """Settings that are tried for a rule."""
    if rule == "none":
        return [(0, 0, 0, 0, 0)]
    leaks = LEAKS if rule == "oja" else (0,)
    return [(rate, a, b, 0, 0) for rate, a, b in itertools.product(RATES, GAINS, leaks)]


def search(results: Results) -> dict[str, Setting]:
    """The setting of each rule by which most answers are right where all have it."""
    worlds = [world_of(seed, SEARCH["lifespan"], SEARCH["lessons"], NOISE) for seed in SEARCH["seeds"]]
    known = results.found["search"]
    for rule in RULES:
        tried = known.setdefault(rule, {})
        for setting in candidates(rule):
            key, began = " ".join(map(str, setting)), time.process_time()
            if key not in tried:
                right = [alone(world, rule, setting, SEARCH["ticks"], SEARCH["last"])[0] for world in worlds]
                tried[key] = round(float(np.mean(right)), 4)
                results.save("search", began)
    best = {rule: max(known[rule], key=known[rule].get) for rule in RULES}
    return {rule: tuple(map(int, key.split())) for rule, key in best.items()}


def grid(results: Results, settings: dict[str, Setting], seeds: int, ticks: int) -> None:
    """Every rule rare among every other, in every cell of the map; and learners against `none` in the worlds beside it."""
    pairs = list(itertools.permutations(RULES, 2))
    beside = [pair for pair in pairs if "none" in pair]
    for cell, rare, common in [(c, *p) for c in CELLS for p in pairs] + [(c, *p) for c in QUIET for p in beside]:
        key = f"{cell[0]} {cell[1]} {cell[2]} {rare} {common}"
        runs, began = results.found["grid"].setdefault(key, {}), time.process_time()
        wanted = [str(seed) for seed in range(1, seeds + 1) if str(seed) not in runs]
        for seed in wanted:
            runs[seed] = contest(world_of(int(seed), *cell), rare, common, settings, ticks)
        if wanted:
            results.save("grid", began)
            print(key, [runs[seed][2:] for seed in wanted], flush=True)


def recovery(results: Results, settings: dict[str, Setting], seeds: int) -> None:
    """The curve of each rule after a change."""
    for rule in RULES:
        curves = results.found["recovery"].setdefault(rule, {})
        for seed in range(1, seeds + 1):
            began = time.process_time()
            if str(seed) not in curves:
                curves[str(seed)] = rule_recovery.curve(seed, rule, settings[rule])
                results.save("recovery", began)
                print("recovery", rule, seed, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("grid", "recovery", "tables"):
        parser.add_argument(f"--{name}", action="store_true")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--ticks", type=int, default=12_000)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    whole = not (options.grid or options.recovery or options.tables)
    results = Results(options.out)
    about = {"seeds": options.seeds, "ticks": options.ticks, "sites": SITES, "rare": RARE, "noise": NOISE}
    if results.found.setdefault("about", about) != about:
        raise SystemExit(f"{options.out}: made with {results.found['about']}; expected {about}; try: another --out")
    if whole or options.grid or options.recovery:
        settings = search(results)
        print("settings:", settings, flush=True)
    if whole or options.recovery:
        recovery(results, settings, options.seeds)
    if whole or options.grid:
        grid(results, settings, options.seeds, options.ticks)
    if whole or options.tables:
        print(rule_tables.tables(results.found, LIFESPANS, CHANGES, NOISE))


if __name__ == "__main__":
    main()
