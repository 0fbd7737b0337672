"""A frame: fields of a space as arrays, put together from the parts of its regions, wherever they live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cyberspace.errors import Refused
from cyberspace.law.world import World
from cyberspace.watch.look import Seen, axis_names, field_values
from cyberspace.wire.messages import LegendTold
from cyberspace.wire.protocol import Arrays
from topology import FAR_AXES, SPACE_AXES

FAR = len(FAR_AXES)


How = int | str
"""What is shown of an axis: one place of it, "all", "mean" or "max"; "none" where the axis is not in use."""


@dataclass(frozen=True)
class Cut:
    """What of a space is shown.

    Attributes:
        how: What is shown of each axis, in the order of `SPACE_AXES`.
        places: The places of each axis that are looked at.
        shape: Length of each axis.
    """

    how: tuple[How, ...]
    places: tuple[NDArray[np.int64], ...]
    shape: tuple[int, ...]

    @property
    def regions(self) -> list[int]:
        """Numbers, in the space, of the regions that it concerns, in lattice order."""
        found: list[int] = np.ravel_multi_index(np.ix_(*self.places[:FAR]), self.shape[:FAR]).ravel().tolist()
        return found

    @property
    def sites(self) -> NDArray[np.int64] | None:
        """Sites of each of them, in lattice order; None for all."""
        near, shape = self.places[FAR:], self.shape[FAR:]
        if tuple(map(len, near)) == shape:
            return None
        return np.asarray(np.ravel_multi_index(np.ix_(*near), shape).ravel(), dtype=np.int64)


def make_cut(world: World, at: Mapping[str, How], stride: dict[str, int]) -> Cut:
    """What the keys of a frame request mean for a space that a world belongs to; `cyberspace.wire.protocol` describes them.

    Raises:
        Refused: If an axis or a place does not exist.
    """
    names = axis_names(world)
    known = {shown: axis for axis, shown in names.items()}
    for shown in (*at, *stride):
        if shown not in known:
            raise Refused(f"at, stride: there is no axis {shown!r}; expected some of {', '.join(known)}")
    hows: list[How] = []
    places = []
    for axis in SPACE_AXES:
        shown, length = names.get(axis, ""), world.lattice.length(axis)
        how = at.get(shown, "all") if shown else "none"
        if isinstance(how, int) and how >= length:
            raise Refused(f"at.{shown}: expected a place below {length}")
        hows.append(how)
        places.append(np.array([how]) if isinstance(how, int) else np.arange(0, length, stride.get(shown, 1)))
    return Cut(tuple(hows), tuple(places), world.lattice.shape)


def part(seen: Seen, cut: Cut, fields: list[str]) -> Arrays:
    """Fields of one region, (sm, warp, lane) each, reduced along these axes as far as the other regions allow; copies.

    Raises:
        Refused: If a field does not exist.
    """
    sites = cut.sites
    shape = tuple(map(len, cut.places[FAR:]))
    first = ("max",) if "max" in cut.how[:FAR] else ("max", "mean")  # a maximum is taken before a mean
    return {name: _reduce(np.array(field_values(seen, name, sites)).reshape(shape), cut.how[FAR:], first) for name in fields}


def put_together(cut: Cut, parts: dict[int, Arrays], fields: list[str]) -> Arrays:
    """The arrays of a frame, from the parts of all regions that it concerns, by their numbers in the space."""
    found: dict[str, NDArray[np.generic]] = {}
    regions = cut.regions
    for name in fields:
        near = np.stack([parts[region][name] for region in regions]) if len(regions) > 1 else parts[regions[0]][name][None]
        values = near.reshape(*map(len, cut.places[:FAR]), *near.shape[1:])
        values = _reduce(values, cut.how, ("max", "mean"))
        found[name] = values.reshape([length for length, how in zip(values.shape, cut.how, strict=True) if how == "all"])
    return found


def legend(name: str, values: NDArray[np.generic], world: World, founders: tuple[int, ...]) -> LegendTold:
    """What a legend of a field needs."""
    if name == "score":
        values = values[np.isfinite(values)]
    told: LegendTold = {"low": float(values.min()), "high": float(values.max())} if values.size else {"low": 0, "high": 0}
    if name == "lineage":
        told["founders"] = list(founders)
    if name == "task":
        told["goals"] = list(world.goals)
    return told


def _reduce(values: NDArray[np.generic], how: tuple[How, ...], kinds: tuple[str, ...]) -> NDArray[np.generic]:
    """Axes maximised or averaged to length 1 where that is wanted; means are float32."""
    for kind in kinds:
        along = tuple(k for k, one in enumerate(how) if one == kind)
        if along:
            values = values.max(axis=along, keepdims=True) if kind == "max" else _mean(values, along)
    return values


def _mean(values: NDArray[np.generic], along: tuple[int, ...]) -> NDArray[np.float32]:
    found: NDArray[np.float32] = values.mean(axis=along, dtype=np.float32, keepdims=True)
    return found
