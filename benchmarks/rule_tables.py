"""The tables of docs/rules.md, made of the results of `benchmarks.rules`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from benchmarks.rule_worlds import RULES

STUDENT = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571, 7: 2.447, 8: 2.365, 9: 2.306, 10: 2.262}
"""The 97.5 % point of Student's t for so many seeds."""

REGAINED = 0.9
Found = Mapping[str, Mapping]


def log_ratio(run: Sequence[int]) -> float:
    """By how much ln(rare / common) grew over a run; half an organism is added to each count after it, since one may be gone."""
    few, many, rare, common = run
    return float(np.log((rare + 0.5) / (common + 0.5)) - np.log(few / many))


def interval(values: Sequence[float]) -> tuple[float, float]:
    """The mean and half of its 95 % interval over seeds."""
    spread = np.std(values, ddof=1) / np.sqrt(len(values)) if len(values) > 1 else np.inf
    return float(np.mean(values)), float(STUDENT.get(len(values), 1.96) * spread)


def told(runs: Mapping[str, Sequence[int]]) -> str:
    """A cell: the mean and its interval; bold where it excludes 0; what died out altogether is said."""
    mean, half = interval([log_ratio(run) for run in runs.values()])
    text = f"{mean:+.1f} ± {half:.1f}"
    if all(run[2] + run[3] == 0 for run in runs.values()):
        return "all dead"
    return f"**{text}**" if abs(mean) > half else text


def change_name(lessons: int) -> str:
    return f"every {lessons} lessons" if lessons else "never"


def grid_table(grid: Found, cells: Sequence[tuple[int, int, int]], pairs: Sequence[tuple[str, str]]) -> str:
    """A row for each pair, a column for each cell."""
    head = ["rare", "common", *(f"{life}, {change_name(lessons)}" for life, lessons, _ in cells)]
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    for rare, common in pairs:
        runs = [grid.get(f"{life} {lessons} {noise} {rare} {common}") for life, lessons, noise in cells]
        lines.append("| " + " | ".join([rare, common, *(told(one) if one else "-" for one in runs)]) + " |")
    return "\n".join(lines)


def summary(grid: Found, lifespans: Sequence[int], changes: Sequence[int], noise: int) -> str:
    """A map: in each cell, the rules that invade another when rare and are not invaded by it, by how many of the others."""
    lines = ["| lifespan | " + " | ".join(map(change_name, changes)) + " |", "|" + " --- |" * (1 + len(changes))]
    for life in lifespans:
        texts = []
        for lessons in changes:
            wins = dict.fromkeys(RULES, 0)
            for one in RULES:
                for other in RULES:
                    there, back = (grid.get(f"{life} {lessons} {noise} {a} {b}") for a, b in ((one, other), (other, one)))
                    if one != other and there and back:
                        up, down = (interval([log_ratio(run) for run in runs.values()]) for runs in (there, back))
                        wins[one] += up[0] > up[1] and down[0] < -down[1]
            ranked = sorted(RULES, key=lambda rule: -wins[rule])
            texts.append(", ".join(f"{rule} {wins[rule]}" for rule in ranked))
        lines.append(f"| {life} | " + " | ".join(texts) + " |")
    return "\n".join(lines)


def regained(one: Mapping) -> int | None:
    """The first lesson after a change from which on eight in a row have a mean of 90 % of the score before; None if there is none."""
    means = np.convolve(one["after"], np.ones(8) / 8, "valid")
    found = np.flatnonzero(means >= REGAINED * one["before"])
    return int(found[0]) if len(found) else None


def recovery_table(curves: Found) -> str:
    """A row for each rule."""
    at = (0, 1, 2, 4, 8, 16, 32, 64, 127)
    head = ["rule", "before", *(f"lesson {k}" for k in at), "90 % regained after (by seed)", "still alive", "all the living"]
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    for rule, seeds in curves.items():
        runs = list(seeds.values())
        means = [np.mean([run["after"][k] for run in runs]) for k in at]
        when = ", ".join("never" if (found := regained(run)) is None else str(found) for run in runs)
        cells = [rule, f"{np.mean([run['before'] for run in runs]):.2f}", *(f"{mean:.2f}" for mean in means), when]
        cells += [f"{np.mean([run[key] for run in runs]):.2f}" for key in ("living", "everybody")]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def tables(found: Mapping[str, Found], lifespans: Sequence[int], changes: Sequence[int], noise: int) -> str:
    """All of them."""
    grid, pairs = found["grid"], [(a, b) for a in RULES for b in RULES if a != b]
    parts = ["settings tried, and the share of right answers (rate A B C D):"]
    parts += [
        f"  {rule}: {max(tried, key=tried.get)} ({max(tried.values()):.3f} of {len(tried)})"
        for rule, tried in found["search"].items()
    ]
    parts += ["", summary(grid, lifespans, changes, noise)]
    for lessons in changes:
        parts += ["", grid_table(grid, [(life, lessons, noise) for life in lifespans], pairs)]
    parts += [
        "",
        "never, no lies:",
        grid_table(grid, [(life, 0, 0) for life in lifespans], [pair for pair in pairs if "none" in pair]),
    ]
    parts += ["", recovery_table(found["recovery"]), "", f"processor seconds: {found['seconds']}"]
    return "\n".join(parts)
