"""What can be seen of a space: the fields of its state, fields derived from them, and pictures of both.

A look reads only the sites that are asked for, from backends that go on afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cyberspace.checks import Refused
from cyberspace.genealogy import Genealogy
from cyberspace.state import QUANTITIES
from cyberspace.world import World
from organisms.body import ANSWER, MESSAGE
from organisms.genome import WEIGHT_PER_ALLELE
from topology import SPACE_AXES
from topology.axes import CPU_NAMES

Sites = NDArray[np.int64] | None
"""Numbers of sites, or None for all."""

NOBODY, OTHER = 0, 255
"""Classes of the field `lineage`."""


class Look(Protocol):
    """Reads one array of a space."""

    def __call__(self, name: str, sites: Sites = None, /) -> NDArray[Any]:
        """The array of a name, (*components, sites), at some of the sites; valid until the region lives on."""


def over_regions(looks: list[Look], sites: int) -> Look:
    """Reads the arrays of several regions, each of so many sites, as those of one space."""

    def look(name: str, at: Sites = None) -> NDArray[Any]:
        if at is None:
            return np.concatenate([one(name) for one in looks], axis=-1)
        found: NDArray[Any] | None = None
        for region in np.unique(at // sites):
            here = at // sites == region
            values = looks[region](name, at[here] % sites)
            if found is None:
                found = np.zeros((*values.shape[:-1], len(at)), dtype=values.dtype)
            found[..., here] = values
        return looks[0](name, at) if found is None else found

    whole: Look = look
    return looks[0] if len(looks) == 1 else whole


@dataclass(frozen=True)
class Seen:
    """A space at one tick.  Its sites are numbered from 0 in lattice order, far axes first.

    Attributes:
        world: Its first region.
        tick: The tick.
        look: Reads its arrays.
        genealogy: The latest births.
        founders: Marks of its largest lineages, in the order of their classes.
    """

    world: World
    tick: int
    look: Look
    genealogy: Genealogy
    founders: tuple[int, ...] = ()


@dataclass(frozen=True)
class Derived:
    """A field that is computed from others.

    Attributes:
        dtype: Its type.
        unit: Its unit.
        meaning: What it says.
        compute: Its values (sites,) at some sites.
    """

    dtype: str
    unit: str
    meaning: str
    compute: Callable[[Seen, Sites], NDArray[Any]]


def _lineage(seen: Seen, sites: Sites) -> NDArray[np.uint8]:
    founder = seen.look("founder", sites)
    found = np.full(founder.shape, OTHER, dtype=np.uint8)
    for k, mark in enumerate(seen.founders):
        found[founder == np.uint32(mark)] = k + 1
    found[~seen.look("alive", sites)] = NOBODY
    return found


def _age(seen: Seen, sites: Sites) -> NDArray[np.int32]:
    return np.where(seen.look("alive", sites), np.int32(seen.tick) - seen.look("born", sites), np.int32(-1))


def _heredity(seen: Seen, sites: Sites) -> NDArray[np.int16]:
    distance = seen.genealogy.distance(seen.look("cradle", sites), seen.look("born", sites))
    return np.where(seen.look("alive", sites), distance, np.int16(-1))


def _task(seen: Seen, sites: Sites) -> NDArray[np.int8]:
    performed = seen.look("performed", sites)
    found = np.full(performed.shape, -1, dtype=np.int8)
    for goal in range(len(seen.world.goals)):
        found[(performed >> np.uint32(goal)) & np.uint32(1) > 0] = goal
    found[~seen.look("alive", sites)] = -1
    return found


def _message(k: int) -> Callable[[Seen, Sites], NDArray[np.int8]]:
    return lambda seen, sites: seen.look("activity", sites)[MESSAGE + k].astype(np.int8)


def _answers(seen: Seen, sites: Sites) -> NDArray[np.uint8]:
    said = seen.look("activity", sites)[ANSWER : ANSWER + seen.world.body.answers] > 0
    return np.packbits(said, axis=0, bitorder="little")[0] if len(said) else np.zeros(said.shape[1], dtype=np.uint8)


def inborn(genome: NDArray[np.int8], weights: NDArray[np.int8]) -> NDArray[np.int16]:
    """Weights at birth, int16 in the shape of the weights, for genomes (loci, sites)."""
    alleles = genome[: weights.shape[0] * weights.shape[1]].astype(np.int16)
    return alleles.reshape(weights.shape) * np.int16(WEIGHT_PER_ALLELE)


def _learned(seen: Seen, sites: Sites) -> NDArray[np.int32]:
    weights = seen.look("weights", sites)
    change = np.abs(weights.astype(np.int16) - inborn(seen.look("genome", sites), weights))
    total = change.sum(axis=(0, 1), dtype=np.int32)
    return np.where(seen.look("alive", sites), total, np.int32(0))


DERIVED: dict[str, Derived] = {
    "lineage": Derived("uint8", "class", "1, 2, ...: the largest lineages; 255: another; 0: nobody", _lineage),
    "age": Derived("int32", "tick", "ticks since it was born; -1 where nobody lives", _age),
    "heredity": Derived("int16", "locus", "loci in which it differs from its parent; -1 where that is not known", _heredity),
    "task": Derived("int8", "goal", "the last of the goals that it performs; -1 for none", _task),
    "message_0": Derived("int8", "activity", "the first message that it sends", _message(0)),
    "message_1": Derived("int8", "activity", "the second message that it sends", _message(1)),
    "answers": Derived("uint8", "bits", "bit k is set if answer unit k is above 0", _answers),
    "learned": Derived("int32", "weight", "sum over all synapses of |weight - inborn weight|", _learned),
}
"""Fields that are computed when they are asked for."""


def fields_about(world: World) -> list[dict[str, Any]]:
    """What every field is called, its type, its components with their lengths, its unit and its meaning."""
    lengths = world.components()
    kept = [
        {
            "name": quantity.name,
            "dtype": quantity.dtype,
            "components": {axis: lengths[axis] for axis in quantity.components},
            "unit": quantity.unit,
            "meaning": quantity.meaning,
            "derived": False,
        }
        for quantity in QUANTITIES
    ]
    computed = [
        {"name": name, "dtype": one.dtype, "components": {}, "unit": one.unit, "meaning": one.meaning, "derived": True}
        for name, one in DERIVED.items()
    ]
    return kept + computed


def axis_names(world: World) -> dict[str, str]:
    """What the people of a world call the axes that it uses, by the names of the lattice, in its order."""
    cpu = {axis: name for name, axis in CPU_NAMES.items()} if world.physics.kind == "cpu" else {}
    return {axis.name: cpu.get(axis.name, axis.name) for axis in world.lattice.axes}


def field_values(seen: Seen, name: str, sites: Sites) -> NDArray[Any]:
    """Values (sites,) of a field or of a component of one ("activity.3").

    Raises:
        Refused: If there is no such field, or it has components and none is named.
    """
    if name in DERIVED:
        return DERIVED[name].compute(seen, sites)
    base, *indices = name.split(".")
    quantity = next((one for one in QUANTITIES if one.name == base), None)
    if quantity is None:
        raise Refused(f"fields: there is no field {base!r}; `about` lists them")
    lengths = [seen.world.components()[axis] for axis in quantity.components]
    fits = len(indices) == len(lengths) and all(
        index.isascii() and index.isdigit() and int(index) < length for index, length in zip(indices, lengths, strict=True)
    )
    if not fits:
        expected = ".".join([base, *(f"0..{length - 1}" for length in lengths)])
        raise Refused(f"fields: {name!r}: expected {expected}")
    values: NDArray[Any] = seen.look(base, sites)[tuple(int(index) for index in indices)]
    return values


def _choose(world: World, at: dict[str, Any], stride: dict[str, int]) -> tuple[dict[str, Any], dict[str, int]]:
    """What to do with each axis of the lattice, and its stride, by the lattice's names."""
    names = axis_names(world)
    known = {shown: axis for axis, shown in names.items()}
    for shown in (*at, *stride):
        if shown not in known:
            raise Refused(f"at, stride: there is no axis {shown!r}; expected some of {', '.join(known)}")
    chosen = {axis: at.get(shown, "all") for axis, shown in names.items()}
    for axis, how in chosen.items():
        if type(how) is int and how >= world.lattice.length(axis):
            raise Refused(f"at.{names[axis]}: expected a place below {world.lattice.length(axis)}")
    return chosen, {axis: stride.get(shown, 1) for axis, shown in names.items()}


def frame(
    seen: Seen, fields: list[str], at: dict[str, Any], stride: dict[str, int]
) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Arrays of fields, and by field what a legend needs; `cyberspace.wire` says what the arguments mean.

    Raises:
        Refused: If a field or an axis does not exist.
    """
    world = seen.world
    chosen, strides = _choose(world, at, stride)
    places = []
    for axis in SPACE_AXES:
        how, step = chosen.get(axis, "all"), strides.get(axis, 1)
        length = world.lattice.length(axis)
        places.append(np.array([how]) if type(how) is int else np.arange(0, length, step))
    shape = tuple(map(len, places))
    everything = shape == world.lattice.shape
    sites = None if everything else np.ravel_multi_index(np.ix_(*places), world.lattice.shape).ravel()
    arrays, info = {}, {}
    for name in fields:
        values = field_values(seen, name, sites)
        arrays[name] = _reduce(values.reshape(shape), chosen)
        info[name] = _legend(seen, name, arrays[name])
    return arrays, info


def _reduce(values: NDArray[Any], chosen: dict[str, Any]) -> NDArray[Any]:
    """Drop, average or maximise the axes of an array over the whole lattice; a maximum is taken before a mean."""
    for how, reduce in (("max", np.max), ("mean", lambda array, axis: array.mean(axis=axis, dtype=np.float32))):
        along = tuple(k for k, axis in enumerate(SPACE_AXES) if chosen.get(axis) == how)
        if along:
            values = np.expand_dims(reduce(values, axis=along), along)
    keep = [length for axis, length in zip(SPACE_AXES, values.shape, strict=True) if chosen.get(axis) == "all"]
    return np.array(values.reshape(keep))


def _legend(seen: Seen, name: str, values: NDArray[Any]) -> dict[str, Any]:
    about: dict[str, Any] = {"low": float(values.min()), "high": float(values.max())} if values.size else {"low": 0, "high": 0}
    if name == "lineage":
        about["founders"] = list(seen.founders)
    if name == "task":
        about["goals"] = list(seen.world.goals)
    return about
