"""What is measured of a state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cyberspace.law.energy import ledger
from cyberspace.law.state import TALLY, WHOLE, WorldState
from cyberspace.law.universe import Universe
from cyberspace.law.world import World
from cyberspace.record.scores import NEEDED, Scores, scored, scores_of
from organisms.genome import rules_of
from organisms.traits import TRAITS

MEASURED = ("alive", "energy", "performed", *WHOLE)
"""Fields that a sample and an audit need."""


def measured(world: World) -> tuple[str, ...]:
    """Fields that a sample of a region needs: genomes as well where a gene chooses among learning rules, memory where tasks say scores."""
    return (*MEASURED, *(("genome",) if world.loci.rules else ()), *(NEEDED if scored(world) else ()))


def needed(fields: Iterable[str]) -> set[str]:
    """Fields of the state that recorded fields are made of: traits are made of genomes."""
    return {"genome" if name in TRAITS else name for name in fields}


@dataclass(frozen=True)
class Sample:
    """What is kept of one region at one tick.

    Attributes:
        alive: How many live.
        did: How many of them performed each goal when it was last judged, int64 (goals,).
        held: Energy held by organisms.
        pools: Energy held by pools.
        tally: Sums of `TALLY` since tick 0, int64.
        fields: The fields that are recorded, each (*components, sites).
        rules: How many of them have each of the learning rules of which a gene chooses, int64 (rules,); empty where none does.
        scores: What is known of the score of each of them, float64 (organisms,) for each task that says one, see `scores`.
    """

    alive: int
    did: NDArray[np.int64]
    held: int
    pools: int
    tally: NDArray[np.int64]
    fields: dict[str, NDArray[np.generic]]
    rules: NDArray[np.int64]
    scores: tuple[Scores, ...] = ()


def take_sample(world: World, state: WorldState, fields: Iterable[str] = ()) -> Sample:
    """A sample of a region; without scores where the state lacks what they are made of.

    Raises:
        InputError: If a task of a user's own can't say its score.
    """
    living = state.region.performed[state.region.alive]
    did = [np.count_nonzero(living & np.uint32(1 << k)) for k in range(len(world.goals))]
    account = ledger(state)
    kept = {name: _recorded(world, state, name) for name in fields}
    scores = scores_of(world, state) if state.region.memory.ndim > 1 else ()
    return Sample(
        len(living),
        np.array(did, dtype=np.int64),
        account.held,
        account.pools,
        state.tally,
        kept,
        by_rule(world, state),
        scores,
    )


def _recorded(world: World, state: WorldState, name: str) -> NDArray[np.generic]:
    """A field of the state, or a trait, (*components, sites)."""
    if name in TRAITS:
        return TRAITS[name].compute(world.loci, state.region.genome)
    found: NDArray[np.generic] = getattr(state.region, name)
    return found


def by_rule(world: World, state: WorldState) -> NDArray[np.int64]:
    """How many of the living have each learning rule, int64 (rules,); empty where no gene chooses."""
    if not world.loci.rules:
        return np.zeros(0, dtype=np.int64)
    chosen = rules_of(world.loci, state.region.genome[:, state.region.alive])
    return np.bincount(chosen, minlength=world.loci.rules).astype(np.int64)


def rule_shares(universe: Universe, samples: dict[int, Sample]) -> dict[str, float]:
    """Share of the living that have each learning rule, by its name, in the regions where a gene chooses; empty if there are none."""
    found: dict[str, int] = {}
    for region, sample in samples.items():
        for rule, count in zip(universe.worlds[region].rule.rules, sample.rules.tolist(), strict=True):
            found[rule.name] = found.get(rule.name, 0) + count
    living = sum(samples[region].alive for region in samples if universe.worlds[region].loci.rules)
    return {name: count / max(1, living) for name, count in found.items()}


def summed(samples: list[Sample]) -> dict[str, int]:
    """Counts and energies of some regions together: `TALLY`, where `alive` is who lives now, `held` and `pools`."""
    counts = dict(zip(TALLY, np.sum([sample.tally for sample in samples], axis=0).tolist(), strict=True))
    counts["alive"] = sum(sample.alive for sample in samples)
    return {**counts, "held": sum(s.held for s in samples), "pools": sum(s.pools for s in samples)}


def chances(universe: Universe) -> dict[str, float]:
    """Share of random brains, or of such that say the same whatever they are asked, that performs each goal, where it is known."""
    known = [place.task.chance for world in universe.worlds for place in world.tasks]
    return {goal: level for chance in known for goal, level in chance.items()}


def shares(universe: Universe, samples: dict[int, Sample]) -> dict[str, float]:
    """Share of the living, in the regions where a goal is posed, that performed it when it was last judged."""
    did: dict[str, int] = {}
    living: dict[str, int] = {}
    for region, sample in samples.items():
        for goal, count in zip(universe.worlds[region].goals, sample.did.tolist(), strict=True):
            did[goal] = did.get(goal, 0) + count
            living[goal] = living.get(goal, 0) + sample.alive
    return {goal: count / max(1, living[goal]) for goal, count in did.items()}
