"""Kernels by their address: what depends on a world's tasks and rule is compiled for itself, and the tick calls it without knowing it.

Else every new task or rule would compile the whole tick anew.
"""

# mypy: allow-untyped-defs
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import typeof
from numba.core import cgutils, types
from numba.core.types.containers import StarArgTuple
from numba.extending import intrinsic

from cyberspace.backends.cpu.handle import Handle, HandleType


def address_of(kernel: Callable[..., object], *given: Handle | int) -> int:
    """Where the machine code of a kernel lies that takes handles and whole numbers; it is compiled for these, if it is not yet."""
    dispatcher: Any = kernel
    kinds = tuple(typeof(value) for value in given)
    dispatcher.compile(kinds)
    made = dispatcher.overloads[kinds]
    return int(made.library.get_pointer_to_function(made.fndesc.llvm_func_name))


@intrinsic
def call_at(typing, address, *given):
    """Call the kernel at an address with addresses of handles and whole numbers, all int64, each as the kernel takes it: see `as_handle`.

    What it raises is raised here.
    """
    kinds = tuple(types.voidptr if isinstance(kind, HandleType) or kind == types.voidptr else types.int64 for kind in given)
    packed = StarArgTuple.from_types(given)

    def generate(context, builder, signature, args):
        convention = context.call_conv
        kind = convention.get_function_type(types.none, kinds)
        values = [
            context.cast(builder, value, one, types.int64) if wanted == types.int64 else value
            for value, one, wanted in zip(cgutils.unpack_tuple(builder, args[1]), given, kinds, strict=True)
        ]
        function = builder.inttoptr(args[0], kind.as_pointer())
        status, _ = convention.call_function(builder, function, types.none, kinds, values)
        with cgutils.if_unlikely(builder, status.is_error):
            convention.return_status_propagate(builder, status)
        return context.get_dummy_value()

    return types.none(types.int64, packed), generate


@intrinsic
def as_handle(typing, address):
    """An address, int64, as a handle that only `call_at` takes."""

    def generate(context, builder, signature, args):
        return builder.inttoptr(args[0], context.get_value_type(types.voidptr))

    return types.voidptr(types.int64), generate
