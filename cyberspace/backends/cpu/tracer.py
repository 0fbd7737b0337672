"""Arrays that stand for all sites at once while a task is asked, and note what it computes for each of them.

Each is two arrays: numbers for a few sites, which NumPy computes as it always does, so that types and shapes are those of NumPy; and the
terms that lead there, where the axis of the sites, always the last, has length 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin
from numpy.typing import NDArray

from cyberspace.backends.cpu.formula import BOOL, INT64, Formulas, Kind, Term, Untraceable
from organisms.arrays import Array

SITES = 1031
"""Sites while a task is asked: an axis of this length is that of the sites."""

MIXES = "it mixes sites, or moves their axis"
Terms = NDArray[np.object_]
Given: TypeAlias = "Traced | Array | np.generic | int"

COMPARES = ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal")
BITWISE = ("bitwise_and", "bitwise_or", "bitwise_xor")
SHIFTS = ("left_shift", "right_shift")
AS_PYTHON = {"add", "subtract", "multiply", "floor_divide", "remainder", "negative", "positive", *SHIFTS, *BITWISE, *COMPARES}
"""What whole numbers of Python make another one with."""

LOGICAL = ("logical_and", "logical_or", "logical_xor", "logical_not")

METHODS: dict[str, Callable[..., Traced]] = {}
"""Methods of arrays that are traced; see `cyberspace.backends.cpu.functions`."""

FUNCTIONS: dict[Callable[..., object], Callable[..., Traced]] = {}
"""Functions of NumPy that are written anew for them; others are taken as NumPy writes them by these and by methods."""


class Traced(NDArrayOperatorsMixin):
    """An array of a task that is being traced, or a whole number of Python, as a lesson is.

    Args:
        formulas: Its terms are made there.
        value: What NumPy makes of it for so many sites.
        terms: How.
        python: Whether it is a number of Python.
    """

    __array_priority__ = 1000.0

    def __init__(self, formulas: Formulas, value: Array, terms: Terms, python: bool = False):
        self.formulas, self.value, self.terms, self.python = formulas, value, terms, python
        self.sited = value.ndim > 0 and value.shape[-1] == SITES
        fits = terms.shape == (short(value.shape) if self.sited else value.shape)
        if not fits or not (self.sited or all(term.shared for term in listed(terms))):
            raise Untraceable(MIXES)

    # What an array tells of itself; a number of Python tells none of it.

    def __getattr__(self, name: str) -> object:
        if name in ("shape", "ndim", "size", "dtype", "T") and not self.python:
            return move(np.transpose, self) if name == "T" else getattr(self.value, name)
        known = METHODS.get(name)
        if known is None or self.python:
            whole = "a whole number of Python" if self.python else "an array"
            raise AttributeError(f"{whole} that is traced has no {name!r}")
        return lambda *args, **options: known(self, *args, **options)

    def __len__(self) -> int:
        return len(self.value)

    def __iter__(self) -> Iterator[Traced]:
        if self.value.ndim < 1 or (self.sited and self.value.ndim == 1):
            raise Untraceable("it takes sites one by one")
        return (self[k] for k in range(len(self)))

    # What Python would need to know at once.

    def _known(self, what: str) -> int:
        known = listed(self.terms)
        if len(known) != 1 or known[0].op != "const":
            raise Untraceable(f"Python needs {what} of a lesson or of a site at once, where xp.where or xp.asarray would wait")
        return known[0].about

    def __bool__(self) -> bool:
        return bool(self._known("the truth"))

    def __int__(self) -> int:
        return self._known("a number")

    def __index__(self) -> int:
        return self._known("a number")

    def __float__(self) -> float:
        return float(self._known("a number"))

    def __array__(self, *given: object, **options: object) -> Array:
        raise Untraceable(
            "an array of NumPy, or a function of it, needs all numbers at once, where xp.asarray(table)[...], astype or xp.where would wait"
        )

    # What is computed.

    def __array_ufunc__(self, function: np.ufunc, method: str, *given: Given, **options: object) -> Traced:
        out = options.pop("out", None)
        if method == "__call__" and not options:
            found = elementwise(self.formulas, function, given)
        elif method == "reduce":
            found = FUNCTIONS[np.ufunc.reduce](function, self._lifted(given[0]), *given[1:], **options)
        elif method == "accumulate":
            found = FUNCTIONS[np.ufunc.accumulate](function, self._lifted(given[0]), *given[1:], **options)
        else:
            raise Untraceable(f"it calls numpy.{function.__name__} in a way that is not compiled")
        if out is None:
            return found
        target = out[0] if isinstance(out, tuple) else out
        if not isinstance(target, Traced) or target.python:
            return found  # `lesson += 1` makes another number
        target[...] = found
        return target

    def __array_function__(
        self, function: Callable[..., object], types: object, args: Sequence[object], options: Mapping[str, object]
    ) -> object:  # fmt: skip
        known = FUNCTIONS.get(function)
        if known is not None:
            return known(self.formulas, *args, **options)
        text = getattr(function, "_implementation", None)
        if text is None:
            raise Untraceable(f"it calls numpy.{function.__name__}, which is not compiled")
        return text(*args, **options)

    def _lifted(self, given: Given) -> Traced:
        return lift(self.formulas, given)

    # Parts.

    def __getitem__(self, key: object) -> Traced:
        keys = key if isinstance(key, tuple) else (key,)
        if any(isinstance(one, Traced) for one in keys):
            return METHODS["gather"](self, keys)
        return Traced(self.formulas, np.asarray(self.value[keys]), as_terms(self.terms[keys]))

    def __setitem__(self, key: object, given: Given) -> None:
        keys = key if isinstance(key, tuple) else (key,)
        if any(isinstance(one, Traced) for one in keys):
            raise Untraceable("it writes to places that hang on a lesson or on a site")
        new = cast(self._lifted(given), self.value.dtype)
        if new.sited and not self.sited:
            raise Untraceable(MIXES)
        self.value[keys] = new.value
        self.terms[keys] = new.terms if new.terms.ndim else new.terms.item()


def short(shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape with the axis of the sites shortened to 1."""
    return tuple(1 if length == SITES else length for length in shape)


def listed(terms: Terms) -> list[Term]:
    """The terms of an array of them."""
    return [term for term in terms.ravel().tolist() if isinstance(term, Term)]


def as_terms(found: object) -> Terms:
    """Terms, of which NumPy may have taken a single one out of its array."""
    if isinstance(found, np.ndarray):
        return found
    one = np.empty((), dtype=object)
    one[()] = found
    return one


def lift(formulas: Formulas, given: Given | Sequence[Given]) -> Traced:
    """A constant as a traced array."""
    if isinstance(given, Traced):
        return given
    if isinstance(given, list | tuple) and any(isinstance(one, Traced) for one in given):
        return move(np.stack, [lift(formulas, one) for one in given])
    value = np.array(given)
    if value.dtype.kind not in "iub":
        raise Untraceable(f"it computes with {value.dtype}, and only whole numbers are compiled")
    first = value
    if value.ndim and value.shape[-1] == SITES:
        first = value[..., :1]
        if not np.array_equal(np.broadcast_to(first, value.shape), value):
            raise Untraceable("what it computes hangs on the number of a site")
    terms = np.empty(first.shape, dtype=object)
    for at in np.ndindex(first.shape):
        terms[at] = formulas.const(int(first[at]), value.dtype)
    return Traced(formulas, value, terms, python=type(given) in (int, bool))


def each(call: Callable[..., Term], *given: Terms) -> Terms:
    """Terms made of those at the same places of some arrays."""
    whole = np.broadcast_arrays(*given)
    found = np.empty(whole[0].shape, dtype=object)
    for at in np.ndindex(found.shape):
        found[at] = call(*(one[at] for one in whole))
    return found


def cast(given: Traced, kind: Kind) -> Traced:
    """`astype`."""
    with np.errstate(all="ignore"):
        value = given.value.astype(kind)
    return Traced(given.formulas, value, each(lambda term: given.formulas.cast(term, kind), given.terms))


def elementwise(formulas: Formulas, function: np.ufunc, given: Sequence[Given]) -> Traced:
    """A function of NumPy, site by site."""
    name, parts = function.__name__, [lift(formulas, one) for one in given]
    if name == "power":
        return _power(*parts)
    if name == "square":
        return elementwise(formulas, np.multiply, (*parts, *parts))
    if function.nout != 1:
        raise Untraceable(f"it calls numpy.{name}, which is not compiled")
    if name in LOGICAL:
        parts = [cast(part, BOOL) for part in parts]
    python = name in AS_PYTHON and all(part.python for part in parts)
    values = [part.value.item() if part.python else part.value for part in parts]
    if python and all(isinstance(value, bool) for value in values) and name not in (*COMPARES, *BITWISE):
        values = [int(value) for value in values]  # for Python, True + True is 2
    with np.errstate(all="ignore"):
        value = np.asarray(function(*values))
    if value.dtype.kind not in "iub":
        raise Untraceable(f"it computes with {value.dtype}, and only whole numbers are compiled")
    kinds = [int if part.python and part.value.dtype != BOOL else part.value.dtype for part in parts]
    loop = tuple(function.resolve_dtypes((*kinds, None)))[:-1]  # type: ignore[arg-type]
    if python:
        loop = (BOOL if all(isinstance(one, bool) for one in values) else INT64,) * len(parts)
    elif name in COMPARES and any(part.python for part in parts) and np.dtype(np.uint64) not in loop:
        loop = _wide(parts, loop)
    return Traced(
        formulas,
        value,
        each(lambda *one: formulas.apply(function, loop, value.dtype, *one), *(part.terms for part in parts)),
        python,
    )


def _wide(parts: Sequence[Traced], loop: tuple[Kind, ...]) -> tuple[Kind, ...]:
    """Types for comparing with a number of Python, which may be beyond those of the others."""
    kind = loop[0]
    if kind == BOOL:
        return loop
    least, most = (
        (-(2 ** (8 * kind.itemsize - 1)), 2 ** (8 * kind.itemsize - 1)) if kind.kind == "i" else (0, 2 ** (8 * kind.itemsize))
    )
    numbers = [term for part in parts if part.python for term in listed(part.terms)]
    fits = all(term.op == "const" and least <= term.about < most for term in numbers)
    return loop if fits else (INT64, INT64)


def _power(base: Traced, exponent: Traced) -> Traced:
    times = exponent._known("an exponent")
    if not 0 <= times <= 64:
        raise Untraceable("it raises to a power below 0 or above 64")
    kind = np.power(base.value.flat[0], exponent.value.item() if exponent.python else exponent.value).dtype
    found = base if base.python else cast(base, kind)
    one: Traced = found * 0 + 1
    for _ in range(times):
        one = one * found
    return one


def move(function: Callable[..., object], given: Traced | Sequence[Traced], *args: object, **options: object) -> Traced:
    """A function of NumPy that computes nothing, but stacks, repeats or lays out anew."""
    parts = [given] if isinstance(given, Traced) else list(given)

    def called(arrays: list[Array], *args: object, **options: object) -> Array:
        return np.asarray(function(arrays[0] if isinstance(given, Traced) else arrays, *args, **options))

    value = called([one.value for one in parts], *args, **options)
    named = {name: _short(one) for name, one in options.items() if name != "dtype"}
    try:
        terms = called([one.terms for one in parts], *(_short(one) for one in args), **named)
    except ValueError:
        raise Untraceable(MIXES) from None
    formulas, shape = parts[0].formulas, short(value.shape) if value.ndim and value.shape[-1] == SITES else value.shape
    terms = each(lambda term: formulas.cast(term, value.dtype), as_terms(terms))
    return Traced(formulas, value, terms.reshape(shape) if terms.size == int(np.prod(shape)) else terms)


def _short(given: object) -> object:
    """A shape, or part of one, with the axis of the sites shortened."""
    if isinstance(given, tuple | list):
        return type(given)(_short(one) for one in given)
    return 1 if type(given) is int and given == SITES else given
