"""What a task computes for one site: terms of whole numbers, each with the type that NumPy gives it, and each of them as Python that numba
compiles.

Equal terms are one term, and a term of constants alone is a constant.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from organisms.arrays import Array

MOST_TERMS = 4000
"""Terms of a task at most: beyond, compiling it would take longer than it saves."""

CHAIN = 8
"""Constants that are chosen among one by one, in vectors; longer tables are read."""

TOO_MANY = f"it computes more than {MOST_TERMS:,} numbers for each site"

Kind = np.dtype[np.generic]
BOOL, INT64 = np.dtype(np.bool_), np.dtype(np.int64)


class Untraceable(Exception):
    """A task that has no formula for one site; the message says why."""


@dataclass(frozen=True, eq=False)
class Term:
    """A number of a site, or one that all sites share in a lesson.

    Attributes:
        op: What it is: "const", "lesson", one of `GIVEN`, "cast", "choose", "table", or a function of NumPy.
        parts: The terms that it is made of.
        about: The constant; which word, answer unit or word of memory is meant; or which table.
        kind: Its type.
        shared: Whether it is the same at all sites.
        number: Its place in the order in which terms were made.
    """

    op: str
    parts: tuple[Term, ...]
    about: int
    kind: Kind
    shared: bool
    number: int


class Formulas:
    """All terms of a task.

    Attributes:
        tables: Constants that are looked up by numbers of a site.
    """

    def __init__(self) -> None:
        self._terms: dict[tuple[str, tuple[int, ...], int, Kind], Term] = {}
        self.tables: list[Array] = []

    def make(self, op: str, kind: Kind, *parts: Term, about: int = 0) -> Term:
        """A term."""
        if kind.kind not in "iub":
            raise Untraceable(f"it computes with {kind}, and only whole numbers are compiled")
        key = op, tuple(part.number for part in parts), about, kind
        if key not in self._terms:
            if len(self._terms) >= MOST_TERMS:
                raise Untraceable(TOO_MANY)
            shared = op not in GIVEN and all(part.shared for part in parts)
            self._terms[key] = Term(op, parts, about, kind, shared, len(self._terms))
        return self._terms[key]

    def const(self, value: int, kind: Kind) -> Term:
        """A constant."""
        return self.make("const", kind, about=int(value))

    def cast(self, term: Term, kind: Kind) -> Term:
        """A number as another type, as `astype` has it."""
        if term.kind == kind:
            return term
        if term.op == "const":
            return self.const(int(np.array(term.about).astype(term.kind).astype(kind)), kind)
        if kind == BOOL:
            return self.apply(np.not_equal, (term.kind, term.kind), BOOL, term, self.const(0, term.kind))
        return self.make("cast", kind, term)

    def choose(self, condition: Term, one: Term, two: Term) -> Term:
        """One where the condition holds, else two; both of the same type."""
        if condition.op == "const":
            return one if condition.about else two
        return one if one is two else self.make("choose", one.kind, condition, one, two)

    def apply(self, function: np.ufunc, loop: tuple[Kind, ...], kind: Kind, *parts: Term) -> Term:
        """A function of NumPy, computed in the types of `loop`."""
        name = function.__name__
        if name not in SPOKEN:
            raise Untraceable(f"it calls numpy.{name}, which is not compiled")
        cast = [self.cast(part, wanted) for part, wanted in zip(parts, loop, strict=True)]
        if all(part.op == "const" for part in cast):
            with np.errstate(all="ignore"):
                given = [np.array([part.about]).astype(part.kind) for part in cast]
                return self.const(int(function(*given)[0]), kind)
        if name == "bitwise_count" and loop[0].kind == "i":
            cast = [self.cast(self.apply(np.absolute, loop, loop[0], *cast), np.dtype(f"u{loop[0].itemsize}"))]
        if (bit := _bit_said(name, cast)) is not None:
            said = self.make("said", BOOL, about=cast[0].about)
            return said if bit else self.apply(np.logical_not, (BOOL,), BOOL, said)
        return self.make(name, kind, *cast)

    def pick(self, index: Term, among: list[Term]) -> Term:
        """One of some terms of the same type, by a number that counts them, from the end if it is below zero, as in NumPy."""
        last = len(among) - 1
        if index.op == "const":
            return among[min(max(index.about + (len(among) if index.about < 0 else 0), 0), last)]
        at = self._counted(index, len(among))
        if len(among) > CHAIN and all(term.op == "const" for term in among):
            return self.look_up(np.array([term.about for term in among]).astype(among[0].kind), at)
        found = among[last]
        for k in range(last - 1, -1, -1):
            here = self.apply(np.equal, (INT64, INT64), BOOL, at, self.const(k, INT64))
            found = self.choose(here, among[k], found)
        return found

    def look_up(self, table: Array, at: Term) -> Term:
        """An entry of a table, by a number from 0 to below its length."""
        same = [k for k, old in enumerate(self.tables) if old.dtype == table.dtype and np.array_equal(old, table)]
        self.tables += [] if same else [table]
        return self.make("table", table.dtype, at, about=same[0] if same else len(self.tables) - 1)

    def entry(self, table: Array, index: Term) -> Term:
        """An entry of a long table, by a number that counts from the end if it is below zero, as in NumPy."""
        return self.look_up(table, self._counted(index, len(table)))

    def _counted(self, index: Term, size: int) -> Term:
        """An index as a number from 0 to below the size."""
        at, two = self.cast(index, INT64), (INT64, INT64)
        below = self.apply(np.less, two, BOOL, at, self.const(0, INT64))
        at = self.choose(below, self.apply(np.add, two, INT64, at, self.const(size, INT64)), at)
        at = self.apply(np.maximum, two, INT64, at, self.const(0, INT64))
        return self.apply(np.minimum, two, INT64, at, self.const(size - 1, INT64))


GIVEN = ("word", "answer", "said", "before", "memory", "site")
"""What is given of each site."""


def _bit_said(name: str, parts: list[Term]) -> bool | None:
    """Whether a comparison asks if an answer unit is above 0, True, or if it is not, False: those are bits that are known already."""
    if len(parts) != 2 or parts[0].op != "answer" or parts[1].op != "const":
        return None
    asked = {("greater", 0): True, ("greater_equal", 1): True, ("less_equal", 0): False, ("less", 1): False}
    return asked.get((name, parts[1].about))


def constant(kind: Kind, value: int) -> str:
    """A constant in Python."""
    return str(bool(value)) if kind == BOOL else f"{typed(kind)}({value})"


def typed(kind: Kind) -> str:
    """A type in Python."""
    return "np.bool_" if kind == BOOL else f"np.{kind}"


def spoken(term: Term, names: list[str]) -> str:
    """A term of parts that have names, in Python; numba widens, so every result is cast back."""
    if term.op == "cast":
        return f"np.{term.kind}({names[0]})"
    if term.op == "choose":
        return f"choose({', '.join(names)})"
    if term.op == "table":
        return f"tables[{term.about}][np.uint32({names[0]})]"
    return SPOKEN[term.op](term, names)


def _operator(sign: str, of_bools: str = "") -> Callable[[Term, list[str]], str]:
    def speak(term: Term, names: list[str]) -> str:
        if term.kind == BOOL:
            return f"{names[0]} {of_bools or sign} {names[1]}"
        return f"np.{term.kind}({names[0]} {sign} {names[1]})"

    return speak


def _comparison(sign: str) -> Callable[[Term, list[str]], str]:
    def speak(term: Term, names: list[str]) -> str:
        if term.parts[0].kind == BOOL:
            return f"np.uint8({names[0]}) {sign} np.uint8({names[1]})"
        return f"{names[0]} {sign} {names[1]}"

    return speak


def _extreme(sign: str, of_bools: str) -> Callable[[Term, list[str]], str]:
    def speak(term: Term, names: list[str]) -> str:
        one, two = names
        return f"{one} {of_bools} {two}" if term.kind == BOOL else f"choose({one} {sign} {two}, {one}, {two})"

    return speak


def _not(term: Term, names: list[str]) -> str:
    return f"not {names[0]}" if term.kind == BOOL else f"np.{term.kind}(~{names[0]})"


def _absolute(term: Term, names: list[str]) -> str:
    value = names[0]
    return f"choose({value} < 0, np.{term.kind}(-{value}), {value})" if term.kind.kind == "i" else value


def _sign(term: Term, names: list[str]) -> str:
    value, kind = names[0], term.kind
    return f"np.{kind}(np.{kind}({value} > 0) - np.{kind}({value} < 0))"


def _shift(sign: str) -> Callable[[Term, list[str]], str]:
    """Shifts by a number below 0, or by all bits or more, leave nothing but the sign."""

    def speak(term: Term, names: list[str]) -> str:
        value, by, kind, bits = *names, term.kind, 8 * term.kind.itemsize
        out = f"np.{kind}({value} >> np.{kind}({bits - 1}))" if sign == ">>" and kind.kind == "i" else f"np.{kind}(0)"
        shifted = f"np.{kind}({value} {sign} np.{kind}({by} & np.{kind}({bits - 1})))"
        if below(term.parts[1], bits):
            return f"np.{kind}({value} {sign} {by})"
        return f"choose(np.uint{bits}({by}) < np.uint{bits}({bits}), {shifted}, {out})"

    return speak


def _division(function: str) -> Callable[[Term, list[str]], str]:
    """By a power of two with bits; else by a function that takes 0 for what is divided by 0."""

    def speak(term: Term, names: list[str]) -> str:
        kind, divisor = term.kind, term.parts[1]
        if divisor.op == "const" and divisor.about > 0 and divisor.about & (divisor.about - 1) == 0:
            bits = divisor.about.bit_length() - 1
            how = f">> np.{kind}({bits})" if function == "quotient" else f"& np.{kind}({divisor.about - 1})"
            return f"np.{kind}({names[0]} {how})"
        return f"np.{kind}({function}({names[0]}, {names[1]}))"

    return speak


def below(term: Term, limit: int) -> bool:
    """Whether a number is known to be from 0 to below a limit."""
    if term.op == "const":
        return 0 <= term.about < limit
    if term.op == "cast" and term.parts[0].kind != BOOL:
        return limit <= 127 and below(term.parts[0], limit)
    if term.op == "bitwise_and":
        return any(below(part, limit) for part in term.parts)
    return term.op == "remainder" and term.parts[1].op == "const" and 0 < term.parts[1].about <= limit


SPOKEN: dict[str, Callable[[Term, list[str]], str]] = {
    "add": _operator("+", "|"), "subtract": _operator("-"), "multiply": _operator("*", "&"),
    "bitwise_and": _operator("&"), "bitwise_or": _operator("|"), "bitwise_xor": _operator("^"),
    "logical_and": _operator("&"), "logical_or": _operator("|"), "logical_xor": _operator("^"),
    "invert": _not, "logical_not": _not, "absolute": _absolute, "sign": _sign,
    "positive": lambda term, names: names[0], "negative": lambda term, names: f"np.{term.kind}(-{names[0]})",
    "equal": _comparison("=="), "not_equal": _comparison("!="), "less": _comparison("<"), "less_equal": _comparison("<="),
    "greater": _comparison(">"), "greater_equal": _comparison(">="),
    "maximum": _extreme(">", "|"), "minimum": _extreme("<", "&"), "left_shift": _shift("<<"), "right_shift": _shift(">>"),
    "floor_divide": _division("quotient"), "remainder": _division("rest"),
    "bitwise_count": lambda term, names: f"np.uint8(bit_count(np.uint64({names[0]})))",
}  # fmt: skip
"""How functions of NumPy are written for one site."""


def ordered(wanted: list[Term]) -> list[Term]:
    """Some terms and all that they are made of, constants apart, parts first."""
    found: dict[int, Term] = {}
    left = list(wanted)
    while left:
        term = left.pop()
        if term.number not in found and term.op != "const":
            found[term.number] = term
            left += term.parts
    return [found[number] for number in sorted(found)]
