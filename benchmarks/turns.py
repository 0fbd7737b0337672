"""What a turn of the window costs, in every way of colouring, with a world of 1024 x 1024 of which every turn may bring a new frame.

    python -m benchmarks.turns [--seconds 3] [--fields kinship task ...] [--sizes 1280x800 1920x1080] [--out FILE.json]

The mouse moves over the world all the time.  Told are turns by the clock, milliseconds of CPU time of the process for one turn, the
longest of a hundred turns (the 99th percentile), and new pictures.  Of the living every second one has a sketch of its own.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path
from typing import Any

import numpy as np

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")

from benchmarks.view import SIDE, Meadow, keep
from organisms.kin import ROUND
from render import window
from render.app import App
from render.events import Event
from render.fields import FIELDS
from render.freezer import Freezer
from render.model import Model

WARM = 20
"""Turns before the first that counts."""

POPULATIONS, OWN = 40, 4
"""Kinds of genomes, and numbers of a sketch that members have of their own."""


class Garden(Meadow):
    """A meadow of which everything is known."""

    def __init__(self) -> None:
        super().__init__()
        random, shape = np.random.default_rng(1), self.about.spaces[0].shape
        sites = SIDE * SIDE
        for k, arrays in enumerate(self._frames):
            alive = arrays["alive"].ravel()
            arrays |= {
                "kin": sketches(random, sites).reshape(shape),
                "born": random.integers(0, 600, sites).astype(np.int32).reshape(shape) - 600,
                "distance": random.integers(0, 40, sites).astype(np.int16).reshape(shape),
                "performed": (random.integers(0, 2, sites) * alive).astype(np.uint32).reshape(shape),
                "heard": random.integers(-127, 128, sites).astype(np.int8).reshape(*shape, 1),
                "learned": random.random(sites).astype(np.float32).reshape(shape),
                "blocks": np.zeros(shape, dtype=np.uint8),
                "copier": random.integers(0, 2, sites).astype(np.uint8).reshape(shape),
                "rule": np.zeros(shape, dtype=np.uint8),
                "ancestor 20000": random.integers(1, 900, sites).astype(np.uint32).reshape(shape),
            }
            arrays["energy"] = np.roll(arrays["energy"], k)


def sketches(random: np.random.Generator, sites: int) -> Any:
    """Sketches of the living of some populations: each has the numbers of its population, some of them a step away."""
    kinds = random.integers(0, ROUND, (POPULATIONS, 16), dtype=np.int64)
    patch = np.kron(random.integers(0, POPULATIONS, (32, 32)), np.ones((SIDE // 32, SIDE // 32), dtype=np.int64)).ravel()
    members = kinds[patch]
    own = random.random(sites) < 0.5
    for _ in range(OWN):
        which = random.integers(0, 16, sites)
        members[np.arange(sites), which] += own * random.integers(-1, 2, sites)
    return ((members % ROUND) << (4 * np.arange(16))).sum(axis=1)


def measure(garden: Garden, name: str, size: tuple[int, int], seconds: float) -> dict[str, float]:
    """One way of colouring, in a window of a size."""
    model = Model(garden, Freezer())
    model.show(kind=next(kind for kind in FIELDS if kind.name == name))
    app, made, took, pictures = App(model, size, Path()), window.Window(size, "benchmark"), [], set[object]()
    begun = used = 0.0
    while not begun or time.monotonic() - begun < seconds:
        if len(took) == WARM and not begun:
            begun, used, pictures = time.monotonic(), time.process_time(), set()
        area, since = app.centre_area, time.monotonic()
        app.handle(Event("move", area.x + 60 + len(took) % 500, area.y + 60 + len(took) % 400))
        window.turn(made, app)
        took.append(time.monotonic() - since)
        pictures.add(model.picture and model.picture.number)
    passed, cpu, turns = time.monotonic() - begun, time.process_time() - used, len(took) - WARM
    made.close()
    return {
        "turns_per_second": round(turns / passed, 1),
        "turns_per_cpu_second": round(turns / cpu, 1),
        "cpu_ms_a_turn": round(1000 * cpu / turns, 2),
        "longest_of_100_ms": round(1000 * float(np.quantile(took[WARM:], 0.99)), 1),
        "pictures_per_second": round(len(pictures) / passed, 1),
    }


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--fields", nargs="+", default=[kind.name for kind in FIELDS], choices=[kind.name for kind in FIELDS])
    parser.add_argument("--sizes", nargs="+", default=["1280x800", "1920x1080"])
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    garden, found = Garden(), dict[str, Any]({"world": f"{SIDE} x {SIDE}", "load": list(os.getloadavg())})
    for size in options.sizes:
        width, height = map(int, size.split("x"))
        found[size] = {name: measure(garden, name, (width, height), options.seconds) for name in options.fields}
        garden.moves = False
        found[f"{size}, only the mouse moves"] = measure(garden, "lineage", (width, height), options.seconds)
        garden.moves = True
    keep(found, options.out)


if __name__ == "__main__":
    main()
