"""Tasks whose lessons depend on what was done, and on where they are posed."""

import numpy as np

from cyberspace import Task


class Walk(Task):
    """A walk on a ring of seven places: what is shown depends on the place, on the last answers, on the site and on words that four
    sites share.  Nobody tells who performs it, so that is counted by blocks."""

    goals = ("right", "any")
    fill = 0.8
    memory, group, block, judged = 2, 4, 2, 3
    spoils = False

    def pose(self, xp, bits, lesson, memory, answers, site):
        place = memory[0] % 7
        chain = (bits[0] & np.uint32(3)).astype(np.int32)
        shown = xp.stack([place * 10 - 30, answers[0].astype(np.int32) // 2, chain * 20, (site % 5 - 2) * 30])
        return shown.astype(np.int8), (chain, place)

    def judge(self, xp, answers, hidden, memory):
        chain, place = hidden
        step = xp.where(answers[0] > 0, 1, -1)
        after = (place + step + 7) % 7
        right = after == chain
        if self.spoils:
            right = np.asarray(right)  # what a task may not do if it is to be traced
        score = xp.stack([xp.where(right, 60, -2), 9 + 0 * step])
        return (
            score.astype(np.int32),
            xp.where(right, 64, -32)[None].astype(np.int8),
            xp.stack([after, memory[1] + right.astype(np.int32)]).astype(np.int32),
        )

    def measure(self, memory):
        return memory[1].astype(float)

    unit = "steps"


class Sly(Walk):
    """The same, by NumPy alone."""

    def pose(self, xp, bits, lesson, memory, answers, site):
        return super().pose(xp, bits, int(np.asarray(lesson)), memory, answers, np.asarray(site))


class Chain(Task):
    """Asks for the site alone, and remembers nothing."""

    goals = ("end",)
    group = 4

    def pose(self, xp, bits, lesson, site):
        shown = xp.where(site % 4 == 0, (bits[0] & np.uint32(1)).astype(np.int32) * 200 - 100, 0)
        return shown[None].astype(np.int8), (bits[0] & np.uint32(1), site)

    def judge(self, xp, answers, hidden, memory):
        bit, site = hidden
        right = ((answers[0] > 0) == (bit > 0)) & (site % 4 == 3)
        return xp.where(right, 40, 0)[None].astype(np.int32), xp.where(right, 32, 0)[None].astype(np.int8), memory
