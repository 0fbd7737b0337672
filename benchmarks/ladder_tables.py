"""The tables of docs/science/ladder.md, made of the results of `benchmarks.ladder`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from cyberspace.statistics import fisher, kaplan_meier, log_rank

HELD = 100
"""A function is reached at the first look at which 1 % of the living perform it, in parts of 10,000."""

Arms = dict[str, dict[int, Mapping[str, Any]]]


def worlds_of(found: Mapping[str, Any]) -> dict[tuple[str, int, int], Arms]:
    """Runs by (task, ticks, sms), arm and seed."""
    every: dict[tuple[str, int, int], Arms] = {}
    for key, one in found.items():
        task, arm, number, ticks, sm = key.split()
        if arm != "chance":
            every.setdefault((task, int(ticks), int(sm)), {}).setdefault(arm, {})[int(number)] = one
    return every


def times(runs: Mapping[int, Mapping[str, Any]], goal: str) -> list[float]:
    """When each seed reached a function; infinity if it did not."""
    found = []
    for _, run in sorted(runs.items()):
        column = np.array(run["shares"])[:, run["goals"].index(goal)]
        first = np.flatnonzero(column >= HELD)
        found.append(float((first[0] + 1) * run["every"]) if len(first) else np.inf)
    return found


def told(runs: Mapping[int, Mapping[str, Any]], goal: str, ticks: int) -> str:
    """How many of how many reached it, and the median time."""
    one = kaplan_meier(times(runs, goal), ticks)
    median = f", median {one.median:,.0f}" if np.isfinite(one.median) else ""
    return f"{one.reached} of {one.n}{median}"


def steps_table(every: Mapping[tuple[str, int, int], Arms]) -> list[str]:
    """Where all functions pay: how often and when each is reached."""
    lines = []
    for (task, ticks, sm), arms in every.items():
        runs = arms.get("all", {})
        if runs:
            goals = next(iter(runs.values()))["goals"]
            lines += [f"{task}, all pay, {sm * 1024:,} sites, {ticks:,} ticks, {len(runs)} seeds:", ""]
            lines += ["| function | reached by 1 % |", "| --- | --- |"]
            lines += [f"| {goal} | {told(runs, goal, ticks)} |" for goal in goals] + [""]
    return lines


def contrast_table(every: Mapping[tuple[str, int, int], Arms]) -> list[str]:
    """Each top: with all functions paid, and alone."""
    head = ["task, sites, ticks", "top", "all pay", "it alone pays", "Fisher", "log-rank"]
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    for (task, ticks, sm), arms in every.items():
        for arm, runs in arms.items():
            if arm == "all" or "+" in arm or "all" not in arms:
                continue
            with_steps, alone = times(arms["all"], arm), times(runs, arm)
            counts = [
                [int(np.isfinite(one).sum()), int((~np.isfinite(one)).sum())] for one in map(np.array, (with_steps, alone))
            ]
            cells = [f"{task}, {sm * 1024:,}, {ticks:,}", arm, told(arms["all"], arm, ticks), told(runs, arm, ticks)]
            cells += [f"{fisher(counts):.2g}", f"{log_rank(with_steps, alone, ticks):.2g}"]
            lines.append("| " + " | ".join(cells) + " |")
    return lines


def chance_table(found: Mapping[str, Any]) -> list[str]:
    """How many random genomes in a million perform each function."""
    lines = []
    for task in ("logic", "ladder"):
        rows = {int(key.split()[2]): one for key, one in found.items() if key.startswith(f"{task} chance")}
        if len(rows) < 2:
            continue
        lines += [f"| {task} | faultless for 1 block | for 4 blocks |", "| --- | --- | --- |"]
        for goal in (name for name in rows[1] if name not in ("of", "seconds")):
            lines.append(
                f"| {goal} | " + " | ".join(f"{1e6 * one[goal] / one['of']:.3g}" for _, one in sorted(rows.items())) + " |"
            )
        lines += [f"of a million genomes, {rows[1]['of']:,} drawn", ""]
    return lines


def tables(found: Mapping[str, Any]) -> str:
    """All of them."""
    every, seconds = worlds_of(found), sum(one.get("seconds", 0) for one in found.values())
    lines = [*steps_table(every), *contrast_table(every), "", *chance_table(found)]
    return "\n".join(lines) + f"\n{len(found)} runs, {seconds:,.0f} seconds of one core"
