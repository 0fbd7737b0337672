"""Verify what waits on a roll, one entry after the other."""

from __future__ import annotations

from collections.abc import Iterator

from cyberspace.collective.golf.roll import Roll, Row
from cyberspace.collective.golf.verify import Report, verify


def verify_waiting(
    roll: Roll, entry: str = "", prove: bool | None = None, seed: int | None = None
) -> Iterator[tuple[Row, Report]]:
    """Claim, verify and close entries until none waits.

    Args:
        roll: The roll.
        entry: One entry alone.
        prove: Whether the range coder proves every score; None for records alone.
        seed: For verifications that are the same each time.

    Yields:
        Each entry as it was closed, and its report.
    """
    while True:
        with roll.claimed(entry) as taken:
            if taken is None:
                return
            claim, artifact = taken
            report = verify(roll.course, artifact, roll.standing(), seed, prove)
            row = roll.report(claim, report)
        yield row, report
        if entry:
            return
