"""A handle: many arrays and numbers under one address, so that a kernel takes one argument for all of them.

A named tuple would do the same, but numba hands on each of its parts by itself: two hundred arguments from kernel to kernel, which is
most of what a compiler then works at.  What a handle names never changes while a kernel runs, and it owns nothing.
"""

# numba types these functions itself
# mypy: allow-untyped-defs
from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
from llvmlite import ir
from numba import from_dtype, typeof
from numba.core import cgutils, types
from numba.core.datamodel import models
from numba.core.types.containers import BaseTuple, Tuple
from numba.core.typing.templates import AttributeTemplate
from numba.extending import NativeValue, infer_getattr, lower_getattr_generic, register_model, typeof_impl, unbox

from organisms.arrays import Array

_WORD = ir.IntType(64)


class HandleType(types.Opaque):  # type: ignore[misc]
    """The type of a handle: names and types, in the order of its words."""

    def __init__(self, fields: tuple[tuple[str, types.Type], ...]):
        self.fields, self.at, word = dict(fields), {}, 0
        for name, kind in fields:
            self.at[name] = word
            word += words_of(kind)
        text = ", ".join(f"{name}: {kind}" for name, kind in fields)
        short = hashlib.blake2b(text.encode(), digest_size=8).hexdigest()  # names of functions are made of this
        super().__init__(name=f"Handle({fields[0][0] if fields else ''}... {short})")

    def __reduce__(self):
        return HandleType, (tuple(self.fields.items()),)


Field: TypeAlias = "Array | np.generic | int | tuple[Array, ...] | Handle"


def words_of(kind: types.Type) -> int:
    """Words that a field takes: an address and the lengths of the axes, or one number; those of its parts for a tuple."""
    if isinstance(kind, BaseTuple):
        return sum(words_of(one) for one in kind)
    return 1 + kind.ndim if isinstance(kind, types.Array) else 1


def kind_of(value: Field) -> types.Type:
    """The type of a field with such a value; arrays are C-ordered."""
    if isinstance(value, Handle):
        return value.kind
    if isinstance(value, tuple):
        kinds: types.Type = Tuple([kind_of(one) for one in value])
        return kinds
    if isinstance(value, np.ndarray):
        return types.Array(from_dtype(value.dtype), value.ndim, "C", readonly=not value.flags.writeable)
    return types.int64 if type(value) is int else typeof(value)


class Handle:
    """Arrays and numbers under one address.

    Args:
        fields: Arrays, C-ordered, and tuples of them; other handles; and whole numbers: an `int` is an int64. The handle keeps them all.

    Attributes:
        words: Addresses, lengths and numbers, int64, to be written while no kernel runs that is given the handle.
    """

    def __init__(self, fields: Mapping[str, Field]):
        self.kind = HandleType(tuple((name, kind_of(value)) for name, value in fields.items()))
        self._kept, words = list(fields.values()), []
        for value in (one for field in fields.values() for one in (field if isinstance(field, tuple) else (field,))):
            if isinstance(value, np.ndarray):
                assert value.flags.c_contiguous
                words += [value.ctypes.data, *value.shape]
            else:
                words.append(value.address if isinstance(value, Handle) else int(value))
        self._numba_type_ = self.kind  # what numba looks at first
        self.words = np.array(words, dtype=np.int64)
        self.address: int = self.words.ctypes.data

    def set(self, name: str, value: int) -> None:
        """Replace a number, while no kernel runs."""
        self.words[self.kind.at[name]] = value


register_model(HandleType)(models.OpaqueModel)


@typeof_impl.register(Handle)
def _typeof(handle, context):
    return handle.kind


@unbox(HandleType)
def _unbox(kind, handle, context):
    address = context.pyapi.object_getattr_string(handle, "address")
    pointer = context.pyapi.long_as_voidptr(address)
    context.pyapi.decref(address)
    return NativeValue(pointer)


@infer_getattr
class _Fields(AttributeTemplate):  # type: ignore[misc]
    key = HandleType

    def generic_resolve(self, kind, name):
        return kind.fields.get(name)


@lower_getattr_generic(HandleType)
def _get(context, builder, kind, handle, name):
    """A field."""
    return _read(context, builder, kind.fields[name], builder.bitcast(handle, _WORD.as_pointer()), kind.at[name])


def _read(context, builder, field, words, at):
    """What lies in some words; an array owns nothing, and its strides follow from its shape."""
    if isinstance(field, BaseTuple):
        places = [at + sum(words_of(one) for one in field.types[:k]) for k in range(len(field))]
        return context.make_tuple(
            builder, field, [_read(context, builder, *one) for one in zip(field, [words] * len(field), places, strict=True)]
        )
    constant = builder.module.add_metadata([])

    def word(place):
        value = builder.load(builder.gep(words, [_WORD(at + place)]))
        value.set_metadata("invariant.load", constant)
        return value

    if not isinstance(field, types.Array):
        narrow = context.get_value_type(field)
        if isinstance(field, HandleType):
            return builder.inttoptr(word(0), narrow)
        return word(0) if narrow == _WORD else builder.trunc(word(0), narrow)
    array = context.make_array(field)(context, builder)
    size = context.get_abi_sizeof(context.get_data_type(field.dtype))
    shape, strides = [word(1 + axis) for axis in range(field.ndim)], [_WORD(size)]
    for length in shape[:0:-1]:
        strides.insert(0, builder.mul(strides[0], length))
    count = shape[0]
    for length in shape[1:]:
        count = builder.mul(count, length)
    array.meminfo, array.parent = (cgutils.get_null_value(part.type) for part in (array.meminfo, array.parent))
    array.nitems, array.itemsize = count, _WORD(size)
    array.data = builder.inttoptr(word(0), array.data.type)
    array.shape, array.strides = (cgutils.pack_array(builder, part, _WORD) for part in (shape, strides))
    return array._getvalue()
