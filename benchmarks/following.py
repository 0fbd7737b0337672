"""Whether a line can be followed, and whether a click finds who was seen, in a run that goes at its own pace.

    python -m benchmarks.following [--world examples/5_people/town.toml] [--after 20000] [--seconds 600] [--out FILE.json]

The viewer itself, without a window, follows a member of the largest lineage from a tick on.  Meanwhile another one clicks on places
where somebody is seen, each time on a frame that is some time old, and counts what it is told: who was seen there, one that stands for
it, or nobody.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from pathlib import Path

import numpy as np

from benchmarks.view import going_on, keep
from cyberspace.wire.client import Client
from render.attach import open_source
from render.context import alive
from render.fields import BY_NAME
from render.frames import Organism
from render.freezer import Freezer
from render.model import Model

OLD = 0.5
"""Seconds for which a frame is looked at before it is clicked on."""


class Clicker:
    """Clicks now and then on somebody that was seen a while ago.

    Attributes:
        found: How often each thing was told.
    """

    def __init__(self, run: Path, seed: int):
        self._model, self._random = Model(open_source(str(run)), Freezer(run)), random.Random(seed)
        self._due, self.found, self._asked = 0.0, Counter[str](), False
        self._ages: list[int] = []
        take = self._model._take_organism

        def note(found: Organism) -> None:
            if self._asked:
                self._asked = False
                self.found["nobody" if not found.lives else "itself" if found.heir is None else found.heir.rule] += 1
            take(found)

        self._model._take_organism = note  # type: ignore[method-assign]

    def turn(self, now: float) -> None:
        """One turn."""
        model = self._model
        if now < self._due and not self._asked and model.chosen is None:
            return  # the frame grows old
        model.update(now)
        if self._asked and any("no relative is known" in one.text for one in model.lines()):
            model.told.clear()
            self._asked = False
            self.found["extinct"] += 1
        if model.frame is None or self._asked:
            return
        if model.chosen is not None:
            model.choose(None)
            self._due = now + OLD
            return
        places = np.argwhere(alive(model.frame.arrays))
        if len(places):
            self._asked = True
            model.choose(tuple(places[self._random.randrange(len(places))].tolist()))


def follow(run: Path, seconds: float, kind: str = "lineage", clicks: bool = True) -> dict[str, object]:
    """Follow a member of the largest lineage for so many seconds, coloured in some way, perhaps with clicks meanwhile."""
    model, clicker = Model(open_source(str(run)), Freezer(run)), Clicker(run, 1) if clicks else None
    model.show(kind=BY_NAME["lineage"])
    rules, ends, ages = Counter[str](), [], []
    begun, first, lives = 0.0, 0, 0
    seen, updated, waits = -1, 0.0, list[float]()
    while not begun or time.monotonic() - begun < seconds:
        now = time.monotonic()
        model.update(now)
        if model.following and model.organism is not None and model.organism.tick != seen:
            waits += [now - updated] if updated else []
            seen, updated = model.organism.tick, now
        if model.frame is None or not model.context.lineages.sizes:
            time.sleep(0.05)
            continue
        if not model.following:
            if model.organism is None and model.chosen is None and "founder" in model.frame.arrays:
                members = np.argwhere(
                    alive(model.frame.arrays) & (model.frame.arrays["founder"] == next(iter(model.context.lineages.sizes)))
                )
                model.go_to(tuple(members[len(members) // 2].tolist()))
                model.show(kind=BY_NAME[kind])
            elif model.organism is not None and not model.line.over:
                model.following, begun, first = True, begun or now, first or model.frame.tick
            elif model.line.over:
                ends.append(model.line.words)
                lives += model.line.lives
                model.choose(None)
                model.show(kind=BY_NAME["lineage"])
        elif model.organism is not None and model.organism.heir is not None and model.organism.identity not in ages[-1:]:
            ages.append(model.organism.identity)
            rules[model.organism.heir.rule] += 1
        if clicker is not None:
            clicker.turn(now)
        time.sleep(1 / 60)
    last = model.frame.tick if model.frame is not None else 0
    return {
        "seconds": round(time.monotonic() - begun, 1),
        "ticks": [first, last],
        "ticks_per_second": round((last - first) / (time.monotonic() - begun), 1),
        "lives": lives + model.line.lives,
        "rules": dict(rules),
        "lost": ends,
        "seconds_between_updates": dict(
            zip(("median", "95 %", "longest"), np.quantile(waits or [0], [0.5, 0.95, 1]).round(2).tolist(), strict=True)
        ),
        "clicks": dict(clicker.found) if clicker is not None else None,
    }


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--world", type=Path, default=Path("examples/5_people/town.toml"))
    parser.add_argument("--after", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    with going_on(options.world.read_text(), "--threads", "1") as run:
        with Client(run / "watch.json", timeout=600) as client:  # it compiles
            while client.head("about")["tick"] < options.after:
                time.sleep(0.5)
        found = {"world": str(options.world), **follow(run, options.seconds)}
    keep(found, options.out)


if __name__ == "__main__":
    main()
