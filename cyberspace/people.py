"""People in a run: answers those who watch and lets the player act, between two spans of ticks, for a small share of the run's time."""

from __future__ import annotations

import time
from collections import deque
from functools import partial
from typing import Any

import numpy as np

from cyberspace import census, wire
from cyberspace.about import about_run
from cyberspace.backends.backend import Trace
from cyberspace.board import board
from cyberspace.checks import Refused
from cyberspace.genealogy import Genealogy
from cyberspace.local import LocalRegion
from cyberspace.look import Look, Seen, frame, over_regions
from cyberspace.pacing import Pacing
from cyberspace.portrait import portrait
from cyberspace.run_folder import RunFolder
from cyberspace.serve import Say, Server
from cyberspace.universe import Space
from cyberspace.world import World

SHARE = 0.01
"""Share of the run's time that looking may take."""

CREDIT = 0.02
"""Seconds of looking that may be saved up."""

WAITING = 64
"""Requests that may wait."""

PATIENCE = 1.0
"""Seconds that a frame request with `after` waits for something new."""

SAMPLE, RANK = 0.5, 1.0
"""Seconds between two samples of the series, and between two counts of the largest lineages."""

NAP = 0.02
"""Seconds between two looks at signals while the run is held."""


class Place:
    """A space as it is seen: its regions on this rank, and what is remembered of it."""

    def __init__(self, space: Space, world: World):
        self.space, self.world = space, world
        self.series, self.founders, self.ranked = census.Series(world), (), -RANK
        self.regions: list[LocalRegion] = []

    founders: tuple[int, ...]

    @property
    def look(self) -> Look:
        """Reads the arrays of the whole space.

        Raises:
            Refused: If some of it lives on another rank.
        """
        if len(self.regions) < self.space.lattice.regions:
            raise Refused(f"{self.space.name}: only what lives on rank 0 can be seen in this version")
        return over_regions([region.engine.look for region in self.regions], self.world.sites)

    @property
    def tick(self) -> int:
        """The tick of its slowest region."""
        return min(region.tick for region in self.regions)

    def rank_lineages(self) -> None:
        """Find the largest lineages anew, now and then."""
        if time.monotonic() - self.ranked > RANK:
            self.ranked = time.monotonic()
            self.founders = keep_classes(self.founders, [mark for mark, _ in census.largest(self.look)])


class People:
    """Those who watch a run, or play in it.

    Args:
        folder: The run.
        serve: "HOST:PORT" to listen on.
        say: Takes a line for whoever started the run.
        ranks: Ranks of the run.
    """

    def __init__(self, folder: RunFolder, serve: str, say: Say, ranks: int = 1):
        universe = folder.universe
        self._universe, self._ranks, self._say = universe, ranks, say
        self._server, self._pacing = Server(folder.path, serve, say), Pacing()
        self._genealogy = Genealogy(universe.sites)
        self._places = {space.name: Place(space, universe.worlds[space.first_region]) for space in universe.spaces}
        self._regions: list[LocalRegion] = []
        self._sampled = -SAMPLE
        self._waiting: deque[tuple[bytes, wire.Request, float]] = deque()
        self._credit, self._counted = CREDIT, time.monotonic()
        self._changed = False
        self._views = {
            "frame": self._frame, "site": self._site, "find": self._find, "series": self._series, "jobs": self._jobs,
        }  # fmt: skip
        self._about = about_run(folder)
        say(f"serving on {self._server.address}: {' or '.join(wire.FILES.values())} in {folder.path} lets a viewer in")

    def __enter__(self) -> People:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.close()

    @property
    def _tick(self) -> int:
        return min(region.tick for region in self._regions)

    def attend(self, regions: list[LocalRegion], leaving: bool) -> int | None:
        """Answer what was asked; the tick beyond which nobody may live now."""
        if regions is not self._regions:
            self._join(regions)
        self._turn()
        until = None if leaving else self._pacing.until(self._tick)
        if until is not None and all(region.tick >= until for region in regions):
            self._server.wait(NAP)
            self._turn()
        for region in regions:
            region.most = self._pacing.most(region.per_tick)
        return until

    def _join(self, regions: list[LocalRegion]) -> None:
        """Watch the regions of this rank, from a new start on."""
        self._regions = regions
        for place in self._places.values():
            place.regions = [region for region in regions if region.world.region in place.space.regions]
        for region in regions:
            region.watch = partial(self._note, self._places[region.world.space])

    def _note(self, place: Place, trace: Trace) -> None:
        self._genealogy.add(trace.births)
        place.series.note(trace.tally)

    def _turn(self) -> None:
        if self._server.attend(self._answer):
            self._pacing.asked = time.monotonic()
        now = time.monotonic()
        self._pacing.note(self._tick)
        self._credit = min(CREDIT, self._credit + SHARE * (now - self._counted))
        self._counted = now
        if now - self._sampled > SAMPLE and self._credit > 0:
            self._sampled = now
            self._sample()
        for _ in range(len(self._waiting)):
            now = time.monotonic()
            if self._credit <= 0 and not self._pacing.paused:
                break
            client, request, since = self._waiting.popleft()
            if self._same(request) and now - since < PATIENCE:
                self._waiting.append((client, request, since))
            else:
                self._server.send(client, self._reply(request))
                self._credit -= time.monotonic() - now
        self._changed = False

    def _sample(self) -> None:
        before = time.monotonic()
        for place in self._places.values():
            if len(place.regions) == place.space.lattice.regions:
                place.series.sample(place.look, self._tick)
        self._credit -= time.monotonic() - before

    def _same(self, request: wire.Request) -> bool:
        """Whether there is nothing new for a frame request with `after`."""
        return request.keys.get("after") == self._tick and not self._changed

    def _answer(self, client: bytes, role: str, request: wire.Request) -> list[bytes] | None:
        """Answer at once what costs little; what costs more waits its turn."""
        head = {"tick": self._tick, "pace": self._pacing.about()}
        if request.ask == "about":
            return wire.answer(request.id, {**head, "role": role, **self._about})
        if request.ask == "control":
            if self._ranks > 1:
                raise Refused("control: a run on several ranks can't be held in this version")
            self._pacing.control(**request.keys, farthest=max(region.tick for region in self._regions))
            return wire.answer(request.id, {**head, "pace": self._pacing.about()})
        if request.ask == "act":
            return wire.answer(request.id, self._act(request.keys["act"]))
        if request.ask == "frame":
            for waits in [one for one in self._waiting if one[0] == client and one[1].ask == "frame"]:
                self._waiting.remove(waits)
                self._server.send(client, wire.refusal(waits[1].id, "superseded"))
        if len(self._waiting) >= WAITING:
            raise Refused("too many requests wait; ask again later")
        self._waiting.append((client, request, time.monotonic()))
        return None

    def _act(self, act: dict[str, Any]) -> dict[str, Any]:
        region = self._concerned(act)
        assert region.deeds is not None
        ((entry, happened),) = region.deeds.do(region.engine, region.tick, [act])
        self._changed = True
        return {"tick": entry.tick, "n": entry.number, "region": int(region.world.region), **happened}

    def _concerned(self, act: dict[str, Any]) -> LocalRegion:
        """The region that an act is about."""
        sites = act.get("sites") or [act[name] for name in ("site", "to") if name in act]
        if sites:
            return self._region_of(min(sites))
        place = self._place(act["space"], plaza=True)
        number = place.space.first_region + act["region"]
        return self._mine(number if act["region"] < place.space.lattice.regions else -1)

    def _region_of(self, site: int) -> LocalRegion:
        firsts = [int(world.first_site) for world in self._universe.worlds]
        if site >= self._universe.sites:
            raise Refused(f"site: expected a number below {self._universe.sites}")
        return self._mine(int(np.searchsorted(firsts, site, side="right")) - 1)

    def _mine(self, number: int) -> LocalRegion:
        for region in self._regions:
            if region.world.region == number:
                return region
        raise Refused("region: there is none of that number" if number < 0 else f"region {number} lives on another rank")

    def _place(self, name: str | None, plaza: bool = False) -> Place:
        if name is None:
            fits = [place for place in self._places.values() if place.world.plaza or not plaza]
            return next(iter(fits or self._places.values()))
        if name not in self._places:
            raise Refused(f"space: there is no {name!r}; expected one of {', '.join(self._places)}")
        return self._places[name]

    def _reply(self, request: wire.Request) -> list[bytes]:
        head = {"tick": self._tick, "pace": self._pacing.about()}
        try:
            if self._same(request):
                return wire.answer(request.id, {**head, "same": True})
            more, arrays = self._views[request.ask](request.keys)
        except Refused as refused:
            return wire.refusal(request.id, str(refused))
        except Exception as error:  # whoever looks must not stop the run
            self._say(f"a request for {request.ask} failed, which is a defect: {type(error).__name__}: {error}")
            return wire.refusal(request.id, "this failed; the run's output says how")
        return wire.answer(request.id, {**head, **more}, arrays)

    def _seen(self, place: Place) -> Seen:
        return Seen(place.world, place.tick, place.look, self._genealogy, place.founders)

    def _frame(self, keys: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        place = self._place(keys["space"])
        if "lineage" in keys["fields"]:
            place.rank_lineages()
        arrays, info = frame(self._seen(place), keys["fields"], keys["at"], keys["stride"])
        return {"space": place.space.name, "tick": place.tick, "info": info}, arrays

    def _site(self, keys: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        place = self._places[self._region_of(keys["site"]).world.space]
        organism, arrays = portrait(self._seen(place), keys["site"] - int(place.world.first_site))
        return {"space": place.space.name, "tick": place.tick, "organism": organism}, arrays

    def _find(self, keys: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        place, what, most = self._place(keys["space"]), keys["what"], keys["most"]
        look, first = place.look, int(place.world.first_site)
        if what == "lineages":
            return {"lineages": census.lineages(look, first, most)}, {}
        key = {"founder": "founder", "identity": "who"}[what]
        if keys[key] is None:
            raise Refused(f"{key}: is missing")
        if what == "founder":
            return {"members": census.members(look, first, keys["founder"], most)}, {}
        cradle, born = keys["who"]
        ancestors = self._genealogy.ancestors(cradle, born, most)
        return {"site": census.where(look, first, cradle, born), "ancestors": ancestors}, {}

    def _series(self, keys: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        place = self._place(keys["space"])
        return {"goals": list(place.world.goals)}, dict(place.series.since(keys["since"]))

    def _jobs(self, keys: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        region = self._concerned(keys)
        return {"tick": region.tick} | board(region.engine.look, region.world, self._genealogy), {}


def keep_classes(before: tuple[int, ...], now: list[int]) -> tuple[int, ...]:
    """The marks of the largest lineages, each at the class that it had before, the new ones in the classes that came free."""
    fresh = iter([mark for mark in now if mark not in before])
    kept = [mark if mark in now else next(fresh, None) for mark in before]
    return tuple(mark for mark in [*kept, *fresh] if mark is not None)
