"""The lattice: which sites there are, and how a site's number and its coordinates belong together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from topology.axes import NEAR_AXES, SPACE_AXES, Axis


@dataclass(frozen=True)
class Lattice:
    """Some of the axes of space, each of any length.

    Attributes:
        axes: The axes in use; kept in the order of `SPACE_AXES`. An axis left out has length 1 and never opens.

    Raises:
        ValueError: If an axis is named twice.
    """

    axes: tuple[Axis, ...]

    def __post_init__(self) -> None:
        names = [axis.name for axis in self.axes]
        if len(set(names)) != len(names):
            raise ValueError(f"axes {', '.join(names)}: each axis may be named once")
        ordered = tuple(sorted(self.axes, key=lambda axis: SPACE_AXES.index(axis.name)))
        object.__setattr__(self, "axes", ordered)

    def length(self, name: str) -> int:
        """Length of the named axis; 1 if it is not in use."""
        return next((axis.length for axis in self.axes if axis.name == name), 1)

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """Lengths of all axes of space, in the order of `SPACE_AXES`."""
        return tuple(self.length(name) for name in SPACE_AXES)

    @cached_property
    def near_shape(self) -> tuple[int, int, int]:
        """Lengths of (sm, warp, lane): the shape of one region."""
        sm, warp, lane = (self.length(name) for name in NEAR_AXES)
        return sm, warp, lane

    @cached_property
    def sites(self) -> int:
        """Sites in one region."""
        return int(np.prod(self.near_shape))

    @cached_property
    def regions(self) -> int:
        """Regions in the universe."""
        return int(np.prod(self.shape)) // self.sites

    def coordinates(self, site: NDArray[np.int64] | int) -> NDArray[np.int64]:
        """Coordinates (sm, warp, lane), stacked on a new first axis, of sites numbered from 0."""
        return np.stack(np.unravel_index(site, self.near_shape)).astype(np.int64)

    def site(self, coordinates: NDArray[np.int64]) -> NDArray[np.int64]:
        """Numbers of the sites at coordinates of shape (3, ...); the inverse of `coordinates`."""
        return np.asarray(np.ravel_multi_index(tuple(coordinates), self.near_shape), dtype=np.int64)
