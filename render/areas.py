"""Where the panels of a window stand."""

from __future__ import annotations

from render.canvas import Rect
from render.scale import LEAST, Size

STRIP, BOTTOM = 112, 138
"""Heights of the story and of the timelines."""

WIDE, SIDES, NARROW = 1000, (36, 250, 340), (64, 210, 290)
"""From this width on (height of the bar, width left, width right) are the first, below it the second."""


def areas_of(size: Size, plaza: bool) -> dict[str, Rect]:
    """Each panel by its name, in a window of (width, height) units."""
    width, height = (max(least, now) for least, now in zip(LEAST, size, strict=True))
    top, left, right = SIDES if width >= WIDE else NARROW
    across, middle = width - left - right, height - top - STRIP - BOTTOM
    return {
        "top": Rect(0, 0, width, top),
        ("side" if plaza else "left"): Rect(0, top, left, height - top),
        "right": Rect(width - right, top, right, height - top),
        "story": Rect(left, top + middle, across, STRIP),
        "bottom": Rect(left, top + middle + STRIP, across, BOTTOM),
        ("plaza" if plaza else "middle"): Rect(left, top, across, middle),
    }
