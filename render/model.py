"""The state of a viewer: what is watched, how it is shown, what is chosen.  No pixels, no devices; time is given, not read."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
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
from render.fields import BY_NAME, FIELDS, Field, indices, needs
from render.frames import Acted, Answer, Frame, Frames, Organism, Query, Series, Told, Tree
from render.freezer import Freezer, Frozen
from render.heirs import Ended
from render.job_form import JobForm
from render.lines import Line
from render.pace import Playing
from render.palette import table
from render.projection import Projection, start
from render.scale import Scale
from render.things import Things
from render.visit import Visit, Writing

COUNT_SECONDS = 0.4
"""How often lineages are counted anew."""

ASK_SECONDS, LOOK_SECONDS, SERIES_SECONDS, SITE_SECONDS, PATIENCE = 1 / 120, 0.5, 2.0, 0.3, 8.0
"""Least time between two frames of a live run, of a growing record; between two looks at the timelines, at the chosen organism;
and until one asks again for what did not come."""

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
    kind: Field = FIELDS[0]
    camera: Camera | None = None
    frame: Frame | None = None
    picture: Picture | None = None
    playing: Playing = field(default_factory=Playing)
    axis: int = 0
    hover: Place | None = None
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
    plaza: Visit | None = None
    chronicle: Chronicle = field(default_factory=Chronicle)
    things: Things | None = None
    name: str = ""
    writing: Writing | None = None
    scale: Scale = field(default_factory=Scale)
    filming: list[NDArray[np.uint8]] | None = None
    now: float = 0.0
    over: bool = False

    def __post_init__(self) -> None:
        self.contexts: dict[str, Context] = {}
        self._query: Query | None = None
        self._seen: int | None = None
        self._number, self._stale, self._waits, self._asked = 0, True, set[str](), dict[str, float]()
        self._counted = self._meeting = -np.inf
        self._met: Frame | None = None
        self.kind = BY_NAME["kinship"] if self.source.about.kin else self.kind
        self.enter(self.source.about.spaces[0])

    def enter(self, space: SpaceAbout) -> None:
        """Look at a space from now on."""
        self.space = space
        self.context = self.contexts.setdefault(space.name, Context(space))
        self.projection = start(space.shape)
        self.axis = next((k for k in self.projection.order), 0)
        self.camera = self.frame = self.picture = self.hover = self.chosen = self.organism = self.series = self.tree = None
        self.following, self.line, self.once, self._seen = False, Line(), None, None
        self.forget("frame", "series", "site")

    def forget(self, *names: str) -> None:
        """Ask again at once."""
        for name in names:
            self._asked.pop(name, None)
            self._waits.discard(name)
        self._query = None if "frame" in names else self._query

    def show(self, kind: Field | None = None, projection: Projection | None = None) -> None:
        """Another field or another projection; what is there already is painted at once, and the rest asked for."""
        if projection is not None:
            if projection.order != self.projection.order:
                self.camera = None
            self.projection = projection
        if kind is not None:
            self.kind = kind
        self._stale = True

    def tell(self, words: str, wrong: bool = False, about: str = "") -> None:
        """A line for the user; one that says the same, or is about the same thing, is not shown beside it."""
        stays = [one for one in self.told if one[1].text != words and (not about or one[1].about != about)]
        self.told.clear()
        self.told.extend([*stays, (self.now, Told(words, wrong, about))])

    def lines(self) -> list[Told]:
        """What was told lately."""
        return [one for when, one in self.told if self.now - when < TOLD_SECONDS]

    def update(self, now: float) -> None:
        """Take what came, ask for what is due, and make the picture."""
        passed, self.now = max(0.0, now - self.now), now
        for answer in self.source.poll():
            self._take(answer)
        self._play(passed)
        self._ask()
        if self._stale and self.frame is not None and self._fits(self.frame):
            self._paint(self.frame)

    def _paint(self, frame: Frame) -> None:
        founder = frame.arrays.get("founder")
        if founder is not None and (self.now - self._counted >= COUNT_SECONDS or not self.context.lineages.sizes):
            energy = frame.arrays.get("energy", frame.arrays.get("alive"))
            self.context.lineages.count(founder if energy is None else founder[energy != 0])
            self._counted = self.now
        if frame is not self._met and (not self.source.about.live or self.now - self._meeting >= COUNT_SECONDS):
            self.context.meet(frame)
            self._met, self._meeting = frame, self.now
        self._number += 1
        shown = self.chronicle.dim(indices(self.kind, frame, self.projection, self.context), frame, self.projection, self.space)
        colours = self.chronicle.colours(table(self.kind.colours(self.context)))
        self.picture = Picture(shown, tuple(colours), self._number)
        self._stale = False

    def _take(self, answer: Answer) -> None:
        if isinstance(answer, Frame):
            self._waits.discard("frame")
            if answer.space == self.space.name and self._is_due(answer.tick):
                same = self.frame is not None and self._same(answer, self.frame)
                self.frame, self._stale = answer, self._stale or not same
        elif isinstance(answer, Organism):
            self._waits.discard("site")
            self._take_organism(answer)
        elif isinstance(answer, Ended):
            self._waits.discard("site")
            self.line.ends(answer, self.organism)
            self.following = self.following and not self.line.over
        elif isinstance(answer, Series):
            self._waits.discard("series")
            self.series = answer if answer.space == self.space.name else self.series
        elif isinstance(answer, Tree):
            self.tree = answer
        elif isinstance(answer, Story | Clade):
            self.chronicle.take(answer, self.source.about.run, self.tell)
            self._stale = True
        elif isinstance(answer, Jobs):
            self._waits.discard("jobs")
            self.jobs = answer
        elif isinstance(answer, Things):
            self._waits.discard("things")
            self.things = answer
        elif isinstance(answer, Acted):
            if answer.done and answer.kind != "undo":
                self.acts.append(answer)
            self.tell(f"{answer.kind}: {answer.text}", wrong=not answer.done)
            self.forget("frame", "site", "jobs", "things")
        else:
            self.tell(answer.text, answer.wrong, answer.about)

    def _same(self, one: Frame, other: Frame) -> bool:
        """Whether two frames are the same; those of a live run are if they are one."""
        tellers = [(frame.tick, frame.arrays.keys(), frame.missing) for frame in (one, other)]
        return one is other or (not self.source.about.live and tellers[0] == tellers[1])

    def _fits(self, frame: Frame) -> bool:
        """Whether a frame holds all places that the projection shows; one that was asked for before may not."""
        hidden, shape = self.projection.hidden, self.space.shape
        whole = [axis for axis in range(len(shape)) if axis not in hidden or hidden[axis].how != "slice"]
        return all(values.shape[axis] == shape[axis] for values in frame.arrays.values() for axis in whole)

    def _is_due(self, tick: int) -> bool:
        """Whether a frame is shown: of a live run only every so many-th tick."""
        if self.frame is None or not self.source.about.live:
            return True
        return not self.frame.tick < tick < self.frame.tick + self.playing.every

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
        following, line, once = self.following, self.line, self.once
        self.enter(next(space for space in self.source.about.spaces if space.name == name))
        self.following, self.line, self.once = following, line, once
        self.tell(f"it lives in {name}")

    def _play(self, passed: float) -> None:
        playing, ticks = self.playing, self.source.ticks()
        if not playing.on or not len(ticks):
            return
        playing.owed += passed * playing.speed
        steps, playing.owed = int(playing.owed), playing.owed % 1
        if steps:
            self.step(steps * playing.every)

    def step(self, samples: int) -> None:
        """Go so many samples on or back in a record."""
        ticks = self.source.ticks()
        if not len(ticks):
            return
        at = len(ticks) - 1 if self.playing.tick is None else int(np.searchsorted(ticks, self.playing.tick))
        at = min(max(0, at + samples), len(ticks) - 1)
        self.playing.tick = int(ticks[at])
        if at == len(ticks) - 1 and samples > 0:
            self.playing.on = False
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
        self._ask_frame(live)
        self.chronicle.ask(source, self.now)
        if self._due("series", SERIES_SECONDS if live or self.series is None else 5 * SERIES_SECONDS):
            source.ask_series(self.space.name)
        stays = self.line.over and not self.following
        if self.chosen is not None and (live or self.organism is None) and not stays and self._due("site", SITE_SECONDS):
            self._ask_chosen()
        if live and (self.plaza is not None or self.tab in ("jobs", "market")) and self._due("jobs", SITE_SECONDS):
            source.ask_jobs(self.space.name)
        if self.plaza is not None and self.source.about.leaves and self._due("things", SITE_SECONDS if live else LOOK_SECONDS):
            source.ask_things(self.space.name, self.name, self.plaza.at, self.playing.tick)

    def _ask_frame(self, live: bool) -> None:
        """Of a live run one frame at a time is asked for, and the next as soon as it has come; of a record what is not there yet."""
        at = tuple((axis, cut.place) for axis, cut in self.projection.hidden.items() if cut.how == "slice")
        names = tuple(dict.fromkeys((*needs(self.kind, self.space), *self.chronicle.needs)))
        if self.plaza is not None:
            names = tuple(dict.fromkeys((*names, "energy", "founder", "answers", "performed")))
        query = Query(self.space.name, names, self.playing.tick, at if live and self.plaza is None else ())
        asked = self._asked.get("frame", -np.inf)
        rest = LOOK_SECONDS if query.tick is None else np.inf
        if live:
            rest = PATIENCE if "frame" in self._waits else ASK_SECONDS
        if query != self._query or self.now - asked >= rest:
            self._asked["frame"], self._query = self.now, query
            self._waits.add("frame")
            self.source.ask_frame(query)

    def _ask_chosen(self) -> None:
        assert self.chosen is not None
        one, name = self.organism, self.space.name
        if not self.source.about.live:
            self.source.ask_organism(name, self.chosen, self.playing.tick)
        elif one is None:
            self.source.ask_line(name, None, self.chosen, self._seen)
        elif one.lives:
            self.source.ask_line(name, one.identity, one.place, None, one.fields.get("founder"))
        else:  # whatever lies there; somebody may be born
            self.source.ask_organism(name, self.chosen, None)

    def choose(self, place: Place | None) -> None:
        """Inspect what is at a place."""
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
