"""Following a line of descent: who stands for somebody that has died.

The rule: its eldest living child; if there is none, the nearest living descendant; if there is none, the same for its parent, and so
on, as far as births are known; then whoever of its founder's lineage lives nearest.  Of several that are equally near, the eldest.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import Any, Protocol

from cyberspace.errors import Refused
from cyberspace.law.universe import Universe
from cyberspace.wire.lines import LineAnswer, LineKeys
from cyberspace.wire.messages import Identity

QUESTIONS = 24
"""Questions to the ranks for one answer, at most; then whoever of the lineage lives nearest stands for it."""

UP, DOWN = 24, 32
"""Births, at most, to a common ancestor and from there."""

FRONT = 256
"""Of one generation, descendants that are followed: the eldest."""

TRIES = 8
"""Heirs that may die before they are met."""

Heir = tuple[Identity, int, int]
"""Who, and the births up to the common ancestor and down from it."""

Questions = dict[int, tuple[str, dict[str, object]]]
Asking = Generator[Questions, dict[int, Any], Any]


class Asker(Protocol):
    """What `cyberspace.watch.views.Views` gives."""

    @property
    def universe(self) -> Universe:
        """The universe."""

    def region_of(self, site: int) -> int:
        """The region of a site."""

    def ask(self, regions: Iterable[int], what: str, **keys: object) -> Questions:
        """A question to all owners of some regions about those regions."""

    def one(self, region: int, what: str, **keys: object) -> Questions:
        """A question to the owner of a region."""

    def introduced(self, region: int, found: Any) -> Asking:
        """An organism with its kin, and its arrays."""

    def parent(self, who: Identity) -> Asking:
        """The parent of an identity; None if it is not known."""


class Lines:
    """Answers to `line`.

    Args:
        asker: Asks the ranks.
    """

    def __init__(self, asker: Asker):
        self._asker = asker
        self._all = range(len(asker.universe.worlds))

    def follow(self, keys: LineKeys) -> Asking:
        """The view: whom the question means, and who stands for it now."""
        who = yield from self._meant(keys)
        if who is None:
            return self._nobody(keys, None, "nobody"), {}
        last, up, down, rule = who, 0, 0, "itself"
        for _ in range(TRIES):
            met = yield from self._meet(last)
            if met is not None:
                return (yield from self._told(met, who, rule, up, down))
            heir = yield from self._heir(who)
            if heir is None:
                break
            (last, up, down), rule = heir, "relative" if heir[1] else "descendant"
        for _ in range(TRIES):
            nearest = yield from self._nearest(keys)
            if nearest is None:
                break
            met = yield from self._meet(nearest)
            if met is not None:
                return (yield from self._told(met, who, "lineage", 0, 0))
        return self._nobody(keys, who, "extinct"), {}

    def _nobody(self, keys: LineKeys, who: Identity | None, rule: str) -> dict[str, object]:
        """An answer without an organism; its tick is that of any answer, the run's own."""
        space = keys["space"] or self._asker.universe.spaces[0].name
        return {"space": space, "who": who, "rule": rule, "up": 0, "down": 0, "organism": None}

    def _meant(self, keys: LineKeys) -> Asking:
        """Whom a question means: the identity, or who lived at a site in the frame of a tick."""
        if keys["who"] is not None:
            cradle, born = keys["who"]
            return cradle, born
        if keys["site"] is None:
            raise Refused("who, site: one of them is needed")
        region = self._asker.region_of(keys["site"])
        site = keys["site"] - int(self._asker.universe.worlds[region].first_site)
        (found,) = (yield self._asker.one(region, "lived", site=site, tick=keys["tick"])).values()
        return found

    def _meet(self, who: Identity) -> Asking:
        """(region, portrait) of somebody that lives anywhere; None if it does not."""
        told = yield self._asker.ask(self._all, "meet", who=who)
        return next((one for one in told.values() if one is not None), None)

    def _told(self, met: Any, who: Identity, rule: str, up: int, down: int) -> Asking:
        region, found = met
        about, arrays = yield from self._asker.introduced(region, found)
        space = self._asker.universe.worlds[region].space
        answer: LineAnswer = {
            "space": space, "tick": found[0], "who": who, "rule": rule, "up": up, "down": down, "organism": about,
        }  # fmt: skip
        return answer, arrays

    def _heir(self, who: Identity) -> Asking:
        """Who stands for somebody that has died; None if no relative is known to live."""
        budget, ancestor, below = [QUESTIONS], who, who
        for up in range(UP + 1):
            if up:
                living = yield from self._living([ancestor])
                if living:
                    return ancestor, up, 0
            found = yield from self._descendant(ancestor, below, budget)
            if found is not None:
                return found[0], up, found[1]
            parent = yield from self._asker.parent(ancestor)
            if parent is None or budget[0] <= 0:
                return None
            ancestor, below = parent, ancestor
        return None

    def _descendant(self, who: Identity, without: Identity, budget: list[int]) -> Asking:
        """The nearest living descendant and the births down to it, the eldest of several; not by a child that was looked through before."""
        front = [who]
        for down in range(1, DOWN + 1):
            told = yield self._asker.ask(self._all, "offspring", who=front, most=FRONT)
            front = sorted({child for children in told.values() for child in children} - {without}, key=_age)[:FRONT]
            if not front:
                return None
            living = yield from self._living(front)
            if living:
                return min(living, key=_age), down
            budget[0] -= 2
            if budget[0] <= 0:
                return None
        return None

    def _living(self, who: list[Identity]) -> Asking:
        told = yield self._asker.ask(self._all, "living", who=who)
        return [one for some in told.values() for one in some]

    def _nearest(self, keys: LineKeys) -> Asking:
        """Who of the founder's lineage lives nearest to a site: in the site's space, else in another."""
        if keys["founder"] is None or keys["site"] is None:
            return None
        universe, region = self._asker.universe, self._asker.region_of(keys["site"])
        for regions in (universe.space_of(region).regions, self._all):
            told = yield self._asker.ask(regions, "nearest", founder=keys["founder"], site=keys["site"])
            found = [one for one in told.values() if one is not None]
            if found:
                return min(found)[1]
        return None


def _age(who: Identity) -> Identity:
    """Sorts the eldest first."""
    return who[1], who[0]
