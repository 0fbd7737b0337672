"""Words on little plates in a plaza: names, owners, numbers; none is cut, and none hides another."""

from __future__ import annotations

from dataclasses import dataclass, field

from render import palette
from render.canvas import SMALL, Canvas, Rect, fit

HEIGHT, TRIES = 17, 8
"""Height of a plate, and places that are tried for one, each a plate lower."""


@dataclass
class Labels:
    """The plates of an area; drawn after all that they could lie below.

    Attributes:
        canvas: What is drawn on.
        area: The part of the window that they stay in.
        taken: Plates that are there.
        words: What is written on each, its ink, and whether it is bold.
    """

    canvas: Canvas
    area: Rect
    taken: list[Rect] = field(default_factory=list)
    words: list[tuple[str, str, bool]] = field(default_factory=list)

    def put(self, x: float, y: float, words: str, ink: str = palette.TEXT, bold: bool = False) -> None:
        """A plate with its upper left corner near a point."""
        words = fit(self.canvas, words, self.area.width - 6, SMALL, bold)
        width = self.canvas.width(words, SMALL, bold) + 6
        left = int(min(max(x, self.area.x), self.area.right - width))
        first = int(min(max(y, self.area.y), self.area.bottom - HEIGHT))
        for turn in range(TRIES):
            down = first + turn * HEIGHT
            plate = Rect(left, down if down + HEIGHT <= self.area.bottom else first - turn * HEIGHT, width, HEIGHT)
            if not any(plate.overlaps(other) for other in self.taken):
                break
        else:
            return
        self.taken.append(plate)
        self.words.append((words, ink, bold))

    def draw(self) -> None:
        """Draw them."""
        for plate, (words, ink, bold) in zip(self.taken, self.words, strict=True):
            self.canvas.fill(plate, palette.PANEL)
            self.canvas.text(plate.x + 3, plate.y, words, ink, SMALL, bold)
