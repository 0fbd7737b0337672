"""A run's record as datasets and rows; the run may still write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from cyberspace.api import dataset
from cyberspace.api.births import BIRTHS
from cyberspace.api.sheets import axis_names, places
from cyberspace.backends.backend import NO_BIRTHS
from cyberspace.law.universe import Space, Universe
from cyberspace.record.published import damage
from cyberspace.record.reading import Tables, whole_rows, written
from cyberspace.run.crossings import CROSSINGS
from topology import SPACE_AXES

if TYPE_CHECKING:
    from cyberspace.api.dataset import Dataset


CHANCE = {
    "unit": "1",
    "meaning": "share of random brains, or of such that say the same whatever they are asked, that performs it",
}


def series_of(record: Path, space: Space, chance: Mapping[str, float]) -> Dataset:
    """The series of a space over `tick`, with the names of its goals, and `heredity`: the share of faithful births between samples.

    `chance` stands by goal, NaN where it was not measured.
    """
    root = Tables(record)
    count = len(written(root.column(f"{space.name}/series/tick")))
    try:
        found = dataset.open_record(record, f"{space.name}/series", count, root.published).load()
    except Exception as error:  # xarray, zarr and its codecs raise what they like
        raise damage(record / space.name / "series", record, error) from None
    goals = [str(goal) for goal in found["shares"].attrs.pop("goals")]
    by_chance = np.array([chance.get(goal, np.nan) for goal in goals])
    found = found.assign_coords(goal=("goal", goals), chance=("goal", by_chance, CHANCE))
    if "rules" in found:
        found = found.assign_coords(rule=("rule", [str(name) for name in found["rules"].attrs.pop("rules")]))
    if "scores" in found:
        told = found["scores"].attrs
        found = found.assign_coords(score=("score", list(told.pop("names"))), quantile=("quantile", list(told.pop("columns"))))
        found = found.assign_coords(unit=("score", list(told.pop("units"))), better=("score", list(told.pop("better"))))
    births = np.diff(found["births"].values, prepend=0)
    faithful = np.diff(found["faithful"].values, prepend=0)
    heredity = np.where(births > 0, faithful / np.maximum(1, births), np.nan)
    about = {"unit": "1", "meaning": "share of the births since the sample before that are faithful copies"}
    return found.assign(heredity=("tick", heredity, about))


def fields_of(record: Path, universe: Universe, space: Space) -> Dataset:
    """The sampled fields of a space over `tick` and its own axes."""
    root = Tables(record)
    count = len(written(root.column(f"{space.name}/fields/tick")))
    try:
        found = dataset.open_record(record, f"{space.name}/fields", count, root.published)
    except Exception as error:  # xarray and zarr raise what they like
        raise damage(record / space.name / "fields", record, error) from None
    # An older record calls them alike in every space.
    told = cast("Sequence[str]", root.about(space.name).get("axes", SPACE_AXES))
    names = dict(zip(told, axis_names(space).values(), strict=True))
    named = found.rename({name: own for name, own in names.items() if name != own and name in found.dims})
    at = {name: (one.axes, one.values, one.about) for name, one in places(universe, space).items()}
    return named.assign_coords({name: value for name, value in at.items() if set(value[0]) <= set(named.dims)})


def births_of(record: Path, spaces: Iterable[str]) -> NDArray[np.int32]:
    """Births of some spaces in order of tick and site, (births, 5); columns as in `BIRTHS`."""
    root = Tables(record)
    rows = np.concatenate([NO_BIRTHS, *(_rows(root, f"{space}/births", BIRTHS) for space in spaces)])
    return rows[np.lexsort((rows[:, 1], rows[:, 0]))].astype(np.int32)


def crossings_of(record: Path) -> NDArray[np.int64]:
    """All crossings, (crossings, 6); columns as in `cyberspace.run.crossings.CROSSINGS`."""
    return _rows(Tables(record), "links", CROSSINGS)


def _rows(root: Tables, table: str, columns: tuple[str, ...]) -> NDArray[np.int64]:
    """The complete rows of a table in order of ticks, int64 (rows, columns)."""
    arrays = {name: root.column(f"{table}/{name}") for name in columns}
    whole = whole_rows(arrays)
    return np.stack([np.asarray(array[:whole]).astype(np.int64) for array in arrays.values()], axis=1)
