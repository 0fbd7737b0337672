"""Bandit, crossing and sharing (2 x 2 x 2), and the pool against islands, on the small world of text; told by `benchmarks.pool bytes`.

Where the time went: an evaluation of 300 ticks took 0.1 s, of which the ticks are hardly anything: two thirds made the task anew, which is
kept now (`benchmarks/reused.py`), and each new set of options of the task is compiled for 0.7 s and more, which a scale that was drawn
from 61 numbers was nearly always.  Here options are drawn from few, so that all that can be asked for (20 kinds) is compiled once a
process; and the cells of a repeat, which begin alike, share what was evaluated.

Each repeat of a cell is a line of a file, written when it is done, and a second call goes on behind the last.  The order is repeat by
repeat, so that wherever it is stopped, all cells have as many.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import math
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

import numpy as np

from cyberspace.collective.budgets import steps
from cyberspace.collective.ledger.space import Gene, Value, choice, whole
from cyberspace.collective.objective.named import BYTES
from cyberspace.collective.objective.objective import Outcome
from cyberspace.collective.objective.world import Dead, WorldObjective
from cyberspace.collective.pool.pool import Pool, Settings

Cell = tuple[bool, bool, bool]
CELLS: list[Cell] = list(itertools.product((False, True), repeat=3))
NAMES = ("bandit", "cross", "shared")
GENES: dict[str, tuple[str, Gene]] = {
    "sunlight": ("physics.sunlight", whole(3, 12)),
    "upkeep": ("physics.upkeep", whole(1, 6)),
    "lifespan": ("physics.lifespan", whole(200, 20000, log=True)),
    "slots": ("tasks.0.options.slots", choice(8, 16)),
    "scale": ("tasks.0.options.scale", choice(4, 8, 16, 32, 48)),
    "loud": ("tasks.0.options.loud", choice(85, 119)),
}
"""As `small_bytes` has them, but for few options of the task."""

UNSEEN = 3
"""Seeds that no pool saw, by which what is kept is judged."""


@dataclass(frozen=True)
class Given:
    """What a file of repeats was made with.

    Attributes:
        budget: Experiments of all participants, in one repeat.
        ticks: Of an evaluation.
        workers: Participants.
        first: Number of the first repeat; pilots begin elsewhere.
    """

    budget: int
    ticks: int
    workers: int = 4
    first: int = 0


class Remembered(WorldObjective):
    """The small world of text; what was evaluated once in this repeat is known."""

    def __init__(self) -> None:
        super().__init__(BYTES, GENES, "median", "numba", "8_text")
        self.known = dict[tuple[object, ...], Outcome | Dead]()
        self.ran = 0

    def evaluate(self, params: Mapping[str, Value], bank: bytes, seed: int, amount: float, clock: float = math.inf) -> Outcome:
        """As the world does, which is the same to the bit each time."""
        key = (*sorted(params.items()), hashlib.sha256(bank).digest(), seed, amount)
        if key not in self.known:
            self.ran += 1
            try:
                self.known[key] = super().evaluate(params, bank, seed, amount, clock)
            except Dead as dead:
                self.known[key] = dead
        found = self.known[key]
        if isinstance(found, Dead):
            raise found
        return found

    def judged(self, params: Mapping[str, Value], bank: bytes, repeat: int, ticks: int) -> float:
        """Mean over seeds that no pool of this repeat saw; -inf where everybody died."""
        seeds = range(1_000_000 + 100 * repeat, 1_000_000 + 100 * repeat + UNSEEN)
        try:
            return float(np.mean([self.evaluate(params, bank, seed, ticks).score for seed in seeds]))
        except Dead:
            return -math.inf


def lived(objective: Remembered, side: Sequence[Pool], repeat: int, given: Given) -> dict[str, object]:
    """One repeat of one cell: the best judged score of what was kept after each experiment, and what operators did."""
    known, curve, states = dict[str, float](), [], Counter[str]()
    best = -math.inf
    for k in range(given.budget):
        row = side[k % len(side)].step()
        if row is not None:
            states[f"{row.proposal.operator} {row.state}"] += 1
        if row is not None and row.state == "kept":
            bank = row.proposal.artifacts.get("bank", "")
            if row.candidate not in known:
                genomes = side[0].ledger.take(bank) if bank else b""
                known[row.candidate] = objective.judged(row.proposal.params, genomes, repeat, given.ticks)
            best = max(best, known[row.candidate])
        curve.append(None if math.isinf(best) else round(best, 5))
    return {"curve": curve, "states": dict(sorted(states.items()))}


def settings_of(cell: Cell, repeat: int, ticks: int) -> Settings:
    """Of one of the eight; one public seed a repeat, the same for all cells."""
    policy = ("kl-ucb", "thompson") if cell[0] else ("uniform", "uniform")
    return Settings((10 * repeat + 1,), steps(ticks), *policy, cross=cell[1], shared=cell[2])


def rows_of(path: Path, given: Given) -> list[dict[str, object]]:
    """What is done already.

    Raises:
        SystemExit: If the file was made with other numbers.
    """
    head = {"given": asdict(given), "config": Remembered().config, "unseen": UNSEEN}
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(head) + "\n", encoding="utf-8")
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.endswith("}")]
    if lines[0] != head:
        raise SystemExit(f"{path}: made with {lines[0]}, not with {head}; name another file by --rows")
    return lines[1:]


def run(
    path: Path, given: Given, repeats: int, seconds: float, pools: Callable[[Remembered, Settings, int, int], list[Pool]]
) -> list[dict[str, object]]:
    """Do what is missing, within so many seconds; all that is done then."""
    rows, end = rows_of(path, given), time.monotonic() + seconds
    done = {(row["repeat"], *cast("list[bool]", row["cell"])) for row in rows}
    for repeat in range(given.first, given.first + repeats):
        objective = Remembered()
        for cell in CELLS:
            if (repeat, *cell) in done or time.monotonic() > end:
                continue
            begin, ran = time.process_time(), objective.ran
            side = pools(objective, settings_of(cell, repeat, given.ticks), given.workers, repeat)
            row = {"repeat": repeat, "cell": list(cell), **lived(objective, side, repeat, given)}
            row |= {"evaluations": objective.ran - ran, "cpu seconds": round(time.process_time() - begin, 1)}
            with path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
            rows.append(row)
            print(repeat, cell, cast("list[float]", row["curve"])[-1], row["cpu seconds"], flush=True)
    return rows


def whole_repeats(rows: Sequence[dict[str, object]]) -> dict[Cell, list[list[float]]]:
    """Curves by cell, of the repeats that all cells have; None becomes minus infinity."""
    count = Counter(row["repeat"] for row in rows)
    found: dict[Cell, list[list[float]]] = {cell: [] for cell in CELLS}
    for row in sorted(rows, key=lambda one: cast(int, one["repeat"])):
        if count[row["repeat"]] == len(CELLS):
            curve = [-math.inf if one is None else one for one in cast("list[float | None]", row["curve"])]
            found[cast(Cell, tuple(cast("list[bool]", row["cell"])))].append(curve)
    return found


def operators_of(rows: Sequence[dict[str, object]]) -> dict[str, dict[str, int]]:
    """How often what each operator made was kept, discarded or crashed, in all repeats."""
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        for name, times in cast("dict[str, int]", row["states"]).items():
            operator, _, state = name.rpartition(" ")
            one = found.setdefault(operator, {"kept": 0, "discarded": 0, "crashed": 0})
            one[state] = one.get(state, 0) + times
    return found
