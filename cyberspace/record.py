"""The record of a run: a zarr store that opens with zarr or xarray alone.

fields/   sampled fields, (tick, row, rack, host, device, sm, warp, lane, components...)
series/   counts and energies, (tick,), and shares, (tick, goal); counts are sums since tick 0
births/   every birth, in order: tick, site, parent, parent_born, distance

The coordinate `tick` of fields and series is written last, so a sample without it is not complete.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cyberspace import store
from cyberspace.energy import ledger
from cyberspace.measures import shares
from cyberspace.state import COUNTS, QUANTITIES, TALLY, WorldState
from cyberspace.world import World
from topology import SPACE_AXES

BIRTHS = (
    ("tick", "tick", "when"),
    ("site", "site", "where"),
    ("parent", "site", "the parent's cradle; with parent_born its identity"),
    ("parent_born", "tick", "when the parent was born"),
    ("distance", "locus", "loci in which the genome differs from the parent's"),
)
ROWS = 2**16
"""Rows of a chunk of one-dimensional tables."""


class Record:
    """A run's record, open for writing.

    Args:
        path: The store's folder.
        world: The world.
        fields: Names of the fields to sample.
        tick: Drop what was recorded after this tick; None for a new record.
    """

    def __init__(self, path: Path, world: World, fields: list[str], tick: int | None):
        self._world, self._fields = world, fields
        self._births: list[NDArray[np.int32]] = []
        if tick is None:
            self._root = store.open_group(path, "w")
            self._create()
        else:
            self._root = store.open_group(path, "r+")
            self._truncate(tick)

    def _create(self) -> None:
        world = self._world
        self._root.attrs.update({"seed": world.seed, "identity": world.identity, "faithful": world.loci.faithful})
        fields, series, births = (self._root.create_group(name) for name in ("fields", "series", "births"))
        about = {quantity.name: quantity for quantity in QUANTITIES}
        components = world.components()
        for name in self._fields:
            quantity = about[name]
            shape = (*world.lattice.shape, *(components[axis] for axis in quantity.components))
            axes = ("tick", *SPACE_AXES, *quantity.components)
            text = {"unit": quantity.unit, "meaning": quantity.meaning}
            store.create(fields, name, quantity.dtype, (0, *shape), (1, *shape), axes, **text)
        for name in TALLY:
            unit = "1" if name in COUNTS and name != "paid" else "energy"
            meaning = "organisms alive, now" if name == "alive" else f"{name}, sum since tick 0"
            store.create(series, name, "int64", (0,), (ROWS,), ("tick",), unit=unit, meaning=meaning)
        for name, meaning in (("held", "held by organisms"), ("pools", "held by pools")):
            store.create(series, name, "int64", (0,), (ROWS,), ("tick",), unit="energy", meaning=meaning)
        goals = len(world.goals)
        about_shares = {"unit": "1", "meaning": "share of the living that perform each goal", "goals": list(world.goals)}
        store.create(series, "shares", "float32", (0, goals), (1024, max(1, goals)), ("tick", "goal"), **about_shares)
        for group in (fields, series):
            store.create(group, "tick", "int64", (0,), (ROWS,), ("tick",), unit="tick", meaning="tick of the sample")
        for name, unit, meaning in BIRTHS:
            store.create(births, name, "int32", (0,), (ROWS,), ("birth",), unit=unit, meaning=meaning)

    def _truncate(self, tick: int) -> None:
        for name in ("fields", "series"):
            group = self._group(name)
            keep = int(np.searchsorted(np.asarray(group["tick"][...]), tick, side="right"))
            for _, array in group.arrays():
                store.truncate(array, keep)
        births = self._group("births")
        whole = min(array.shape[0] for _, array in births.arrays())
        keep = int(np.searchsorted(np.asarray(births["tick"][:whole]), tick))
        for _, array in births.arrays():
            store.truncate(array, keep)

    def _group(self, name: str) -> Any:
        return self._root[name]

    def add(self, births: NDArray[np.int32]) -> None:
        """Take note of births, rows as in `cyberspace.backends.backend.Trace`."""
        self._births.append(births)

    def flush_births(self) -> None:
        """Write the births noted so far."""
        if self._births:
            rows = np.concatenate(self._births)
            for k, (name, _, _) in enumerate(BIRTHS):
                store.append(self._group("births")[name], rows[:, k])
            self._births = []

    def sample(self, state: WorldState) -> None:
        """Write one sample of every field and of the series."""
        self.flush_births()
        fields, series = self._group("fields"), self._group("series")
        for name in self._fields:
            values = np.moveaxis(getattr(state.region, name), -1, 0)
            store.append(fields[name], values.reshape(1, *self._world.lattice.shape, *values.shape[1:]))
        counts = dict(zip(TALLY, state.tally.tolist(), strict=True))
        counts["alive"] = int(np.count_nonzero(state.region.alive))
        account = ledger(state)
        for name, value in {**counts, "held": account.held, "pools": account.pools}.items():
            store.append(series[name], np.array([value], dtype=np.int64))
        now = np.array([list(shares(self._world, state).values())], dtype=np.float32)
        store.append(series["shares"], now.reshape(1, -1))
        for group in (fields, series):
            store.append(group["tick"], np.array([state.tick], dtype=np.int64))


def heredity(path: Path, first: int, last: int) -> float:
    """Share of the births from tick `first` on and before `last` that are faithful copies; 0 where nobody was born."""
    root = store.open_group(path, "r")
    births: Any = root["births"]
    ticks = np.asarray(births["tick"][...])
    low, high = np.searchsorted(ticks, [first, last])
    distance = np.asarray(births["distance"][low:high])
    return float((distance <= root.attrs["faithful"]).mean()) if len(distance) else 0.0
