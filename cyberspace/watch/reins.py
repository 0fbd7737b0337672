"""What the players want a run to do, on rank 0: who holds it or slows it, and what remains of that when one of them has gone.

A wish holds as long as whoever has it is there.  Anybody may let the run go on; of several paces the newest counts, and when its player
goes, the newest of those who stay.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field

from cyberspace.errors import legible
from cyberspace.watch.tempo import Tempo
from cyberspace.wire.messages import PaceTold
from cyberspace.wire.serve import Say

SOMEBODY = "a player"
"""What a player is called who tells no name."""

LINES, MINUTE = 30, 60.0
"""Changes of pace that are told one by one in so many seconds; of more only how many they were."""


@dataclass
class Wishes:
    """Wishes of one kind, by player, the newest last: what each wants, in ticks per second (0 to stand still)."""

    by: dict[bytes, int] = field(default_factory=dict)

    def put(self, player: bytes, rate: int) -> None:
        """Take note of one; it is the newest now."""
        self.by.pop(player, None)
        self.by[player] = rate

    @property
    def newest(self) -> tuple[bytes, int] | None:
        """Whose it is, and what it is."""
        return next(reversed(self.by.items()), None)


class Reins:
    """What the players want, on rank 0.

    To hold the run, or to count its ticks from somewhere, all ranks first stop where they are and tell how far that is; the farthest is
    where they meet.

    Args:
        say: Takes a line for the run's log whenever somebody begins or ends to hold the run back.
    """

    def __init__(self, say: Say = lambda line: None) -> None:
        self._pauses, self._rates, self._names = Wishes(), Wishes(), dict[bytes, str]()
        self._more = 0
        self._met: int | None = None
        self._speed, self._last, self._tick = 0.0, (0.0, 0), 0
        self._log = Log(say)

    def control(self, player: bytes, name: str, do: str, ticks: int, rate: int) -> None:
        """Do what a `control` request of a player says."""
        before = self.parts
        if player not in self.holders:  # later names change nothing, so that what is told stays true
            self._names[player] = legible(name).strip() or SOMEBODY
        if do == "pace":
            self._pace(player, rate)
        elif do == "resume":
            self._pauses.by.clear()
        elif do == "step" and self._pauses.by:
            self._more += ticks
        else:
            self._met, self._more = None, ticks if do == "step" else 0
            self._pauses.put(player, 0)
        if not self._pauses.by:
            self._met = None
        self._log.changed(before, self.parts, self._tick, f"{self._names.get(player, SOMEBODY)} wants it so")
        self._forget()

    def _pace(self, player: bytes, rate: int) -> None:
        if rate:
            self._rates.put(player, rate)
        else:
            self._rates.by.clear()

    def leave(self, player: bytes) -> None:
        """A player has gone: nothing holds any more that it alone wanted."""
        before, paused, rate = self.parts, self._pauses.newest, self._rates.newest
        self._pauses.by.pop(player, None)
        self._rates.by.pop(player, None)
        if bool(paused) != bool(self._pauses.by) or (not paused and rate != self._rates.newest):
            self._met = None
        self._log.changed(before, self.parts, self._tick, f"{self._names.get(player, SOMEBODY)} has gone")
        self._forget()

    def _forget(self) -> None:
        """Names of those who want nothing any more are dropped."""
        self._names = {player: name for player, name in self._names.items() if player in self.holders}

    @property
    def holders(self) -> set[bytes]:
        """The players whose wishes count, now or when somebody else has gone."""
        return {*self._pauses.by, *self._rates.by}

    @property
    def held(self) -> str:
        """Who holds the run back, and how, in words; empty if nobody does."""
        return ", ".join(self.parts)

    @property
    def parts(self) -> list[str]:
        """The parts of what `held` says."""
        told: list[str] = []
        paused, slowed = self._pauses.newest, self._rates.newest
        if paused is not None:
            told.append(f"paused by {self._names[paused[0]]}")
        if slowed is not None:
            told.append(f"slowed to {slowed[1]:,} ticks/s by {self._names[slowed[0]]}")
        return told

    @property
    def must_meet(self) -> bool:
        """Whether it has to be known how far the farthest region is."""
        return self._met is None and bool(self._pauses.by or self._rates.by)

    def meet(self, farthest: int) -> None:
        """Take note of it."""
        self._met = farthest

    @property
    def tempo(self) -> Tempo:
        """What all ranks have to keep to."""
        met, slowed = self._met or 0, self._rates.newest
        return Tempo(met + self._more if self._pauses.by else None, slowed[1] if slowed else 0, met)

    def note(self, tick: int) -> None:
        """Take note of how far the run is."""
        now, self._tick = time.monotonic(), tick
        since, before = self._last
        if now - since >= 1:
            self._speed, self._last = (tick - before) / (now - since) if since else 0.0, (now, tick)

    def told(self) -> PaceTold:
        """How it goes, as the wire tells it."""
        slowed = self._rates.newest
        return {
            "paused": bool(self._pauses.by),
            "rate": slowed[1] if slowed else 0,
            "ticks_per_second": round(self._speed, 1),
            "held": self.held,
        }


class Log:
    """Tells when somebody begins or ends to hold a run back, and why.

    Args:
        say: Takes a line.
    """

    def __init__(self, say: Say) -> None:
        self._say, self._told, self._untold = say, deque[float](maxlen=LINES), 0
        self._since: dict[str, float] = {}

    def changed(self, before: list[str], after: list[str], tick: int, why: str) -> None:
        """Tell what changed, if anything did, near a tick: what begins, and what ends after how long and why."""
        now = time.monotonic()
        lines = [part for part in after if part not in before]
        for part in before:
            if part not in after:
                lines.append(f"no longer {part}, after {now - self._since.pop(part, now):.1f} s ({why})")
        if not lines:
            return
        self._since |= {part: now for part in after if part not in before}
        if not after:
            lines.append("the run goes on at its own pace")
        elif len(after) < len(before):
            lines.append(f"still {', '.join(after)}")
        if len(self._told) == LINES and now - self._told[0] < MINUTE:
            self._untold += 1
            return
        self._told.append(now)
        more = f" ({self._untold:,} changes before it were not told)" if self._untold else ""
        self._untold = 0
        self._say(f"near tick {tick:,}: {'; '.join(lines)}{more}")
