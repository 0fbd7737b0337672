"""Numbers of so many bits that stay so in kernels: rules over single sites become vectors of them.

numba reckons with whole numbers of 64 bits, whatever they were before, and a CPU then works at a quarter of the numbers at a time.  A lane
takes +, -, *, &, |, ^, comparisons with lanes and whole numbers, and << and >> by constants, and what is too large wraps around, as in
arrays of this type.
"""

# numba types these functions itself
# mypy: allow-untyped-defs
from __future__ import annotations

import operator
from collections.abc import Callable

from llvmlite import ir
from numba.core import types
from numba.core.datamodel import models
from numba.core.errors import NumbaError
from numba.core.imputils import lower_builtin, lower_cast
from numba.core.registry import cpu_target
from numba.core.typing import signature
from numba.core.typing.templates import AbstractTemplate, infer_global
from numba.extending import intrinsic, register_model


class Lane(types.Type):  # type: ignore[misc]
    """The type of a lane."""

    def __init__(self, bits: int):
        self.bits = bits
        super().__init__(name=f"Lane({bits})")

    def unify(self, typingctx, other):
        """A lane, where a number may come from either way through a rule."""
        return self if isinstance(other, types.Integer | types.Boolean) else None


@register_model(Lane)
class _LaneModel(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager, kind):
        super().__init__(manager, kind, ir.IntType(kind.bits))


def _resized(builder, value, kind, bits):
    """A whole number, or a truth value, in so many bits."""
    wide = ir.IntType(bits)
    if value.type.width > bits:
        return builder.trunc(value, wide)
    if value.type.width == bits:
        return value
    signed = not isinstance(kind, types.Boolean) and (isinstance(kind, Lane) or kind.signed)
    return builder.sext(value, wide) if signed else builder.zext(value, wide)


def _lane(bits):
    @intrinsic
    def make(typing, number):
        """A whole number as a lane."""

        def generate(context, builder, signature, args):
            return _resized(builder, args[0], number, bits)

        return Lane(bits)(number), generate

    return make


short, lane = _lane(16), _lane(32)
"""Make a lane of 16 or 32 bits of a whole number."""


@intrinsic
def plain(typing, number):
    """A lane as a whole number again; other whole numbers as they are."""
    kind = types.Integer.from_bitwidth(number.bits) if isinstance(number, Lane) else number
    return kind(number), lambda context, builder, signature, args: args[0]


def takes(function: Callable[..., object], *kinds: types.Type) -> bool:
    """Whether a part takes arguments of these types."""
    typing = cpu_target.typing_context
    typing.refresh()  # it may not have heard of the part yet
    try:
        typing.resolve_value_type(function).get_call_type(typing, kinds, {})
    except NumbaError:
        return False
    return True


@lower_cast(types.Integer, Lane)
@lower_cast(types.Boolean, Lane)
def _cast(context, builder, given, wanted, value):
    return _resized(builder, value, given, wanted.bits)


def _is_number(kind):
    return isinstance(kind, Lane | types.Integer | types.Boolean)


def _register(function, build, count, truth=False):
    """Let lanes take an operator; `build` writes it for values of one size."""

    class Template(AbstractTemplate):  # type: ignore[misc]
        key = function

        def generic(self, args, kws):
            lanes = [kind for kind in args if isinstance(kind, Lane)]
            if len(args) != count or not lanes or not all(map(_is_number, args)):
                return None
            if function in SHIFTS and not (lanes[0] is args[0] and isinstance(args[1], types.IntegerLiteral | types.Integer)):
                return None
            return signature(types.boolean if truth else max(lanes, key=lambda kind: kind.bits), *args)

    infer_global(function)(Template)

    def generate(context, builder, sig, args):
        bits = max(kind.bits for kind in sig.args if isinstance(kind, Lane))
        return build(builder, *(_resized(builder, value, kind, bits) for value, kind in zip(args, sig.args, strict=True)))

    for kinds in ((Lane, Lane), (Lane, types.Integer), (types.Integer, Lane), (Lane, types.Boolean), (types.Boolean, Lane)):
        if count == 2:
            lower_builtin(function, *kinds)(generate)
    if count == 1:
        lower_builtin(function, Lane)(generate)


SHIFTS = operator.lshift, operator.rshift
BINARY = {
    operator.add: "add", operator.sub: "sub", operator.mul: "mul", operator.and_: "and_", operator.or_: "or_", operator.xor: "xor",
    operator.lshift: "shl", operator.rshift: "ashr",
}  # fmt: skip
COMPARED = {
    operator.lt: "<", operator.le: "<=", operator.gt: ">", operator.ge: ">=", operator.eq: "==", operator.ne: "!=",
}  # fmt: skip

for _function, _name in BINARY.items():
    _register(_function, lambda builder, one, two, name=_name: getattr(builder, name)(one, two), 2)
for _function, _name in COMPARED.items():
    _register(_function, lambda builder, one, two, name=_name: builder.icmp_signed(name, one, two), 2, truth=True)
_register(operator.neg, lambda builder, one: builder.neg(one), 1)
_register(operator.invert, lambda builder, one: builder.not_(one), 1)
_register(operator.pos, lambda builder, one: one, 1)
