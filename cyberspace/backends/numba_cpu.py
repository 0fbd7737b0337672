"""The numba backend: tiles of lanes, parallel over tiles, on the cores of one CPU."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from cyberspace.backends import numba_kernels as kernels
from cyberspace.backends import numba_settle, numba_tasks
from cyberspace.backends.backend import Trace, birth_table, crossing_births
from cyberspace.backends.numba_shore import Shore
from cyberspace.backends.numba_vector import LANES
from cyberspace.letters import Letter, blank
from cyberspace.state import SITE_FIELDS, SOIL, TALLY, WHOLE, Region, WorldState
from cyberspace.tasks.logic import Logic
from cyberspace.tick import apart
from cyberspace.verbs.earn import board, fill_pools, pool_rates, posed
from cyberspace.verbs.pay import cpu_upkeep
from cyberspace.world import TaskPlace, World
from organisms import bits
from organisms.body import ANSWER, MESSAGE, SIGNAL
from organisms.learning import hebbian
from organisms.learning.table import RULES

PAGE = 4096


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
        self._tiles = -(-world.sites // LANES)
        if self._tiles * LANES % PAGE == 0:
            self._tiles += 2  # rows a page apart would share one set of the cache; nobody ever lives in the two tiles
        self._padded = self._tiles * LANES
        self._arrays = self._to_tiles(state.region)
        self._whole = {name: getattr(state.region, name).copy() for name in WHOLE}
        self._pool_rates = pool_rates(world)
        self._words = [np.empty((place.task.words, world.sites), dtype=np.uint32) for place in world.tasks]
        self._block = [-1 for _ in world.tasks]
        body = world.body
        self._next_activity = np.zeros_like(self._arrays.activity)
        self._inputs = np.zeros((self._tiles, body.inputs, LANES), dtype=np.int16)
        self._channels = np.zeros((body.channels, self._padded), dtype=np.int8)
        self._owed = np.full(self._padded, world.physics.upkeep, dtype=np.int32)
        self._partners = np.full((len(world.meetings.table), self._padded), -1, dtype=np.int32)
        self._itself = np.arange(self._padded, dtype=np.int32)
        self._hidden: list[Any] = []
        self._lesson_posed = -1
        self._residue = np.arange(self._padded, dtype=np.int32) % np.int32(world.meetings.tide)
        self._numbers = _numbers(world)
        rule = RULES[world.rule]
        assert rule in (None, hebbian.learn), "a rule without a kernel"
        self._learns = rule is not None and bool(world.tasks)
        self._lay_blocks()

    def _lay_blocks(self) -> None:
        """Who meets whom and which task is posed where, by the blocks that stand; the next tick poses anew."""
        world, block = self._world, self._arrays.block[: self._world.sites]
        table = world.meetings.table
        self._partners[:, : world.sites] = [apart(np, block, row) for row in table] if world.plaza else table
        region = SimpleNamespace(block=block)
        self._where = [posed(world, place, region) for place in world.tasks]
        self._channels[:] = 0
        self._lesson_posed = -1

    def _to_tiles(self, region: Region) -> numba_settle.Arrays:
        body, sites = self._world.body, self._world.sites
        padded: dict[str, NDArray[Any]] = {
            "spark": np.zeros(self._padded, dtype=bool),
            "wish": np.zeros(self._padded, dtype=np.uint8),
        }
        for name in SITE_FIELDS:
            array = getattr(region, name)
            padded[name] = np.zeros((*array.shape[:-1], self._padded), dtype=array.dtype)
            padded[name][..., :sites] = array
        weights = padded["weights"].reshape(body.units, body.inputs, self._tiles, LANES)
        padded["weights"] = np.ascontiguousarray(weights.transpose(2, 0, 1, 3))
        padded["genome"] = np.ascontiguousarray(padded["genome"].T)
        return numba_settle.Arrays(**padded)

    def state(self) -> WorldState:
        """The complete state, copied out."""
        body, sites = self._world.body, self._world.sites
        fields = {name: getattr(self._arrays, name)[..., :sites].copy() for name in SITE_FIELDS[2:]}
        weights = self._arrays.weights.transpose(1, 2, 0, 3).reshape(body.units, body.inputs, self._padded)
        fields["weights"] = np.ascontiguousarray(weights[..., :sites])
        fields["genome"] = np.ascontiguousarray(self._arrays.genome[:sites].T)
        return WorldState(
            self._tick, Region(**fields, **{name: array.copy() for name, array in self._whole.items()}), self._tally
        )

    def look(self, name: str, sites: NDArray[np.int64] | None = None) -> NDArray[Any]:
        """One array of the state, or its columns at some sites; views where the layout allows it."""
        array: NDArray[Any] = self._whole[name] if name in WHOLE else getattr(self._arrays, name)
        if name == "weights":
            at = np.arange(self._world.sites) if sites is None else sites
            array = array[at // LANES, :, :, at % LANES].transpose(1, 2, 0)
        elif name == "genome":
            array = (array[: self._world.sites] if sites is None else array[sites]).T
        elif name not in WHOLE:
            array = array[..., : self._world.sites] if sites is None else array[..., sites]
        return array

    def put(self, name: str, values: NDArray[Any], sites: NDArray[np.int64] | None = None) -> None:
        """Replace one array, or its columns at some sites."""
        if name in WHOLE:
            self._whole[name][:] = values
        else:
            at, array = np.arange(self._world.sites) if sites is None else sites, getattr(self._arrays, name)
            if name == "weights":
                array[at // LANES, :, :, at % LANES] = np.moveaxis(values, -1, 0)
            elif name == "genome":
                array[at] = values.T
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
        first, step = self._tick, self._world.step
        records = np.full((ticks, 3, self._world.meetings.slots), -1, dtype=np.int32)
        tally = np.zeros((ticks, len(TALLY)), dtype=np.int64)
        with np.errstate(over="ignore"):
            for k in range(ticks):
                self._live(first + k * step, tally[k], records[k])
        return self._note(tally, birth_table(self._world, first, records))

    def cross(self, way: int, opening: int, due: Letter | None) -> tuple[Trace, Letter]:
        """Live one tick at which a link opens."""
        numba.set_num_threads(self._threads)
        world, tick, end = self._world, self._tick, self._world.ways[way]
        tally = np.zeros((1, len(TALLY)), dtype=np.int64)
        with np.errstate(over="ignore"):
            shore = Shore(world, end, tick)
            letter = due or blank(world, end)
            births = shore.arrive(self._arrays, letter, end.tide_at(opening - 1), tally[0])
            _, counts = self._dwell(tick, end.axis, -1, shore.seen(letter, self._padded), tally[0])
            posted = shore.post(self._arrays, end.partner(opening) >= 0, end.tide_at(opening), tally[0])
            self._close(tick, tally[0])
            _add(tally[0], counts)
        return self._note(tally, crossing_births(world, end, opening, tick, births)), posted

    def _note(self, tally: NDArray[np.int64], births: NDArray[np.int32]) -> Trace:
        self._tick += len(tally) * self._world.step
        self._tally = self._tally + tally.sum(axis=0)
        return Trace(tally, births)

    def _key(self, stream: int, tick: int) -> tuple[np.uint32, np.uint32]:
        k0, k1 = numba_tasks.stream_key(self._world.seed, self._world.region, stream, tick)
        return np.uint32(k0), np.uint32(k1)

    def _live(self, tick: int, tally: NDArray[np.int64], records: Any) -> None:
        """One tick on near axes."""
        axis, row, tide = self._world.meetings.at(tick >> self._world.pace)
        arrays, counts = self._dwell(tick, axis, row, None, tally)
        if row < len(self._partners) - 1:
            noise, radiation = self._key(bits.NOISE, tick), self._key(bits.RADIATION, tick)
            kernels.meet(
                arrays, self._partners[row], self._residue, records, counts,
                noise, radiation, tick, tide, self._world.physics.copy_cost[axis],
                self._world.physics.move_cost[axis], self._numbers,
            )  # fmt: skip
        self._close(tick, tally)
        _add(tally, counts)

    def _dwell(self, tick: int, axis: int, row: int, seen: Any, tally: NDArray[np.int64]) -> Any:
        """sense, think, answer, earn, learn, pay: the arrays, and counts by chunk in the order of `numba_settle.COLUMNS`.

        `seen` is what a letter tells of the partners; None for partners of this region.
        """
        lived, length = tick >> self._world.pace, self._world.physics.lesson_ticks
        ends = lived % length == length - 1
        if lived // length != self._lesson_posed:
            self._hidden, self._lesson_posed = self._pose(lived // length), lived // length
        arrays = self._think(axis, row, ends, seen)
        if ends and self._world.tasks:
            self._end_lesson(tick, lived // length, self._hidden, tally)
        counts = np.zeros((-(-self._padded // kernels.CHUNK), len(numba_settle.COLUMNS)), dtype=np.int64)
        if self._world.physics.kind == "cpu":
            kernels.count_synapses(arrays.weights, self._owed)
            active = (arrays.activity != 0).sum(axis=0, dtype=np.int32)
            self._owed[:] = cpu_upkeep(self._world.physics.upkeep, self._owed, active)
        if self._world.plaza:
            gain = (arrays.alive & (arrays.block == SOIL)) * np.int32(self._world.physics.soil)
            np.add(arrays.energy, gain, out=arrays.energy)
            tally[TALLY.index("soil")] += gain.sum(dtype=np.int64)
        kernels.pay(arrays, self._owed, counts, *self._key(bits.LIFE, tick), self._numbers)
        return arrays, counts

    def _close(self, tick: int, tally: NDArray[np.int64]) -> None:
        """spark, and the count of the living."""
        if self._world.physics.spark:
            key = self._key(bits.SPARK, tick)
            fell = numba_settle.sparks(self._arrays, self._world.sites, *key, tick, self._numbers)
            tally[TALLY.index("sparks")] = fell
            tally[TALLY.index("genesis")] = fell * self._world.physics.newborn_energy
        tally[TALLY.index("alive")] = np.count_nonzero(self._arrays.alive)

    def _think(self, axis: int, row: int, ends: bool, seen: Any) -> numba_settle.Arrays:
        """sense and think; the new activities replace the old."""
        arrays = self._arrays
        somebody, messages = seen or (arrays.alive, arrays.activity[MESSAGE : MESSAGE + 2])
        partner = self._itself if seen else self._partners[row]
        shift, zero = np.int32(self._world.body.shift), np.int16(0)
        flag = SIGNAL if ends else 0
        level = min(16 * self._world.meetings.clock.axes[axis].level, 127) if axis >= 0 else 0
        kernels.think(
            arrays.weights, self._inputs, self._next_activity, arrays.alive, arrays.activity, arrays.energy, arrays.payoff,
            self._channels, partner, somebody, messages, level, flag, shift, zero,
        )  # fmt: skip
        self._arrays = arrays._replace(activity=self._next_activity)
        self._next_activity = arrays.activity
        return self._arrays

    def _pose(self, lesson: int) -> list[Any]:
        """Pose a lesson everywhere; what each task keeps hidden."""
        world, hidden = self._world, []
        region = SimpleNamespace(**self._whole, block=self._arrays.block[: world.sites])
        for k, place in enumerate(world.tasks):
            block = lesson // place.task.block
            if block != self._block[k]:
                numba_tasks.site_words(*self._key(bits.TASK + k, block), self._words[k])
                self._block[k] = block
            ask: Any = place.task.pose
            shown, kept = ask(np, self._words[k], lesson, *board(np, place, region))
            hidden.append(kept)
            fit = min(world.body.channels, shown.shape[0])
            np.copyto(self._channels[:fit, : world.sites], shown[:fit], where=self._where[k])
        return hidden

    def _end_lesson(self, tick: int, lesson: int, hidden: list[Any], tally: NDArray[np.int64]) -> None:
        """answer, earn, learn."""
        world, sites, arrays = self._world, self._world.sites, self._arrays
        pools, filled = fill_pools(np, self._pool_rates, self._whole["pools"])
        self._whole["pools"] = pools
        signals = np.zeros((world.body.answers, self._padded), dtype=np.int8)
        income, fines = np.zeros(sites, dtype=np.int32), np.zeros(sites, dtype=np.int32)
        for place, where, kept in zip(world.tasks, self._where, hidden, strict=True):
            score, did = self._judge(place, where, kept, signals)
            judged = lesson % place.task.judged == place.task.judged - 1
            if score is not None:
                own = pools[place.first_goal : place.first_goal + len(place.task.goals)]
                numba_tasks.collect(
                    score, did, place.first_goal, where, arrays.alive, judged, own, arrays.performed, income, fines
                )
        counts = np.zeros((-(-sites // numba_tasks.CHUNK), 2), dtype=np.int64)
        numba_tasks.feel(arrays.energy, arrays.alive, arrays.payoff, income, fines, counts)
        fined, paid = counts.sum(axis=0)
        for name, value in (("fill", filled.sum(dtype=np.int64)), ("fines", fined), ("paid", paid)):
            tally[TALLY.index(name)] += value
        if self._learns and signals.any():
            key = self._key(bits.LEARN, tick)
            kernels.learn(arrays.weights, arrays.genome, self._inputs, arrays.activity, signals, *key, self._numbers)

    def _judge(self, place: TaskPlace, where: NDArray[np.bool_], hidden: Any, signals: NDArray[np.int8]) -> tuple[Any, Any]:
        """One task's score and what counts as performed, (goals, sites), or None where nothing is; adds its signal."""
        world, sites, arrays, task = self._world, self._world.sites, self._arrays, place.task
        answers = arrays.activity[ANSWER : ANSWER + world.body.answers, :sites]
        if type(task) is Logic:
            score = np.empty((len(task.goals), sites), dtype=np.int32)
            did = np.empty((len(task.goals), sites), dtype=bool)
            asked, lesson = hidden
            memory = arrays.memory[: task.memory]
            numba_tasks.judge_logic(
                answers, asked, lesson, task.block - 1, task.wanted, task.worth, where, arrays.alive, memory, score, did,
                signals,
            )  # fmt: skip
            return (score, did) if lesson == task.block - 1 else (None, None)
        memory = arrays.memory[: task.memory, :sites]
        score, signal, new_memory = task.judge(np, answers, hidden, memory)
        meets = where & arrays.alive[:sites]
        signals[:, :sites] += np.where(meets, signal, np.int8(0))
        np.copyto(memory, new_memory, where=meets)
        return score, task.performs(np, score, new_memory)


def _add(tally: NDArray[np.int64], counts: NDArray[np.int64]) -> None:
    """Add the kernels' counts to the tally of the tick."""
    tally[[TALLY.index(name) for name in numba_settle.COLUMNS]] += counts.sum(axis=0)


def _numbers(world: World) -> numba_settle.Numbers:
    physics, loci = world.physics, world.loci
    return numba_settle.Numbers(
        synapses=world.body.synapses,
        rates=loci.rates.start,
        rule=loci.rule.start,
        copier=loci.copier.start,
        loci=loci.count,
        first_site=world.first_site,
        faithful=loci.faithful,
        answers=world.body.answers,
        sunlight=physics.sunlight,
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
