"""What those who watch ask for, put together from what the attendants of several ranks answer.

Each view is a generator: it yields questions by rank, (name, keys) each, is sent the answers by rank, and returns the head and the arrays
of the answer.  So it reads as if nobody had to be waited for, and nobody is.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import suppress
from typing import Any, cast

import numpy as np

from cyberspace.errors import InputError, Refused
from cyberspace.law.universe import Space, Universe
from cyberspace.law.world import World
from cyberspace.record.run_folder import RunFolder
from cyberspace.record.scores import scored
from cyberspace.watch import census
from cyberspace.watch.allowance import interval
from cyberspace.watch.frame import legend, make_cut, put_together
from cyberspace.watch.genealogy import UNKNOWN
from cyberspace.watch.lines import Lines
from cyberspace.watch.recall import Recall
from cyberspace.wire.lines import LineKeys
from cyberspace.wire.messages import FrameAnswer, SeriesAnswer, SiteTold
from cyberspace.wire.protocol import Arrays, Head
from cyberspace.wire.requests import ActKeys, FindKeys, FrameKeys, RegionKeys, SeriesKeys, SiteKeys, SpaceKeys, ThingsKeys

Questions = dict[int, tuple[str, dict[str, object]]]
"""By rank: the name of an answer of `cyberspace.watch.attendant.Attendant`, and its arguments."""

Told = dict[int, Any]
"""By rank: what that answer returned, of the type that `Attendant` gives for it."""

View = Generator[Questions, Told, tuple[Head, Arrays]]

RANK = 1.0
"""Seconds between two counts of the largest lineages, where there are few sites."""

HOPS = 16
"""Questions, one after the other, from rank to rank, for the ancestors of somebody."""

KNOWN = 64
"""Organisms whose kin is kept."""

SITE_ANCESTORS, SUPPLIER_ANCESTORS = 16, 8
"""Ancestors that are told."""

Kin = tuple[int, list[tuple[int, int]]]
"""Loci in which somebody differed from its parent at birth, and its ancestors, the parent first."""


class WatchedSpace:
    """A space, and what is remembered of it while it is watched."""

    def __init__(self, space: Space, world: World):
        self.space, self.world = space, world
        self.series, self.ranked = census.Series(world), -np.inf
        self.founders: tuple[int, ...] = ()
        self.rank = interval(RANK, space.lattice.regions * space.lattice.sites)


class Views:
    """All that can be asked for.

    Args:
        universe: The universe.

    Attributes:
        universe: The universe.
        acts: Acts that were done since the start.
    """

    def __init__(self, universe: Universe):
        self.universe, self._owners, self.acts = universe, (0,) * len(universe.worlds), 0
        self._spaces = {space.name: WatchedSpace(space, universe.worlds[space.first_region]) for space in universe.spaces}
        self._known: dict[tuple[int, int], Kin] = {}
        self._hosts: tuple[str, ...] = ("",)
        self._firsts, self._lines = [int(world.first_site) for world in universe.worlds], Lines(self)
        self.by_name: dict[str, Callable[..., View]] = {
            "frame": self._frame, "site": self._site, "find": self._find, "series": self._series, "jobs": self._jobs,
            "things": self._things, "universe": self._everywhere, "act": self._act, "line": self._line,
        }  # fmt: skip

    def recall(self, folder: RunFolder, tick: int) -> None:
        """Begin the series with what the record of a run has, up to a tick."""
        with suppress(InputError):  # a damaged record is told of by who reads it
            recall = Recall(folder, tick)
            for place in self._spaces.values():
                place.series.recall(recall.series(place.space))

    def join(self, placement: tuple[int, ...], hosts: tuple[str, ...] = ("",)) -> None:
        """The rank of each region, and the host of each rank, from now on."""
        self._owners, self._hosts = placement, hosts

    def ask(self, regions: Iterable[int], what: str, **keys: object) -> Questions:
        """A question to all owners of some regions about those regions."""
        regions = list(regions)
        return {rank: (what, {"regions": regions, **keys}) for rank in {self._owners[region] for region in regions}}

    def one(self, region: int, what: str, **keys: object) -> Questions:
        """A question to the owner of a region."""
        return {self._owners[region]: (what, {"region": region, **keys})}

    def _space(self, name: str | None, plaza: bool = False) -> WatchedSpace:
        if name is None:
            fits = [place for place in self._spaces.values() if place.world.plaza or not plaza]
            return next(iter(fits or self._spaces.values()))
        if name not in self._spaces:
            raise Refused(f"space: there is no {name!r}; expected one of {', '.join(self._spaces)}")
        return self._spaces[name]

    def region_of(self, site: int) -> int:
        """The region of a site of the universe."""
        if site >= self.universe.sites:
            raise Refused(f"site: expected a number below {self.universe.sites}")
        return int(np.searchsorted(self._firsts, site, side="right")) - 1

    def _concerned(self, act: Mapping[str, object]) -> int:
        """The region that an act is about."""
        listed = act.get("sites")
        named = listed if isinstance(listed, list) else [act.get("site"), act.get("to")]
        sites = [site for site in named if isinstance(site, int)]
        if sites:
            return self.region_of(min(sites))
        return self._region(cast(RegionKeys, act))

    def _region(self, keys: RegionKeys) -> int:
        """The region of a number in a space; by default in the first plaza."""
        space = self._space(keys["space"], plaza=True).space
        if keys["region"] >= space.lattice.regions:
            raise Refused("region: there is none of that number")
        return int(space.first_region + keys["region"])

    def _act(self, keys: ActKeys) -> View:
        (done,) = (yield self.one(self._concerned(keys["act"]), "act", act=keys["act"])).values()
        self.acts += 1
        return done, {}

    def _frame(self, keys: FrameKeys) -> View:
        place, acts = self._space(keys["space"]), self.acts
        cut = make_cut(place.world, keys["at"], keys["stride"])
        if "lineage" in keys["fields"] and time.monotonic() - place.ranked > place.rank:
            largest = yield from self._largest(place.space, census.SHOWN)
            place.ranked, place.founders = time.monotonic(), keep_classes(place.founders, largest)
        regions = [place.space.first_region + region for region in cut.regions]
        founders = place.founders
        parts = (
            yield self.ask(
                regions,
                "frame",
                founders=founders,
                fields=keys["fields"],
                at=keys["at"],
                stride=keys["stride"],
                after=keys["after"],
            )
        ).values()
        tick = min(part["tick"] for part in parts)
        head: FrameAnswer = {"space": place.space.name, "tick": tick}
        if tick == keys["after"] and acts == self.acts:
            return {**head, "same": True}, {}
        arrays = put_together(cut, {region: found for part in parts for region, found in part["parts"].items()}, keys["fields"])
        info = {name: legend(name, values, place.world, founders) for name, values in arrays.items()}
        return {**head, "info": info}, arrays

    def _largest(self, space: Space, most: int) -> Generator[Questions, Told, list[int]]:
        counted = yield self.ask(space.regions, "marks")
        return census.largest(list(counted.values()), most)

    def _site(self, keys: SiteKeys) -> View:
        region = self.region_of(keys["site"])
        (found,) = (yield self.one(region, "site", site=keys["site"] - self._firsts[region])).values()
        about, arrays = yield from self.introduced(region, found)
        return {"space": self.universe.worlds[region].space, "tick": found[0], "organism": about}, arrays

    def introduced(self, region: int, found: tuple[int, SiteTold, Arrays]) -> Generator[Questions, Told, tuple[Head, Arrays]]:
        """An organism of a region with its kin, and its arrays."""
        _, organism, arrays = found
        who = organism["cradle"], organism["born"]
        if who not in self._known:  # whoever is inspected is asked for again and again, and its ancestors stay the same
            (self._known[who],) = yield from self._kin([who], SITE_ANCESTORS)
            while len(self._known) > KNOWN:
                del self._known[next(iter(self._known))]
        heredity, ancestors = self._known.get(who, (UNKNOWN, []))
        return {**organism, "heredity": heredity, "ancestors": ancestors}, arrays

    def ancestors(self, who: tuple[int, int], most: int) -> Generator[Questions, Told, list[tuple[int, int]]]:
        """Parent, grandparent and so on of an identity, as far as they are known, at most so many."""
        ((_, ancestors),) = yield from self._kin([who], most)
        return ancestors

    def _kin(self, who: list[tuple[int, int]], most: int) -> Generator[Questions, Told, list[Kin]]:
        """Kin of some identities: a birth is known on the rank of its cradle, so the question follows the lineage from rank to rank."""
        found: list[Kin] = [(UNKNOWN, []) for _ in who]
        at = dict(enumerate(who))
        for hop in range(HOPS):
            by_rank: dict[int, list[int]] = {}
            for k, (cradle, _) in at.items():
                if 0 <= cradle < self.universe.sites:
                    by_rank.setdefault(self._owners[self.region_of(cradle)], []).append(k)
            if not by_rank:
                break
            told = yield {rank: ("kin", {"who": [at[k] for k in some], "most": most}) for rank, some in by_rank.items()}
            at = {}
            for rank, some in by_rank.items():
                for k, (distance, more) in zip(some, told[rank], strict=True):
                    found[k] = (distance if hop == 0 else found[k][0], (found[k][1] + more)[:most])
                    if more and len(found[k][1]) < most:
                        at[k] = more[-1]
        return found

    def _line(self, keys: LineKeys) -> View:
        """A search has many questions, and whoever was found could die between two of them: where one rank has all regions, it is one."""
        search = self._lines.follow(keys)
        if set(self._owners) == {0}:
            found = (yield {0: ("whole", {"view": search})})[0]
        else:
            found = yield from search
        return cast(tuple[Head, Arrays], found)

    def _find(self, keys: FindKeys) -> View:
        regions, what, most = self._space(keys["space"]).space.regions, keys["what"], keys["most"]
        if what == "lineages":
            largest = yield from self._largest(self._space(keys["space"]).space, most)
            told = yield self.ask(regions, "lineages", marks=largest)
            every = [part for parts in told.values() for part in parts]
            found = [[part for part in every if part["founder"] == mark] for mark in largest]
            return {"lineages": [census.together(parts) for parts in found if parts]}, {}
        if what == "founder":
            if keys["founder"] is None:
                raise Refused("founder: is missing")
            told = yield self.ask(regions, "members", founder=keys["founder"], most=most)
            members = [member for part in told.values() for member in part]
            return {"members": sorted(members, key=lambda member: (-member["energy"], member["site"]))[:most]}, {}
        if keys["who"] is None:
            raise Refused("who: is missing")
        cradle, born = keys["who"]
        told = yield self.ask(regions, "where", cradle=cradle, born=born)
        ((_, ancestors),) = yield from self._kin([(cradle, born)], most)
        return {"site": next((site for site in told.values() if site is not None), None), "ancestors": ancestors}, {}

    def _series(self, keys: SeriesKeys) -> View:
        place = self._space(keys["space"])
        yield {}
        head: SeriesAnswer = {"goals": list(place.world.goals)}
        if scores := scored(place.world):
            head["scores"] = [(one.name, one.unit, one.better) for one in scores]
        return head, dict(place.series.since(keys["since"], keys["most"]))

    def _jobs(self, keys: RegionKeys) -> View:
        (board,) = (yield self.one(self._region(keys), "jobs")).values()
        who = [(giver["cradle"], giver["born"]) for giver in board["suppliers"]]
        kin = yield from self._kin(who, SUPPLIER_ANCESTORS)
        suppliers = [{**giver, "ancestors": more} for giver, (_, more) in zip(board["suppliers"], kin, strict=True)]
        return {**board, "suppliers": suppliers}, {}

    def _things(self, keys: ThingsKeys) -> View:
        (found,) = (yield self.one(self._region(keys), "things")).values()
        return found, {}

    def _everywhere(self, keys: SpaceKeys) -> View:
        chosen = [place.space for name, place in self._spaces.items() if keys["space"] in (None, name)]
        if not chosen:
            raise Refused(f"space: there is no {keys['space']!r}; expected one of {', '.join(self._spaces)}")
        told = yield self.ask((region for space in chosen for region in space.regions), "traffic")
        regions = [{**one, "rank": rank} for rank, (found, _) in told.items() for one in found]
        traffic = [one for _, found in told.values() for one in found]
        hosts = [host or socket.gethostname() for host in self._hosts]
        return {"hosts": hosts, "regions": sorted(regions, key=lambda one: one["region"]), "traffic": traffic}, {}

    def sample(self) -> View:
        """Add a sample to the series of every space."""
        told = yield dict.fromkeys(set(self._owners), ("count", {}))
        for name, place in self._spaces.items():
            counts = [count[name] for count in told.values() if name in count]
            place.series.sample(sum(counts[1:], start=counts[0]))
        return {}, {}


def keep_classes(before: tuple[int, ...], now: list[int]) -> tuple[int, ...]:
    """The marks of the largest lineages, each at the class that it had before, the new ones in the classes that came free."""
    fresh = iter([mark for mark in now if mark not in before])
    kept = [mark if mark in now else next(fresh, None) for mark in before]
    return tuple(mark for mark in [*kept, *fresh] if mark is not None)
