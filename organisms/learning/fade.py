"""Eligibility traces: what each input of a brain said in the last ticks, fading.

    e' = clip(e - e / 2^k + pre / 2^(k - 1), -127, 127)

for a rule that says `trace = k`; what fades is rounded away from 0, so that a trace without input ends at 0.  A steady input fills its
trace twice over, so the trace of a loud one stands at its limit after about 2^k ticks.  Traces are 0 at birth, and kept in worlds alone
whose rule reads them.
"""

from __future__ import annotations

from organisms.arrays import Number, Where

LIMIT = 127
"""Size of a trace, at most."""

LONGEST = 6
"""The slowest fading: 2^6 ticks."""


def faded(where: Where, trace: Number, pre: Number, fading: Number | int) -> Number:
    """The trace after a tick in which its input said `pre`."""
    up = where(trace > 0, (1 << fading) - 1, 0)
    moved = trace - ((trace + up) >> fading) + (pre >> (fading - 1))
    low: Number = where(moved < -LIMIT, -LIMIT, moved)
    found: Number = where(low > LIMIT, LIMIT, low)
    return found
