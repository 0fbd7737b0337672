"""An accelerator that is not this CPU: a backend whose ticks take drawn milliseconds more, for which the rank sleeps.

So that several ranks on few cores have ticks of their own lengths, as ranks have whose host waits for its device.  What happens in a
tick is what the backend does; only its time is drawn, from a seed, and a tick takes its time in every run.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cyberspace.backends.backend import Backend, SpanResult
from cyberspace.law.letters import Body
from cyberspace.run.local import LocalRegion


@dataclass(frozen=True)
class Device:
    """What the ticks of an emulated device take.

    Attributes:
        tick: Mean seconds, without stalls.
        jitter: Standard deviation over mean (gamma).
        stalls: Chance of a stall in a tick.
        stall: Length of a stall, in ticks.
        seed: Of the draws.
    """

    tick: float
    jitter: float = 0.0
    stalls: float = 0.0
    stall: float = 0.0
    seed: int = 1

    def seconds(self, region: int, ticks: int) -> NDArray[np.float64]:
        """Seconds of each tick of a region from tick 0 on, shape (ticks,): the same whatever their number."""
        random = np.random.default_rng([self.seed, region])
        if self.jitter:
            drawn = random.standard_gamma(self.jitter**-2, ticks) * self.tick * self.jitter**2
        else:
            drawn = np.full(ticks, self.tick)
        struck = np.random.default_rng([self.seed, region, 1]).random(ticks) < self.stalls
        return drawn + struck * self.stall * self.tick


class Emulated:
    """A backend on an emulated device.

    Args:
        engine: The backend.
        seconds: What each tick from tick 0 on takes in addition.
    """

    def __init__(self, engine: Backend, seconds: NDArray[np.float64]):
        self._engine, self._ends, self._lived = engine, np.concatenate([[0.0], np.cumsum(seconds)]), 0

    def advance(self, ticks: int) -> SpanResult:
        """As `Backend.advance`, and sleep for these ticks."""
        trace = self._engine.advance(ticks)
        self._sleep(ticks)
        return trace

    def cross(self, index: int, opening: int, due: Body) -> tuple[SpanResult, bytearray]:
        """As `Backend.cross`, and sleep for this tick."""
        crossed = self._engine.cross(index, opening, due)
        self._sleep(1)
        return crossed

    def _sleep(self, ticks: int) -> None:
        time.sleep(self._ends[self._lived + ticks] - self._ends[self._lived])
        self._lived += ticks

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)


def emulate(device: Device, ticks: int) -> None:
    """From now on, every region of this process that starts at tick 0 lives so many ticks on such a device."""
    start = LocalRegion.__init__

    def emulated(region: LocalRegion, universe: Any, number: int, engine: Any, *more: Any) -> None:
        start(region, universe, number, Emulated(engine, device.seconds(number, ticks)), *more)

    LocalRegion.__init__ = emulated  # type: ignore[method-assign]
