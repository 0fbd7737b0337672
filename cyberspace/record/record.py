"""The record of a run: a zarr store that opens with zarr or xarray alone.

SPACE/fields/   sampled fields, (tick, axes of space, components...): row, rack, host, device, sm, warp, lane
SPACE/series/   counts and energies, (tick,), and shares, (tick, goal); counts are sums since tick 0
SPACE/births/   every birth, in order of tick and site: tick, site, parent, parent_born, distance
links/          who crossed a link, in order of tick: tick, sender, receiver, kind, energy, founder

The coordinate `tick` of fields and series is written last, so a sample without it is not complete.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cyberspace.law.state import COUNTS, MEANINGS, QUANTITIES, TALLY
from cyberspace.law.universe import Space, Universe
from cyberspace.record import store
from cyberspace.record.samples import Sample, summed
from topology import FAR_AXES, SPACE_AXES

BIRTHS = (
    ("tick", "tick", "when"),
    ("site", "site", "where, numbered in the universe"),
    ("parent", "site", "the parent's cradle; with parent_born its identity"),
    ("parent_born", "tick", "when the parent was born"),
    ("distance", "locus", "loci in which the genome differs from the parent's"),
)
LINKS = (
    ("tick", "tick", "opening at which the letter was posted"),
    ("sender", "region", "from where"),
    ("receiver", "region", "to where"),
    ("kind", "1", "1 for a spore, 2 for an organism that moved, 0 for all gifts of a letter"),
    ("energy", "energy", "what went along"),
    ("founder", "mark", "mark of the lineage; 0 for gifts"),
)
ROWS = 2**16
"""Rows of a chunk of one-dimensional tables."""


class Record:
    """A run's record, open for writing.

    Args:
        path: The store's folder.
        universe: The universe.
        fields: Names of the fields to sample.
        tick: Drop what was recorded after this tick; None for a new record.
    """

    def __init__(self, path: Path, universe: Universe, fields: list[str], tick: int | None):
        self._universe, self._fields = universe, fields
        if tick is None:
            self._root = store.open_group(path, "w")
            self._create()
        else:
            self._root = store.open_group(path, "r+")
            self._truncate(tick)

    def _create(self) -> None:
        self._root.attrs.update({"seed": self._universe.seed, "identity": self._universe.identity})
        for space in self._universe.spaces:
            self._create_space(space)
        links = self._root.create_group("links")
        for name, unit, meaning in LINKS:
            store.create(links, name, "int64", (0,), (ROWS,), ("crossing",), unit=unit, meaning=meaning)

    def _create_space(self, space: Space) -> None:
        world = self._universe.worlds[space.first_region]
        root = self._root.create_group(space.name)
        root.attrs.update({"faithful": world.loci.faithful, "first_site": world.first_site})
        fields, series, births = (root.create_group(name) for name in ("fields", "series", "births"))
        about = {quantity.name: quantity for quantity in QUANTITIES}
        components = world.components()
        for name in self._fields:
            quantity = about[name]
            extra = tuple(components[axis] for axis in quantity.components)
            axes = ("tick", *SPACE_AXES, *quantity.components)
            chunk = (1, *[1] * len(FAR_AXES), *space.lattice.near_shape, *extra)
            shape = (0, *space.lattice.shape, *extra)
            store.create(fields, name, quantity.dtype, shape, chunk, axes, unit=quantity.unit, meaning=quantity.meaning)
        for name in TALLY:
            unit = "1" if name in COUNTS and name != "paid" else "energy"
            meaning = "organisms alive, now" if name == "alive" else f"{MEANINGS[name]}; sum since tick 0"
            store.create(series, name, "int64", (0,), (ROWS,), ("tick",), unit=unit, meaning=meaning)
        for name, meaning in (("held", "held by organisms"), ("pools", "held by pools")):
            store.create(series, name, "int64", (0,), (ROWS,), ("tick",), unit="energy", meaning=meaning)
        goals = len(world.goals)
        store.create(
            series, "shares", "float32", (0, goals), (1024, max(1, goals)), ("tick", "goal"),
            unit="1", meaning="share of the living that perform each goal", goals=list(world.goals),
        )  # fmt: skip
        for group in (fields, series):
            store.create(group, "tick", "int64", (0,), (ROWS,), ("tick",), unit="tick", meaning="tick of the sample")
        for name, unit, meaning in BIRTHS:
            store.create(births, name, "int32", (0,), (ROWS,), ("birth",), unit=unit, meaning=meaning)

    def _truncate(self, tick: int) -> None:
        for space in self._universe.spaces:
            for name in ("fields", "series"):
                group = self._group(f"{space.name}/{name}")
                keep = int(np.searchsorted(store.read(group, "tick"), tick, side="right"))
                for array in store.arrays(group):
                    store.truncate(array, keep)
            _truncate_table(self._group(f"{space.name}/births"), tick)
        _truncate_table(self._group("links"), tick)

    def _group(self, name: str) -> store.Group:
        return store.inner(self._root, name)

    def add(self, births: dict[str, NDArray[np.int32]], crossings: NDArray[np.int64]) -> None:
        """Append births by space, rows as in `cyberspace.backends.backend.SpanResult`, and crossings, rows of `LINKS`."""
        for space, rows in births.items():
            for k, (name, _, _) in enumerate(BIRTHS):
                store.append(store.array(self._root, f"{space}/births/{name}"), rows[:, k])
        for k, (name, _, _) in enumerate(LINKS):
            store.append(store.array(self._root, f"links/{name}"), crossings[:, k])

    def sample(self, tick: int, samples: dict[int, Sample]) -> None:
        """Write one sample of every field and of the series, from those of all regions."""
        for space in self._universe.spaces:
            self._sample_space(tick, space, [samples[region] for region in space.regions])

    def _sample_space(self, tick: int, space: Space, samples: list[Sample]) -> None:
        fields, series = self._group(f"{space.name}/fields"), self._group(f"{space.name}/series")
        for name in self._fields:
            values = np.stack([np.moveaxis(sample.fields[name], -1, 0) for sample in samples])
            store.append(store.array(fields, name), values.reshape(1, *space.lattice.shape, *values.shape[2:]))
        for name, value in summed(samples).items():
            store.append(store.array(series, name), np.array([value], dtype=np.int64))
        did, alive = np.sum([sample.did for sample in samples], axis=0), sum(sample.alive for sample in samples)
        store.append(store.array(series, "shares"), (did / max(1, alive)).astype(np.float32).reshape(1, -1))
        for group in (fields, series):
            store.append(store.array(group, "tick"), np.array([tick], dtype=np.int64))


def _truncate_table(table: store.Group, tick: int) -> None:
    whole = min(array.shape[0] for array in store.arrays(table))
    keep = int(np.searchsorted(store.read(table, "tick", 0, whole), tick))
    for array in store.arrays(table):
        store.truncate(array, keep)


def heredity(path: Path, first: int, last: int) -> float:
    """Share of the births from tick `first` on and before `last` that are faithful copies; 0 where nobody was born."""
    faithful = births = 0
    for name, space in store.open_group(path, "r").groups():
        if name != "links":
            low, high = np.searchsorted(store.read(space, "births/tick"), [first, last])
            distance = store.read(space, "births/distance", int(low), int(high))
            faithful += int(np.count_nonzero(distance <= space.attrs["faithful"]))
            births += len(distance)
    return faithful / births if births else 0.0
