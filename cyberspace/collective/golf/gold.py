"""Gold: a range coder that is driven by the submission writes the text, and a fresh process that was shown nothing reads it back.

constriction (Bamler 2022) is the coder, and this file its only door.  What it writes is the proof of a score: it can only be read by who
knows the chances before the byte, all 256 of them, and they must sum to one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cyberspace.collective.golf.box.harness import Box, Budget, Job
from cyberspace.collective.golf.codes import Caught
from cyberspace.collective.golf.loop import Bytes, Floats, Passed, lay, passing
from cyberspace.errors import InputError, problem

if TYPE_CHECKING:
    from types import ModuleType

SLACK_BITS, SLACK_BYTE = 96.0, 2e-3
"""What the coder may need above the sum of costs: to begin and end, and for each byte since its chances have 24 bits."""


@dataclass(frozen=True)
class Gold:
    """What the coder made of a text.

    Attributes:
        words: The code, uint32.
        left: Bytes that no lane holds, as they are.
        passed: The pass that wrote it.
    """

    words: NDArray[np.uint32]
    left: bytes
    passed: Passed

    @property
    def bytes(self) -> int:
        """Length of the code."""
        return 4 * len(self.words) + len(self.left)


def coder() -> ModuleType:
    """The library.

    Raises:
        InputError: If it is not installed.
    """
    try:
        from constriction import stream  # type: ignore[import-untyped]
    except ImportError:
        attempt = "pip install 'cyberspace[collective]'"
        raise InputError(
            problem("constriction", "no such package", "the range coder of the extra collective", attempt)
        ) from None
    found: ModuleType = stream
    return found


def encode(job: Job, text: Bytes, seed: int = 0, budget: Budget | None = None, points: frozenset[int] = frozenset()) -> Gold:
    """Predict a text once and write it.

    Raises:
        Caught: If the submission breaks a rule.
    """
    stream, rows = coder(), lay(text, job.lanes)
    writer, family = stream.queue.RangeEncoder(), stream.model.Categorical(perfect=False)

    def tell(step: int, chances: Floats) -> Bytes:
        writer.encode(rows[step].astype(np.int32), family, chances)
        shown: Bytes = rows[step]
        return shown

    with Box(job, seed, budget) as box:
        passed = passing(box, text, points, tell)
    return Gold(writer.get_compressed(), text[rows.size :].tobytes(), passed)


def decode(job: Job, gold: Gold, count: int, seed: int = 0, budget: Budget | None = None) -> Bytes:
    """Read a text of so many bytes back from its code; the submission is shown what was read and nothing else.

    Raises:
        Caught: If the submission breaks a rule.
    """
    stream = coder()
    reader, family, found = stream.queue.RangeDecoder(gold.words), stream.model.Categorical(perfect=False), []

    def tell(step: int, chances: Floats) -> Bytes:
        row = np.asarray(reader.decode(family, chances)).astype(np.uint8)
        found.append(row)
        return row

    with Box(job, seed, budget) as box:
        passing(box, np.zeros(count, dtype=np.uint8), teller=tell)
    lanes = np.array(found, dtype=np.uint8).reshape(-1, job.lanes).T.ravel()
    return np.concatenate([lanes, np.frombuffer(gold.left, dtype=np.uint8)])


def prove(job: Job, text: Bytes, gold: Gold, seed: int = 0, budget: Budget | None = None) -> int:
    """Check that a code reads back to the text and is as long as its score says; its length in bytes.

    Raises:
        Caught: If not.
    """
    wanted = gold.passed.costs.sum()
    if 8 * gold.bytes > wanted + SLACK_BITS + SLACK_BYTE * len(text):
        raise Caught("gold", f"{8 * gold.bytes:,} bits written, {wanted:,.0f} charged")
    again = decode(job, gold, len(text), seed, budget)
    if not np.array_equal(again, text):
        first = int(np.flatnonzero(again != text)[0])
        raise Caught("gold", f"byte {first:,} came back as another one")
    return gold.bytes
