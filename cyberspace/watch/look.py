"""What can be seen of a region: the fields of its state, and fields derived from them.

A look reads only the sites that are asked for, from backends that go on afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cyberspace.errors import Refused
from cyberspace.law.state import QUANTITIES
from cyberspace.law.world import World
from cyberspace.record.scores import score_about, score_of_each
from cyberspace.watch.genealogy import Genealogy
from cyberspace.wire.messages import FieldTold
from organisms.body import ANSWER, MESSAGE
from organisms.genome import WEIGHT_PER_ALLELE
from organisms.traits import TRAITS

Sites = NDArray[np.int64] | None
"""Numbers of sites, or None for all."""

NOBODY, OTHER = 0, 255
"""Classes of the field `lineage`."""


class Look(Protocol):
    """Reads one array of a region."""

    def __call__(self, name: str, sites: Sites = None, /) -> NDArray[Any]:
        """The array of a name, (*components, sites), at some of the sites; valid until the region lives on."""


@dataclass(frozen=True)
class Seen:
    """A region at one tick.

    Attributes:
        world: The region.
        number: Its number in its space.
        tick: The tick.
        look: Reads its arrays.
        genealogy: The latest births on its rank.
        founders: Marks of the largest lineages of its space, in the order of their classes.
    """

    world: World
    number: int
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
    compute: Callable[[Seen, Sites], NDArray[np.generic]]


def _lineage(seen: Seen, sites: Sites) -> NDArray[np.uint8]:
    founder, alive = seen.look("founder", sites), seen.look("alive", sites)
    found = np.zeros(founder.shape, dtype=np.uint8)
    for k, mark in enumerate(seen.founders):  # sums of products, which are several times as fast as assignments by mask
        found += (founder == np.uint32(mark)).view(np.uint8) * np.uint8(k + 1)
    found += (found == 0).view(np.uint8) * np.uint8(OTHER)
    return np.where(alive, found, np.uint8(NOBODY))


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


def _score(seen: Seen, sites: Sites) -> NDArray[np.float32]:
    memory, block = seen.look("memory", sites), seen.look("block", sites)
    return score_of_each(seen.world, seen.tick, seen.look("alive", sites), memory, block, sites)


def inborn(genome: NDArray[np.int8], weights: NDArray[np.int8]) -> NDArray[np.int16]:
    """Weights at birth, int16 in the shape of the weights, for genomes (loci, sites)."""
    alleles = genome[: weights.shape[0] * weights.shape[1]].astype(np.int16)
    return alleles.reshape(weights.shape) * np.int16(WEIGHT_PER_ALLELE)


def _learned(seen: Seen, sites: Sites) -> NDArray[np.int32]:
    weights = seen.look("weights", sites)
    change = np.abs(weights.astype(np.int16) - inborn(seen.look("genome", sites), weights))
    total = change.sum(axis=(0, 1), dtype=np.int32)
    return np.where(seen.look("alive", sites), total, np.int32(0))


def _trait(name: str) -> Derived:
    trait = TRAITS[name]
    return Derived(
        trait.dtype, trait.unit, trait.meaning, lambda seen, sites: trait.compute(seen.world.loci, seen.look("genome", sites))
    )


DERIVED: dict[str, Derived] = {
    "lineage": Derived("uint8", "class", "1, 2, ...: the largest lineages; 255: another; 0: nobody", _lineage),
    "age": Derived("int32", "tick", "ticks since it was born; -1 where nobody lives", _age),
    "heredity": Derived("int16", "locus", "loci in which it differs from its parent; -1 where that is not known", _heredity),
    "task": Derived("int8", "goal", "the last of the goals that it performs; -1 for none", _task),
    "message_0": Derived("int8", "activity", "the first message that it sends", _message(0)),
    "message_1": Derived("int8", "activity", "the second message that it sends", _message(1)),
    "answers": Derived("uint8", "bits", "bit k is set if answer unit k is above 0", _answers),
    "learned": Derived("int32", "weight", "sum over all synapses of |weight - inborn weight|", _learned),
    "score": Derived("float32", "", "the score that the first task that says one gives it; NaN where that is unknown", _score),
    **{name: _trait(name) for name in TRAITS},
}
"""Fields that are computed when they are asked for."""


def fields_about(world: World) -> list[FieldTold]:
    """What every field is called, its type, its components with their lengths, its unit and its meaning."""
    lengths = world.components()
    kept: list[FieldTold] = [
        {
            "name": quantity.name,
            "dtype": quantity.dtype,
            "components": {axis: lengths[axis] for axis in quantity.components},
            "unit": quantity.unit,
            "meaning": quantity.meaning,
            "derived": False,
        }
        for quantity in QUANTITIES
        if all(lengths[axis] for axis in quantity.components)
    ]
    computed: list[FieldTold] = [
        {"name": name, "dtype": one.dtype, "components": {}, "unit": one.unit, "meaning": one.meaning, "derived": True}
        for name, one in DERIVED.items()
        if name != "score"
    ]
    meaning, unit = score_about(world)
    if meaning:
        computed.append(
            {"name": "score", "dtype": "float32", "components": {}, "unit": unit, "meaning": meaning, "derived": True}
        )
    return kept + computed


def axis_names(world: World) -> dict[str, str]:
    """What the people of a world call the axes that it uses, by the names of the lattice, in its order."""
    return {axis.name: world.kind.calls(axis.name) for axis in world.lattice.axes}


def field_values(seen: Seen, name: str, sites: Sites) -> NDArray[np.generic]:
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
    values: NDArray[np.generic] = seen.look(base, sites)[tuple(int(index) for index in indices)]
    return values
