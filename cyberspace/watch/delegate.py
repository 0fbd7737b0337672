"""The attendant of a rank other than 0, as the crew there knows it: hears `People` on rank 0 over messages, and answers the same way."""

from __future__ import annotations

import time

from cyberspace.law.universe import Universe
from cyberspace.ranks.team import Team
from cyberspace.record.run_folder import RunFolder
from cyberspace.run.local import LocalRegion
from cyberspace.watch.attendant import Attendant
from cyberspace.watch.waiting import Question

NAP = 0.002
"""Seconds between two looks at messages while the rank is held."""


class Delegate:
    """The attendant of a rank other than 0, as the crew there knows it.

    Args:
        universe: The universe.
        team: The ranks.
        folder: The run, whose record tells of births before this start.

    Attributes:
        held: Empty: who holds the run back is known on rank 0.
    """

    held = ""

    def __init__(self, universe: Universe, team: Team, folder: RunFolder | None = None):
        self._team, self._attendant = team, Attendant(universe, lambda answer: team.tell(0, "answer", answer), folder=folder)

    def __enter__(self) -> Delegate:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to close."""

    def join(self, regions: list[LocalRegion], placement: tuple[int, ...]) -> None:
        """Attend to the regions of this rank, and tell rank 0 that they are here."""
        self._attendant.join(regions)
        if self._team.rank > 0:  # else rank 0 was lost, and nobody is served any more
            self._team.tell(0, "here", None)

    def hear(self, source: int, what: str, said: object) -> None:
        """Take what rank 0 tells."""
        if what == "ask":
            assert isinstance(said, Question)
            self._attendant.ask(said)
        elif what == "drop":
            assert isinstance(said, int)
            self._attendant.drop(said)
        else:
            self._attendant.stir()

    def attend(self, regions: list[LocalRegion], leaving: bool) -> int | None:
        """Answer what rank 0 asked; the tick beyond which nobody may live now."""
        self._attendant.work()
        until = self._attendant.until(leaving)
        if until is not None and self._attendant.slowest >= until:
            time.sleep(NAP)
        return until
