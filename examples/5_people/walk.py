"""The viewer finds the most successful lineage, shows a brain, carries it into the plaza, and sees it paid for XOR: a picture of each step.

    python examples/5_people/walk.py --out docs

First a soup of random genomes evolves until some organisms compute XOR, which takes some minutes.  Then the viewer's guided tour is taken
(render/tour.py), by the viewer's own keys and clicks on the run as it goes on, drawn without a window.
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
from render.tour import STEPS, Step, is_done, step_of

HERE = Path(__file__).parent
SIZE = (1280, 800)
PATIENCE = 600.0
"""Seconds that a step may take."""

DRAW, TRIES = 0.25, 20
"""Seconds from one drawing to the next, and how often a key is pressed where nothing comes of it."""

TICKS = 200_000
"""How long the soup evolves before anybody looks."""

XOR = "XOR"


class Walk:
    """A viewer that takes pictures."""

    def __init__(self, run: Path, freezer: Path, out: Path):
        self.app = App(Model(open_source(str(run)), Freezer(freezer)), SIZE, out)
        self.model, self._out, self._paper, self._count = self.app.model, out, Paper(*SIZE), 0
        self.vents: list[tuple[int, ...]] = []
        self._drawn = 0.0

    def until(self, what: str, true: Callable[[], bool]) -> None:
        """Let time go on until something is so."""
        deadline = time.monotonic() + PATIENCE
        while not true():
            if time.monotonic() > deadline:
                sys.exit(f"walk: {what} did not come about in {PATIENCE:g} seconds")
            self.app.update(time.monotonic())
            if time.monotonic() > self._drawn + DRAW:  # where things stand is known of what is drawn
                self.app.draw(self._paper)
                self._drawn = time.monotonic()
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
        self.press_at(box.x + 20, box.y + 20, button)

    def press_at(self, x: int, y: int, button: str = "left") -> None:
        """Click at a point of the window."""
        for kind in ("move", "down", "up"):
            self.app.handle(Event(kind, x, y, button=button))
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
    """Hold the run, and choose who performs XOR, of the largest lineage in which somebody does; if there is none, let it go on."""
    model = walk.model
    keys = {binding.argument: binding.keys[0] for binding in KEYS if binding.action == "field"}
    walk.keys(keys["lineage"], "space")
    walk.until("lineages", lambda: "founder" in model.frame.arrays and bool(model.context.lineages.sizes))
    walk.rest(2)
    founder, lineages = model.frame.arrays["founder"], list(model.context.lineages.sizes)
    walk.keys(keys["task"])
    walk.until("what they perform", lambda: "performed" in model.frame.arrays)
    able = model.frame.arrays["performed"] >> model.space.goals.index(XOR) & 1 > 0
    able &= alive(model.frame.arrays)
    places = next((found for one in lineages if len(found := np.argwhere(able & (founder == one)))), ())
    if not len(places):
        walk.keys("space")
        return False
    walk.app.do("choose", tuple(places[len(places) // 2].tolist()))
    walk.until("the organism", lambda: model.organism is not None)
    walk.rest(1)
    return True


def lives_there(walk: Walk) -> bool:
    """Whether somebody lives at the vents; where it has died by chance another copy is put down."""
    if walk.model.jobs.vents[1] == 0:
        walk.click(walk.vents[1], "right")
        walk.rest(1.5)
    return walk.model.jobs.vents[1] > 0


def light_up(walk: Walk) -> None:
    """Choose the branch in the middle of the plot that is the widest there."""
    plot = walk.model.chronicle.plot
    x, heights = plot.x + plot.width // 2, range(plot.y + 2, plot.bottom - 2)
    y = next((y for y in heights if (walk.model.chronicle.under(x, y) or (0, -1))[1] >= 0), plot.y)
    walk.press_at(x, y)
    walk.rest(1)


def build_vents(walk: Walk) -> None:
    """Build three, side by side."""
    walk.until("the plaza", lambda: walk.model.frame is not None and walk.model.jobs is not None)
    _, row, column = walk.model.plaza.here
    walk.vents = [walk.model.plaza.place(0, row - 2, column + k) for k in (-1, 0, 1)]
    for vent in walk.vents:
        walk.click(vent, "right")


def settle(walk: Walk) -> None:
    """Put down copies until one lives there: a life lasts 600 ticks or so."""
    walk.keys("1")
    walk.until("somebody at the vents", lambda: lives_there(walk))


def post(walk: Walk) -> None:
    """Post a job."""
    walk.app.do("form", JobForm(0, XOR, 50, 100))
    walk.app.do("post")


def see_paid(walk: Walk) -> None:
    """See somebody paid."""
    walk.until("somebody to be paid", lambda: lives_there(walk) and is_done(walk.model))


CLICKS: dict[str, Callable[[Walk], object]] = {
    "brain": lambda walk: walk.until("a member that computes XOR", lambda: choose_member(walk)),
    "story": light_up, "vent": build_vents, "settle": settle, "post": post, "paid": see_paid,
}  # fmt: skip
"""What the mouse does in the steps of the guided tour that no key does."""


def press(walk: Walk, step: Step) -> None:
    """Press the key of a step; again where nothing came of it, as a person would: frames of a busy run come late."""
    for _ in range(TRIES):
        if step.done is None or step.done(walk.model):
            break
        walk.keys(step.key)
        walk.rest(3)


PICTURES = tuple(step.picture for step in STEPS if step.picture)


def take(walk: Walk, last: str) -> None:
    """The guided tour, as a person would take it who does all that it says, to the picture that is the last one."""
    model = walk.model
    walk.until("the window", lambda: model.frame is not None and bool(model.chronicle.story))
    walk.keys("f2")
    while model.tour.on:
        step = step_of(model)
        if step.name in CLICKS:
            CLICKS[step.name](walk)
        else:
            press(walk, step)
        walk.until(step.title, lambda: is_done(model))
        if step.picture:
            walk.rest(2)
            walk.picture(step.picture)
        if step.picture == last:
            break
        walk.keys("return")


def main() -> None:
    """Start the run, take the walk, end the run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("docs"), help="folder of the pictures")
    parser.add_argument("--ticks", type=int, default=TICKS, help="how long the soup evolves before anybody looks")
    parser.add_argument("--last", choices=PICTURES, default="paid", help="the picture after which the walk ends")
    parser.add_argument("--soup", type=Path, help="a run of this soup that was made before, which goes on")
    options = parser.parse_args()
    out, ticks = options.out, options.ticks
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        run = options.soup or Path(name) / "soup"
        command = [str(Path(sys.executable).parent / "cyberspace"), "run"]
        if options.soup is None:
            subprocess.run([*command, str(HERE / "walk.toml"), "--ticks", str(ticks), "--out", str(run)], check=True)
        process = subprocess.Popen([*command, "--resume", str(run), "--ticks", "10000000", "--serve", "--quiet"])
        try:
            while not (run / "play.json").exists():
                time.sleep(0.1)
            walk = Walk(run, Path(name) / "freezer", out)
            take(walk, options.last)
            walk.model.source.close()
        finally:
            process.terminate()
            process.wait(60)


if __name__ == "__main__":
    main()
