"""Seven dimensions on a page: nested tiles, the two longest axes innermost, gutters that widen by level."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def project(values: NDArray[Any], empty: Any) -> NDArray[Any]:
    """A picture, 2-D, of an array with one value per place of any number of axes.

    The two longest axes span the innermost tile; the other axes, from the last to the first, set tiles side by side, in turn to the
    right and downwards.  Axes of length 1 take no room.  Gutters hold `empty`.
    """
    lengths = [axis for axis in range(values.ndim) if values.shape[axis] > 1]
    inner = sorted(sorted(lengths, key=lambda axis: -values.shape[axis])[:2])
    outer = [axis for axis in lengths if axis not in inner]
    picture = np.transpose(values, [*outer, *inner, *[k for k in range(values.ndim) if values.shape[k] == 1]])
    sizes = [values.shape[axis] for axis in inner]
    picture = picture.reshape(*(values.shape[axis] for axis in outer), *([1] * (2 - len(sizes))), *sizes)
    for level in range(len(outer)):
        picture = _join(picture, level % 2 == 0, 1 + level, empty)
    return picture


def _join(picture: NDArray[Any], right: bool, gutter: int, empty: Any) -> NDArray[Any]:
    """Set the tiles of the last outer axis side by side."""
    side = -1 if right else -2
    pad = [(0, 0)] * picture.ndim
    pad[side] = (0, gutter)
    padded = np.pad(picture, pad, constant_values=empty)
    tiles = np.moveaxis(padded, -3, 0)
    joined = np.concatenate(list(tiles), axis=side)
    return joined[..., :-gutter] if right else joined[..., :-gutter, :]
