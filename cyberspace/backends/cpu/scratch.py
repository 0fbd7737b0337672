"""Short arrays that a kernel needs for itself alone: they lie on the stack, so that kernels own nothing and are compiled without numba's
counting of who owns what."""

# mypy: allow-untyped-defs
from __future__ import annotations

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic


@intrinsic
def scratch(typing, count, kind):
    """An array of `count` numbers of a type, a few thousand at most, with anything in it; gone when the function returns."""
    found = types.Array(kind.dtype, 1, "C")

    def generate(context, builder, signature, args):
        word, data = ir.IntType(64), context.get_data_type(found.dtype)
        length = context.cast(builder, args[0], count, types.intp)
        array, size = context.make_array(found)(context, builder), word(context.get_abi_sizeof(data))
        array.data = builder.alloca(data, length)
        array.data.align = 64
        array.meminfo, array.parent = (cgutils.get_null_value(part.type) for part in (array.meminfo, array.parent))
        array.nitems, array.itemsize = length, size
        array.shape, array.strides = (cgutils.pack_array(builder, [part], word) for part in (length, size))
        return array._getvalue()

    return found(count, kind), generate
