"""Where scenes are played: screens, twins, folders, and the screenshots that are kept."""

from __future__ import annotations

import time
from pathlib import Path

from benchmarks.drive.screen import Failed, Pixels, Screen, Viewer, keep, unlike
from benchmarks.drive.twin import Twin

SIZE, PATIENCE = (1280, 800), 30.0
SAME, AT_FIRST = 0.03, 0.012
"""Share of its blocks in which a window may differ from what is drawn without one, where a text may be broken into another line; and
before anything is clicked, when all must be there that is told."""


class Stage:
    """One scene's.

    Args:
        out: Folder of the screenshots.
        scratch: Folder of everything else.
    """

    def __init__(self, out: Path, scratch: Path):
        self._out, self._scratch, self._open = out, scratch, list[Screen | Viewer]()
        self.taken: list[str] = []

    def folder(self, name: str) -> Path:
        """A new folder."""
        path = self._scratch / f"{len(list(self._scratch.iterdir()))}-{name}"
        path.mkdir(parents=True)
        return path

    def screen(self, size: tuple[int, int] = SIZE) -> Screen:
        """A screen, which is closed when the scene is over."""
        made = Screen(self.folder("screen"), size)
        self._open.append(made)
        return made

    def viewer(self, screen: Screen, what: Path, *words: str) -> Viewer:
        """A viewer, which is closed when the scene is over."""
        made = Viewer(screen, what, self.folder("home"), *words)
        self._open.append(made)
        return made

    def twin(self, what: Path, size: tuple[int, int] = SIZE, watch: bool = True) -> Twin:
        """A twin of a window."""
        made = Twin(what, size, self.folder("twin"), watch)
        made.turn(1.0)
        return made

    def shot(self, name: str, screen: Screen) -> Pixels:
        """Take a screenshot and keep it."""
        pixels = screen.pixels()
        self.taken.append(f"{name}.png")
        keep(pixels, self._out / self.taken[-1])
        return pixels

    def same(self, name: str, screen: Screen, twin: Twin, most: float = SAME) -> None:
        """Wait until the window shows what is drawn without one, and keep a screenshot.

        Raises:
            Failed: If it does not.
        """
        deadline = time.monotonic() + PATIENCE
        twin.turn(0.3)
        twin.model.told.clear()
        differs = 1.0
        while differs > most and time.monotonic() < deadline:
            twin.turn(0.3)
            differs = unlike(screen.pixels(), twin.seen())
        self.shot(name, screen)
        if differs > most:
            keep(twin.seen(), self._out / f"{name}-expected.png")
            raise Failed(f"{name}: {differs:.1%} of the window differ from what is drawn without one")

    def close(self) -> None:
        """The scene is over."""
        for one in reversed(self._open):
            one.close()
