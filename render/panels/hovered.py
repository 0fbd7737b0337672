"""What is told of the place under the mouse: who lives there, what it performs, and what the colours stand for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from render import palette
from render.model import Model

BRIEF = 4
"""Components of a quantity that are told."""

UNSAID = ("blocks", "alive", "kin", "performed", "born")
"""Quantities that are told in other words, or that say nothing as numbers."""


def hovered(model: Model) -> str:
    """What the frame tells of the place under the mouse."""
    frame, place = model.frame, model.hover
    if frame is None or place is None:
        return ""
    values = {name: frame.value(name, place) for name in frame.arrays}
    told = []
    teller = next((values[name] for name in ("alive", "energy", "founder") if name in values), None)
    if teller is None or not bool(teller):
        told.append("nobody")
    else:
        if "performed" in values:
            told.append(f"performs {_goals(model.space.goals, int(values['performed']))}")
        if "born" in values:
            told.append(f"age {frame.tick - int(values['born']):,}")
        told += [f"{_called(name)} {_brief(name, value)}" for name, value in values.items() if name not in UNSAID]
    block = values.get("blocks")
    if block is not None and int(block):
        told.append(("nothing", *palette.BLOCKS)[int(block)])
    return ": " + ", ".join(told) if told else ""


def _goals(goals: tuple[str, ...], bits: int) -> str:
    return ", ".join(goal for k, goal in enumerate(goals) if bits >> k & 1) or "no task"


def _called(name: str) -> str:
    """What a quantity is called in words."""
    return {"founder": "lineage", "distance": "mutations at birth"}.get(name, name)


def _brief(name: str, value: NDArray[np.generic]) -> str:
    if name == "founder":
        return f"{int(value.item()):08x}"
    if value.size == 1 and np.issubdtype(value.dtype, np.integer):
        return f"{int(value.item()):,}"
    return ", ".join(f"{float(part):.3g}" for part in value.ravel()[:BRIEF])
