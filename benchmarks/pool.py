"""What crossing, sharing and a bandit are worth in a pool, on landscapes whose truth is known and on a small world of text.

    python -m benchmarks.pool cross          2 x 2 x 2 (bandit, cross, shared), positive and negative control, 30 repeats
    python -m benchmarks.pool donors         the same where each participant brings one block whole, and only crossing can add them up
    python -m benchmarks.pool bytes          the same on the small world of text; goes on where it was stopped (benchmarks/pool_bytes.py)
    python -m benchmarks.pool islands        the pool against plain islands at equal budget, three tasks, 20 repeats
    python -m benchmarks.pool speeds         workers of speeds 1 : 4 : 16 against the fastest with the summed budget; simulated clocks
                                             (`benchmarks.unlike`: real processes)

Four participants take turns in one process, on a ledger in memory; so an experiment costs milliseconds.  Repeats differ in landscape and
choices.  "To target" counts experiments of all participants until a kept candidate's true score (without noise) reaches the target;
those that never do within the budget are censored.
"""

from __future__ import annotations

import argparse
import heapq
import itertools
import json
import math
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from cyberspace.collective.ledger.ledger import Ledger
from cyberspace.collective.objective.landscape import Landscape
from cyberspace.collective.objective.objective import Objective
from cyberspace.collective.pool.pool import Pool, Settings
from cyberspace.collective.who import Participant
from cyberspace.statistics import Estimate, bootstrap_interval, holm, kaplan_meier, log_rank, rank_sum

Times = dict[tuple[bool, bool, bool], list[float]]
WORKERS, BUDGET = 4, 50
TARGETS = {"blocks": 0.6, "scrambled": 0.88}
"""True scores: on blocks about three of five whole blocks and half of the bowl; scrambled, the best of some tens."""


def pools(objective: Objective, settings: Settings, count: int, seed: int) -> list[Pool]:
    """Participants of one pool in memory, its baseline run."""
    ledger = Ledger.open(uuid.uuid4().hex, "memory", objective.space)
    made = [Pool(ledger, objective, Participant(f"w{k}"), settings, 1000 * seed + k) for k in range(count)]
    made[0].begin()
    return made


def give(side: list[Pool], objective: Landscape) -> None:
    """Each participant brings another block that is whole."""
    for k, pool in enumerate(side):
        pool.offer(objective.donor(k))


def live(
    objective: Objective, settings: Settings, budget: int, seed: int, truth: Callable[[dict], float], workers: int = WORKERS
) -> list[float]:
    """The best true score of a kept candidate, of any participant, after each experiment."""
    side, best, found = pools(objective, settings, workers, seed), -math.inf, []
    if isinstance(objective, Landscape) and objective.kind == "whole":
        give(side, objective)
    known = dict[str, float]()
    for k in range(budget):
        row = side[k % workers].step()
        if row is not None and row.state == "kept":
            known[row.candidate] = truth(dict(row.proposal.params)) if row.candidate not in known else known[row.candidate]
            best = max(best, known[row.candidate])
        found.append(best)
    return found


def first(curve: Sequence[float], target: float) -> float:
    """Experiments until the target; infinity if it was not reached."""
    return next((k + 1.0 for k, value in enumerate(curve) if value >= target), math.inf)


def cell_settings(bandit: bool, cross: bool, shared: bool, **more: object) -> Settings:
    """One of the eight."""
    policy = ("kl-ucb", "thompson") if bandit else ("uniform", "uniform")
    return Settings(candidates=policy[0], operators=policy[1], cross=cross, shared=shared, **more)  # type: ignore[arg-type]


def cross(repeats: int) -> dict[str, object]:
    """The controls."""
    return {kind: factorial(lambda seed, kind=kind: _landscape(kind, seed), TARGETS[kind], BUDGET, repeats) for kind in TARGETS}


def landscape(kind: str, seed: int) -> Landscape:
    """Five blocks of three flags and two numbers; smooth, six numbers and a flag."""
    return Landscape(kind, 1, 1, 6, world=seed) if kind == "smooth" else Landscape(kind, 5, 3, 2, world=seed)


def _landscape(kind: str, seed: int) -> tuple[Objective, Callable[[dict], float], Settings]:
    made = landscape(kind, seed)
    return made, made.truth, Settings(seeds=(1,))


def factorial(make: Callable, target: float, budget: int, repeats: int) -> dict[str, object]:
    """All eight cells; main effects of each factor by log-rank over the other two."""
    cells: Times = {}
    ends: Times = {}
    for cell in itertools.product((False, True), repeat=3):
        begin = time.perf_counter()
        curves = []
        for seed in range(repeats):
            objective, truth, base = make(seed)
            curves.append(live(objective, cell_settings(*cell, seeds=base.seeds, budget=base.budget), budget, seed, truth))
        cells[cell], ends[cell] = [first(curve, target) for curve in curves], [curve[-1] for curve in curves]
        survived = kaplan_meier(cells[cell], budget)
        print(
            cell,
            survived.reached,
            survived.median,
            round(float(np.mean(ends[cell])), 3),
            f"{time.perf_counter() - begin:.0f} s",
            flush=True,
        )
    return summary(cells, ends, target, budget)


def summary(cells: Times, ends: Times, target: float, budget: int) -> dict[str, object]:
    """Times to the target and ends of all eight cells, and the tests of each factor."""
    names, tests = ("bandit", "cross", "shared"), {}
    for k, name in enumerate(names):
        on, off = ([t for cell, times in cells.items() if cell[k] is side for t in times] for side in (True, False))
        tests[name] = {
            "p": log_rank(on, off, budget),
            "reached with": sum(t <= budget for t in on),
            "reached without": sum(t <= budget for t in off),
            "of": len(on),
        }
    alone = [t for cell, times in cells.items() if cell[2] and cell[1] for t in times]
    rest = [t for cell, times in cells.items() if not (cell[2] and cell[1]) for t in times]
    tests["cross and shared against the rest"] = {
        "p": log_rank(alone, rest, budget),
        "reached with": sum(t <= budget for t in alone),
        "reached without": sum(t <= budget for t in rest),
        "of": [len(alone), len(rest)],
    }
    for one, p in zip(tests.values(), holm([one["p"] for one in tests.values()]), strict=True):
        one["p, Holm"] = p
    return {
        "target": target, "budget": budget, "repeats": len(next(iter(cells.values()))), "tests": tests,
        "cells": [_told(dict(zip(names, cell, strict=True)), cells[cell], ends[cell], budget) for cell in cells],
    }  # fmt: skip


def _three(one: Estimate) -> list[float]:
    return [round(value, 4) for value in (one.mean, one.low, one.high)]


def _reached(times: list[float], limit: float) -> dict[str, float | None]:
    km = kaplan_meier(times, limit)
    return {"median": None if math.isinf(km.median) else km.median, "reached": km.reached}


def _told(cell: dict[str, bool], times: list[float], ends: list[float], budget: int) -> dict[str, object]:
    km = kaplan_meier(times, budget)
    return {
        **cell, "reached": km.reached, "n": km.n, "median": None if math.isinf(km.median) else km.median,
        "end": _three(bootstrap_interval(ends)), "times": [None if math.isinf(t) else t for t in times],
        "survival": {
            "times": km.times.tolist(), "share": km.share.round(4).tolist(), "low": km.low.round(4).tolist(),
            "high": km.high.round(4).tolist(),
        },
    }  # fmt: skip


def donors(repeats: int) -> dict[str, object]:
    """Four blocks of six flags without numbers, one whole with each participant; the target is three of them in one."""

    def make(seed: int) -> tuple:
        made = Landscape("whole", 4, 6, 0, world=seed)
        return made, made.truth, Settings(seeds=(1,))

    return factorial(make, 0.79, BUDGET, repeats)


def on_bytes(given: argparse.Namespace) -> dict[str, object]:
    """The same on the world of text, and what the pool and islands ended with there: three of the cells."""
    from benchmarks import pool_bytes as text
    from benchmarks.reused import reused

    made = text.Given(given.budget, given.ticks, WORKERS, given.first)
    with reused():
        rows = text.run(given.rows, made, given.repeats, given.minutes * 60, pools)
    curves = text.whole_repeats(rows)
    times = {cell: [first(curve, given.target) for curve in many] for cell, many in curves.items()}
    ends = {cell: [curve[-1] for curve in many] for cell, many in curves.items()}
    ways = {"pool": (True, True, True), "islands": (False, False, False), "islands with a bandit": (True, False, False)}
    middle = np.median([curve for many in curves.values() for curve in many], axis=0)
    return summary(times, ends, given.target, given.budget) | {
        "median of all": [None if math.isinf(one) else round(float(one), 4) for one in middle],
        "asked": given.repeats, "ticks": given.ticks, "cpu seconds": round(sum(row["cpu seconds"] for row in rows)),
        "operators": text.operators_of(rows),
        "islands": {"bytes": versus({name: ends[cell] for name, cell in ways.items()}, given.budget)},
    }  # fmt: skip


def against_islands(repeats: int) -> dict[str, object]:
    """The pool (bandit, cross, shared) against plain islands (uniform, none, alone): what they end with, every repeat of it."""
    found: dict[str, object] = {}
    for kind in ("blocks", "scrambled", "smooth"):
        ends: dict[str, list[float]] = {}
        for name, settings in {
            "pool": cell_settings(True, True, True, seeds=(1,)),
            "islands": cell_settings(False, False, False, seeds=(1,)),
            "islands with a bandit": cell_settings(True, False, False, seeds=(1,)),
        }.items():
            ends[name] = []
            for seed in range(100, 100 + repeats):
                made = landscape(kind, seed)
                ends[name].append(live(made, settings, BUDGET, seed, made.truth)[-1])
            print(kind, name, bootstrap_interval(ends[name]).told(), flush=True)
        found[kind] = versus(ends, BUDGET)
    return found


def versus(ends: dict[str, list[float]], budget: int) -> dict[str, object]:
    """Whole distributions of what each way ended with, and Mann and Whitney's test of each against the pool."""
    return {
        "budget": budget, "repeats": len(ends["pool"]),
        "p, Mann-Whitney": {name: rank_sum(ends["pool"], ends[name]) for name in ends if name != "pool"},
        "median": {name: _three(bootstrap_interval(many, median=True)) for name, many in ends.items()},
        "ends": {name: [round(value, 4) for value in sorted(many)] for name, many in ends.items()},
    }  # fmt: skip


def speeds(repeats: int) -> dict[str, object]:
    """Workers that need 16, 4 and 1 ticks of a simulated clock for an experiment, against the fastest alone.

    The pool lives until its workers have begun BUDGET experiments in all; the single worker does as many, one after the other, at speed 16,
    and, for the comparison by wall clock, as many as it can until the pool is done.
    """
    found: dict[str, object] = {}
    for kind, target in (("blocks", 0.6), ("smooth", 0.8)):
        rows: dict[str, list[list[float]]] = {"pool": [], "fastest alone": []}
        for seed in range(200, 200 + repeats):
            made = landscape(kind, seed)
            for name, ticks in (("pool", (16, 4, 1)), ("fastest alone", (1,))):
                rows[name].append(_clocked(made, ticks, target, seed))
        told = {}
        for k, what in enumerate(("experiments", "clock")):
            limit = max(max(one[k + 2] for one in many) for many in rows.values())
            times = {name: [one[k] for one in many] for name, many in rows.items()}
            told[what] = {
                **{name: _reached(many, limit) for name, many in times.items()},
                "p, log-rank": log_rank(times["pool"], times["fastest alone"], limit), "of": repeats,
            }  # fmt: skip
        ends = {name: [one[4] for one in many] for name, many in rows.items()}
        told["end at equal experiments"] = {name: _three(bootstrap_interval(many)) for name, many in ends.items()}
        found[kind] = told | {"target": target, "budget": BUDGET}
        print(kind, json.dumps(found[kind]), flush=True)
    return found


def _clocked(made: Landscape, ticks: Sequence[int], target: float, seed: int) -> list[float]:
    """Experiments and clock to the target, both in all, and the end.  A worker proposes by what was closed before it began."""
    side = pools(made, cell_settings(True, True, True, seeds=(1,)), len(ticks), seed)
    queue = [(0.0, k) for k in range(len(ticks))]  # (when a worker is free, which)
    best, at, done, clock, late = -math.inf, [math.inf, math.inf], 0, 0.0, list[tuple[float, float]]()
    heapq.heapify(queue)
    while done < BUDGET:
        now, k = heapq.heappop(queue)
        row = side[k].step()  # in the pool's ledger at once: it is seen by others a little early, by less than one experiment
        done += 1
        end = now + ticks[k]
        if row is not None and row.state == "kept":
            late.append((end, made.truth(row.proposal.params)))
            if late[-1][1] >= target and math.isinf(at[0]):
                at = [float(done), end]
            best = max(best, late[-1][1])
        clock = max(clock, end)
        heapq.heappush(queue, (end, k))
    return [*at, float(done), clock, best]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("cross", "donors", "bytes", "islands", "speeds"))
    parser.add_argument("--repeats", type=int, default=30)
    parser.add_argument("--budget", type=int, default=36, help="of `bytes`")
    parser.add_argument("--ticks", type=int, default=300, help="of `bytes`")
    parser.add_argument("--target", type=float, default=-0.48, help="of `bytes`: minus bits per symbol; chosen in a pilot")
    parser.add_argument("--first", type=int, default=0, help="of `bytes`: number of the first repeat; the pilot began at 9000")
    parser.add_argument(
        "--minutes", type=float, default=math.inf, help="of `bytes`: when to stop; the same command goes on later"
    )
    parser.add_argument(
        "--rows", type=Path, default=Path("benchmarks/results/pool-bytes.jsonl"), help="of `bytes`: repeats done"
    )
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results"))
    given = parser.parse_args()
    begin = time.perf_counter()
    runs: dict[str, Callable[[], dict[str, object]]] = {
        "cross": lambda: cross(given.repeats),
        "donors": lambda: donors(given.repeats),
        "bytes": lambda: on_bytes(given),
        "islands": lambda: against_islands(given.repeats),
        "speeds": lambda: speeds(given.repeats),
    }
    found = runs[given.what]()
    words = [given.what, "--repeats", str(given.repeats)]
    if given.what == "bytes":
        words += ["--budget", str(given.budget), "--ticks", str(given.ticks), "--target", str(given.target)]
    content = {
        "command": " ".join(["python -m benchmarks.pool", *words]),
        "seconds": found.pop("cpu seconds", round(time.perf_counter() - begin)),
        "found": found,
    }
    given.out.mkdir(exist_ok=True)
    (given.out / f"pool-{given.what}.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
