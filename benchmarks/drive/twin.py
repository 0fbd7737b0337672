"""The same application as in the window, without one: it knows where things stand, and what must be seen there."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from benchmarks.drive.screen import Failed, Pixels
from render.about import Place
from render.app import App
from render.attach import open_source
from render.events import Event
from render.frames import Answer, Query
from render.freezer import Freezer
from render.model import Model
from render.paper import Paper
from render.scaled import Scaled
from render.things import Things

Kind = TypeVar("Kind", bound=Answer)


class Twin:
    """A viewer on the same run, of the same size.

    Args:
        what: The run.
        size: Of the window.
        folder: Of its freezer.
        watch: Whether it only looks.
    """

    def __init__(self, what: Path, size: tuple[int, int], folder: Path, watch: bool = True):
        self.model = Model(open_source(str(what), watch=watch), Freezer(folder))
        self.app = App(self.model, self.model.scale.fit(size), folder)
        self._sheet = Paper(*size)
        self._paper = Scaled(self._sheet, self.model.scale)

    def turn(self, seconds: float = 0.5) -> None:
        """Let time go on."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.app.update(time.monotonic())
            time.sleep(0.01)
        self.app.draw(self._paper)

    def until(self, what: str, holds: Callable[[], object], seconds: float = 60.0) -> None:
        """Let time go on until something is so.

        Raises:
            Failed: If it does not come about.
        """
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline:
                raise Failed(f"{what}: not within {seconds:g} s")
            self.turn(0.1)

    def key(self, *names: str) -> None:
        """Do what keys do."""
        for name in names:
            self.app.handle(Event("key", key=name))
            self.turn(0.3)

    def click(self, at: tuple[int, int], button: str = "left") -> None:
        """Do what a click does."""
        for kind in ("move", "down", "up"):
            self.app.handle(Event(kind, *(int(one / self.model.scale.factor) for one in at), button=button))
        self.turn(0.3)

    def seen(self) -> Pixels:
        """What must be seen in the window."""
        self.app.redraw(self._paper)
        return self._sheet.pixels.copy()

    def button(self, action: str, argument: object = None) -> tuple[int, int]:
        """The middle of a button.

        Raises:
            Failed: If there is none.
        """
        self.turn(0.2)
        width, height = self.app._size
        for y in range(4, height, 6):
            for x in range(4, width, 6):
                hot = self.app.hot_at(x, y)
                if hot is not None and (hot.action, hot.argument) == (action, argument):
                    return self.pixel(hot.rect.x + hot.rect.width // 2, hot.rect.y + hot.rect.height // 2)
        raise Failed(f"no button that does {action} {argument}")

    def point(self, place: Place) -> tuple[int, int]:
        """A point of the window where a place of the world or of the plaza is: the middle of all such points.

        Raises:
            Failed: If it is not in sight.
        """
        area = self.app.centre_area
        found = [
            (x, y)
            for y in range(area.y, area.bottom, 3)
            for x in range(area.x, area.right, 3)
            if self.app.place_at(x, y) == place
        ]
        if not found:
            raise Failed(f"place {place} is not in sight")
        return self.pixel(*found[len(found) // 2])

    def pixel(self, x: float, y: float) -> tuple[int, int]:
        """The pixel of the window at a point in units."""
        return round(x * self.model.scale.factor), round(y * self.model.scale.factor)

    def where(self, place: Place) -> tuple[int, int]:
        """The pixel where a place of a world is seen.

        Raises:
            Failed: If it is not in sight.
        """
        at = self.app.point_of(place)
        if at is None:
            raise Failed(f"place {place} is not in sight")
        return self.pixel(*at)

    def ask(self, ask: Callable[[], None], kind: type[Kind]) -> Kind:
        """An answer of the run, asked over the wire.

        Raises:
            Failed: If none comes.
        """
        ask()
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            for answer in self.model.source.poll():
                if isinstance(answer, kind):
                    return answer
            time.sleep(0.01)
        raise Failed(f"no {kind.__name__} came over the wire")

    def things(self, space: str) -> Things:
        """What people left in a space, and who is there."""
        return self.ask(lambda: self.model.source.ask_things(space, "", None, None), Things)

    def block(self, space: str, place: Place) -> int:
        """What is built at a place."""
        from render.frames import Frame

        frame = self.ask(lambda: self.model.source.ask_frame(Query(space, ("blocks",))), Frame)
        return int(frame.value("blocks", place)) if frame.space == space else -1

    def close(self) -> None:
        """Leave."""
        self.model.source.close()
