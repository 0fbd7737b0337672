"""An environment of Gymnasium as a task: slow, stepped by Python in processes of its own, and as reproducible as any other.

An environment can't be put into memory, but what led to where it is can: the seed of the episode and the actions since.  Processes keep one
environment for each site; where its past is not the one that memory tells (a resume, a birth, another rank), it is begun anew and the
actions are done again.  So environments have to be deterministic once they are seeded.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import get_context
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from cyberspace.tasks.environments.control import BEGUN, KEPT, MOST_REWARD, SHARES, STEPS, Control, Step
from cyberspace.tasks.environments.seats import Desk, Env, Played, made, play_there
from cyberspace.tasks.environments.table import missing, table_of, wrong
from cyberspace.tasks.task import Hidden, need_whole
from organisms.arrays import Array, Int8s, Int32s, Namespace, Words

PER_WORD, BITS = 8, 4
"""Actions that a word holds, and bits of each."""

MOST_STEPS, MOST_PROCESSES = 2048, 256


class Replayed(Control):
    """An environment at each site.  Subclass it and say `name`, or define `environment`; `seen` and `actions` where it has none of its own.

    Args:
        pay: Energy claimed for a reward of 1.
        fine: Energy lost when an episode ends before it was cut.
        bar: Steps of an episode that count as performing.
        longest: Steps after which an episode is cut.
        processes: Processes that step it; 0 for the one that lives the world.

    Attributes:
        name: What `gymnasium.make` is asked for.
        made_with: Its further arguments.

    Raises:
        InputError: If the environment is not there, raises, or does not fit `seen` and `actions`.
    """

    name: ClassVar[str] = ""
    made_with: ClassVar[Mapping[str, Any]] = {}

    def __init__(self, pay: int = 20, fine: int = 200, bar: int = 100, longest: int = 200, processes: int = 0):
        super().__init__(pay, fine, bar)
        need_whole(longest=longest, processes=processes)
        if not (1 <= longest <= MOST_STEPS and 0 <= processes <= MOST_PROCESSES):
            raise ValueError(f"longest 1 to {MOST_STEPS}, processes 0 to {MOST_PROCESSES}")
        if processes and type(self).environment is not Replayed.environment:
            raise ValueError("processes 0 for an environment of one's own, which other processes know nothing of")
        self.longest, self.processes = longest, processes
        self.memory = KEPT + 1 + -(-longest // PER_WORD)
        self._pools: list[ProcessPoolExecutor] = []
        self._look()

    def environment(self) -> Env:
        """An environment; by default what `gymnasium.make` makes of `name` and `made_with`."""
        return made(self.name, self.made_with)

    def _look(self) -> None:
        """Reset and step one environment, so that what does not fit is told before anything runs."""
        env = self._made()
        title = self.name or type(env).__name__
        if not isinstance(getattr(getattr(env, "observation_space", None), "shape", None), tuple):
            expected = "an observation that is an array of numbers"
            raise wrong(title, getattr(env, "observation_space", env), expected, "gymnasium.wrappers.FlattenObservation")
        self._desk = Desk(title, self._made, np.zeros(0, dtype=np.int32))
        seeds, counts = np.zeros(1, dtype=np.uint32), np.zeros(1, dtype=np.int32)
        self._desk.play(seeds, counts, np.zeros((0, 1), dtype=np.int32))
        self.table = table_of(self.seen, self.actions, self._desk.shape or (), env.observation_space, env.action_space)
        self._desk.acts = self.table.acts
        self._desk.play(seeds, counts + 1, np.zeros((1, 1), dtype=np.int32))

    def _made(self) -> Env:
        try:
            return self.environment()
        except ImportError as error:
            raise missing(error) from None

    def pose(self, xp: Namespace, bits: Words, lesson: int, memory: Int32s) -> tuple[Int8s, Hidden]:  # type: ignore[override]
        """What each observes; an episode begins where none has."""
        begun = memory[BEGUN] > 0
        kept = xp.where(begun, memory[KEPT:], 0 * memory[KEPT:])
        seed = xp.where(begun, kept[0], bits[0].astype(np.int32))
        kept = xp.concatenate([seed[None], kept[1:]])
        steps = xp.where(begun, memory[STEPS], 0 * memory[STEPS])
        shape = (len(self.table.low), *seed.shape)
        (observed,) = _ask(self._observed, [(shape, np.float32)], kept, steps)
        return self.table.senses(xp, observed), (kept, steps)

    def judge(self, xp: Namespace, answers: Int8s, hidden: Hidden, memory: Int32s) -> tuple[Int32s, Int8s, Int32s]:
        """One step by the loudest answer; an episode that is cut costs no fine."""
        kept, steps = hidden
        at = xp.arange(len(kept) - 1, dtype=np.int32)[:, None]
        here = (at == steps // PER_WORD).astype(np.int32)
        written = (self.action(xp, answers) << (BITS * (steps % PER_WORD))) * here
        kept = xp.concatenate([kept[:1], kept[1:] | written])
        told = [(steps.shape, np.int32), (steps.shape, np.bool_), (steps.shape, np.bool_)]
        reward, ended, cut = _ask(self._stepped, told, kept, steps + 1)
        return self.verdict(xp, answers, memory, Step(reward, ended, cut | (steps + 1 >= self.longest), kept))

    def _observed(self, kept: Array, steps: Array) -> list[Array]:
        return [self._played(np.asarray(kept), np.asarray(steps)).observed]

    def _stepped(self, kept: Array, steps: Array) -> list[Array]:
        found = self._played(np.asarray(kept), np.asarray(steps))
        return [np.clip(np.rint(found.reward * SHARES), -MOST_REWARD, MOST_REWARD).astype(np.int32), found.ended, found.cut]

    def _played(self, kept: Int32s, steps: Int32s) -> Played:
        """Where the actions lead that memory tells."""
        most = int(steps.max(initial=0))
        rows = [(kept[1 + k // PER_WORD] >> (BITS * (k % PER_WORD))) & ((1 << BITS) - 1) for k in range(most)]
        actions = np.array(rows, dtype=np.int32).reshape(most, len(steps))
        seeds = kept[0].view(np.uint32)
        if not self.processes:
            return self._desk.play(seeds, steps, actions)
        try:
            return self._spread(seeds, steps, actions)
        except BrokenProcessPool:  # somebody ended one: what was there is done again from memory
            self._pools = []
            return self._spread(seeds, steps, actions)

    def _spread(self, seeds: NDArray[np.uint32], steps: Int32s, actions: Int32s) -> Played:
        """The sites in as many parts as there are processes."""
        if not self._pools:
            make = partial(ProcessPoolExecutor, max_workers=1, mp_context=get_context("spawn"))
            self._pools = [make() for _ in range(self.processes)]
        cuts = [at for at in np.array_split(np.arange(len(steps)), self.processes) if len(at)]
        asked = [
            pool.submit(play_there, self.name, self.made_with, self.table.acts, seeds[at], steps[at], actions[:, at])
            for pool, at in zip(self._pools, cuts, strict=False)
        ]
        return Played.joined([one.result() for one in asked])


def _ask(function: Any, shapes: list[tuple[Any, Any]], *given: Array) -> Any:
    """Ask the processes, out of a compiled call as well."""
    if isinstance(given[0], np.ndarray):
        return function(*given)
    import jax

    if not isinstance(given[0], jax.Array):
        raise TypeError("an environment is stepped by Python")
    return jax.pure_callback(function, [jax.ShapeDtypeStruct(*one) for one in shapes], *given, vmap_method="sequential")
