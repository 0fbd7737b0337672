"""Policies on arms that rise and saturate: which one finds the best within 84 pulls?

    python -m benchmarks.bandits            14 arms, 84 pulls, every policy 500 times, 3 levels of noise: a minute or two

Arms are drawn anew for each repeat, the same for all policies.  A pull pays what the arm pays after as many pulls as it had
(`cyberspace.collective.objective.arms`), cut to 0 to 1.  Recommended at the end is the arm with the best mean of its newest half of pulls.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from cyberspace.collective.bandits import POLICIES, Arms, Policy
from cyberspace.collective.objective.arms import rising_arms
from cyberspace.statistics import holm, signed_rank, t_interval

ARMS, PULLS, MANY = 14, 84, 41
NOISES = (0.01, 0.05, 0.2)


def live(policy: Policy, noise: float, seed: int) -> dict[str, float]:
    """One repeat."""
    truth, rng = rising_arms(ARMS, noise, seed), np.random.default_rng([seed, 5])
    arms = Arms([[] for _ in range(ARMS)])
    for _ in range(PULLS):
        arm = policy(arms, rng)
        arms.rewards[arm].append(min(1.0, max(0.0, truth.pay(arm, len(arms.rewards[arm]), rng))))
    pulls, best = arms.pulls, int(truth.final.argmax())
    newest = [float(np.mean(one[len(one) // 2 :])) if one else -np.inf for one in arms.rewards]
    highest = max(max(one) for one in arms.rewards if one)
    return {
        "simple regret": float(truth.final.max() - truth.final[int(np.argmax(newest))]),
        "pulls of the best arm": float(pulls[best]),
        "some arm got 41": float(pulls.max() >= MANY),
        "best single pull": highest,
        "paid": float(sum(map(sum, arms.rewards)) / PULLS),
    }


def measure(repeats: int) -> list[dict[str, object]]:
    """A row for each policy and noise: means with intervals, and regret against uniform's on the same arms."""
    found = []
    for noise in NOISES:
        rows = {name: [live(policy, noise, seed) for seed in range(repeats)] for name, policy in POLICIES.items()}
        base = np.array([one["simple regret"] for one in rows["uniform"]])
        gaps = {name: np.array([one["simple regret"] for one in many]) - base for name, many in rows.items()}
        values = holm([signed_rank(gap) for gap in gaps.values()])
        for (name, many), p in zip(rows.items(), values, strict=True):
            row: dict[str, object] = {"noise": noise, "policy": name, "repeats": repeats}
            for key in many[0]:
                one = t_interval([each[key] for each in many])
                row[key] = [round(value, 4) for value in (one.mean, one.low, one.high)]
            gap = t_interval(gaps[name])
            row["regret less uniform's"] = [round(value, 4) for value in (gap.mean, gap.low, gap.high)]
            row["p, Holm"] = float(f"{p:.3g}")
            found.append(row)
            print(json.dumps(row), flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=500)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results"))
    given = parser.parse_args()
    content = {
        "command": f"python -m benchmarks.bandits --repeats {given.repeats}", "arms": ARMS, "pulls": PULLS, "noises": NOISES,
        "rows": measure(given.repeats),
    }  # fmt: skip
    given.out.mkdir(exist_ok=True)
    (given.out / "bandits.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
