"""The packets that sites keep: so many each, the newest of an author, and of those the nearest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cyberspace.collective.packets.fingerprint import distances
from cyberspace.collective.packets.packet import Packet
from cyberspace.collective.packets.routers.router import NOBODY, Ints
from cyberspace.collective.packets.synthesis import Inbox

Floats = NDArray[np.float64]
KEPT = 16
"""Packets that a site keeps."""


@dataclass(frozen=True)
class Letter:
    """The packets of a round as arrays, for trials of many sites; one row a packet.

    Attributes:
        author: Site, shape (packets,).
        action: Shape (packets, numbers).
        effect: Shape (packets,).
        error: Its standard error, shape (packets,).
    """

    author: Ints
    action: Floats
    effect: Floats
    error: Floats

    @classmethod
    def empty(cls, numbers: int) -> Self:
        """No packets."""
        return cls(np.empty(0, np.int64), np.empty((0, numbers)), np.empty(0), np.empty(0))


class Inboxes:
    """What each site keeps.

    Args:
        prints: Fingerprints of the sites, shape (sites, 64).
        numbers: Of an action.
    """

    def __init__(self, prints: NDArray[np.int8], numbers: int):
        count = len(prints)
        self._prints = prints.astype(np.float32)
        self._author = np.full((count, KEPT), NOBODY, np.int64)
        self._apart = np.full((count, KEPT), np.inf)
        self._action = np.zeros((count, KEPT, numbers))
        self._effect, self._error = np.zeros((count, KEPT)), np.zeros((count, KEPT))

    def apart(self, sites: Ints, authors: Ints) -> Floats:
        """Distance between the fingerprints of sites and of authors, pair by pair."""
        return np.asarray(np.linalg.norm(self._prints[sites] - self._prints[authors], axis=1), float)

    def empty(self, gone: NDArray[np.bool_]) -> None:
        """Forget what some sites kept."""
        self._author[gone], self._apart[gone] = NOBODY, np.inf

    def put(self, sites: Ints, letter: Letter, packet: Ints) -> None:
        """Keep a packet each, where there is room or it is nearer than the farthest; an author's newest takes the place of older ones."""
        author = letter.author[packet]
        apart = self.apart(sites, author)
        same = self._author[sites] == author[:, None]
        place = np.where(same.any(1), same.argmax(1), self._apart[sites].argmax(1))
        takes = same.any(1) | (apart < self._apart[sites, place])
        at = sites[takes], place[takes]
        self._author[at], self._apart[at] = author[takes], apart[takes]
        self._action[at] = letter.action[packet[takes]]
        self._effect[at], self._error[at] = letter.effect[packet[takes]], letter.error[packet[takes]]

    def of(self, sites: Ints) -> Inbox:
        """What some sites keep."""
        there = self._author[sites] != NOBODY
        apart = np.where(there, self._apart[sites], 0.0)
        return Inbox(apart, self._action[sites], self._effect[sites], self._error[sites], there)


def inbox_of(here: bytes, packets: Sequence[Packet], names: Sequence[str]) -> Inbox:
    """Some packets as the inbox of one site.

    Args:
        here: Fingerprint of the site.
        packets: At least one.
        names: Of an action's numbers, in order; those of a packet that are none of them are left out.
    """
    places = {name: k for k, name in enumerate(names)}
    action = np.zeros((1, len(packets), len(names)))
    for row, packet in enumerate(packets):
        for name, value in packet.action:
            if name in places:
                action[0, row, places[name]] = value
    prints = np.stack([packet.signs for packet in packets])
    apart = distances(np.frombuffer(here, np.int8)[None], prints).astype(float)
    effect, error = (np.array([[getattr(packet, name) for packet in packets]]) for name in ("effect", "error"))
    return Inbox(apart, action, effect, error, np.ones((1, len(packets)), bool))
