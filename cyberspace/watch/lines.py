"""Following a line of descent: who stands for somebody that has died.

The rule: its eldest living child; if there is none, the nearest living descendant; if there is none, the same for its parent, and so
on, as far as births are known; then whoever of its founder's lineage lives nearest.  Of several that are equally near, the eldest.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable
from typing import Any, Protocol

from cyberspace.errors import Refused
from cyberspace.law.universe import Universe
from cyberspace.wire.lines import LineAnswer, LineKeys
from cyberspace.wire.messages import Identity

LONG = 2.0
"""Seconds for one answer; then whoever of the lineage lives nearest stands for it."""

UP, TOGETHER = 24, 6
"""Births, at most, to a common ancestor, and so many ancestors whose descendants are looked through together."""

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

    def ancestors(self, who: Identity, most: int) -> Asking:
        """Parent, grandparent and so on of an identity, as far as they are known, at most so many."""


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
        meant = yield from self._meant(keys)
        if meant is None:
            return self._nobody(keys, None, "nobody"), {}
        who, founder = meant
        last, up, down, rule, until = who, 0, 0, "itself", time.monotonic() + LONG
        for _ in range(TRIES):
            met = yield from self._meet(last)
            if met is not None:
                return (yield from self._told(met, who, rule, up, down))
            heir = yield from self._heir(who, until)
            if heir is None:
                break
            (last, up, down), rule = heir, "relative" if heir[1] else "descendant"
        met = yield from self._nearest(keys["site"], founder)
        if met is not None:
            return (yield from self._told(met, who, "lineage", 0, 0))
        return self._nobody(keys, who, "extinct"), {}

    def _nobody(self, keys: LineKeys, who: Identity | None, rule: str) -> dict[str, object]:
        """An answer without an organism; its tick is that of any answer, the run's own."""
        space = keys["space"] or self._asker.universe.spaces[0].name
        return {"space": space, "who": who, "rule": rule, "up": 0, "down": 0, "organism": None}

    def _meant(self, keys: LineKeys) -> Asking:
        """Whom a question means, and the mark of its lineage: the identity, or who lived at a site in the frame of a tick."""
        if keys["who"] is not None:
            cradle, born = keys["who"]
            return (cradle, born), keys["founder"]
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

    def _heir(self, who: Identity, until: float) -> Asking:
        """Who stands for somebody that has died; None if no relative is known to live, or none was found in time."""
        line: list[Identity] = [who, *(yield from self._asker.ancestors(who, UP))]
        for first in range(0, len(line), TOGETHER):
            found = yield from self._below(line, first, until)
            if found is not None or time.monotonic() > until:
                return found
        return None

    def _below(self, line: list[Identity], first: int, until: float) -> Asking:
        """Who lives and descends from some of a line of ancestors, by the rule.

        A birth is known on the rank of its cradle alone.  So each rank tells the parents that it doesn't know, the others which of these
        descend from the line too, and these are looked through in their turn.

        Args:
            line: Somebody, its parent, its parent's parent and so on.
            first: The first of them that are meant, `TOGETHER` in number.
            until: When to end.
        """
        roots = {one: (up, 0) for up, one in enumerate(line[first : first + TOGETHER], start=first)}
        best: tuple[int, int, int, int] | None = None
        asked: list[Identity] = []
        while True:
            told = (yield self._asker.ask(self._all, "kindred", roots=roots, line=line, asked=asked)).values()
            best = min([one.best for one in told if one.best] + ([best] if best else []), default=None)
            placed = {who: place for one in told for who, place in one.placed.items()}
            strangers = {who for one in told for who in one.strangers}
            if not strangers or (asked and not placed) or time.monotonic() > until:
                break
            roots = roots | placed
            asked = sorted(strangers - roots.keys())
        return best and ((best[3], best[2]), best[0], best[1])

    def _nearest(self, site: int | None, founder: int | None) -> Asking:
        """(region, portrait) of who of the founder's lineage lives nearest to a site: in the site's space, else in another."""
        if founder is None or site is None:
            return None
        universe, region = self._asker.universe, self._asker.region_of(site)
        for regions in (universe.space_of(region).regions, self._all):
            told = yield self._asker.ask(regions, "nearest", founder=founder, site=site)
            found = [one for one in told.values() if one is not None]
            if found:
                return min(found, key=lambda one: one[:2])[2]
        return None


def _age(who: Identity) -> Identity:
    """Sorts the eldest first."""
    return who[1], who[0]
