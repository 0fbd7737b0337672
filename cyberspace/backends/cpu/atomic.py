"""What threads share: whole numbers that are counted up, published and awaited; waiting does not keep a core busy for long."""

# mypy: allow-untyped-defs
from __future__ import annotations

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from cyberspace.backends.cpu.part import part

_INT = ir.IntType(64)

LOOKS = 4000
"""Looks at a number before a thread sleeps between them: some microseconds, longer than most waits between threads that all run."""

NAP = 20
"""Microseconds of sleep between two looks; a core that is left idle takes over a thread that another program keeps from running."""


def _place(context, builder, kind, array, index):
    return builder.gep(context.make_array(kind)(context, builder, array).data, [index])


@intrinsic
def claim(typing, numbers, index):
    """Add 1 to numbers[index] (int64), as one step for all threads; what it was before."""

    def generate(context, builder, signature, args):
        return builder.atomic_rmw("add", _place(context, builder, signature.args[0], *args), _INT(1), "acq_rel")

    return types.int64(numbers, types.intp), generate


@intrinsic
def seen(typing, numbers, index):
    """numbers[index] (int64), and all that was written before it was published."""

    def generate(context, builder, signature, args):
        return builder.load_atomic(_place(context, builder, signature.args[0], *args), "acquire", 8)

    return types.int64(numbers, types.intp), generate


@intrinsic
def publish(typing, numbers, index, value):
    """numbers[index] = value (int64), after all that was written before."""

    def generate(context, builder, signature, args):
        builder.store_atomic(args[2], _place(context, builder, signature.args[0], *args[:2]), "release", 8)
        return context.get_dummy_value()

    return types.void(numbers, types.intp, types.int64), generate


@intrinsic
def sleep(typing, microseconds):
    """Let others have the core for a while."""

    def generate(context, builder, signature, args):
        kind = ir.FunctionType(ir.IntType(32), [ir.IntType(32)])
        builder.call(cgutils.get_or_insert_function(builder.module, kind, "usleep"), args)
        return context.get_dummy_value()

    return types.void(types.uint32), generate


@part
def await_least(numbers, index, least, stop):
    """Wait until numbers[index] is no less than a number, or numbers[stop] is not 0."""
    looks = 0
    while seen(numbers, index) < least and seen(numbers, stop) == 0:
        looks += 1
        if looks > LOOKS:
            sleep(NAP)
