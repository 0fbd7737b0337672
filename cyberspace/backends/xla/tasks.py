"""Whether tasks that NumPy takes are taken by JAX, and by kernels."""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np

from cyberspace.backends.xla.block import cells_of, row, rows
from cyberspace.backends.xla.blocks import namespace
from cyberspace.backends.xla.engine import XLA
from cyberspace.errors import InputError, problem
from cyberspace.law.state import FIELDS, NOTHING, Region
from cyberspace.law.verbs.answer import ask
from cyberspace.law.world import TaskPlace, World
from cyberspace.tasks.table import TASKS
from cyberspace.tasks.task import Task
from cyberspace.tasks.trial import SITES, try_elsewhere
from organisms.arrays import Array
from organisms.learning.rule import Rule


def check_tasks(world: World, region: Region) -> None:
    """Refuse tasks that NumPy takes and JAX does not."""
    for place in world.tasks:
        task = place.task
        bits = jax.ShapeDtypeStruct((task.words, world.sites), np.uint32)
        answers = jax.ShapeDtypeStruct((world.body.answers, world.sites), np.int8)
        memory = jax.ShapeDtypeStruct((task.memory, world.sites), np.int32)
        site = jax.ShapeDtypeStruct((world.sites,), np.int32)
        known = {name: getattr(region, name) for name in ("block", "jobs", "pools", "memory")}
        try:
            _, hidden = jax.eval_shape(
                lambda b, n, at, known, place=place: ask(XLA, place, b, n, _told(known), at), bits, np.int32(0), site, known
            )
            jax.eval_shape(lambda a, h, m, task=task: task.judge(XLA, a, h, m), answers, hidden, memory)
        except Exception as error:  # a user's code
            got = f"{type(error).__name__}: {str(error).splitlines()[0]}"
            expected = "pose and judge that use nothing but the namespace xp"
            raise InputError(problem(f"task {type(task).__name__} in JAX", got, expected, "--backend numba")) from None
        if type(task) not in TASKS.values():
            _compare(task, world.body.answers)


def _told(known: dict[str, Array]) -> Region:
    """A region of which some fields are known."""
    return Region(**{name: known.get(name, NOTHING) for name in FIELDS})


def _compare(task: Task, answers: int) -> None:
    """Refuse a user's task that answers otherwise than in NumPy."""
    for what in try_elsewhere(task, answers, XLA, lambda function, *given: jax.jit(function)(*given)):
        expected = "the same bits as in NumPy: whole numbers of types that are told"
        raise InputError(problem(f"task {type(task).__name__} in JAX", what, expected, f"mending {type(task).__name__}"))


def unfit_for_kernels(world: World, width: int) -> str:
    """Why a world's tasks and learning rule can't be lived inside a kernel, over blocks of so many sites; empty if they can."""
    for place in world.tasks:
        name = f"task {type(place.task).__name__}"
        try:
            jax.eval_shape(lambda at=place: _in_block(world, at, width))
            known = type(place.task) in TASKS.values()
            differences = [] if known else try_elsewhere(place.task, world.body.answers, namespace(SITES), _eagerly)
        except Exception as error:  # a user's code
            return f"{name} asks for what a kernel has not ({_first_line(error)})"
        if differences:
            return f"{name} answers otherwise in a kernel ({differences[0]})"
    try:
        jax.eval_shape(lambda: _learned(world.rule, width))
    except Exception as error:
        return f"rule {world.rule.name} asks for what a kernel has not ({_first_line(error)})"
    return ""


def _first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"


def _eagerly(function: Callable[..., object], lesson: np.int32, *arrays: Array) -> object:
    """A function of blocks, computed at once."""
    blocks = [
        rows([jnp.asarray(line) for line in one], SITES) if one.ndim > 1 else row(jnp.asarray(one), SITES) for one in arrays
    ]
    return function(jnp.asarray(lesson), *blocks)


def _some(count: int, width: int, dtype: type[np.generic]) -> Array:
    return rows([jnp.zeros(width, dtype) for _ in range(count)], width)


def _in_block(world: World, place: TaskPlace, width: int) -> list[jax.Array]:
    """What a task answers over the sites of a block."""
    xp, task, nothing = namespace(width), place.task, np.zeros(0, np.int32)
    memory, site = _some(task.memory, width, np.int32), row(jnp.arange(width, dtype=jnp.int32), width)
    told = {"block": row(jnp.zeros(width, jnp.uint8), width), "jobs": nothing, "pools": nothing, "memory": memory}
    shown, hidden = ask(xp, place, _some(task.words, width, np.uint32), jnp.int32(0), _told(told), site)
    score, signal, memory = task.judge(xp, _some(world.body.answers, width, np.int8), hidden, memory)
    found: list[Array] = [shown, score, signal, memory, task.performs(xp, score, memory)]
    return [cell for array in found for cell in cells_of(array)]


def _learned(rule: Rule, width: int) -> list[jax.Array]:
    """What a rule answers over the sites of a block."""
    one = row(jnp.ones(width, jnp.int32), width)
    genes = (one,) * 5
    found = [kind.change(one, one, one, one, genes, one) for kind in rule.kinds if kind.change]
    found += [kind.still(one, genes) for kind in rule.kinds if kind.still]  # type: ignore[misc]
    return [cell for array in found for cell in cells_of(array)]
