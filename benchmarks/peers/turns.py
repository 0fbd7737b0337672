"""What the scripts of this folder have in common: cases that are measured in turn; the standard library alone."""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from typing import Any

SECONDS = 0.7
"""How long a case is measured in each turn, about."""


@dataclass
class Case:
    """One workload of a system.

    Attributes:
        name: What is computed.
        unit: What is updated.
        updates: Updates that one call does; the call may give a number of its own instead.
        macs: Multiply-accumulates an update; None where there are none to count.
        call: Does the work, and waits until it is done; seconds, if it has reasons to tell them itself, with the number of updates.
    """

    name: str
    unit: str
    updates: float
    macs: float | None
    call: Callable[[], tuple[float, float] | None]
    times: int = 0

    def prepare(self) -> None:
        """Warm up, and find how many calls a turn takes."""
        self._timed()
        seconds = min(self._timed()[0] for _ in range(2))
        self.times = max(1, round(SECONDS / seconds))

    def turn(self) -> float:
        """Updates a second."""
        seconds = updates = 0.0
        for _ in range(self.times):
            spent, done = self._timed()
            seconds, updates = seconds + spent, updates + done
        return updates / seconds

    def _timed(self) -> tuple[float, float]:
        before = time.perf_counter()
        told = self.call()
        return told or (time.perf_counter() - before, self.updates)

    def about(self) -> dict[str, object]:
        return {"case": self.name, "unit": self.unit, "macs_per_update": self.macs}


def usable_cores() -> int:
    """Hardware threads that this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def serve(cases: Iterable[Case], versions: dict[str, str]) -> None:
    """Measure, as the command line says.

    With `--turns`: one line of JSON when ready, and then one for each line of standard input, the speeds of that turn.
    Else: so many rounds, and one JSON document with the medians.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--turns", action="store_true", help="take a turn whenever a line comes in")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--source", help="folder of the sources of the peer, where it has no package")
    options = parser.parse_args()
    with redirect_stdout(sys.stderr):  # some peers print
        ready = list(cases)
        for case in ready:
            case.prepare()
    about = {"versions": versions, "cases": [case.about() for case in ready]}
    if options.turns:
        print(json.dumps(about), flush=True)
        for _ in sys.stdin:
            print(json.dumps([case.turn() for case in ready]), flush=True)
        return
    rounds = [[case.turn() for case in ready] for _ in range(options.rounds)]
    for case, speeds in zip(about["cases"], zip(*rounds, strict=True), strict=True):
        case["updates_per_s"] = statistics.median(speeds)
        case["macs_per_s"] = case["macs_per_update"] and case["macs_per_update"] * case["updates_per_s"]
    print(json.dumps(about, indent=1))


def multiplies(traced: Any) -> int:
    """Multiply-accumulates of all products of matrices in a function that JAX traced: size of the result times the length summed over."""
    inner = getattr(traced, "jaxpr", traced)
    total = 0
    for step in inner.eqns:
        times = step.params.get("length", 1) if step.primitive.name == "scan" else 1
        total += times * sum(multiplies(part) for part in _parts(step.params.values()))
        if step.primitive.name == "dot_general":
            (summed, _), _ = step.params["dimension_numbers"]
            total += step.outvars[0].aval.size * math.prod(step.invars[0].aval.shape[axis] for axis in summed)
    return total


def _parts(values: Iterable[Any]) -> Iterator[Any]:
    """What a step calls, however it holds it."""
    for value in values:
        if hasattr(value, "eqns") or hasattr(value, "jaxpr"):
            yield value
        elif isinstance(value, (tuple, list)):
            yield from _parts(value)


def source() -> str:
    """The folder that `--source` names, from the command line, for scripts that need it before they `serve`."""
    given = [after for before, after in zip(sys.argv, sys.argv[1:], strict=False) if before == "--source"]
    if not given:
        raise SystemExit("--source: expected the folder of the peer's sources; see the docstring")
    return os.path.abspath(given[0])
