"""Texts to be predicted: where they come from, what is held out, and tables of contexts and niches, all in whole numbers."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cyberspace.tasks.markov import MARKOV, markov_text

TOPICS = "pydoc_data.topics"
"""The text that everybody has: the topics of Python's own help, in the order of their names."""

LEAST = 1024
"""Bytes that a text must have."""

REACH = 8
"""Bytes before a byte that a context may hold; the first bytes of a text are never posed."""

Words = NDArray[np.uint32]
MULTIPLY, ADD = np.uint32(0x9E3779B1), np.uint32(0x85EBCA6B)


def is_made(name: str) -> bool:
    """Whether a text is computed, so that no file holds it."""
    return name in MARKOV


def read_text(source: str | Path) -> NDArray[np.uint8]:
    """A text, uint8 (bytes,): that of a file, of a source of `MARKOV`, or the topics of a module `topics.py` of Python's.

    Raises:
        ValueError: If it is too short; the message says what was expected.
    """
    if str(source) in MARKOV:
        return markov_text(str(source))
    path = Path(source)
    raw = path.read_bytes()
    text = _topics(raw) if path.name == "topics.py" and b"topics = {" in raw[:400] else raw
    if len(text) < LEAST:
        raise ValueError(f"text a file of {LEAST:,} bytes or more, not {len(text):,}")
    return np.frombuffer(text, dtype=np.uint8)


def _topics(raw: bytes) -> bytes:
    tree = ast.parse(raw)
    table = next(node.value for node in tree.body if isinstance(node, ast.Assign))
    topics: dict[str, str] = ast.literal_eval(table)
    return "\n".join(topics[name] for name in sorted(topics)).encode()


def context_hashes(text: NDArray[np.uint8], orders: int) -> Words:
    """A hash of the n bytes before each byte, for n below `orders`: uint32 (orders, bytes).  Before a text stand zeros."""
    found = np.zeros((orders, len(text)), dtype=np.uint32)
    state = np.full(len(text), ADD, dtype=np.uint32)
    for order in range(orders):
        found[order] = mixed(state ^ np.uint32(order))
        before = np.zeros(len(text), dtype=np.uint32)
        before[order + 1 :] = text[: len(text) - order - 1]
        state = mixed((state ^ before) * MULTIPLY + ADD)
    return found


def mixed(words: Words) -> Words:
    """Words whose every bit hangs on every bit of what they were."""
    words = (words ^ (words >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    words = (words ^ (words >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return words ^ (words >> np.uint32(16))


@dataclass(frozen=True)
class Corpus:
    """A text, cut into niches: places of the text that share a class of contexts.

    Attributes:
        text: uint8 (bytes,).
        split: Where the held-out tail begins.
        hashes: Of contexts, uint32 (orders, bytes).
        order: Length of the contexts of each niche, int32 (niches,).
        niche_of: Which niche a byte belongs to, by order as it was asked for, int32 (orders asked, bytes).
        first: Where the places of each niche begin in `places`, int32 (niches,).
        count: How many they are, 1 or more, int32 (niches,).
        places: Numbers of bytes before the held-out tail, niche by niche, int32.
    """

    text: NDArray[np.uint8]
    split: int
    hashes: Words
    order: NDArray[np.int32]
    niche_of: NDArray[np.int32]
    first: NDArray[np.int32]
    count: NDArray[np.int32]
    places: NDArray[np.int32]


@lru_cache(maxsize=8)
def make_corpus(source: str | Path, stamp: int, held: int, orders: tuple[int, ...], niches: tuple[int, ...]) -> Corpus:
    """The corpus of a text.

    Args:
        source: See `read_text`.
        stamp: Time of the file, so that a changed one is read again.
        held: The last 1/held of the text is held out.
        orders: Lengths of contexts, at most `REACH` less 2.
        niches: Into how many classes the contexts of each length are sorted.

    Raises:
        ValueError: If the text is too short.
    """
    text = read_text(source)
    split = len(text) - len(text) // held
    hashes = context_hashes(text, REACH)
    seen = np.arange(REACH, split, dtype=np.int32)
    parts: list[NDArray[np.int32]] = []
    niche_of = np.empty((len(orders), len(text)), dtype=np.int32)
    first, count, order, base, laid = [], [], [], 0, 0
    for row, (length, many) in enumerate(zip(orders, niches, strict=True)):
        own = (mixed(hashes[length] ^ MULTIPLY) % np.uint32(many)).astype(np.int32)
        niche_of[row] = base + own
        parts.append(seen[np.argsort(own[seen], kind="stable")])
        sizes = np.bincount(own[seen], minlength=many)
        starts = laid + np.concatenate([[0], np.cumsum(sizes)[:-1]])
        empty = sizes == 0  # a niche without a place reads all there is
        first.append(np.where(empty, laid, starts))
        count.append(np.where(empty, len(seen), sizes))
        order.append(np.full(many, length))
        base, laid = base + many, laid + len(seen)
    whole = [np.concatenate(one).astype(np.int32) for one in (order, first, count)]
    return Corpus(text, split, hashes, whole[0], niche_of, whole[1], whole[2], np.concatenate(parts))
