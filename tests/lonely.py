"""An organism alone in a world, lived by hand: what the lab of `cyberspace.analysis.dissection` is held to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from cyberspace.analysis.dissection.lab import Cut, Lab, Life
from cyberspace.backends.backend import make_backend
from cyberspace.law.genesis import BEFORE, empty_region
from cyberspace.law.physics import MAX_ENERGY
from cyberspace.law.state import TALLY, WorldState
from cyberspace.law.verbs.spark import first_of_lineage
from cyberspace.worldfile.build import universe_from_text
from organisms.ancestors import learner
from organisms.genome import inborn_weights, random_genomes

TEXT = """
[world]
seed = {seed}
[spaces.w]
kind = "gpu"
axes = {{ lane = {{ length = {lanes} }}, warp = {{ length = 2 }} }}
body = {{ units = {units}, senses = {senses} }}
rule = "{rule}"
[spaces.w.physics]
lesson = {lesson}
lifespan = 1_000_000_000
spark = 0
upkeep = 0
sunlight = 0
spore = 1_000
move = 1000.0
cap = 900
[[spaces.w.tasks]]
{task}
"""
"""Nobody can ever hold what a copy or a move takes, and living is free: the only one stays alone, though axes open."""

TASKS = (
    'name = "logic"\noptions = { pay = 20, cycles = 1, blocks = 1 }',
    'name = "logic"\noptions = { pay = 90, cycles = 2, blocks = 2, distractors = 2 }',
    'name = "shift"',
    'name = "shift"\noptions = { fine = 9, lessons = 8 }',
    'name = "recall"',
)


def some_world(random, tasks=TASKS):
    """A random world for one organism."""
    text = TEXT.format(
        seed=random.integers(2**31), lanes=random.integers(1, 6), units=random.choice([16, 24]), senses=random.choice([16, 24]),
        rule=random.choice(["hebbian", "delta", "oja", "trace", "none"]), lesson=random.integers(1, 5), task=random.choice(tasks),
    )  # fmt: skip
    return universe_from_text(text, "lonely.toml", Path())[0].worlds[0]


def some_organism(world, random):
    """(genome, weights) of a random organism, or of one that learns or does well by construction, with weights of its life."""
    genome = random_genomes(np, world.loci, int(random.integers(0, 15)), _key(random), np.zeros(1, np.int32))[:, 0]
    if random.random() < 0.4:
        genome = learner(world.loci)
        spots = random.integers(0, world.loci.count, random.integers(0, 30))
        genome[spots] = random.integers(-8, 8, len(spots))
    weights = inborn_weights(world.loci, genome[:, None])[..., 0]
    if random.random() < 0.3:
        weights = np.clip(weights + random.integers(-9, 10, weights.shape), -128, 127).astype(np.int8)
    return genome, weights


def _key(random):
    return tuple(random.integers(0, 2**32, 1, dtype=np.uint32) for _ in range(2))


def by_hand(world, site, genome, weights, cut, lessons, backend="reference"):
    """(bits performed, energy, weights, activity) in the end of an organism at a site of a world that is else empty.

    `cut(weights)` sets to 0 what is cut, again after every tick.
    """
    tasks = tuple(replace(place, fill=MAX_ENERGY, cap=MAX_ENERGY) for place in world.tasks)
    world = replace(world, tasks=tasks)
    region, sites = empty_region(world), np.array([site], dtype=np.int32)
    columns = first_of_lineage(np, world, genome[:, None], np.ones(1, np.uint32), BEFORE, sites)
    columns["energy"] = np.full(1, world.physics.cap // 2, dtype=np.int32)
    columns["weights"] = weights[..., None].copy()
    cut(columns["weights"][..., 0])
    for name, column in columns.items():
        getattr(region, name)[..., sites] = column
    region = replace(region, pools=np.full_like(region.pools, MAX_ENERGY))
    place = make_backend(backend, world, WorldState(0, region, np.zeros(len(TALLY), np.int64)))
    for _ in range(lessons * world.physics.lesson_ticks):
        place.advance(1)
        own = np.array(place.look("weights", sites))
        cut(own[..., 0])
        place.put("weights", own, sites)
    alive, performed, energy = (int(place.look(name, sites)[0]) for name in ("alive", "performed", "energy"))
    assert place.look("alive").sum() == alive
    return performed * alive, energy, place.look("weights", sites)[..., 0], place.look("activity", sites)[:, 0]


def a_cut(random, world):
    """(unit, synapse, what is done by hand): one of both, or nothing."""
    body, kind = world.body, random.integers(0, 3)
    if kind == 0:
        return -1, -1, lambda weights: None
    if kind == 1:
        unit = int(random.integers(body.units))
        return unit, -1, lambda weights: weights[unit].fill(0)
    synapse = int(random.integers(body.synapses))
    return -1, synapse, lambda weights: weights.reshape(-1)[synapse : synapse + 1].fill(0)


def one_case(random, hand=True, backend="reference"):
    """(whether a random organism, with a random cut, does in the lab what it does by hand; whether it was paid, learned, performed)."""
    world = some_world(random)
    site, (genome, weights) = int(random.integers(world.sites)), some_organism(world, random)
    unit, synapse, cuts = a_cut(random, world)
    lessons = int(random.integers(8, 33))
    cut = Cut(np.array([unit]), np.array([synapse]))
    life = Life(Lab(world, site), genome[:, None], weights[..., None], np.zeros(1, np.int64), cut, 0, world.physics.cap // 2)
    life.live(lessons * world.physics.lesson_ticks)
    cuts(weights)
    here, columns = life.region, life.weights[..., 0]
    if not life.plastic:
        columns = weights
    seen = bool((life.earned > 0).any()), bool((columns != weights).any()), bool(here.performed[0])
    if not hand:
        return True, seen
    performed, energy, learned, activity = by_hand(world, site, genome, weights, cuts, lessons, backend)
    same = (performed, energy) == (int(here.performed[0]) * bool(here.alive[0]), int(here.energy[0]))
    alike = np.array_equal(learned, columns) and np.array_equal(activity, here.activity[:, 0])
    return same and (alike or not here.alive[0]), seen
