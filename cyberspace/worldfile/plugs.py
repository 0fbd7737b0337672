"""What a space may name beside its tasks: its kind, its learning rule, its ancestor, its backend; each checked before anything runs."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np

from cyberspace.errors import InputError, nearest, problem
from cyberspace.law.kinds import KINDS, Kind
from cyberspace.plugins import Plug, source_of
from cyberspace.worldfile.schema import SpaceTable, WorldFile
from organisms.ancestors import ANCESTORS, Ancestor
from organisms.body import BodyPlan
from organisms.genome import HIGHEST, LOWEST, Loci
from organisms.learning.rule import Rule
from organisms.learning.table import RULES

KIND: Plug[Kind] = Plug("an instance of cyberspace.Kind", KINDS, lambda value: isinstance(value, Kind), "{name} = Kind(...)")
RULE: Plug[Rule] = Plug(
    "a learning rule, made by @cyberspace.rule", RULES, lambda value: isinstance(value, Rule), "@rule before {name}"
)
ANCESTOR: Plug[Ancestor] = Plug("a function of Loci that makes a genome", ANCESTORS, callable, "def {name}(loci)")
PREFIX = "ancestor:"

SAMPLE = tuple(
    np.array(row, dtype=np.int32) for row in zip(*product((-128, -1, 0, 37, 127), (-127, 0, 64), (-127, 0, 90)), strict=True)
)
"""Weights, inputs and answers that a rule is tried on."""

SIGNALS, GENES, DITHERS = (-128, -64, 0, 1, 127), (-8, -1, 0, 3, 7), (0, 77, 255)


def files_of(file: WorldFile) -> list[str]:
    """Files beside the world file that its names stand in, each once, in the order of the file."""
    names: list[str] = []
    for space in file.spaces.values():
        names += [task.name for task in space.tasks] + [space.kind, space.rule, space.genesis, space.backend]
    return list(dict.fromkeys(source for name in names if (source := source_of(name))))


def find_rule(space: SpaceTable, folder: Path, where: str) -> Rule:
    """The learning rule of a space.

    Raises:
        InputError: If there is none, or it breaks what `organisms.learning.rule` demands.
    """
    rule = RULE.find(space.rule, folder, f"{where}.rule")
    wrong = _try_rule(rule) if space.rule not in RULES else None
    if wrong:
        raise InputError(problem(f"{where}.rule: {space.rule}", *wrong, f"mending {rule.name}"))
    return rule


def _try_rule(rule: Rule) -> tuple[str, str] | None:
    """What is wrong with a rule, as (got, expected), found by trying it on a sample."""
    weight, pre, post = SAMPLE
    for signal, rate, gene, dither in product(SIGNALS, GENES, GENES, DITHERS):
        genes = tuple(np.full_like(weight, value) for value in (rate, gene, LOWEST, 0, gene))
        full = np.full_like(weight, signal), genes, np.full_like(weight, dither)
        if rule.change is None:
            return None
        try:
            new = rule.change(weight, pre, post, full[0], full[1], full[2])
            still = rule.still is not None and bool(np.all(rule.still(signal, (rate, gene, LOWEST, 0, gene))))
        except Exception as error:  # a user's code
            return f"{type(error).__name__}: {error}", "whole numbers of six values: weight, pre, post, signal, genes, dither"
        if not isinstance(new, np.ndarray) or new.dtype != np.int32 or new.shape != weight.shape:
            got = f"{new.dtype} of shape {new.shape}" if isinstance(new, np.ndarray) else f"a {type(new).__name__}"
            return got, f"int32 of shape {weight.shape}, as the weights"
        if rule.still is not None and signal == 0 and not still:
            return "still(signal = 0, ...) = false", "true wherever the signal is 0; or no `still` at all"
        if still and (np.clip(new, -128, 127) != weight).any():
            return f"weights that change at signal {signal}, rate {rate}", "no change where `still` says so"
    return None


def find_kind(space: SpaceTable, folder: Path, where: str) -> Kind:
    """The kind of a space.

    Raises:
        InputError: If there is none.
    """
    return KIND.find(space.kind, folder, f"{where}.kind")


def find_ancestor(space: SpaceTable, body: BodyPlan, folder: Path, where: str) -> Ancestor | None:
    """What makes the ancestor of a space; None for a soup, or nobody.

    Raises:
        InputError: If genesis is none of what it may be, or the ancestor's genome does not fit the body.
    """
    if space.genesis in ("soup", "empty"):
        return None
    if not space.genesis.startswith(PREFIX):
        known = ["soup", "empty", *(f"{PREFIX}{name}" for name in ANCESTORS)]
        expected = f"one of {', '.join(known)}, or {PREFIX}FILE.py:NAME"
        raise InputError(problem(f"{where}.genesis", repr(space.genesis), expected, nearest(space.genesis, known)))
    name = space.genesis.removeprefix(PREFIX)
    if name not in ANCESTORS and ":" not in name:
        known = [f"{PREFIX}{one}" for one in ANCESTORS]
        expected = f"one of soup, empty, {', '.join(known)}, or {PREFIX}FILE.py:NAME"
        raise InputError(problem(f"{where}.genesis", repr(space.genesis), expected, nearest(space.genesis, known)))
    ancestor = ANCESTOR.find(name, folder, f"{where}.genesis")
    loci = Loci(body)
    try:
        genome = ancestor(loci)
    except Exception as error:  # a user's code
        got, expected = f"{name} raised {type(error).__name__}: {error}", f"a genome of {loci.count} alleles"
        raise InputError(problem(f"{where}.genesis", got, expected, f"mending {name}")) from None
    good = isinstance(genome, np.ndarray) and genome.shape == (loci.count,) and genome.dtype == np.int8
    if not good or genome.min() < LOWEST or genome.max() > HIGHEST:
        got = f"{genome.dtype} of shape {genome.shape}" if isinstance(genome, np.ndarray) else f"a {type(genome).__name__}"
        expected = f"int8 of shape ({loci.count},), from {LOWEST} to {HIGHEST}"
        raise InputError(problem(f"{where}.genesis: {name}", got, expected, f"mending {name}"))
    return ancestor
