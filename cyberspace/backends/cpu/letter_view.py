"""A letter as kernels see it: a handle over its body, made from the one declaration of its fields in `cyberspace.law.letters`."""

from __future__ import annotations

import numpy as np

from cyberspace.backends.cpu.handle import Handle
from cyberspace.law.letters import Body, body_bytes, layout
from cyberspace.law.world import World
from topology import LinkEnd


class LetterView(Handle):
    """The letters over a link, one at a time; fields as in `cyberspace.law.letters.Letter`, truth values as bytes.

    The numbers of a letter are little-endian, so this machine has to be as well.

    Args:
        world: The region.
        end: The link's end.
    """

    def __init__(self, world: World, end: LinkEnd):
        parts, body = layout(world, end), bytearray(body_bytes(world, end))
        fields = {part.name: part.of(body) for part in parts}
        super().__init__({name: field.view(np.uint8) if field.dtype == bool else field for name, field in fields.items()})
        self._at = np.array([self.kind.at[part.name] for part in parts])
        self._starts = np.array([part.start for part in parts])

    def over(self, body: Body) -> LetterView:
        """The same, over the letter in these bytes, which have to stay while it is looked at."""
        self._words[self._at] = np.frombuffer(body, dtype=np.uint8).ctypes.data + self._starts
        return self
