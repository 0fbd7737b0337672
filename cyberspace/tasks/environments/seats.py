"""Environments of Gymnasium in a process, one for each site that it was asked for; the only door to gymnasium."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST = 65_536
"""Environments that a process keeps."""


@dataclass
class Seat:
    """An environment, the past that led to where it is, and what it told last."""

    env: Any
    seed: int = -1
    past: tuple[int, ...] = ()
    observed: Any = None
    reward: float = 0.0
    ended: bool = False


@dataclass(frozen=True)
class Played:
    """Where actions led.

    Attributes:
        observed: float32 (numbers, sites).
        reward: Of the last step, float64 (sites,).
        ended: Whether the last step ended the episode, bool (sites,).
        actions: How many actions there are.
    """

    observed: NDArray[np.float32]
    reward: NDArray[np.float64]
    ended: NDArray[np.bool_]
    actions: int


_SEATS: dict[tuple[str, str], list[Seat]] = {}


def play(
    about: tuple[str, dict[str, Any]], seeds: NDArray[np.uint32], counts: NDArray[np.int32], actions: NDArray[np.int32]
) -> Played:
    """Bring an environment for each site to where its actions lead.

    Args:
        about: Its name, and what else it is made with.
        seeds: Of the episodes, uint32 (sites,).
        counts: Steps of each, int32 (sites,).
        actions: int32 (steps, sites).

    Raises:
        ValueError: If there is no such environment, or it is none with whole actions and an observation of numbers.
    """
    seats = _SEATS.setdefault((about[0], repr(about[1])), [])
    while len(seats) < len(seeds):
        seats.append(Seat(_made(*about)))
    del seats[max(MOST, len(seeds)) :]
    for seat, seed, count, past in zip(seats, seeds.tolist(), counts.tolist(), actions.T.tolist(), strict=False):
        _bring(seat, int(seed) & 0x7FFFFFFF, tuple(past[:count]))
    told = seats[: len(seeds)]
    observed = np.array([np.ravel(seat.observed) for seat in told], dtype=np.float32).reshape(len(told), -1).T
    return Played(
        observed, np.array([seat.reward for seat in told]), np.array([seat.ended for seat in told], dtype=bool),
        int(seats[0].env.action_space.n),
    )  # fmt: skip


def _bring(seat: Seat, seed: int, past: tuple[int, ...]) -> None:
    """Bring an environment to where a past leads, from where it is if that is on the way."""
    known = len(seat.past)
    if seat.seed != seed or seat.past != past[:known]:
        seat.observed, _ = seat.env.reset(seed=seed)
        seat.seed, seat.past, seat.reward, seat.ended, known = seed, (), 0.0, False, 0
    for action in past[known:]:
        if seat.ended:
            break
        seat.observed, reward, seat.ended, _, _ = seat.env.step(action)
        seat.reward = float(reward)
    seat.past = past


def _made(name: str, made_with: dict[str, Any]) -> Any:
    try:
        import gymnasium
    except ImportError:
        raise ValueError("gymnasium is not installed: pip install 'cyberspace[environments]'") from None
    try:
        env = gymnasium.make(name, **made_with)
    except Exception as error:  # gymnasium raises what it likes
        raise ValueError(f"name = {name!r}: {type(error).__name__}: {error}") from None
    if not hasattr(env.action_space, "n") or not isinstance(getattr(env.observation_space, "shape", None), tuple):
        raise ValueError(f"{name}: an environment with whole actions and an observation of numbers")
    return env
