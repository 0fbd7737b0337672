"""What is found out about the chosen organism: what each part is needed for, how it differs from another, its last lesson.

It takes from a tenth of a second to some seconds, so it is done beside the window, in a thread; what is known stays.  Laws and tasks are
read from the run's folder: where that is not at hand, or a task is a file of a user's, which no viewer runs, that is told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.dissection.genes import Difference, differences
from cyberspace.analysis.dissection.knockouts import Needed, needed, tried
from cyberspace.analysis.dissection.lab import Lab, whole
from cyberspace.analysis.dissection.lesson import Replay, replay
from cyberspace.errors import InputError
from cyberspace.law.terms import world_at
from render.about import About, Place, SpaceAbout
from render.frames import Organism

if TYPE_CHECKING:
    from cyberspace.record.run_folder import RunFolder

SECTIONS = ("brain", "needed for", "compare", "lesson")
MOST = 24
"""Findings that are kept."""


@dataclass(frozen=True)
class Subject:
    """An organism as it was when it was taken: where, when, and what is known of it."""

    space: SpaceAbout
    place: Place
    tick: int
    identity: tuple[int, int]
    genome: NDArray[np.int8]
    weights: NDArray[np.int8]
    activity: NDArray[np.int8] | None
    energy: int
    says: str = ""

    @property
    def name(self) -> str:
        """What it is called beside another."""
        cradle, born = self.identity
        if self.says:
            return f"{self.says}, born at tick {born:,}"
        return f"born at tick {born:,}, site {cradle:,}" if cradle >= 0 else f"of tick {self.tick:,}"


def subject_of(one: Organism | None, space: SpaceAbout) -> Subject | None:
    """An organism of which genome and weights are known."""
    if one is None or not one.lives or not {"genome", "weights"} <= one.brain.keys() or one.space != space.name:
        return None
    brain = one.brain
    return Subject(
        space,
        one.place,
        one.tick,
        one.identity,
        brain["genome"],
        brain["weights"],
        brain.get("activity"),
        one.fields.get("energy", 0),
    )


@dataclass(frozen=True)
class Comparison:
    """Two organisms; the older is the first.

    Attributes:
        old: The one.
        new: The other.
        rows: Where they differ.
        loci: Loci of a genome.
        gained: Goals that only the other performs, by name, both tried in the same lab.
        lost: Those that only the one performs.
        both: Those that both perform.
    """

    old: Subject
    new: Subject
    rows: tuple[Difference, ...]
    loci: int
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    both: tuple[str, ...]


@dataclass(frozen=True)
class Lesson:
    """The last lesson of an organism, as it was when that was asked for."""

    subject: Subject
    told: Replay


Finding = Needed | Comparison | Lesson | Subject | str
"""What was found; a text says why nothing was."""


@dataclass
class Study:
    """What the inspector studies."""

    section: str = SECTIONS[0]
    marked: Subject | None = None
    chosen: Subject | None = None
    taken: Subject | None = None
    step: int = 0
    first: int = 0
    parents: tuple[tuple[int, int], ...] = ()
    of: tuple[int, int] = (-1, -1)
    turns: int = 0
    known: dict[tuple[object, ...], Finding] = field(default_factory=dict)
    run: str = ""
    _folder: RunFolder | None = None
    _thread: Thread | None = None

    def turn_to(self, section: str) -> None:
        """Open a section."""
        self.section, self.taken, self.first = section, None, 0

    def update(self, one: Organism | None, space: SpaceAbout, about: About, seen: bool) -> None:
        """Take who is chosen, and find out what is shown, if the page is seen."""
        subject = subject_of(one, space)
        if subject is None or self.chosen is None or subject.identity != self.chosen.identity:
            self.taken, self.first = None, 0
        self.chosen, self.run = subject, about.run
        if not seen or subject is None or self.section == SECTIONS[0] or (self._thread is not None and self._thread.is_alive()):
            return
        if self.taken is None:
            self.taken, self.step = subject, 10**6
        for key, work in self._wants():
            if key not in self.known:
                self._thread = Thread(target=self._find, args=(key, work), daemon=True)
                self._thread.start()
                return

    def stamp(self) -> tuple[object, ...]:
        """Changes whenever what is shown does."""
        return (
            self.section,
            self.turns,
            self.step,
            self.first,
            self.marked and self.marked.identity,
            self.taken and self.taken.tick,
            self.parents,
        )

    def finding(self) -> Finding | None:
        """What was found for the open section; None while it is sought."""
        wants = self._wants()
        return self.known.get(wants[-1][0]) if wants else None

    def _wants(self) -> list[tuple[tuple[object, ...], Callable[[], Finding]]]:
        taken, other = self.taken, self.marked
        if taken is None:
            return []
        if self.section == "needed for":
            return [(("needed", taken.space.name, taken.identity, taken.tick), lambda: self._needed(taken))]
        if self.section == "lesson":
            return [(("lesson", taken.space.name, taken.identity, taken.tick), lambda: self._lesson(taken))]
        found: list[tuple[tuple[object, ...], Callable[[], Finding]]] = []
        if self.parents and taken.identity == self.of:
            who = self.parents
            found.append((("parent", who, taken.tick), lambda: self._parent(who, taken)))
            parent = self.known.get(found[0][0])
            if not isinstance(parent, Subject):
                return found
            other = parent
        if other is not None and (other.identity != taken.identity or other.tick != taken.tick):
            pair = sorted((other, taken), key=lambda one: (one.identity[1], one.tick))
            key = ("compare", *((one.space.name, one.identity, one.tick) for one in pair))
            found.append((key, lambda: self._compare(pair[0], pair[1], taken)))
        return found

    def _find(self, key: tuple[object, ...], work: Callable[[], Finding]) -> None:
        """In the thread."""
        try:
            found = work()
        except InputError as error:
            found = error.problems[0]
        except Exception as error:  # whatever a task or a changed folder raises: told, and the window goes on
            found = f"this could not be found out ({type(error).__name__}: {error})"
        while len(self.known) >= MOST:
            self.known.pop(next(iter(self.known)), None)
        self.known[key] = found
        self.turns += 1

    def _lab(self, one: Subject) -> Lab:
        """The lab of the place where somebody lives."""
        from cyberspace.record.run_folder import open_run  # late: who only looks at a live run loads no zarr

        if self._folder is None or str(self._folder.path) != self.run:
            if not self.run or not Path(self.run).is_dir():
                raise InputError("its world is read from the run's folder, which is not at hand here")
            self._folder = open_run(self.run, rest=True)
        if not self._folder.lives:
            raise InputError("the tasks or rules of this world are files of its own, which a viewer does not run")
        site = one.space.site(one.place)
        world = next(world for world in self._folder.universe.worlds if 0 <= site - world.first_site < world.sites)
        return Lab(world_at(world, one.tick, {}), site - world.first_site)

    def _needed(self, one: Subject) -> Finding:
        lab = self._lab(one)
        if not lab.tasks:
            return "no task is posed where it lives, so nothing is performed there"
        return needed(lab, one.genome[:, None], one.weights[..., None], energy=one.energy)[0]

    def _lesson(self, one: Subject) -> Finding:
        lab = self._lab(one)
        if one.activity is None:
            return "what it said is not known of this tick"
        if not lab.tasks:
            return "no task is posed where it lives"
        try:
            told = replay(lab, one.tick, one.genome, one.weights, one.activity, one.energy, one.identity[1])
        except ValueError as error:
            return str(error)
        return Lesson(one, told)

    def _parent(self, who: tuple[tuple[int, int], ...], child: Subject) -> Finding:
        from cyberspace.analysis.dissection.recorded import find

        self._lab(child)
        assert self._folder is not None
        found = find(self._folder, who)
        if found is None:
            return "its parent and earlier ancestors that are known lived between two checkpoints: their genomes were not kept"
        world = self._folder.universe.worlds[found.region]
        site = int(world.first_site) + found.site
        if not 0 <= site - child.space.first_site < child.space.sites:
            return "its parent lived in another space"
        says = "its parent" if found.which == 0 else f"its ancestor {found.which + 1} births up"
        return Subject(
            child.space, child.space.place(site), found.tick, who[found.which], found.genome, found.weights, None, 0, says
        )

    def _compare(self, old: Subject, new: Subject, taken: Subject) -> Finding:
        if old.genome.shape != new.genome.shape:
            return "their bodies differ in size: no gene of one stands beside one of the other"
        lab = self._lab(taken)
        rows = tuple(differences(lab.world.loci, old.genome, new.genome))
        names = taken.space.goals
        genomes, weights = (np.stack([getattr(one, name) for one in (old, new)], axis=-1) for name in ("genome", "weights"))
        before, after = tried(lab, genomes, weights, np.arange(2), whole(2)).performs.tolist()

        def told(bits: int) -> tuple[str, ...]:
            return tuple(goal for k, goal in enumerate(names) if bits >> k & 1)

        return Comparison(old, new, rows, len(old.genome), told(after & ~before), told(before & ~after), told(before & after))


def mark(study: Study) -> None:
    """Remember the chosen one for a comparison; once more forgets it."""
    same = study.marked is not None and study.chosen is not None and study.marked.identity == study.chosen.identity
    study.marked, study.parents, study.first = (None if same else study.chosen), (), 0


def again(study: Study) -> None:
    """Take the chosen one as it is now."""
    study.taken = None if study.chosen is None else replace(study.chosen)
    study.step = 10**6
