"""The one door to xarray and pandas: arrays with names become datasets and tables here, and the zarr stores of a record are opened.

Both are imported when the first table is made, so that a simulation that nobody looks at never waits for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pandas import DataFrame as DataFrame
    from xarray import DataArray as DataArray
    from xarray import Dataset as Dataset

Values = NDArray[np.generic]


@dataclass(frozen=True)
class Variable:
    """An array with names.

    Attributes:
        axes: Name of each axis.
        values: The array.
        unit: Its unit; "1" for a plain number, empty where none is told.
        meaning: What it says.
    """

    axes: tuple[str, ...]
    values: Values
    unit: str = ""
    meaning: str = ""

    @property
    def about(self) -> dict[str, str]:
        """Unit and meaning, as attributes."""
        return {key: value for key, value in (("unit", self.unit), ("meaning", self.meaning)) if value}


@dataclass(frozen=True)
class Sheet:
    """What becomes a dataset.

    Attributes:
        variables: Arrays by name.
        coordinates: Labels of axes, and arrays that say where something is, by name.
        attributes: Facts about the whole.
    """

    variables: dict[str, Variable]
    coordinates: dict[str, Variable] = field(default_factory=dict)
    attributes: dict[str, object] = field(default_factory=dict)


def dataset(sheet: Sheet) -> Dataset:
    """The dataset of a sheet."""
    import xarray

    def told(parts: dict[str, Variable]) -> dict[str, object]:
        return {name: (one.axes, one.values, one.about) for name, one in parts.items()}

    return xarray.Dataset(told(sheet.variables), told(sheet.coordinates), sheet.attributes)


def array(name: str, values: Variable, coordinates: Mapping[str, list[str]]) -> DataArray:
    """One labelled array."""
    import xarray

    return xarray.DataArray(values.values, coordinates, values.axes, name, values.about)


def together(parts: Mapping[str, Dataset], shared: tuple[str, ...] = ()) -> Dataset:
    """One dataset of several spaces: "reef.energy" over "reef.lane"; of one space alone, as it is.

    Args:
        parts: Datasets by space.
        shared: Axes that all spaces have in common, which keep their names.
    """
    import xarray

    if len(parts) == 1:
        return next(iter(parts.values()))
    renamed = [
        one.rename({name: f"{space}.{name}" for name in {*one.variables, *one.dims} if name not in shared})
        for space, one in parts.items()
    ]
    return xarray.merge(renamed, combine_attrs="drop_conflicts", join="outer", compat="equals")


def table(columns: Mapping[str, Values], words: Mapping[str, tuple[Values, tuple[str, ...]]] | None = None) -> DataFrame:
    """A table.

    Args:
        columns: Arrays of one length, by name.
        words: Columns of words, by name: the number of each row's word, and the words.
    """
    import pandas

    found = pandas.DataFrame(dict(columns))
    for at, (name, (codes, names)) in enumerate((words or {}).items(), start=1):
        found.insert(at, name, pandas.Categorical.from_codes(codes, categories=list(names)))
    return found


def open_record(path: Path, group: str, samples: int | None = None, published: bool = False) -> Dataset:
    """A group of a record, read when its values are asked for; of arrays over ticks only so many samples.

    With `published`, all arrays are as the one file at the record's root says, see `cyberspace.record.published`.
    """
    import xarray

    from cyberspace.record.store import local

    found: Dataset = xarray.open_zarr(local(path), group=group, consolidated=published, chunks=None)
    return found if samples is None else found.isel(tick=slice(0, samples))
