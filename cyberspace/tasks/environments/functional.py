"""A functional environment (the interface of gymnax 1.0) as a task: one at each site, stepped by JAX on the device that lives the world.

Its state lies in the task's memory, floats bit by bit, so that it is saved, resumed and born anew with its organism.  Numbers with a point
are the device's own: runs of such a task have equal digests on equal devices, and need not have them on others.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from cyberspace.tasks.environments.control import BEGUN, KEPT, Control, senses
from cyberspace.tasks.task import Hidden
from organisms.arrays import Array, Int8s, Int32s, Namespace, Words

if TYPE_CHECKING:
    import jax


class Environment(Protocol):
    """What is asked of an environment: `reset` and `step` as gymnax 1.0 has them, for one key and one state."""

    def reset(self, key: jax.Array, params: Any) -> tuple[Any, Any]:
        """(observation, state)."""

    def step(self, key: jax.Array, state: Any, action: Any, params: Any) -> tuple[Any, Any, Any, Any, Any, Any]:
        """(observation, state, reward, terminated, truncated, info); it begins anew by itself after an end."""


class Functional(Control):
    """An environment at each site.  Subclass it, say `seen` and `actions`, and return the environment and its parameters.

    Raises:
        ValueError: If the environment's observation does not have a number for each pair in `seen`.
    """

    def __init__(self, pay: int = 20, fine: int = 200, bar: int = 100):
        super().__init__(pay, fine, bar)
        import jax

        self._env, self._params = self.environment()
        with _plain():
            told = jax.eval_shape(lambda key: self._env.reset(key, self._params), jax.eval_shape(lambda: jax.random.key(0)))
        (shown, state), leaves = told, jax.tree.leaves(told[1])
        numbers = int(np.prod(shown.shape))
        if numbers != len(self.seen):
            raise ValueError(f"seen: {len(self.seen)} pairs for an observation of {numbers} numbers")
        if any(leaf.dtype.itemsize > 4 for leaf in leaves):
            raise ValueError("a state of numbers of 32 bits at most")
        self._tree, self._leaves = jax.tree.structure(state), leaves
        self._sizes = [int(np.prod(leaf.shape)) for leaf in leaves]
        self.memory = KEPT + sum(self._sizes) + numbers
        self._jitted = jax.jit(self._begin), jax.jit(self._step)

    def environment(self) -> tuple[Environment, Any]:
        """The environment, and its parameters."""
        raise NotImplementedError(f"{type(self).__name__} needs a method environment(self)")

    def pose(self, xp: Namespace, bits: Words, lesson: int, memory: Int32s) -> tuple[Int8s, Hidden]:  # type: ignore[override]
        """What each observes; an episode begins where none has."""
        kept = self._call(0, bits, memory)
        observed = xp.asarray(kept[-len(self.seen) :]).view(np.float32)
        return senses(xp, self.seen, observed), (bits, kept)

    def judge(self, xp: Namespace, answers: Int8s, hidden: Hidden, memory: Int32s) -> tuple[Int32s, Int8s, Int32s]:
        """One step by the loudest answer."""
        bits, kept = hidden
        after, reward, over = self._call(1, bits, kept, self.action(xp, answers))
        return self.verdict(xp, answers, reward, over, memory, after)

    def _call(self, which: int, *given: Array) -> Any:
        """A function of all sites, compiled where NumPy asks."""
        with _plain():
            if isinstance(given[0], np.ndarray):
                found = self._jitted[which](*given)
                return tuple(map(np.asarray, found)) if which else np.asarray(found)
            return (self._begin, self._step)[which](*given)

    def _begin(self, bits: Any, memory: Any) -> Any:
        """What is kept of each episode, int32 (words, sites), begun where memory knows none."""
        import jax
        import jax.numpy as jnp

        shown, state = jax.vmap(lambda key: self._env.reset(key, self._params))(_keys(bits))
        return jnp.where(memory[BEGUN] > 0, memory[KEPT:], self._packed(state, shown))

    def _step(self, bits: Any, kept: Any, action: Any) -> Any:
        """What is kept after a step, the reward in 1/1024 and whether the episode is over."""
        import jax
        import jax.numpy as jnp

        def one(key: Any, state: Any, action: Any) -> Any:
            return self._env.step(key, state, action, self._params)

        shown, state, reward, ended, cut, _ = jax.vmap(one)(_keys(bits), self._unpacked(kept), action)
        hundredths = jnp.clip(jnp.round(reward.astype(jnp.float32) * 1024), -(2**20), 2**20).astype(jnp.int32)
        return self._packed(state, shown), hundredths, ended | cut

    def _packed(self, state: Any, shown: Any) -> Any:
        import jax
        import jax.numpy as jnp

        rows = [_to_words(leaf.reshape(leaf.shape[0], -1)) for leaf in jax.tree.leaves(state)]
        rows.append(_to_words(shown.reshape(shown.shape[0], -1).astype(jnp.float32)))
        return jnp.concatenate(rows, axis=1).T

    def _unpacked(self, kept: Any) -> Any:
        import jax

        leaves, first = [], 0
        for leaf, size in zip(self._leaves, self._sizes, strict=True):
            words = kept[first : first + size].T
            leaves.append(_from_words(words, leaf.dtype).reshape(words.shape[0], *leaf.shape))
            first += size
        return jax.tree.unflatten(self._tree, leaves)


def _plain() -> AbstractContextManager[Any]:
    """Types as environments are written for: ours are strict."""
    import jax

    return jax.numpy_dtype_promotion("standard")  # type: ignore[no-any-return]


def _keys(bits: Any) -> Any:
    """A key for each site, of its two random words."""
    import jax
    import jax.numpy as jnp

    return jax.vmap(lambda pair: jax.random.wrap_key_data(pair, impl="threefry2x32"))(jnp.asarray(bits).T)


def _to_words(values: Any) -> Any:
    import jax
    import jax.numpy as jnp

    if values.dtype == jnp.float32:
        return jax.lax.bitcast_convert_type(values, jnp.int32)
    return values.astype(jnp.int32)


def _from_words(words: Any, dtype: Any) -> Any:
    import jax
    import jax.numpy as jnp

    return jax.lax.bitcast_convert_type(words, jnp.float32) if dtype == jnp.float32 else words.astype(dtype)
