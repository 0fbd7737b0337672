"""Learning pays: examples/3_learning/shift.toml with its learning rule and with none, ten seeds each.

python -m benchmarks.shift [--seeds 10] [--ticks 10000]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

import cyberspace as cs

WORLD = Path(__file__).parents[1] / "examples" / "3_learning" / "shift.toml"
SAMPLES = 50


def right_answers(seed: int, rule: str, ticks: int) -> float:
    """Mean share of right answers over the last tenth of a run."""
    sim = cs.Simulation(WORLD, backend="numba", seed=seed).fork(**{"spaces.shift.rule": rule})
    found: list[float] = []
    step = ticks // 10 // SAMPLES
    sim.advance(ticks - ticks // 10)
    sim.advance(step * SAMPLES, every=step, call=lambda sim: found.append(sim.shares("shift")["shift"]))
    return float(np.mean(found))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--ticks", type=int, default=10_000)
    options = parser.parse_args()
    print("| seed | right with plasticity | right without |\n| --- | --- | --- |")
    wins = 0
    for seed in range(1, options.seeds + 1):
        learns, fixed = (right_answers(seed, rule, options.ticks) for rule in ("hebbian", "none"))
        wins += learns > fixed
        print(f"| {seed} | {learns:.3f} | {fixed:.3f} |", flush=True)
    print(f"\nlearning ends higher in {wins} of {options.seeds} seeds, ticks {options.ticks:,}, 4,096 sites")


if __name__ == "__main__":
    main()
