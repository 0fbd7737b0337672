"""A canvas without a window: pictures through Pillow, for films, reports and machines without a display."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from render.canvas import NORMAL, Picture, Point, Rect, font_file, gather
from render.palette import SPACE, rgb


@cache
def _font(size: int, bold: bool) -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    path = font_file(bold)
    return ImageFont.load_default(size) if path is None else ImageFont.truetype(path, size)


class Paper:
    """A picture to draw on, as `render.canvas.Canvas`."""

    def __init__(self, width: int, height: int):
        self._image = Image.new("RGB", (width, height), rgb(SPACE))
        self._draw = ImageDraw.Draw(self._image)
        self._clip: Rect | None = None
        self._under: Image.Image | None = None

    @property
    def rect(self) -> Rect:
        """All of it."""
        return Rect(0, 0, *self._image.size)

    @property
    def pixels(self) -> NDArray[np.uint8]:
        """What was drawn, (height, width, 3)."""
        self.clip(None)
        return np.asarray(self._image)

    def save(self, path: str) -> None:
        """Write a picture file, its kind told by its name."""
        self.clip(None)
        self._image.save(path)

    def clip(self, rect: Rect | None) -> None:
        """Draw only inside a rectangle: what was outside is put back when the clip changes."""
        if self._clip is not None and self._under is not None:
            area = self._clip
            inside = self._image.crop((area.x, area.y, area.right, area.bottom))
            self._image.paste(self._under)
            self._image.paste(inside, (area.x, area.y))
        self._clip, self._under = rect, self._image.copy() if rect else None

    def fill(self, rect: Rect, colour: str) -> None:
        """A filled rectangle."""
        if rect.width > 0 and rect.height > 0:
            self._draw.rectangle((rect.x, rect.y, rect.right - 1, rect.bottom - 1), fill=rgb(colour))

    def box(self, rect: Rect, colour: str, width: int = 1) -> None:
        """The outline of a rectangle."""
        if rect.width > 0 and rect.height > 0:
            self._draw.rectangle((rect.x, rect.y, rect.right - 1, rect.bottom - 1), outline=rgb(colour), width=width)

    def line(self, points: list[Point], colour: str, width: int = 1) -> None:
        """A line through points."""
        self._draw.line(points, fill=rgb(colour), width=width, joint="curve" if width > 2 else None)

    def polygon(self, points: list[Point], colour: str) -> None:
        """A filled polygon."""
        self._draw.polygon(points, fill=rgb(colour))

    def circle(self, centre: Point, radius: float, colour: str, width: int = 0) -> None:
        """A disc, or a circle of a width."""
        (x, y), paint = centre, rgb(colour)
        box = (x - radius, y - radius, x + radius, y + radius)
        if width:
            self._draw.ellipse(box, outline=paint, width=width)
        else:
            self._draw.ellipse(box, fill=paint)

    def text(self, x: float, y: float, words: str, colour: str, size: int = NORMAL, bold: bool = False) -> int:
        """One line of text; its width."""
        self._draw.text((x, y), words, fill=rgb(colour), font=_font(size, bold))
        return self.width(words, size, bold)

    def width(self, words: str, size: int = NORMAL, bold: bool = False) -> int:
        """Width of a line of text."""
        return int(_font(size, bold).getlength(words)) + 1

    def image(self, picture: Picture, target: Rect, left: float, top: float, zoom: float) -> None:
        """Part of a picture, nearest neighbour."""
        inside, seen = gather(picture, target, left, top, zoom)
        drawn = np.array(self._image.crop((inside.x, inside.y, inside.right, inside.bottom)))
        drawn[...] = np.array(picture.table, dtype=np.uint8)[seen]
        self._image.paste(Image.fromarray(drawn), (inside.x, inside.y))
