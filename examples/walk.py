"""A walk through the viewer, with a picture of each step: attach, find the most successful lineage, inspect one member's brain, carry
it into the plaza, post an XOR job, see it paid.

    python examples/walk.py --out docs

First a soup of random genomes evolves until some organisms compute XOR, which takes some minutes.  Everything else is done by the viewer's
own keys and clicks on the run as it goes on, drawn without a window.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from render.app import App
from render.attach import open_source
from render.events import Event
from render.fields import alive
from render.freezer import Freezer
from render.job_form import JobForm
from render.keys import KEYS
from render.model import Model
from render.paper import Paper

HERE = Path(__file__).parent
SIZE = (1280, 800)
PATIENCE = 600.0
"""Seconds that a step may take."""

TICKS = 200_000
"""How long the soup evolves before anybody looks."""

XOR = "XOR"


class Walk:
    """A viewer that takes pictures."""

    def __init__(self, run: Path, freezer: Path, out: Path):
        self.app = App(Model(open_source(str(run)), Freezer(freezer)), SIZE, out)
        self.model, self._out, self._paper, self._count = self.app.model, out, Paper(*SIZE), 0

    def until(self, what: str, true: Callable[[], bool]) -> None:
        """Let time go on until something is so."""
        deadline = time.monotonic() + PATIENCE
        while not true():
            if time.monotonic() > deadline:
                sys.exit(f"walk: {what} did not come about in {PATIENCE:g} seconds")
            self.app.update(time.monotonic())
            time.sleep(0.01)

    def rest(self, seconds: float = 1.0) -> None:
        """Let some time go on."""
        end = time.monotonic() + seconds
        self.until("time", lambda: time.monotonic() > end)

    def keys(self, *names: str) -> None:
        """Press keys."""
        for name in names:
            self.app.handle(Event("key", key=name))
            self.rest(0.4)

    def click(self, place: tuple[int, ...], button: str = "left") -> None:
        """Click on a place of the plaza."""
        from render.plaza import flat, scene

        box = flat.cell_of(scene.view_of(self.app.centre_area), self.model.plaza, place)
        for kind in ("move", "down", "up"):
            self.app.handle(Event(kind, box.x + 20, box.y + 20, button=button))
        self.rest(0.4)

    def picture(self, name: str) -> None:
        """Take a picture."""
        self._count += 1
        self.model.told.clear()
        self.app.redraw(self._paper)
        path = self._out / f"walk-{self._count}-{name}.png"
        self._paper.save(str(path))
        print(path, f"(tick {self.model.frame.tick:,})" if self.model.frame else "")


def choose_member(walk: Walk) -> bool:
    """Hold the run, and choose a member of the largest lineage that performs XOR; if there is none, let it go on."""
    model = walk.model
    keys = {binding.argument: binding.keys[0] for binding in KEYS if binding.action == "field"}
    walk.keys(keys["lineage"], "space")
    walk.rest(2)
    founder, lineage = model.frame.arrays["founder"], next(iter(model.context.lineages.sizes))
    walk.keys(keys["task"])
    walk.until("what they perform", lambda: "performed" in model.frame.arrays)
    able = model.frame.arrays["performed"] >> model.space.goals.index(XOR) & 1 > 0
    places = np.argwhere(able & (founder == lineage) & alive(model.frame.arrays))
    if not len(places):
        walk.keys("space")
        return False
    walk.app.do("choose", tuple(places[len(places) // 2].tolist()))
    walk.until("the organism", lambda: model.organism is not None)
    walk.rest(1)
    return True


def take(walk: Walk) -> None:
    """The walk itself."""
    model = walk.model
    walk.until("a frame", lambda: model.frame is not None and bool(model.context.lineages.sizes))
    walk.rest(3)
    walk.picture("attach")
    walk.until("a member that computes XOR", lambda: choose_member(walk))
    walk.picture("brain")
    walk.keys("ctrl+c", "space", "g")
    walk.until("the plaza", lambda: model.frame is not None and model.jobs is not None)
    _, row, column = model.plaza.here
    vents = [model.plaza.place(0, row - 2, column + k) for k in (-1, 0, 1)]
    walk.keys("4")
    for vent in vents:
        walk.click(vent, "right")
    walk.keys("1", "-", "e")  # slower: a life lasts 600 ticks or so

    def carried() -> bool:
        """Whether somebody lives at the vents; where it has died by chance another copy is put down."""
        if model.jobs.vents[1] == 0:
            walk.click(vents[1], "right")
            walk.rest(1.5)
        return model.jobs.vents[1] > 0

    walk.until("somebody at the vents", carried)
    walk.picture("carried")
    walk.app.do("form", JobForm(0, XOR, 50, 100))
    walk.app.do("post")
    walk.until("the job", lambda: bool(model.jobs.jobs))
    walk.picture("posted")
    walk.until("somebody to be paid", lambda: carried() and any(giver.right > 1 for giver in model.jobs.best))
    walk.picture("paid")


def main() -> None:
    """Start the run, take the walk, end the run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("docs"), help="folder of the pictures")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        run = Path(name) / "soup"
        command = [str(Path(sys.executable).parent / "cyberspace"), "run"]
        subprocess.run([*command, str(HERE / "walk.toml"), "--ticks", str(TICKS), "--out", str(run)], check=True)
        process = subprocess.Popen([*command, "--resume", str(run), "--ticks", "10000000", "--serve", "--quiet"])
        try:
            while not (run / "play.json").exists():
                time.sleep(0.1)
            walk = Walk(run, Path(name) / "freezer", out)
            take(walk)
            walk.model.source.close()
        finally:
            process.terminate()
            process.wait(60)


if __name__ == "__main__":
    main()
