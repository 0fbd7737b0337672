"""All dimensions of space on a flat picture: nested tiles, the two longest axes innermost, gutters that widen by level.

A picture is an array of cells.  The last two axes of the order span the innermost tile; each of the others, from the last to the
first, sets the tiles so far into a grid that is about square, row by row.  An axis that is not in the order is hidden: one place of
it is shown, or the mean or the maximum over it.  Every cell of a picture is one place or gutter, and the way back is exact.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

A = TypeVar("A", bound=NDArray[np.generic])
S = TypeVar("S", bound=np.generic)

GUTTERS = (1, 2, 4, 6, 8)
"""Cells between tiles, from the innermost level on."""

HOWS = ("slice", "mean", "max")
"""What is shown of a hidden axis: one place, or what all its places give together."""


@dataclass(frozen=True)
class Cut:
    """What is shown of a hidden axis.

    Attributes:
        place: The place shown by a slice, and taken by a click where nothing else says which.
        how: One of `HOWS`.
    """

    place: int = 0
    how: str = "slice"


@dataclass(frozen=True)
class Level:
    """One outer axis: how its tiles stand.

    Attributes:
        axis: Number of the axis.
        count: Tiles.
        columns: Tiles in a row.
        tile: (height, width) of a tile, in cells.
        gutter: Cells between two tiles.
    """

    axis: int
    count: int
    columns: int
    tile: tuple[int, int]
    gutter: int

    @property
    def rows(self) -> int:
        """Rows of tiles."""
        return -(-self.count // self.columns)

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) of the whole grid, in cells."""
        height, width = self.tile
        return self.rows * (height + self.gutter) - self.gutter, self.columns * (width + self.gutter) - self.gutter

    def corner(self, index: int) -> tuple[int, int]:
        """(row, column) of the first cell of a tile."""
        row, column = divmod(index, self.columns)
        return row * (self.tile[0] + self.gutter), column * (self.tile[1] + self.gutter)

    def find(self, row: int, column: int) -> tuple[int, int, int] | None:
        """(tile, row, column within it) of a cell; None in a gutter."""
        down, row = divmod(row, self.tile[0] + self.gutter)
        right, column = divmod(column, self.tile[1] + self.gutter)
        index = down * self.columns + right
        inside = row < self.tile[0] and column < self.tile[1] and right < self.columns and index < self.count
        return (index, row, column) if inside else None


def by_length(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The order of all axes longer than 1: the two longest innermost, the others before them as they stand."""
    used = [axis for axis in range(len(shape)) if shape[axis] > 1]
    inner = sorted(sorted(used, key=lambda axis: -shape[axis])[:2])
    return (*(axis for axis in used if axis not in inner), *inner)


@dataclass(frozen=True)
class Projection:
    """How an array of any number of axes becomes a picture.

    Attributes:
        shape: Length of each axis.
        order: Axes that are shown, the outermost first; the last two span the innermost tile.
        cuts: What is shown of each axis that is not in the order; the first place of those without an entry.

    Raises:
        ValueError: If an axis is named twice, or there is none of that number.
    """

    shape: tuple[int, ...]
    order: tuple[int, ...]
    cuts: tuple[tuple[int, Cut], ...] = ()

    def __post_init__(self) -> None:
        if len(set(self.order)) != len(self.order) or not set(self.order) <= set(range(len(self.shape))):
            raise ValueError(f"order {self.order}: expected different axes from 0 to {len(self.shape) - 1}")

    @cached_property
    def hidden(self) -> dict[int, Cut]:
        """The cut of every axis that is not shown."""
        given = dict(self.cuts)
        return {axis: given.get(axis, Cut()) for axis in range(len(self.shape)) if axis not in self.order}

    @cached_property
    def inner(self) -> tuple[int | None, int | None]:
        """The axes that run down and across in the innermost tile; None where there is none."""
        down, across = (None, None, *self.order)[-2:]
        return down, across

    @cached_property
    def levels(self) -> tuple[Level, ...]:
        """The outer axes, the innermost first."""
        height, width = (1 if axis is None else self.shape[axis] for axis in self.inner)
        tile, levels = (height, width), []
        for depth, axis in enumerate(reversed(self.order[:-2])):
            count = self.shape[axis]
            columns = min(count, math.ceil(math.sqrt(count * tile[0] / tile[1])))
            level = Level(axis, count, columns, tile, GUTTERS[min(depth, len(GUTTERS) - 1)])
            levels.append(level)
            tile = level.size
        return tuple(levels)

    @cached_property
    def size(self) -> tuple[int, int]:
        """(height, width) of the picture, in cells."""
        if self.levels:
            return self.levels[-1].size
        height, width = (1 if axis is None else self.shape[axis] for axis in self.inner)
        return height, width

    def picture(self, values: NDArray[S], empty: int) -> NDArray[S]:
        """The picture, 2-D, of values of `shape` in which hidden axes have any length and only place 0 of them counts."""
        kept = values[tuple(0 if axis in self.hidden else slice(None) for axis in range(values.ndim))]
        left = [axis for axis in range(len(self.shape)) if axis not in self.hidden]
        tiles = np.transpose(kept, [left.index(axis) for axis in self.order])
        tiles = tiles.reshape((1,) * max(0, 2 - tiles.ndim) + tiles.shape)
        for level in self.levels:
            tiles = _join(tiles, level, empty)
        return tiles

    def place_at(self, row: int, column: int) -> tuple[int, ...] | None:
        """The place (a coordinate for each axis) in a cell of the picture; None in a gutter or outside."""
        if not (0 <= row < self.size[0] and 0 <= column < self.size[1]):
            return None
        place = [self.hidden[axis].place if axis in self.hidden else 0 for axis in range(len(self.shape))]
        for level in reversed(self.levels):
            found = level.find(row, column)
            if found is None:
                return None
            place[level.axis], row, column = found
        for axis, coordinate in zip(self.inner, (row, column), strict=True):
            if axis is not None:
                place[axis] = coordinate
        return tuple(place)

    def cell_of(self, place: tuple[int, ...]) -> tuple[int, int] | None:
        """(row, column) of a place; None if a slice hides it."""
        for axis, cut in self.hidden.items():
            if cut.how == "slice" and place[axis] != cut.place:
                return None
        row, column = (0 if axis is None else place[axis] for axis in self.inner)
        for level in self.levels:
            corner = level.corner(place[level.axis])
            row, column = row + corner[0], column + corner[1]
        return row, column

    def box_of(self, low: tuple[int, ...], high: tuple[int, ...]) -> list[tuple[int, int, int, int]]:
        """(row, column, height, width) of the parts of the picture that show the places from `low` to before `high`."""
        for axis, cut in self.hidden.items():
            if cut.how == "slice" and not low[axis] <= cut.place < high[axis]:
                return []
        spans = [(0, 1) if axis is None else (low[axis], high[axis] - low[axis]) for axis in self.inner]
        boxes = [(spans[0][0], spans[1][0], spans[0][1], spans[1][1])]
        for level in self.levels:
            first, last = low[level.axis], high[level.axis]
            if boxes == [(0, 0, *level.tile)] and last - first == level.count:
                boxes = [(0, 0, *level.size)]
            else:
                corners = [level.corner(index) for index in range(first, last)]
                boxes = [(row + down, column + right, h, w) for down, right in corners for row, column, h, w in boxes]
        return boxes

    def reduce(self, values: A, how: Mapping[str, Callable[[A, int], A]]) -> A:
        """Values with every hidden axis brought to length 1 by `how[cut.how]`, a function of (values, axis) that keeps it."""
        for axis, cut in self.hidden.items():
            if cut.how != "slice" and values.shape[axis] > 1:
                values = how[cut.how](values, axis)
        return values

    def sliced(self, values: NDArray[S]) -> NDArray[S]:
        """A view of values of `shape` (and any component axes) in which every sliced axis has length 1."""
        index = []
        for axis in range(len(self.shape)):
            cut = self.hidden.get(axis)
            one = cut is not None and cut.how == "slice" and values.shape[axis] > 1
            index.append(slice(cut.place, cut.place + 1) if one and cut is not None else slice(None))
        return values[tuple(index)]

    def listed(self, values: NDArray[S]) -> NDArray[S]:
        """Values of `shape` (and any component axes) one after the other, (places that are shown, components...)."""
        kept = self.sliced(values)
        return kept.reshape(-1, *kept.shape[len(self.shape) :])

    def numbers(self) -> NDArray[np.int32]:
        """The row that each place that is shown has in what `listed` gives."""
        lengths = [1 if axis in self.hidden else length for axis, length in enumerate(self.shape)]
        return np.arange(math.prod(lengths), dtype=np.int32).reshape(lengths)

    def rolled(self) -> Projection:
        """The order turned by one: the innermost axis becomes the outermost."""
        return replace(self, order=(*self.order[-1:], *self.order[:-1]))

    def hide(self, axis: int, cut: Cut) -> Projection:
        """The projection with an axis hidden behind a cut."""
        others = tuple((a, c) for a, c in self.cuts if a != axis)
        return replace(self, order=tuple(a for a in self.order if a != axis), cuts=(*others, (axis, cut)))

    def show(self, axis: int) -> Projection:
        """The projection with a hidden axis shown again, outermost."""
        return self if axis in self.order else replace(self, order=(axis, *self.order))


def start(shape: tuple[int, ...], most_levels: int = 2) -> Projection:
    """The projection to begin with: the two longest axes innermost, at most `most_levels` outer ones shown, the others cut."""
    order = by_length(shape)
    outer, inner = order[:-2], order[-2:]
    return Projection(shape, (*outer[max(0, len(outer) - most_levels) :], *inner))


def project(values: NDArray[S], empty: int) -> NDArray[S]:
    """The picture of a whole array, all its axes shown; gutters hold `empty`."""
    return Projection(values.shape, by_length(values.shape)).picture(values, empty)


def _join(tiles: NDArray[S], level: Level, empty: int) -> NDArray[S]:
    """Set the tiles of the last outer axis into their grid."""
    height, width = level.tile
    grid = np.full((*tiles.shape[:-3], *level.size), empty, dtype=tiles.dtype)
    for index in range(level.count):
        row, column = level.corner(index)
        grid[..., row : row + height, column : column + width] = tiles[..., index, :, :]
    return grid
