"""Environments of Gymnasium in a process, one for each site that it was asked for; the only door to gymnasium."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cyberspace.tasks.environments.table import Space, wrong

MOST_ROWS = 8
"""Rows of as many environments as there are sites that a desk keeps: one for each region that it serves."""


class Env(Protocol):
    """What is asked of an environment, as Gymnasium 1 has it."""

    observation_space: Space
    action_space: Space

    def reset(self, *, seed: int) -> tuple[Any, Any]:
        """(observation, info)."""

    def step(self, action: Any) -> tuple[Any, Any, Any, Any, Any]:
        """(observation, reward, terminated, truncated, info)."""


@dataclass
class Seat:
    """An environment, the past that led to where it is, and what it told last."""

    env: Env
    seed: int = -1
    past: tuple[int, ...] = ()
    observed: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, dtype=np.float32))
    reward: float = 0.0
    ended: bool = False
    cut: bool = False


@dataclass(frozen=True)
class Played:
    """Where actions led.

    Attributes:
        observed: float32 (numbers, sites).
        reward: Of the last step, float64 (sites,).
        ended: Whether the last step ended the episode, bool (sites,).
        cut: Whether it cut it, bool (sites,).
    """

    observed: NDArray[np.float32]
    reward: NDArray[np.float64]
    ended: NDArray[np.bool_]
    cut: NDArray[np.bool_]

    @classmethod
    def joined(cls, parts: list[Played]) -> Played:
        """Those of neighbouring sites as one."""
        names = ("observed", "reward", "ended", "cut")
        return cls(*(np.concatenate([getattr(part, name) for part in parts], axis=-1) for name in names))


class Desk:
    """Rows of environments, and who sits where.

    Args:
        name: What errors call the environment.
        make: Makes one.
        acts: What it is given for each number of an action; empty until that is known.
    """

    def __init__(self, name: str, make: Callable[[], Env], acts: NDArray[Any]):
        self.name, self.make, self.acts = name, make, acts
        self.shape: tuple[int, ...] | None = None
        self._rows: list[list[Seat]] = []

    def play(self, seeds: NDArray[np.uint32], counts: NDArray[np.int32], actions: NDArray[np.int32]) -> Played:
        """Bring an environment for each site to where its actions lead.

        Args:
            seeds: Of the episodes, uint32 (sites,).
            counts: Steps of each, int32 (sites,).
            actions: int32 (steps, sites).

        Raises:
            InputError: If an environment raises, or says what it should not.
        """
        wanted = (seeds & np.uint32(0x7FFFFFFF)).tolist()
        row = self._row(wanted)
        for seat, seed, count, past in zip(row, wanted, counts.tolist(), actions.T.tolist(), strict=True):
            self._bring(seat, seed, tuple(past[:count]))
        observed = np.array([seat.observed for seat in row], dtype=np.float32).T
        reward = np.array([seat.reward for seat in row])
        ended, cut = (np.array([getattr(seat, name) for seat in row], dtype=bool) for name in ("ended", "cut"))
        return Played(observed, reward, ended, cut)

    def _row(self, seeds: list[int]) -> list[Seat]:
        """The row with the most environments that are in these episodes; a new one where there is none; the one that waited longest."""
        rows = [row for row in self._rows if len(row) == len(seeds)]
        known: list[int] = [sum(seat.seed == seed for seat, seed in zip(row, seeds, strict=True)) for row in rows]
        if any(known):
            row = rows[known.index(max(known))]
        elif len(rows) < MOST_ROWS:
            row = [Seat(self.make()) for _ in seeds]
        else:
            row = rows[0]
        self._rows = [one for one in self._rows if one is not row] + [row]
        return row

    def _bring(self, seat: Seat, seed: int, past: tuple[int, ...]) -> None:
        """Bring an environment to where a past leads, from where it is if that is on the way."""
        known = len(seat.past)
        if seat.seed != seed or seat.past != past[:known]:
            self._begin(seat, seed)
            known = 0
        for action in past[known:]:
            if seat.ended or seat.cut:
                break
            self._step(seat, action)
        seat.past = past

    def _begin(self, seat: Seat, seed: int) -> None:
        seat.seed = -1  # so that it begins again if it fails
        try:
            observed, _ = seat.env.reset(seed=seed)
        except Exception as error:  # an environment raises what it likes
            raise self._wrong("reset", f"{type(error).__name__}: {error}", "an observation and a dict") from error
        seat.observed, seat.past = self._flat("reset", observed), ()
        seat.reward, seat.ended, seat.cut = 0.0, False, False
        seat.seed = seed

    def _step(self, seat: Seat, action: int) -> None:
        act = self.acts[action]
        given = int(act) if act.dtype.kind == "i" and not act.ndim else act
        try:
            observed, reward, ended, cut, _ = seat.env.step(given)
            seat.reward, seat.ended, seat.cut = float(reward), bool(ended), bool(cut)
        except Exception as error:  # an environment raises what it likes
            seat.seed = -1
            expected = "an observation, a reward, whether it ended, whether it was cut, and a dict"
            raise self._wrong("step", f"{type(error).__name__}: {error}", expected) from error
        if not np.isfinite(seat.reward):
            raise self._wrong("step", f"a reward of {seat.reward}", "a number")
        seat.observed = self._flat("step", observed)

    def _flat(self, call: str, observed: object) -> NDArray[np.float32]:
        """An observation as a row of numbers, of the shape of the first."""
        try:
            found = np.asarray(observed, dtype=np.float32)
        except (TypeError, ValueError):
            raise self._wrong(call, f"an observation that is a {type(observed).__name__}", "an array of numbers") from None
        if self.shape is None:
            self.shape = found.shape
        if found.shape != self.shape:
            raise self._wrong(call, f"an observation of shape {found.shape}", f"shape {self.shape}, as at first")
        return found.ravel()

    def _wrong(self, call: str, got: str, expected: str) -> Exception:
        return wrong(f"{self.name}.{call}", got, expected, "mending the environment, or another one")


_DESKS: dict[str, Desk] = {}


def play_there(
    name: str, made_with: Mapping[str, Any], acts: NDArray[Any],
    seeds: NDArray[np.uint32], counts: NDArray[np.int32], actions: NDArray[np.int32],
) -> Played:  # fmt: skip
    """As `Desk.play`, in a process that has nothing but what it is given."""
    key = repr((name, made_with, acts.tolist()))
    if key not in _DESKS:
        _DESKS[key] = Desk(name, lambda: made(name, made_with), acts)
    return _DESKS[key].play(seeds, counts, actions)


def made(name: str, made_with: Mapping[str, Any]) -> Env:
    """An environment that Gymnasium knows.

    Raises:
        InputError: If gymnasium is not there, or knows no such environment, or cannot make it.
    """
    try:
        import gymnasium
    except ImportError:
        raise wrong(name, "no package gymnasium", "it installed", "pip install 'cyberspace[environments]'") from None
    try:
        env: Any = gymnasium.make(name, **made_with)
    except Exception as error:  # gymnasium raises what it likes
        got, expected = f"{name!r} ({type(error).__name__}: {error})", "an environment that gymnasium.make can make"
        raise wrong(
            "name", got, expected, 'name = "CartPole-v1"; python -c "import gymnasium; gymnasium.pprint_registry()"'
        ) from None
    found: Env = env
    return found
