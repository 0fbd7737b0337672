"""Arrays made small for a slow line: their bytes sorted by significance, since most high ones are alike, and then deflated."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cyberspace.errors import Refused

LEVEL = 1
"""Of zlib: what takes the run least time."""


def pack(raw: NDArray[np.generic]) -> bytes:
    """The bytes of an array, the first bytes of all elements, then the second ones, and so on, deflated."""
    octets = np.ascontiguousarray(raw).reshape(-1).view(np.uint8).reshape(-1, raw.itemsize)
    return zlib.compress(np.ascontiguousarray(octets.T).data, LEVEL)


def unpack(frame: bytes | memoryview, kind: np.dtype[Any], count: int) -> NDArray[Any]:
    """So many elements of a type.

    Raises:
        Refused: If that is not what was packed.
    """
    size = kind.itemsize * count
    try:
        opened = zlib.decompressobj()
        found = opened.decompress(frame, size + 1)
    except zlib.error as error:
        raise Refused(f"an array that can't be unpacked ({error})") from None
    if len(found) != size:
        raise Refused(f"an array of other than {size:,} bytes")
    octets = np.frombuffer(found, dtype=np.uint8).reshape(kind.itemsize, count)
    return np.ascontiguousarray(octets.T).reshape(-1).view(kind)
