"""Beyond this machine: the far-axis schedule for 64 to 100,000 regions, beside a bulk-synchronous scheme.

python -m benchmarks.schedule [--machine machine.json] [--delay 0.01] [--ticks 2048]     the tables of docs/schedule.md
python -m benchmarks.schedule --against trace.json [--look 40 --poll 190]                  the model beside a measured run

The model is that of `benchmarks.maxplus`; links and ticks that no machine file tells are those of `LINKS` and `TICK`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.lead import corners, largest_lead, lead_bound
from benchmarks.looks import Loop
from benchmarks.maxplus import Outcome, Schedule, jittered, simulate
from cyberspace.worldfile.machine import read_machine
from topology import FAR_AXES, NEAR_AXES, Axis
from topology.axes import DEFAULT_CURLED, DEFAULT_STRETCH
from topology.fit import power_of_two, rule, stretch_far

MEMORY, ETHERNET = (2e-6, 5e9), (5e-5, 1.2e9)
"""Latency in seconds and bandwidth in bytes/s where nothing was measured: within a host, and between two under one switch."""

LINKS = {FAR_AXES[-1]: MEMORY} | {axis: (ETHERNET[0] * 2**k, ETHERNET[1]) for k, axis in enumerate(FAR_AXES[-2::-1])}
"""Links by far axis: regions of one host share memory; beyond it every wider axis doubles the latency."""

TICK, LETTER = 1e-3, 150_000
"""Seconds of a tick and bytes of a letter where nothing was measured."""

LATTICES = ((1, 1, 8, 8), (1, 8, 8, 8), (8, 8, 8, 8), (16, 16, 16, 8), (10, 25, 50, 8))
"""Lengths of the closest far axes, those of `SHOWN`; wider ones are flat."""

SHOWN = FAR_AXES[-4:]

JITTERS = {"none": (0.0, 0.0, 0.0), "gamma 0.3": (0.3, 0.0, 0.0), "gamma 0.3, 1 in 1,000 stalls for 50": (0.3, 1e-3, 50.0)}
NEAR = tuple(Axis(name, 32, DEFAULT_STRETCH[name]) for name in NEAR_AXES)


@dataclass(frozen=True)
class Costs:
    """What ticks and links cost: seconds, bytes, and (latency, bandwidth) by far axis."""

    tick: float
    letter: int
    links: dict[str, tuple[float, float]]
    jitters: dict[str, tuple[float, float, float]]

    def delay(self, axis: str) -> float:
        """Seconds that a letter is under way."""
        latency, bandwidth = self.links[axis]
        return latency + self.letter / bandwidth


def costs(machine: str | None, delay: float) -> Costs:
    """What a machine file tells, the rest as given, with so many seconds added to every message."""
    links, jitters, tick, letter = dict(LINKS), dict(JITTERS), TICK, LETTER
    if machine is not None:
        found = read_machine(machine)
        tick, letter = found.pace.seconds, found.pace.letter
        links |= {axis: (link.latency_p99, link.bandwidth) for axis in FAR_AXES if (link := found.link(axis))}
        jitters["as measured"] = (found.pace.jitter, found.pace.stalls, found.pace.stall)
    return Costs(tick, letter, {axis: (latency + delay, speed) for axis, (latency, speed) in links.items()}, jitters)


def fitted(lengths: Sequence[int], cost: Costs) -> Schedule:
    """The universe of so many regions with the stretches that `cyberspace measure` would give it."""
    used = {axis: length for axis, length in zip(SHOWN, lengths, strict=True) if length > 1}
    needs = {
        axis: rule(latency, cost.letter, speed, cost.tick) for axis, (latency, speed) in cost.links.items() if axis in used
    }
    stretches = stretch_far(needs, {}, NEAR)
    return Schedule((*NEAR, *(Axis(axis, used[axis], stretches[axis], axis in DEFAULT_CURLED) for axis in stretches)))


def sizes_table(cost: Costs, ticks: int, lattices: Sequence[Sequence[int]], loop: Loop | None = None) -> list[str]:
    """Efficiency, spread and bound for universes of many sizes; the scheme with a barrier never pays for looks."""
    heads = ["regions", " x ".join(SHOWN), "stretches", "jitter", "efficiency", "if nobody waited"]
    heads += ["barrier every tick", "barrier every s", "spread, ticks", "can't exceed", "closed form"]
    lines = [f"| {' | '.join(heads)} |", "| --- " * len(heads) + "|"]
    for lengths in lattices:
        schedule = fitted(lengths, cost)
        stretches = {axis.name: axis.stretch for axis in schedule.axes if axis.far}
        shown = ", ".join(str(stretches[axis]) for axis in FAR_AXES if axis in stretches)
        exact, closed = largest_lead(schedule, corners(schedule)), lead_bound(schedule)
        every = min(stretches.values())
        for name, (jitter, stalls, stall) in cost.jitters.items():
            work = jittered(schedule.regions, cost.tick, jitter, stalls, stall, seed=1)
            delays = {axis: cost.delay(axis) for axis in FAR_AXES}
            found = simulate(schedule, ticks, work, delays, exchanges=(1, every), loop=loop)
            one, some = (found.compute / found.bulk[k] for k in (1, every))
            shares = (found.efficiency, found.compute / found.busiest, one, some)
            cells = [f"{schedule.regions:,}", " x ".join(map(str, lengths)), shown, name, *(f"{share:.3f}" for share in shares)]
            lines.append(f"| {' | '.join(cells)} | {found.spread} | {exact:,} | {closed:,} |")
    return lines


def stretch_table(ticks: int, regions: int = 1024, jitter: float = 0.3) -> list[str]:
    """Efficiency over stretch and delay, one far axis; where the rule of thumb holds, in bold."""
    stretches, delays = (4, 8, 16, 32, 64), (0.5, 1.0, 5.0, 10.0, 20.0, 50.0)
    lines = [
        f"| delay, ticks | rule | {' | '.join(f'stretch {stretch}' for stretch in stretches)} |",
        f"| --- | --- | {' | '.join('---' for _ in stretches)} |",
    ]
    for delay in delays:
        need = rule(delay, 0, 1.0, 1.0)
        cells = []
        for stretch in stretches:
            schedule = Schedule((Axis("host", regions, stretch),))
            work = jittered(regions, 1.0, jitter, 0.0, 0.0, seed=2)
            share = simulate(schedule, ticks, work, {"host": delay}).efficiency
            cells.append(f"**{share:.3f}**" if stretch >= need else f"{share:.3f}")
        lines.append(f"| {delay} | {need}: {power_of_two(need)} | {' | '.join(cells)} |")
    return lines


def against(path: Path, loop: Loop | None = None) -> list[str]:
    """The model with a measured run's own ticks and links, beside what the run took."""
    trace = json.loads(path.read_text())
    schedule, seconds, _ = read_trace(trace)
    found, wall = modelled(trace, seconds, loop), trace["wall_seconds"]
    return [
        "| regions | ranks | ticks | wall, s | model, s | model / wall | efficiency, measured | efficiency, model |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
        f"| {schedule.regions} | {trace['ranks']} | {seconds.shape[1]:,} | {wall:.3f} | {found.wall:.3f} | {found.wall / wall:.3f} | "
        f"{found.compute / wall:.3f} | {found.efficiency:.3f} |",
    ]


def modelled(trace: dict[str, Any], seconds: NDArray[np.float64], loop: Loop | None = None) -> Outcome:
    """The model of a measured run, with ticks of such lengths, by region and tick."""
    schedule, _, workers = read_trace(trace)
    link, start, posted = trace["link"], trace.get("first_tick", 0), trace.get("posted")
    delays = dict.fromkeys(FAR_AXES, link["latency"] + link.get("bytes", 0) / link["bandwidth"])
    ticks, apart = seconds.shape[1], bool(trace.get("apart"))
    return simulate(schedule, ticks, lambda k: seconds[:, k - start], delays, workers, (), start, posted, loop, apart)


def read_trace(trace: dict[str, Any]) -> tuple[Schedule, NDArray[np.float64], list[int]]:
    """Universe, seconds by region and tick, and the rank of each region of a measured run.

    The trace holds `regions`, `ranks`, `axes` (all that are in the clock, in its order: name, length, stretch, curled), `tick_seconds`
    (a list a region), `wall_seconds` and `link` (latency, bandwidth, and bytes of a letter if they are to count); it may hold
    `first_tick` (0 if left out), `posted` (by far axis, when each region had lived its last opening before it, in seconds after the
    start), `placement` (the rank of each region; blocks of equal length if left out) and `apart` (whether the regions of a rank are
    processes of their own on one core, between which letters are under way as well).

    Raises:
        ValueError: If they don't fit each other.
    """
    axes = tuple(Axis(axis["name"], axis["length"], axis["stretch"], axis.get("curled", False)) for axis in trace["axes"])
    schedule = Schedule(axes)
    seconds = np.array(trace["tick_seconds"], dtype=float)
    blocks = [region * trace["ranks"] // trace["regions"] for region in range(trace["regions"])]
    workers = trace.get("placement", blocks)
    if schedule.regions != trace["regions"] or seconds.ndim != 2 or len(seconds) != trace["regions"]:
        got = f"tick_seconds of shape {seconds.shape}, {trace['regions']} regions, axes for {schedule.regions}"
        raise ValueError(f"{got}: expected a list of equal length for each region, and as many regions in the axes")
    if len(workers) != trace["regions"] or sorted(workers) != workers or len(set(workers)) != trace["ranks"]:
        raise ValueError(f"placement {workers}: expected the {trace['ranks']} ranks of the regions, in order")
    return schedule, seconds, workers


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--machine", help="what cyberspace measure wrote")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds added to every message")
    parser.add_argument("--ticks", type=int, default=4096)
    parser.add_argument("--regions", type=int, default=100_000, help="the largest universe")
    parser.add_argument("--against", type=Path, help="trace.json of a measured run")
    parser.add_argument(
        "--look", type=float, default=0.0, help="microseconds between two spans, as benchmarks.beside measures it"
    )
    parser.add_argument("--poll", type=float, default=0.0, help="microseconds from look to look while a rank waits")
    options = parser.parse_args()
    loop = Loop(options.look / 1e6, options.poll / 1e6) if options.look or options.poll else None
    if options.against:
        try:
            print("\n".join(against(options.against, loop)))
        except (OSError, ValueError, KeyError, TypeError) as error:
            sys.exit(f"{options.against}: {type(error).__name__}: {error}")
        return
    cost = costs(options.machine, options.delay)
    told = ", ".join(f"{axis} {1e3 * cost.delay(axis):.3f}" for axis in FAR_AXES)
    print(
        f"tick {1e3 * cost.tick:.3f} ms; a letter of {cost.letter:,} bytes is under way for (ms): {told}; {options.ticks} ticks\n"
    )
    lattices = [lengths for lengths in LATTICES if np.prod(lengths) <= options.regions]
    print("\n".join(sizes_table(cost, options.ticks, lattices, loop)))
    print("\n1,024 regions on one far axis, gamma jitter 0.3; bold where stretch >= delay / tick + 3:\n")
    print("\n".join(stretch_table(options.ticks)))


if __name__ == "__main__":
    main()
