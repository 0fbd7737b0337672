"""The product of `think` for one organism, as LLVM vectors of sixteen or eight units.

Weights stand in quads: four inputs of a unit side by side, then the next unit's.  That is what a CPU's own product of int8 takes
(`vpdpbusd` of x86: 64 products an instruction), and no sums across a vector are needed.  A CPU without it gets plain LLVM vectors.
Written by hand, because loops are widened to 32-bit multiplications and guarded by alias checks, which costs a factor of five.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

GROUP = 8
"""Units come in multiples of this."""

QUAD = 4
"""Inputs of a unit, side by side in memory."""

_I8, _I16, _I32, _I64 = (ir.IntType(width) for width in (8, 16, 32, 64))


def _all(kind: Any, value: int) -> Any:
    return ir.Constant(kind, [value] * kind.count)


def _splat(builder: Any, value: Any, count: int) -> Any:
    first = builder.insert_element(ir.Constant(ir.VectorType(value.type, count), ir.Undefined), value, ir.Constant(_I32, 0))
    return builder.shuffle_vector(first, first, _all(ir.VectorType(_I32, count), 0))


class Dot:
    """Sums of products for so many units."""

    def __init__(self, units: int):
        self.units = units
        self.bytes = ir.VectorType(_I8, units * QUAD)
        self.pairs, self.sums = ir.VectorType(_I16, units * QUAD // 2), ir.VectorType(_I32, units)


class PlainDot(Dot):
    """Products in LLVM vectors: bytes as the halves of int16, whose products two by two fit into int16.

    The `xor` with a hidden zero stops LLVM from proving that, after which it would widen the products to 32 bits.
    """

    def start(self) -> list[Any]:
        """What the sums begin with."""
        return [_all(self.sums, 0)]

    def add(self, builder: Any, sums: Sequence[Any], weights: Any, quad: Any, zero: Any) -> list[Any]:
        """The sums with four products added for each unit; `quad` holds the four inputs, an int32."""
        inputs = builder.bitcast(_splat(builder, quad, self.units), self.bytes)
        products = [
            builder.mul(*pair) for pair in zip(self._halves(builder, weights), self._halves(builder, inputs), strict=True)
        ]
        hidden = builder.bitcast(_splat(builder, zero, self.units), self.pairs)
        both, sixteen = builder.bitcast(builder.xor(builder.add(*products), hidden), self.sums), _all(self.sums, 16)
        low, high = builder.ashr(builder.shl(both, sixteen), sixteen), builder.ashr(both, sixteen)
        return [builder.add(sums[0], builder.add(low, high))]

    def _halves(self, builder: Any, quads: Any) -> list[Any]:
        pairs, eight = builder.bitcast(quads, self.pairs), _all(self.pairs, 8)
        return [builder.ashr(builder.shl(pairs, eight), eight), builder.ashr(pairs, eight)]

    def total(self, builder: Any, sums: Sequence[Any]) -> Any:
        """The weighted sums of the units, int32."""
        return sums[0]


class VnniDot(Dot):
    """Products by `vpdpbusd`: it takes unsigned inputs, so 128 is added to them, and what that adds is summed apart."""

    def start(self) -> list[Any]:
        """See `PlainDot`."""
        return [_all(self.sums, 0), _all(self.sums, 0)]

    def add(self, builder: Any, sums: Sequence[Any], weights: Any, quad: Any, zero: Any) -> list[Any]:
        """See `PlainDot`."""
        kind = ir.FunctionType(self.sums, [self.sums, self.bytes, self.bytes])
        dot = cgutils.get_or_insert_function(builder.module, kind, f"llvm.x86.avx512.vpdpbusd.{32 * self.units}")
        raised = builder.xor(
            quad, ir.Constant(_I32, 0x80808080)
        )  # before it is spread: LLVM may not end on the `xor` of a vector
        raised, offset = builder.bitcast(_splat(builder, raised, self.units), self.bytes), _all(self.bytes, -128)
        return [builder.call(dot, [total, x, weights]) for total, x in zip(sums, (raised, offset), strict=True)]

    def total(self, builder: Any, sums: Sequence[Any]) -> Any:
        """See `PlainDot`."""
        return builder.sub(*sums)


def best_dot(context: Any) -> type[PlainDot] | type[VnniDot]:
    """What suits the CPU that is compiled for."""
    _, _, features = context.codegen().magic_tuple()
    return VnniDot if {"+avx512vnni", "+avx512vl"} <= set(features.split(",")) else PlainDot


def think_one_with(choose: Any) -> Any:
    """The intrinsic `think_one` with a product of one's choice."""

    @intrinsic
    def think_one(context, weights, inputs, activity, fires, says, site, alive, shift, fire, zero):  # type: ignore[no-untyped-def]
        """One organism thinks: activity = clip((weights . inputs) >> shift, -127, 127), or 0 if it is not alive (an int8).

        weights int8 (sites, quads, units, 4); activity int8 (sites, units), which is first copied to the end of inputs int8
        (sites, inputs).  Bits of units whose activity is above `fire` (int8), and above 0, are written to `fires` and `says`, uint8
        (sites, units / 8); 0 if it is not alive.  `zero` is an int32 0 that the compiler can't see through.
        """
        signature = types.void(
            weights, inputs, activity, fires, says, types.intp, types.int8, types.int32, types.int8, types.int32
        )  # fmt: skip

        def generate(ctx: Any, builder: Any, signature: Any, args: Any) -> Any:
            arrays = [
                ctx.make_array(kind)(ctx, builder, value) for kind, value in zip(signature.args[:5], args[:5], strict=True)
            ]
            _, quads, units, _ = cgutils.unpack_tuple(builder, arrays[0].shape)
            one = _One(builder, [array.data for array in arrays], quads, units, *args[5:])
            one.remember()
            wide = builder.icmp_signed("==", builder.and_(units, ir.Constant(_I64, GROUP)), ir.Constant(_I64, 0))
            with builder.if_else(wide) as (sixteen, eight):
                with sixteen:
                    one.think(choose(ctx)(2 * GROUP))
                with eight:
                    one.think(choose(ctx)(GROUP))
            return ctx.get_dummy_value()

        return signature, generate

    return think_one


class _One:
    """Writes the code for one organism; the arguments are LLVM values, as in `think_one`."""

    def __init__(
        self, builder: Any, data: list[Any], quads: Any, units: Any, site: Any, alive: Any, shift: Any, fire: Any, zero: Any
    ):  # fmt: skip
        self._builder, self._quads, self._units = builder, quads, units
        self._alive, self._shift, self._fire, self._zero = builder.neg(alive), shift, fire, zero
        four, eight = ir.Constant(_I64, QUAD), ir.Constant(_I64, GROUP)
        row = builder.mul(quads, four)
        self._row = builder.mul(units, four)
        starts = [builder.mul(site, builder.mul(quads, self._row)), builder.mul(site, row), builder.mul(site, units)]
        starts += [builder.mul(site, builder.udiv(units, eight))] * 2
        self._weights, self._inputs, self._activity, self._fires, self._says = (
            builder.gep(array, [start]) for array, start in zip(data, starts, strict=True)
        )

    def _at(self, base: Any, offset: Any, kind: Any) -> Any:
        return self._builder.bitcast(self._builder.gep(base, [offset]), kind.as_pointer())

    def _times(self, value: Any, factor: int) -> Any:
        return self._builder.mul(value, ir.Constant(_I64, factor))

    def remember(self) -> None:
        """Copy the last activity to the end of the inputs."""
        builder = self._builder
        first = builder.sub(self._times(self._quads, QUAD), self._units)
        with cgutils.for_range_slice(builder, ir.Constant(_I64, 0), self._units, ir.Constant(_I64, GROUP), _I64) as (unit, _):
            some = builder.load(self._at(self._activity, unit, _I64), align=1)
            builder.store(some, self._at(self._inputs, builder.add(first, unit), _I64), align=1)

    def think(self, dot: Any) -> None:
        """All units, as many at a time as the product takes."""
        builder = self._builder
        with cgutils.for_range_slice(builder, ir.Constant(_I64, 0), self._units, ir.Constant(_I64, dot.units), _I64) as (
            unit,
            _,
        ):
            total = builder.ashr(self._weigh(dot, unit), _splat(builder, self._shift, dot.units))
            low, high = _all(dot.sums, -127), _all(dot.sums, 127)
            total = builder.select(builder.icmp_signed("<", total, low), low, total)
            total = builder.select(builder.icmp_signed(">", total, high), high, total)
            living = _splat(builder, self._alive, dot.units)
            acts = builder.and_(builder.trunc(total, living.type), living)
            builder.store(acts, self._at(self._activity, unit, acts.type), align=1)
            kind = ir.IntType(dot.units)
            group = builder.udiv(unit, ir.Constant(_I64, GROUP))
            for target, above in ((self._fires, _splat(builder, self._fire, dot.units)), (self._says, _all(living.type, 0))):
                bits = builder.bitcast(builder.icmp_signed(">", acts, above), kind)
                alive = builder.sext(self._alive, kind) if dot.units > GROUP else self._alive
                builder.store(builder.and_(bits, alive), self._at(target, group, kind), align=1)

    def _weigh(self, dot: Any, unit: Any) -> Any:
        """The weighted sums of the units from one on, int32."""
        builder = self._builder
        sums = [cgutils.alloca_once(builder, dot.sums) for _ in dot.start()]
        for slot, value in zip(sums, dot.start(), strict=True):
            builder.store(value, slot)
        with cgutils.for_range(builder, self._quads, intp=_I64) as loop:
            at = builder.add(self._times(unit, QUAD), builder.mul(loop.index, self._row))
            weights = builder.load(self._at(self._weights, at, dot.bytes), align=1)
            quad = builder.load(self._at(self._inputs, self._times(loop.index, QUAD), _I32), align=1)
            added = dot.add(builder, [builder.load(slot) for slot in sums], weights, quad, self._zero)
            for slot, value in zip(sums, added, strict=True):
                builder.store(value, slot)
        return dot.total(builder, [builder.load(slot) for slot in sums])


think_one = think_one_with(best_dot)
