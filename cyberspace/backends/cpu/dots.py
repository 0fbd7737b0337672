"""Sums of products of int8, by what a CPU has for them, as LLVM vectors; `cyberspace.backends.cpu.product` puts them together.

Each class sums for the units of one register.  Weights may be any int8, inputs too or from -127 to 127; all sums are exact.
Written by hand, because loops are widened to 32-bit multiplications and guarded by alias checks, which costs a factor of five.
"""

# mypy: allow-untyped-defs
from __future__ import annotations

from llvmlite import ir
from numba.core import cgutils

QUAD = 4
"""Inputs of a unit, side by side in memory."""

I8, I16, I32, I64 = (ir.IntType(width) for width in (8, 16, 32, 64))
FOUR = ir.VectorType(I32, 4)


def constant(kind, value):
    """A vector of one number."""
    return ir.Constant(kind, [value] * kind.count)


def splat(builder, value, count):
    """A vector of one value."""
    first = builder.insert_element(ir.Constant(ir.VectorType(value.type, count), ir.Undefined), value, ir.Constant(I32, 0))
    return builder.shuffle_vector(first, first, constant(ir.VectorType(I32, count), 0))


def call(builder, name, result, *args):
    """What an LLVM intrinsic returns."""
    kind = ir.FunctionType(result, [arg.type for arg in args])
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, name), args)


class Dot:
    """Products for the units of one register.

    Attributes:
        units: How many there are.
        sums_inputs: Whether `total` needs the inputs.
        takes_all: Whether inputs may be -128.
    """

    units, sums_inputs, takes_all = 8, False, False

    def __init__(self, builder, zero):
        self._builder, self._zero = builder, zero
        self.bytes, self.sums = ir.VectorType(I8, self.units * QUAD), ir.VectorType(I32, self.units)
        self._pairs = ir.VectorType(I16, self.units * QUAD // 2)

    def start(self):
        """What the sums begin with."""
        return constant(self.sums, 0)

    def add(self, sums, place, quad):
        """The sums with four products added for each unit, whose weights lie at a place; `quad` holds the four inputs, an int32."""
        raise NotImplementedError

    def total(self, sums, inputs):
        """The weighted sums of the units, int32; `inputs` are all inputs once more, sixteen at a time, 0 where there are fewer."""
        return sums

    def _weights(self, place):
        return self._builder.load(self._builder.bitcast(place, self.bytes.as_pointer()), align=1)

    def _spread(self, quad):
        return self._builder.bitcast(splat(self._builder, quad, self.units), self.bytes)


class PlainDot(Dot):
    """For any CPU: bytes as the halves of int16, whose products two by two fit into int16.

    The `xor` with a hidden zero stops LLVM from proving that, after which it would widen the products to 32 bits.
    """

    def add(self, sums, place, quad):
        """See `Dot`."""
        builder = self._builder
        products = [
            builder.mul(*pair)
            for pair in zip(self._halves(self._weights(place)), self._halves(self._spread(quad)), strict=True)
        ]
        hidden = builder.bitcast(splat(builder, self._zero, self.units), self._pairs)
        both, sixteen = builder.bitcast(builder.xor(builder.add(*products), hidden), self.sums), constant(self.sums, 16)
        low, high = builder.ashr(builder.shl(both, sixteen), sixteen), builder.ashr(both, sixteen)
        return builder.add(sums, builder.add(low, high))

    def _halves(self, quads):
        builder, pairs, eight = self._builder, self._builder.bitcast(quads, self._pairs), constant(self._pairs, 8)
        return [builder.ashr(builder.shl(pairs, eight), eight), builder.ashr(pairs, eight)]


class WideDot(Dot):
    """For any CPU and any input, one by one as int32."""

    takes_all = True

    def add(self, sums, place, quad):
        """See `Dot`."""
        builder, top = self._builder, constant(self.sums, 24)
        weights, inputs = builder.bitcast(self._weights(place), self.sums), splat(builder, quad, self.units)
        for k in range(QUAD):
            up = constant(self.sums, 24 - 8 * k)
            sums = builder.add(sums, builder.mul(*(builder.ashr(builder.shl(side, up), top) for side in (weights, inputs))))
        return sums


class SignDot(Dot):
    """AVX2: `vpmaddubsw` takes one side without a sign, so that of a weight is put on its input; pairs are at most 2 * 128 * 127."""

    def add(self, sums, place, quad):
        """See `Dot`."""
        builder = self._builder
        weights = self._weights(place)
        size = call(builder, "llvm.abs.v32i8", self.bytes, weights, ir.Constant(ir.IntType(1), 0))
        signed = call(builder, "llvm.x86.avx2.psign.b", self.bytes, self._spread(quad), weights)
        pairs = call(builder, "llvm.x86.avx2.pmadd.ub.sw", self._pairs, size, signed)
        return builder.add(sums, call(builder, "llvm.x86.avx2.pmadd.wd", self.sums, pairs, constant(self._pairs, 1)))


class VnniDot(Dot):
    """AVX-512: `vpdpbusd` takes one side without a sign, so 128 is added to the weights, and 128 times the inputs taken off again."""

    units, sums_inputs, takes_all = 16, True, True

    def add(self, sums, place, quad):
        """See `Dot`."""
        raised = self._builder.xor(self._weights(place), constant(self.bytes, -128))
        return self._product(sums, raised, self._spread(quad))

    def total(self, sums, inputs):
        """See `Dot`."""
        builder, ones, slot = self._builder, constant(ir.VectorType(I8, 16), 1), cgutils.alloca_once(self._builder, FOUR)
        builder.store(constant(FOUR, 0), slot)
        for some in inputs:
            builder.store(self._product(builder.load(slot), ones, some), slot)
        every = call(builder, "llvm.vector.reduce.add.v4i32", I32, builder.load(slot))
        return builder.sub(sums, splat(builder, builder.shl(every, I32(7)), self.units))

    def _product(self, sums, unsigned, signed):
        name = f"llvm.x86.avx512.vpdpbusd.{32 * sums.type.count}"
        return call(self._builder, name, sums.type, sums, unsigned, signed)


class NarrowVnniDot(VnniDot):
    """The same by halves: for eight units, and where there are no wider registers (AVX-VNNI)."""

    units = 8


class ArmDot(Dot):
    """Arm: `sdot` takes both sides with their signs."""

    units, takes_all = 4, True

    def add(self, sums, place, quad):
        """See `Dot`."""
        return call(
            self._builder, "llvm.aarch64.neon.sdot.v4i32.v16i8", self.sums, sums, self._weights(place), self._spread(quad)
        )


def best_dots(features):
    """What suits a CPU with such features, as LLVM calls them: for sixteen units at once, and for eight."""
    if {"+avx512vnni", "+avx512vl"} <= features:
        return VnniDot, NarrowVnniDot
    for feature, dot in (("+avxvnni", NarrowVnniDot), ("+avx2", SignDot), ("+dotprod", ArmDot)):
        if feature in features:
            return dot, dot
    return PlainDot, PlainDot
