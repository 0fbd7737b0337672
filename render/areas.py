"""Where the panels of a window stand."""

from __future__ import annotations

from render.canvas import Rect
from render.scale import LEAST, Size

STRIP, BOTTOM = 112, 138
"""Heights of the story and of the timelines."""

WIDE, SIDES, NARROW = 1000, (36, 250, 340), (64, 210, 290)
"""From this width on (height of the bar, width left, width right) are the first, below it the second."""


def centre_of(size: Size) -> Rect:
    """Where the views stand, in a window of (width, height) units."""
    width, height = (max(least, now) for least, now in zip(LEAST, size, strict=True))
    top, left, right = SIDES if width >= WIDE else NARROW
    return Rect(left, top, width - left - right, height - top - STRIP - BOTTOM)


def areas_of(size: Size, plaza: bool) -> dict[str, Rect]:
    """Each panel around the views by its name."""
    centre = centre_of(size)
    width, height = max(LEAST[0], size[0]), centre.bottom + STRIP + BOTTOM
    return {
        "top": Rect(0, 0, width, centre.y),
        ("side" if plaza else "left"): Rect(0, centre.y, centre.x, height - centre.y),
        "right": Rect(centre.right, centre.y, width - centre.right, height - centre.y),
        "story": Rect(centre.x, centre.bottom, centre.width, STRIP),
        "bottom": Rect(centre.x, centre.bottom + STRIP, centre.width, BOTTOM),
    }
