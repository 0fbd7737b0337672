"""A run that is going on as a source of what is seen: the viewer's door to ZeroMQ.

The viewer asks, one frame at a time, and polls; it never waits but for the first answer.  Nothing heavy is imported: the run does the
work, and this process may be elsewhere.  What only the record knows (the tree) is read from the run's folder if that is at hand.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from socket import gethostname
from typing import cast

import numpy as np
from numpy.typing import NDArray

from cyberspace.errors import InputError, Refused, problem
from cyberspace.wire import protocol
from cyberspace.wire.acts import ActAnswer
from cyberspace.wire.connection import BEAT, LIFE, Connection, own_name
from cyberspace.wire.lines import LineAnswer
from cyberspace.wire.messages import (
    AboutAnswer,
    FrameAnswer,
    JobsAnswer,
    Json,
    PaceTold,
    SeriesAnswer,
    SiteAnswer,
    WhereAnswer,
)
from cyberspace.wire.protocol import AnswerHead, Arrays
from cyberspace.wire.things import ThingsAnswer
from cyberspace.wire.universe import UniverseAnswer
from render.about import About, Place, SpaceAbout
from render.at_hand import AtHand
from render.bandwidth import Bandwidth
from render.frames import Acted, Answer, Frame, Organism, Query, Series, Told
from render.heads import everywhere_of, heir_of, identity_of, jobs_of, organism_of, pace_of, series_of, things_of
from render.heirs import Ended
from render.introduced import about_of
from render.viewing import Viewing

try:
    import zmq
except ImportError:  # an extra; told when a live run is asked for
    zmq = None  # type: ignore[assignment]

FIRST, PATIENCE = 30.0, 20.0
"""Seconds to wait for the first answer (a run that has just begun may still compile), and after which another is not expected."""
SILENT = 120_000
"""Milliseconds without a sign of life after which the connection is made anew."""

Take = Callable[[AnswerHead, Arrays], "Answer | None"]


class Live:
    """A run behind a connection, as `render.frames.Frames`.

    Args:
        connection: What stands in the connection file.
        name: What errors call it.
        address: Where to connect to instead of the connection's own address, as through a tunnel.
        folder: The run's folder, if it is at hand.
        meanwhile: Called once the run is asked, before its first answer is awaited.

    Raises:
        InputError: If pyzmq is missing or nobody answers.
    """

    def __init__(
        self, connection: Connection, name: str, address: str | None = None, folder: Path | None = None,
        meanwhile: Callable[[], object] = lambda: None,
    ):  # fmt: skip
        if zmq is None:
            raise InputError(problem("pyzmq", "no such package", "pyzmq", "pip install 'cyberspace[view]'"))
        # The process's own context: one that is collected as garbage before its sockets would wait for them for ever.
        self._socket: zmq.Socket[bytes] = zmq.Context.instance().socket(zmq.DEALER)
        beats = {zmq.HEARTBEAT_IVL: BEAT, zmq.HEARTBEAT_TTL: LIFE, zmq.HEARTBEAT_TIMEOUT: SILENT}
        for number, value in {zmq.LINGER: 0, **beats}.items():
            self._socket.setsockopt(number, value)
        keys = {zmq.CURVE_PUBLICKEY: connection.public_key, zmq.CURVE_SECRETKEY: connection.secret_key}
        for option, key in {**keys, zmq.CURVE_SERVERKEY: connection.server_key}.items():
            self._socket.setsockopt(option, key.encode())
        self._socket.connect(address or connection.address)
        self._at_hand = AtHand(folder)
        self._line = Bandwidth(near=address is None and connection.host == gethostname())
        self._viewing = Viewing(self._line)
        self._number, self._ordered, self._waiting = 0, 0, dict[int, tuple[float, Take]]()
        self._answers = list[Answer]()
        self._silent = time.monotonic()
        self._ask("about", lambda head, _: self._take_about(cast(AboutAnswer, head)))
        meanwhile()
        if not self._socket.poll(int(1000 * FIRST)):
            self.close()
            got = f"no answer from {address or connection.address} in {FIRST:g} seconds"
            attempt = "cyberspace inspect RUN, to see whether it goes on, or --ssh if it is on another machine"
            raise InputError(problem(name, got, "a run that serves", attempt))
        self._about: About | None = None
        self._knows: bool = False  # players by name, and lines: runs of before this was so do not
        self._tells: bool = False  # nor what crosses links
        for answer in self.poll():
            if isinstance(answer, Told):
                self.close()
                attempt = "the same version of cyberspace on both sides"
                raise InputError(problem(name, answer.text, "a run that serves", attempt))

    @property
    def about(self) -> About:
        """What is watched."""
        assert self._about is not None
        return self._about

    def ticks(self) -> NDArray[np.int64]:
        """Only the newest can be shown."""
        return np.zeros(0, dtype=np.int64)

    def ask_frame(self, query: Query) -> None:
        """Ask for a frame that is newer than the last; the last one again if there is none within a second."""
        space = self._space(query.space)
        keys, read = self._viewing.frame(query, space, self._lattice[space.name], self._offered[space.name])

        def take(head: AnswerHead, arrays: Arrays) -> Frame:
            frame = read(cast(FrameAnswer, head), arrays)
            if self.about.line != self._viewing.words:
                self._about = replace(self.about, line=self._viewing.words)
            return frame

        self._ask("frame", take, **keys)

    def ask_organism(self, space: str, place: Place, tick: int | None) -> None:
        """Ask for the organism at a place."""
        about = self._space(space)
        self._ask("site", lambda head, arrays: self._organism(cast(SiteAnswer, head), arrays, place), site=about.site(place))

    def ask_identity(self, space: str, who: tuple[int, int]) -> None:
        """Ask where somebody lives now, then for it; again if it died or went between the two."""

        def found(head: AnswerHead, _: Arrays) -> Answer | None:
            site = cast(WhereAnswer, head)["site"]
            if site is None:
                return Told("it lives no more, or has gone to another space", wrong=True)
            place = self._space(space).place(site)
            self._ask("site", partial(met, place), site=site)
            return None

        def met(place: Place, head: AnswerHead, arrays: Arrays) -> Answer | None:
            organism = self._organism(cast(SiteAnswer, head), arrays, place)
            if organism.fields["alive"] and organism.identity == who:
                return organism
            self.ask_identity(space, who)
            return None

        self._ask("find", found, space=space, what="identity", who=list(who))

    def ask_line(
        self, space: str, who: tuple[int, int] | None, place: Place, tick: int | None, founder: int | None = None
    ) -> None:
        """Ask who stands for somebody now."""
        if not self._knows:  # a run of before lines were told
            self.ask_organism(space, place, None) if who is None else self.ask_identity(space, who)
            return

        def take(head: AnswerHead, arrays: Arrays) -> Answer | None:
            told = cast(LineAnswer, head)
            if told["organism"] is not None:
                return heir_of(self._space(told["space"]), told, arrays, place if who is None else None)
            if told["who"] is not None:
                return Ended(identity_of(told["who"]), int(head["tick"]))
            self.ask_organism(space, place, None)  # nobody lived there; what lies there is told
            return None

        about = self._space(space)
        keys = {"who": None if who is None else list(who), "site": about.site(place), "tick": tick, "founder": founder}
        self._ask("line", take, space=space, **{name: value for name, value in keys.items() if value is not None})

    def ask_series(self, space: str) -> None:
        """Ask for the timelines."""

        def take(head: AnswerHead, arrays: Arrays) -> Series:
            return self._viewing.lengthened(series_of(space, cast(SeriesAnswer, head), arrays))

        self._ask("series", take, **self._viewing.series(space))

    def ask_tree(self, space: str, tick: int | None, founder: int | None) -> None:
        """The tree is read from the record."""
        if (record := self._at_hand.record("the lineage tree")) is not None:
            record.ask_tree(space, None, founder)

    def ask_story(self) -> None:
        """Read from the record."""
        self._at_hand.ask_story()

    def ask_clade(self, who: tuple[int, int]) -> None:
        """Descendants are read from the record, as far as it goes."""
        if (record := self._at_hand.record("who descends from whom")) is not None:
            record.ask_clade(who)

    def ask_everywhere(self, tick: int | None) -> None:
        """Ask, where the run knows."""
        if self._tells:
            self._ask("universe", lambda head, _: everywhere_of(cast(UniverseAnswer, head), int(head["tick"])))

    def ask_jobs(self, space: str) -> None:
        """Ask for the job board."""
        if self._space(space).plaza:
            self._ask("jobs", lambda head, _: jobs_of(self._space(space), cast(JobsAnswer, head)), space=space)

    def ask_things(self, space: str, name: str, at: Place | None, tick: int | None) -> None:
        """Ask what people left, and tell where one is."""
        about = self._space(space)
        if about.plaza:
            site = None if at is None else about.site(at)
            self._ask("things", lambda head, _: things_of(about, cast(ThingsAnswer, head)), space=space, name=name, at=site)

    def control(self, do: str, ticks: int = 1, rate: int = 0) -> None:
        """Hold or pace the run; that it stands or goes on is shown at once, so that a key pressed twice is not two of the same."""
        if do in ("pause", "resume"):
            self._about = replace(self.about, paused=do == "pause")
        if do == "pace":
            self._about = replace(self.about, rate=rate)
        self._ask(
            "control", lambda head, _: None, do=do, ticks=ticks, rate=rate, **({"name": own_name()} if self._knows else {})
        )
        self._ordered = self._number

    def act(self, kind: str, **keys: Json) -> None:
        """Take part."""
        space = str(keys.get("space", ""))
        keys = {name: value for name, value in keys.items() if name in protocol.ACTS[kind]}  # sites tell the space themselves
        self._ask("act", lambda head, _: self._acted(kind, space, cast(ActAnswer, head)), act={"kind": kind, **keys})

    def poll(self) -> list[Answer]:
        """The answers."""
        now = time.monotonic()
        while True:
            try:
                frames = self._socket.recv_multipart(zmq.DONTWAIT)
            except zmq.Again:
                break
            self._silent = now
            self._read(frames)
        self._waiting = {number: one for number, one in self._waiting.items() if now - one[0] < PATIENCE}
        if self._waiting and now - self._silent > PATIENCE:
            self._silent = now
            self._answers.append(
                Told("the run does not answer; it may have ended (its record can still be viewed)", wrong=True)
            )
        answers, self._answers = self._answers + self._at_hand.poll(), []
        return answers

    def close(self) -> None:
        """Hang up."""
        self._socket.close(linger=0)

    def _ask(self, ask: str, take: Take, **keys: Json) -> None:
        self._number += 1
        if not self._waiting:
            self._silent = time.monotonic()
        packed = {"pack": True} if self._line.able and self._line.packs else {}
        try:
            self._socket.send(protocol.request(ask, self._number, **packed, **keys), zmq.DONTWAIT)
        except zmq.Again:  # it does not read; asked again later
            return
        self._waiting[self._number] = (time.monotonic(), take)

    def _read(self, frames: list[bytes]) -> None:
        try:
            head, arrays = protocol.read_answer(frames)
        except Refused as refused:
            self._answers.append(Told(str(refused), wrong=True))
            return
        asked, take = self._waiting.pop(head.get("id", 0), (0.0, None))
        if take is not None and "took" in head:
            self._line.note(sum(map(len, frames)), time.monotonic() - asked, float(head["took"]))
        if not head.get("ok"):
            reason = str(head.get("reason", "refused"))
            if reason != "superseded":
                self._answers.append(Told(reason, wrong=True))
            return
        self._note_pace(head.get("id"), head.get("pace"))
        if take is None:
            return
        try:
            answer = take(head, arrays)
        except (KeyError, ValueError, TypeError, IndexError) as error:
            answer = Told(f"an answer that can't be read ({type(error).__name__}: {error})", wrong=True)
        if answer is not None:
            self._answers.append(answer)

    def _note_pace(self, number: object, pace: object) -> None:
        old = isinstance(number, int) and number < self._ordered  # was asked before what was ordered last
        if isinstance(pace, dict) and not old and getattr(self, "_about", None) is not None:
            self._about = replace(self.about, **pace_of(cast(PaceTold, pace)))

    def _take_about(self, head: AboutAnswer) -> None:
        self._offered = {name: {one["name"] for one in space["fields"]} for name, space in head["spaces"].items()}
        self._lattice = {name: [axis["name"] for axis in space["axes"]] for name, space in head["spaces"].items()}
        self._knows, self._tells = "held" in head["pace"], "beaches" in head
        self._line.able = "pack" in head["limits"]
        self._about = about_of(head, self._at_hand.folder)

    def _space(self, name: str) -> SpaceAbout:
        return next(space for space in self.about.spaces if space.name == name)

    def _organism(self, head: SiteAnswer, arrays: Arrays, place: Place) -> Organism:
        return organism_of(self._space(head["space"]), head["organism"], arrays, place, head["tick"])

    def _acted(self, kind: str, space: str, head: ActAnswer) -> Acted:
        where = next((s for s in self.about.spaces if s.name == space), self.about.spaces[0])
        region = int(head["region"]) - where.first_region
        return Acted(int(head["n"]), kind, int(head["tick"]), str(head.get("said") or head.get("reason", "")), bool(head["done"]),
                     where.name, region)  # fmt: skip
