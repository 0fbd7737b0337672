"""Who is where: those who ask what lies in a plaza say a name and a site, and are shown to the others there for a while.

Nothing of it is kept: it is no act, and leaves no trace in the run.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from cyberspace.wire.requests import ThingsKeys
from cyberspace.wire.things import PersonTold

STAYS = 10.0
"""Seconds for which somebody is shown who asks no more."""

MOST = 64
"""People that are shown."""


@dataclass
class Presence:
    """Those who were seen of late: (when, name, site) by client."""

    seen: dict[bytes, tuple[float, str, int]] = field(default_factory=dict)

    def note(self, client: bytes, keys: ThingsKeys) -> None:
        """Take note of where a client says to be; one that says nothing is shown no more."""
        self.seen.pop(client, None)
        if keys["name"] and keys["at"] is not None:
            self.seen[client] = (time.monotonic(), keys["name"], keys["at"])

    def others(self, client: bytes) -> list[PersonTold]:
        """The others, those who came last at the end."""
        now = time.monotonic()
        self.seen = dict([item for item in self.seen.items() if now - item[1][0] < STAYS][-MOST:])
        return [{"name": name, "site": site} for other, (_, name, site) in self.seen.items() if other != client]
