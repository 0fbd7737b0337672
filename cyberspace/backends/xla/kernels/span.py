"""A span of ticks on near axes as one compiled call, without a wait of the host: a loop of a known length over a few kernels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from numpy.typing import NDArray

from cyberspace.backends.xla.block import Cell
from cyberspace.backends.xla.kernels.births import births_kernel, programs
from cyberspace.backends.xla.kernels.bytes import nonzero
from cyberspace.backends.xla.kernels.frame import TABLE, Arrays, Frame
from cyberspace.backends.xla.kernels.judge import judge_kernel
from cyberspace.backends.xla.kernels.learn import learn_kernel
from cyberspace.backends.xla.kernels.meet import meet_kernel
from cyberspace.backends.xla.kernels.pay import pay_kernel
from cyberspace.backends.xla.kernels.pools import pools_kernel
from cyberspace.backends.xla.kernels.sparks import sparks_kernel
from cyberspace.backends.xla.kernels.sums import no_sums
from cyberspace.backends.xla.kernels.think import remembers, tell, think_kernel
from cyberspace.backends.xla.quads import Quads, join, split
from cyberspace.backends.xla.terms import clock_under, sparks_ever
from cyberspace.law.clock import lesson_of, near_moment
from cyberspace.law.state import SITE_FIELDS, Region
from cyberspace.law.world import World
from organisms.arrays import Array
from organisms.body import MESSAGE

MOST = 64
"""Most ticks of a span."""

PLACE_BYTES = 16
"""What a span keeps for a site where somebody may land, each tick."""

ROOM = 32
"""Bytes a site that this may take."""

SMALL = 2**20
"""Bytes that it may take in any case."""

LIVING = tuple(name for name in SITE_FIELDS if name != "block")
"""Fields that a span changes."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Lived:
    """What a span leaves beside the region.

    Attributes:
        sums: See `cyberspace.backends.xla.kernels.sums.tallies`.
        list: Where somebody landed, and whether by birth, int32 (places,), tick after tick.
        records: Distance, parent's cradle and birth of those born, int32 (3, places).
        starts: Where each tick begins in the list, int32 (ticks,).
        count: Entries of the list, int32 (1,).
    """

    sums: jax.Array
    list: jax.Array
    records: jax.Array
    starts: jax.Array
    count: jax.Array


def longest(world: World) -> int:
    """Ticks of the longest span that is compiled for a world: as many as there is room to note births for."""
    room = max(SMALL, ROOM * world.sites) // (PLACE_BYTES * world.meetings.slots)
    return min(MOST, 1 << max(0, room.bit_length() - 1))


def lengths(world: World, ticks: int) -> list[int]:
    """Spans that make up so many ticks; of few lengths, since each of them is compiled."""
    found, length = [], longest(world)
    while ticks:
        found += [length] * (ticks // length)
        ticks, length = ticks % length, max(1, length // 4)
    return found


def constants(world: World, width: int) -> dict[str, NDArray[np.generic]]:
    """What never changes and is too long to be part of a program: partners, and where tasks are posed."""
    more = -world.sites % width
    found: dict[str, NDArray[np.generic]] = {"partners": np.pad(world.meetings.table, ((0, 0), (0, more)), constant_values=-1)}
    for k, place in enumerate(world.tasks):
        if not place.where.all():
            found[f"where_{k}"] = np.pad(place.where, (0, more))
    return found


def live_span(
    region: Region, number: Cell, first_site: Cell, first: Cell, known: Arrays, *, made: Frame, ticks: int
) -> tuple[Region, Lived]:
    """The region after a span.

    Args:
        region: The state, genome and weights as `Quads`.
        number: The region's number.
        first_site: Number of its first site.
        first: Its first tick.
        known: See `constants`.
        made: How kernels are made.
        ticks: Length of the span.
    """
    fixed = {**known, "table": _table(made.world, ticks, first, known), "place": _place(number, first_site)}
    start = working_arrays(made, ticks, region)

    def tick(k: jax.Array, arrays: dict[str, jax.Array]) -> dict[str, jax.Array]:
        return _tick(made, {**fixed, "k": k.reshape(1)}, arrays)

    after: dict[str, jax.Array] = lax.fori_loop(0, ticks, tick, start)
    return _closed(made, region, after), Lived(*(after[name] for name in ("sums", "list", "records", "starts", "count")))


def working_arrays(made: Frame, ticks: int, region: Region) -> dict[str, jax.Array]:
    """All that a span writes into: the region, and what kernels tell each other and note."""
    return {**_opened(made, region), **_notes(made, ticks)}


def constants_bytes(world: World, width: int) -> int:
    """Bytes of `constants`, at most."""
    return (world.meetings.table.nbytes + len(world.tasks) * world.sites) * -(-world.sites // width) * width // world.sites


def _table(world: World, ticks: int, first: Cell, known: Arrays) -> jax.Array:
    """What each tick of a span means for everybody, int32 (ticks, len(TABLE))."""
    clock = clock_under(world, known)
    # Rows of partners stand for the partners themselves.
    clock = clock._replace(partners=np.arange(len(clock.partners), dtype=np.int32)[:, None])
    clock = clock._replace(**{name: jnp.asarray(table) for name, table in clock._asdict().items()})

    def line(k: jax.Array) -> jax.Array:
        tick = first + k * world.step  # type: ignore[operator]
        now = near_moment(clock, tick >> world.pace, world.pace, world.meetings.tide)
        lesson, ends = lesson_of(tick >> world.pace, world.physics.lesson_ticks)
        told = {**now._asdict(), "row": now.partner[0], "lesson": lesson, "ends": ends, "tick": tick}
        return jnp.stack([jnp.asarray(told[name]).astype(jnp.int32) for name in TABLE])

    return jax.vmap(line)(jnp.arange(ticks, dtype=jnp.int32))  # type: ignore[no-any-return]


def _place(number: Cell, first_site: Cell) -> jax.Array:
    return jnp.stack([jnp.asarray(one).astype(jnp.uint32) for one in (number, first_site)])  # type: ignore[no-any-return]


def _opened(made: Frame, region: Region) -> dict[str, jax.Array]:
    """The arrays of a region as kernels want them: whole blocks of sites, words; and what they tell each other."""
    more = made.sites - made.world.sites

    def whole(array: Array) -> jax.Array:
        return jnp.pad(array, [(0, 0)] * (array.ndim - 1) + [(0, more)]) if more else array

    arrays = {}
    for name in LIVING:
        field: Array | Quads = getattr(region, name)
        arrays[name] = whole(field.array if isinstance(field, Quads) else field)
    goals = max(1, len(made.world.goals))
    arrays["pools"] = region.pools
    messages = [arrays["activity"][MESSAGE + k] for k in range(2)]
    arrays["told"] = tell(arrays["alive"], messages, jnp.zeros(made.sites, bool))
    arrays["activity"] = join(arrays["activity"])
    arrays["ratio"] = jnp.zeros((goals, made.world.groups), jnp.int32)
    arrays["claims"] = jnp.zeros((goals, made.sites), jnp.int16)
    for name in ("purse", "card"):
        arrays[name] = jnp.zeros(made.sites, jnp.int32)
    if made.world.tasks and made.world.rule.learns:
        arrays["before"] = jnp.zeros((made.world.body.units // 4, made.sites), jnp.int32)
        arrays["signal"] = jnp.zeros((-(-made.world.body.answers // 4), made.sites), jnp.int32)
        if remembers(made.world):
            arrays["recalled"] = jnp.zeros((made.world.memory_words, made.sites), jnp.int32)
    if made.world.physics.work[1]:
        # Counted once a span; whoever changes weights counts them again.
        arrays["synapses"] = nonzero(arrays["weights"]).sum(axis=0, dtype=jnp.int32)
    return arrays


def _notes(made: Frame, ticks: int) -> dict[str, jax.Array]:
    places = ticks * made.world.meetings.slots
    return {
        "sums": no_sums(ticks),
        "list": jnp.zeros(places + made.width, jnp.int32),
        "records": jnp.zeros((3, places), jnp.int32),
        "starts": jnp.zeros(ticks, jnp.int32),
        "count": jnp.zeros(1, jnp.int32),
    }


def _closed(made: Frame, region: Region, arrays: Arrays) -> Region:
    """The inverse of `_opened`."""
    fields: dict[str, object] = {"pools": arrays["pools"]}
    for name in LIVING:
        old: Array | Quads = getattr(region, name)
        array = split(arrays[name]) if name == "activity" else arrays[name]
        array = array if made.sites == made.world.sites else array[..., : made.world.sites]
        fields[name] = replace(old, array=array) if isinstance(old, Quads) else array
    return replace(region, **cast("dict[str, Array]", fields))


def _tick(made: Frame, fixed: Arrays, arrays: Mapping[str, jax.Array]) -> dict[str, jax.Array]:
    """One tick."""
    found, blocks, tasks = dict(arrays), made.sites // made.width, bool(made.world.tasks)
    masks = [name for name in fixed if name.startswith("where_")]
    counted = ["synapses"] if "synapses" in arrays else []
    law = ["law"] if "law" in fixed else []

    def run(name: str, body: object, grid: int, reads: list[str], writes: list[str], warps: int = 0) -> None:
        known = {one: fixed[one] if one in fixed else found[one] for one in ("k", "table", "place", *law, *reads)}
        found.update(made.launch(name, body, grid, known, {one: found[one] for one in writes}, warps))  # type: ignore[arg-type]

    learns = ["before"] if "before" in arrays else []
    seen = ["partners", "told", "alive", "energy", "payoff", *masks]
    recalls = ["recalled"] if "recalled" in arrays else []
    remembered = ["memory"] if remembers(made.world) else []
    run("think", think_kernel, blocks, [*seen, *remembered, "weights"], ["activity", *learns, *recalls])
    if tasks:
        signal = ["signal"] if learns else []
        run("judge", judge_kernel, blocks, [*seen, "activity"], ["memory", "performed", "claims", *signal])
        if learns:
            run(
                "learn",
                learn_kernel,
                blocks,
                [*seen, *recalls, "activity", "before", "signal", "genome"],
                ["weights", *counted],
            )
        run("pools", pools_kernel, made.world.groups, ["claims"], ["pools", "ratio", "sums"], 4)
    # It asks for the weights only to come after those who learn: else what these see would be copied before it is changed.
    owns = ["alive", "energy", "claims", "ratio", "count", "weights", *counted]
    run("pay", pay_kernel, blocks, owns, ["activity", "payoff", "purse", "card", "starts", "sums"])
    run("meet", meet_kernel, blocks, ["partners", "purse", "card"], ["energy", "alive", "told", "list", "count", "sums"])
    small = ["activity", "payoff", "performed", "memory", "cradle", "born", "parent", "parent_born", "generation", "founder"]
    landed = ["genome", "weights", *small, "records", *counted]
    run("births", births_kernel, programs(made), ["partners", "list", "starts", "count"], landed, 4)
    if sparks_ever(made.world):
        run("sparks", sparks_kernel, blocks, ["told"], ["genome", "weights", "energy", "alive", *small, *counted])
    return found
