"""The small table between an environment and organisms: bounds for each number that is seen, an action for each answer unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cyberspace.errors import InputError, problem
from organisms.arrays import Array, Int8s, Namespace
from organisms.body import LOUD, MAX_ANSWERS, SENSES

MOST_NUMBERS = 64 - len(SENSES)
"""Channels of the body with the most senses."""

FAR = 1e6
"""A bound that is farther off is none: environments write the largest float where they know no limit."""

Seen = Sequence[tuple[float, float]]
Acts = int | Sequence[object]
Actions = NDArray[np.int32] | NDArray[np.float32]


class Space(Protocol):
    """What is asked of a space of gymnax or Gymnasium: `n` of a discrete one, `low` and `high` of a box; `start` may be left out."""

    shape: tuple[int, ...] | None


@dataclass(frozen=True)
class Table:
    """How numbers of an environment and integers of organisms correspond.

    Attributes:
        low: What -127 stands for, float32 (numbers,); less is cut off.
        high: What 127 stands for, float32 (numbers,); more is cut off.
        acts: What the environment is given when an answer unit is the loudest, int32 or float32 (actions, *shape of an action).
    """

    low: NDArray[np.float32]
    high: NDArray[np.float32]
    acts: Actions

    def senses(self, xp: Namespace, observed: Array) -> Int8s:
        """Observations, float32 (numbers, sites), as channels, int8; what is no number is 0."""
        low, span = self.low[:, None], (self.high - self.low)[:, None]
        share = (observed.astype(np.float32) - low) / span
        scaled = xp.minimum(xp.maximum(share, np.float32(0)), np.float32(1)) * np.float32(2 * LOUD) - np.float32(LOUD)
        whole = xp.where(scaled >= 0, scaled + np.float32(0.5), scaled - np.float32(0.5))
        found: Int8s = xp.where(observed == observed, whole, np.float32(0)).astype(np.int32).astype(np.int8)
        return found


def table_of(seen: Seen, actions: Acts, shape: tuple[int, ...], observation: Space | None, action: Space | None) -> Table:
    """The table of an environment.

    Args:
        seen: A pair (low, high) for each number; empty for the environment's own bounds.
        actions: An action for each answer unit; or how many whole ones, 0 for the environment's own.
        shape: Of an observation.
        observation: The environment's space of observations, if it has one.
        action: Its space of actions, if it has one.

    Raises:
        InputError: If they do not fit, or the environment has no bounds or no whole actions of its own.
    """
    numbers = int(np.prod(shape))
    if not 1 <= numbers <= MOST_NUMBERS:
        expected = f"1 to {MOST_NUMBERS}, as many as a body can sense"
        raise wrong("observation", f"{numbers} numbers", expected, "a wrapper that shows less")
    low, high = _bounds(seen, numbers, observation)
    return Table(low, high, _acts(actions, action))


def _bounds(seen: Seen, numbers: int, space: Space | None) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    expected, attempt = f"a pair (low, high) for each of the {numbers} numbers observed", f"seen = [(-1.0, 1.0)] * {numbers}"
    if not np.iterable(seen):
        raise wrong("seen", seen, expected, attempt)
    seen = list(seen)
    if not seen:
        low, high = _own_bounds(space, numbers)
        for k in range(numbers):
            if not (abs(low[k]) <= FAR and abs(high[k]) <= FAR and low[k] < high[k]):
                got = f"none, and number {k} of the observation is without bounds ({low[k]:g} to {high[k]:g})"
                raise wrong("seen", got, expected, attempt)
        return low, high
    if len(seen) != numbers:
        raise wrong("seen", f"{len(seen)} for an observation of {numbers} numbers", expected, attempt)
    try:
        pairs = np.array(seen, dtype=np.float32)
    except (TypeError, ValueError):
        pairs = np.zeros((0, 0), dtype=np.float32)
    if pairs.shape != (numbers, 2) or not np.isfinite(pairs).all() or not (pairs[:, 0] < pairs[:, 1]).all():
        raise wrong("seen", seen, f"{expected}, where low is less than high", attempt)
    return pairs[:, 0], pairs[:, 1]


def _own_bounds(space: Space | None, numbers: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Bounds of each number as an environment tells them; not a number where it does not."""
    low, high = getattr(space, "low", np.nan), getattr(space, "high", np.nan)
    if space is not None and _whole(space):
        low = getattr(space, "start", 0)
        high = low + int(getattr(space, "n", 1)) - 1
    low, high = np.asarray(low, dtype=np.float32), np.asarray(high, dtype=np.float32)
    if {low.size, high.size} <= {1, numbers}:
        return np.broadcast_to(low.ravel(), numbers), np.broadcast_to(high.ravel(), numbers)
    return np.full(numbers, np.nan, dtype=np.float32), np.full(numbers, np.nan, dtype=np.float32)


def _acts(actions: Acts, space: Space | None) -> Actions:
    whole, one = space is not None and _whole(space), "actions = [-1.0, 0.0, 1.0]"
    if type(actions) is int:
        own = int(getattr(space, "n", 0)) if whole else actions
        if (space is not None and not whole) or own == 0:
            raise wrong("actions", f"{actions} for {space}", "a table, an action for each answer unit", one)
        if actions not in (0, own):
            raise wrong(
                "actions",
                f"{actions} for an environment that has {own}",
                f"{own}, or a table of some of them",
                f"actions = {own}",
            )
        first = int(getattr(space, "start", 0))
        acts: Actions = np.arange(first, first + own, dtype=np.int32)
    else:
        acts = _rows(actions, space, one)
    if not 2 <= len(acts) <= MAX_ANSWERS:
        expected = f"2 to {MAX_ANSWERS}, one for each answer unit of a body"
        raise wrong("actions", len(acts), expected, "a table of some of them: actions = [0, 1, 2]")
    return acts


def _rows(actions: Acts, space: Space | None, one: str) -> Actions:
    """A table of actions that was written down."""
    expected = f"a table of actions in {space}" if space is not None else "a table of actions, all of one shape"
    try:
        acts = np.array(actions)
        shape = getattr(space, "shape", acts.shape[1:])
        fits = acts.dtype.kind in "iuf" and acts.shape[1:] == tuple(shape or ()) and bool(np.isfinite(acts).all())
        if fits and space is not None:
            low, high = (getattr(space, key, bound) for key, bound in (("low", -np.inf), ("high", np.inf)))
            if _whole(space):
                low = getattr(space, "start", 0)
                high = low + int(getattr(space, "n", 1)) - 1
                fits = acts.dtype.kind in "iu"
            fits = fits and bool(((acts >= np.asarray(low)) & (acts <= np.asarray(high))).all())
    except (TypeError, ValueError):
        fits = False
    if not fits:
        raise wrong("actions", actions, expected, one)
    return acts.astype(np.float32) if acts.dtype.kind == "f" else acts.astype(np.int32)


def _whole(space: Space) -> bool:
    """Whether a space is one whole number."""
    return hasattr(space, "n") and space.shape == ()


def wrong(key: str, got: object, expected: str, attempt: str = "") -> InputError:
    """What is wrong with an environment or its table, in one line."""
    return InputError(problem(key, got, expected, attempt))


def missing(error: ImportError) -> InputError:
    """What is wrong where a package is not there that an environment needs."""
    attempt = (
        f"pip install {error.name}"
        if error.name not in ("gymnax", "gymnasium", "six")
        else "pip install 'cyberspace[environments]'"
    )
    return wrong("environment", f"{type(error).__name__}: {error}", "the packages that it needs installed", attempt)
