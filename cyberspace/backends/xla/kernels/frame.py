"""What the kernels of a span share: how one is launched, and how it reads and writes the arrays of the region."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

import jax
import jax.numpy as jnp
import numpy as np

from cyberspace.backends.xla.block import Cell, own, row, rows
from cyberspace.backends.xla.blocks import namespace
from cyberspace.backends.xla.kernels.bytes import join, split
from cyberspace.backends.xla.terms import under
from cyberspace.law.clock import Moment
from cyberspace.law.state import EMPTY, FIELDS, NOTHING, WALL, Region
from cyberspace.law.world import World
from organisms.arrays import Array, Int32s, Namespace

try:
    import jax.experimental.pallas as pl
    import jax.experimental.pallas.triton as plt

    WHOLE = all(hasattr(plt, name) for name in ("CompilerParams", "load", "store", "atomic_add", "elementwise_inline_asm"))
except ImportError:  # an older JAX, or one without Triton
    WHOLE = False

Arrays = Mapping[str, jax.Array]

TABLE = ("tick", "shows", "row", "tide", "copy_cost", "move_cost", "lesson", "ends")
"""Columns of the table that tells each tick of a span."""


def when(condition: jax.Array) -> Callable[[Callable[[], None]], None]:
    """Do something where a condition of the whole block holds."""
    return pl.when(condition)  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Frame:
    """How the kernels of a region are made.

    Attributes:
        world: The world; its number and first site are told as the array `place`.
        width: Sites of a block, a power of two.
        dp4a: Whether the device has the instruction that multiplies and adds four bytes.
        interpret: Whether kernels are interpreted, on whatever device there is.
    """

    world: World
    width: int
    dp4a: bool
    interpret: bool = False

    @property
    def sites(self) -> int:
        """Sites, rounded up to whole blocks; nobody lives in those that are added."""
        return -(-self.world.sites // self.width) * self.width

    @property
    def quads(self) -> int:
        """Words that hold the weights of a unit, four in each."""
        return self.world.body.inputs // 4

    @property
    def xp(self) -> Namespace:
        """The namespace of a block."""
        return namespace(self.width)

    def launch(
        self, name: str, body: Callable[[Here], None], grid: int, reads: Arrays, writes: Arrays, warps: int = 0
    ) -> dict[str, jax.Array]:
        """Run a kernel as so many programs; it writes into arrays in place, and they are returned by their names."""
        names, kept = [*reads, *writes], list(writes)

        def kernel(*refs: jax.Array) -> None:
            known = dict(zip(names[: len(reads)], refs, strict=False)) | dict(zip(kept, refs[len(names) :], strict=True))
            body(Here(self, known))

        call = pl.pallas_call(
            kernel,
            grid=(grid,),
            out_shape=[jax.ShapeDtypeStruct(array.shape, array.dtype) for array in writes.values()],
            input_output_aliases={len(reads) + k: k for k in range(len(kept))},
            interpret=self.interpret,
            compiler_params=plt.CompilerParams(num_warps=warps or max(1, self.width // 32), num_stages=1),
            name=name,
        )
        return dict(zip(kept, call(*reads.values(), *writes.values()), strict=True))


@dataclass(frozen=True)
class Part(World):
    """A block of a world, which counts as a world of so many sites."""

    width: int = 0
    where: Int32s = field(default_factory=lambda: np.zeros(0, np.int32))

    @property
    def sites(self) -> int:
        """Sites of the block."""
        return self.width

    def numbers(self, xp: Namespace) -> Int32s:
        """Numbers of its sites, in the region."""
        return self.where


class Here:
    """A program's view of the arrays: those of its block by their names.

    Attributes:
        refs: The arrays.
        number: Number of the program.
        first: First site of its block.
    """

    def __init__(self, frame: Frame, refs: Arrays):
        self.frame, self.refs = frame, refs
        self.number = pl.program_id(0)
        self.first = self.number * frame.width
        self.sites = self.first + jax.lax.iota(jnp.int32, frame.width)

    def one(self, name: str, *place: Cell) -> jax.Array:
        """One number of an array."""
        return plt.load(self.refs[name].at[tuple(jnp.int32(k) for k in place)])  # type: ignore[no-any-return]

    def put_one(self, name: str, value: Cell, *place: Cell) -> None:
        """Write one number."""
        ref = self.refs[name]
        plt.store(ref.at[tuple(jnp.int32(k) for k in place)], jnp.asarray(value).astype(ref.dtype))

    def add(self, name: str, value: Cell, *place: Cell) -> jax.Array:
        """Add to one number, whoever else does so; what it was before."""
        ref = self.refs[name]
        places = tuple(jnp.int32(k) for k in place)
        return plt.atomic_add(ref, places, jnp.asarray(value).astype(ref.dtype))  # type: ignore[no-any-return]

    def vector(self, name: str, *line: Cell) -> jax.Array:
        """The numbers of the block's sites, in a row of an array of several."""
        at = (*(jnp.int32(k) for k in line), pl.ds(self.first, self.frame.width))
        return plt.load(self.refs[name].at[at])  # type: ignore[no-any-return]

    def pause(self) -> None:
        """Wait for all threads of the program, before something is written that another of them may still have to read."""
        if not self.frame.interpret and hasattr(plt, "debug_barrier"):
            plt.debug_barrier()

    def put_vector(self, name: str, value: Cell, *line: Cell, mask: Cell = None) -> None:
        """Write the numbers of the block's sites."""
        ref = self.refs[name]
        at = (*(jnp.int32(k) for k in line), pl.ds(self.first, self.frame.width))
        vector = jnp.broadcast_to(jnp.asarray(own(value)).astype(ref.dtype), (self.frame.width,))
        plt.store(ref.at[at], vector, mask=mask)

    def gather(self, name: str, *place: Cell, mask: Cell = None) -> jax.Array:
        """Numbers at some places, of which one coordinate is a vector; 0 where the mask says no."""
        at = tuple(jnp.int32(k) if isinstance(k, int) else k for k in place)
        return plt.load(self.refs[name].at[at], mask=mask, other=None if mask is None else 0)  # type: ignore[no-any-return]

    def scatter(self, name: str, value: Cell, *place: Cell, mask: Cell = None) -> None:
        """Write numbers at some places, of which one coordinate is a vector."""
        ref, at = self.refs[name], tuple(jnp.int32(k) if isinstance(k, int) else k for k in place)
        vector = next(k for k in place if getattr(k, "shape", ()) != ())
        plt.store(ref.at[at], jnp.broadcast_to(jnp.asarray(value).astype(ref.dtype), vector.shape), mask=mask)  # type: ignore[attr-defined]

    def row(self, name: str) -> Array:
        """A field of one number a site."""
        return row(self.vector(name), self.frame.width)

    def rows(self, name: str, count: int) -> Array:
        """A field of several numbers a site."""
        return rows([self.vector(name, k) for k in range(count)], self.frame.width)

    def words(self, name: str, count: int) -> list[jax.Array]:
        """The words of a field that is kept four numbers in each, of so many numbers a site."""
        return [self.vector(name, k) for k in range(-(-count // 4))]

    def put_words(self, name: str, words: Sequence[jax.Array]) -> None:
        """Write the words of a field."""
        for k, word in enumerate(words):
            self.put_vector(name, word, k)

    def bytes(self, name: str, count: int) -> list[Cell]:
        """The numbers of such a field, int8."""
        cells: list[Cell] = [part.astype(jnp.int8) for word in self.words(name, count) for part in split(word)]
        return cells[:count]

    def put_bytes(self, name: str, cells: Sequence[Cell], first: Cell = 0, mask: Cell = None) -> None:
        """Write numbers of such a field, from some word on."""
        for k in range(0, len(cells), 4):
            self.put_vector(name, join(cells[k : k + 4]), first + k // 4, mask=mask)  # type: ignore[operator]

    def told(self, column: str) -> jax.Array:
        """What the table of the span tells of this tick."""
        return self.one("table", self.one("k", 0), TABLE.index(column))

    @property
    def ends(self) -> jax.Array:
        """Whether the lesson ends with this tick."""
        return self.told("ends") != 0  # type: ignore[no-any-return]

    def moment(self, partner: Int32s) -> Moment:
        """The moment, with the partners of the block's sites."""
        known = {name: self.told(name) for name in ("tick", "shows", "tide", "copy_cost", "move_cost")}
        return Moment(meets=True, partner=partner, **known)

    @property
    def world(self) -> World:
        """The world, with the numbers of now where it has a timetable."""
        return under(self.frame.world, lambda k: self.one("law", k)) if "law" in self.refs else self.frame.world

    def part(self) -> Part:
        """The world of this block."""
        world = self.world
        known = {one.name: getattr(world, one.name) for one in fields(World) if one.init}
        known["region"], known["first_site"] = self.one("place", 0), self.one("place", 1).astype(jnp.int32)
        known["tasks"] = tuple(
            replace(place, where=self.row(f"where_{k}") if f"where_{k}" in self.refs else row(True, self.frame.width))
            for k, place in enumerate(world.tasks)
        )
        return Part(**known, width=self.frame.width, where=row(self.sites, self.frame.width))

    def region(self, **known: Array) -> Region:
        """A region of which some fields are told."""
        added = self.frame.sites != self.frame.world.sites
        # Sites that only fill the last block are walls: no spark falls there.
        block = jnp.where(self.sites < self.frame.world.sites, EMPTY, WALL) if added else EMPTY
        told = {"block": row(jnp.asarray(block).astype(jnp.uint8), self.frame.width)} | known
        return Region(**{name: told.get(name, NOTHING) for name in FIELDS})
