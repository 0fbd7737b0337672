"""What a run pays for a viewer that uses all it can: colours by kinship, a line followed, the story, and what stands in the plaza.

    python -m benchmarks.watched [--world examples/5_people/town.toml] [--seconds 120] [--out FILE.json]

One run, which the real viewer (without its window) looks at in every other phase of some seconds; by CPU time, since others may use the
machine: of the run's CPU time in a phase, the part that its door takes, and the ticks for a second of CPU in watched phases against
the others.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import os
import signal
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.people import PHASE, Phases
from benchmarks.view import keep
from cyberspace.run import runtime
from cyberspace.run.crew import Plan
from render.attach import open_source
from render.context import alive
from render.fields import BY_NAME
from render.freezer import Freezer
from render.model import SITE_SECONDS, Model

TURN = 1 / 60
WARM = 40.0
"""Seconds before the first phase: it compiles."""


def view(folder: Path, asks: Any) -> None:
    """A viewer that looks while it is asked to: colours the first space by kinship, follows somebody, and asks what stands in the plaza.

    It does not enter the plaza, which would slow the run.
    """
    while not (folder / "play.json").exists():
        time.sleep(0.1)
    model, looked, due = Model(open_source(str(folder)), Freezer(folder)), False, 0.0
    squares = [space.name for space in model.source.about.spaces if space.plaza]
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    while True:
        if not asks.is_set():
            asks.wait()
            looked = False
            model.enter(model.source.about.spaces[0])
            model.show(kind=BY_NAME["kinship"])
        model.update(time.monotonic())
        if time.monotonic() >= due:
            due = time.monotonic() + SITE_SECONDS
            for name in squares:
                model.source.ask_things(name, "", None, None)
                model.source.ask_jobs(name)
        if model.frame is not None and not looked and len(places := np.argwhere(alive(model.frame.arrays))):
            looked = True
            model.choose(tuple(places[len(places) // 2].tolist()))
            model.following = True
        time.sleep(TURN)


def measure(world: Path, seconds: float) -> dict[str, Any]:
    """One run with watched phases and others in turn."""
    with tempfile.TemporaryDirectory() as place:
        path, asks = Path(place) / "run", multiprocessing.Event()
        folder = runtime.begin(world, path, None, "numba")
        viewer = multiprocessing.Process(target=view, args=(path, asks))
        viewer.start()
        people = Phases(folder, "127.0.0.1:0", lambda line: None)
        with people:
            people.begin(asks)
            people.due = time.monotonic() + WARM
            threading.Timer(WARM + seconds, lambda: os.kill(os.getpid(), signal.SIGUSR1)).start()
            with contextlib.suppress(runtime.Interrupted):
                runtime.go(folder, Plan(10_000_000, 100_000, threads=1, quiet=True), people=people)
            marks = np.array(people.marks)
        asks.set()
        viewer.terminate()
    steps = np.diff(marks, axis=0)[:-1]
    watched = np.arange(len(steps)) % 2 == 0
    sums = {name: steps[which].sum(axis=0) for name, which in (("watched", watched), ("alone", ~watched))}
    speed = {name: found[0] / found[2] for name, found in sums.items()}
    return {
        "world": str(world),
        "phases": [int(watched.sum()), PHASE],
        "ticks_per_cpu_second": {name: round(float(found), 1) for name, found in speed.items()},
        "throughput_watched_by_cpu_time": round(float(speed["watched"] / speed["alone"]), 4),
        "share_of_cpu_time_at_the_door": {name: round(float(found[3] / found[2]), 4) for name, found in sums.items()},
        "load": list(os.getloadavg()),
    }


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--world", type=Path, default=Path("examples/5_people/town.toml"))
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    keep(measure(options.world, options.seconds), options.out)


if __name__ == "__main__":
    main()
