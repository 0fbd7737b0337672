"""The score of a run: bits per byte on held-out text, of its best organism, of all, and of the colony, beside what others need."""

from __future__ import annotations

import lzma
from pathlib import Path
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.inspect_run import newest_states
from cyberspace.analysis.score.colony import best_mix, cost, even_weights, mix, own_cost
from cyberspace.analysis.score.models import compressed, hashed_mixer, order_n
from cyberspace.analysis.score.reading import Readers, Room, lay_out, quiet_senses, read
from cyberspace.errors import InputError, problem
from cyberspace.law.rules import level_of
from cyberspace.law.state import Region
from cyberspace.law.verbs.sense import bit_length
from cyberspace.law.world import TaskPlace, World
from cyberspace.record.run_folder import RunFolder
from cyberspace.tasks.bytes import Bytes
from cyberspace.tasks.corpus import REACH, TOPICS
from cyberspace.tasks.markov import MARKOV, entropy
from cyberspace.tasks.markov import own_cost as source_cost
from organisms.arrays import Int8s, Int32s
from organisms.genome import inborn_weights, to_nibble


class Reading(TypedDict):
    """Bits per byte of the held-out text in one way of reading it.

    Attributes:
        best: Of the organism that did best on the training part.
        site: Where it lives.
        mean: Mean over organisms; a bit that is not posed to one costs it a bit.
        awake: The same over the bytes that are posed to each.
        colony: Of all together, mixed by weights that go on learning.
        colony_fixed: With weights as they were fitted on the training part.
        colony_training: Of all together on the training part.
        rate: The mixer's step, chosen on the training part.
    """

    best: float
    site: int
    mean: float
    awake: float
    colony: float
    colony_fixed: float
    colony_training: float
    rate: float


class Score(TypedDict):
    """All that a score says; sizes in bytes."""

    tick: int
    space: str
    text: str
    training: int
    warm: int
    held: int
    organisms: int
    newborn: bool
    learning: Reading
    still: Reading
    others: dict[str, float]
    size: dict[str, int]


def find_text(folder: RunFolder, space: str | None) -> tuple[int, World, TaskPlace]:
    """The first region where text is predicted: its number, its world and the task.

    Raises:
        InputError: If there is none.
    """
    for k, world in enumerate(folder.universe.worlds):
        for place in world.tasks:
            if isinstance(place.task, Bytes) and space in (None, world.space):
                return k, world, place
    names = sorted({world.space for world in folder.universe.worlds})
    got = f"no task bytes in {f'space {space}' if space else ', '.join(names)}"
    raise InputError(
        problem(str(folder.path), got, "a run whose organisms predict text", 'name = "bytes" in [[spaces.NAME.tasks]]')
    )


def other_text(task: Bytes, corpus: str | Path) -> Bytes:
    """The task on another text, whose last part is held out by the same share.

    Raises:
        InputError: If there is no such text.
    """
    if corpus == TOPICS:
        return task.with_text(corpus)
    path = Path(corpus)
    try:
        return task.with_text(path if ":" not in str(corpus) else str(corpus))
    except (OSError, ValueError) as error:
        got = f"{corpus} ({getattr(error, 'strerror', None) or error})"
        raise InputError(problem("--corpus", got, "a text that can be read", f"--corpus {TOPICS}")) from None


def score_run(
    folder: RunFolder, corpus: str | Path | None = None, space: str | None = None, count: int | None = None, most: int = 64,
    warm: int = 2**16, newborn: bool = False,
) -> Score:  # fmt: skip
    """Score the newest checkpoint of a run.

    Args:
        folder: The run.
        corpus: Another text than its own.
        space: Which space; None for the first that predicts text.
        count: Bytes of the held-out part to be read; None for all.
        most: Organisms that read together at most; of a niche those are taken that did best in their lives.
        warm: Bytes of the training part, its last, that are read first: on them the best organism is chosen and the mixer is fitted.
        newborn: Whether they read with the weights that they were born with.

    Raises:
        InputError: If it holds no such task, no such text, or nobody lives.
    """
    number, world, place = find_text(folder, space)
    tick, states = newest_states(folder)
    task = place.task
    assert isinstance(task, Bytes)
    task = task if corpus is None else other_text(task, corpus)
    region = states[number].region
    slots, chosen = choose(task, region, place, most)
    if not len(chosen):
        raise InputError(
            problem(str(folder.path), "nobody alive", "a run with organisms", "an earlier checkpoint, or another run")
        )
    readers = readers_of(world, region, chosen, newborn)
    room = Room(world.body, world.rule, world.physics.lesson_ticks, (world.seed, int(world.region)), task, slots)
    split, size = task.corpus.split, len(task.corpus.text)
    first, last = max(REACH, split - warm), min(size, split + (size if count is None else count))
    ways = {learns: score_reading(room, readers.copy(), (first, split, last), learns) for learns in (True, False)}
    text = task.corpus.text[:last]
    return {
        "tick": tick, "space": world.space, "text": str(corpus or task.name_of_text), "training": split, "warm": split - first,
        "held": last - split, "organisms": len(chosen), "newborn": newborn, "learning": ways[True], "still": ways[False],
        "others": others(text, split, task.symbol, str(corpus or task.name_of_text)), "size": sizes(world, readers, task.symbol),
    }  # fmt: skip


def choose(task: Bytes, region: Region, place: TaskPlace, most: int) -> tuple[Int32s, Int32s]:
    """Who reads: a number for each slot of each niche, int32 (niches, slots), -1 for nobody; and their sites."""
    niches = len(task.corpus.order)
    living = np.flatnonzero(region.alive & place.where).astype(np.int32)
    record = task.measure(region.memory[: task.memory])[living]
    living = living[np.argsort(np.where(np.isnan(record), np.inf, record), kind="stable")]
    room = max(1, most // len(task.corpus.niche_of))
    slots, taken = np.full((niches, room), -1, dtype=np.int32), np.zeros(niches, dtype=np.int32)
    chosen: list[int] = []
    for site in living.tolist():
        niche = int(task.cycle[site % len(task.cycle)])
        if taken[niche] < room:
            slots[niche, taken[niche]] = len(chosen)
            taken[niche] += 1
            chosen.append(site)
    return slots[:, : max(1, int(taken.max(initial=0)))], np.array(chosen, dtype=np.int32)


def readers_of(world: World, region: Region, sites: Int32s, newborn: bool) -> Readers:
    """Those who live at some sites, as readers."""
    genome = region.genome[:, sites]
    weights = inborn_weights(world.loci, genome) if newborn else region.weights[..., sites]
    activity = np.zeros_like(region.activity[:, sites]) if newborn else region.activity[:, sites]
    level = level_of(np.where, bit_length(np, region.energy[sites]))
    genome, weights, activity = (np.ascontiguousarray(np.moveaxis(one, -1, 0)) for one in (genome, weights, activity))
    return Readers(sites + np.int32(world.first_site), genome, weights, activity, quiet_senses(level))


def score_reading(room: Room, readers: Readers, bounds: tuple[int, int, int], learns: bool) -> Reading:
    """Read from the first bound to the last: up to the second to choose and to fit, from there on for the score."""
    first, split, last = bounds
    task = room.task
    said = read(room, readers, first, last, learns)
    at = np.arange(first, last, dtype=np.int32)
    awake, told = room.awake(at), lay_out(task, at, np.zeros(1, dtype=np.int32), 0)[1]
    here = (split - first) * task.symbol
    train, held = slice(0, here), slice(here, None)
    fitted = best_mix(
        said[train], told[train], awake[: split - first], task.scale, even_weights(len(readers.site), task.symbol, awake)
    )
    rest = told[held], awake[split - first :], task.scale, fitted.weights
    online, fixed = mix(said[held], *rest, fitted.rate), mix(said[held], *rest, 0.0)
    own = own_cost(said, told, task.scale)
    before = alone(own[train], awake[: split - first], len(readers.site), task.symbol)[0]
    after, awake_cost = alone(own[held], awake[split - first :], len(readers.site), task.symbol)
    best = int(np.argmin(before))
    costs = [cost(online.chances, told[held]), cost(fixed.chances, told[held]), cost(fitted.chances, told[train])]
    colony, colony_fixed, training = (per_byte(one, task.symbol) for one in costs)
    return {
        "best": float(after[best]), "site": int(readers.site[best]), "mean": float(after.mean()),
        "awake": float(np.nanmean(awake_cost)), "colony": colony, "colony_fixed": colony_fixed, "colony_training": training,
        "rate": fitted.rate,
    }  # fmt: skip


def per_byte(costs: NDArray[np.float64], symbol: int) -> float:
    """Bits per byte of the costs of bits."""
    return float(costs.sum() / (len(costs) // symbol))


def alone(own: NDArray[np.float64], awake: Int32s, count: int, symbol: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Bits per byte of each organism by itself: over all bytes, a bit for a bit where it sleeps; and over those where it is awake."""
    spent = own.reshape(len(awake), symbol, -1).sum(axis=1)
    there = awake >= 0
    bits = np.bincount(awake[there], spent[there], minlength=count)
    seen = np.bincount(awake[there], minlength=count)
    return (bits + symbol * (len(awake) - seen)) / len(awake), np.divide(bits, seen, out=np.full(count, np.nan), where=seen > 0)


def others(text: NDArray[np.uint8], split: int, symbol: int, name: str) -> dict[str, float]:
    """Bits per byte of what others make of the held-out part; of a source of `MARKOV` its entropy too, and what it needs itself."""
    found = {f"order {order}": order_n(text, split, order, symbol) for order in range(4)}
    found |= {f"order {order} alone": order_n(text[split:], 0, order, symbol) for order in range(4)}
    if name in MARKOV:
        found |= {"entropy of the source": entropy(name), "the source itself": source_cost(name, text, split)}
    return found | (compressed(text, split) | {"hashed mixer": hashed_mixer(text, split)} if symbol == 8 else {})


def sizes(world: World, readers: Readers, symbol: int) -> dict[str, int]:
    """Bytes of what predicts: genomes of 4 bits an allele, what was learned, weights of the mixer; and all of it under xz."""
    nibbles = to_nibble(readers.genome.astype(np.int32)).astype(np.uint8)
    nibbles = np.concatenate([nibbles, np.zeros((len(nibbles), nibbles.shape[1] % 2), dtype=np.uint8)], axis=1)
    genomes = (nibbles[:, ::2] << 4 | nibbles[:, 1::2]).tobytes()
    learned = learned_weights(world, readers).tobytes()
    mixer = 4 * len(readers.site) * symbol
    return {
        "genomes": len(genomes), "learned": len(learned), "mixer": mixer,
        "packed": len(lzma.compress(genomes, preset=9)) + len(lzma.compress(learned, preset=9)) + mixer,
    }  # fmt: skip


def learned_weights(world: World, readers: Readers) -> Int8s:
    """What differs from the weights at birth, modulo 256."""
    born = inborn_weights(world.loci, readers.genome.T)
    return readers.weights - np.moveaxis(born, -1, 0)
