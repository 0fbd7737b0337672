"""Measures a run on several ranks for the model of the schedule: when each region lived each tick.

python -m benchmarks.trace -n 2 [--delay 0.03] [--ticks 2048] --out runs/trace
python -m benchmarks.trace -n 4 --emulate 3 --jitter 0.3 --sites 64 --out runs/trace     ticks of a device that is not this CPU
python -m benchmarks.schedule --against runs/trace/trace.json

One region a rank along `device`, each on one thread.  `--delay` holds letters back until they were under way for so many seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.emulate import Device, emulate
from cyberspace.cores import usable_cpus
from cyberspace.law.letters import block_bytes
from cyberspace.ranks.launch import command
from cyberspace.run.local import LocalRegion
from cyberspace.worldfile.build import load_universe
from topology import RulerClock

WORLD = """
[world]
seed = 1
[spaces.soup]
kind = "cpu"
axes.lane = {{ length = 32 }}
axes.thread = {{ length = 256 }}
axes.core = {{ length = 1 }}
axes.device = {{ length = {ranks}, stretch = {stretch} }}
[[spaces.soup.tasks]]
name = "logic"
[record]
every = 1000000
checkpoint_every = 1000000
"""
FIRST, FIRST_EMULATED = 512, 128
"""Ticks before the measured ones: compiling, and the soup that genesis made; with an emulated device the soup does not matter."""

DEVICE = "device.json"

LINK = {"latency": 2e-6, "bandwidth": 5e9}
"""Between ranks of one host, without the delay; as `cyberspace measure` finds it."""


def follow(folder: Path) -> None:
    """Make the rank write down when it tried to live on, and whether it could: (start, end, moved)."""
    from cyberspace.ranks.mpi import MpiTeam

    push, leave = LocalRegion.push, MpiTeam.leave
    tries: list[tuple[float, float, bool]] = []

    def pushing(region: LocalRegion, stop: int) -> bool:
        start = time.monotonic()
        moved = push(region, stop)
        tries.append((start, time.monotonic(), moved))
        return moved

    def leaving(team: MpiTeam, code: int) -> None:
        (folder / f"rank-{team.rank}.json").write_text(json.dumps(tries))
        leave(team, code)

    LocalRegion.push, MpiTeam.leave = pushing, leaving  # type: ignore[method-assign]


def watch(folder: Path, last: int) -> None:
    """Make every region write down, when it reaches the last tick, the seconds of its ticks and when it started and ended."""
    push = LocalRegion.push
    spans: dict[int, list[tuple[int, float, float, float]]] = {}

    def timed(region: LocalRegion, stop: int) -> bool:
        tick, start, used = region.tick, time.monotonic(), time.process_time()
        moved = push(region, stop)
        if moved:
            rows = spans.setdefault(region.world.region, [])
            rows.append((region.tick - tick, start, time.monotonic(), time.process_time() - used))
            if region.tick >= last:
                (folder / f"region-{region.world.region}.json").write_text(json.dumps(rows))
        return moved

    LocalRegion.push = timed  # type: ignore[method-assign]


def gather(folder: Path, ranks: int, delay: float, first: int = FIRST) -> dict[str, Any]:
    """The trace of a run, from what its regions wrote down.

    With more ranks than cores, a tick is what it used of a core, and the cores are what the model calls ranks; but where the device
    is emulated, ticks are as long as they are however many ranks there are.
    """
    universe, _ = load_universe(folder / "world.toml")
    device = device_of(folder)
    cores = ranks if device else len(usable_cpus())
    regions = [json.loads((folder / f"region-{k}.json").read_text()) for k in range(ranks)]
    lived = [np.cumsum([row[0] for row in rows]) for rows in regions]
    drawn = [device.seconds(k, int(done[-1])) if device else np.zeros(done[-1]) for k, done in enumerate(lived)]
    each = [_ticks(rows, own, used=ranks > cores) for rows, own in zip(regions, drawn, strict=True)]
    # Measured from the first tick that nobody began before it had lived the first ones.
    common = max(int(done[np.searchsorted(done, first)]) for done in lived)
    begin = [float(ends[common] - seconds[common]) for seconds, ends in each]
    # A region that was further then gets its head start as a shorter first tick.
    late = [start - min(begin) for start in begin]
    world = universe.worlds[0]
    axes = [
        {"name": axis.name, "length": axis.length, "stretch": axis.stretch, "curled": axis.curled}
        for axis in world.lattice.axes
    ]
    order = [axis.name for axis in universe.clock.axes]
    axes.sort(key=lambda axis: order.index(axis["name"]))
    return {
        "regions": ranks,
        "ranks": min(ranks, cores),
        "apart": ranks > cores,
        "axes": axes,
        "first_tick": common,
        "tick_seconds": [_from(seconds, common, wait) for (seconds, _), wait in zip(each, late, strict=True)],
        **({"drawn_seconds": [_from(own, common, wait) for own, wait in zip(drawn, late, strict=True)]} if device else {}),
        **({"look_seconds": [own[common:].tolist() for own in _looks(folder, regions)]} if device else {}),
        "posted": _posted(universe.clock, [ends for _, ends in each], common, min(begin)),
        "wall_seconds": max(rows[-1][2] for rows in regions) - min(begin),
        "link": {**LINK, "latency": LINK["latency"] + delay, "bytes": block_bytes(world, world.ends[0])},
    }


def device_of(folder: Path) -> Device | None:
    """The device that a run emulates, if it does."""
    told = folder / DEVICE
    return Device(**json.loads(told.read_text())) if told.exists() else None


def _ticks(rows: list[Any], drawn: Any, used: bool) -> tuple[Any, Any]:
    """Seconds of each tick of a region and when it ended: a span's seconds beyond what was drawn are shared by its ticks."""
    counts = np.array([row[0] for row in rows])
    spent = np.array([row[3] if used else row[2] - row[1] for row in rows])
    spare = (spent - np.add.reduceat(drawn, np.cumsum(counts) - counts)) / counts
    seconds = drawn + np.repeat(spare, counts)
    left = np.repeat(np.cumsum(spent), counts) - np.cumsum(seconds)
    return seconds, np.repeat([row[2] for row in rows], counts) - left


def _looks(folder: Path, regions: list[list[Any]]) -> list[Any]:
    """By region, seconds from each tick's end to the rank's next try to live on; 0 within spans, and after the last tick."""
    found = []
    for region, rows in enumerate(regions):
        tries = json.loads((folder / f"rank-{region}.json").read_text())
        gaps = [later[0] - end for (_, end, moved), later in pairwise([*tries, tries[-1][1:]]) if moved]
        seconds = np.zeros(sum(row[0] for row in rows))
        seconds[np.cumsum([row[0] for row in rows]) - 1] = [*gaps[:-1], 0.0]
        found.append(seconds)
    return found


def _from(seconds: Any, first: int, late: float) -> list[float]:
    """From a tick on, the first of them later by so much."""
    found: list[float] = seconds[first:].tolist()
    found[0] += late
    return found


def _posted(clock: RulerClock, ends: list[Any], common: int, begin: float) -> dict[str, list[float]]:
    """By far axis, when each region had lived its last opening before a tick, in seconds after a moment; left out if there was none."""
    found = {}
    for number, axis in enumerate(clock.axes):
        last = (common - 1 - clock.offsets[number]) // axis.stretch * axis.stretch + clock.offsets[number]
        if axis.far and axis.length > 1 and last >= 0:
            found[axis.name] = [float(end[last]) - begin for end in ends]
    return found


def measure(
    folder: Path, ranks: int, ticks: int, stretch: int, delay: float = 0.0, sites: int = 8192, device: Device | None = None
) -> dict[str, Any]:
    """Live so many ticks after the first ones on some ranks, in a new folder; the trace, which is left there as well."""
    folder.mkdir(parents=True)
    world = WORLD.replace("length = 256", f"length = {sites // 32}")
    (folder / "world.toml").write_text(world.format(ranks=ranks, stretch=stretch))
    first = FIRST_EMULATED if device else FIRST
    if device:
        (folder / DEVICE).write_text(json.dumps(asdict(device)))
    line, environment = command(ranks, None, [])
    inside = [sys.executable, "-m", "benchmarks.trace", "--inside", str(folder), str(ticks + first)]
    environment["CYBERSPACE_DELAY"] = str(delay)
    subprocess.run([*line[: line.index(sys.executable)], *inside], env={**os.environ, **environment}, check=True)
    trace = gather(folder, ranks, delay, first)
    (folder / "trace.json").write_text(json.dumps(trace))
    return trace


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", dest="ranks", type=int, default=2)
    parser.add_argument("--ticks", type=int, default=2048)
    parser.add_argument("--stretch", type=int, default=16)
    parser.add_argument("--sites", type=int, default=8192, help="of a region, a multiple of 32")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds that every letter is under way at least")
    parser.add_argument(
        "--emulate", type=float, default=0.0, metavar="MEAN_MS", help="milliseconds that a tick takes on the device"
    )
    parser.add_argument(
        "--jitter", type=float, default=0.0, metavar="CV", help="their standard deviation over their mean, gamma"
    )
    parser.add_argument(
        "--stall", default="0:0", metavar="P:FACTOR", help="chance of a stall in a tick, and its length in ticks"
    )
    parser.add_argument("--seed", type=int, default=1, help="of what ticks take")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    chance, _, factor = options.stall.partition(":")
    drawn = Device(options.emulate / 1e3, options.jitter, float(chance), float(factor), options.seed)
    device = drawn if options.emulate else None
    trace = measure(options.out, options.ranks, options.ticks, options.stretch, options.delay, options.sites, device)
    print(f"{options.ranks} ranks: {trace['wall_seconds']:.3f} s for {len(trace['tick_seconds'][0])} ticks")


def live(folder: str, last: str) -> None:
    """One rank of the run."""
    from cyberspace import cli

    device = device_of(Path(folder))
    if device:
        emulate(device, int(last))
        follow(Path(folder))
    watch(Path(folder), int(last))
    sys.argv = ["cyberspace", "run", f"{folder}/world.toml", "--ticks", last, "--out", f"{folder}/run", "--quiet"]
    cli.main()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inside"]:
        live(*sys.argv[2:])
    else:
        main()
