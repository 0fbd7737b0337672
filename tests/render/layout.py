"""A canvas that draws nothing and knows where each text stands: what is cut, hidden or written over, and how small it is."""

from dataclasses import dataclass

from render.canvas import Rect
from render.paper import _font

SPARE = 1
"""Pixels that texts may share, or stand out by: the edge of a letter is blurred."""


@dataclass(frozen=True)
class Text:
    """A text: its words, where its ink is and what may be drawn on, in pixels, and the size of its font."""

    words: str
    ink: Rect
    clip: Rect
    size: int

    def inner(self):
        return self.ink.inset(SPARE)


def holds(outer, inner):
    return outer.x <= inner.x and outer.y <= inner.y and inner.right <= outer.right and inner.bottom <= outer.bottom


class Layout:
    """As `render.canvas.Canvas`."""

    def __init__(self, width, height):
        self.rect = Rect(0, 0, width, height)
        self._clip, self.texts, self.cut = self.rect, [], []

    def clip(self, rect):
        self._clip = rect or self.rect

    def fill(self, rect, colour):
        """Texts below are gone, or cut."""
        seen = Rect(
            max(rect.x, self._clip.x), max(rect.y, self._clip.y),
            min(rect.right, self._clip.right) - max(rect.x, self._clip.x),
            min(rect.bottom, self._clip.bottom) - max(rect.y, self._clip.y),
        )  # fmt: skip
        if seen.width <= 0 or seen.height <= 0:
            return
        self.texts = [text for text in self.texts if not holds(seen, text.inner())]
        self.cut += [text for text in self.texts if seen.overlaps(text.inner())]

    def box(self, rect, colour, width=1): ...

    def line(self, points, colour, width=1): ...

    def polygon(self, points, colour): ...

    def circle(self, centre, radius, colour, width=0): ...

    def image(self, picture, target, left, top, zoom): ...

    def text(self, x, y, words, colour, size=14, bold=False):
        if words.strip():
            left, top, right, bottom = _font(size, bold).getbbox(words)
            ink = Rect(int(x + left), int(y + top), int(right - left), int(bottom - top))
            self.texts.append(Text(words, ink, self._clip, size))
        return self.width(words, size, bold)

    def width(self, words, size=14, bold=False):
        return int(_font(size, bold).getlength(words)) + 1

    def faults(self):
        """A line for each text that can't be read as a whole."""
        found = [f"written over: {text.words!r}" for text in self.cut if text in self.texts]
        found += [f"out of its panel: {t.words!r} {t.inner()} {t.clip}" for t in self.texts if not holds(t.clip, t.inner())]
        found += [f"too small: {text.words!r} {text.size}" for text in self.texts if text.size < 12]
        for k, one in enumerate(self.texts):
            found += [
                f"overlap: {one.words!r} {other.words!r} {one.ink} {other.ink}" for other in self.texts[k + 1 :] if one.inner().overlaps(other.inner())
            ]  # fmt: skip
        return found
