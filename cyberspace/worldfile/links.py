"""From a world file to the links of a universe: one clock, far axes, beaches, and what crossing them costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import count

from cyberspace.errors import InputError, nearest, problem
from cyberspace.law.universe import Space
from cyberspace.worldfile.schema import BeachTable, WorldFile
from topology import Axis, Beach, LinkEnd, RulerClock
from topology.axes import MAX_STRETCH
from topology.clock import KraftError, Opens
from topology.link import far_ends, shore, slow_ends


@dataclass(frozen=True)
class Links:
    """The clock of a universe, and each region's ends of links, by the region's number."""

    clock: RulerClock
    ends: list[tuple[LinkEnd, ...]]


def crossing_cost(opens: Opens) -> int:
    """Multiplier on the energy that crossing an axis or a beach costs."""
    return opens.cost if isinstance(opens, Beach) else opens.stretch


def make_links(file: WorldFile, name: str, spaces: tuple[Space, ...]) -> Links:
    """The clock, and the ends of all links.

    Raises:
        InputError: With a line for everything that is wrong.
    """
    problems: list[str] = []
    beaches = _beaches(file, name, problems)
    clock = _clock(spaces, beaches, name, problems)
    if clock is None or problems:
        raise InputError(*problems)
    ends: list[list[LinkEnd]] = []
    for space in spaces:
        ends += far_ends(space.lattice, clock, space.first_region)
    by_name = {space.name: space for space in spaces}
    for k, (table, beach) in enumerate(zip(file.beaches, beaches, strict=True)):
        try:
            _join(table, clock.axes.index(beach), by_name, ends)
        except ValueError as error:
            problems.append(f"{name}: beaches[{k}].{error}")
    ends = [[replace(end, tide=file.world.far_tide) for end in own] for own in ends]
    for space in spaces:
        try:
            for region in space.regions:
                ends[region] = slow_ends(ends[region], clock, file.spaces[space.name].pace)
        except ValueError as error:
            pace, where = file.spaces[space.name].pace, f"{name}: spaces.{space.name}.pace"
            got = f"1/{1 << pace}, too slow for the openings of {error}"
            problems.append(problem(where, got, "links that open at most once in a tick of the region", "longer stretches"))
    if problems:
        raise InputError(*problems)
    return Links(clock, [tuple(own) for own in ends])


def _beaches(file: WorldFile, name: str, problems: list[str]) -> list[Beach]:
    beaches: list[Beach] = []
    for k, table in enumerate(file.beaches):
        where = f"{name}: beaches[{k}]"
        for space in table.between:
            if space not in file.spaces:
                expected = f"one of the spaces {', '.join(file.spaces)}"
                problems.append(problem(f"{where}.between", repr(space), expected, nearest(space, file.spaces)))
        if table.stretch & (table.stretch - 1) or table.stretch > MAX_STRETCH:
            fits = min(MAX_STRETCH, 1 << (table.stretch - 1).bit_length())
            problems.append(problem(f"{where}.stretch", table.stretch, f"a power of two from 1 to {MAX_STRETCH}", str(fits)))
        label = "beach:" + "-".join(table.between)
        taken = {beach.name for beach in beaches}
        label = next(text for n in count(1) if (text := label if n == 1 else f"{label}:{n}") not in taken)
        beaches.append(Beach(label, table.stretch, table.stretch if table.cost is None else table.cost))
    bodies = {table.body.model_dump_json() for table in file.spaces.values()}
    if beaches and len(bodies) > 1:
        expected = "the same body plan in all spaces, so that those who cross a beach can live there"
        problems.append(problem(f"{name}: spaces", "spaces with different bodies and beaches", expected, "one body for all"))
    return beaches


def _clock(spaces: tuple[Space, ...], beaches: list[Beach], name: str, problems: list[str]) -> RulerClock | None:
    """One clock for all: axes of the same name open together, so they need the same stretch."""
    axes: dict[str, Axis] = {}
    for space in spaces:
        for axis in space.lattice.axes:
            other = axes.setdefault(axis.name, axis)
            if other.stretch != axis.stretch:
                key = space.kind.calls(axis.name)
                expected = f"{other.stretch}, as in the spaces before it: there is one clock for all"
                problems.append(
                    problem(f"{name}: spaces.{space.name}.axes.{key}.stretch", axis.stretch, expected, str(other.stretch))
                )
    if problems:
        return None
    try:
        return RulerClock((*axes.values(), *beaches))
    except KraftError as error:
        where = f"spaces.{spaces[0].name}.axes" if len(spaces) == 1 and not beaches else "axes and beaches"
        problems.append(f"{name}: {where}: {error}")
        return None


def _join(table: BeachTable, axis: int, spaces: Mapping[str, Space], ends: list[list[LinkEnd]]) -> None:
    """Add the two ends of a beach to those of the regions that it joins."""
    shores = []
    for label, ranges in zip(table.between, table.shores, strict=True):
        space = spaces[label]
        named = {space.kind.axis(key): value for key, value in ranges.items()}
        try:
            regions, sites = shore(space.lattice, named)
        except ValueError as error:
            raise ValueError(f"shores: {label}.{error}") from None
        shores.append((regions + space.first_region, sites))
    (regions, sites), (others, across) = shores
    if len(sites) != len(across):
        got = " and ".join(f"{len(own)} sites in {label}" for label, own in zip(table.between, (sites, across), strict=True))
        raise ValueError(
            problem("shores", got, "shores of equal size", f"ranges that hold {min(len(sites), len(across))} on both")
        )
    if len(regions) != len(others):
        got = f"{len(regions)} and {len(others)} regions"
        raise ValueError(problem("shores", got, "as many on both sides", "choosing regions by a far axis, like { device = 0 }"))
    if set(regions.tolist()) & set(others.tolist()):
        raise ValueError(
            problem("between", "a region joined with itself", "two different regions", "another place on a far axis")
        )
    for one, other in zip(regions.tolist(), others.tolist(), strict=True):
        ends[one].append(LinkEnd(axis, sites, (other, other)))
        ends[other].append(LinkEnd(axis, across, (one, one)))
