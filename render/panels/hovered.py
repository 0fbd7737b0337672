"""What is told of the place under the mouse: who lives there, what it performs, and what the colours stand for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from render import palette
from render.about import Place
from render.groups import COPIERS
from render.model import Model
from render.words import counted, payoff_words

BRIEF = 4
"""Components of a quantity that are told."""

UNSAID = ("blocks", "alive", "kin", "answers")
"""Quantities that are told in other words, or that say nothing as numbers."""

Tell = Callable[[Model, int, NDArray[np.generic]], str]
"""Words for a quantity of somebody, at a tick."""


def hovered(model: Model) -> str:
    """What the frame tells of the place under the mouse."""
    frame, place = model.frame, model.hover
    if frame is None or place is None:
        return ""
    values = {name: frame.value(name, place) for name in frame.arrays}
    teller = next((values[name] for name in ("alive", "energy", "founder") if name in values), None)
    lives = teller is not None and bool(teller)
    told = [*merits(model, place), *_rest(model, frame.tick, values)] if lives else ["nobody"]
    block = values.get("blocks")
    if block is not None and int(block):
        told.append(("nothing", *palette.BLOCKS)[int(block)])
    return ": " + ", ".join(told) if told else ""


def merits(model: Model, place: Place, unless: tuple[str, ...] = ()) -> list[str]:
    """What whoever lives at a place performs, what its last lesson paid, and its score, as far as the frame tells, unless told already."""
    frame = model.frame
    names = [name for name in FIRST if frame is not None and name in frame.arrays and name not in unless]
    told = [FIRST[name](model, frame.tick, frame.value(name, place)) for name in names if frame is not None]
    return [words for words in told if words]


def _rest(model: Model, tick: int, values: dict[str, NDArray[np.generic]]) -> list[str]:
    """All else, each number with what it says."""
    found = []
    for name, value in values.items():
        if name not in UNSAID and name not in FIRST:
            tell = WORDS.get(name) or (_ancestor if name.startswith("ancestor ") else None)
            found.append(tell(model, tick, value) if tell is not None else f"{name} {_brief(value)}")
    return found


def _performed(model: Model, _: int, value: NDArray[np.generic]) -> str:
    names = ", ".join(goal for k, goal in enumerate(model.space.goals) if int(value) >> k & 1)
    return f"performs {names or 'no task'}"


def _payoff(model: Model, _: int, value: NDArray[np.generic]) -> str:
    return f"last lesson paid {payoff_words(int(value))}"


def _score(model: Model, _: int, value: NDArray[np.generic]) -> str:
    """The score and its unit; which way is better is said, since a number alone does not tell."""
    (meaning, unit), score = model.space.score, float(value)
    number = f"{score:,.4g} {unit}".strip() if np.isfinite(score) else "not known yet"
    return f"score {number} ({meaning})" if meaning else ""


def _distance(model: Model, _: int, value: NDArray[np.generic]) -> str:
    many = int(value)
    return f"{counted(many, 'locus', 'loci')} unlike its parent's" if many >= 0 else "difference from its parent not known"


def _copier(model: Model, _: int, value: NDArray[np.generic]) -> str:
    """What its copier does, in the words of the legend."""
    done = [words for bit, words in COPIERS.items() if bit and int(value) & bit]
    return " and ".join(done) or COPIERS[0]


def _rule(model: Model, _: int, value: NDArray[np.generic]) -> str:
    rules = model.space.rules
    return f"learns by {rules[int(value)]}" if int(value) < len(rules) else "learns by the only rule"


def _heard(model: Model, _: int, value: NDArray[np.generic]) -> str:
    says = ", ".join(f"{int(part)}" for part in value.ravel()[:BRIEF])
    return f"its message says {says} (of -127 to 127)"


def _ancestor(model: Model, _: int, value: NDArray[np.generic]) -> str:
    return f"descends from the ancestor {int(value):08x}"


FIRST: dict[str, Tell] = {"performed": _performed, "payoff": _payoff, "score": _score}
"""What is told first, in this order."""

WORDS: dict[str, Tell] = {
    "born": lambda model, tick, value: f"age {counted(tick - int(value), 'tick')}",
    "founder": lambda model, tick, value: f"lineage {int(value):08x}",
    "energy": lambda model, tick, value: f"holds {int(value):,} energy",
    "learned": lambda model, tick, value: f"its weights moved by {float(value):.3g} on average since birth",
    "distance": _distance, "copier": _copier, "rule": _rule, "heard": _heard,
}  # fmt: skip
"""By name of a quantity."""


def _brief(value: NDArray[np.generic]) -> str:
    if value.size == 1 and np.issubdtype(value.dtype, np.integer):
        return f"{int(value.item()):,}"
    return ", ".join(f"{float(part):.3g}" for part in value.ravel()[:BRIEF])
