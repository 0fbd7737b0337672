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

    def shown(self):
        return self.seen().width and self.seen().height

    def seen(self):
        """The part of it that is not cut away."""
        return within(self.inner(), self.clip)


def holds(outer, inner):
    return outer.x <= inner.x and outer.y <= inner.y and inner.right <= outer.right and inner.bottom <= outer.bottom


def within(rect, room):
    """What both share."""
    x, y = max(rect.x, room.x), max(rect.y, room.y)
    return Rect(x, y, max(0, min(rect.right, room.right) - x), max(0, min(rect.bottom, room.bottom) - y))


class Layout:
    """As `render.canvas.Canvas`."""

    def __init__(self, width, height):
        self.rect = Rect(0, 0, width, height)
        self._clip, self.texts, self.cut = self.rect, [], []

    def clip(self, rect):
        self._clip = rect or self.rect

    def fill(self, rect, colour):
        """Texts below are gone, or cut."""
        seen = within(rect, self._clip)
        if not seen.width or not seen.height:
            return
        self.texts = [text for text in self.texts if not holds(seen, text.seen() if text.shown() else text.clip)]
        self.cut += [text for text in self.texts if text.shown() and seen.overlaps(text.seen())]

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
        turned = [text.clip for text in self.texts if text.words.endswith("the wheel")]
        for text in self.texts:
            reached = any(clip.x == text.clip.x and text.ink.x >= clip.x and text.ink.right <= clip.right for clip in turned)
            if not holds(text.clip, text.inner()) and not reached:
                found.append(f"out of its panel: {text.words!r} {text.inner()} {text.clip}")
        found += [f"too small: {text.words!r} {text.size}" for text in self.texts if text.size < 12]
        shown = [text for text in self.texts if text.shown()]
        for k, one in enumerate(shown):
            over = [other for other in shown[k + 1 :] if one.seen().overlaps(other.seen())]
            found += [f"overlap: {one.words!r} {other.words!r} {one.ink} {other.ink}" for other in over]
        return found
