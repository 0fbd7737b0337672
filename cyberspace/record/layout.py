"""What a record is made of: a zarr store that opens with zarr or xarray alone.

SPACE/fields/   sampled fields and traits (`organisms.traits`), (tick, axes of space, components...): row, rack, host, device, and sm,
                warp, lane as the space's kind calls them; the attribute `axes` of SPACE names them (records without it say sm, warp,
                lane in every space)
SPACE/series/   counts and energies, (tick,), and shares, (tick, goal); counts are sums since tick 0; where a gene chooses among learning
                rules, their shares of the living, (tick, rule); where tasks say scores, how they are spread, (tick, score, quantile)
SPACE/births/   every birth, in order of tick and site: tick, site, parent, parent_born, distance
links/          who crossed a link, in order of tick: tick, sender, receiver, kind, energy, founder
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cyberspace.law.state import COUNTS, MEANINGS, QUANTITIES, TALLY, Quantity
from cyberspace.law.universe import Space, Universe
from cyberspace.record import store
from cyberspace.record.scores import COLUMNS, scored
from organisms.traits import TRAITS
from topology import FAR_AXES, SPACE_AXES

if TYPE_CHECKING:
    from cyberspace.record.store import JSON

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

LATER = ("scores",)
"""Arrays that records have not which are older than they; such a record goes on without them."""

OF_GENOMES = tuple(Quantity(name, one.dtype, (), one.unit, one.meaning) for name, one in TRAITS.items())
"""Fields that are made when they are sampled."""

KINDS = ("fields", "series", "births")
"""Groups of a space."""

HELD = (("held", "held by organisms"), ("pools", "held by pools"))
"""What a sample says of energy beside `TALLY`."""


def create(root: store.Group, universe: Universe, fields: list[str], attributes: dict[str, JSON]) -> None:
    """Make all groups and arrays of a new record, empty."""
    root.attrs.update({**attributes, "seed": universe.seed, "identity": universe.identity})
    for space in universe.spaces:
        _create_space(root, universe, space, fields)
    links = root.create_group("links")
    for name, unit, meaning in LINKS:
        _create(links, name, "int64", (0,), (ROWS,), ("crossing",), unit=unit, meaning=meaning)


def groups(universe: Universe) -> list[str]:
    """Names of all groups of a record, parents first."""
    return ["links", *(name for space in universe.spaces for name in (space.name, *(f"{space.name}/{kind}" for kind in KINDS)))]


def arrays(universe: Universe, fields: list[str]) -> list[str]:
    """Names of all arrays of a record."""
    return [f"{group}/{name}" for group, names in tables(universe, fields).items() for name in names]


def tables(universe: Universe, fields: list[str]) -> dict[str, tuple[str, ...]]:
    """The arrays of each group that has any, in the order in which they are written: `tick` last."""
    found = {"links": (*(name for name, _, _ in LINKS[1:]), "tick")}
    for space in universe.spaces:
        found[f"{space.name}/fields"] = (*fields, "tick")
        world = universe.worlds[space.first_region]
        chosen = (*(("rules",) if world.loci.rules else ()), *(("scores",) if scored(world) else ()))
        found[f"{space.name}/series"] = (*TALLY, *(name for name, _ in HELD), "shares", *chosen, "tick")
        found[f"{space.name}/births"] = (*(name for name, _, _ in BIRTHS[1:]), "tick")
    return found


def held(universe: Universe, fields: list[str], has: Callable[[str], bool]) -> dict[str, tuple[str, ...]]:
    """As `tables`, without those of `LATER` that a record has not, as it tells by the name."""
    return {
        table: tuple(name for name in names if name not in LATER or has(f"{table}/{name}"))
        for table, names in tables(universe, fields).items()
    }


def axes_of(space: Space) -> list[str]:
    """What the record of a space calls its axes: as its kind does, unless that is the name of something else in a field."""
    own = [space.kind.calls(axis) for axis in SPACE_AXES]
    others = {"tick", *(component for quantity in QUANTITIES for component in quantity.components)}
    return list(SPACE_AXES) if others & set(own) else own


def _create_space(parent: store.Group, universe: Universe, space: Space, sampled: list[str]) -> None:
    world = universe.worlds[space.first_region]
    root = parent.create_group(space.name)
    own = axes_of(space)
    root.attrs.update({"faithful": world.loci.faithful, "first_site": world.first_site, "axes": own})
    fields, series, births = (root.create_group(name) for name in ("fields", "series", "births"))
    about = {quantity.name: quantity for quantity in (*QUANTITIES, *OF_GENOMES)}
    components = world.components()
    for name in sampled:
        quantity = about[name]
        extra = tuple(components[axis] for axis in quantity.components)
        axes = ("tick", *own, *quantity.components)
        chunk = (1, *[1] * len(FAR_AXES), *space.lattice.near_shape, *extra)
        shape = (0, *space.lattice.shape, *extra)
        _create(fields, name, quantity.dtype, shape, chunk, axes, unit=quantity.unit, meaning=quantity.meaning)
    for name in TALLY:
        unit = "1" if name in COUNTS and name != "paid" else "energy"
        meaning = "organisms alive, now" if name == "alive" else f"{MEANINGS[name]}; sum since tick 0"
        _create(series, name, "int64", (0,), (ROWS,), ("tick",), unit=unit, meaning=meaning)
    for name, meaning in HELD:
        _create(series, name, "int64", (0,), (ROWS,), ("tick",), unit="energy", meaning=meaning)
    goals = len(world.goals)
    _create(
        series, "shares", "float32", (0, goals), (1024, max(1, goals)), ("tick", "goal"),
        unit="1", meaning="share of the living that perform each goal", goals=list(world.goals),
    )  # fmt: skip
    if world.loci.rules:
        _create(
            series, "rules", "float32", (0, world.loci.rules), (1024, world.loci.rules), ("tick", "rule"),
            unit="1", meaning="share of the living that have each learning rule", rules=[one.name for one in world.rule.rules],
        )  # fmt: skip
    if tasks := scored(world):
        _create(
            series, "scores", "float64", (0, len(tasks), len(COLUMNS)), (1024, len(tasks), len(COLUMNS)), ("tick", "score", "quantile"),
            meaning="quantiles over the living of what each task measures, and the best", columns=list(COLUMNS),
            names=[one.name for one in tasks], units=[one.unit for one in tasks], better=[one.better for one in tasks],
        )  # fmt: skip
    for group in (fields, series):
        _create(group, "tick", "int64", (0,), (ROWS,), ("tick",), unit="tick", meaning="tick of the sample")
    for name, unit, meaning in BIRTHS:
        _create(births, name, "int32", (0,), (ROWS,), ("birth",), unit=unit, meaning=meaning)


def _create(
    group: store.Group, name: str, dtype: str, shape: tuple[int, ...], chunks: tuple[int, ...], axes: tuple[str, ...],
    **about: JSON,
) -> None:  # fmt: skip
    store.create(group, name, dtype, shape, chunks, axes, True, **about)
