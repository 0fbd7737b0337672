"""The state of a viewer: what is watched, how it is shown, what is chosen.  No pixels, no devices; time is given, not read."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.story.told import Story
from render.about import Place, SpaceAbout
from render.board import Jobs
from render.camera import Camera
from render.canvas import Picture
from render.chronicle import Chronicle
from render.clade import Clade
from render.context import Context
from render.fields import BY_NAME, Field
from render.frames import Acted, Answer, Frame, Frames, Organism, Series, Told, Tree
from render.freezer import Freezer, Frozen
from render.heirs import Ended
from render.job_form import JobForm
from render.layout import Node, views
from render.lines import Line
from render.links import Everywhere
from render.looking import LOOK_SECONDS, PATIENCE, Looking
from render.pace import Playing
from render.projection import Projection
from render.scale import Scale
from render.study import Study
from render.things import Things
from render.touring import Touring
from render.view import InHand, View
from render.visit import Visit, Writing

SERIES_SECONDS, SITE_SECONDS = 2.0, 0.3
"""Least time between two looks at the timelines, and at the chosen organism."""

TOOLS = ("look", "wall", "soil", "vent", "remove", "erase")
TOLD_SECONDS, HISTORY = 8.0, 240


@dataclass
class Model:
    """All that the window shows.

    Args:
        source: The record or the live run that answers.
        freezer: Organisms kept on disk.
    """

    source: Frames
    freezer: Freezer
    playing: Playing = field(default_factory=Playing)
    chosen: Place | None = None
    organism: Organism | None = None
    following: bool = False
    line: Line = field(default_factory=Line)
    once: Callable[[], None] | None = None
    history: deque[tuple[int, int]] = field(default_factory=lambda: deque(maxlen=HISTORY))
    series: Series | None = None
    tree: Tree | None = None
    jobs: Jobs | None = None
    form: JobForm = field(default_factory=JobForm)
    fold: int = 12
    tab: str = "inspect"
    tool: str = "look"
    brush: int = 1
    carried: Frozen | None = None
    acts: list[Acted] = field(default_factory=list)
    told: deque[tuple[float, Told]] = field(default_factory=lambda: deque(maxlen=4))
    help: bool = False
    chronicle: Chronicle = field(default_factory=Chronicle)
    tour: Touring = field(default_factory=Touring)
    study: Study = field(default_factory=Study)
    things: Things | None = None
    everywhere: Everywhere | None = None
    name: str = ""
    writing: Writing | None = None
    scale: Scale = field(default_factory=Scale)
    filming: list[NDArray[np.uint8]] | None = None
    now: float = 0.0
    over: bool = False

    space, context, kind = InHand[SpaceAbout](), InHand[Context](), InHand[Field]()
    projection, axis, camera = InHand[Projection](), InHand[int](), InHand[Camera | None]()
    frame, picture, hover = InHand[Frame | None](), InHand[Picture | None](), InHand[Place | None]()
    plaza = InHand[Visit | None]()

    def __post_init__(self) -> None:
        self.contexts: dict[str, Context] = {}
        self._seen: int | None = None
        self._waits, self._asked = set[str](), dict[str, float]()
        self.looking, self._elsewhere = Looking(), False
        self.view = View(self.source.about.spaces[0], self.context_of(self.source.about.spaces[0]))
        self.layout: Node = self.view
        self.kind = BY_NAME["kinship"] if self.source.about.kin else self.kind
        self.enter(self.space)

    @property
    def views(self) -> list[View]:
        """All views, from the upper left on; `view` is the one in hand."""
        return views(self.layout)

    def context_of(self, space: SpaceAbout) -> Context:
        """Whose colour is whose in a space, in all views of it."""
        return self.contexts.setdefault(space.name, Context(space))

    @contextmanager
    def at(self, view: View) -> Iterator[None]:
        """Have another view in hand for a moment; who is inspected in another space is not marked in it."""
        before, chosen = self.view, self.chosen
        self.view, self.chosen = view, chosen if view.space.name == before.space.name else None
        self._elsewhere = view is not before
        try:
            yield
        finally:
            self.view, self.chosen, self._elsewhere = before, chosen, False

    def focus(self, view: View) -> None:
        """Take a view in hand: keys and panels act on it."""
        before, self.view = self.view.space.name, view
        if view.space.name != before:
            self._inspect_nobody()

    def enter(self, space: SpaceAbout) -> None:
        """Look at a space from now on, in the view in hand."""
        self.view.enter(space, self.context_of(space))
        self._inspect_nobody()
        self.forget("frame")

    def _inspect_nobody(self) -> None:
        self.chosen = self.organism = self.series = self.tree = None
        self.following, self.line, self.once, self._seen = False, Line(), None, None
        self.forget("series", "site")

    def forget(self, *names: str) -> None:
        """Ask again at once."""
        for name in names:
            self._asked.pop(name, None)
            self._waits.discard(name)
        for view in self.views if "frame" in names else ():
            self.looking.forget(view)

    def show(self, kind: Field | None = None, projection: Projection | None = None) -> None:
        """Another field or another projection; what is there already is painted at once, and the rest asked for."""
        if projection is not None:
            if projection.order != self.projection.order:
                self.camera = None
            self.projection = projection
        if kind is not None:
            self.kind = kind
        self.view.stale = True

    def tell(self, words: str, wrong: bool = False, about: str = "") -> None:
        """A line for the user; one that says the same, or is about the same thing, is not shown beside it."""
        stays = [one for one in self.told if one[1].text != words and (not about or one[1].about != about)]
        self.told.clear()
        self.told.extend([*stays, (self.now, Told(words, wrong, about))])

    def lines(self) -> list[Told]:
        """What was told lately; it is shown in the view in hand."""
        if self._elsewhere:
            return []
        return [one for when, one in self.told if self.now - when < TOLD_SECONDS]

    def update(self, now: float) -> None:
        """Take what came, ask for what is due, and make the picture."""
        passed, self.now = max(0.0, now - self.now), now
        for answer in self.source.poll():
            self._take(answer)
        self._play(passed)
        self._ask()
        self.study.update(self.organism, self.space, self.source.about, self.tab == "inspect")
        for view in self.views:
            with self.at(view):
                self.looking.paint(self)

    def _take(self, answer: Answer) -> None:
        if isinstance(answer, Frame):
            self.looking.take(self, answer)
        elif isinstance(answer, Organism):
            self._waits.discard("site")
            self._take_organism(answer)
        elif isinstance(answer, Ended):
            self._waits.discard("site")
            if self.organism is None and self._seen is not None:
                self._seen = None  # from now on whoever lives there is meant
                self.tell(f"whoever was seen there has died by tick {answer.tick:,}: no relative is known to live")
            self.line.ends(answer, self.organism)
            self.following = self.following and not self.line.over
        elif isinstance(answer, Series):
            self._waits.discard("series")
            self.series = answer if answer.space == self.space.name else self.series
        elif isinstance(answer, Tree):
            self.tree = answer
        elif isinstance(answer, Story | Clade):
            self.chronicle.take(answer, self.source.about.run, self.tell)
            for view in self.views:
                view.stale = True
        elif isinstance(answer, Jobs):
            self._waits.discard("jobs")
            self.jobs = answer
        elif isinstance(answer, Things):
            self._waits.discard("things")
            self.things = answer
        elif isinstance(answer, Everywhere):
            self._waits.discard("everywhere")
            self.everywhere = answer
        elif isinstance(answer, Acted):
            if answer.done and answer.kind != "undo":
                self.acts.append(answer)
            self.tell(f"{answer.kind}: {answer.text}", wrong=not answer.done)
            self.forget("frame", "site", "jobs", "things")
        else:
            self.tell(answer.text, answer.wrong, answer.about)

    def _take_organism(self, found: Organism) -> None:
        before = self.organism
        if not self.line.meets(found, before, self.chosen, self.following):
            return
        if found.space != self.space.name:
            if before is None or found.heir is None or before.space != self.space.name:
                return
            if not self.following:
                self.line.leaves(found)
                return
            self._follow_into(found.space)
        if before is None or before.identity != found.identity:
            self.history.clear()
        if not self.history or self.history[-1][0] != found.tick:
            self.history.append((found.tick, found.fields.get("energy", 0)))
        self.organism, self.chosen = found, found.place
        if self.once is not None and found.lives:
            once, self.once = self.once, None
            once()

    def _follow_into(self, name: str) -> None:
        """Look at the space that the inspected organism lives in now."""
        kept = self.following, self.line, self.once
        self.enter(next(space for space in self.source.about.spaces if space.name == name))
        self.following, self.line, self.once = kept
        self.tell(f"it lives in {name}")

    def _play(self, passed: float) -> None:
        if self.playing.on and len(self.source.ticks()) and (samples := self.playing.samples(passed)):
            self.step(samples)

    def step(self, samples: int) -> None:
        """Go so many samples on or back in a record."""
        ticks = self.source.ticks()
        if len(ticks):
            self.playing.go(ticks, samples)
            self.forget("frame", "site")

    def _due(self, name: str, seconds: float) -> bool:
        """Whether it is time to ask, the last answer being there or given up; takes note that one did.

        A run gives those who watch little of its time: who asks before it has answered only waits longer.
        """
        if self.now - self._asked.get(name, -np.inf) < (PATIENCE if name in self._waits else seconds):
            return False
        self._asked[name] = self.now
        self._waits.add(name)
        return True

    def _ask(self) -> None:
        source, live = self.source, self.source.about.live
        self.looking.ask(self)
        self.chronicle.ask(source, self.now)
        if self._due("series", SERIES_SECONDS if live or self.series is None else 5 * SERIES_SECONDS):
            source.ask_series(self.space.name)
        if self._sees_links(live) and self._due("everywhere", LOOK_SECONDS * max(1.0, len(source.about.doors) / 500)):
            source.ask_everywhere(self.playing.tick)
        stays = self.line.over and not self.following
        due = live or self.organism is None or self._lags()
        if self.chosen is not None and due and not stays and self._due("site", SITE_SECONDS):
            self._ask_chosen()
        if live and (self.plaza is not None or self.tab in ("jobs", "market")) and self._due("jobs", SITE_SECONDS):
            source.ask_jobs(self.space.name)
        if self.plaza is not None and self.source.about.leaves and self._due("things", SITE_SECONDS if live else LOOK_SECONDS):
            source.ask_things(self.space.name, self.name, self.plaza.at, self.playing.tick)

    def _sees_links(self, live: bool) -> bool:
        """Whether it is to be asked what crosses links: where any are seen, and of a record only once a tick."""
        known, frame = self.everywhere, self.frame
        seen = bool(self.source.about.doors) or any(view.universe for view in self.views)
        return seen and (live or known is None or (frame is not None and known.tick != frame.tick))

    def _lags(self) -> bool:
        """Whether another tick of a record is shown than the one whose line was followed to."""
        one, frame = self.organism, self.frame
        return self.following and one is not None and frame is not None and (one.heir is None or one.tick != frame.tick)

    def _ask_chosen(self) -> None:
        assert self.chosen is not None
        one, name = self.organism, self.space.name
        if not self.source.about.live and self.following and one is not None:
            who = one.identity if one.heir is not None else None  # before that it may have been read from another tick
            self.source.ask_line(name, who, one.place, self.playing.tick, one.fields.get("founder"))
        elif not self.source.about.live:
            self.source.ask_organism(name, self.chosen, self.playing.tick)
        elif one is None:
            self.source.ask_line(name, None, self.chosen, self._seen)
        elif one.lives:
            self.source.ask_line(name, one.identity, one.place, None, one.fields.get("founder"))
        else:  # whatever lies there; somebody may be born
            self.source.ask_organism(name, self.chosen, None)

    def choose(self, place: Place | None) -> None:
        """Inspect what is seen at a place."""
        place = place if place is None or self.frame is None else self.frame.seen(place)
        self.chosen, self.organism, self.following, self.once = place, None, False, None
        self.line, self._seen = Line(), self.frame.tick if self.frame is not None else None
        self.history.clear()
        self.forget("site")

    def go_to(self, place: Place) -> None:
        """Bring a place into sight, and inspect who is there."""
        self.reveal(place)
        self.choose(place)

    def reveal(self, place: Place) -> None:
        """Bring a place into sight: slices that hide it are moved."""
        hidden = tuple((axis, replace(cut, place=place[axis])) for axis, cut in self.projection.hidden.items())
        self.show(projection=replace(self.projection, cuts=hidden))
