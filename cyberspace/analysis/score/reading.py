"""Organisms read a text, from left to right: many of them in one compiled pass, by the world's laws of thinking and learning.

They read in a quiet room: nobody is there, no axis opens, nothing is paid, and their energy stays as it was.  What each answers to a bit
is stored before the bit is shown, that is, before it learns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from cyberspace.backends.cpu.part import theirs
from cyberspace.backends.cpu.vector import random_byte, threefry
from cyberspace.tasks.bytes import Bytes
from organisms import bits
from organisms.arrays import NUMPY, Int8s, Int32s, Words
from organisms.body import ANSWER, SENSES, SIGNAL, BodyPlan
from organisms.genome import Loci
from organisms.learning.rule import HIGHEST_WEIGHT, LOWEST_WEIGHT, Rule
from organisms.think import LIMIT

CHUNK = 2048
"""Bytes that are laid out at a time."""


@dataclass
class Readers:
    """Organisms that read; the last axis of the laws comes first here, since each is lived alone.

    Attributes:
        site: Their sites, by which dither is drawn, int32 (organisms,).
        genome: int8 (organisms, loci).
        weights: int8 (organisms, units, inputs); they change.
        activity: int8 (organisms, units); it changes.
        senses: What they sense beside the text, int8 (organisms, 8).
    """

    site: Int32s
    genome: Int8s
    weights: Int8s
    activity: Int8s
    senses: Int8s

    def copy(self) -> Readers:
        """The same, apart."""
        return Readers(self.site, self.genome, self.weights.copy(), self.activity.copy(), self.senses)


@dataclass(frozen=True)
class Room:
    """What they read by.

    Attributes:
        body: Their body.
        rule: How they learn.
        ticks: Ticks of a lesson.
        key: Seed and region of the random words for learning.
        task: What poses the text.
        slots: Who is awake at the bytes of each niche, int32 (niches, slots), -1 for nobody; each
            stands in niches of one order alone.
    """

    body: BodyPlan
    rule: Rule
    ticks: int
    key: tuple[int, int]
    task: Bytes
    slots: Int32s

    def awake(self, at: Int32s) -> Int32s:
        """Who is awake at some bytes, int32 (bytes, orders x slots)."""
        return np.concatenate([self.slots[row[at]] for row in self.task.corpus.niche_of], axis=1)


def read(room: Room, readers: Readers, first: int, last: int, learns: bool, tick: int = 0) -> Int8s:
    """What those who are awake answer to each bit of the bytes from `first` to `last`, int8 (bits, orders x slots), 0 for nobody.

    Args:
        room: See there.
        readers: They are changed.
        first: The first byte, `REACH` or more.
        last: The byte after the last.
        learns: Whether they learn.
        tick: From where on random words are drawn.
    """
    parts = [said for _, said in chunks(room, readers, first, last, learns, tick)]
    return np.concatenate(parts)


def chunks(room: Room, readers: Readers, first: int, last: int, learns: bool, tick: int) -> Iterator[tuple[int, Int8s]]:
    """The same, some bytes at a time, each with the number of its first byte."""
    task, body = room.task, room.body
    kernel = reading(room.rule)
    loci = Loci(body)
    rates = readers.genome[:, loci.rates].astype(np.int32)
    genes = readers.genome[:, loci.rule].astype(np.int32)
    orders = np.unique(task.corpus.order)
    row_of = np.repeat(
        np.searchsorted(orders, [row_order(task, row) for row in range(len(task.corpus.niche_of))]), room.slots.shape[1]
    )
    for low in range(first, last, CHUNK):
        at = np.arange(low, min(low + CHUNK, last), dtype=np.int32)
        shown, told = lay_out(task, at, orders, body.channels)
        ticks = tick + (np.arange(len(told), dtype=np.int64) + (low - first) * task.symbol) * room.ticks
        k0, k1 = keys(room, ticks + room.ticks - 1)
        said = np.zeros((len(told), len(row_of)), dtype=np.int8)
        kernel(
            shown, told, room.awake(at), row_of, readers.weights, readers.activity, readers.senses, rates, genes, readers.site,
            k0, k1, task.error, np.array([task.symbol, body.shift, room.ticks, learns, body.answers], dtype=np.int64), said,
        )  # fmt: skip
        yield low, said


def row_order(task: Bytes, row: int) -> int:
    """Length of the contexts of a row of niches."""
    return int(task.corpus.order[task.corpus.niche_of[row, 0]])


def keys(room: Room, ticks: NDArray[np.int64]) -> tuple[Words, Words]:
    """Keys of the learning stream at some ticks."""
    seed, region = (np.full(1, one, dtype=np.uint32) for one in room.key)
    return bits.threefry2x32(seed, region, np.full(1, bits.LEARN, dtype=np.uint32), ticks.astype(np.uint32))


def lay_out(task: Bytes, at: Int32s, orders: Int32s, channels: int) -> tuple[Int8s, NDArray[np.uint8]]:
    """Channels of all bits of some bytes, int8 (orders, bits, channels), and the bits, uint8."""
    places, k = np.repeat(at, task.symbol), np.tile(np.arange(task.symbol, dtype=np.int32), len(at))
    shown = [task.shown(NUMPY, np.full(len(places), order, dtype=np.int32), places, k)[:channels] for order in orders]
    byte = task.symbol_of(NUMPY, task.corpus.text[places])
    return np.ascontiguousarray(np.stack(shown).transpose(0, 2, 1)), ((byte >> (task.symbol - 1 - k)) & 1).astype(np.uint8)


def quiet_senses(level: Int32s) -> Int8s:
    """What is sensed in a quiet room, int8 (organisms, 8), at some levels of energy; `answer_now` is set where it is due."""
    senses = np.zeros((len(level), len(SENSES)), dtype=np.int8)
    senses[:, 0], senses[:, 1] = SIGNAL, level
    return senses


_KERNELS: dict[Rule, Callable[..., None]] = {}


def reading(rule: Rule) -> Callable[..., None]:
    """The compiled pass for a rule."""
    if rule not in _KERNELS:
        change = theirs(rule.change or _same)
        still = theirs(rule.still or _never) if rule.change else theirs(_always)
        _KERNELS[rule] = _make(change, still)
    return _KERNELS[rule]


def _same(weight: int, pre: int, post: int, signal: int, genes: tuple[int, ...], dither: int) -> int:
    return weight


def _never(signal: int, genes: tuple[int, ...]) -> bool:
    return False


def _always(signal: int, genes: tuple[int, ...]) -> bool:
    return True


def _make(change: Callable[..., Any], still: Callable[..., Any]) -> Callable[..., None]:
    @njit
    def think(inputs, weights, after, shift):  # type: ignore[no-untyped-def]
        for unit in range(len(after)):
            total = np.int32(0)
            for j in range(len(inputs)):
                total += np.int32(weights[unit, j]) * np.int32(inputs[j])
            total = min(max(total >> np.int32(shift), np.int32(-LIMIT)), np.int32(LIMIT))
            after[unit] = total

    @njit
    def learn(inputs, weights, after, rates, gene, error, asked, answers, k0, k1, site):  # type: ignore[no-untyped-def]
        mean, size, words = np.int32(error // answers), len(inputs), (np.uint32(0), np.uint32(0))
        for unit in range(len(after)):
            own = ANSWER <= unit < ANSWER + answers
            signal = np.int32(error if unit == ANSWER + asked else 0) if own else mean
            genes = (rates[unit], gene[0], gene[1], gene[2], gene[3])
            if still(signal, genes):
                continue
            known = -1
            for j in range(size):
                k = unit * size + j
                if k // 8 != known:
                    known = k // 8
                    words = threefry(k0, k1, np.uint32(site), np.uint32(known))
                new = change(
                    np.int32(weights[unit, j]), np.int32(inputs[j]), np.int32(after[unit]), signal, genes, random_byte(words, k)
                )
                weights[unit, j] = np.int8(min(max(new, LOWEST_WEIGHT), HIGHEST_WEIGHT))

    @njit
    def kernel(shown, told, awake, row_of, weights, activity, senses, rates, genes, site, k0, k1, errors, numbers, said):  # type: ignore[no-untyped-def]
        symbol, shift, ticks, learns, answers = numbers
        fixed, channels, units = senses.shape[1], shown.shape[2], activity.shape[1]
        inputs, after = np.zeros(weights.shape[2], dtype=np.int8), np.zeros(units, dtype=np.int8)
        for t in range(len(told)):
            for slot in range(awake.shape[1]):
                one = awake[t // symbol, slot]
                if one < 0:
                    continue
                inputs[:fixed] = senses[one]
                inputs[fixed : fixed + channels] = shown[row_of[slot], t]
                for tick in range(ticks):
                    inputs[fixed - 1] = SIGNAL if tick == ticks - 1 else 0
                    inputs[len(inputs) - units :] = activity[one]
                    think(inputs, weights[one], after, shift)
                    activity[one] = after
                asked = t % symbol
                answer = np.int32(after[ANSWER + asked]) if asked < answers else np.int32(0)
                said[t, slot] = answer
                if learns:
                    error = errors[answer + LIMIT] if told[t] else -errors[LIMIT - answer]
                    learn(inputs, weights[one], after, rates[one], genes[one], error, asked, answers, k0[t], k1[t], site[one])

    return cast(Callable[..., None], kernel)
