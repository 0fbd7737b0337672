"""A walk through the viewer, with a picture of each step: attach, find the most successful lineage, inspect one member's brain, carry
it into the plaza, post an XOR job, see it paid.

    python examples/walk.py --out docs

XOR takes a soup some hundred thousand ticks to find; so that the walk takes minutes, an organism whose brain was written by hand is
put into the reef first, and spreads because XOR pays.  Everything is done by the viewer's own keys and clicks, drawn without a window.
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

from organisms.ancestors import BIAS, replicator
from organisms.body import ANSWER, SENSES, BodyPlan
from organisms.genome import Loci, inborn_weights
from render.app import App
from render.attach import open_source
from render.events import Event
from render.freezer import Freezer, Frozen
from render.model import Model
from render.paper import Paper
from render.plaza.board import Form

HERE = Path(__file__).parent
SIZE = (1280, 800)
PATIENCE = 600.0
"""Seconds that a step may take."""

MANY = 200
"""Members that make a lineage successful here."""

BOTH, NEITHER = 13, 14
"""Free units that say "x and y" and "neither x nor y"."""


def xor_genome(loci: Loci) -> np.ndarray:
    """A replicator whose first answer is XOR: neither of two free units is on."""
    genome = replicator(loci)
    weights = genome[: loci.body.synapses].reshape(loci.body.units, loci.body.inputs)
    x, y, unit = len(SENSES), len(SENSES) + 1, loci.body.senses
    weights[BOTH, [BIAS, x, y]] = -8, 7, 7
    weights[NEITHER, [BIAS, x, y]] = -8, -7, -7
    weights[ANSWER, [BIAS, unit + BOTH, unit + NEITHER]] = -8, -7, -7
    return genome


def written_by_hand() -> Frozen:
    """The organism as the freezer keeps it."""
    loci = Loci(BodyPlan())
    genome = xor_genome(loci)
    weights = inborn_weights(np, loci, genome[:, None])[..., 0].ravel()
    return Frozen("xor by hand", 16, 16, tuple(genome.tolist()), tuple(weights.tolist()), 0xACE, "examples/walk.py")


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
        from render.plaza import flat

        box = flat.cell_of(self.model.plaza.view_of(self.app.centre_area), self.model.plaza, place)
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


def settle(walk: Walk) -> None:
    """Put the organism that was written by hand into the reef, and let it spread."""
    model = walk.model
    walk.until("a frame", lambda: model.frame is not None)
    model.freezer.put(written_by_hand())
    walk.app.do("thaw", "xor by hand")

    def spread() -> bool:
        """Whether its lineage is the largest; where it has died out by chance it is put down again."""
        if (model.frame.arrays["founder"][model.frame.arrays["energy"] > 0] != 0xACE).all():
            empty = np.argwhere(model.frame.arrays["energy"] == 0)
            walk.app.do("paste", tuple(int(k) for k in empty[len(empty) // 2]))
            walk.rest(1)
        largest, members = next(iter(model.context.lineages.sizes.items()), (0, 0))
        return largest == 0xACE and members >= MANY

    walk.until("its lineage to be the largest", spread)
    walk.keys("escape")
    walk.rest(5)


def take(walk: Walk) -> None:
    """The walk itself."""
    model = walk.model
    walk.picture("attach")
    walk.keys("l")
    walk.until("the organism", lambda: model.organism is not None)
    walk.rest(1)
    walk.picture("brain")
    walk.keys("ctrl+c", "g")
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
    walk.app.do("form", Form(0, "XOR", 50, 100))
    walk.app.do("post")
    walk.until("the job", lambda: bool(model.jobs.jobs))
    walk.picture("posted")
    walk.until("somebody to be paid", lambda: carried() and any(giver.right > 1 for giver in model.jobs.best))
    walk.rest(2)
    walk.picture("paid")


def main() -> None:
    """Start the run, take the walk, end the run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("docs"), help="folder of the pictures")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        run = Path(name) / "reef"
        command = [str(Path(sys.executable).parent / "cyberspace"), "run", str(HERE / "walk.toml"), "--out", str(run)]
        process = subprocess.Popen([*command, "--ticks", "10000000", "--serve", "--quiet"])
        try:
            while not (run / "play.json").exists():
                time.sleep(0.1)
            walk = Walk(run, Path(name) / "freezer", out)
            settle(walk)
            take(walk)
            walk.model.source.close()
        finally:
            process.terminate()
            process.wait(60)


if __name__ == "__main__":
    main()
