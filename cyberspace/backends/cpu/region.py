"""The numba backend: each organism in one place, parallel over chunks of sites, on the cores of one CPU."""

from __future__ import annotations

from collections.abc import Container
from types import SimpleNamespace
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from cyberspace.backends.backend import Trace, birth_table, crossing_births
from cyberspace.backends.cpu import brain as numba_brain
from cyberspace.backends.cpu import kernels as kernels
from cyberspace.backends.cpu import shore as numba_shore
from cyberspace.backends.cpu import tasks as numba_tasks
from cyberspace.backends.cpu.arrays import (
    CHUNK,
    COLUMNS,
    COUNTED,
    Arrays,
    Clock,
    Moment,
    Numbers,
    from_quads,
    moment,
    to_quads,
)
from cyberspace.backends.cpu.product import GROUP
from cyberspace.law.letters import Body, body_of
from cyberspace.law.state import FIELDS, NOTHING, SITE_FIELDS, TALLY, WHOLE, Region, WorldState
from cyberspace.law.tick import apart
from cyberspace.law.verbs.earn import board, fill_pools, pool_rates, posed
from cyberspace.law.world import TaskPlace, World
from cyberspace.tasks.logic import Logic
from organisms import bits
from organisms.body import ANSWER, SENSES
from organisms.learning import hebbian
from organisms.learning.table import RULES
from topology import LinkEnd

FOREVER = 2**62
ZERO = np.int32(0)
COUNTED_AT = [TALLY.index(name) for name in COUNTED]
CROSSED_AT = [TALLY.index(name) for name in ("received", "lost", "sent")]


class NumbaCpu:
    """One region in numba.

    Args:
        world: The world.
        state: Its state.
        threads: Threads to use; as many as there are by default.
    """

    def __init__(self, world: World, state: WorldState, threads: int | None = None):
        self._world, self._tick, self._tally = world, state.tick, state.tally
        self._threads = threads or numba.config.NUMBA_NUM_THREADS  # type: ignore[attr-defined]
        self._arrays, self._clock, self._numbers = self._to_places(state.region), self._tables(), _numbers(world)
        self._whole = {name: getattr(state.region, name).copy() for name in WHOLE}
        self._pool_rates = pool_rates(world)
        self._words = [np.empty((place.task.words, world.sites), dtype=np.uint32) for place in world.tasks]
        self._block = [-1 for _ in world.tasks]
        self._itself = np.arange(world.sites, dtype=np.int32)
        self._forms = [numba_shore.form(world, end) for end in world.ends]
        self._hidden: list[Any] = []
        self._lesson_posed = -1
        self._counts = np.zeros((max(1, world.sites // CHUNK), len(COLUMNS)), dtype=np.int64)
        rule = RULES[world.rule]
        assert rule in (None, hebbian.learn), "a rule without a kernel"
        self._learns = rule is not None and bool(world.tasks)
        self._lay_blocks()

    def _lay_blocks(self) -> None:
        """Who meets whom and which task is posed where, by the blocks that stand; the next tick poses anew."""
        world, arrays = self._world, self._arrays
        if world.plaza:
            self._clock.partners[:] = [apart(np, arrays.block, row) for row in world.meetings.table]
        self._where = [posed(world, place, arrays) for place in world.tasks]
        arrays.inputs[:, len(SENSES) : world.body.senses] = 0
        self._lesson_posed = -1

    def _to_places(self, region: Region) -> Arrays:
        body, sites = self._world.body, self._world.sites
        fields: dict[str, NDArray[Any]] = {name: np.array(getattr(region, name)) for name in SITE_FIELDS}
        for name in ("genome", "activity"):
            fields[name] = np.ascontiguousarray(fields[name].T)
        fields["weights"] = to_quads(fields["weights"])
        bits = (sites, body.units // GROUP)
        return Arrays(
            **fields,
            inputs=np.zeros((sites, body.inputs), dtype=np.int8),
            fires=np.zeros(bits, dtype=np.uint8),
            says=np.zeros(bits, dtype=np.uint8),
            heard=np.zeros(sites + 1, dtype=np.uint32),
            spark=np.zeros(sites, dtype=bool),
        )

    def _tables(self) -> Clock:
        meetings, physics = self._world.meetings, self._world.physics
        levels = [axis.level for axis in meetings.clock.axes]
        by_axis = [np.array([*numbers, 0], dtype=np.int64) for numbers in (levels, physics.copy_cost, physics.move_cost)]
        return Clock(meetings.clock.table(), by_axis[0], meetings.rows, meetings.table.copy(), *by_axis[1:])

    def state(self, fields: Container[str] = FIELDS) -> WorldState:
        """The state, copied out; fields not asked for are empty."""
        found = {name: np.array(self.look(name), order="C") for name in FIELDS if name in fields and name != "weights"}
        found["weights"] = self.look("weights") if "weights" in fields else NOTHING  # laid out anew, so it is a copy already
        found |= {name: NOTHING for name in FIELDS if name not in fields}
        return WorldState(self._tick, Region(**found), self._tally)

    def look(self, name: str, sites: NDArray[np.int64] | None = None) -> NDArray[Any]:
        """One array of the state, or its columns at some sites; views where the layout allows it."""
        array: NDArray[Any] = self._whole[name] if name in WHOLE else getattr(self._arrays, name)
        if name == "weights":
            return from_quads(array if sites is None else array[sites])
        if name in ("genome", "activity"):
            return (array if sites is None else array[sites]).T
        return array if sites is None or name in WHOLE else array[..., sites]

    def put(self, name: str, values: NDArray[Any], sites: NDArray[np.int64] | None = None) -> None:
        """Replace one array, or its columns at some sites."""
        if name in WHOLE:
            self._whole[name][:] = values
        else:
            at, array = slice(None) if sites is None else sites, getattr(self._arrays, name)
            if name == "weights":
                columns = from_quads(array[at])
                columns[...] = values
                array[at] = to_quads(columns)
            elif name in ("genome", "activity"):
                array.T[:, at] = values
            else:
                array[..., at] = values
        if name in ("block", "pools", "jobs"):
            self._lay_blocks()

    def flow(self, name: str, amount: int) -> None:
        """Add to one of the sums."""
        self._tally = self._tally + np.int64(amount) * (np.array(TALLY) == name)

    def advance(self, ticks: int) -> Trace:
        """Live so many ticks."""
        numba.set_num_threads(self._threads)
        world, first, done = self._world, self._tick, 0
        records = np.full((ticks, 3, world.meetings.slots), -1, dtype=np.int32)
        totals = np.zeros((ticks, len(COUNTED)), dtype=np.int64)
        tally = np.zeros((ticks, len(TALLY)), dtype=np.int64)
        with np.errstate(over="ignore"):
            while done < ticks:
                lived = (first >> world.pace) + done
                free = min(ticks - done, self._free(lived))
                if world.tasks:
                    self._pose(lived // world.physics.lesson_ticks)
                span = slice(done, done + max(1, free))
                self._live(lived, free == 0, totals[span], records[span], tally[done])
                done = span.stop
        tally[:, COUNTED_AT] += totals
        return self._note(tally, birth_table(world, first, records))

    def _free(self, lived: int) -> int:
        """Ticks until one at which a task judges."""
        length = self._world.physics.lesson_ticks
        return length - 1 - lived % length if self._world.tasks else FOREVER

    def _live(self, lived: int, judged: bool, totals: Any, records: Any, tally: NDArray[np.int64]) -> None:
        """Some ticks on near axes at which no task judges, or one at which they do."""
        if not judged:
            kernels.live(self._arrays, self._clock, self._counts, totals, records, lived, ZERO, self._numbers)
            return
        now = moment(self._clock, lived, self._numbers)
        numba_brain.listen(self._arrays)
        kernels.dwell(self._arrays, now, self._counts, True, False, ZERO, self._numbers)
        self._judge_lesson(now, lived, tally)
        kernels.settle(self._arrays, now, self._counts, totals[0], records[0], self._numbers)

    def _judge_lesson(self, now: Moment, lived: int, tally: NDArray[np.int64]) -> None:
        """answer, earn, learn, pay."""
        self._end_lesson(now.tick, lived // self._world.physics.lesson_ticks, tally)
        kernels.dwell(self._arrays, now, self._counts, False, True, ZERO, self._numbers)

    def cross(self, index: int, opening: int, due: Body) -> tuple[Trace, bytearray]:
        """Live one tick at which a link opens."""
        numba.set_num_threads(self._threads)
        world, tick, end, form = self._world, self._tick, self._world.ends[index], self._forms[index]
        tally, totals = np.zeros((1, len(TALLY)), dtype=np.int64), np.zeros(len(COUNTED), dtype=np.int64)
        block, births = bytearray(form.size), np.full((3, end.slots), -1, dtype=np.int32)
        posted, came = np.frombuffer(body_of(block), dtype=np.uint8), np.frombuffer(due, dtype=np.uint8)
        came.flags.writeable = False  # one kind of array, so that numba compiles once
        here = self._arrays, end.sites
        with np.errstate(over="ignore"):
            lived = tick >> world.pace
            self._pose(lived // world.physics.lesson_ticks)
            now = self._crossing(end, tick, opening)
            judged, late = now.ends and bool(world.tasks), end.tide_at(opening - 1)
            settled = self._counts[0], births, now, self._counts, not judged, self._numbers
            received, lost = numba_shore.land(*here, came, form, late, *settled)
            if judged:
                self._judge_lesson(now, lived, tally[0])
            goes = end.partner(opening) >= 0
            sent = numba_shore.leave(*here, posted, form, goes, now, self._counts, totals, self._numbers)
        tally[0, CROSSED_AT] += received, lost, sent
        tally[0, COUNTED_AT] += totals
        return self._note(tally, crossing_births(world, end, opening, tick, births)), block

    def _crossing(self, end: LinkEnd, tick: int, opening: int) -> Moment:
        """The moment of a tick at which a link opens: nobody meets within the region."""
        clock, axis, lesson = self._clock, end.axis, self._world.physics.lesson_ticks
        ends, level = (tick >> self._world.pace) % lesson == lesson - 1, min(16 * clock.level[axis], 127)
        costs = clock.copy_cost[axis], clock.move_cost[axis]
        return Moment(tick, ends, level, False, self._itself, end.tide_at(opening), *costs)

    def _note(self, tally: NDArray[np.int64], births: NDArray[np.int32]) -> Trace:
        self._tick += len(tally) * self._world.step
        self._tally = self._tally + tally.sum(axis=0)
        return Trace(tally, births)

    def _key(self, stream: int, tick: int) -> tuple[np.uint32, np.uint32]:
        k0, k1 = numba_tasks.stream_key(self._world.seed, self._world.region, stream, tick)
        return np.uint32(k0), np.uint32(k1)

    def _pose(self, lesson: int) -> None:
        """Pose a lesson everywhere, if it is not posed yet, and keep what each task hides."""
        if lesson == self._lesson_posed:
            return
        world, hidden = self._world, []
        for k, place in enumerate(world.tasks):
            block = lesson // place.task.block
            if block != self._block[k]:
                numba_tasks.site_words(*self._key(bits.TASK + k, block), self._words[k])
                self._block[k] = block
            hidden.append(self._show(place, self._where[k], self._words[k], lesson))
        self._hidden, self._lesson_posed = hidden, lesson

    def _show(self, place: TaskPlace, where: NDArray[np.bool_], words: NDArray[np.uint32], lesson: int) -> Any:
        """Pose a lesson of one task; what it keeps hidden."""
        channels, sites = self._world.body.channels, self._world.sites
        if type(place.task) is Logic:
            asked, within = np.empty(sites, dtype=np.uint8), lesson % place.task.block
            fit = min(channels, 2 + place.task.distractors)
            numba_tasks.pose_logic(words, within, fit, where, self._arrays.inputs, asked)
            return asked, within
        ask: Any = place.task.pose
        region = SimpleNamespace(**self._whole, block=self._arrays.block)
        shown, kept = ask(np, words, lesson, *board(np, place, region))
        fit = min(channels, shown.shape[0])
        np.copyto(self._arrays.inputs[:, len(SENSES) : len(SENSES) + fit].T, shown[:fit], where=where)
        return kept

    def _end_lesson(self, tick: int, lesson: int, tally: NDArray[np.int64]) -> None:
        """answer, earn, learn."""
        world, sites, arrays = self._world, self._world.sites, self._arrays
        pools, filled = fill_pools(np, self._pool_rates, self._whole["pools"])
        self._whole["pools"] = pools
        tally[TALLY.index("fill")] += filled.sum(dtype=np.int64)
        judged = [self._judge(*each) for each in zip(world.tasks, self._where, self._hidden, strict=True)]
        if not any(judged):
            arrays.payoff[:] *= ~arrays.alive
            return
        signals = np.zeros((world.body.answers, sites), dtype=np.int8)
        income, fines = np.zeros(sites, dtype=np.int32), np.zeros(sites, dtype=np.int32)
        for place, where, found in zip(world.tasks, self._where, judged, strict=True):
            if found is not None:
                score, signal, did = found
                signals += signal
                now = lesson % place.task.judged == place.task.judged - 1
                own = pools[place.first_goal : place.first_goal + len(place.task.goals)]
                numba_tasks.collect(
                    score, did, place.first_goal, where, arrays.alive, now, own, arrays.performed, income, fines
                )
        counts = np.zeros((-(-sites // numba_tasks.CHUNK), 2), dtype=np.int64)
        numba_tasks.feel(arrays.energy, arrays.alive, arrays.payoff, income, fines, counts)
        tally[[TALLY.index("fines"), TALLY.index("paid")]] += counts.sum(axis=0)
        if self._learns and signals.any():
            numba_brain.learn(self._arrays, signals, tick, len(self._counts), self._numbers)

    def _judge(self, place: TaskPlace, where: NDArray[np.bool_], hidden: Any) -> tuple[Any, Any, Any] | None:
        """One task's score, signal and what counts as performed, (goals or answers, sites); None where nothing can be scored."""
        world, arrays, task = self._world, self._arrays, place.task
        memory, answers, meets = arrays.memory[: task.memory], world.body.answers, (where, arrays.alive)
        if type(task) is Logic:
            asked, lesson = hidden
            numba_tasks.judge_logic(arrays.says, answers, asked, lesson == 0, task.wanted, *meets, memory)
            if lesson < task.block - 1:
                return None
            shape = (len(task.goals), world.sites)
            score, did = np.empty(shape, dtype=np.int32), np.empty(shape, dtype=bool)
            signal = np.zeros((answers, world.sites), dtype=np.int8)
            numba_tasks.end_logic(task.worth, answers, len(task.wanted), *meets, memory, score, did, signal)
            return score, signal, did
        said = np.ascontiguousarray(arrays.activity[:, ANSWER : ANSWER + answers].T)
        score, signal, new_memory = task.judge(np, said, hidden, memory)
        lives = where & arrays.alive
        np.copyto(memory, new_memory, where=lives)
        return score, np.where(lives, signal, np.int8(0)), task.performs(np, score, new_memory)


def _numbers(world: World) -> Numbers:
    physics, loci = world.physics, world.loci
    return Numbers(
        seed=world.seed,
        region=world.region,
        pace=world.pace,
        lesson=physics.lesson_ticks,
        work=physics.kind == "cpu",
        shift=world.body.shift,
        synapses=world.body.synapses,
        rates=loci.rates.start,
        rule=loci.rule.start,
        copier=loci.copier.start,
        loci=loci.count,
        first_site=world.first_site,
        faithful=loci.faithful,
        answers=world.body.answers,
        sunlight=physics.sunlight,
        plaza=world.plaza,
        soil=physics.soil,
        upkeep=physics.upkeep,
        cap=physics.cap,
        spore_energy=physics.spore_energy,
        newborn_energy=physics.newborn_energy,
        gift_shift=physics.gift_shift,
        fire=physics.fire,
        tide=world.meetings.tide,
        death=np.uint32(physics.death),
        spark=np.uint32(physics.spark),
        radiation=np.uint32(physics.radiation),
        silent=physics.silent,
    )
