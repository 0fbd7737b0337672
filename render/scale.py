"""How large text and panels are: a factor chosen from window and display, or by a person.

Panels count in units; a unit has so many pixels.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from math import ceil, floor
from pathlib import Path

from cyberspace.errors import InputError, problem
from render.canvas import Rect

Size = tuple[int, int]

LEAST = (800, 600)
"""Smallest window, in units, that the panels are laid out for: no factor is larger than leaves them this."""

ROOMY = (1440, 860)
"""Units that a window has before its text grows by itself."""

STEP, LARGEST = 0.25, 4.0
"""From one factor to the next, and the largest one."""


@dataclass
class Scale:
    """The factor of a window.

    Attributes:
        wish: What a person wants; None: chosen from window and display.
        display: What the display wants.
        file: Where the wish is remembered, if it is.
        factor: Pixels of a unit now.
        window: (width, height) of the window in pixels; (0, 0) before it is known.
    """

    wish: float | None = None
    display: float = 1.0
    file: Path | None = None
    factor: float = 1.0
    window: Size = (0, 0)

    def fit(self, window: Size) -> Size:
        """Choose the factor for a window; the window's (width, height) in units."""
        self.window = window
        wanted = max(self.display, min(w / roomy for w, roomy in zip(window, ROOMY, strict=True)))
        self.factor = min(self.most, max(1.0, floor(wanted / STEP + 1e-9) * STEP if self.wish is None else self.wish))
        return ceil(window[0] / self.factor), ceil(window[1] / self.factor)

    @property
    def most(self) -> float:
        """The largest factor that leaves the panels their room."""
        room = min(w / least for w, least in zip(self.window, LEAST, strict=True))
        return min(LARGEST, max(1.0, floor(room / STEP + 1e-9) * STEP))

    def change(self, steps: int) -> str:
        """Larger or smaller by steps, or chosen by itself again (0); what is to be told."""
        self.wish = min(self.most, max(1.0, (round(self.factor / STEP) + steps) * STEP)) if steps else None
        self.remember()
        if self.wish is None:
            return "text as large as window and display want it"
        ends = {1.0: ", the smallest", self.most: ", the largest that this window has room for"}
        return f"text and panels {100 * self.wish:g} %{ends.get(self.wish, '')}"

    def real(self, rect: Rect) -> Rect:
        """A rectangle in pixels."""
        x, y = round(rect.x * self.factor), round(rect.y * self.factor)
        return Rect(x, y, round(rect.right * self.factor) - x, round(rect.bottom * self.factor) - y)

    def remember(self) -> None:
        """Keep the wish; nothing happens where that can't be written."""
        if self.file is not None:
            with suppress(OSError):
                self.file.parent.mkdir(parents=True, exist_ok=True)
                self.file.write_text(json.dumps({"scale": self.wish}), encoding="utf-8")


def remembered(words: str | None) -> Scale:
    """The scale of a new window: as "1" to "4" or "auto" say, which is remembered; None: as it was last time.

    Raises:
        InputError: If the words are neither.
    """
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    scale = Scale(display=of_display(), file=Path(home) / "cyberspace" / "scale.json")
    if words is None:
        with suppress(OSError, ValueError, TypeError, AttributeError):
            assert scale.file is not None
            wish = float(json.loads(scale.file.read_text(encoding="utf-8")).get("scale"))
            scale.wish = wish if 1.0 <= wish <= LARGEST else None
        return scale
    if words != "auto":
        with suppress(ValueError):
            scale.wish = float(words)
        if scale.wish is None or not 1.0 <= scale.wish <= LARGEST:
            raise InputError(problem("--scale", repr(words), f"auto, or a number from 1 to {LARGEST:g}", "1.5"))
    scale.remember()
    return scale


def of_display() -> float:
    """What the desktop says of its pixels: 1 for about 96 in an inch, or where it says nothing."""
    with suppress(OSError, ValueError, AttributeError, subprocess.SubprocessError):
        if sys.platform == "win32":
            import ctypes

            return max(1.0, ctypes.windll.user32.GetDpiForSystem() / 96)
        for name in ("GDK_SCALE", "QT_SCALE_FACTOR"):
            if os.environ.get(name):
                return min(LARGEST, max(1.0, float(os.environ[name])))
        if os.environ.get("DISPLAY") and sys.platform == "linux":
            said = subprocess.run(["xrdb", "-query"], capture_output=True, text=True, timeout=1, check=False).stdout
            dpi = next((line.split(":")[1] for line in said.splitlines() if line.startswith("Xft.dpi:")), "96")
            return min(LARGEST, max(1.0, float(dpi) / 96))
    return 1.0
