"""Where on the screen a picture's cells are: pan, zoom and fit."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from render.canvas import Rect

FARTHEST, CLOSEST = 0.05, 96.0
"""Pixels per cell."""


@dataclass(frozen=True)
class Camera:
    """What part of a picture is seen.

    Attributes:
        left: Column of the picture at the left edge of the screen's part, in cells.
        top: Row at its upper edge.
        zoom: Pixels per cell.
    """

    left: float = 0.0
    top: float = 0.0
    zoom: float = 1.0

    def cell(self, rect: Rect, x: float, y: float) -> tuple[int, int]:
        """(row, column) under a point of the screen; it may lie outside of the picture."""
        return math.floor(self.top + (y - rect.y + 0.5) / self.zoom), math.floor(self.left + (x - rect.x + 0.5) / self.zoom)

    def corner(self, rect: Rect, row: float, column: float) -> tuple[int, int]:
        """(x, y) of the upper left corner of a cell: the first pixel whose cell it is."""
        return self._first(rect.x, column - self.left), self._first(rect.y, row - self.top)

    def _first(self, start: int, cells: float) -> int:
        return start + math.ceil(cells * self.zoom - 0.5)

    def box(self, rect: Rect, row: int, column: int, height: int = 1, width: int = 1) -> Rect:
        """Pixels of a block of cells."""
        x, y = self.corner(rect, row, column)
        right, bottom = self.corner(rect, row + height, column + width)
        return Rect(x, y, max(1, right - x), max(1, bottom - y))

    def moved(self, dx: float, dy: float) -> Camera:
        """Dragged by so many pixels."""
        return replace(self, left=self.left - dx / self.zoom, top=self.top - dy / self.zoom)

    def zoomed(self, rect: Rect, factor: float, x: float, y: float) -> Camera:
        """Closer or farther, around a point of the screen."""
        zoom = min(CLOSEST, max(FARTHEST, self.zoom * factor))
        left, top = self.left + (x - rect.x) / self.zoom, self.top + (y - rect.y) / self.zoom
        return Camera(left - (x - rect.x) / zoom, top - (y - rect.y) / zoom, zoom)

    def centred(self, rect: Rect, row: float, column: float) -> Camera:
        """With a cell in the middle."""
        return replace(self, left=column + 0.5 - rect.width / 2 / self.zoom, top=row + 0.5 - rect.height / 2 / self.zoom)

    def kept(self, rect: Rect, size: tuple[int, int]) -> Camera:
        """Moved so that some of a picture of (height, width) cells stays in sight."""
        margin = 40 / self.zoom
        left = min(max(self.left, margin - rect.width / self.zoom), size[1] - margin)
        return replace(self, left=left, top=min(max(self.top, margin - rect.height / self.zoom), size[0] - margin))


def fitted(rect: Rect, size: tuple[int, int], margin: int = 12) -> Camera:
    """A camera that sees all of a picture of (height, width) cells; whole pixels per cell where there is room for them."""
    room = rect.inset(margin)
    zoom = min(max(1, room.width) / size[1], max(1, room.height) / size[0])
    zoom = min(CLOSEST, math.floor(zoom) if zoom >= 1 else max(FARTHEST, zoom))
    return Camera(zoom=zoom).centred(rect, size[0] / 2 - 0.5, size[1] / 2 - 0.5)
