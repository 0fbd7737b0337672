"""All that a dissection tells of one organism."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass

import numpy as np

from cyberspace.analysis.dissection.competition import REPEATS, Competition, compete
from cyberspace.analysis.dissection.copying import Copier, copier_of
from cyberspace.analysis.dissection.epistasis import Epistasis, epistasis
from cyberspace.analysis.dissection.knockouts import LESSONS, lessons_for
from cyberspace.analysis.dissection.neighbourhood import Neighbourhood, neighbourhood
from cyberspace.analysis.dissection.parts import KnockOuts, knock_outs
from cyberspace.analysis.dissection.plasticity import Plasticity, plasticity
from cyberspace.analysis.dissection.subject import Shown, Subject, need_tasks, shown_to, told_of_tasks
from cyberspace.errors import InputError, problem

MOST_LESSONS = 100_000


@dataclass(frozen=True)
class Wish:
    """What is asked of a dissection.

    Attributes:
        lessons: Lessons that each variant lives; 0 for 80, or so many that all tasks have just judged.
        learned: Whether the organism begins life with the weights that it had when it was taken, else with its inborn ones.
        energy: What each begins life with; 0 for what a newcomer of its world has.
        pairs: Pairs of knock-outs that are tried at most; None for none.
        neighbours: One-step mutants that are tried at most; 0 for all up to 16,384, None for none.
        repeats: Competitions with another organism.
        seed: Of whatever is a sample.
        backend: On which competitions are lived.
        threads: Its threads.
    """

    lessons: int = 0
    learned: bool = False
    energy: int = 0
    pairs: int | None = None
    neighbours: int | None = 0
    repeats: int = REPEATS
    seed: int = 0
    backend: str = "numba"
    threads: int | None = None


@dataclass(frozen=True)
class Dissection:
    """What parts of an organism are for, what lies around it, how it copies itself and learns.

    Attributes:
        source: The run or file that it comes from.
        space: Name of the space in which it was tried.
        site: Where it was tried, numbered in the universe.
        lived_at: Where it lived; -1 if that is not known.
        tick: When it was taken; -1 if that is not known.
        cradle, born: Its identity.
        performed: Goals that it performed when it was taken.
        learned: Whether it began life in the lab with the weights that it had then.
        energy: What each begins life with.
        shown: What the tasks showed, task by task: whether that was all there is, or a sample.
        elsewhere: Tasks of its world that are not posed at that site, or that people alone pose, and that were not tried.
        knock_outs: Each locus and unit.
        copier: How it copies itself.
        plasticity: Learning on and off.
        neighbourhood: One-step mutants; None if that was not asked for.
        epistasis: Pairs of knock-outs; None if that was not asked for.
        competition: Against another one; None if that was not asked for.
    """

    source: str
    space: str
    site: int
    lived_at: int
    tick: int
    cradle: int
    born: int
    performed: tuple[str, ...]
    learned: bool
    energy: int
    shown: tuple[Shown, ...]
    elsewhere: tuple[str, ...]
    knock_outs: KnockOuts
    copier: Copier
    plasticity: Plasticity
    neighbourhood: Neighbourhood | None
    epistasis: Epistasis | None
    competition: Competition | None

    def content(self) -> dict[str, object]:
        """As JSON has it: tables and lists; what is no number is None."""
        found = _plain(self)
        assert isinstance(found, dict)
        return found


def dissect(subject: Subject, wish: Wish | None = None, other: Subject | None = None) -> Dissection:
    """Dissect an organism.

    Args:
        subject: The organism, and where it is tried.
        wish: What is asked.
        other: One that it competes with.

    Raises:
        InputError: If nothing can be tried at the site, a task raises, or a number is wrong.
    """
    wish, lab = wish or Wish(), subject.lab
    where = f"{subject.source}: site {int(lab.world.first_site) + lab.site}"
    need_tasks(lab, where)
    lessons = _lessons(subject, wish.lessons)
    weights, energy = subject.weights if wish.learned else subject.inborn, _energy(subject, wish.energy)
    with told_of_tasks(lab, where):
        parts = knock_outs(subject, weights, lessons, energy)
        around = None
        if wish.neighbours is not None:
            around = neighbourhood(subject, weights, wish.neighbours, lessons, wish.seed, energy)
        pairs = None
        if wish.pairs is not None and parts.whole.fitness > 0:
            pairs = epistasis(subject, _weighty(parts), weights, wish.pairs, lessons, wish.seed, energy)
        shown, learning = tuple(shown_to(subject, lessons, energy)), plasticity(subject, lessons, energy)
    posed = {number for number, _ in lab.tasks}
    return Dissection(
        source=subject.source,
        space=lab.world.space,
        site=int(lab.world.first_site) + lab.site,
        lived_at=subject.site,
        tick=subject.tick,
        cradle=subject.cradle,
        born=subject.born,
        performed=subject.performed,
        learned=wish.learned,
        energy=energy,
        shown=shown,
        elsewhere=tuple(type(one.task).__name__.lower() for k, one in enumerate(lab.world.tasks) if k not in posed),
        knock_outs=parts,
        copier=copier_of(lab.world, subject.genome, subject.weights, seed=wish.seed),
        plasticity=learning,
        neighbourhood=around,
        epistasis=pairs,
        competition=None if other is None else compete(subject, other, wish.repeats, wish.backend, wish.threads, wish.seed),
    )


def _lessons(subject: Subject, asked: int) -> int:
    """Lessons that each lives: enough that all tasks have judged, and no more than can be counted."""
    least = lessons_for(subject.lab, 1)
    if asked and not least <= asked <= MOST_LESSONS:
        expected = f"{least:,} to {MOST_LESSONS:,}: the tasks there judge after {least:,}"
        raise InputError(problem("lessons", f"{asked:,}", expected, str(lessons_for(subject.lab, LESSONS))))
    return lessons_for(subject.lab, asked or LESSONS)


def _energy(subject: Subject, asked: int) -> int:
    physics = subject.lab.world.physics
    if not 0 <= asked <= physics.cap:
        raise InputError(
            problem("energy", f"{asked:,}", f"1 to {physics.cap:,}, the most that anybody holds there", f"{physics.cap // 2}")
        )
    return asked or physics.newborn_energy


def _weighty(parts: KnockOuts) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Loci without which a function or fitness changes: those of which pairs are made."""
    return np.array([part.number for part in parts.parts if part.kind == "locus" and parts.matters(part)], dtype=np.int64)


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value
