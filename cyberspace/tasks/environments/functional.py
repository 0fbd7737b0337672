"""A functional environment (the interface of gymnax 1.0) as a task: one at each site, stepped by JAX on the device that lives the world.

Its state lies in the task's memory, floats bit by bit, so that it is saved, resumed and born anew with its organism.  Numbers with a point
are the device's own: runs of such a task have equal digests on equal devices, and need not have them on others.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from cyberspace.cores import keep_xla_right
from cyberspace.tasks.environments.control import BEGUN, KEPT, MOST_REWARD, SHARES, Control, Step
from cyberspace.tasks.environments.table import missing, table_of, wrong
from cyberspace.tasks.task import Hidden
from organisms.arrays import Array, Int8s, Int32s, Namespace, Words

if TYPE_CHECKING:
    import jax

keep_xla_right()

MOST_WORDS = 4096
"""Words of the state and the observation of one environment, at most."""

_COMPILED: dict[tuple[str | bytes, ...], Callable[..., Any]] = {}
"""What was compiled, by what it computes."""


class Environment(Protocol):
    """What is asked of an environment: `reset` and `step` as gymnax 1.0 has them, for one key and one state; it may also have
    `observation_space(params)` and `action_space(params)`, which then need not be written down."""

    def reset(self, key: jax.Array, params: Any) -> tuple[Any, Any]:
        """(observation, state)."""

    def step(self, key: jax.Array, state: Any, action: Any, params: Any) -> tuple[Any, Any, Any, Any, Any, Any]:
        """(observation, state, reward, terminated, truncated, info); it begins anew by itself after an end."""


class Functional(Control):
    """An environment at each site.  Subclass it and return the environment and its parameters; `seen` and `actions` where it has none
    of its own.

    Raises:
        InputError: If a package is missing, or the environment raises or does not fit `seen` and `actions`.
    """

    def __init__(self, pay: int = 20, fine: int = 200, bar: int = 100):
        super().__init__(pay, fine, bar)
        import jax

        self._env, self._params = self._made()
        with _plain():
            key = jax.eval_shape(lambda: jax.random.key(0))
            shown, state = _told("reset", 2, lambda key: self._env.reset(key, self._params), key)
            shape = getattr(shown, "shape", None)
            if not isinstance(shape, tuple):
                got = f"an observation that is a {type(shown).__name__}"
                raise wrong("environment.reset", got, "an array of numbers", "a wrapper that flattens it")
            spaces = (_space(self._env, name, self._params) for name in ("observation_space", "action_space"))
            self.table = table_of(self.seen, self.actions, shape, *spaces)
            self._lay_out(state, len(self.table.low))
            step = partial(self._env.step, params=self._params)
            after = _told("step", 6, step, key, state, jax.eval_shape(lambda: jax.numpy.asarray(self.table.acts)[0]))
        self._compare(shape, state, after)
        self._jitted: dict[tuple[int, tuple[int, ...]], Callable[..., Any]] = {}

    def environment(self) -> tuple[Environment, Any]:
        """The environment, and its parameters."""
        raise NotImplementedError(f"{type(self).__name__} needs a method environment(self)")

    def _made(self) -> tuple[Environment, Any]:
        try:
            env, params = self.environment()
        except ImportError as error:
            raise missing(error) from None
        except Exception as error:  # whatever a user, or a package, raises
            expected = "an environment and its parameters"
            raise wrong("environment", f"{type(error).__name__}: {error}", expected, 'gymnax.make("CartPole-v1")') from None
        return env, params

    def _lay_out(self, state: Any, numbers: int) -> None:
        """Where in memory the numbers of a state are."""
        import jax

        self._tree, self._leaves = jax.tree.structure(state), jax.tree.leaves(state)
        for leaf in self._leaves:
            if (
                leaf.dtype.itemsize > 4
                or leaf.dtype.kind not in "bfiu"
                or (leaf.dtype.kind == "f" and leaf.dtype.itemsize != 4)
            ):
                raise wrong(
                    "environment.reset",
                    f"a state that holds {leaf.dtype}",
                    "float32 and whole numbers of 32 bits",
                    "another one",
                )
        self._sizes = [int(np.prod(leaf.shape)) for leaf in self._leaves]
        if sum(self._sizes) + numbers > MOST_WORDS:
            raise wrong(
                "environment.reset", f"a state of {sum(self._sizes):,} numbers", f"{MOST_WORDS:,} at most", "a smaller one"
            )
        self.memory = KEPT + sum(self._sizes) + numbers

    def _compare(self, shape: tuple[int, ...], state: Any, after: Any) -> None:
        """Refuse a step that gives an observation or a state of other shapes than those of the beginning."""
        import jax

        expected = "the same shapes as by reset"
        if getattr(after[0], "shape", None) != shape:
            got = f"an observation of shape {getattr(after[0], 'shape', None)}"
            raise wrong("environment.step", got, f"shape {shape}, as by reset", "mending the environment")
        forms = [[(leaf.shape, leaf.dtype) for leaf in jax.tree.leaves(one)] for one in (state, after[1])]
        if jax.tree.structure(after[1]) != self._tree or [f[0] for f in forms[0]] != [f[0] for f in forms[1]]:
            raise wrong("environment.step", "another kind of state", expected, "mending the environment")
        if any(getattr(one, "shape", None) != () for one in after[2:5]):
            got = f"shapes {', '.join(str(getattr(one, 'shape', None)) for one in after[2:5])}"
            raise wrong(
                "environment.step", got, "a number each for reward, terminated and truncated", "mending the environment"
            )

    def pose(self, xp: Namespace, bits: Words, lesson: int, memory: Int32s) -> tuple[Int8s, Hidden]:  # type: ignore[override]
        """What each observes; an episode begins where none has."""
        kept = self._call(0, bits, memory)
        observed = xp.asarray(kept[-len(self.table.low) :]).view(np.float32)
        return self.table.senses(xp, observed), (bits, kept)

    def judge(self, xp: Namespace, answers: Int8s, hidden: Hidden, memory: Int32s) -> tuple[Int32s, Int8s, Int32s]:
        """One step by the loudest answer; an episode that is cut costs no fine."""
        bits, kept = hidden
        after, reward, ended, cut = self._call(1, bits, kept, self.action(xp, answers))
        return self.verdict(xp, answers, memory, Step(reward, ended, cut, after))

    def _call(self, which: int, *given: Array) -> Any:
        """A function of all sites, compiled where NumPy asks; else kept apart from what is around it, so that both compute the same."""
        import jax

        with _plain():
            if isinstance(given[0], np.ndarray):
                found = [np.asarray(one) for one in self._compiled(which, given)(*given)]
                return found if which else found[0]
            if not isinstance(given[0], jax.Array):
                raise TypeError("an environment is stepped by JAX")
            return jax.lax.optimization_barrier((self._begin, self._step)[which](*jax.lax.optimization_barrier(given)))

    def _compiled(self, which: int, given: tuple[Array, ...]) -> Callable[..., Any]:
        """A function of all sites for so many of them; tasks that mean the same share it."""
        import jax
        from jax.extend.core import jaxpr_as_fun

        key = which, given[0].shape
        if key not in self._jitted:
            plan = jax.make_jaxpr((self._begin, self._step)[which])(*given)
            text: tuple[str | bytes, ...] = (str(plan.jaxpr), *(np.asarray(one).tobytes() for one in plan.consts))
            self._jitted[key] = _COMPILED.setdefault(text, jax.jit(jaxpr_as_fun(plan)))
        return self._jitted[key]

    def _begin(self, bits: Any, memory: Any) -> Any:
        """What is kept of each episode, int32 (words, sites), begun where memory knows none."""
        import jax
        import jax.numpy as jnp

        shown, state = jax.vmap(lambda key: self._env.reset(key, self._params))(_keys(bits))
        return jnp.where(memory[BEGUN] > 0, memory[KEPT:], self._packed(state, shown))

    def _step(self, bits: Any, kept: Any, action: Any) -> Any:
        """What is kept after a step, the reward in 1/1024, whether the episode ended, and whether it was cut."""
        import jax
        import jax.numpy as jnp

        acts = jnp.asarray(self.table.acts)[action]
        step = jax.vmap(lambda key, state, act: self._env.step(key, state, act, self._params))
        shown, state, reward, ended, cut, _ = step(_keys(bits), self._unpacked(kept), acts)
        shares = jnp.nan_to_num(jnp.round(reward.astype(jnp.float32) * SHARES))
        whole = jnp.clip(shares, -MOST_REWARD, MOST_REWARD).astype(jnp.int32)
        return self._packed(state, shown), whole, ended.astype(bool), cut.astype(bool)

    def _packed(self, state: Any, shown: Any) -> Any:
        import jax
        import jax.numpy as jnp

        leaves = [leaf.astype(like.dtype) for leaf, like in zip(jax.tree.leaves(state), self._leaves, strict=True)]
        rows = [_to_words(leaf.reshape(leaf.shape[0], -1)) for leaf in [*leaves, shown.astype(jnp.float32)]]
        return jnp.concatenate(rows, axis=1).T

    def _unpacked(self, kept: Any) -> Any:
        import jax

        leaves, first = [], 0
        for leaf, size in zip(self._leaves, self._sizes, strict=True):
            words = kept[first : first + size].T
            leaves.append(_from_words(words, leaf.dtype).reshape(words.shape[0], *leaf.shape))
            first += size
        return jax.tree.unflatten(self._tree, leaves)


def _told(call: str, parts: int, function: Callable[..., Any], *given: Any) -> Any:
    """What a function of the environment would give for one site: shapes and types alone."""
    import jax

    names = {"reset": "(observation, state)", "step": "(observation, state, reward, terminated, truncated, info)"}
    try:
        found = jax.eval_shape(function, *given)
    except Exception as error:  # whatever a user raises
        first = str(error).partition("\n")[0]
        raise wrong(f"environment.{call}", f"{type(error).__name__}: {first}", names[call], "mending the environment") from None
    if not isinstance(found, tuple) or len(found) != parts:
        got = f"{len(found)} parts" if isinstance(found, tuple) else f"a {type(found).__name__}"
        raise wrong(f"environment.{call}", got, f"{names[call]}, as in gymnax 1.0", "a wrapper that says so")
    return found


def _space(env: Environment, name: str, params: Any) -> Any:
    """A space of the environment, as far as it has one."""
    try:
        return getattr(env, name)(params)
    except (AttributeError, NotImplementedError):
        return None


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

    if values.dtype in (jnp.float32, jnp.uint32):
        return jax.lax.bitcast_convert_type(values, jnp.int32)
    return values.astype(jnp.int32)


def _from_words(words: Any, dtype: Any) -> Any:
    import jax
    import jax.numpy as jnp

    same_bits = dtype in (jnp.float32, jnp.uint32)
    return jax.lax.bitcast_convert_type(words, dtype) if same_bits else words.astype(dtype)
