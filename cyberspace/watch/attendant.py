"""An attendant on each rank: looks at the regions there for `People` on rank 0, and does there what the player does.

They ask with a `Question`, the attendant answers with a `Reply` of the same number, between two spans of ticks.  What concerns the pace
of the run and what the player does comes first and at once; who looks waits until the rank's allowance has something left.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from cyberspace.backends.backend import SpanResult
from cyberspace.errors import InputError, Refused
from cyberspace.law.universe import Universe
from cyberspace.record.act import Act, Happened
from cyberspace.record.run_folder import RunFolder
from cyberspace.run.local import LocalRegion
from cyberspace.watch import census
from cyberspace.watch.allowance import RESERVED, Allowance
from cyberspace.watch.board import board
from cyberspace.watch.frame import How, make_cut, part
from cyberspace.watch.genealogy import UNKNOWN, Genealogy, Identity, Kindred, Place
from cyberspace.watch.look import Seen
from cyberspace.watch.portrait import portrait
from cyberspace.watch.recall import remind
from cyberspace.watch.remembered import Remembered
from cyberspace.watch.tempo import Tempo, TempoKeeper
from cyberspace.watch.things import things
from cyberspace.watch.traffic import Letters
from cyberspace.watch.waiting import PATIENCE, Asked, Question, Waiting
from cyberspace.wire.messages import BoardTold, LineageTold, MemberTold, SiteTold
from cyberspace.wire.protocol import Arrays
from cyberspace.wire.things import ThingsTold
from cyberspace.wire.universe import RegionTold, TrafficTold


@dataclass(frozen=True)
class Reply:
    """What an attendant answers.

    Attributes:
        number: Number of the question.
        said: What was asked for.
        refused: Instead of it: why it can't be had.
        failed: Instead of it: how answering failed, which is a defect.
    """

    number: int
    said: object = None
    refused: str = ""
    failed: str = ""


class PartsOfFrame(TypedDict):
    """What a rank has of a frame: the tick of its slowest region, and the arrays by number of the region in its space."""

    tick: int
    parts: dict[int, Arrays]


class Attendant:
    """Looks at the regions of one rank, and acts there.

    Args:
        universe: The universe.
        reply: Takes the answers.
        allowance: Seconds that it may spend on them.
        folder: The run, whose record tells of births before this start.
    """

    def __init__(
        self, universe: Universe, reply: Callable[[Reply], None], allowance: Allowance | None = None,
        folder: RunFolder | None = None,
    ):  # fmt: skip
        self._universe, self._reply = universe, reply
        self._waiting = Waiting(allowance or Allowance(1 - RESERVED))
        self._genealogy, self.keeper, self._remembered = Genealogy(universe.sites), TempoKeeper(), Remembered()
        self._regions: dict[int, LocalRegion] = {}
        self._letters = Letters()
        self._folder = folder
        self._at_once: dict[str, Callable[..., object]] = {"far": self._far, "tempo": self._keep, "act": self._act}
        self._in_turn: dict[str, Callable[..., object]] = {
            "frame": self._frame, "site": self._site, "kin": self._kin, "marks": self._marks, "lineages": self._lineages,
            "members": self._members, "where": self._where, "count": self._count, "jobs": self._jobs, "lived": self._lived,
            "meet": self._meet, "kindred": self._kindred, "nearest": self._nearest,
            "things": self._things, "traffic": self._traffic, "whole": self._whole,
        }  # fmt: skip

    @property
    def slowest(self) -> int:
        """Tick of the slowest region here."""
        return min(region.tick for region in self._regions.values())

    def join(self, regions: list[LocalRegion]) -> None:
        """Attend to the regions of this rank, from a new start of theirs on."""
        self._regions = {int(region.world.region): region for region in regions}
        self._waiting.clear()
        self._letters = Letters()
        self._remembered.clear()
        self.keeper.keep(Tempo())
        if self._folder is not None:  # at the first start; at later ones what was lived since is known
            with suppress(InputError):  # a damaged record is told of by who reads it
                remind(self._genealogy, self._folder, (region.world for region in regions), self.slowest)
            self._folder = None
        for region in regions:
            region.observers.append(partial(_note, self._genealogy))

    def ask(self, ask: Question) -> None:
        """Answer at once, or put the question in the queue."""
        if ask.what != "count":
            self.keeper.asked = time.monotonic()
        if ask.what in self._at_once:
            self._answer(ask, self._at_once[ask.what])
        else:
            self._waiting.put(ask)

    def drop(self, number: int) -> None:
        """Nobody waits for the answer of a question any more."""
        self._waiting.drop(number)

    def stir(self) -> None:
        """Somebody has acted somewhere: frames that wait for something new are due."""
        self._waiting.stir()

    def work(self) -> None:
        """Answer what waits, as far as there is time for it; a run that waits for people has any."""
        later: list[Asked] = []
        while (turn := self._waiting.take(self.keeper.waits(self.slowest))) is not None:
            ask, since, allowance = turn
            if time.monotonic() - since < PATIENCE and not self._fresh(ask):
                later.append((ask, since))
                continue
            with allowance.spent():
                self._answer(ask, self._in_turn[ask.what])
        self._waiting.back(later)

    def until(self, leaving: bool) -> int | None:
        """The tick beyond which no region may live now, after the length of their spans was set."""
        for region in self._regions.values():
            region.most = self.keeper.most(region.per_tick)
        return None if leaving else self.keeper.until(self.slowest)

    def _fresh(self, ask: Question) -> bool:
        """Whether there is something new for a frame request with `after`; true of all others."""
        after = ask.keys.get("after")
        if after is None:
            return True
        regions = ask.keys["regions"]
        assert isinstance(regions, list)
        return after != min((region.tick for region in self._chosen(regions)), default=-1)

    def _answer(self, ask: Question, how: Callable[..., object]) -> None:
        try:
            answer = Reply(ask.number, how(**ask.keys))
        except Refused as refused:
            answer = Reply(ask.number, refused=str(refused))
        except (InputError, OSError):  # a later start has taken over, or the disk is full: these end the run
            raise
        except Exception as error:  # whoever looks must not stop the run
            if ask.what in self._at_once:
                raise
            answer = Reply(ask.number, failed=f"{type(error).__name__}: {error}")
        self._reply(answer)

    def _chosen(self, numbers: list[int]) -> list[LocalRegion]:
        return [region for number, region in self._regions.items() if number in numbers]

    def _one(self, number: int) -> LocalRegion:
        """The region of a number; only its owner may act there."""
        if number not in self._regions:
            raise Refused(f"region {number} has moved to another rank; ask again")
        return self._regions[number]

    def _seen(self, region: LocalRegion, founders: tuple[int, ...] = ()) -> Seen:
        number = int(region.world.region)
        in_space = number - self._universe.space_of(number).first_region
        return Seen(region.world, in_space, region.tick, region.engine.look, self._genealogy, founders)

    def _far(self) -> int:
        """Hold all regions at the tick of the farthest, and tell it."""
        farthest = max(region.tick for region in self._regions.values())
        self.keeper.keep(Tempo(until=farthest))
        return farthest

    def _keep(self, tempo: Tempo) -> None:
        self.keeper.keep(tempo)

    def _act(self, region: int, act: Act) -> Happened:
        here = self._one(region)
        assert here.history is not None
        ((entry, happened),) = here.history.do(here.engine, here.tick, [act])
        self.stir()
        return {"tick": entry.tick, "n": entry.number, "region": region, **happened}

    def _frame(
        self, regions: list[int], fields: list[str], at: Mapping[str, How], stride: dict[str, int], after: int | None,
        founders: tuple[int, ...],
    ) -> PartsOfFrame:  # fmt: skip
        here = self._chosen(regions)
        cut = make_cut(here[0].world, at, stride)
        for region in here:
            self._remembered.keep(int(region.world.region), region.tick, region.engine.look, cut.sites)
        tick, seen = min(region.tick for region in here), [self._seen(region, founders) for region in here]
        return {"tick": tick, "parts": {one.number: part(one, cut, fields) for one in seen}}

    def _site(self, region: int, site: int) -> tuple[int, SiteTold, Arrays]:
        here = self._one(region)
        return here.tick, *portrait(self._seen(here), site)

    def _lived(self, region: int, site: int, tick: int | None) -> census.Known | None:
        """Who lived at a site in the frame of a tick; who lives there now, where that is not remembered."""
        here = self._one(region)
        if tick is not None and (found := self._remembered.who(region, site, tick))[0]:
            return found[1]
        return census.identity(here.engine.look, site)

    def _meet(self, regions: list[int], who: tuple[int, int]) -> tuple[int, tuple[int, SiteTold, Arrays]] | None:
        """The region in which somebody lives, and its portrait."""
        for region in self._chosen(regions):
            site = census.where(region.engine.look, 0, *who)
            if site is not None:
                number = int(region.world.region)
                return number, self._site(number, site)
        return None

    def _kindred(
        self, regions: list[int], roots: Mapping[Identity, Place], line: list[Identity], asked: list[Identity]
    ) -> Kindred:
        """What is known here of the descendants of some roots; strangers are those of other ranks alone."""
        here = [census.who_lives(region.engine.look) for region in self._chosen(regions)]
        found = self._genealogy.kindred(roots, line, asked, np.concatenate(here))
        if len(self._regions) == len(self._universe.worlds):
            return found
        own = [range(int(one.world.first_site), int(one.world.first_site) + one.world.sites) for one in self._regions.values()]
        strangers = self._genealogy.strangers(min(born for _, born in roots))
        return replace(found, strangers=[one for one in strangers if not any(one[0] in sites for sites in own)])

    def _nearest(self, regions: list[int], founder: int, site: int) -> tuple[int, tuple[int, int], object] | None:
        """Who of a lineage lives nearest to a site: how far away, who it is, and its region with its portrait."""
        found = (census.nearest(region.engine.look, region.world, founder, site) for region in self._chosen(regions))
        best = min((one for one in found if one is not None), default=None)
        return None if best is None else (*best, self._meet(regions, best[1]))

    def _whole(self, view: Generator[Mapping[int, tuple[str, Mapping[str, object]]], dict[int, object], object]) -> object:
        """What a view returns, whose questions are all to this rank: no tick passes between them."""
        told: dict[int, object] | None = None
        try:
            while True:
                questions = view.send(told)  # type: ignore[arg-type]
                told = {rank: self._in_turn[what](**keys) for rank, (what, keys) in questions.items()}
        except StopIteration as end:
            return end.value

    def _kin(self, who: list[tuple[int, int]], most: int) -> list[tuple[int, list[tuple[int, int]]]]:
        """For each identity: loci in which it differed from its parent at birth, and its ancestors as far as they are known here."""
        cradles, born = np.array(who, dtype=np.int32).T
        distances = np.where(cradles >= 0, self._genealogy.distance(cradles, born), UNKNOWN).tolist()
        return [(distance, self._genealogy.ancestors(*one, most)) for distance, one in zip(distances, who, strict=True)]

    def _marks(self, regions: list[int]) -> NDArray[np.int64]:
        return np.concatenate([census.marks(region.engine.look) for region in self._chosen(regions)], axis=1)

    def _lineages(self, regions: list[int], marks: list[int]) -> list[LineageTold]:
        return [
            found
            for region in self._chosen(regions)
            for found in census.lineages(region.engine.look, int(region.world.first_site), marks)
        ]

    def _members(self, regions: list[int], founder: int, most: int) -> list[MemberTold]:
        return [
            found
            for region in self._chosen(regions)
            for found in census.members(region.engine.look, int(region.world.first_site), founder, most)
        ]

    def _where(self, regions: list[int], cradle: int, born: int) -> int | None:
        found = (
            census.where(region.engine.look, int(region.world.first_site), cradle, born) for region in self._chosen(regions)
        )
        return next((site for site in found if site is not None), None)

    def _count(self) -> dict[str, census.Count]:
        """By space."""
        found: dict[str, census.Count] = {}
        for region in self._regions.values():
            name, count = (
                region.world.space,
                census.count(region.engine.look, region.world, region.tick, region.counts, region.begun),
            )
            found[name] = found[name] + count if name in found else count
        return found

    def _things(self, region: int) -> ThingsTold:
        here = self._one(region)
        assert here.history is not None
        return things(here.engine.look, here.world, here.tick, here.history.notebook)

    def _traffic(self, regions: list[int]) -> tuple[list[RegionTold], list[TrafficTold]]:
        return self._letters.told(self._chosen(regions))

    def _jobs(self, region: int) -> BoardTold:
        here = self._one(region)
        return board(here.engine.look, here.world, here.tick)


def _note(genealogy: Genealogy, trace: SpanResult) -> None:
    genealogy.add(trace.births)
