"""An environment of Gymnasium as a task: slow, stepped by Python in processes of its own, and as reproducible as any other.

An environment can't be put into memory, but what led to where it is can: the seed of the episode and the actions since.  Processes keep one
environment for each site; where its past is not the one that memory tells (a resume, a birth, another rank), it is begun anew and the
actions are done again.  So environments have to be deterministic once they are seeded.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import Any, ClassVar

import numpy as np

from cyberspace.tasks.environments.control import BEGUN, KEPT, STEPS, Control, senses
from cyberspace.tasks.environments.seats import Played, play
from cyberspace.tasks.task import Hidden, need_whole
from organisms.arrays import Array, Int8s, Int32s, Namespace, Words

PER_WORD, BITS = 8, 4
"""Actions that a word holds, and bits of each."""


class Replayed(Control):
    """An environment at each site.  Subclass it, and say `name`, `seen` and `actions`.

    Args:
        pay: Energy claimed for a reward of 1.
        fine: Energy lost when an episode ends before it was cut.
        bar: Steps of an episode that count as performing.
        longest: Steps after which an episode is cut.
        processes: Processes that step it; 0 for the one that lives the world.

    Attributes:
        name: What `gymnasium.make` is asked for.
        made_with: Its further arguments.
    """

    name: ClassVar[str] = ""
    made_with: ClassVar[dict[str, Any]] = {}

    def __init__(self, pay: int = 20, fine: int = 200, bar: int = 100, longest: int = 200, processes: int = 0):
        super().__init__(pay, fine, bar)
        need_whole(longest=longest, processes=processes)
        if not (1 <= longest <= 2048 and 0 <= processes <= 256):
            raise ValueError("longest 1 to 2048, processes 0 to 256")
        if self.actions > 1 << BITS:
            raise ValueError(f"at most {1 << BITS} actions")
        self.longest, self.processes = longest, processes
        self.memory = KEPT + 1 + -(-longest // PER_WORD)
        self._check()
        self._pools: list[ProcessPoolExecutor] = []

    def _check(self) -> None:
        """Refuse an environment that is not there, or other than `seen` and `actions` say."""
        seeds, counts = np.zeros(1, dtype=np.uint32), np.zeros(1, dtype=np.int32)
        found = play((self.name, self.made_with), seeds, counts, np.zeros((0, 1), dtype=np.int32))
        if found.observed.shape[0] != len(self.seen):
            raise ValueError(f"seen: {len(self.seen)} pairs for an observation of {found.observed.shape[0]} numbers")
        if found.actions != self.actions:
            raise ValueError(f"actions = {self.actions} for an environment that has {found.actions}")

    def pose(self, xp: Namespace, bits: Words, lesson: int, memory: Int32s) -> tuple[Int8s, Hidden]:  # type: ignore[override]
        """What each observes; an episode begins where none has."""
        begun = memory[BEGUN] > 0
        kept = xp.where(begun, memory[KEPT:], 0 * memory[KEPT:])
        seed = xp.where(begun, kept[0], bits[0].astype(np.int32))
        kept = xp.concatenate([seed[None], kept[1:]])
        steps = xp.where(begun, memory[STEPS], 0 * memory[STEPS])
        shape = (len(self.seen), *seed.shape)
        observed = self._ask(self._observed, [(shape, np.float32)], kept, steps)[0]
        return senses(xp, self.seen, observed), (kept, steps)

    def judge(self, xp: Namespace, answers: Int8s, hidden: Hidden, memory: Int32s) -> tuple[Int32s, Int8s, Int32s]:
        """One step by the loudest answer; an episode that is cut costs no fine."""
        kept, steps = hidden
        action = self.action(xp, answers)
        at = xp.arange(len(kept) - 1, dtype=np.int32)[:, None]
        here = (at == steps // PER_WORD).astype(np.int32)
        kept = xp.concatenate([kept[:1], kept[1:] | ((action << (BITS * (steps % PER_WORD))) * here)])
        told = [(steps.shape, np.int32), (steps.shape, np.bool_)]
        reward, ended = self._ask(self._stepped, told, kept, steps + 1)
        cut = steps + 1 >= self.longest
        score, signal, after = self.verdict(xp, answers, reward, ended | cut, memory, kept)
        spared = xp.where(cut & ~ended, np.int32(self.fine), np.int32(0))
        return score + spared[None], xp.where(ended, signal, 0 * signal), after

    def _ask(self, function: Any, shapes: list[tuple[Any, Any]], *given: Array) -> Any:
        """Ask the processes, out of a compiled call as well."""
        if isinstance(given[0], np.ndarray):
            return function(*given)
        import jax

        return jax.pure_callback(function, [jax.ShapeDtypeStruct(*one) for one in shapes], *given, vmap_method="sequential")

    def _observed(self, kept: Any, steps: Any) -> list[Array]:
        return [self._played(np.asarray(kept), np.asarray(steps)).observed]

    def _stepped(self, kept: Any, steps: Any) -> list[Array]:
        found = self._played(np.asarray(kept), np.asarray(steps))
        return [np.clip(np.rint(found.reward * 1024), -(2**20), 2**20).astype(np.int32), found.ended]

    def _played(self, kept: Int32s, steps: Int32s) -> Played:
        """Where the actions lead that memory tells."""
        most = int(steps.max(initial=0))
        rows = [(kept[1 + k // PER_WORD] >> (BITS * (k % PER_WORD))) & ((1 << BITS) - 1) for k in range(most)]
        actions = np.array(rows, dtype=np.int32).reshape(most, len(steps))
        about, seeds = (self.name, self.made_with), kept[0].view(np.uint32)
        if not self.processes:
            return play(about, seeds, steps, actions)
        if not self._pools:
            make = partial(ProcessPoolExecutor, max_workers=1, mp_context=get_context("spawn"))
            self._pools = [make() for _ in range(self.processes)]
        cuts = np.array_split(np.arange(len(steps)), self.processes)
        asked = [
            pool.submit(play, about, seeds[at], steps[at], actions[:, at]) for pool, at in zip(self._pools, cuts, strict=True)
        ]
        parts = [one.result() for one in asked]
        observed = np.concatenate([part.observed for part in parts], axis=1)
        reward, ended = (np.concatenate([getattr(part, name) for part in parts]) for name in ("reward", "ended"))
        return Played(observed, reward, ended, parts[0].actions)

    def __getstate__(self) -> dict[str, Any]:
        """All but the processes."""
        return {**self.__dict__, "_pools": []}
