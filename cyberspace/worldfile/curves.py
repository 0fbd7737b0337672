"""Waves in whole steps: the same on every machine, since they are made of nothing but whole numbers and one division."""

from __future__ import annotations

from collections.abc import Sequence

from cyberspace.errors import problem

MOST_STEPS = 4096
"""Steps of a wave, at most."""


def steps_of(period: int, step: int, where: str, problems: list[str]) -> range:
    """Ticks of a period at which a wave has another value."""
    fewest = -(-period // MOST_STEPS)
    if step > period or step < fewest:
        expected = f"{fewest:,} to {period:,} ticks, at most {MOST_STEPS:,} steps of a period"
        problems.append(problem(where, step, expected, str(max(fewest, period // 16))))
        return range(1)
    return range(0, period, step)


def sine(tick: int, period: int) -> tuple[int, int]:
    """sin(2 pi tick / period) as (numerator, denominator), within 0.002, from 0 <= tick < period.

    Bhaskara I's approximation (about 629): sin(pi x / h) = 16 x (h - x) / (5 h^2 - 4 x (h - x)) for 0 <= x <= h.
    """
    x, sign = (2 * tick, 1) if 2 * tick < period else (2 * tick - period, -1)
    arch = x * (period - x)
    return sign * 16 * arch, 5 * period * period - 4 * arch


def wave_values(mean: float, amplitude: float, period: int, at: Sequence[int]) -> list[float]:
    """Values of a wave at some ticks of a period: each holds until the next."""
    found = []
    for tick in at:
        above, below = sine(tick, period)
        found.append(mean + amplitude * (above / below))
    return found
