"""The model of the schedule beside real runs: ranks over MPI, letters and polling as they are, ticks of an emulated device.

python -m benchmarks.beside [--ranks 2 4 8] [--jitters none gamma stalls] --out runs/beside     the table of docs/schedule.md

A region of `SITES` sites a rank, so that what the ranks do on this CPU is little beside what their ticks take.  What looking for letters
costs and what a tick takes beside the device is measured in runs of their own, which are not in the table; nothing is fitted to it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.emulate import Device
from benchmarks.looks import Loop
from benchmarks.schedule import modelled, read_trace
from benchmarks.trace import FIRST_EMULATED, gather, measure

SITES, TICK, TICKS = 64, 3e-3, 512
JITTERS = {"none": (0.0, 0.0, 0.0), "gamma": (0.3, 0.0, 0.0), "stalls": (0.3, 0.005, 20.0)}
"""Jitter, chance of a stall, its length in ticks."""

STRETCHES, DELAYS = (8, 16, 32), (0.0, 0.01, 0.03)
CALIBRATION = {"stretch": 16, "delay": 0.03}, Device(TICK, 0.3, seed=1000)
"""A run with waits and without, with draws of its own."""

HEADS = ("ranks", "jitter", "stretch", "delay, ms", "wall, s", "efficiency", "waiting")
HEADS += ("max-plus alone", "looks as measured", "looks apart", "from the draws")


@dataclass(frozen=True)
class Costs:
    """What a rank's own doing takes, as measured.

    Attributes:
        loop: Looking for letters.
        plain: Seconds of a tick beyond what its device was to take.
        opening: The same where a link opens.
    """

    loop: Loop
    plain: float
    opening: float


def costs(folder: Path, trace: dict[str, Any]) -> Costs:
    """What was measured in a run of `benchmarks.trace` on an emulated device."""
    looks: list[float] = []
    polls: list[float] = []
    for rank in range(trace["ranks"]):
        tries = np.array(json.loads((folder / f"rank-{rank}.json").read_text()))
        # Without the start, and without the end, when the rank writes its checkpoint.
        tries = tries[len(tries) // 10 : np.flatnonzero(tries[:, 2])[-1] + 1]
        moved = tries[:, 2] == 1
        looks.extend((tries[1:, 0] - tries[:-1, 1])[moved[:-1]])
        polls.extend((tries[1:, 0] - tries[:-1, 0])[~moved[:-1]])
    far, (_, seconds, _) = opens(trace), read_trace(trace)
    more = (seconds - np.array(trace["drawn_seconds"])).mean(axis=0)
    return Costs(Loop(float(np.mean(looks)), float(np.mean(polls))), float(more[~far].mean()), float(more[far].mean()))


def opens(trace: dict[str, Any]) -> NDArray[np.bool_]:
    """Whether a link opens, by tick of a trace."""
    schedule, seconds, _ = read_trace(trace)
    ticks = trace["first_tick"] + np.arange(seconds.shape[1])
    found: NDArray[np.bool_] = schedule.ahead[ticks % len(schedule.ahead)] == 0
    return found


def row(trace: dict[str, Any], measured: Costs, name: str, delay: float) -> str:
    """A line of the table: shares of the run in ticks and in neither ticks nor looks; last, the model's wall by that of the run."""
    _, seconds, _ = read_trace(trace)
    drawn = np.array(trace["drawn_seconds"]) + np.where(opens(trace), measured.opening, measured.plain)
    stretch = next(axis["stretch"] for axis in trace["axes"] if axis["name"] == "device")
    start, looks = trace["first_tick"], np.array(trace["look_seconds"])
    known = replace(measured.loop, known=lambda tick: looks[:, tick - start])
    models = [modelled(trace, seconds, loop) for loop in (None, known, measured.loop)]
    models.append(modelled(trace, drawn, measured.loop))
    wall = trace["wall_seconds"]
    shares = models[0].compute / wall, 1 - (seconds + looks).sum(axis=1).mean() / wall
    cells = [str(trace["ranks"]), name, str(stretch), f"{1e3 * delay:g}", *(f"{share:.3f}" for share in (wall, *shares))]
    return f"| {' | '.join([*cells, *(f'{model.wall / wall:.3f}' for model in models)])} |"


def calibrate(out: Path, ranks: int) -> Costs:
    """What is measured apart, once for each number of ranks."""
    folder = out / f"calibration-{ranks}"
    settings, device = CALIBRATION
    return costs(folder, lived(folder, ranks, device=device, **settings))


def lived(folder: Path, ranks: int, stretch: int, delay: float, device: Device) -> dict[str, Any]:
    """The trace of a run, which is made if it was not made before."""
    if (folder / "trace.json").exists():
        return gather(folder, ranks, delay, FIRST_EMULATED)
    return measure(folder, ranks, TICKS, stretch, delay, SITES, device)


def rows(out: Path, ranks: int, jitters: list[str]) -> Iterator[str]:
    """Run what was not run yet, and tell."""
    measured = calibrate(out, ranks)
    for name in jitters:
        for stretch in STRETCHES:
            for delay in DELAYS:
                folder = out / f"{ranks}-{name}-{stretch}-{1e3 * delay:g}"
                trace = lived(folder, ranks, stretch, delay, Device(TICK, *JITTERS[name]))
                yield row(trace, measured, name, delay)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ranks", type=int, nargs="*", default=[2, 4, 8])
    parser.add_argument("--jitters", nargs="*", choices=JITTERS, default=list(JITTERS))
    parser.add_argument("--out", type=Path, required=True, help="what was run there before is not run again")
    options = parser.parse_args()
    for ranks in options.ranks:
        found = calibrate(options.out, ranks)
        micro = [1e6 * seconds for seconds in (found.loop.look, found.loop.poll, found.plain, found.opening)]
        print(
            f"{ranks} ranks, us: a look {micro[0]:.0f}, a poll {micro[1]:.0f}, a tick {micro[2]:.0f}, an opening {micro[3]:.0f}"
        )
    print(f"| {' | '.join(HEADS)} |\n{'| --- ' * len(HEADS)}|")
    for ranks in options.ranks:
        for line in rows(options.out, ranks, options.jitters):
            print(line, flush=True)


if __name__ == "__main__":
    main()
