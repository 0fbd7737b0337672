"""What a swarm finds with equal experiments: one worker with the whole budget against eight that say nothing, packets, everything.

    python -m benchmarks.swarm [--repeats N] [--budget N] [--out FILE]

Landscapes are synthetic (`cyberspace/collective/swarm/landscape.py`), another one a repeat; the champion is judged on 64 seeds that nobody
used, and 0 is the best there is.  Workers take turns in one process, so `rounds` stands for the wall clock: experiments of the busiest.
Differences are paired by landscape.
"""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from pathlib import Path

import numpy as np

from cyberspace.collective.swarm.demo import HEAD, MIXED, Arm, row
from cyberspace.collective.swarm.landscape import Landscape
from cyberspace.collective.swarm.simulate import Trial, simulate
from cyberspace.collective.swarm.worker import Rules
from cyberspace.page import text_table
from cyberspace.statistics import holm, paired_gain, signed_rank

RESULTS = Path(__file__).parent / "results/swarm.json"
AGENTS = 8
ARMS = (
    Arm("1 x 8T, evolve", ("evolve",), Rules("none")),
    Arm("1 x 8T, tpe", ("tpe",), Rules("none")),
    *(Arm(f"8 x T, evolve, {talk}", ("evolve",) * AGENTS, Rules(talk)) for talk in ("none", "packets", "full")),
    *(Arm(f"8 x T, mixed, {talk}", MIXED, Rules(talk)) for talk in ("none", "packets", "full")),
)
BASE = ARMS[0].name


def compared(found: dict[str, list[Trial]]) -> list[dict[str, object]]:
    """Each arm against the first: difference of clean champions, paired by landscape, p values corrected by Holm."""
    others = [name for name in found if name != BASE]
    base = [one.clean for one in found[BASE]]
    tests = holm([signed_rank(np.array([one.clean for one in found[name]]) - base) for name in others])
    gains = [paired_gain([one.clean for one in found[name]], base) for name in others]
    return [
        {"way": name, "against": BASE, "gain": gain.mean, "low": gain.low, "high": gain.high, "p": p}
        for name, gain, p in zip(others, gains, tests, strict=True)
    ]


def main() -> None:
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=30)
    parser.add_argument("--budget", type=int, default=160)
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()
    start, found = time.process_time(), dict[str, list[Trial]]()
    for arm in ARMS:
        seeds = range(1, given.repeats + 1)
        found[arm.name] = [simulate(Landscape(seed), arm.proposers, given.budget, arm.rules, seed) for seed in seeds]
        print(*text_table(HEAD, [row(arm.name, found[arm.name])])[-1:], flush=True)
    against = compared(found)
    for one in against:
        print({key: round(value, 4) if isinstance(value, float) else value for key, value in one.items()})
    told = {
        "budget": given.budget,
        "cpu_seconds": round(time.process_time() - start, 1),
        "rows": [dict(zip(HEAD, row(name, trials), strict=True)) for name, trials in found.items()],
        "clean": {name: [one.clean for one in trials] for name, trials in found.items()},
        "against": against,
    }
    given.out.write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
