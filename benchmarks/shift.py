"""Learning pays: examples/3_learning/shift.toml with its learning rule and with none, ten seeds each.

python -m benchmarks.shift [--seeds 10] [--ticks 10000]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from cyberspace.backends.backend import make_backend
from cyberspace.law.genesis import genesis
from cyberspace.record.samples import shares, take_sample
from cyberspace.worldfile.build import universe_from_text

WORLD = Path(__file__).parents[1] / "examples" / "shift.toml"
SAMPLES = 50


def right_answers(seed: int, rule: str, ticks: int) -> float:
    """Mean share of right answers over the last tenth of a run."""
    text = WORLD.read_text().replace("genesis =", f'rule = "{rule}"\ngenesis =')
    universe, _ = universe_from_text(text, str(WORLD), WORLD.parent, seed)
    (world,) = universe.worlds
    backend = make_backend("numba", world, genesis(world))
    backend.advance(ticks - ticks // 10)
    found = []
    for _ in range(SAMPLES):
        backend.advance(ticks // 10 // SAMPLES)
        found.append(shares(universe, {0: take_sample(world, backend.state())})["shift"])
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
