"""Whom a picture groups together: by lineage, by what is alike in the genome, by function, by learning rule, by copier, by ancestor."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cyberspace.wire.protocol import Arrays
from organisms.traits import LEARNED, MATTER, NOISE, OTHERWISE
from render import oklab, palette
from render.context import Context, Lineages
from render.palette import RGB

Row = tuple[str, str]
"""A colour and what it says."""

SHOWN = 6
"""Populations that a legend names."""

DEPTHS = (1_000, 5_000, 20_000, 100_000)
"""Ticks back to the ancestors that `ancestor` goes by."""

HUES = 61
"""Colours of ancestors: a prime number, so that marks are spread over them."""

COPIERS = {
    0: "copies itself exactly",
    LEARNED: "copies what it learned",
    MATTER: "mixes with what lay there",
    NOISE: "adds noise",
    OTHERWISE: "multiplies its alleles",
}
"""What copiers do that do one thing; those that do several are the last group."""

KIND_OF_COPIER = np.full(256, len(COPIERS), dtype=np.uint8)
KIND_OF_COPIER[list(COPIERS)] = np.arange(len(COPIERS))
"""The group of a copier by its bits."""


def by_mark(marks: NDArray[np.generic], lineages: Lineages) -> NDArray[np.uint8]:
    """The colour of each mark that has one of its own; the last for the others."""
    most = len(lineages.slots)
    found = np.full(marks.shape, most, dtype=np.uint8)
    for slot, mark in enumerate(lineages.slots):
        if mark:  # bytes are added up: four times as fast as writing where a mask is set
            found -= (marks == mark).view(np.uint8) * np.uint8(most - slot)
    return found


def mark_rows(lineages: Lineages, kind: str) -> list[Row]:
    """Who has which colour, and how many they are."""
    others = max(0, lineages.kinds - len(lineages.slots))
    named = [f"{mark:08x}: {lineages.sizes.get(mark, 0):,} live" if mark else "no other" for mark in lineages.slots]
    return [*zip(palette.CATEGORIES, named, strict=True), (palette.OTHERS, f"any other {kind}: {others:,} of them")]


def lineage(arrays: Arrays, context: Context) -> NDArray[np.uint8]:
    """By founder."""
    return by_mark(arrays["founder"], context.lineages)


def ancestor(arrays: Arrays, context: Context) -> NDArray[np.uint8]:
    """By who was the ancestor so many ticks ago; few of those who have most descendants share a colour."""
    marks = next(values for name, values in arrays.items() if name.startswith("ancestor"))
    return (marks.astype(np.uint32) % np.uint32(HUES)).astype(np.uint8)


def ancestor_colours(context: Context) -> list[RGB]:
    """Colours that go round the hues by the golden angle, at three heights of lightness."""
    number = np.arange(HUES, dtype=np.float64)
    hue, light = number * np.pi * (3 - 5**0.5), 0.5 + 0.17 * (number % 3)
    found = oklab.pixels(oklab.polar(light, 0.8 * oklab.most_chroma(light, hue), hue))
    return [(int(red), int(green), int(blue)) for red, green, blue in found]


def ancestor_rows(context: Context) -> list[Row]:
    """Those who have most descendants."""
    colours, sizes = ancestor_colours(context), context.ancestors.sizes
    named = [(palette.code(colours[mark % HUES]), f"{mark:08x}: {size:,} descend from it") for mark, size in sizes.items()]
    others = max(0, context.ancestors.kinds - len(sizes))
    return [*named, (palette.code(colours[0]), f"{others:,} others, in colours like these")]


def kin(arrays: Arrays, context: Context) -> NDArray[np.uint8]:
    """By population."""
    return context.members.of(np.asarray(arrays["kin"], dtype=np.int64))


def kin_colours(context: Context) -> list[RGB]:
    """A colour for each population, and one for those who are like few."""
    return [*context.populations.colours, palette.rgb(palette.OTHERS)]


def kin_rows(context: Context) -> list[Row]:
    """The largest populations."""
    found = context.populations
    named = [
        (palette.code(colour), f"{_percent(share)} of the living are alike")
        for colour, share in zip(found.colours[:SHOWN], found.shares.tolist(), strict=False)
    ]
    more = len(found.colours) - SHOWN
    rest = [(palette.code(found.colours[SHOWN]), f"{more:,} more, each its own colour")] if more > 0 else []
    return [*named, *rest, (palette.OTHERS, "like few others")]


def task(arrays: Arrays, context: Context) -> NDArray[np.uint8]:
    """By the last goal that is performed."""
    performed = np.asarray(arrays["performed"]).astype(np.uint32)
    asked = performed & np.uint32((1 << len(context.space.goals)) - 1)
    return np.frexp(asked.astype(np.float64))[1].astype(np.uint8)  # the exponent is the number of the highest bit, from 1


def task_rows(context: Context) -> list[Row]:
    """A colour for each goal, the same everywhere."""
    goals = context.space.goals
    return [(palette.IDLE, "none"), *zip(palette.task_colours(len(goals)), goals, strict=True)]


def rule(arrays: Arrays, context: Context) -> NDArray[np.uint8]:
    """By learning rule."""
    return np.asarray(arrays["rule"]).astype(np.uint8)


def rule_rows(context: Context) -> list[Row]:
    """A colour for each rule of the world."""
    rules = context.space.rules or ("the only rule",)
    return list(zip(palette.task_colours(len(rules)), rules, strict=True))


def copier(arrays: Arrays, context: Context) -> NDArray[np.uint8]:
    """By what the copier does."""
    return KIND_OF_COPIER[np.asarray(arrays["copier"]).astype(np.uint8)]


def copier_rows(context: Context) -> list[Row]:
    """A colour for each kind of copier."""
    words = (*COPIERS.values(), "does several of these")
    return list(zip(palette.task_colours(len(words)), words, strict=True))


def blocks(arrays: Arrays, context: Context) -> NDArray[np.uint8]:
    """By what people built."""
    return arrays["blocks"].astype(np.uint8)


def block_rows(context: Context) -> list[Row]:
    """A colour for each kind of block."""
    return [(palette.SPACE, "nothing"), *((colour, name) for name, colour in palette.BLOCKS.items())]


def _percent(share: float) -> str:
    """A share that is there is never told as none."""
    return f"{100 * share:.0f} %" if share >= 0.005 or not share else "under 1 %"
