"""A canvas that remembers every text, and on what it was written."""

from collections import Counter

import numpy as np

from render import palette
from render.paper import Paper


class Recording(Paper):
    """Paper with `written`: (words, size, ink, ground) of each text; the ground is the commonest colour under it."""

    def __init__(self, width, height):
        super().__init__(width, height)
        self.written = []

    def text(self, x, y, words, colour, size=14, bold=False):
        if words:
            width = self.width(words, size, bold)
            under = np.array(self._image.crop((int(x), int(y), int(x) + max(1, width), int(y) + size)))
            (ground, _), *_ = Counter(map(tuple, under.reshape(-1, 3).tolist())).most_common(1)
            self.written.append((words, size, colour, "#{:02X}{:02X}{:02X}".format(*ground)))
        return super().text(x, y, words, colour, size, bold)

    @property
    def words(self):
        return [words for words, *_ in self.written]

    def check_legible(self):
        for words, size, ink, ground in self.written:
            assert size >= 12, words
            assert palette.contrast(ink, ground) >= 4.5, (words, ink, ground)
