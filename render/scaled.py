"""A canvas and a mouse that count in units: text is drawn in its real size, and the world's picture keeps the window's pixels."""

from __future__ import annotations

from dataclasses import replace
from math import ceil

from render.canvas import NORMAL, Canvas, Picture, Point, Rect
from render.events import Event
from render.scale import Scale, Size


def in_units(scale: Scale, events: list[Event], window: Size) -> list[Event]:
    """Events of a window with their places in units; one more where the factor has changed."""
    before, known = scale.factor, scale.window if scale.window != (0, 0) else window
    size = scale.fit(known)
    return [*([] if scale.factor == before else [Event("size", *size)]), *(_in_units(scale, one) for one in events)]


def _in_units(scale: Scale, one: Event) -> Event:
    if one.kind == "size":
        width, height = scale.fit((one.x, one.y))
        return replace(one, x=width, y=height)
    return replace(one, x=int(one.x / scale.factor), y=int(one.y / scale.factor))


class Scaled:
    """A canvas in units, on one in pixels: as `render.canvas.Canvas`."""

    def __init__(self, canvas: Canvas, scale: Scale):
        self._canvas, self._scale = canvas, scale

    @property
    def rect(self) -> Rect:
        """All of it."""
        pixels = self._canvas.rect
        return Rect(0, 0, ceil(pixels.width / self._scale.factor), ceil(pixels.height / self._scale.factor))

    def clip(self, rect: Rect | None) -> None:
        """Draw only inside a rectangle."""
        self._canvas.clip(None if rect is None else self._scale.real(rect))

    def fill(self, rect: Rect, colour: str) -> None:
        """A filled rectangle."""
        self._canvas.fill(self._scale.real(rect), colour)

    def box(self, rect: Rect, colour: str, width: int = 1) -> None:
        """The outline of a rectangle."""
        self._canvas.box(self._scale.real(rect), colour, self._wide(width))

    def line(self, points: list[Point], colour: str, width: int = 1) -> None:
        """A line through points."""
        self._canvas.line(self._points(points), colour, self._wide(width))

    def polygon(self, points: list[Point], colour: str) -> None:
        """A filled polygon."""
        self._canvas.polygon(self._points(points), colour)

    def circle(self, centre: Point, radius: float, colour: str, width: int = 0) -> None:
        """A disc, or a circle of a width."""
        (point,) = self._points([centre])
        self._canvas.circle(point, radius * self._scale.factor, colour, self._wide(width) if width else 0)

    def text(self, x: float, y: float, words: str, colour: str, size: int = NORMAL, bold: bool = False) -> int:
        """One line of text; its width."""
        (at,) = self._points([(x, y)])
        return ceil(self._canvas.text(*at, words, colour, self._size(size), bold) / self._scale.factor)

    def width(self, words: str, size: int = NORMAL, bold: bool = False) -> int:
        """Width of a line of text."""
        return ceil(self._canvas.width(words, self._size(size), bold) / self._scale.factor)

    def image(self, picture: Picture, target: Rect, left: float, top: float, zoom: float) -> None:
        """Part of a picture; a cell has `zoom` units, and sharp edges at the window's pixels."""
        self._canvas.image(picture, self._scale.real(target), left, top, zoom * self._scale.factor)

    def _points(self, points: list[Point]) -> list[Point]:
        return [(x * self._scale.factor, y * self._scale.factor) for x, y in points]

    def _wide(self, width: int) -> int:
        return max(1, round(width * self._scale.factor))

    def _size(self, size: int) -> int:
        return round(size * self._scale.factor)
