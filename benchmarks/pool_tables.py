"""The tables of docs/pool.md, from benchmarks/results.

python -m benchmarks.pool_tables
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

RESULTS = Path("benchmarks/results")


def read(name: str) -> dict:
    """A file of results; empty if it was not measured."""
    path = RESULTS / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def table(head: list[str], rows: list[list[object]]) -> str:
    """As Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def band(three: list[float], digits: int = 3) -> str:
    """A mean and its interval."""
    return f"{three[0]:.{digits}f} [{three[1]:.{digits}f}, {three[2]:.{digits}f}]"


def bandits(told: dict) -> str:
    """Rows by noise and policy."""
    rows = [
        [one["noise"], one["policy"], band(one["simple regret"]), band(one["regret less uniform's"]), one["p, Holm"],
         band(one["pulls of the best arm"], 1), f"{one['some arm got 41'][0]:.1%}", f"{one['best single pull'][0]:.3f}"]
        for one in told["rows"]
    ]  # fmt: skip
    return table(
        ["noise", "policy", "simple regret", "less uniform's", "p", "pulls of the best", "some arm got 41", "best pull"], rows
    )


def factorial(told: dict) -> str:
    """Cells and tests of one control."""
    rows = [
        [*("yes" if one[name] else "no" for name in ("bandit", "cross", "shared")), f"{one['reached']} of {one['n']}",
         "never" if one["median"] is None else f"{one['median']:.0f}", band(one["end"])]
        for one in told["cells"]
    ]  # fmt: skip
    tests = [
        [name, one["reached with"], one["reached without"], one["of"], f"{one['p']:.3g}", f"{one['p, Holm']:.3g}"]
        for name, one in told["tests"].items()
    ]
    head = f"Target {told['target']}, {told['budget']} experiments, {told['repeats']} repeats a cell.\n\n"
    first = table(["bandit", "cross", "shared", "reached", "median experiments", "true score at the end"], rows)
    return head + first + "\n\n" + table(["factor", "reached with", "without", "of", "log-rank p", "Holm"], tests)


def islands(told: dict) -> str:
    """Quantiles of what each ended with, and tests."""
    rows = []
    for kind, one in told.items():
        for name, ends in one["ends"].items():
            five = ", ".join(f"{value:.3f}" for value in np.quantile(ends, [0, 0.25, 0.5, 0.75, 1]))
            p = one["p, Mann-Whitney"].get(name)
            rows.append([kind, name, band(one["median"][name]), five, "" if p is None else f"{p:.3g}"])
    return table(["task", "who", "median, bootstrap interval", "least, quartiles, most", "p against the pool"], rows)


def speeds(told: dict) -> str:
    """Medians by experiments and by clock."""
    rows = []
    for kind, one in told.items():
        for what in ("experiments", "clock"):
            of = one[what]["of"]
            cells = [
                f"{one[what][name]['median'] if one[what][name]['median'] is not None else 'never'} ({one[what][name]['reached']} of {of})"
                for name in ("pool", "fastest alone")
            ]
            rows.append([kind, what, *cells, f"{one[what]['p, log-rank']:.3g}"])
        ends = one["end at equal experiments"]
        rows.append(
            [
                kind,
                "true score at the end",
                band(ends["pool"]),
                band(ends["fastest alone"]),
                "",
            ]
        )
    return table(["task", "by", "pool of 1 : 4 : 16", "the fastest alone", "log-rank p"], rows)


def operators(told: dict) -> str:
    """What operators made, and how often it was kept."""
    rows = []
    for name, one in sorted(told.items(), key=lambda pair: -pair[1]["kept"] / max(1, sum(pair[1].values()))):
        tried = sum(one.values())
        rows.append([f"`{name}`", tried, one["kept"], f"{one['kept'] / max(1, tried):.0%}", one["crashed"]])
    return table(["operator", "tried", "kept", "share", "crashed"], rows)


def unlike(told: dict) -> str:
    """Real processes of unlike speed: times to the target, ends, and who did how much."""
    rows = []
    for what in ("experiments", "seconds"):
        both = [told[what][way] for way in ("pool", "fastest alone")]
        medians = ["never" if one["median"] is None else f"{one['median']:.0f}" for one in both]
        cells = [f"{median} ({one['reached']} of {one['of']})" for median, one in zip(medians, both, strict=True)]
        rows.append([f"{what} to the target", *cells, f"{told[what]['p, log-rank']:.3g}"])
    ends = told["end"]
    rows.append(["score at the end", band(ends["pool"]), band(ends["fastest alone"]), f"{ends['p, Mann-Whitney']:.3g}"])
    clocks = told["seconds for all experiments"]
    rows.append(["seconds for all experiments", band(clocks["pool"], 1), band(clocks["fastest alone"], 1), ""])
    shares = ", ".join(f"{name} {count}" for name, count in told["experiments by worker"].items())
    return table(["by", "pool of 1 : 4 : 16", "the fastest alone", "p"], rows) + f"\n\nExperiments by worker: {shares}."


def main() -> None:
    for name, told in (
        (name, read(name))
        for name in (
            "bandits",
            "pool-cross",
            "pool-donors",
            "pool-islands",
            "pool-speeds",
            "pool-unlike",
            "pool-bytes",
            "ledger",
        )
    ):
        if not told:
            continue
        print(f"\n### {name}\n\n`{told['command']}`\n")
        if name == "bandits":
            print(bandits(told))
        elif name == "pool-cross":
            for kind, found in told["found"].items():
                print(f"\n**{kind}**\n\n{factorial(found)}")
        elif name == "pool-bytes":
            found = told["found"]
            print("\n\n".join((factorial(found), islands(found["islands"]), operators(found["operators"]))))
        elif name == "pool-donors":
            print(factorial(told["found"]))
        elif name == "pool-unlike":
            print(unlike(told["found"]))
        elif name == "ledger":
            for one in told["trials"]:
                print(one)
        else:
            print({"pool-islands": islands, "pool-speeds": speeds}[name](told["found"]))


if __name__ == "__main__":
    main()
