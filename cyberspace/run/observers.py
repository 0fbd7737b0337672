"""Whoever looks at the regions of a rank between two spans of ticks."""

from __future__ import annotations

from typing import Protocol

from cyberspace.run.local import LocalRegion


class Observer(Protocol):
    """Looks at regions, and may take part; `cyberspace.watch.people.People` is one."""

    @property
    def held(self) -> str:
        """Who holds the run back, in words; empty if nobody does, or this rank does not know."""

    def join(self, regions: list[LocalRegion], placement: tuple[int, ...]) -> None:
        """Look at the regions of this rank, from a new start of theirs on."""

    def hear(self, source: int, what: str, said: object) -> None:
        """Take a message from an observer on another rank, one of `cyberspace.run.crew.TALK`."""

    def attend(self, regions: list[LocalRegion], leaving: bool) -> int | None:
        """Look, and take part; a tick beyond which nobody may live now, or None.  Nothing is held up when the run is leaving."""


class Observers:
    """Several observers as one: each looks, each hears every message, and nobody lives beyond the tick of any of them."""

    def __init__(self, *observers: Observer):
        self._observers = observers

    @property
    def held(self) -> str:
        """What those say of whom the run is held back."""
        return ", ".join(one.held for one in self._observers if one.held)

    def join(self, regions: list[LocalRegion], placement: tuple[int, ...]) -> None:
        """Let all of them look from now on."""
        for one in self._observers:
            one.join(regions, placement)

    def hear(self, source: int, what: str, said: object) -> None:
        """Hand a message to all of them."""
        for one in self._observers:
            one.hear(source, what, said)

    def attend(self, regions: list[LocalRegion], leaving: bool) -> int | None:
        """Let all of them look; the least of the ticks beyond which nobody may live now."""
        ticks = [one.attend(regions, leaving) for one in self._observers]
        return min((tick for tick in ticks if tick is not None), default=None)
