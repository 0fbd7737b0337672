"""What can be seen of a place: one table of fields, and how each becomes palette indices, a legend, a unit and a range."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cyberspace.wire.protocol import Arrays
from render import groups, palette
from render.about import SpaceAbout
from render.context import Context, alive
from render.frames import Frame
from render.groups import Row
from render.palette import FIRST, NOBODY, SCALE, UNKNOWN, VENT, WALL
from render.projection import Projection

Masked = np.ma.MaskedArray[tuple[int, ...], np.dtype[np.float64]]


@dataclass(frozen=True)
class Field:
    """One way to colour the world.

    Attributes:
        name: Its name on the command line.
        title: Its name in the window.
        needs: Quantities it is made of.
        unit: Unit of its numbers; "" for categories.
        says: What it shows, in one line.
        scalar: Values, float or int, of the arrays of a frame; None for categories.
        categories: Indices from 0 of the arrays; None for a scalar.
        rows: Legend of categories.
        paints: Colours of categories, where they are not those of the legend.
        signed: Whether the values lie on both sides of zero.
        top: The highest value of the range, if it is known beforehand.
    """

    name: str
    title: str
    needs: tuple[str, ...]
    unit: str
    says: str
    scalar: Callable[[Arrays, Frame], NDArray[np.generic]] | None = None
    categories: Callable[[Arrays, Context], NDArray[np.uint8]] | None = None
    rows: Callable[[Context], list[Row]] | None = None
    paints: Callable[[Context], list[palette.RGB]] | None = None
    signed: bool = False
    top: Callable[[Context], float] | None = None

    def colours(self, context: Context) -> list[palette.RGB]:
        """The colours of its indices."""
        if self.paints is not None:
            return self.paints(context)
        if self.rows is not None:
            return [palette.rgb(colour) for colour, _ in self.rows(context)]
        return palette.ramp(palette.BALANCE_STOPS if self.signed else palette.RAMP_STOPS)

    def span(self, context: Context) -> tuple[float, float]:
        """Lowest and highest value of a scalar's range."""
        top = context.tops.get(self.name, 1.0)
        return (-top, top) if self.signed else (0.0, top)


def indices(kind: Field, frame: Frame, projection: Projection, context: Context) -> NDArray[np.uint8]:
    """The picture of a field, in palette indices, 2-D.

    A mean or maximum over a hidden axis is taken over the living; of categories it is the commonest one.
    """
    if not all(name in frame.arrays for name in kind.needs):
        nothing = np.full(tuple(1 if a in projection.hidden else n for a, n in enumerate(projection.shape)), UNKNOWN, np.uint8)
        return projection.picture(nothing, palette.BETWEEN)
    arrays = {name: projection.sliced(values) for name, values in frame.arrays.items()}
    living = _living(kind, arrays)
    if kind.categories is not None:
        found = _categories(kind, arrays, living, context)
        count = len(kind.colours(context))
        shown = projection.reduce(found, dict.fromkeys(("mean", "max"), lambda v, a: _commonest(v, a, count)))
    else:
        assert kind.scalar is not None
        shown = _scaled(kind, kind.scalar(arrays, frame), living, projection, context)
    return projection.picture(_blocks(shown, arrays, projection, kind), palette.BETWEEN)


def _blocks(shown: NDArray[np.uint8], arrays: Arrays, projection: Projection, kind: Field) -> NDArray[np.uint8]:
    """Walls, soil and vents shine through where nobody lives."""
    blocks = arrays.get("blocks")
    if blocks is None or kind.name == "blocks":
        return shown
    built = projection.reduce(
        blocks.astype(np.uint8), dict.fromkeys(("mean", "max"), lambda v, a: v.max(axis=a, keepdims=True))
    )
    return _shining(shown, built)


def _shining(shown: NDArray[np.uint8], built: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture with what is built where nobody lives."""
    return np.where((shown == NOBODY) & (built > 0), (built + (WALL - 1)).clip(WALL, VENT), shown).astype(np.uint8)


def _scaled(
    kind: Field, values: NDArray[np.generic], living: NDArray[np.bool_], projection: Projection, context: Context
) -> NDArray[np.uint8]:
    """Indices of a scalar, hidden axes reduced."""
    if any(cut.how != "slice" for cut in projection.hidden.values()):
        masked = projection.reduce(np.ma.masked_array(values.astype(np.float64), ~living), {"mean": _mean, "max": _farthest})
        values, living = masked.filled(0), ~np.ma.getmaskarray(masked)
    context.tops[kind.name] = kind.top(context) if kind.top else _top(values, living, context.tops.get(kind.name, 0.0))
    return _levels(kind, values, living, context)


def _levels(kind: Field, values: NDArray[np.generic], living: NDArray[np.bool_], context: Context) -> NDArray[np.uint8]:
    """Where values lie in a scalar's range."""
    low, high = kind.span(context)
    scaled = np.subtract(values, low, dtype=np.float32) * np.float32((SCALE - 1) / (high - low))
    shown: NDArray[np.uint8] = np.where(living, scaled.clip(0, SCALE - 1).astype(np.uint8) + np.uint8(FIRST), np.uint8(NOBODY))
    return shown


def _living(kind: Field, arrays: Arrays) -> NDArray[np.bool_]:
    """Where there is something to see."""
    return alive(arrays) if kind.name != "blocks" else np.ones(arrays["blocks"].shape, bool)


def _categories(kind: Field, arrays: Arrays, living: NDArray[np.bool_], context: Context) -> NDArray[np.uint8]:
    """Indices of categories."""
    assert kind.categories is not None
    return np.where(living, kind.categories(arrays, context) + np.uint8(FIRST), np.uint8(NOBODY))


def ranged(kind: Field, arrays: Arrays, frame: Frame, context: Context) -> None:
    """Find the range of a scalar, from arrays (places, components...) of all places that are shown, before `coloured`."""
    if kind.scalar is None:
        return
    step = max(1, len(next(iter(arrays.values()))) // RANGED)
    some = {name: values[::step] for name, values in arrays.items()}
    before = context.tops.get(kind.name, 0.0)
    context.tops[kind.name] = kind.top(context) if kind.top else _top(kind.scalar(some, frame), _living(kind, some), before)


def coloured(kind: Field, arrays: Arrays, frame: Frame, context: Context) -> NDArray[np.uint8]:
    """Palette indices of some places, in the shape of their arrays (but for components); nothing is reduced."""
    living = _living(kind, arrays)
    if kind.categories is not None:
        shown = _categories(kind, arrays, living, context)
    else:
        assert kind.scalar is not None
        shown = _levels(kind, kind.scalar(arrays, frame), living, context)
    blocks = arrays.get("blocks")
    return shown if blocks is None or kind.name == "blocks" else _shining(shown, blocks.astype(np.uint8))


def _mean(values: Masked, axis: int) -> Masked:
    """The mean along an axis, kept with length 1."""
    found: Masked = values.mean(axis=axis, keepdims=True)
    return found


def _farthest(values: Masked, axis: int) -> Masked:
    """The value that is farthest from zero along an axis, kept with length 1."""
    known, hidden = values.filled(0.0), np.ma.getmaskarray(values)
    place = np.expand_dims(np.where(hidden, -1.0, np.abs(known)).argmax(axis=axis), axis)
    found: Masked = np.ma.masked_array(np.take_along_axis(known, place, axis), np.take_along_axis(hidden, place, axis))
    return found


def _commonest(found: NDArray[np.uint8], axis: int, count: int) -> NDArray[np.uint8]:
    """The commonest category of the living along an axis, `NOBODY` where nobody lives."""
    best: NDArray[np.uint8] = np.zeros_like(found.max(axis=axis, keepdims=True))
    most = np.zeros(best.shape, dtype=np.int32)
    for index in range(FIRST, FIRST + count):
        many = (found == index).sum(axis=axis, keepdims=True, dtype=np.int32)
        best, most = np.where(many > most, np.uint8(index), best), np.maximum(most, many)
    return best


def _top(values: NDArray[np.generic], living: NDArray[np.bool_], before: float) -> float:
    """A round number that most of the values lie below; it grows at once and shrinks only when far too large."""
    step = max(1, values.size // RANGED)
    sample = np.abs(values.ravel()[::step][living.ravel()[::step]])
    high = (float(np.quantile(sample, 0.97)) if sample.size else 0.0) or 1.0
    return before if high <= before <= 5 * high else round_up(max(high, 1e-9))


RANGED = 20_000
"""Places by which a range is found."""

ROUND = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0)


def round_up(value: float) -> float:
    """The next of some round numbers times a power of ten."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in ROUND if step * power >= value * (1 - 1e-9))


FIELDS = (
    Field(
        "lineage",
        "lineage",
        ("founder",),
        "",
        "who descends from the same first organism",
        categories=groups.lineage,
        rows=lambda context: groups.mark_rows(context.lineages, "lineage"),
    ),
    Field("energy", "energy", ("energy",), "energy", "what each organism holds", lambda a, f: a["energy"]),
    Field("age", "age", ("born",), "ticks", "ticks since birth", lambda a, f: f.tick - a["born"].astype(np.int64)),
    Field(
        "heredity",
        "difference from the parent",
        ("distance",),
        "loci",
        "heredity: loci in which the genome differs from the parent's; the first of a lineage shows 0",
        lambda a, f: np.maximum(a["distance"], 0),
    ),
    Field(
        "task",
        "task performed",
        ("performed",),
        "",
        "the last in the list of goals that it performs",
        categories=groups.task,
        rows=groups.task_rows,
    ),
    Field(
        "messages",
        "first message",
        ("heard",),
        "activity",
        "what the first message unit says",
        lambda a, f: a["heard"][..., 0].astype(np.int32),
        signed=True,
        top=lambda c: 127.0,
    ),
    Field(
        "learned",
        "learned minus inborn",
        ("learned",),
        "weight",
        "mean of |weight - inborn weight| over the synapses",
        lambda a, f: a["learned"],
    ),
    Field(
        "blocks",
        "blocks",
        ("blocks",),
        "",
        "what people built",
        categories=groups.blocks,
        rows=groups.block_rows,
    ),
    Field(
        "kinship",
        "kinship of genomes",
        ("kin",),
        "",
        "who is alike by genome, however old the founder: like colours, like genomes",
        categories=groups.kin,
        rows=groups.kin_rows,
        paints=groups.kin_colours,
    ),
    Field("copier", "copier", ("copier",), "", "how each copies itself", categories=groups.copier, rows=groups.copier_rows),
    Field("rule", "learning rule", ("rule",), "", "by which rule each learns", categories=groups.rule, rows=groups.rule_rows),
    Field(
        "ancestor",
        "common ancestor",
        (f"ancestor {groups.DEPTHS[2]}",),
        "",
        f"who descends from the same ancestor of {groups.DEPTHS[2]:,} ticks ago",
        categories=groups.ancestor,
        rows=groups.ancestor_rows,
        paints=groups.ancestor_colours,
    ),
)
"""In the order of their keys."""

BY_NAME = {kind.name: kind for kind in FIELDS}


LARGE = 2**18
"""Sites from which on no more is asked for than is drawn."""


FEW = 2**15
"""Sites of a space up to which every frame tells what each performs and what that paid, for whoever points at it."""


def needs(kind: Field, space: SpaceAbout) -> tuple[str, ...]:
    """Quantities to ask for: those of the field, who lives, what each performs and is paid, and what people built where they can."""
    lives = "alive" if space.sites >= LARGE else "energy"
    does = ("performed", "payoff", *(("score",) if space.score[0] else ())) if space.goals and space.sites <= FEW else ()
    return tuple(dict.fromkeys((*kind.needs, lives, *does, *(("blocks",) if space.plaza else ()))))
