"""The numba backend: tiles of lanes, parallel over tiles, on the cores of one CPU."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from cyberspace.backends import numba_kernels as kernels
from cyberspace.backends import numba_settle, numba_tasks
from cyberspace.backends.backend import Trace, birth_table
from cyberspace.backends.numba_vector import LANES
from cyberspace.state import SITE_FIELDS, TALLY, Region, WorldState
from cyberspace.tasks.logic import Logic
from cyberspace.verbs.earn import fill_pools, pool_rates
from cyberspace.verbs.pay import cpu_upkeep
from cyberspace.world import TaskPlace, World
from organisms import bits
from organisms.body import ANSWER, SIGNAL
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
        self._pools, self._pool_rates = state.region.pools.copy(), pool_rates(world)
        self._words = [np.empty((place.task.words, world.sites), dtype=np.uint32) for place in world.tasks]
        self._block = [-1 for _ in world.tasks]
        body = world.body
        self._next_activity = np.zeros_like(self._arrays.activity)
        self._inputs = np.zeros((self._tiles, body.inputs, LANES), dtype=np.int16)
        self._channels = np.zeros((body.channels, self._padded), dtype=np.int8)
        self._owed = np.full(self._padded, world.physics.upkeep, dtype=np.int32)
        self._partners = np.full((len(world.meetings.table), self._padded), -1, dtype=np.int32)
        self._partners[:, : world.sites] = world.meetings.table
        self._residue = np.arange(self._padded, dtype=np.int32) % np.int32(world.meetings.tide)
        self._numbers = _numbers(world)
        rule = RULES[world.rule]
        assert rule in (None, hebbian.learn), "a rule without a kernel"
        self._learns = rule is not None and bool(world.tasks)

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
        return WorldState(self._tick, Region(**fields, pools=self._pools.copy()), self._tally)

    def advance(self, ticks: int) -> Trace:
        """Live so many ticks."""
        numba.set_num_threads(self._threads)
        first, length = self._tick, self._world.physics.lesson_ticks
        records = np.full((ticks, 3, self._world.meetings.slots), -1, dtype=np.int32)
        tally = np.zeros((ticks, len(TALLY)), dtype=np.int64)
        hidden: list[Any] = []
        with np.errstate(over="ignore"):
            for k in range(ticks):
                tick = first + k
                if tick % length == 0 or k == 0:
                    hidden = self._pose(tick // length)
                self._live(tick, hidden, tick % length == length - 1, tally[k], records[k])
        self._tick, self._tally = first + ticks, self._tally + tally.sum(axis=0)
        return Trace(tally, birth_table(self._world, first, records))

    def _key(self, stream: int, tick: int) -> tuple[np.uint32, np.uint32]:
        k0, k1 = numba_tasks.stream_key(self._world.seed, self._world.region, stream, tick)
        return np.uint32(k0), np.uint32(k1)

    def _live(self, tick: int, hidden: list[Any], ends: bool, tally: NDArray[np.int64], records: Any) -> None:
        axis, row, tide = self._world.meetings.at(tick)
        arrays = self._think(axis, row, ends)
        if ends and self._world.tasks:
            self._lesson(tick, hidden, tally)
        counts = np.zeros((-(-self._padded // kernels.CHUNK), len(numba_settle.COLUMNS)), dtype=np.int64)
        if self._world.physics.kind == "cpu":
            kernels.count_synapses(arrays.weights, self._owed)
            active = (arrays.activity != 0).sum(axis=0, dtype=np.int32)
            self._owed[:] = cpu_upkeep(self._world.physics.upkeep, self._owed, active)
        kernels.pay(arrays, self._owed, counts, *self._key(bits.LIFE, tick), self._numbers)
        if axis >= 0:
            noise, radiation = self._key(bits.NOISE, tick), self._key(bits.RADIATION, tick)
            kernels.meet(
                arrays, self._partners[row], self._residue, records, counts,
                noise, radiation, tick, tide, self._world.physics.copy_cost[axis],
                self._world.physics.move_cost[axis], self._numbers,
            )  # fmt: skip
        fell = 0
        if self._world.physics.spark:
            fell = numba_settle.sparks(arrays, self._world.sites, *self._key(bits.SPARK, tick), tick, self._numbers)
        self._count(tally, dict(zip(numba_settle.COLUMNS, counts.sum(axis=0).tolist(), strict=True)), fell)

    def _count(self, tally: NDArray[np.int64], counts: dict[str, int], fell: int) -> None:
        counts["sparks"] = fell
        counts["genesis"] = fell * self._world.physics.newborn_energy
        counts["alive"] = int(np.count_nonzero(self._arrays.alive))
        for name, count in counts.items():
            tally[TALLY.index(name)] += count

    def _think(self, axis: int, row: int, ends: bool) -> numba_settle.Arrays:
        """sense and think; the new activities replace the old."""
        arrays = self._arrays
        shift, zero = np.int32(self._world.body.shift), np.int16(0)
        flag = SIGNAL if ends else 0
        level = min(16 * self._world.lattice.axes[axis].level, 127) if axis >= 0 else 0
        kernels.think(
            arrays.weights, self._inputs, self._next_activity, arrays.alive, arrays.activity, arrays.energy, arrays.payoff,
            self._channels, self._partners[row], level, flag, shift, zero,
        )  # fmt: skip
        self._arrays = arrays._replace(activity=self._next_activity)
        self._next_activity = arrays.activity
        return self._arrays

    def _pose(self, lesson: int) -> list[Any]:
        """Pose a lesson everywhere; what each task keeps hidden."""
        world, hidden = self._world, []
        for k, place in enumerate(world.tasks):
            block = lesson // place.task.block
            if block != self._block[k]:
                numba_tasks.site_words(*self._key(bits.TASK + k, block), self._words[k])
                self._block[k] = block
            shown, kept = place.task.pose(np, self._words[k], lesson)
            hidden.append(kept)
            fit = min(world.body.channels, shown.shape[0])
            np.copyto(self._channels[:fit, : world.sites], shown[:fit], where=place.where)
        return hidden

    def _lesson(self, tick: int, hidden: list[Any], tally: NDArray[np.int64]) -> None:
        """answer, earn, learn."""
        world, sites, arrays = self._world, self._world.sites, self._arrays
        lesson = tick // world.physics.lesson_ticks
        self._pools, filled = fill_pools(np, self._pool_rates, self._pools)
        signals = np.zeros((world.body.answers, self._padded), dtype=np.int8)
        income, fines = np.zeros(sites, dtype=np.int32), np.zeros(sites, dtype=np.int32)
        for place, kept in zip(world.tasks, hidden, strict=True):
            score, did = self._judge(place, kept, signals)
            judged = lesson % place.task.judged == place.task.judged - 1
            if score is not None:
                own = self._pools[place.first_goal : place.first_goal + len(place.task.goals)]
                numba_tasks.collect(
                    score, did, place.first_goal, place.where, arrays.alive, judged, own, arrays.performed, income, fines
                )
        counts = np.zeros((-(-sites // numba_tasks.CHUNK), 2), dtype=np.int64)
        numba_tasks.feel(arrays.energy, arrays.alive, arrays.payoff, income, fines, counts)
        fined, paid = counts.sum(axis=0)
        for name, value in (("fill", filled.sum(dtype=np.int64)), ("fines", fined), ("paid", paid)):
            tally[TALLY.index(name)] += value
        if self._learns and signals.any():
            key = self._key(bits.LEARN, tick)
            kernels.learn(arrays.weights, arrays.genome, self._inputs, arrays.activity, signals, *key, self._numbers)

    def _judge(self, place: TaskPlace, hidden: Any, signals: NDArray[np.int8]) -> tuple[Any, Any]:
        """One task's score and what counts as performed, (goals, sites), or None where nothing is; adds its signal."""
        world, sites, arrays, task = self._world, self._world.sites, self._arrays, place.task
        answers = arrays.activity[ANSWER : ANSWER + world.body.answers, :sites]
        if type(task) is Logic:
            score = np.empty((len(task.goals), sites), dtype=np.int32)
            did = np.empty((len(task.goals), sites), dtype=bool)
            asked, lesson = hidden
            memory = arrays.memory[: task.memory]
            numba_tasks.judge_logic(
                answers, asked, lesson, task.block - 1, task.wanted, task.worth, place.where, arrays.alive, memory, score, did,
                signals,
            )  # fmt: skip
            return (score, did) if lesson == task.block - 1 else (None, None)
        memory = arrays.memory[: task.memory, :sites]
        score, signal, new_memory = task.judge(np, answers, hidden, memory)
        meets = place.where & arrays.alive[:sites]
        signals[:, :sites] += np.where(meets, signal, np.int8(0))
        np.copyto(memory, new_memory, where=meets)
        return score, task.performs(np, score, new_memory)


def _numbers(world: World) -> numba_settle.Numbers:
    physics, loci = world.physics, world.loci
    return numba_settle.Numbers(
        synapses=world.body.synapses,
        rates=loci.rates.start,
        rule=loci.rule.start,
        copier=loci.copier.start,
        loci=loci.count,
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
