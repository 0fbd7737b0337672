"""Text, bit by bit: answer unit k is the logit of bit k of the next byte, and energy is the information that was gained.

A byte is eight lessons, from its highest bit; what a byte costs is what its bits cost, by the chain rule.  The text is cut into niches,
and a site is shown one of them: the places whose last bytes fall into one class of contexts.  So organisms at different sites can
become experts of different contexts, and a colony of small brains holds more than any one of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, localcontext
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from cyberspace.tasks.corpus import REACH, TOPICS, is_made, make_corpus
from cyberspace.tasks.task import Hidden, Task, need_whole
from organisms.arrays import Array, Bools, Int8s, Int32s, Namespace, Words
from organisms.body import LOUD

UNIT = 256
"""Costs are counted in parts of a bit, so many to a bit."""

FORGET = 2**19
"""Lessons after which both sums of an organism's memory are halved, so that they never run over."""

SHOWS = ("bits", "slots")
PLAIN = 16
"""Channels of "bits"."""


class Bytes(Task):
    """One goal: bits that were saved against a par.

    Args:
        text: A file beside the world file; `pydoc_data.topics` is the text that everybody has, `markov:1` and `markov:2` are sources.
        held: The last 1/held of the text is held out: never posed.
        orders: Lengths of the contexts by which the text is cut into niches, 0 to 5.
        niches: Into how many niches it is cut for each.
        sites: How many sites in a row are shown each niche, for each length; after the last niche the first is shown again.
        shows: "bits": the byte before and the bits so far, loud or minus that, 0 for those to come.  "slots": of each of `banks` banks of
            channels one is loud, by the bits so far and a hash of a context, which is one byte longer from bank to bank.
        slots: Channels of all banks together.
        banks: How many banks there are.
        loud: What a channel shows that is on.
        symbol: Bits of a byte that are posed, from the lowest: 8, or 1 for a stream of bits.
        passage: Bytes that are read from a random place of the niche on, until it is paid.
        scale: An answer of so much is a logit of 1.
        par: Bits per byte, times 100, that earn nothing.
        pay: Energy for a bit less than that.
    """

    goals: ClassVar = ("bytes",)
    fill: ClassVar = 3.0
    pool: ClassVar = 64
    unit: ClassVar = "bits per byte"
    better: ClassVar = "lower"
    data: ClassVar = {"text": TOPICS}
    memory = 3

    def __init__(
        self, text: str | Path = TOPICS, held: int = 8, orders: Sequence[int] = (0,), niches: Sequence[int] = (1,),
        sites: Sequence[int] = (), shows: str = "bits", slots: int = 56, banks: int = 2, loud: int = LOUD, symbol: int = 8,
        passage: int = 8, scale: int = 24, par: int = 800, pay: int = 16,
    ):  # fmt: skip
        self._options = {name: value for name, value in locals().items() if name not in ("self", "text", "__class__")}
        self.name_of_text = Path(text).name
        need_whole(
            held=held, slots=slots, banks=banks, loud=loud, symbol=symbol, passage=passage, scale=scale, par=par, pay=pay
        )
        sites = sites or [1] * (len(orders) if isinstance(orders, Sequence) else 1)
        _need(orders, niches, sites, shows, symbol)
        limits = {
            "held": (held, 2, 1000), "slots": (slots, 8, 56), "banks": (banks, 1, 3), "loud": (loud, 1, LOUD),
            "passage": (passage, 1, 256),
            "scale": (scale, 1, 127), "par": (par, 0, 800), "pay": (pay, 0, 1000),
        }  # fmt: skip
        for name, (value, low, high) in limits.items():
            if not low <= value <= high:
                raise ValueError(f"{name} from {low} to {high}")
        stamp = 0 if is_made(str(text)) or text == TOPICS else Path(text).stat().st_mtime_ns
        self.corpus = make_corpus(_found(text), stamp, held, tuple(orders), tuple(niches))
        self.cycle = np.repeat(np.arange(sum(niches), dtype=np.int32), np.repeat(sites, niches))
        self.shows, self.banks, self.bank, self.loud = shows, banks, slots // banks, np.int8(loud)
        self.symbol, self.passage, self.scale, self.pay = symbol, passage, scale, pay
        self.par = par * UNIT // (100 * 8)
        self.block = self.judged = symbol * passage
        self.cost, self.error = logistic(scale)
        self.plain = order_0(self.corpus.text[: self.corpus.split], symbol)

    def with_text(self, text: str | Path) -> Bytes:
        """The same task on another text."""
        return Bytes(text, **self._options)

    def pose(self, xp: Namespace, bits: Words, lesson: int, site: Int32s) -> tuple[Int8s, Hidden]:  # type: ignore[override]
        """One bit of a place in the text; see `shown` for the channels."""
        corpus, within = self.corpus, xp.asarray(lesson % self.block).astype(np.int32)
        niche = xp.asarray(self.cycle)[site % np.int32(len(self.cycle))]
        count = xp.asarray(corpus.count)[niche]
        start = (bits[0] % count.astype(np.uint32)).astype(np.int32) + within // np.int32(self.symbol)
        at = xp.asarray(corpus.places)[xp.asarray(corpus.first)[niche] + start % count]
        k = within % np.int32(self.symbol)
        byte = self.symbol_of(xp, xp.asarray(corpus.text)[at])
        bit = (byte >> (np.int32(self.symbol - 1) - k)) & np.int32(1)
        last = xp.asarray(within == self.block - 1)
        return self.shown(xp, xp.asarray(corpus.order)[niche], at, k), (k, bit, last)

    def symbol_of(self, xp: Namespace, byte: Array) -> Int32s:
        """The posed bits of bytes, int32."""
        symbol: Int32s = byte.astype(np.int32) & np.int32(2**self.symbol - 1)
        return symbol

    def shown(self, xp: Namespace, order: Int32s, at: Int32s, k: Int32s) -> Int8s:
        """Channels, int8 (channels, sites), for bit k of the bytes at some places of the text, in niches of some orders."""
        text = xp.asarray(self.corpus.text)
        so_far = self.symbol_of(xp, text[at]) >> (np.int32(self.symbol) - k)
        loud, none = self.loud, np.int8(0)
        rows: list[Int8s] = []
        if self.shows == "bits":
            before = text[at - np.int32(1)].astype(np.int32)
            rows = [xp.where((before >> np.int32(7 - b)) & 1 > 0, loud, -loud) for b in range(8)]
            for b in range(8):
                told = (so_far >> xp.maximum(k - np.int32(b + 1), 0)) & 1
                rows.append(xp.where(b < k, xp.where(told > 0, loud, -loud), none))
            return xp.stack(rows)
        hashes = xp.asarray(self.corpus.hashes.ravel())
        for bank in range(self.banks):
            context = hashes[(order + np.int32(bank)) * np.int32(len(self.corpus.text)) + at]
            slot = self.slot(context, so_far.astype(np.uint32))
            rows += [xp.where(slot == one, loud, none) for one in range(self.bank)]
        return xp.stack(rows)

    def slot(self, context: Words, so_far: Words) -> Int32s:
        """Which channel of a bank is loud, int32, for a hash of a context and the bits so far.

        The hash turns the bank, so that what may follow a context collides with what may follow another one, and less with itself.
        """
        return (((context >> np.uint32(8)) + so_far) % np.uint32(self.bank)).astype(np.int32)

    def judge(self, xp: Namespace, answers: Int8s, hidden: Hidden, memory: Int32s) -> tuple[Int32s, Int8s, Int32s]:
        """Count what the bit cost; at the end of a passage pay for what was saved.

        The unit that was asked feels 127 (bit - p), p its chance of a 1: the delta rule's error.
        """
        k, bit, last = hidden
        said = xp.zeros(answers.shape[1], dtype=np.int32)
        for unit in range(min(len(answers), self.symbol)):
            said = xp.where(k == unit, answers[unit].astype(np.int32), said)
        signed = xp.where(bit > 0, said, -said) + np.int32(LOUD)
        cost, error = xp.asarray(self.cost)[signed], xp.asarray(self.error)[signed]
        felt = xp.where(bit > 0, error, -error).astype(np.int8)
        signal = xp.stack([xp.where(k == unit, felt, 0) for unit in range(len(answers))]).astype(np.int8)
        full = memory[1] >= FORGET
        spent = xp.where(full, memory[0] >> 1, memory[0]) + cost
        count = xp.where(full, memory[1] >> 1, memory[1]) + 1
        saved = memory[2] + np.int32(self.par) - cost
        claimed = xp.clip((xp.maximum(saved, 0) * np.int32(self.pay)) >> np.int32(8), 0, 32767)
        score = xp.where(last, claimed, 0)[None].astype(np.int32)
        return score, signal, xp.stack([spent, count, xp.where(last, 0, saved)]).astype(np.int32)

    def performs(self, xp: Namespace, score: Int32s, memory: Int32s) -> Bools:
        """Who needed less than the text's order-0 entropy, over 64 bytes or more of its life."""
        long = memory[1] >= 64 * self.symbol
        better = memory[0] < (memory[1] // np.int32(self.symbol)) * np.int32(self.plain)
        did: Bools = (long & better)[None]
        return did

    def measure(self, memory: Int32s) -> NDArray[np.float64]:
        """Bits per byte of each organism's life so far, float64 (sites,); NaN before 16 bytes."""
        spent, count = memory[0] / UNIT, memory[1] / self.symbol
        return np.where(count >= 16, spent / np.maximum(count, 1), np.nan)


def _found(text: str | Path) -> str | Path:
    if text != TOPICS:
        return text
    from cyberspace.plugins import module_file

    return module_file(TOPICS) or Path(TOPICS)


def _need(orders: Sequence[int], niches: Sequence[int], sites: Sequence[int], shows: str, symbol: int) -> None:
    lists = (orders, niches, sites)
    if any(isinstance(one, str) or not isinstance(one, Sequence) or not one for one in lists) or len({*map(len, lists)}) > 1:
        raise ValueError("orders, niches and sites lists of the same length")
    if not all(type(one) is int and 0 <= one <= REACH - 3 for one in orders):
        raise ValueError(f"orders whole numbers from 0 to {REACH - 3}")
    if not all(type(one) is int and 1 <= one <= 2**16 for one in (*niches, *sites)):
        raise ValueError("niches and sites whole numbers from 1 to 65536")
    if any(order == 0 and many > 1 for order, many in zip(orders, niches, strict=True)):
        raise ValueError("a single niche of order 0, which is the whole text")
    if shows not in SHOWS:
        raise ValueError(f"shows one of {', '.join(SHOWS)}")
    if symbol not in (1, 8):
        raise ValueError("symbol 8, or 1")


def logistic(scale: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """What an answer costs whose sign agrees with the bit, in 1/`UNIT` bits, and what it feels, 127 (1 - p): int32 (255,) each.

    They are computed in decimal numbers, so that they are the same everywhere.
    """
    with localcontext() as context:
        context.prec = 40
        odds = [(Decimal(-said) / scale).exp() for said in range(-LOUD, LOUD + 1)]
        costs = [round((1 + one).ln() / Decimal(2).ln() * UNIT) for one in odds]
        errors = [round(127 * (1 - 1 / (1 + one))) for one in odds]
    return np.array(costs, dtype=np.int32), np.array(errors, dtype=np.int32)


def order_0(text: NDArray[np.uint8], symbol: int) -> int:
    """Entropy of the symbols of a text, in 1/`UNIT` bits per symbol, rounded down."""
    counts = [int(one) for one in np.bincount(text & (2**symbol - 1)) if one]
    with localcontext() as context:
        context.prec = 40
        total = Decimal(sum(counts))
        nats = sum((Decimal(one) * (total / one).ln() for one in counts), Decimal(0)) / total
        return int(nats / Decimal(2).ln() * UNIT)
