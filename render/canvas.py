"""What panels draw on, whoever paints: a window or a picture file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from render.palette import RGB

SMALL, NORMAL, LARGE = 12, 14, 18
"""Sizes of the font in pixels (of its em square); nothing is smaller."""

Point = tuple[float, float]


@dataclass(frozen=True)
class Rect:
    """A rectangle of the screen, in pixels."""

    x: int
    y: int
    width: int
    height: int

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in it."""
        return self.x <= x < self.right and self.y <= y < self.bottom

    def overlaps(self, other: Rect) -> bool:
        """Whether they share a point."""
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom

    @property
    def right(self) -> int:
        """First column after it."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """First row after it."""
        return self.y + self.height

    def inset(self, across: int, down: int | None = None) -> Rect:
        """The rectangle without a margin."""
        down = across if down is None else down
        return Rect(self.x + across, self.y + down, max(0, self.width - 2 * across), max(0, self.height - 2 * down))


@dataclass(frozen=True)
class Picture:
    """An indexed picture.

    Attributes:
        indices: uint8 (height, width).
        table: 256 colours.
        number: Grows with every new picture, so that a canvas can tell whether it has it already.
        rows: The cells' rows that `indices` holds, in order, where it holds only some of them.
        columns: Their columns.
    """

    indices: NDArray[np.uint8]
    table: tuple[RGB, ...]
    number: int
    rows: NDArray[np.int64] | None = None
    columns: NDArray[np.int64] | None = None

    def at(self, row: int, column: int) -> int | None:
        """The index of a cell; None if it is not held."""
        place = []
        for cell, known, count in ((row, self.rows, self.indices.shape[0]), (column, self.columns, self.indices.shape[1])):
            here = cell if known is None else int(np.searchsorted(known, cell))
            if not 0 <= here < count or (known is not None and known[here] != cell):
                return None
            place.append(here)
        return int(self.indices[tuple(place)])


class Canvas(Protocol):
    """Drawing, in pixels; colours are "#RRGGBB"."""

    @property
    def rect(self) -> Rect:
        """All of it."""

    def clip(self, rect: Rect | None) -> None:
        """Draw only inside a rectangle; None for everywhere."""

    def fill(self, rect: Rect, colour: str) -> None:
        """A filled rectangle."""

    def box(self, rect: Rect, colour: str, width: int = 1) -> None:
        """The outline of a rectangle."""

    def line(self, points: list[Point], colour: str, width: int = 1) -> None:
        """A line through points."""

    def polygon(self, points: list[Point], colour: str) -> None:
        """A filled polygon."""

    def circle(self, centre: Point, radius: float, colour: str, width: int = 0) -> None:
        """A disc, or a circle of a width."""

    def text(self, x: float, y: float, words: str, colour: str, size: int = NORMAL, bold: bool = False) -> int:
        """One line of text with its top left corner at a point; its width."""

    def width(self, words: str, size: int = NORMAL, bold: bool = False) -> int:
        """Width of a line of text."""

    def image(self, picture: Picture, target: Rect, left: float, top: float, zoom: float) -> None:
        """The part of a picture from (left, top), in cells, each `zoom` pixels wide, into a rectangle; the rest is left alone."""


def fit(canvas: Canvas, words: str, room: int, size: int = NORMAL, bold: bool = False) -> str:
    """As much of a text as has room, with an ellipsis where it is cut."""
    if canvas.width(words, size, bold) <= room:
        return words
    while words and canvas.width(words + "…", size, bold) > room:
        words = words[:-1]
    return words + "…"


def wrap(canvas: Canvas, words: str, room: int, size: int = NORMAL, bold: bool = False) -> list[str]:
    """A text broken into lines that have room."""
    lines: list[str] = []
    for word in words.split():
        if lines and canvas.width(f"{lines[-1]} {word}", size, bold) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return [fit(canvas, line, room, size, bold) for line in lines]


def gather(picture: Picture, target: Rect, left: float, top: float, zoom: float) -> tuple[Rect, NDArray[np.uint8]]:
    """The part of a rectangle that a picture covers, and the indices of its pixels; nearest neighbour, as the camera says."""
    height, width = picture.indices.shape
    down, rows = _held(_under(top, target.height, zoom), picture.rows, height)
    right, columns = _held(_under(left, target.width, zoom), picture.columns, width)
    seen = picture.indices
    if not _all(rows, height) or not _all(columns, width):
        seen = np.take(np.take(seen, rows, axis=0), columns, axis=1)
    return Rect(target.x + right, target.y + down, len(columns), len(rows)), seen


def _under(first: float, pixels: int, zoom: float) -> NDArray[np.int64]:
    """The row or column of the cell under each pixel."""
    found: NDArray[np.int64] = np.floor(first + (np.arange(pixels) + 0.5) / zoom).astype(np.int64)
    return found


def _held(at: NDArray[np.int64], known: NDArray[np.int64] | None, count: int) -> tuple[int, NDArray[np.int64]]:
    """The first pixel that a picture covers, and which of the rows or columns that it holds each one shows from there on."""
    if known is None:
        low, high = np.searchsorted(at, [0, count])
        return int(low), at[low:high]
    low, high = np.searchsorted(at, [known[0], known[-1] + 1])
    return int(low), np.searchsorted(known, at[low:high])


def _all(chosen: NDArray[np.int64], count: int) -> bool:
    """Whether all rows or columns are chosen as they stand."""
    return len(chosen) == count and bool((chosen == np.arange(count)).all())


def cells_of(first: float, pixels: int, zoom: float, count: int) -> NDArray[np.int64]:
    """The rows or columns, of so many, that pixels show, each once; at least one."""
    at = _under(first, pixels, zoom)
    low, high = np.searchsorted(at, [0, count])
    if low == high:
        return np.array([0 if low else count - 1])
    seen = at[low:high]
    return seen if zoom < 1 else np.arange(seen[0], seen[-1] + 1)


@cache
def font_file(bold: bool) -> str | None:
    """The file of the font, which matplotlib brings; found without importing it."""
    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        return None
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    path = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf" / name
    return str(path) if path.is_file() else None
