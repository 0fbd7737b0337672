"""A task of this script is posed to a pond: who learns is soon right nine times in ten, and who does not half of the time.

python examples/6_python/own_task.py [--ticks 2000]
"""

from __future__ import annotations

import argparse

import numpy as np

import cyberspace as cs


class Opposite(cs.Task):
    """Say the opposite of what you are shown; the ancestor begins by saying the same."""

    goals = ("opposite",)
    fill = 1.0

    def __init__(self, pay: int = 16):
        self.pay = pay

    def pose(self, xp, bits, lesson):
        """Show one random bit, as -127 or 127."""
        shown = (bits[:1] & np.uint32(1)).astype(np.int8) * np.int8(2) - np.int8(1)
        return shown * np.int8(127), shown

    def judge(self, xp, answers, hidden, memory):
        """Pay for the first answer unit; the learning rule is told of mistakes alone."""
        right = (answers[:1] > 0) != (hidden > 0)
        return self.pay * right.astype(np.int32), xp.where(right, 0, -64).astype(np.int8), memory


def right_answers(rule: str, ticks: int, backend: str) -> list[float]:
    """Share of right answers among the living, ten times on the way."""
    world = cs.World(seed=1)
    space = world.space(
        "pond", kind="gpu", axes={"lane": 32, "warp": 16}, genesis="ancestor:learner", density=0.2, rule=rule,
        physics={"sunlight": 2, "upkeep": 3},
    )  # fmt: skip
    space.task(Opposite, pay=16)
    found: list[float] = []
    cs.Simulation(world, backend=backend).advance(
        ticks, every=max(1, ticks // 10), call=lambda sim: found.append(sim.tasks["opposite"])
    )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ticks", type=int, default=2000)
    parser.add_argument("--backend", default="numba")
    options = parser.parse_args()
    for rule in ("hebbian", "none"):
        print(f"rule {rule:8}", " ".join(f"{share:4.0%}" for share in right_answers(rule, options.ticks, options.backend)))


if __name__ == "__main__":
    main()
