"""Tasks of a user that numba can live by block, and some that it cannot, with what is told of each."""

import numpy as np

from cyberspace import Task


class Plain(Task):
    """What the others are made of: one goal, one channel, the first answer unit says the bit."""

    goals = ("plain",)
    memory = 1

    def pose(self, xp, bits, lesson):
        shown = (bits[:1] & np.uint32(1)).astype(np.int8) * np.int8(2) - np.int8(1)
        return shown * np.int8(100), (shown,)

    def judge(self, xp, answers, hidden, memory):
        right = (answers[:1] > 0) == (hidden[0] > 0)
        return 9 * right.astype(np.int32), xp.where(right, 0, -64).astype(np.int8), (memory + 1).astype(np.int32)


class Everything(Plain):
    """Most of what a task may call."""

    goals = tuple("abcdefghijklmnopqrst")
    words, memory, block = 3, 4, 6
    table = np.arange(97, dtype=np.int32)[::-1] * 7 % 31

    def pose(self, xp, bits, lesson):
        within = xp.asarray(lesson % self.block)
        word = xp.select([within == 0, within < 3], [bits[0], bits[1]], bits[2])
        few = (word >> xp.asarray(within * 4).astype(np.uint32)) & np.uint32(15)
        row = xp.asarray(np.arange(12, dtype=np.int16).reshape(4, 3))[lesson % 4]
        channels = xp.stack([xp.where(few > 7, 127, -127), few.view(np.int32) * 3, xp.full(few.shape, row.sum())])
        blank = xp.zeros((2, bits.shape[1]), dtype=np.int8)
        blank[0] = few.astype(np.int8)
        blank += 1
        return xp.concatenate([channels.astype(np.int8), blank, -blank[::-1]]), {"few": few, "row": row, "word": word}

    def judge(self, xp, answers, hidden, memory):
        few, row, word = hidden["few"], hidden["row"], hidden["word"]
        loud, half = answers.astype(np.int32), answers // 2
        table, counted = xp.asarray(self.table), xp.bitwise_count(memory)
        small = xp.abs(loud[0]) % 97
        found = [
            loud.sum(axis=0), xp.cumsum(loud, axis=0)[-1], answers.max(axis=0), np.minimum.reduce(answers, axis=0),
            xp.argmax(answers, axis=0), answers.argmin(axis=0), table[small], table[few % 5] + row[1], (half % 7).prod(axis=0),
            xp.clip(loud[-1], -3, 9) ** 3, (answers > 0).any(axis=0) ^ (answers[0] <= 0), xp.count_nonzero(answers, axis=0),
            np.bitwise_xor.reduce(memory, axis=0) >> (loud[0] & 63), counted.sum(axis=0, dtype=np.int32) * xp.sign(answers[0]),
            xp.take_along_axis(memory, (few % 4).astype(np.int32)[None], axis=0)[0] // (loud[1] - 1), memory[0] << few,
            (word.astype(np.int64) * 3 - loud[0]) % 101, xp.where(answers[0] >= 5, word, few), ~memory[1] % (loud[0] | 0),
            xp.maximum(word, few) // np.uint32(7) + xp.logical_not(answers[1]) - (answers[0] < answers[1]) * -np.int16(3),
        ]  # fmt: skip
        score = xp.stack([one.astype(np.int32) for one in found])
        after = xp.roll(memory, 1, axis=0) + xp.tile(score[:2], (2, 1))
        return score, (xp.broadcast_to(few, answers.shape) % 3).astype(np.int8) - (answers == 0), after.astype(np.int32)

    def performs(self, xp, score, memory):
        return (score & 3 == 1) | (memory[:1] > 10)


class ByLesson(Plain):
    """Takes a branch by the lesson."""

    reason = "Python needs the truth of a lesson or of a site at once"

    def pose(self, xp, bits, lesson):
        return super().pose(xp, bits if lesson % 2 == 0 else ~bits, lesson)


class ByTable(Plain):
    """Looks a lesson up in an array of NumPy, which counts with what it knows."""

    reason = "an array of NumPy, or a function of it, needs all numbers at once"

    def pose(self, xp, bits, lesson):
        return super().pose(xp, bits + np.arange(5, dtype=np.uint32)[lesson % 5], lesson)


class Floats(Plain):
    """Computes with what is no whole number."""

    reason = "it computes with float64"

    def judge(self, xp, answers, hidden, memory):
        score, signal, memory = super().judge(xp, answers, hidden, memory)
        return (score * 0.5).astype(np.int32), signal, memory


class Sorts(Plain):
    """Calls what is not compiled."""

    reason = "an array of NumPy, or a function of it, needs all numbers at once"

    def judge(self, xp, answers, hidden, memory):
        return super().judge(xp, xp.sort(answers, axis=0), hidden, memory)


class Crowd(Plain):
    """Judges a site by what others do."""

    reason = "it puts together what different sites do"

    def judge(self, xp, answers, hidden, memory):
        score, signal, memory = super().judge(xp, answers, hidden, memory)
        return score + xp.max(answers).astype(np.int32), signal, memory


class Neighbour(Plain):
    """Judges a site by what another one is asked: nothing that a shape would show."""

    reason = "compiled, it gave another channels"

    def pose(self, xp, bits, lesson):
        return super().pose(xp, xp.roll(bits, 1, axis=1), lesson)


class Numbered(Plain):
    """Asks by the number of the site."""

    reason = "hangs on the number of a site"

    def pose(self, xp, bits, lesson):
        return super().pose(xp, bits + xp.arange(bits.shape[1], dtype=np.uint32), lesson)


class Turned(Plain):
    """Moves the axis of the sites."""

    reason = "it mixes sites, or moves their axis"

    def judge(self, xp, answers, hidden, memory):
        return super().judge(xp, answers.T.max(axis=1)[None], hidden, memory)


class Fails(Plain):
    """Asks what only an array of NumPy is."""

    reason = "raised AssertionError"

    def pose(self, xp, bits, lesson):
        assert isinstance(bits, np.ndarray)
        return super().pose(xp, bits, lesson)


class Long(Plain):
    """Computes very much."""

    reason = "more than 4,000 numbers"

    def judge(self, xp, answers, hidden, memory):
        for k in range(5000):
            answers = answers ^ (answers + np.int8(k % 100))
        return super().judge(xp, answers, hidden, memory)


class Fickle(Plain):
    """Changes its mind after it was asked for the first time."""

    reason = "compiled, it gave another score"
    asked = 0

    def judge(self, xp, answers, hidden, memory):
        self.asked += 1
        score, signal, memory = super().judge(xp, answers, hidden, memory)
        return score + np.int32(self.asked > 3), signal, memory


REFUSED = [ByLesson, ByTable, Floats, Sorts, Crowd, Neighbour, Numbered, Turned, Fails, Long]
