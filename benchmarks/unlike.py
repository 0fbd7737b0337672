"""Workers of unlike speed for real: three processes of 1 : 4 : 16 on one journal, against the fastest alone with as many experiments.

    python -m benchmarks.unlike [--repeats 12] [--budget 36] [--minutes M]

All processes run on one host, and are slowed by a duty cycle: whatever takes time (an evaluation, proposing, the ledger) is followed by a
sleep in proportion to it, before the result is handed in, so that a slow worker holds its claim as long as a slow machine would.  Time
is the wall clock's, so that speeds keep their ratio where others use the machine as well.  The fastest is slowed too, by half, so that
three of them share a processor without waiting for each other.  Processes live through all repeats, and compile all kinds of the task
before the first: what is timed begins when all are ready, and ends with the last row.

The task is the small world of text with few options (`benchmarks.pool_bytes`).  To the target counts what was kept until its mean score
over seeds that no worker saw is above it; the wall clock is that of the rows.  Repeats are appended to a file as they are done.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import multiprocessing
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import cast

import numpy as np

from benchmarks.pool_bytes import Remembered, settings_of
from benchmarks.reused import reused
from cyberspace.collective.ledger.ledger import Ledger
from cyberspace.collective.ledger.space import Value
from cyberspace.collective.objective.objective import Outcome
from cyberspace.collective.objective.world import Dead
from cyberspace.collective.pool.pool import Pool
from cyberspace.collective.who import Participant
from cyberspace.statistics import bootstrap_interval, kaplan_meier, log_rank, rank_sum, signed_rank

RESULTS, ROWS = Path("benchmarks/results/pool-unlike.json"), Path("benchmarks/results/pool-unlike.jsonl")
WAYS: dict[str, tuple[int, ...]] = {"pool": (2, 8, 32), "fastest alone": (2,)}
"""Seconds on the clock for a second of work, by worker."""

TICKS, FIRST = 300, 500


class Slowed(Remembered):
    """The small world of text on a machine that is slower by a factor; nothing is remembered from one evaluation to the next."""

    def __init__(self, factor: int) -> None:
        super().__init__()
        self._factor, self._spent = factor, time.perf_counter()

    def compile_all(self) -> None:
        """Meet every kind of task once, at the full speed of this machine."""
        kinds = ("slots", "scale", "loud")
        for values in itertools.product(*(self.space[name].choices for name in kinds)):
            with suppress(Dead):
                Remembered.evaluate(self, self.start | dict(zip(kinds, values, strict=True)), b"", 1, TICKS)

    def wake(self) -> None:
        """Begin to work: what was waited until now is not rested for."""
        self._spent = time.perf_counter()

    def rest(self) -> None:
        """Sleep for what was spent since the last rest."""
        time.sleep((self._factor - 1) * (time.perf_counter() - self._spent))
        self._spent = time.perf_counter()

    def evaluate(self, params: Mapping[str, Value], bank: bytes, seed: int, amount: float, clock: float = math.inf) -> Outcome:
        """As the world does, and slowly."""
        self.known.clear()
        try:
            return super().evaluate(params, bank, seed, amount, clock)
        finally:
            self.rest()


def name_of(way: str, repeat: int) -> str:
    """Of a ledger."""
    return f"{way.split()[0]}-{repeat}"


def opened(folder: Path, way: str, repeat: int) -> Ledger:
    """The journal of one repeat of one way."""
    name = name_of(way, repeat)
    return Ledger.open(name, str(folder / f"{name}.log"), Remembered().space)


def worker(folder: Path, number: int, way: str, repeats: Sequence[int], budget: int, gate: Barrier) -> None:
    """One process: compile, then each repeat from gate to gate."""
    objective = Slowed(WAYS[way][number])
    with reused():
        objective.compile_all()
        _work(objective, folder, number, way, repeats, budget, gate)


def _work(objective: Slowed, folder: Path, number: int, way: str, repeats: Sequence[int], budget: int, gate: Barrier) -> None:
    for repeat in repeats:
        gate.wait()
        ledger, who = opened(folder, way, repeat), Participant(f"w{number}-of-{WAYS[way][number]}")
        pool = Pool(ledger, objective, who, settings_of((True, True, True), repeat, TICKS), 1000 * repeat + number)
        if number == 0:
            objective.wake()
            pool.begin()
        gate.wait()  # the baseline stands; the clock begins
        objective.wake()
        while pool.view().spent < budget:
            pool.step()
            objective.rest()
        gate.wait()


def judged(folder: Path, way: str, repeat: int, begin: float, target: float, objective: Remembered) -> dict[str, object]:
    """What a repeat came to, by its ledger alone."""
    ledger = opened(folder, way, repeat)
    rows = sorted((row for row in ledger.rows() if row.proposal.operator != "baseline"), key=lambda row: row.closed)
    best, at, known = -math.inf, [math.inf, math.inf], dict[str, float]()
    for k, row in enumerate(rows):
        if row.state != "kept":
            continue
        if row.candidate not in known:
            bank = row.proposal.artifacts.get("bank", "")
            genomes = ledger.take(bank) if bank else b""
            known[row.candidate] = objective.judged(row.proposal.params, genomes, repeat, TICKS)
        best = max(best, known[row.candidate])
        if best >= target and math.isinf(at[0]):
            at = [k + 1.0, row.closed - begin]
    return {
        "repeat": repeat, "way": way, "experiments": len(rows), "seconds": round(rows[-1].closed - begin, 2), "end": round(best, 5),
        "to target": [None if math.isinf(one) else round(one, 2) for one in at],
        "by worker": dict(sorted(Counter(row.participant for row in rows).items())),
        "states": dict(sorted(Counter(row.state for row in rows).items())),
    }  # fmt: skip


def run(way: str, repeats: Sequence[int], budget: int, target: float, end: float, rows: Path) -> None:
    """All missing repeats of one way, until the clock says stop."""
    spawn, count = multiprocessing.get_context("spawn"), len(WAYS[way])
    gate, objective = spawn.Barrier(count + 1, timeout=1800), Remembered()
    with tempfile.TemporaryDirectory() as made, reused():
        folder = Path(made)
        jobs = [spawn.Process(target=worker, args=(folder, k, way, repeats, budget, gate), daemon=True) for k in range(count)]
        for job in jobs:
            job.start()
        for repeat in repeats:
            gate.wait()
            gate.wait()
            begin = time.time()
            gate.wait()
            found = judged(folder, way, repeat, begin, target, objective)
            with rows.open("a", encoding="utf-8") as file:
                file.write(json.dumps(found) + "\n")
            print(json.dumps(found), flush=True)
            if time.monotonic() > end:
                break
        for job in jobs:
            job.terminate()  # those that wait for a repeat that there is no time for
            job.join()


def summary(rows: Sequence[dict[str, object]], target: float, budget: int) -> dict[str, object]:
    """Times to the target by experiments and by wall clock, ends, and the speeds that were."""
    both = {repeat for repeat in {row["repeat"] for row in rows} if sum(row["repeat"] == repeat for row in rows) == len(WAYS)}
    of = {way: [row for row in rows if row["way"] == way and row["repeat"] in both] for way in WAYS}
    of = {way: sorted(many, key=lambda row: cast(int, row["repeat"])) for way, many in of.items()}
    found: dict[str, object] = {"target": target, "budget": budget, "repeats": len(both)}
    for k, what in enumerate(("experiments", "seconds")):
        times = {
            way: [math.inf if (at := cast("list[float | None]", row["to target"])[k]) is None else at for row in many]
            for way, many in of.items()
        }
        limit = max(cast(float, row[what]) for many in of.values() for row in many)
        told = {way: _reached(many, limit) for way, many in times.items()}
        found[what] = told | {"p, log-rank": log_rank(times["pool"], times["fastest alone"], limit)}
    ends = {way: [cast(float, row["end"]) for row in many] for way, many in of.items()}
    clocks = {way: [cast(float, row["seconds"]) for row in many] for way, many in of.items()}
    found["end"] = {way: _three(many) for way, many in ends.items()} | {
        "p, Mann-Whitney": rank_sum(ends["pool"], ends["fastest alone"]),
        "p, Wilcoxon of pairs": signed_rank(np.subtract(ends["pool"], ends["fastest alone"])),
    }
    found["seconds for all experiments"] = {way: _three(many) for way, many in clocks.items()}
    shares = Counter[str]()
    for row in of["pool"]:
        shares.update(cast("dict[str, int]", row["by worker"]))
    return found | {"experiments by worker": dict(sorted(shares.items()))}


def _reached(times: list[float], limit: float) -> dict[str, object]:
    km = kaplan_meier(times, limit)
    return {"median": None if math.isinf(km.median) else km.median, "reached": km.reached, "of": km.n}


def _three(values: list[float]) -> list[float | None]:
    one = bootstrap_interval(values)
    return [round(value, 4) if math.isfinite(value) else None for value in (one.mean, one.low, one.high)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=12)
    parser.add_argument("--budget", type=int, default=36, help="experiments of all workers")
    parser.add_argument("--target", type=float, default=-0.48, help="that of `benchmarks.pool bytes`")
    parser.add_argument(
        "--minutes", type=float, default=math.inf, help="when to stop, for each way; the same command goes on later"
    )
    parser.add_argument("--rows", type=Path, default=ROWS)
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()
    given.rows.touch()
    for way in WAYS:
        done = {row["repeat"] for row in _read(given.rows) if row["way"] == way}
        missing = [repeat for repeat in range(FIRST, FIRST + given.repeats) if repeat not in done]
        if missing:
            run(way, missing, given.budget, given.target, time.monotonic() + given.minutes * 60, given.rows)
    command = f"python -m benchmarks.unlike --repeats {given.repeats} --budget {given.budget} --target {given.target}"
    content = {"command": command, "found": summary(_read(given.rows), given.target, given.budget)}
    given.out.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(content, indent=1))


def _read(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.endswith("}")]


if __name__ == "__main__":
    main()
