"""The functions and methods of arrays that tasks may call while they are traced, and the namespace that they are given."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import DTypeLike

from cyberspace.backends.cpu.formula import BOOL, Formulas, Term, Untraceable
from cyberspace.backends.cpu.rows import ROW_FUNCTIONS, ROW_METHODS
from cyberspace.backends.cpu.tracer import (
    FUNCTIONS,
    METHODS,
    MIXES,
    Given,
    Traced,
    cast,
    each,
    elementwise,
    lift,
    move,
)
from organisms.arrays import Array


def where(formulas: Formulas, condition: Given, *given: Given) -> Traced:
    """numpy.where, of three arguments."""
    if len(given) != 2:
        raise Untraceable("it asks where something is true, which is not compiled")
    asked, parts = cast(lift(formulas, condition), BOOL), [lift(formulas, one) for one in given]
    value = np.where(asked.value, *(part.value.item() if part.python else part.value for part in parts))
    one, two = (cast(part, value.dtype) for part in parts)
    return Traced(formulas, value, each(formulas.choose, asked.terms, one.terms, two.terms))


def clip(formulas: Formulas, given: Given, low: Given | None = None, high: Given | None = None, **other: object) -> Traced:
    """numpy.clip."""
    low, high = other.pop("min", low), other.pop("max", high)  # type: ignore[assignment]
    found = lift(formulas, given)
    for function, bound in ((np.maximum, low), (np.minimum, high)):
        found = found if bound is None else elementwise(formulas, function, (found, bound))
    return found


def select(formulas: Formulas, conditions: Sequence[Given], choices: Sequence[Given], default: Given = 0) -> Traced:
    """numpy.select."""
    parts = [lift(formulas, one) for one in (*choices, default)]
    kind = np.result_type(*(part.value.item() if part.python else part.value for part in parts))
    found = cast(parts[-1], kind)
    for condition, part in reversed(list(zip(conditions, parts[:-1], strict=True))):
        found = where(formulas, condition, cast(part, kind), found)
    return found


def like(function: Callable[..., Array]) -> Callable[..., Traced]:
    """A function like `zeros_like`."""

    def make(formulas: Formulas, given: Given, *args: object, **options: object) -> Traced:
        return lift(formulas, function(lift(formulas, given).value, *args, **options))

    return make


def empty_like(given: Array, dtype: DTypeLike | None = None, **options: object) -> Array:
    """There is nothing in it, and nothing is what one should read there."""
    return np.zeros_like(given, dtype=dtype)  # type: ignore[call-overload,no-any-return]


def moved(function: Callable[..., object]) -> Callable[..., Traced]:
    """A function that computes nothing."""

    def call(formulas: Formulas, given: Given | Sequence[Given], *args: object, **options: object) -> Traced:
        if isinstance(given, list | tuple):
            return move(function, [lift(formulas, one) for one in given], *args, **options)
        return move(function, lift(formulas, given), *args, **options)  # type: ignore[arg-type]

    return call


def _method(function: Callable[..., object]) -> Callable[..., Traced]:
    return lambda given, *args, **options: FUNCTIONS[function](given.formulas, given, *args, **options)


def _shaped(function: Callable[..., object]) -> Callable[..., Traced]:
    """A method that takes a shape or axes as one tuple or one by one."""

    def call(given: Traced, *args: object, **options: object) -> Traced:
        shape = args[0] if len(args) == 1 and isinstance(args[0], list | tuple) else args
        return move(function, given, *([tuple(shape)] if shape else []), **options)  # type: ignore[arg-type]

    return call


def view(given: Traced, kind: DTypeLike) -> Traced:
    """The same bits as another type of the same length."""
    wanted = np.dtype(kind)
    if wanted.itemsize != given.value.dtype.itemsize or BOOL in (wanted, given.value.dtype):
        raise Untraceable("it views an array as one of another length")
    return cast(given, wanted)


for _function in (
    np.stack, np.concatenate, np.vstack, np.reshape, np.ravel, np.transpose, np.moveaxis, np.swapaxes, np.expand_dims, np.squeeze,
    np.broadcast_to, np.tile, np.repeat, np.roll, np.flip, np.flipud, np.atleast_1d, np.atleast_2d, np.copy,
):  # fmt: skip
    FUNCTIONS[_function] = moved(_function)
FUNCTIONS |= ROW_FUNCTIONS
FUNCTIONS |= {np.where: where, np.clip: clip, np.select: select}
FUNCTIONS |= {np.zeros_like: like(np.zeros_like), np.ones_like: like(np.ones_like), np.empty_like: like(empty_like)}
METHODS |= ROW_METHODS
METHODS |= {
    "astype": lambda given, dtype, *args, **options: cast(given, np.dtype(dtype)),
    "view": view,
    "reshape": _shaped(np.reshape), "transpose": _shaped(np.transpose), "flatten": _method(np.ravel),
    **{function.__name__: _method(function) for function in (np.ravel, np.squeeze, np.swapaxes, np.repeat, np.copy, np.clip)},
}  # fmt: skip


LONG = 256
"""Constants of a row that is kept as a table from the start."""


class LongTable:
    """A row of constants that is too long to be written out: it may be indexed by what is traced, and cast, and nothing else.

    Args:
        formulas: Terms are made there.
        value: The constants, of one dimension.
    """

    def __init__(self, formulas: Formulas, value: Array):
        self.formulas, self.value, self.shape, self.dtype = formulas, value, value.shape, value.dtype

    def __len__(self) -> int:
        return len(self.value)

    def astype(self, kind: DTypeLike) -> LongTable:
        """The same numbers as another type."""
        return LongTable(self.formulas, self.value.astype(kind))

    def __getitem__(self, key: object) -> Traced:
        if not isinstance(key, Traced):
            return lift(self.formulas, self.value[key])  # type: ignore[call-overload]
        if key.value.dtype == BOOL:
            raise Untraceable("it asks where something is true, which is not compiled")
        return Traced(
            self.formulas, np.asarray(self.value[key.value]), each(lambda at: self.formulas.entry(self.value, at), key.terms)
        )


class Names:
    """The array namespace of a task that is traced: NumPy, but what it makes of arrays may be traced."""

    def __init__(self, formulas: Formulas):
        self._formulas = formulas

    def __getattr__(self, name: str) -> object:
        return getattr(np, name)

    def asarray(self, given: Given, dtype: DTypeLike | None = None, **other: object) -> Traced | LongTable:
        """An array, which is copied, since nobody may write to what he is given; of a long table single entries may be read."""
        if isinstance(given, np.ndarray) and given.ndim == 1 and len(given) > LONG and given.dtype.kind in "iub":
            return LongTable(self._formulas, given if dtype is None else given.astype(dtype))
        found = lift(self._formulas, given)
        kind = found.value.dtype if dtype is None else np.dtype(dtype)
        return cast(Traced(self._formulas, found.value.copy(), found.terms.copy()), kind)

    array = asanyarray = ascontiguousarray = asarray

    def zeros(self, shape: int | tuple[int, ...], dtype: DTypeLike = float, **other: object) -> Traced:
        """Zeros that may be written to."""
        return lift(self._formulas, np.zeros(shape, dtype))

    empty = zeros

    def ones(self, shape: int | tuple[int, ...], dtype: DTypeLike = float, **other: object) -> Traced:
        """Ones that may be written to."""
        return lift(self._formulas, np.ones(shape, dtype))

    def full(self, shape: int | tuple[int, ...], value: Given, dtype: DTypeLike | None = None, **other: object) -> Traced:
        """One value everywhere."""
        found = lift(self._formulas, value)
        found = found if dtype is None else cast(found, np.dtype(dtype))
        whole = move(np.broadcast_to, found, shape)
        return Traced(self._formulas, whole.value.copy(), whole.terms.copy())


def one_by_site(given: object, rows: int, formulas: Formulas) -> list[Term]:
    """The terms of what a task returns, a row each.

    Raises:
        Untraceable: If it is not so many rows of sites.
    """
    found = lift(formulas, given)  # type: ignore[arg-type]
    if found.value.ndim != 2 or not found.sited or found.value.shape[0] not in (1, rows):
        raise Untraceable(MIXES)
    return [found.terms[operator.index(row if len(found.terms) > 1 else 0), 0] for row in range(rows)]
