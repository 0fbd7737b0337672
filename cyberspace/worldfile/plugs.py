"""What a space may name beside its tasks: its kind, its learning rule, its ancestor, its backend; each checked before anything runs."""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from cyberspace.errors import InputError, nearest, problem
from cyberspace.law.kinds import KINDS, Kind
from cyberspace.plugins import Plug, loading, source_of
from cyberspace.tasks.table import TASKS
from cyberspace.worldfile.schema import SpaceTable, TaskTable, WorldFile, rule_names
from cyberspace.worldfile.settlers import FILE, FROM, data_of
from organisms.ancestors import ANCESTORS, Ancestor
from organisms.arrays import Array
from organisms.genome import HIGHEST, LOWEST, Loci
from organisms.learning.rule import HIGHEST_WEIGHT, LOWEST_WEIGHT, Rule, among
from organisms.learning.table import RULES

KIND: Plug[Kind] = Plug("an instance of cyberspace.Kind", KINDS, lambda value: isinstance(value, Kind), "{name} = Kind(...)")
RULE: Plug[Rule] = Plug(
    "a learning rule, made by @cyberspace.rule", RULES, lambda value: isinstance(value, Rule), "@rule before {name}"
)
ANCESTOR: Plug[Ancestor] = Plug("a function of Loci that makes a genome", ANCESTORS, callable, "def {name}(loci)")
PREFIX = "ancestor:"

SYNAPSES = [np.array(row) for row in zip(*product((-128, -1, 0, 37, 127), (-127, 0, 64), (-127, 0, 90)), strict=True)]
"""Weights, inputs and answers that a rule is tried on."""

SIGNALS, ALLELES, DITHERS = (-128, -64, 0, 1, 127), (LOWEST, -1, 0, 3, HIGHEST), (0, 77, 255)


def files_of(file: WorldFile) -> list[str]:
    """Files beside the world file that its names stand in, each once, in the order of the file."""
    names: list[str] = []
    for space in file.spaces.values():
        names += [task.name for task in space.tasks] + [space.kind, *rule_names(space), space.genesis, space.backend]
    found = [source for name in names if (source := source_of(name) or data_of(name))]
    return list(dict.fromkeys([*found, *files_of_tasks(file)]))


def files_of_tasks(file: WorldFile) -> list[str]:
    """Data files that tasks built in are told of, or take where they are told nothing."""
    tasks = [task for space in file.spaces.values() for task in space.tasks if task.name in TASKS]
    return [name for task in tasks for name in data_names(task)]


def data_names(task: TaskTable) -> list[str]:
    """Data files of one task that is built in."""
    named = [task.options.get(option, default) for option, default in TASKS[task.name].data.items()]
    return [name for name in named if isinstance(name, str) and ":" not in name]


def find_rule(space: SpaceTable, folder: Path, where: str) -> Rule:
    """The learning rule of a space, or several of which a gene chooses.

    Raises:
        InputError: If there is none, or one breaks what `organisms.learning.rule` demands; with a line for each.
    """
    if isinstance(space.rule, str):
        return _one_rule(space.rule, folder, f"{where}.rule")
    found: list[Rule] = []
    problems: list[str] = []
    for k, name in enumerate(space.rule):
        try:
            found.append(_one_rule(name, folder, f"{where}.rule[{k}]"))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(*problems)
    try:
        return among(found)
    except ValueError as error:
        raise InputError(problem(f"{where}.rule", repr(space.rule), str(error), "leaving one out")) from None


def _one_rule(name: str, folder: Path, where: str) -> Rule:
    """A rule by its name, tried if it is not built in."""
    with loading(name, folder, where):
        rule = RULE.find(name, folder, where)
        wrong = _try_rule(rule) if name not in RULES and rule.change is not None else None
    if wrong:
        raise InputError(problem(f"{where}: {name}", *wrong, f"mending {rule.name}"))
    return rule


@lru_cache(maxsize=64)  # the same function is tried once, however many worlds a process makes of it
def _try_rule(rule: Rule) -> tuple[str, str] | None:
    """What is wrong with a rule, as (got, expected), found by trying it on a sample."""
    for signal, rate, gene, dither in product(SIGNALS, ALLELES, ALLELES, DITHERS):
        genes = (rate, gene, LOWEST, 0, gene)
        try:
            new, wide = (_apply(rule, signal, genes, dither, dtype) for dtype in (np.int32, np.int64))
            still = rule.still is not None and bool(rule.still(signal, genes))
        except Exception as error:  # a user's code
            return f"{type(error).__name__}: {error}", "whole numbers of six values: weight, pre, post, signal, genes, dither"
        if not isinstance(new, np.ndarray) or new.dtype != np.int32 or new.shape != SYNAPSES[0].shape:
            got = f"{new.dtype} of shape {new.shape}" if isinstance(new, np.ndarray) else f"a {type(new).__name__}"
            return got, "int32 of the weights' shape, for int32"
        if (new != wide).any():
            return f"numbers beyond 32 bits at signal {signal} and rate {rate}", "numbers below 2^31, the same on every backend"
        if rule.still is not None and signal == 0 and not still:
            return "still(signal = 0, ...) = false", "true wherever the signal is 0; or no `still` at all"
        if still and (np.clip(new, LOWEST_WEIGHT, HIGHEST_WEIGHT) != SYNAPSES[0]).any():
            return f"weights that change at signal {signal} and rate {rate}", "no change where `still` says so"
    return None


def _apply(rule: Rule, signal: int, genes: tuple[int, ...], dither: int, dtype: type[np.signedinteger[Any]]) -> Array:
    """New weights of the sample, reckoned in some type."""
    assert rule.change is not None
    weight, pre, post = (values.astype(dtype) for values in SYNAPSES)
    full = [np.full_like(weight, value) for value in (signal, dither, *genes)]
    return rule.change(weight, pre, post, full[0], tuple(full[2:]), full[1])


def find_kind(space: SpaceTable, folder: Path, where: str) -> Kind:
    """The kind of a space.

    Raises:
        InputError: If there is none.
    """
    with loading(space.kind, folder, f"{where}.kind"):
        return KIND.find(space.kind, folder, f"{where}.kind")


def find_ancestor(space: SpaceTable, loci: Loci, folder: Path, where: str) -> Ancestor | None:
    """What makes the ancestor of a space; None for a soup, or nobody.

    Raises:
        InputError: If genesis is none of what it may be, or the ancestor's genome does not fit the body.
    """
    if space.genesis in ("soup", "empty") or data_of(space.genesis) is not None:
        return None
    name = space.genesis.removeprefix(PREFIX)
    if not space.genesis.startswith(PREFIX) or (name not in ANCESTORS and ":" not in name):
        known = ["soup", "empty", *(f"{PREFIX}{one}" for one in ANCESTORS)]
        expected = f"one of {', '.join(known)}, or {PREFIX}FILE.py:NAME, {FILE}FILE.npz, {FROM}RUN@TICK"
        raise InputError(problem(f"{where}.genesis", repr(space.genesis), expected, nearest(space.genesis, known)))
    with loading(name, folder, f"{where}.genesis"):
        ancestor = ANCESTOR.find(name, folder, f"{where}.genesis")
        try:
            genome, again = ancestor(loci), ancestor(loci)
        except Exception as error:  # a user's code
            got, expected = f"{name} raised {type(error).__name__}: {error}", f"a genome of {loci.count} alleles"
            raise InputError(problem(f"{where}.genesis", got, expected, f"mending {name}")) from None
    good = isinstance(genome, np.ndarray) and genome.shape == (loci.count,) and genome.dtype == np.int8
    if not good or genome.min() < LOWEST or genome.max() > HIGHEST:
        got = f"{genome.dtype} of shape {genome.shape}" if isinstance(genome, np.ndarray) else f"a {type(genome).__name__}"
        expected = f"int8 of shape ({loci.count},), from {LOWEST} to {HIGHEST}"
        raise InputError(problem(f"{where}.genesis: {name}", got, expected, f"mending {name}"))
    if not np.array_equal(genome, again):
        expected = "the same genome each time, since every region and every rank asks for it"
        raise InputError(
            problem(f"{where}.genesis: {name}", "another genome when it was asked again", expected, "a fixed seed")
        )
    return ancestor
