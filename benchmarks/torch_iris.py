"""One body, one task, by gradient descent and by evolution: examples/9_torch/train.py, its numbers kept and set out.

python -m benchmarks.torch_iris [--seeds 5] [--ticks 40000] [--steps 600] [--kept]

It runs the example, keeps its iris.json as benchmarks/results/torch-iris.json, and prints the tables of docs/measured.md;
with --kept it prints them of what was kept.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

HOME = Path(__file__).parents[1]
KEPT = HOME / "benchmarks" / "results" / "torch-iris.json"
GOOD = 0.9
"""Share of right answers at posed flowers that an arm is timed by."""


def spread(values: list[float], form: str = ".2f") -> str:
    """Mean, least and largest."""
    return f"{np.mean(values):{form}} ({min(values):{form}} to {max(values):{form}})"


def tables(rows: list[dict[str, object]]) -> str:
    """For each arm: at the end, over seeds; and the multiply-accumulates after which somebody was good."""
    lines = [
        f"| arm | multiply-accumulates | best: posed | held out | median: posed | held out | best above {GOOD} after |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for arm in dict.fromkeys(row["arm"] for row in rows):
        seeds = [
            [row for row in rows if (row["arm"], row["seed"]) == (arm, seed)] for seed in sorted({row["seed"] for row in rows})
        ]
        last = [own[-1] for own in seeds if own]
        firsts = [next((row["macs"] for row in own if row["posed_best"] >= GOOD), None) for own in seeds]
        reached = [one for one in firsts if one is not None]
        after = f"{np.median(reached):.0e} (median of {len(reached)} of {len(firsts)} seeds)" if reached else "never"
        cells = [spread([row[key] for row in last]) for key in ("posed_best", "held_best", "posed_median", "held_median")]
        lines.append(f"| {arm} | {np.mean([row['macs'] for row in last]):.1e} | {' | '.join(cells)} | {after} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="5")
    parser.add_argument("--ticks", default="40000")
    parser.add_argument("--steps", default="600")
    parser.add_argument("--out", default="runs/iris")
    parser.add_argument("--kept", action="store_true")
    options = parser.parse_args()
    if not options.kept:
        given = [f"--{name}={getattr(options, name)}" for name in ("seeds", "ticks", "steps", "out")]
        subprocess.run([sys.executable, str(HOME / "examples" / "9_torch" / "train.py"), *given], check=True)
        shutil.copy(Path(options.out) / "iris.json", KEPT)
    print(tables(json.loads(KEPT.read_text())["rows"]))


if __name__ == "__main__":
    main()
