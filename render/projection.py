"""Seven dimensions on a page: nested tiles, the two longest axes innermost, gutters that widen by level."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray


def project(values: NDArray[Any], empty: Any) -> NDArray[Any]:
    """A picture, 2-D, of an array with one value per place of any number of axes.

    The two longest axes span the innermost tile; each of the other axes, from the last to the first, sets the tiles so far into a
    grid, row by row.  Axes of length 1 take no room.  Gutters hold `empty`.
    """
    lengths = [axis for axis in range(values.ndim) if values.shape[axis] > 1]
    inner = sorted(sorted(lengths, key=lambda axis: -values.shape[axis])[:2])
    outer = [axis for axis in lengths if axis not in inner]
    picture = np.transpose(values, [*outer, *inner, *[k for k in range(values.ndim) if values.shape[k] == 1]])
    sizes = [values.shape[axis] for axis in inner]
    picture = picture.reshape(*(values.shape[axis] for axis in outer), *([1] * (2 - len(sizes))), *sizes)
    for level in range(len(outer)):
        picture = _join(picture, 1 + level, empty)
    return picture


def _join(picture: NDArray[Any], gutter: int, empty: Any) -> NDArray[Any]:
    """Set the tiles of the last outer axis into a grid that is about square."""
    count, height, width = picture.shape[-3:]
    columns = min(count, math.ceil(math.sqrt(count * height / width)))
    rows = math.ceil(count / columns)
    pad = [(0, 0)] * (picture.ndim - 3) + [(0, rows * columns - count), (0, gutter), (0, gutter)]
    tiles = np.pad(picture, pad, constant_values=empty)
    tiles = tiles.reshape(*picture.shape[:-3], rows, columns, height + gutter, width + gutter)
    grid = np.swapaxes(tiles, -3, -2).reshape(*picture.shape[:-3], rows * (height + gutter), columns * (width + gutter))
    return grid[..., :-gutter, :-gutter]
