"""Budgets of experiments: steps, normalised seconds, seconds of one class of hardware; never mixed in one ranking."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cyberspace.collective.who import hardware_class
from cyberspace.errors import InputError, nearest, problem

if TYPE_CHECKING:
    from cyberspace.api.world import World

KINDS = {
    "steps": "ticks of a world, or evaluations: the same on every machine",
    "normalised": "seconds of this machine times its speed in a fixed world, over the speed of the reference",
    "wallclock": "seconds, compared within one class of hardware alone",
}

REFERENCE = 2_000_000.0
"""Organism-ticks a second of the machine whose second is a normalised second: one slow core, reference backend aside."""

CALIBRATION_SECONDS = 10.0


@dataclass(frozen=True)
class Budget:
    """What an experiment may cost.

    Attributes:
        kind: One of `KINDS`.
        amount: Steps or seconds, above 0.
        hardware: Class of hardware; of a wallclock budget alone.
    """

    kind: str
    amount: float
    hardware: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise InputError(problem("budget: kind", repr(self.kind), f"one of {', '.join(KINDS)}", "steps"))
        if not (math.isfinite(self.amount) and self.amount > 0):
            raise InputError(problem("budget: amount", self.amount, "a number above 0", "1000"))
        if (self.kind == "wallclock") != bool(self.hardware):
            raise InputError(problem("budget: hardware", repr(self.hardware), "a class for wallclock, none otherwise", "steps"))

    @property
    def ranking(self) -> str:
        """Results of equal rankings may be compared; those of others never are."""
        return ":".join(part for part in (self.kind, f"{self.amount:g}", self.hardware) if part)

    def on(self, hardware: str) -> Budget:
        """The same on another class of hardware: another ranking where it is of its seconds, else the same."""
        return replace(self, hardware=hardware) if self.kind == "wallclock" else self

    def terms(self) -> tuple[float, float]:
        """Steps and seconds after which an evaluation ends, whichever comes first."""
        return (self.amount, math.inf) if self.kind == "steps" else (2**31 - 1, self.seconds())

    def seconds(self) -> float:
        """Seconds of this machine that it stands for; infinity for steps."""
        if self.kind == "steps":
            return math.inf
        return self.amount if self.kind == "wallclock" else self.amount / speed()


def steps(amount: float) -> Budget:
    """A budget of steps: deterministic, the default."""
    return Budget("steps", amount)


def normalised(amount: float) -> Budget:
    """A budget of seconds of the reference machine."""
    return Budget("normalised", amount)


def wallclock(amount: float, hardware: str = "") -> Budget:
    """A budget of seconds on a class of hardware, this one's if none is said."""
    return Budget("wallclock", amount, hardware or hardware_class())


def budget_of(kind: str, ticks: int | None = None, seconds: float | None = None) -> Budget:
    """The budget that a person asks for; 400 steps if nothing is said, and seconds of this machine's hardware.

    Raises:
        InputError: If it is of another kind, or steps and seconds are mixed up.
    """
    if kind not in KINDS:
        raise InputError(problem("--budget", repr(kind), f"one of {', '.join(KINDS)}", nearest(kind, KINDS)))
    if kind == "steps":
        if seconds is not None:
            raise InputError(problem("--seconds", f"{seconds:g} for a budget of steps", "--steps", "--budget wallclock"))
        return steps(400 if ticks is None else ticks)
    if ticks is not None or seconds is None:
        got = "none" if ticks is None else f"{ticks} steps"
        raise InputError(problem("--seconds", f"{got} for a budget of {kind}", "seconds of an evaluation", "--seconds 10"))
    return wallclock(seconds) if kind == "wallclock" else normalised(seconds)


def one_ranking(budgets: Iterable[Budget]) -> str:
    """The ranking that all of them belong to.

    Raises:
        InputError: If they belong to several.
    """
    found = sorted({one.ranking for one in set(budgets)})
    if len(found) > 1:
        expected = "one kind, amount, and class of hardware where it is of its seconds"
        raise InputError(problem("ranking", f"budgets {' and '.join(found)}", expected, "a ledger, or a name, for each"))
    return found[0] if found else ""


def speed(seconds: float = CALIBRATION_SECONDS, cache: Path | None = None) -> float:
    """How fast this machine is, in machines of reference: measured once in a fixed world, then kept in a file by class of hardware.

    Args:
        seconds: How long it is measured, after the kernels are compiled.
        cache: The file; in the user's folder for caches if left out.
    """
    place = cache or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cyberspace" / "calibration.json"
    try:
        known = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        known = {}
    known = known if isinstance(known, dict) else {}
    value = known.get(hardware_class())
    if isinstance(value, int | float) and math.isfinite(value) and value > 0:
        return float(value)
    found = measure(seconds) / REFERENCE
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        begun = place.with_name(f"{place.name}.{os.getpid()}")
        begun.write_text(json.dumps(known | {hardware_class(): found}), encoding="utf-8")
        begun.replace(place)
    except OSError:
        pass  # it is measured again next time
    return found


def measure(seconds: float, backend: str = "numba") -> float:
    """Organism-ticks a second in the fixed world of calibration, on one thread."""
    from cyberspace.api.simulation import Simulation

    sim = Simulation(fixed_world(), backend=backend, threads=1).advance(16)
    begin, ticks = time.perf_counter(), 0
    while (spent := time.perf_counter() - begin) < seconds:
        sim.advance(64)
        ticks += 64
    return ticks * sim.universe.sites / spent


def fixed_world() -> World:
    """The world of calibration; another one would be another unit."""
    from cyberspace.api.world import World

    world = World(seed=1)
    world.space("calibration", kind="gpu", axes={"lane": 32, "warp": 16}, genesis="ancestor:learner").task("logic")
    return world
