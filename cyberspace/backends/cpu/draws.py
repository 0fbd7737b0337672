"""Many blocks of random words at once: Threefry in LLVM vectors.

Each of its steps waits for the one before, so a CPU that works at one register of them at a time is idle for half of it; here it works at
two or more.
"""

# numba types these functions itself
# mypy: allow-untyped-defs
from __future__ import annotations

from numba.core import cgutils, types
from numba.extending import intrinsic

from cyberspace.backends.cpu.dots import I32, I64, call, constant, splat
from cyberspace.backends.cpu.part import part
from cyberspace.backends.cpu.vector import threefry
from organisms.bits import PARITY, ROTATIONS

MANY = 16
"""Blocks that are drawn at once; or twice as many, where there are."""

GROUPS = 5
"""Of four rounds."""


@part
def room(count):
    """Numbers that an array for so many has to hold, so that all are drawn many at once."""
    return (count + MANY - 1) // MANY * MANY


@part
def draw(key, first, second):
    """`cyberspace.backends.cpu.vector.threefry` of counters uint32 (n,), in place."""
    many = len(first) // MANY * MANY
    draw_many(first, second, key[0], key[1], many)
    for k in range(many, len(first)):
        first[k], second[k] = threefry(key[0], key[1], first[k], second[k])


@intrinsic
def draw_many(typing, first, second, k0, k1, count):
    """The same for the first so many, a multiple of `MANY`; arrays are contiguous."""

    def generate(context, builder, signature, args):
        data = [
            context.make_array(kind)(context, builder, value).data
            for kind, value in zip((first, second), args[:2], strict=True)
        ]
        most = builder.and_(args[4], I64(-2 * MANY))
        for count, start, stop in ((2 * MANY, I64(0), most), (MANY, most, args[4])):
            keys = [splat(builder, key, count) for key in (*args[2:4], builder.xor(builder.xor(*args[2:4]), I32(PARITY)))]
            with cgutils.for_range_slice(builder, start, stop, I64(count), I64) as (k, _):
                places = [builder.bitcast(builder.gep(array, [k]), keys[0].type.as_pointer()) for array in data]
                words = _encrypt(builder, keys, [builder.load(place, align=4) for place in places])
                for word, place in zip(words, places, strict=True):
                    builder.store(word, place, align=4)
        return context.get_dummy_value()

    return types.void(first, second, types.uint32, types.uint32, types.intp), generate


def _encrypt(builder, keys, words):
    """Threefry-2x32 with 20 rounds."""
    x0, x1 = (builder.add(word, key) for word, key in zip(words, keys, strict=False))
    for group in range(GROUPS):
        for rotation in ROTATIONS[4 * (group % 2) : 4 * (group % 2) + 4]:
            x0 = builder.add(x0, x1)
            turned = call(builder, f"llvm.fshl.v{x1.type.count}i32", x1.type, x1, x1, constant(x1.type, rotation))
            x1 = builder.xor(turned, x0)
        x0 = builder.add(x0, keys[(group + 1) % 3])
        x1 = builder.add(builder.add(x1, keys[(group + 2) % 3]), constant(x1.type, group + 1))
    return x0, x1
