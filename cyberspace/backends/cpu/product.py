"""The product of `think`, as LLVM vectors: sixteen units at a time, or eight.

Weights stand in quads: four inputs of a unit side by side, then the next unit's.  That is what a CPU's own products of int8 take, and no
sums across a vector are needed.  Some sites are weighed first, and what their units do is written down for all of them together: so
that one organism's last steps, which wait for each other, don't hold up the next one's sums.
"""

# mypy: allow-untyped-defs
from __future__ import annotations

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from cyberspace.backends.cpu.dots import I8, I16, I32, I64, QUAD, WideDot, best_dots, call, constant, splat

GROUP = 8
"""Units come in multiples of this, and so do inputs."""

COMMON = 2 * GROUP, 8
"""Units and quads of the most common body, whose loops are written out."""

FEW, UNITS = 32, 64
"""Sites that are weighed before what they do is written, and units of a body, at most."""


def think_with(choose):
    """The intrinsic `think_sites` with products of one's choice, as `best_dots` makes one."""

    @intrinsic
    def think_sites(context, weights, inputs, activity, fires, says, alive, low, high, shift, fire, zero):
        """The sites from low to high think: activity = clip((weights . inputs) >> shift, -127, 127), or 0 where nobody is alive.

        weights int8 (sites, quads, units, 4); activity int8 (sites, units), which is first copied to the end of inputs int8
        (sites, inputs); alive bool (sites,).  Bits of units whose activity is above `fire` (int8), and above 0, are written to `fires`
        and `says`, uint8 (sites, units / 8); so the dead, who do 0, are above a `fire` below 0.  `zero` is an int32 0 that the compiler
        can't see through.
        """
        arrays = weights, inputs, activity, fires, says, alive
        signature = types.void(*arrays, types.intp, types.intp, types.int32, types.int8, types.int32)

        def generate(ctx, builder, signature, args):
            given = [ctx.make_array(kind)(ctx, builder, value) for kind, value in zip(arrays, args[:6], strict=True)]
            _, quads, units, _ = cgutils.unpack_tuple(builder, given[0].shape)
            Sites(builder, [array.data for array in given], units, quads, *args[8:]).go(
                *args[6:8], *choose(set(ctx.codegen().magic_tuple()[2].split(",")))
            )
            return ctx.get_dummy_value()

        return signature, generate

    return think_sites


class Sites:
    """Writes the code for some sites; the arguments are LLVM values, as in `think_sites`."""

    def __init__(self, builder, data, units, quads, shift, fire, zero):
        self._builder, self._data, self._units, self._quads, self._fire = builder, data, units, quads, fire
        self._numbers = shift, zero
        self._found = cgutils.alloca_once(builder, I16, FEW * UNITS)
        self._found.align = 64

    def go(self, low, high, wide, narrow):
        """All sites, few at a time."""
        builder = self._builder
        with cgutils.for_range_slice(builder, low, high, I64(FEW), I64) as (first, _):
            left = builder.sub(high, first)
            few = builder.select(builder.icmp_signed("<", left, I64(FEW)), left, I64(FEW))
            if wide.takes_all and narrow.takes_all:
                self._by_body(first, few, wide, narrow)
            else:
                with builder.if_else(self._lowest(first, few), likely=False) as (rare, usual):
                    with rare:
                        self._weigh(first, few, WideDot, GROUP)
                    with usual:
                        self._by_body(first, few, wide, narrow)
            self._write(first, few)

    def _by_body(self, first, few, wide, narrow):
        """One loop for the most common body, one for sixteen units at a time, one for eight."""
        builder, units, quads = self._builder, self._units, self._quads
        common = [builder.icmp_unsigned("==", *pair) for pair in zip((units, quads), map(I64, COMMON), strict=True)]
        sixteen = builder.icmp_unsigned("==", builder.and_(units, I64(GROUP)), I64(0))
        with builder.if_else(builder.and_(*common)) as (here, other):
            with here:
                self._weigh(first, few, wide, 2 * GROUP, *map(I64, COMMON))
            with other, builder.if_else(sixteen) as (pairs, eight):
                with pairs:
                    self._weigh(first, few, wide, 2 * GROUP)
                with eight:
                    self._weigh(first, few, narrow, GROUP)

    def _lowest(self, first, few):
        """Whether a task shows -128 to somebody; nothing else that is sensed is below -127."""
        builder, eight = self._builder, ir.VectorType(I8, GROUP)
        inputs, found = builder.mul(self._quads, I64(QUAD)), cgutils.alloca_once(builder, eight)
        builder.store(constant(eight, 0), found)
        for k in _range(builder, I64(GROUP), builder.sub(inputs, self._units), GROUP):
            for site in _range(builder, first, builder.add(first, few), 1):
                shown = builder.load(_at(builder, self._data[1], builder.add(builder.mul(site, inputs), k), eight), align=1)
                low = builder.sext(builder.icmp_signed("==", shown, constant(eight, -128)), eight)
                builder.store(builder.or_(builder.load(found), low), found)
        return builder.icmp_unsigned("!=", builder.bitcast(builder.load(found), I64), I64(0))

    def _weigh(self, first, few, dot, count, units=None, quads=None):
        """Sums of the units, so many at a time, into `_found`."""
        builder, units, quads = self._builder, units or self._units, quads or self._quads
        for k in _range(builder, I64(0), few, 1):
            target = builder.gep(self._found, [builder.mul(k, units)])
            one = _One(builder, self._data, units, quads, builder.add(first, k), *self._numbers)
            one.think(dot(builder, self._numbers[1]), count, target)

    def _write(self, first, few):
        """What the units do, from their sums, for all sites."""
        builder = self._builder
        start, length = builder.mul(first, self._units), builder.mul(few, self._units)
        broad = builder.and_(length, I64(-4 * GROUP))
        for at, stop, count in ((I64(0), broad, 4 * GROUP), (broad, length, GROUP)):
            for k in _range(builder, at, stop, count):
                self._act(builder.gep(self._found, [k]), builder.add(start, k), count)

    def _act(self, found, unit, count):
        """clip(found, -127, 127), and which are above `fire`, and above 0."""
        builder, kind = self._builder, ir.IntType(count)
        acts = _narrow(builder, builder.load(_at(builder, found, I64(0), ir.VectorType(I16, count)), align=2 * GROUP), I8)
        acts = call(builder, f"llvm.smax.v{count}i8", acts.type, acts, constant(acts.type, -127))
        builder.store(acts, _at(builder, self._data[2], unit, acts.type), align=1)
        group = builder.udiv(unit, I64(GROUP))
        for target, above in ((3, splat(builder, self._fire, count)), (4, constant(acts.type, 0))):
            bits = builder.bitcast(builder.icmp_signed(">", acts, above), kind)
            builder.store(bits, _at(builder, self._data[target], group, kind), align=1)


class _One:
    """Writes the code for one organism."""

    def __init__(self, builder, data, units, quads, site, shift, zero):
        self._builder, self._quads, self._units, self._shift = builder, quads, units, shift
        inputs = builder.mul(quads, I64(QUAD))
        self._row, self._senses = builder.mul(units, I64(QUAD)), builder.sub(inputs, units)
        starts = builder.mul(site, builder.mul(quads, self._row)), builder.mul(site, inputs), builder.mul(site, units)
        self._weights, self._inputs, self._activity = (
            builder.gep(array, [start]) for array, start in zip(data[:3], starts, strict=True)
        )
        self._alive = builder.load(builder.gep(data[5], [site]))

    def think(self, dot, count, target):
        """Sums of the units, shifted, as int16, so many at a time; 0 for the dead."""
        builder = self._builder
        self._remember(count)
        living = splat(builder, builder.neg(builder.zext(self._alive, I16)), count)
        for unit in _range(builder, I64(0), self._units, count):
            sums = builder.ashr(self._sums(dot, unit, count), splat(builder, self._shift, count))
            found = _narrow(builder, sums, I16)
            builder.store(builder.and_(found, living), _at(builder, target, unit, found.type), align=2 * GROUP)

    def _remember(self, count):
        """Copy the last activity to the end of the inputs."""
        builder = self._builder
        for unit in _range(builder, I64(0), self._units, count):
            some = builder.load(_at(builder, self._activity, unit, ir.VectorType(I8, count)), align=1)
            builder.store(some, _at(builder, self._inputs, builder.add(self._senses, unit), some.type), align=1)

    def _sums(self, dot, first, count):
        """The weighted sums of so many units from the first on, int32."""
        builder = self._builder
        slots = [cgutils.alloca_once(builder, dot.sums) for _ in range(0, count, dot.units)]
        for slot in slots:
            builder.store(dot.start(), slot)
        for k in _range(builder, I64(0), self._quads, 1):
            quad = builder.load(self._quad(k), align=1)
            for part, slot in enumerate(slots):
                unit = builder.add(first, I64(part * dot.units))
                at = builder.add(builder.mul(unit, I64(QUAD)), builder.mul(k, self._row))
                builder.store(dot.add(builder.load(slot), builder.gep(self._weights, [at]), quad), slot)
        found = [builder.load(slot) for slot in slots]
        if dot.sums_inputs:
            found = [dot.total(sums, self._all_inputs()) for sums in found]
        while len(found) > 1:
            found = [_join(builder, *pair) for pair in zip(found[::2], found[1::2], strict=True)]
        return found[0]

    def _quad(self, k):
        """Where four inputs lie; where the last activities stood before, if that is known, so that nothing waits for their copy."""
        builder = self._builder
        if isinstance(k, ir.Constant):
            senses = self._quads.constant - self._units.constant // QUAD
            if k.constant >= senses:
                return _at(builder, self._activity, I64((k.constant - senses) * QUAD), I32)
        return _at(builder, self._inputs, builder.mul(k, I64(QUAD)), I32)

    def _all_inputs(self):
        """All inputs, sixteen at a time, or eight and zeros."""
        builder, known = self._builder, isinstance(self._quads, ir.Constant)
        for k in _range(builder, I64(0), self._quads, QUAD if known else GROUP // QUAD):
            some = builder.load(_at(builder, self._quad(k), I64(0), ir.VectorType(I8, 4 * QUAD if known else GROUP)), align=1)
            yield some if known else _join(builder, some, constant(some.type, 0))


def _at(builder, base, offset, kind):
    """A place so many numbers further on, as the place of something else."""
    return builder.bitcast(builder.gep(base, [offset]), kind.as_pointer())


def _range(builder, start, stop, step):
    """The numbers of a loop, which is written out if its ends are known."""
    if isinstance(start, ir.Constant) and isinstance(stop, ir.Constant):
        yield from map(I64, range(start.constant, stop.constant, step))
    else:
        with cgutils.for_range_slice(builder, start, stop, I64(step), I64) as (k, _):
            yield k


def _join(builder, low, high):
    """Two vectors as one."""
    both = ir.Constant(ir.VectorType(I32, 2 * low.type.count), list(range(2 * low.type.count)))
    return builder.shuffle_vector(low, high, both)


def _narrow(builder, values, kind):
    """The numbers of a vector as narrower ones, clipped to what those can hold."""
    count, wide, top = values.type.count, values.type.element.width, 2 ** (kind.width - 1)
    for name, edge in (("smax", -top), ("smin", top - 1)):
        values = call(builder, f"llvm.{name}.v{count}i{wide}", values.type, values, constant(values.type, edge))
    return builder.trunc(values, ir.VectorType(kind, count))


think_sites = think_with(best_dots)
