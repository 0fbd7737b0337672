"""Arrays that are traced, over their leading axes: sums, the best of them, and rows that are picked by number."""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import DTypeLike

from cyberspace.backends.cpu.formula import BOOL, Formulas, Term, Untraceable
from cyberspace.backends.cpu.tracer import (
    LOGICAL,
    Given,
    Terms,
    Traced,
    cast,
    each,
    lift,
    listed,
    short,
)
from organisms.arrays import Array

INT = np.dtype(np.intp)


def axes_of(given: Traced, axis: object) -> tuple[int, ...]:
    """The axes that are summed over, the sites not among them."""
    count = given.value.ndim
    chosen = range(count) if axis is None else (axis if isinstance(axis, tuple) else (operator.index(axis),))  # type: ignore[arg-type]
    found = tuple(sorted({one % count if count else one for one in chosen}))
    if given.sited and count - 1 in found:
        raise Untraceable("it puts together what different sites do")
    return found


def reduce(
    function: np.ufunc, given: Traced, axis: object = 0, dtype: DTypeLike | None = None, out: object = None,
    keepdims: object = False, **other: object,
) -> Traced:  # fmt: skip
    """A function of NumPy over leading axes."""
    if other.get("where", True) is not True or out is not None:
        raise Untraceable(f"it calls numpy.{function.__name__}.reduce in a way that is not compiled")
    axes, keep = axes_of(given, axis), keepdims is True
    value = np.asarray(function.reduce(given.value, axis=axes, dtype=dtype, keepdims=keep))
    kind = value.dtype
    if function.__name__ in LOGICAL:
        given = cast(given, BOOL)
    rest = [k for k in range(given.value.ndim) if k not in axes]
    rows = given.terms.transpose(*axes, *rest).reshape((-1, *(given.terms.shape[k] for k in rest)))
    if not len(rows) and function.identity is None:
        raise Untraceable(f"it calls numpy.{function.__name__} of nothing")
    if not len(rows):
        return lift(given.formulas, value)
    rows, both = (
        each(lambda term: given.formulas.cast(term, kind), rows),
        partial(given.formulas.apply, function, (kind, kind), kind),
    )
    found = rows[0:1].reshape(rows.shape[1:])
    for k in range(1, len(rows)):
        found = each(both, found, rows[k])
    return Traced(given.formulas, value, found.reshape(short(value.shape) if given.sited else value.shape))


def accumulate(function: np.ufunc, given: Traced, axis: int = 0, dtype: DTypeLike | None = None, out: object = None) -> Traced:
    """The same, with all that is on the way."""
    (at,) = axes_of(given, axis)
    value = function.accumulate(given.value, axis=at, dtype=dtype)
    kind, found = value.dtype, np.empty(given.terms.shape, dtype=object)
    rows, into = np.moveaxis(given.terms, at, 0), np.moveaxis(found, at, 0)
    for k, row in enumerate(rows):
        row = each(lambda term: given.formulas.cast(term, kind), row)
        into[k] = (
            row if k == 0 else each(lambda *two: given.formulas.apply(function, (kind, kind), kind, *two), into[k - 1], row)
        )
    return Traced(given.formulas, value, found)


def gather(given: Traced, keys: tuple[object, ...]) -> Traced:
    """Rows of an array by numbers that are traced, on the leading axes."""
    while keys and (keys[-1] is Ellipsis or (isinstance(keys[-1], slice) and keys[-1] == slice(None))):
        keys = keys[:-1]
    if not all(isinstance(one, Traced | int | np.integer | np.ndarray) for one in keys):
        raise Untraceable("it picks from an array by a mixture of slices and traced numbers")
    picks = [lift(given.formulas, one) for one in keys]  # type: ignore[arg-type]
    if any(one.value.dtype == BOOL for one in picks):
        raise Untraceable("it picks from an array by what is true")
    count = len(picks)
    if given.sited and (count >= given.value.ndim or any(one.sited for one in picks)):
        raise Untraceable("it picks rows of an array of sites by a number of each site; xp.take_along_axis does that")
    value = np.asarray(given.value[tuple(one.value for one in picks)])
    lead, rest = given.terms.shape[:count], given.terms.shape[count:]
    rows, choices = given.terms.reshape((*lead, -1)), np.broadcast_arrays(*(one.terms for one in picks))
    found = np.empty((*choices[0].shape, rows.shape[-1]), dtype=object)
    for at in np.ndindex(found.shape):
        left = rows[..., at[-1]]
        for choice in choices:
            left = _pick_first(given.formulas, choice.item(*at[:-1]), left)
        found[at] = left.item()
    return Traced(given.formulas, value, found.reshape((*choices[0].shape, *rest)))


def _pick_first(formulas: Formulas, index: Term, rows: Terms) -> Terms:
    """Those of the first axis that an index names."""
    found = np.empty(rows.shape[1:], dtype=object)
    for at in np.ndindex(found.shape):
        found[at] = formulas.pick(index, listed(rows[(slice(None), *at)]))
    return found


def summed(function: np.ufunc) -> Callable[..., Traced]:
    """A method like `sum`."""

    def over(
        given: Traced, axis: object = None, dtype: DTypeLike | None = None, out: object = None, keepdims: object = False, **other: object
    ) -> Traced:  # fmt: skip
        return reduce(function, given, axis, dtype, out, keepdims, **other)

    return over


def summed_on_the_way(function: np.ufunc) -> Callable[..., Traced]:
    """A method like `cumsum`."""

    def over(given: Traced, axis: int | None = None, dtype: DTypeLike | None = None, out: object = None) -> Traced:
        if axis is None:
            raise Untraceable("it sums over all axes, that of the sites among them")
        return accumulate(function, given, axis, dtype)

    return over


def best(better: np.ufunc, of: Callable[..., Array]) -> Callable[..., Traced]:
    """A method like `argmax`: the first of the best."""

    def over(given: Traced, axis: int | None = None, out: object = None, keepdims: object = False) -> Traced:
        axes, keep, formulas = axes_of(given, axis), keepdims is True, given.formulas
        if len(axes) != 1:
            raise Untraceable("it looks for the best over several axes at once")
        value = of(given.value, axis=axes[0], keepdims=keep)
        rows = np.moveaxis(given.terms, axes[0], 0)
        held = rows[0]
        found = each(lambda term: formulas.const(0, INT), held)
        for k in range(1, len(rows)):
            wins = each(partial(formulas.apply, better, (given.value.dtype,) * 2, BOOL), rows[k], held)
            found = each(formulas.choose, wins, each(lambda term, k=k: formulas.const(k, INT), held), found)
            held = each(formulas.choose, wins, rows[k], held)
        return Traced(formulas, np.asarray(value), found.reshape(short(value.shape) if given.sited else value.shape))

    return over


def take(formulas: Formulas, given: Given, index: Given, axis: int | None = None, **other: object) -> Traced:
    """numpy.take along the first axis."""
    rows = lift(formulas, given)
    if axis not in (0, None) or (axis is None and rows.value.ndim != 1) or other.get("out") is not None:
        raise Untraceable("it takes along another axis than the first")
    return gather(rows, (lift(formulas, index),))


def take_along_axis(formulas: Formulas, given: Given, index: Given, axis: int | None = None) -> Traced:
    """numpy.take_along_axis along the first axis."""
    rows, picks = lift(formulas, given), lift(formulas, index)
    if axis not in (0, -rows.value.ndim) or (rows.value.ndim == 1 and rows.sited):
        raise Untraceable("it takes along another axis than the first")
    value = np.take_along_axis(rows.value, picks.value, axis=0)

    def pick(index: Term, *among: Term) -> Term:
        return formulas.pick(index, list(among))

    found = [each(pick, row, *rows.terms) for row in picks.terms]
    return Traced(formulas, value, np.stack(found))


def count_nonzero(formulas: Formulas, given: Given, axis: object = None, **other: object) -> Traced:
    """numpy.count_nonzero."""
    return reduce(np.add, cast(lift(formulas, given), BOOL), axis, INT, **other)


ROW_FUNCTIONS: dict[Callable[..., object], Callable[..., Traced]] = {
    np.ufunc.reduce: reduce,
    np.ufunc.accumulate: accumulate,
}
ROW_FUNCTIONS |= {np.take: take, np.take_along_axis: take_along_axis, np.count_nonzero: count_nonzero}
ROW_METHODS: dict[str, Callable[..., Traced]] = {
    "sum": summed(np.add), "prod": summed(np.multiply), "max": summed(np.maximum), "min": summed(np.minimum),
    "any": summed(np.logical_or), "all": summed(np.logical_and), "gather": gather,
    "cumsum": summed_on_the_way(np.add), "cumprod": summed_on_the_way(np.multiply),
    "argmax": best(np.greater, np.argmax), "argmin": best(np.less, np.argmin),
    "take": lambda given, *args, **options: take(given.formulas, given, *args, **options),
}  # fmt: skip
