"""The lab: organisms that live by themselves where one lives, thousands at a time, by the laws of its world.

In the lab nobody is met and nothing is heard, living is free, and all that is claimed is paid.  Senses, thinking, lessons, judgement,
payoff and learning are the world's own: `python -m benchmarks.dissection` and tests/cyberspace/test_dissection.py hold them to a world
in which the organism is alone.  All columns are posed the lessons of one site.

While nobody learns, columns that differ in what is cut alone share their weights: a tick is one product of matrices, in float32, which
holds sums of whole numbers below 2^24 exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cyberspace.law.clock import clock_tables
from cyberspace.law.rules import level_of
from cyberspace.law.state import FIELDS, NOTHING, Region
from cyberspace.law.verbs.answer import ask, judge
from cyberspace.law.verbs.earn import fine, take_in
from cyberspace.law.verbs.sense import bit_length
from cyberspace.law.world import TaskPlace, World
from cyberspace.tasks.task import Hidden, is_closed
from organisms import bits
from organisms.arrays import NUMPY, Bools, Int8s, Int32s, Words
from organisms.body import SENSES, SIGNAL
from organisms.learning.fade import faded
from organisms.learning.rule import learn, learners
from organisms.think import LIMIT

AT_ONCE = 2**18
"""Products of weights and inputs in one call: few enough for a library to do by one thread, which waits for no other."""


@dataclass(frozen=True)
class Cut:
    """What is held at 0 for life, whatever is learned, in each of some columns.

    Attributes:
        unit: Unit whose incoming weights are 0, so that it is silent, int (columns,); -1 for none.
        synapse: Number of a weight (unit x inputs + input) that is 0, int (columns,); -1 for none.
    """

    unit: NDArray[np.int64]
    synapse: NDArray[np.int64]


@dataclass(frozen=True)
class Edits:
    """Weights that some columns have otherwise than their brain, several for each; what learns goes on from there.

    Attributes:
        synapse: Numbers of the weights, int (slots, columns); -1 for none, none twice in a column, none that is cut.
        value: What they are, int8 (slots, columns).
    """

    synapse: NDArray[np.int64]
    value: Int8s


def whole(columns: int) -> Cut:
    """Nothing is cut."""
    return Cut(np.full(columns, -1), np.full(columns, -1))


def can_learn(lab: Lab, genomes: Int8s) -> Bools:
    """Which organisms with genomes (loci, columns) can learn by the rule of their world, bool (columns,)."""
    loci, rule = lab.world.loci, lab.world.rule
    able: Bools = np.asarray(genomes[loci.rates].any(axis=0) & genomes[loci.rule].any(axis=0))
    if not rule.selective:
        able = np.ones_like(able)
    return able if rule.learns else np.zeros_like(able)


@dataclass(frozen=True)
class Lab:
    """A site of a world, without its neighbours.

    Attributes:
        world: The world of its region, on the terms of the day.
        site: Number of the site in the region.
        tasks: Number and place of each task that is posed there; job boards are left out, since their jobs are people's.
    """

    world: World
    site: int
    tasks: tuple[tuple[int, TaskPlace], ...] = field(init=False)

    def __post_init__(self) -> None:
        places = enumerate(self.world.tasks)
        found = tuple((k, place) for k, place in places if place.where[self.site] and not place.task.board)
        object.__setattr__(self, "tasks", found)

    @property
    def goals(self) -> list[int]:
        """Numbers, among all goals, of those that can be earned there."""
        return [place.first_goal + k for _, place in self.tasks for k in range(len(place.task.goals))]

    def words(self, task: int, lesson: int) -> Words:
        """The random words of a task's block at the site, uint32 (words, 1)."""
        world, own = self.world, self.world.tasks[task].task
        key = bits.stream_key(NUMPY, world.seed, world.region, bits.TASK + task, lesson // own.block)
        with np.errstate(over="ignore"):
            return bits.site_words(NUMPY, key, np.array([self.site // own.group], dtype=np.int32), own.words)


class Life:
    """Columns of organisms that live in a lab, tick by tick.

    Args:
        lab: Where.
        genomes: int8 (loci, columns).
        weights: int8 (units, inputs, brains).
        brain: Which of them each column has, int (columns,), in order.
        cut: What is held at 0.
        lived: Ticks that the region has lived before.
        energy: What each holds.
        held: Whether its energy stays as it is.
        met: For each column, whether somebody, who says nothing, is met whenever a near axis opens, bool (columns,).
        edits: Weights in which columns differ from their brain.

    Attributes:
        region: Their state: activity, energy, payoff, performed and so on, as in a world; the weights in `weights`.
        earned: Energy from each goal so far, fines below 0, int64 (goals, columns).
        shown: What the tasks showed in the last tick, int8 (channels, columns), and what they hid.
    """

    def __init__(
        self, lab: Lab, genomes: Int8s, weights: Int8s, brain: NDArray[np.int64], cut: Cut, lived: int, energy: int,
        held: bool = False, met: Bools | None = None, edits: Edits | None = None,
    ):  # fmt: skip
        world, n = lab.world, genomes.shape[1]
        self.lab, self.cut, self.lived, self._held, self._n = lab, cut, lived, held, n
        self._met = np.zeros(n, dtype=bool) if met is None else met
        self._clock = clock_tables(world)
        self._places = [(k, replace(place, where=np.ones(n, dtype=bool))) for k, place in lab.tasks]
        self._site = np.full(n, lab.site, dtype=np.int32)
        edges = [0, *(np.flatnonzero(np.diff(brain)) + 1).tolist(), n]
        self._brain, self._all = brain, True
        block = max(1, AT_ONCE // world.body.synapses)
        blocks = [(low, range(low, high, block), high) for low, high in pairwise(edges)]
        self._brains = [(int(brain[own]), slice(k, min(k + block, high))) for own, starts, high in blocks for k in starts]
        self._words: dict[int, tuple[int, Words]] = {}
        self._world = replace(world, plaza=False)  # walls, vents and soil are not in the lab
        self.weights = weights
        self.plastic = bool(can_learn(lab, genomes).any())
        if self.plastic:
            self.weights = weights[..., brain]
            self._edit(edits)
            self._mute(np.arange(n))
        self._thinks = np.ascontiguousarray(np.moveaxis(self.weights, -1, 0), dtype=np.float32)
        zeros = np.zeros(n, dtype=np.int32)
        fields = {
            **dict.fromkeys(FIELDS, NOTHING), "genome": genomes, "activity": np.zeros((world.body.units, n), np.int8),
            "alive": np.ones(n, bool), "energy": zeros + np.int32(energy), "payoff": zeros.astype(np.int8),
            "performed": zeros.astype(np.uint32), "memory": np.zeros((world.memory_words, n), np.int32),
            "trace": np.zeros((world.body.inputs if world.rule.trace else 0, n), np.int8), "block": zeros.astype(np.uint8),
        }  # fmt: skip
        self.region = Region(**fields)
        self.earned = np.zeros((len(world.goals), n), dtype=np.int64)
        self.shown: tuple[Int8s, tuple[Hidden, ...]] = (np.zeros((world.body.channels, n), np.int8), ())
        self._posed, self._level = -1, self._levels()
        self._silent = np.flatnonzero(self.cut.unit >= 0)
        self._otherwise = [] if self.plastic else self._differences(edits)

    def _edit(self, edits: Edits | None) -> None:
        """Write what columns have of their own into weights that are theirs."""
        for synapse, value in zip(*((edits.synapse, edits.value) if edits else ((), ())), strict=True):
            at = np.flatnonzero(synapse >= 0)
            unit, source = np.divmod(synapse[at], self.weights.shape[1])
            self.weights[unit, source, at] = value[at]

    def _differences(
        self, edits: Edits | None
    ) -> list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]]:
        """(columns, units, inputs, new weight - old weight) of what columns that share weights have of their own, slot by slot."""
        slots = [(self.cut.synapse, np.zeros(self._n, dtype=np.int8))]
        slots += [*zip(edits.synapse, edits.value, strict=True)] if edits else []
        found = []
        for synapse, value in slots:
            at = np.flatnonzero(synapse >= 0)
            unit, source = np.divmod(synapse[at], self.weights.shape[1])
            found.append((at, unit, source, value[at].astype(np.float32) - self._thinks[self._brain[at], unit, source]))
        return found

    def _mute(self, columns: NDArray[np.int64]) -> None:
        """Hold at 0 what is cut."""
        unit, synapse = self.cut.unit[columns], self.cut.synapse[columns]
        self.weights[unit[unit >= 0], :, columns[unit >= 0]] = 0
        at = np.divmod(synapse[synapse >= 0], self.weights.shape[1])
        self.weights[at[0], at[1], columns[synapse >= 0]] = 0

    def live(self, ticks: int) -> None:
        """Live so many ticks."""
        with np.errstate(over="ignore"):
            for _ in range(ticks):
                self.step()

    def step(self) -> Int8s:
        """One tick; what every brain saw in it, int8 (inputs, columns)."""
        length = self.lab.world.physics.lesson_ticks
        lesson, ends = self.lived // length, self.lived % length == length - 1
        self._pose(lesson)
        inputs = self._sense(ends)
        self._think(inputs)
        if self.lab.world.rule.trace:
            new = faded(np.where, self.region.trace.astype(np.int32), inputs.astype(np.int32), self.lab.world.rule.trace)
            self.region = replace(self.region, trace=np.where(self.region.alive, new.astype(np.int8), self.region.trace))
        if ends:
            self._judge(lesson, inputs)
        if not self._all:
            self.region = replace(self.region, activity=np.where(self.region.alive, self.region.activity, 0).astype(np.int8))
        self.lived += 1
        return inputs

    def _pose(self, lesson: int) -> None:
        closed = any(is_closed(place.task) for _, place in self._places)
        if self._posed == lesson and not closed:
            return
        channels = np.zeros((self.lab.world.body.channels, self._n), dtype=np.int8)
        hidden = []
        for k, place in self._places:
            block = lesson // place.task.block
            if self._words.get(k, (-1,))[0] != block:
                self._words[k] = block, np.repeat(self.lab.words(k, lesson), self._n, axis=1)
            words = self._words[k][1]
            shown, kept = ask(NUMPY, place, words, lesson, self.region, self._site)
            hidden.append(kept)
            fit = min(len(channels), shown.shape[0])
            channels[:fit] = shown[:fit]
        self.shown, self._posed = (channels, tuple(hidden)), lesson

    def _levels(self) -> Int8s:
        """What each senses of its energy."""
        level: Int8s = level_of(np.where, bit_length(NUMPY, self.region.energy)).astype(np.int8)
        return level

    def _sense(self, ends: bool) -> Int8s:
        region, clock, body = self.region, self._clock, self.lab.world.body
        axis = clock.axis[self.lived % len(clock.axis)]
        inputs = np.zeros((body.inputs, self._n), dtype=np.int8)
        inputs[0] = SIGNAL
        inputs[1] = self._level
        inputs[2] = clock.shows[axis]
        if self._met.any():
            row = clock.rows[axis, (self.lived >> int(clock.level[axis])) & 1]
            inputs[3] = np.where(self._met & (clock.partners[row][self.lab.site] >= 0), SIGNAL, 0)
        inputs[6] = region.payoff
        inputs[7] = SIGNAL if ends else 0
        inputs[len(SENSES) : body.senses] = self.shown[0]
        inputs[body.senses :] = region.activity
        return inputs

    def _think(self, inputs: Int8s) -> None:
        seen = inputs.astype(np.float32)
        if self.plastic:
            total = np.matmul(self._thinks, seen.T[:, :, None])[:, :, 0].T
        else:
            total = np.empty((len(self.region.activity), self._n), dtype=np.float32)
            for brain, shared in self._brains:
                np.matmul(self._thinks[brain], seen[:, shared], out=total[:, shared])
            for columns, unit, source, more in self._otherwise:
                total[unit, columns] += more * seen[source, columns]
            total[self.cut.unit[self._silent], self._silent] = 0
        total *= np.float32(2.0**-self.lab.world.body.shift)
        thought = np.clip(np.floor(total, out=total), -LIMIT, LIMIT, out=total).astype(np.int8)
        self.region = replace(self.region, activity=thought if self._all else np.where(self.region.alive, thought, np.int8(0)))

    def _judge(self, lesson: int, inputs: Int8s) -> None:
        world = self._world
        signals = np.zeros((world.body.answers, self._n), dtype=np.int8)
        income, fines = np.zeros(self._n, dtype=np.int32), np.zeros(self._n, dtype=np.int32)
        for (_, place), hidden in zip(self._places, self.shown[1], strict=True):
            self.region, score, signal = judge(NUMPY, world, place, self.region, hidden, lesson)
            signals = signals + signal
            income, fines = income + np.maximum(score, 0).sum(axis=0, dtype=np.int32), fines + fine(NUMPY, score)
            self.earned[place.first_goal : place.first_goal + len(score)] += score
        before = self.region.energy
        self.region, _ = take_in(NUMPY, self.region, income, fines)
        self._learn(inputs, signals)
        self._bank(before)

    def _bank(self, before: Int32s) -> None:
        """What a lesson leaves of energy; before it they held so much."""
        energy = before if self._held else np.minimum(self.region.energy, self.lab.world.physics.cap)
        self.region = replace(self.region, energy=energy, alive=self.region.alive & (energy > 0))
        self._level, self._all = self._levels(), bool(self.region.alive.all())

    def _learn(self, inputs: Int8s, signal: Int8s) -> None:
        world, region = self.lab.world, self.region
        if not self.plastic or not self._places or (world.rule.selective and not signal.any()):
            return
        who = np.flatnonzero(region.alive & learners(NUMPY, world.rule, world.loci, region.genome, signal))
        if not len(who):
            return
        key = bits.stream_key(NUMPY, world.seed, world.region, bits.LEARN, self.lived << world.pace)
        genome, weights, pre, trace, post, felt = (
            one[..., who] for one in (region.genome, self.weights, inputs, region.trace, region.activity, signal)
        )
        self.weights[..., who] = learn(
            NUMPY, world.rule, world.loci, genome, weights, pre, trace, post, felt, key, self._site[who]
        )
        self._mute(who)
        self._thinks[who] = np.moveaxis(self.weights[..., who], -1, 0)
