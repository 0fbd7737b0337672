"""A letter as kernels see it: views of its body, written from the one declaration of its fields in `cyberspace.law.letters`."""

# numba types these functions itself
# mypy: allow-untyped-defs
from __future__ import annotations

from collections import namedtuple
from typing import NamedTuple

import numpy as np
from numba import njit

from cyberspace.law.letters import LETTER, block_bytes, layout
from cyberspace.law.world import World
from organisms.arrays import Array
from topology import LinkEnd

LetterView = namedtuple("LetterView", [field.name for field in LETTER])
"""Fields as in `cyberspace.law.letters.Letter`; truth values are bytes."""


class Form(NamedTuple):
    """Where the fields of a letter lie in its body, how long its axes are, and the bytes of a block.

    The numbers of a letter are little-endian, so this machine has to be as well.
    """

    starts: Array
    place: int
    slot: int
    pair: int
    unit: int
    input: int
    message: int
    tide: int
    size: int


def form(world: World, end: LinkEnd) -> Form:
    """The form of a letter over a link."""
    parts = {part.name: part for part in layout(world, end)}
    starts = np.array([part.start for part in parts.values()], dtype=np.int64)
    (message, place), (unit, inputs, slot) = parts["messages"].shape, parts["weights"].shape
    pair = parts["genome"].shape[0]
    return Form(starts, place, slot, pair, unit, inputs, message, end.tide, block_bytes(world, end))


def _view(k: int) -> str:
    """The text of a view of the k-th field."""
    about = LETTER[k].metadata
    axes = [f"form.{axis}" for axis in (*about["axes"], about["per"])]
    dtype = "uint8" if about["dtype"] == "bool" else about["dtype"]
    count = " * ".join([str(np.dtype(dtype).itemsize), *axes])
    typed = "" if dtype == "uint8" else f".view(np.{dtype})"
    shape = f".reshape({', '.join(axes)})" if len(axes) > 1 else ""
    return f"body[form.starts[{k}] : form.starts[{k}] + {count}]{typed}{shape}"


_TEXT = f"def view(body, form):\n    return LetterView({', '.join(_view(k) for k in range(len(LETTER)))})\n"
_MADE = {"np": np, "LetterView": LetterView}
exec(_TEXT, _MADE)  # numba asks for one expression a field, each of a type of its own
view = njit(inline="always")(_MADE["view"])
"""The letter in a body, uint8."""
