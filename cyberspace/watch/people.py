"""People in a run: rank 0 hears what those ask who watch or play, has the attendants of all ranks answer, and never waits for them."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

import numpy as np

from cyberspace.errors import Refused
from cyberspace.ranks.team import Single, Team
from cyberspace.record.run_folder import RunFolder
from cyberspace.run.local import LocalRegion
from cyberspace.watch.allowance import RESERVED, Allowance, interval
from cyberspace.watch.attendant import Attendant, Reply
from cyberspace.watch.introduction import introduce
from cyberspace.watch.presence import Presence
from cyberspace.watch.reins import Reins
from cyberspace.watch.views import Questions, View, Views
from cyberspace.watch.waiting import Question
from cyberspace.wire import protocol
from cyberspace.wire.connection import FILES
from cyberspace.wire.protocol import Head
from cyberspace.wire.requests import ControlKeys, ThingsKeys
from cyberspace.wire.serve import Say, Server

WAITING = 64
"""Requests that may wait."""

LATE = 10.0
"""Seconds after which a request that other ranks do not answer is refused."""

SAMPLE = 0.5
"""Seconds between two samples of the series, where there are few sites."""

PARTING, LOOK = 3.0, 0.25
"""Seconds after the end of a connection in which is looked who has gone (the door knows it a little later), and between two looks."""

NAP, NAP_OF_MANY = 0.02, 0.002
"""Seconds between two looks at signals while the run is held; on several ranks, messages are looked at as well."""


@dataclass
class Pending:
    """What waits for answers.

    Attributes:
        steps: The view that it is made by.
        ask: What was asked for.
        client: Who asked; None if the run itself did.
        id: Number of the client's request.
        pack: Whether arrays are to be packed.
        came: When it was asked for.
        who: Of whom the line is sought.
        number: Number of the question that is being asked.
        since: When that question was asked.
        missing: Ranks that have not answered it yet.
        found: What the others answered, by rank.
    """

    steps: View
    ask: str
    client: bytes | None = None
    id: int = 0
    pack: bool = False
    came: float = field(default_factory=time.monotonic)
    who: object = None
    number: int = -1
    since: float = 0.0
    missing: set[int] = field(default_factory=set)
    found: dict[int, object] = field(default_factory=dict)


class People:
    """Those who watch a run, or play in it; they ask the attendants of all ranks.

    Args:
        folder: The run.
        serve: "HOST:PORT" to listen on.
        say: Takes a line for whoever started the run.
        team: The ranks; this one is rank 0.
    """

    def __init__(self, folder: RunFolder, serve: str, say: Say, team: Team | None = None):
        self._team: Team = Single() if team is None else team
        self._allowance, self._reins, self._views = Allowance(1 - RESERVED), Reins(say), Views(folder.universe)
        self._parted, self._looked = -np.inf, -np.inf
        self._own = Attendant(folder.universe, lambda answer: self._take(0, answer), self._allowance, folder)
        self._folder: RunFolder | None = folder
        self._kept: dict[int, list[Question]] = {}
        self._pending: dict[int, Pending] = {}
        self._presence = Presence()
        self._numbers: Iterator[int] = itertools.count()
        self._steering: Pending | None = None
        self._sampled, self._sample = -np.inf, interval(SAMPLE, folder.universe.sites)
        self._say, self._about = say, introduce(folder)
        self._server = Server(folder.path, serve, say)
        say(f"serving on {self._server.address}: {' or '.join(FILES.values())} in {folder.path} lets a viewer in")

    def __enter__(self) -> People:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.close()

    def join(self, regions: list[LocalRegion], placement: tuple[int, ...]) -> None:
        """Look at the regions of all ranks, from a new start of theirs on."""
        for pending in list(self._pending.values()):
            self._refuse(pending, "a rank was lost; ask again")
        if self._folder is not None:
            self._views.recall(self._folder, min(region.tick for region in regions))
            self._folder = None
        self._own.join(regions)
        self._views.join(placement, self._team.hosts)
        self._kept = {rank: [] for rank in range(1, self._team.size)}
        self._steer()

    @property
    def held(self) -> str:
        """Who holds the run back, in words."""
        return self._reins.held

    def hear(self, source: int, what: str, said: object) -> None:
        """Take what an attendant tells."""
        if what == "answer":
            assert isinstance(said, Reply)
            self._take(source, said)
        else:  # it is here
            for ask in self._kept.pop(source, []):
                self._team.tell(source, "ask", ask)

    def attend(self, regions: list[LocalRegion], leaving: bool) -> int | None:
        """Answer what was asked; the tick beyond which nobody may live now."""
        self._turn()
        until = self._own.until(leaving)
        if until is not None and self._own.slowest >= until:
            self._server.wait(NAP if self._team.size == 1 else NAP_OF_MANY)
            self._turn()
            until = self._own.until(leaving)
        return until

    def _turn(self) -> None:
        if self._server.attend(self._answer):
            self._own.keeper.asked = time.monotonic()
        self._reins.note(self._own.slowest)
        self._miss()
        now = time.monotonic()
        if now - self._sampled > self._sample and not any(pending.ask == "sample" for pending in self._pending.values()):
            self._sampled = now
            self._go_on(Pending(self._views.sample(), "sample"))
        self._own.work()
        for pending in list(self._pending.values()):
            if pending.client is not None and pending.missing - {0} and now - pending.since > LATE:
                ranks = ", ".join(map(str, sorted(pending.missing)))
                advice = "it may be done yet" if pending.ask == "act" else "ask again"
                self._refuse(pending, f"rank {ranks} did not answer in time; {advice}")

    def _answer(self, client: bytes, role: str, request: protocol.Request) -> list[protocol.Bytes] | None:
        """Answer at once what concerns nobody else; what does waits its turn."""
        if request.ask == "about":
            return protocol.answer(request.id, {**self._head(), "role": role, **self._about})
        if request.ask == "control":
            self._reins.control(client, **cast(ControlKeys, request.keys))
            self._steer()
            return protocol.answer(request.id, self._head())
        if request.ask == "things":
            self._presence.note(client, cast(ThingsKeys, request.keys))
        if request.ask == "frame":
            for waits in [one for one in self._pending.values() if one.client == client and one.ask == "frame"]:
                self._refuse(waits, "superseded")
        if request.ask == "line" and self._sought(client, request):
            return None
        if len(self._pending) >= WAITING:
            raise Refused("too many requests wait; ask again later")
        self._go_on(
            Pending(
                self._views.by_name[request.ask](request.keys),
                request.ask,
                client,
                request.id,
                request.pack,
                who=request.keys.get("who"),
            )
        )
        return None

    def _sought(self, client: bytes, request: protocol.Request) -> bool:
        """Whether the same line is sought for a client already: then that is the answer, so that impatience costs nothing."""
        who = request.keys["who"]
        found = next(
            (one for one in self._pending.values() if who and (one.client, one.ask, one.who) == (client, "line", who)), None
        )
        if found is not None:
            found.id, found.pack = request.id, request.pack
        return found is not None

    def _miss(self) -> None:
        """Look, for some time after a connection has ended, whether those are still there whose pause or pace holds."""
        now = time.monotonic()
        if self._server.parted():
            self._parted, self._looked = now, -np.inf
        if now - self._parted > PARTING or now - self._looked < LOOK or not self._reins.holders:
            return
        self._looked = now
        news = protocol.answer(0, self._head())
        gone = [player for player in self._reins.holders if not self._server.reaches(player, news)]
        for player in gone:
            self._reins.leave(player)
        if gone:
            self._steer()

    def _head(self) -> Head:
        return {"tick": self._own.slowest, "pace": self._reins.told()}

    def _steer(self) -> None:
        """Tell all ranks what the player wants; only the newest wish counts."""
        if self._steering is not None:
            self._forget(self._steering)
        self._steering = Pending(self._steps(), "control")
        self._go_on(self._steering)

    def _steps(self) -> View:
        ranks = range(self._team.size)
        if self._reins.must_meet:
            far = yield dict.fromkeys(ranks, ("far", {}))
            self._reins.meet(max(far.values()))
        yield dict.fromkeys(ranks, ("tempo", {"tempo": self._reins.tempo}))
        return {}, {}

    def _go_on(self, pending: Pending) -> None:
        """Send a view the answers that it waited for, and ask what it asks next, or send what it returns."""
        with self._allowance.spent():
            questions = self._next(pending)
        if questions:
            self._put(pending, questions)

    def _next(self, pending: Pending) -> Questions:
        """What a view asks next; nothing if it has ended."""
        try:
            questions = pending.steps.send(pending.found if pending.number >= 0 else None)  # type: ignore[arg-type]
            while not questions:
                questions = pending.steps.send({})
            return questions
        except StopIteration as end:
            head, arrays = end.value
            if pending.ask == "things" and pending.client is not None:
                head = {**head, "people": self._presence.others(pending.client)}
            if pending.client is not None:
                took = round(time.monotonic() - pending.came, 4)
                told = {**self._head(), **head, "took": took}
                self._server.send(pending.client, protocol.answer(pending.id, told, arrays, pending.pack))
            if pending.ask == "act":
                self._stir()
        except Refused as refused:
            self._refuse(pending, str(refused))
        except Exception as error:  # whoever looks must not stop the run
            self._fail(pending, f"{type(error).__name__}: {error}")
        return {}

    def _put(self, pending: Pending, questions: Questions) -> None:
        pending.number, pending.since = next(self._numbers), time.monotonic()
        pending.missing, pending.found = set(questions), {}
        self._pending[pending.number] = pending
        for rank, (what, keys) in questions.items():
            ask = Question(pending.number, what, keys)
            if rank == 0:
                self._own.ask(ask)
            elif rank in self._kept:
                self._kept[rank].append(ask)
            else:
                self._team.tell(rank, "ask", ask)

    def _take(self, source: int, answer: Reply) -> None:
        """Take an answer; one that nobody waits for any more is dropped."""
        pending = self._pending.get(answer.number)
        if pending is None:
            return
        if answer.refused:
            self._refuse(pending, answer.refused)
        elif answer.failed:
            self._fail(pending, answer.failed)
        else:
            pending.missing.discard(source)
            pending.found[source] = answer.said
            if not pending.missing:
                del self._pending[pending.number]
                self._go_on(pending)

    def _refuse(self, pending: Pending, reason: str) -> None:
        self._forget(pending)
        if pending.client is not None:
            self._server.send(pending.client, protocol.refusal(pending.id, reason))

    def _fail(self, pending: Pending, how: str) -> None:
        self._say(f"a request for {pending.ask} failed, which is a defect: {how}")
        self._refuse(pending, "this failed; the run's output says how")

    def _forget(self, pending: Pending) -> None:
        """Wait for no more answers, and tell those who were asked."""
        if self._pending.pop(pending.number, None) is None:
            return
        self._own.drop(pending.number)
        for rank in pending.missing - {0}:
            if rank in self._kept:
                self._kept[rank] = [ask for ask in self._kept[rank] if ask.number != pending.number]
            else:
                self._team.tell(rank, "drop", pending.number)

    def _stir(self) -> None:
        """Somebody has acted: frames that wait for something new are due on all ranks."""
        self._own.stir()
        for rank in range(1, self._team.size):
            if rank not in self._kept:
                self._team.tell(rank, "stir", None)
