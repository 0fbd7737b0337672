"""Quads in another order: unit by unit, as they stand in a genome, or as brains hold them, four of each at a time by shuffles."""

# numba types these functions itself
# mypy: allow-untyped-defs
from __future__ import annotations

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from cyberspace.backends.cpu.dots import FOUR, I32, I64
from cyberspace.backends.cpu.part import part

SIDE = 4
"""Rows and columns that are turned at once."""


@part
def turn(words, turned, rows, columns):
    """Write uint32 (rows * columns,), row by row, as uint32 (columns * rows,), column by column; arrays are contiguous and apart."""
    high, wide = rows // SIDE * SIDE, columns // SIDE * SIDE
    turn_squares(words, turned, rows, columns)
    for row in range(rows):
        for column in range(wide if row < high else 0, columns):
            turned[column * rows + row] = words[row * columns + column]


@intrinsic
def turn_squares(typing, words, turned, rows, columns):
    """The same for all whole squares."""

    def generate(context, builder, signature, args):
        source, target = (
            context.make_array(kind)(context, builder, value).data
            for kind, value in zip((words, turned), args[:2], strict=True)
        )
        rows, columns, side = args[2], args[3], I64(SIDE)
        high, wide = (builder.and_(length, I64(-SIDE)) for length in (rows, columns))
        with (
            cgutils.for_range_slice(builder, I64(0), high, side, I64) as (row, _),
            cgutils.for_range_slice(builder, I64(0), wide, side, I64) as (column, _),
        ):
            lines = [builder.load(_place(builder, source, row, column, columns, k), align=4) for k in range(SIDE)]
            for k, line in enumerate(_turned(builder, lines)):
                builder.store(line, _place(builder, target, column, row, rows, k), align=4)
        return context.get_dummy_value()

    return types.void(words, turned, types.intp, types.intp), generate


def _place(builder, base, row, column, length, k):
    at = builder.add(builder.mul(builder.add(row, I64(k)), length), column)
    return builder.bitcast(builder.gep(base, [at]), FOUR.as_pointer())


def _turned(builder, lines):
    """Four vectors of four, turned."""

    def mixed(one, two, *order):
        return builder.shuffle_vector(one, two, ir.Constant(ir.VectorType(I32, SIDE), list(order)))

    low = [mixed(lines[k], lines[k + 1], 0, 4, 1, 5) for k in (0, 2)]
    high = [mixed(lines[k], lines[k + 1], 2, 6, 3, 7) for k in (0, 2)]
    return [mixed(*pair, *order) for pair in (low, high) for order in ((0, 1, 4, 5), (2, 3, 6, 7))]
