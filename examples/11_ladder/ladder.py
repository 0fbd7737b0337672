"""A ladder of fourteen functions, which ladder.toml poses: of one, two and three bits, products of products, and three that need memory.

As in the task `logic`, a function is paid for when one and the same answer unit was faultless over a block, here of sixteen lessons: twice
all eight inputs, in an order drawn anew for each site and cycle.  Guessing passes one block in 2^16.  It counts as performed when the
same unit was faultless over four blocks in a row.
"""

import numpy as np

from cyberspace import Task
from cyberspace.tasks.pays import drawn_by_lot, need_lot, need_pays
from cyberspace.tasks.task import need_whole

COMBINED = {
    "NOT": (lambda x, y, z: 1 - x, 1),
    "NAND": (lambda x, y, z: 1 - x * y, 1),
    "AND": (lambda x, y, z: x * y, 2),
    "OR": (lambda x, y, z: x | y, 2),
    "XOR": (lambda x, y, z: x ^ y, 4),
    "MAJ": (lambda x, y, z: int(x + y + z > 1), 4),  # most of the three
    "MIN": (lambda x, y, z: int(x + y + z < 2), 4),  # its opposite
    "MUX": (lambda x, y, z: y if x else z, 5),  # x chooses one of the two
    "XOR-AND": (lambda x, y, z: (x ^ y) * z, 6),
    "AND-XOR": (lambda x, y, z: (x * y) ^ z, 6),
    "PARITY": (lambda x, y, z: x ^ y ^ z, 9),
}
"""Functions of the three bits that are shown, and how many times `pay` they pay."""

REMEMBERED = {"LAST": 3, "FLIP": 6, "TOGGLE": 9}
"""x as it was in the last lesson; whether it has changed since; and an answer that changes whenever x is 1, whatever it began with."""

FUNCTIONS = {name: worth for name, (_, worth) in COMBINED.items()} | REMEMBERED
INPUTS, LESSONS, BYTES, PER_WORD, LOUD, SIGNAL = 8, 16, 0x01010101, 4, 127, 64


def wanted_words():
    """By input, and by word of four functions: 0xFF in the byte of each function that wants 1."""
    table = np.zeros((INPUTS, -(-len(FUNCTIONS) // PER_WORD)), dtype=np.uint32)
    for v in range(INPUTS):
        for k, (function, _) in enumerate(COMBINED.values()):
            table[v, k // PER_WORD] |= 0xFF * function(v & 1, v >> 1 & 1, v >> 2) << 8 * (k % PER_WORD)
    return table


class Ladder(Task):
    """Fourteen goals; each pays once a block.

    Args:
        pay: What NOT pays; the others pay 1 to 9 times as much.
        pays: What pays, and how many times `pay`: `pays = { PARITY = 9 }`; what is not named is neither paid nor felt.  All if left out.
        blocks: Faultless blocks in a row that count as performing.
        lot: As in `logic`: who claims is drawn by lot, one organism in 2^lot.
    """

    goals = tuple(FUNCTIONS)
    fill, pool = 7.3 / 64, 64

    def __init__(self, pay: int = 120, pays: dict[str, int] | None = None, blocks: int = 4, lot: int = 0):
        need_whole(pay=pay, blocks=blocks)
        if not 1 <= blocks <= 8:
            raise ValueError("blocks 1 to 8")
        worths = need_pays(pays, FUNCTIONS)
        self.blocks, self.lot, self.block, self.judged, self.words = blocks, need_lot(lot), LESSONS, LESSONS, 2 + lot
        self.worth = np.array([pay * worths.get(name, 0) for name in FUNCTIONS], dtype=np.int32)
        self.felt = [name in worths for name in FUNCTIONS]
        self.wanted = wanted_words()
        self.size = self.wanted.shape[1]
        self.memory = self.size * (1 + blocks) + 1

    def bits_at(self, xp, bits, lesson):
        """x, y and z in a lesson of the block, uint32 (sites,) each: an affine map of its number, drawn for each site and cycle."""
        word = xp.where(lesson < INPUTS, bits[0], bits[1])
        one, draws = np.uint32(1), [word >> np.uint32(k) for k in range(12)]
        x, y, z = (((lesson >> k) & 1).astype(np.uint32) for k in range(3))
        y, z = y ^ (x & draws[0]), z ^ (x & draws[1])
        z = z ^ (y & draws[2])
        swap = (x ^ y) & draws[3]
        x, y = x ^ swap, y ^ swap
        swap = (y ^ z) & draws[4]
        y, z = y ^ swap, z ^ swap
        x = x ^ (y & draws[5]) ^ (z & draws[6])
        y = y ^ (z & draws[7])
        swap = (x ^ z) & draws[8]
        x, z = x ^ swap, z ^ swap
        return (x ^ draws[9]) & one, (y ^ draws[10]) & one, (z ^ draws[11]) & one

    def pose(self, xp, bits, lesson):
        """Three channels, -127 or 127 each: x, y, z."""
        within = xp.asarray(lesson % LESSONS)
        x, y, z = self.bits_at(xp, bits, within)
        before = self.bits_at(xp, bits, xp.maximum(within, 1) - 1)[0]
        shown = (2 * xp.stack([x, y, z]).astype(np.int8) - 1) * np.int8(LOUD)
        return shown, (x + 2 * y + 4 * z, x, before, within, *drawn_by_lot(bits[2:], self.lot))

    def judge(self, xp, answers, hidden, memory):
        """A faultless block claims `pay` times the function's worth; its unit gets the signal 64."""
        asked, x, before, within, *lots = hidden
        units = (answers > 0).astype(np.uint32) << xp.arange(len(answers), dtype=np.uint32)[:, None]
        said, all_units = units.sum(axis=0, dtype=np.uint32), np.uint32(2 ** len(answers) - 1)
        right = [~((said * np.uint32(BYTES)) ^ self.want(xp, word, asked)) for word in range(self.size)]
        right = [(right[k // PER_WORD] >> np.uint32(8 * (k % PER_WORD))) & all_units for k in range(len(COMBINED))]
        right += self.remembered(said, x, before, within, memory[-1].astype(np.uint32), all_units, xp)
        faultless = []
        for k, ok in enumerate(right):
            so_far = (memory[k // PER_WORD].astype(np.uint32) >> np.uint32(8 * (k % PER_WORD))) & all_units
            faultless.append(xp.where(within == 0, all_units, so_far) & ok)
        ends = within == LESSONS - 1
        claims = [(lots[0] >> np.uint32(k)) & np.uint32(1) for k in range(len(right))] if lots else faultless
        score = xp.stack([xp.where(ends & (ok > 0), worth, 0) for ok, worth in zip(claims, self.worth, strict=True)])
        paid = np.uint32(0)
        for ok, felt in zip(faultless, self.felt, strict=True):
            paid = (paid | ok) if felt else paid
        signal = xp.where(ends & (((paid >> xp.arange(len(answers), dtype=np.uint32)[:, None]) & np.uint32(1)) > 0), SIGNAL, 0)
        return score.astype(np.int32), signal.astype(np.int8), self.remember(xp, faultless, said, memory, ends)

    def remembered(self, said, x, before, within, last, all_units, xp):
        """Units that are right, uint32 (sites,), for each function of `REMEMBERED`: what came before a block is not asked for."""
        first = xp.where(within == 0, all_units, np.uint32(0))
        wide = [all_units * bit for bit in (before, x ^ before, x)]
        return [
            (~(said ^ wide[0]) & all_units) | first,
            (~(said ^ wide[1]) & all_units) | first,
            ~(said ^ last ^ wide[2]) & all_units,
        ]

    def remember(self, xp, faultless, said, memory, ends):
        """The memory after a lesson: who is faultless so far, since how many blocks, and what was said."""
        words = []
        for first in range(0, len(faultless), PER_WORD):
            word = faultless[first]
            for k, ok in enumerate(faultless[first + 1 : first + PER_WORD], 1):
                word = word | (ok << np.uint32(8 * k))
            words.append(word)
        block, size = xp.stack(words).astype(np.int32), self.size
        longer = xp.concatenate([block, xp.tile(block, (self.blocks - 1, 1)) & memory[size : self.blocks * size]])
        return xp.concatenate([block, xp.where(ends, longer, memory[size:-1]), said.astype(np.int32)[None]])

    def want(self, xp, word, asked):
        """What four functions want, as bytes of units, for what was asked."""
        found = xp.where(asked == 0, self.wanted[0, word], self.wanted[1, word])
        for v in range(2, INPUTS):
            found = xp.where(asked == v, self.wanted[v, word], found)
        return found

    def performs(self, xp, score, memory):
        """Goals with a unit that was faultless in the last `blocks` blocks."""
        streaks = memory[-1 - self.size : -1].astype(np.uint32)
        return xp.stack([(streaks[k // PER_WORD] & np.uint32(0xFF << 8 * (k % PER_WORD))) != 0 for k in range(len(self.goals))])
