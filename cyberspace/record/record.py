"""The record of a run, as it is written; `layout` says what it is made of.

Nothing that was recorded is taken back.  A run that lives a time again, since it went back to a checkpoint, finds it recorded: a row
that says what was lived is left, one that does not (it was cut short when the run was) is written again.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cyberspace.errors import InputError
from cyberspace.law.universe import Space, Universe
from cyberspace.record import layout, store
from cyberspace.record.layout import BIRTHS, LINKS
from cyberspace.record.published import Published, damage, is_published
from cyberspace.record.reading import open_record, whole_rows, written
from cyberspace.record.samples import Sample, summed
from cyberspace.record.scores import spreads

FORMAT = 2
"""Of records; 1 had no file that says what is whole, and no checksums."""

Values = NDArray[np.generic]


def create_record(path: Path, universe: Universe, fields: list[str]) -> None:
    """Make a new record, empty; what is killed here leaves none.

    Raises:
        OSError: If the disk is full or fails, or there is something already.
    """
    begun = path.with_name(f".{path.name}.begun")
    shutil.rmtree(begun, ignore_errors=True)
    kept = store.Kept(begun)
    layout.create(store.open_whole(kept, "w", consolidated=False), universe, fields, {"format": FORMAT})
    names = layout.arrays(universe, fields)
    root = store.open_whole(kept, "r+", consolidated=False)
    Published(begun, [*layout.groups(universe), *names]).publish({name: store.array(root, name).shape for name in names})
    begun.rename(path)


class Record:
    """A run's record, open for writing.

    Args:
        path: The store's folder.
        universe: The universe.
        fields: Names of the fields to sample.
        tick: Where the run goes on; None for a new record.
        cut: Drop what was recorded after this tick, for the world will be another.

    Raises:
        InputError: If it is damaged.
        OSError: If the disk is full or fails.
    """

    def __init__(self, path: Path, universe: Universe, fields: list[str], tick: int | None, cut: bool = False):
        self._path, self._universe, self._fields = path, universe, fields
        if tick is None:
            create_record(path, universe, fields)
        whole = is_published(path)
        self._store = store.Kept(path)
        with self._told():
            root = store.open_whole(self._store, "r+", whole)
            self._tables = layout.held(universe, fields, root.__contains__)
            self._arrays = {
                f"{table}/{name}": store.array(root, f"{table}/{name}")
                for table, names in self._tables.items()
                for name in names
            }
            self._published = Published(path, [*layout.groups(universe), *self._arrays]) if whole else None
            self._begin(tick or 0, cut)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Names the record where zarr can't read it."""
        try:
            yield
        except (InputError, OSError):
            raise
        except Exception as error:  # zarr and its codecs raise what they like
            raise damage(self._path, self._path, error) from None

    def _columns(self, table: str) -> dict[str, store.Array]:
        return {name: self._arrays[f"{table}/{name}"] for name in self._tables[table]}

    def _begin(self, tick: int, cut: bool) -> None:
        """Find the rows that the run will live next: `_rows` by table, and `_ticks` of the samples by group."""
        self._rows: dict[str, int] = {}
        self._ticks: dict[str, NDArray[np.int64]] = {}
        for table in self._tables:
            columns = self._columns(table)
            if table.endswith(("/fields", "/series")):
                self._ticks[table] = known = written(columns["tick"])
                keep = int(np.searchsorted(known, tick, side="right"))
                if cut:
                    self._ticks[table] = known[:keep]
            else:
                ticks = np.asarray(columns["tick"][: whole_rows(columns)])
                self._rows[table] = keep = int(np.searchsorted(ticks, tick))
            for array in columns.values() if cut else ():
                store.truncate(array, keep)

    def add(self, births: dict[str, NDArray[np.int32]], crossings: NDArray[np.int64]) -> None:
        """Add births by space, rows as in `cyberspace.backends.backend.SpanResult`, and crossings, rows of `LINKS`."""
        with self._told():
            for space, rows in births.items():
                self._add(f"{space}/births", {name: rows[:, k] for k, (name, _, _) in enumerate(BIRTHS)})
            self._add("links", {name: crossings[:, k] for k, (name, _, _) in enumerate(LINKS)})

    def _add(self, table: str, rows: dict[str, Values]) -> None:
        for name in self._tables[table]:
            store.put(self._arrays[f"{table}/{name}"], self._rows[table], rows[name])
        self._rows[table] += len(rows["tick"])

    def sample(self, tick: int, samples: dict[int, Sample]) -> None:
        """Write one sample of every field and of the series, from those of all regions."""
        with self._told():
            for space in self._universe.spaces:
                self._sample_space(tick, space, [samples[region] for region in space.regions])

    def _sample_space(self, tick: int, space: Space, samples: list[Sample]) -> None:
        fields: dict[str, Values] = {}
        for name in self._fields:
            sites = np.stack([np.moveaxis(sample.fields[name], -1, 0) for sample in samples])
            fields[name] = sites.reshape(1, *space.lattice.shape, *sites.shape[2:])
        series: dict[str, Values] = {name: np.array([value], dtype=np.int64) for name, value in summed(samples).items()}
        did, alive = np.sum([sample.did for sample in samples], axis=0), sum(sample.alive for sample in samples)
        series["shares"] = (did / max(1, alive)).astype(np.float32).reshape(1, -1)
        if samples[0].rules.size:
            having = np.sum([sample.rules for sample in samples], axis=0) / max(1, alive)
            series["rules"] = having.astype(np.float32).reshape(1, -1)
        if samples[0].scores:
            world = self._universe.worlds[space.first_region]
            series["scores"] = spreads(world, (sample.scores for sample in samples))[None]
        for group, values in (("fields", fields), ("series", series)):
            self._sample_group(f"{space.name}/{group}", tick, values)

    def _sample_group(self, group: str, tick: int, values: dict[str, Values]) -> None:
        """Write a sample of one group, unless the record has passed this tick with samples at others."""
        known = self._ticks[group]
        at = int(np.searchsorted(known, tick))
        if at < len(known) and known[at] != tick:
            return
        values["tick"] = np.array([tick], dtype=np.int64)
        for name in self._tables[group]:
            store.put(self._arrays[f"{group}/{name}"], at, values[name])
        if at == len(known):
            self._ticks[group] = np.append(known, tick)

    def publish(self) -> None:
        """Let readers see all that was added; a record of format 1 shows it as it comes.

        Raises:
            OSError: If the disk is full or fails.
        """
        if self._published is not None:
            self._published.publish({name: array.shape for name, array in self._arrays.items()})

    def flush(self) -> None:
        """Have all that was added on the disk.

        Raises:
            OSError: If the disk is full or fails.
        """
        self.publish()
        self._store.flush()
        if self._published is not None:
            self._published.flush()

    def rows(self, tick: int) -> dict[str, int]:
        """Rows of each table before a tick that all have reached, and samples up to it: what a checkpoint of this tick relies on."""
        samples = {group: int(np.searchsorted(known, tick, side="right")) for group, known in self._ticks.items()}
        return {**self._rows, **samples}


def heredity(path: Path, spaces: list[str], first: int, last: int) -> float | None:
    """Share of the births from tick `first` on and before `last` that are faithful copies; None where nobody was born.

    Raises:
        InputError: If the record is damaged.
    """
    tables = open_record(path)
    if tables is None:
        return None
    faithful = births = 0
    for space in spaces:
        columns = tables.columns(f"{space}/births")
        whole = whole_rows(columns)
        low, high = np.searchsorted(np.asarray(columns["tick"][:whole]), [first, last])
        distance = np.asarray(columns["distance"][int(low) : int(high)])
        threshold = tables.about(space)["faithful"]
        faithful += int(np.count_nonzero(distance <= np.asarray(threshold)))
        births += len(distance)
    return faithful / births if births else None
