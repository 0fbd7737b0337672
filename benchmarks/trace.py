"""Measures a run on several ranks for the model of the schedule: when each region lived each tick.

python -m benchmarks.trace -n 2 [--delay 0.03] [--ticks 2048] --out runs/trace
python -m benchmarks.schedule --against runs/trace/trace.json

One region of 8,192 sites a rank along `device`, each on one thread.  `--delay` holds every letter back for so many seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from cyberspace.build import load_universe
from cyberspace.finding import usable_cpus
from cyberspace.launch import command
from cyberspace.letters import STAMP_BYTES, body_bytes
from cyberspace.local import LocalRegion

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
FIRST = 512
"""Ticks before the measured ones: compiling, and the soup that genesis made."""

LINK = {"latency": 2e-6, "bandwidth": 5e9}
"""Between ranks of one host, without the delay; as `cyberspace measure` finds it."""


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


def gather(folder: Path, ranks: int, delay: float) -> dict[str, Any]:
    """The trace of a run, from what its regions wrote down.

    With more ranks than cores, a tick is what it used of a core, and the cores are what the model calls ranks.
    """
    universe, _ = load_universe(folder / "world.toml")
    cores = len(usable_cpus())
    regions = [json.loads((folder / f"region-{k}.json").read_text()) for k in range(ranks)]
    starts, seconds = [], []
    for rows in regions:
        spent = [used if ranks > cores else end - start for _, start, end, used in rows]
        each = np.concatenate([np.full(row[0], took / row[0]) for row, took in zip(rows, spent, strict=True)])
        first = int(np.searchsorted(np.cumsum([row[0] for row in rows]), FIRST))
        starts.append(rows[first][2])
        seconds.append((sum(row[0] for row in rows[: first + 1]), each))
    common = max(done for done, _ in seconds)
    # A region that was further at the moment from which all are measured gets its head start as a shorter first tick.
    begin = [start + each[done:common].sum() for start, (done, each) in zip(starts, seconds, strict=True)]
    ticks = [each[common:].tolist() for _, each in seconds]
    for own, late in zip(ticks, begin, strict=True):
        own[0] += late - min(begin)
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
        "axes": axes,
        "first_tick": common,
        "tick_seconds": ticks,
        "wall_seconds": max(rows[-1][2] for rows in regions) - min(begin),
        "link": {**LINK, "latency": LINK["latency"] + delay, "bytes": STAMP_BYTES + body_bytes(world, world.ways[0])},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-n", dest="ranks", type=int, default=2)
    parser.add_argument("--ticks", type=int, default=2048)
    parser.add_argument("--stretch", type=int, default=16)
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True)
    (options.out / "world.toml").write_text(WORLD.format(ranks=options.ranks, stretch=options.stretch))
    line, environment = command(options.ranks, None, [])
    inside = [sys.executable, "-m", "benchmarks.trace", "--inside", str(options.out), str(options.ticks + FIRST)]
    environment["CYBERSPACE_DELAY"] = str(options.delay)
    subprocess.run([*line[: line.index(sys.executable)], *inside], env={**os.environ, **environment}, check=True)
    trace = gather(options.out, options.ranks, options.delay)
    (options.out / "trace.json").write_text(json.dumps(trace))
    print(f"{options.ranks} ranks: {trace['wall_seconds']:.3f} s for {options.ticks} ticks")


def live(folder: str, last: str) -> None:
    """One rank of the run."""
    from cyberspace import cli

    watch(Path(folder), int(last))
    sys.argv = ["cyberspace", "run", f"{folder}/world.toml", "--ticks", last, "--out", f"{folder}/run", "--quiet"]
    cli.main()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inside"]:
        live(*sys.argv[2:])
    else:
        main()
