"""Openings of links for the numba backend: the text of `cyberspace.verbs.cross`, in NumPy, on the arrays of the kernels.

A link opens rarely and carries few organisms, so nothing here is compiled.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cyberspace.backends.numba_arrays import Arrays, from_quads, to_quads
from cyberspace.backends.reference import NumpyEngine
from cyberspace.letters import Letter
from cyberspace.state import SITE_FIELDS, TALLY, Region
from cyberspace.verbs import cross
from cyberspace.world import Almanac, Moment, World
from topology import Way


class TileEngine(NumpyEngine):
    """`cyberspace.tick.Engine` on those arrays: weights are in quads, genomes are `_Rows`; writes in place."""

    def __init__(self, everywhere: NDArray[np.int32] | None):
        self._everywhere = everywhere  # the shore, if it is the whole region: nothing need be looked up

    def put(self, array: Any, places: Any, values: Any) -> Any:
        """The array itself with some columns replaced: `cross` never reads an array again that it has put into."""
        if places is self._everywhere:
            array[..., :] = values
        elif isinstance(array, _Rows):
            array.rows[places] = values.T
        elif array.ndim == 4:
            inside = places < len(array)
            array[places[inside]] = to_quads(values[..., inside])
        else:
            inside = places < array.shape[-1]
            array[..., places[inside]] = values[..., inside]
        return array

    def take(self, region: Region, name: str, sites: Any) -> Any:
        """Columns of a field."""
        array = getattr(region, name)
        if name == "genome":
            return array.rows[sites].T
        if name == "weights":
            return from_quads(array[sites])
        return super().take(region, name, sites)


class _Rows:
    """Genomes as rows, (sites, loci)."""

    dtype = np.dtype(np.int8)

    def __init__(self, rows: NDArray[np.int8]):
        self.rows = rows


class Shore:
    """One end of a link at one tick."""

    def __init__(self, world: World, way: Way, tick: int):
        self._world, self._way, self._engine = world, way, TileEngine(way.sites if len(way.sites) == world.sites else None)
        self._now = Almanac(np, world).crossing(way, tick, 0)

    def arrive(self, arrays: Arrays, due: Letter, tide: int, tally: NDArray[np.int64]) -> NDArray[np.int32]:
        """Settle a letter: writes the arrays and the tally; the birth records, int32 (3, slots)."""
        births: NDArray[np.int32]
        _, births, flows = cross.arrive(self._engine, self._world, self._way, self._view(arrays), due, self._at(tide))
        flows["faithful"] = (births[0] >= 0) & (births[0] <= self._world.loci.faithful)
        _note(flows, tally)
        return births

    def seen(self, due: Letter) -> NDArray[np.uint32]:
        """What the letter tells of the partners, as in `Arrays.heard`."""
        somebody, messages = cross.seen(self._engine, self._world, self._way, due)
        first, second = messages.view(np.uint8).astype(np.uint32)
        return np.where(somebody, 1 | first << np.uint32(8) | second << np.uint32(16), np.uint32(0)).astype(np.uint32)

    def post(self, arrays: Arrays, met: bool, tide: int, tally: NDArray[np.int64]) -> Letter:
        """Write a letter, and the arrays and the tally."""
        _, letter, flows = cross.post(self._engine, self._world, self._way, self._view(arrays), met, self._at(tide))
        _note(flows, tally)
        return letter

    def _at(self, tide: int) -> Moment:
        return replace(self._now, tide=tide)

    def _view(self, arrays: Arrays) -> Region:
        """The arrays as a region."""
        fields = {name: getattr(arrays, name) for name in SITE_FIELDS}
        fields |= {"genome": _Rows(arrays.genome), "activity": arrays.activity.T}
        return Region(**fields, pools=None, jobs=None, wallet=None)


def _note(flows: dict[str, Any], tally: NDArray[np.int64]) -> None:
    for name, values in flows.items():
        tally[TALLY.index(name)] += values.sum(dtype=np.int64)
