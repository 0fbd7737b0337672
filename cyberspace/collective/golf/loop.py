"""The byte loop, which the harness owns: logits come, they are normalised and charged, and only then is the byte shown.

Every lane's first byte is charged with 8 bits, since nothing has been seen before it.  With L lanes the text is L texts of equal length,
one behind the other, that are read side by side; what is left over at the end is charged with 8 bits a byte.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cyberspace.collective.golf.box.harness import Box, Budget, Job
from cyberspace.collective.golf.codes import Caught

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]
Teller = Callable[[int, Floats], Bytes]
"""(position, chances (lanes, 256)) -> the bytes that stand there, uint8 (lanes,): from a text, or from a decoder."""


@dataclass
class Passed:
    """What one pass over a text gave.

    Attributes:
        costs: Bits of each byte, float64 (bytes,), in the order of the text.
        raw: What each byte would have cost if its logit were taken for its log-probability as it came; for the diagnosis of claims alone.
        marks: A fingerprint of the logits at each step, uint64 (steps,).
        states: States written down, by step.
        walls: Which walls stood.
    """

    costs: Floats
    raw: Floats
    marks: NDArray[np.uint64]
    states: dict[int, bytes] = field(default_factory=dict)
    walls: list[str] = field(default_factory=list)

    @property
    def bits_per_byte(self) -> float:
        """The score."""
        return float(self.costs.mean())


def log_softmax(logits: Floats) -> Floats:
    """Log-probabilities in nats, float64 (lanes, 256).

    Raises:
        Caught: If a logit is not finite.
    """
    top = logits.max(axis=1, keepdims=True)
    if not np.isfinite(logits).all():
        raise Caught("not-finite", "a logit is infinite or no number")
    away = logits - top
    found: Floats = away - np.log(np.exp(away).sum(axis=1, keepdims=True))
    return found


def lay(text: Bytes, lanes: int) -> Bytes:
    """A text as lanes, uint8 (steps, lanes)."""
    steps = len(text) // lanes
    return np.ascontiguousarray(text[: steps * lanes].reshape(lanes, steps).T)


def passing(box: Box, text: Bytes, points: frozenset[int] = frozenset(), teller: Teller | None = None) -> Passed:
    """Let a submission that stands in a box predict a text once.

    Args:
        box: It has seen nothing.
        text: uint8 (bytes,); of a teller's only the length is looked at.
        points: After which steps its state is written down.
        teller: Who knows the bytes; None for the text itself.

    Raises:
        Caught: If it breaks a rule.
    """
    lanes, rows = box.lanes, lay(text, box.lanes)
    tell = teller or (lambda step, _: rows[step])
    steps, every = len(rows), np.arange(lanes)
    costs, raw = np.full((steps, lanes), 8.0), np.full((steps, lanes), 8.0)
    found = Passed(np.full(len(text), 8.0), np.full(len(text), 8.0), np.zeros(steps, dtype=np.uint64), walls=box.walls)
    if not steps:
        return found
    shown = tell(0, np.full((lanes, 256), 1 / 256))
    for step in range(1, steps):
        logits = box.step(shown)
        nats = log_softmax(logits)
        found.marks[step] = mark(logits)
        shown = tell(step, np.exp(nats))
        costs[step] = nats[every, shown] / -np.log(2)
        raw[step] = logits[every, shown] / -np.log(2)
        if step in points:
            found.states[step] = box.snapshot()
    for out, row in ((found.costs, costs), (found.raw, raw)):
        out[: steps * lanes] = row.T.ravel()
    return found


def mark(logits: Floats) -> np.uint64:
    """A fingerprint of some logits' bits."""
    return np.uint64(int.from_bytes(hashlib.blake2b(logits.tobytes(), digest_size=8).digest(), "little"))


def run(job: Job, text: Bytes, seed: int = 0, budget: Budget | None = None, points: frozenset[int] = frozenset()) -> Passed:
    """Let a submission predict a text once, in a box of its own."""
    with Box(job, seed, budget) as box:
        return passing(box, text, points)


def resumed(
    job: Job, text: Bytes, passed: Passed, step: int, count: int, seed: int, budget: Budget | None = None
) -> int | None:
    """Go on from a state in a fresh process; the first step whose logits are others than before, None if none is.

    Args:
        job: The submission.
        text: What was read.
        passed: How it was read, with a state after `step`.
        step: Where to go on.
        count: Steps to compare.
        seed: As before.
        budget: As before.
    """
    rows = lay(text, job.lanes)
    with Box(job, seed, budget, passed.states[step]) as box:
        for at in range(step, min(step + count, len(rows) - 1)):
            if mark(box.step(rows[at])) != passed.marks[at + 1]:
                return at + 1
    return None
