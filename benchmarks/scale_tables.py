"""The tables and the figure of docs/science/scale.md, made of the results of `benchmarks.scale`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.scale_laws import LAWS, MOST, judge, percent, power, saturating, unchanged
from benchmarks.scale_worlds import ARMS
from cyberspace.statistics import paired_gain, t_interval

Runs = Mapping[int, np.ndarray]
"""Rows of each seed: [tick, organism-ticks, genomes, best, mean, held]."""

TICK, SPENT, DRAWN, BEST, MEAN, HELD = range(6)
SCORES = {"mean of the living": MEAN, "best so far": BEST, "held by 1 %": HELD}


def runs_of(found: Mapping[str, Any]) -> dict[tuple[int, int], dict[str, Runs]]:
    """Runs by (sites, ticks), arm and seed; those of random search by (0, 0)."""
    rows: dict[tuple[int, int], dict[str, dict[int, np.ndarray]]] = {}
    for key, one in found.items():
        arm, sites, ticks, seed = key.split()
        rows.setdefault((int(sites), int(ticks)), {}).setdefault(arm, {})[int(seed)] = np.array(one["rows"], dtype=np.float64)
    return dict(sorted(rows.items()))  # type: ignore[arg-type]


def late(runs: Runs, score: int) -> list[float]:
    """The score of each seed, mean of the last quarter of its time; the best so far in all of it."""
    if score == BEST:
        return [float(rows[:, BEST].max()) for _, rows in sorted(runs.items())]
    return [float(rows[rows[:, TICK] > 0.75 * rows[-1, TICK], score].mean()) for _, rows in sorted(runs.items())]


def scores_table(found: Mapping[str, Any]) -> list[str]:
    """What each arm scores in the end, by size."""
    head = ["sites, ticks", "arm", "seeds", "organism-ticks", "genomes", *SCORES]
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    for (sites, ticks), arms in runs_of(found).items():
        for arm in (one for one in ARMS if one in arms):
            last = np.mean([rows[-1] for rows in arms[arm].values()], axis=0)
            cells = [f"{sites:,}, {ticks:,}" if sites else "-", arm, str(len(arms[arm]))]
            cells += [f"{last[SPENT]:.2g}", f"{last[DRAWN]:,.0f}"]
            for name, score in SCORES.items():
                one = t_interval(late(arms[arm], score))
                told = f"{one.mean:.3g}" + (f" ± {one.high - one.mean:.2g}" if one.n > 1 else "")
                cells.append("-" if arm == "search" and name.startswith("held") else told)
            lines.append("| " + " | ".join(cells) + " |")
    return lines


def gaps_table(found: Mapping[str, Any]) -> list[str]:
    """The world as it is less each control, pairs of equal seeds, Student's interval; bold where it excludes 0."""
    lines = ["| sites, ticks | world less | pairs | " + " | ".join(SCORES) + " |", "|" + " --- |" * (3 + len(SCORES))]
    every = runs_of(found)
    blind = every.get((0, 0), {}).get("search", {})
    for (sites, ticks), arms in every.items():
        if "world" not in arms:
            continue
        for arm, runs in [(one, arms[one]) for one in arms if one != "world"] + ([("search", blind)] if blind else []):
            seeds = sorted(set(arms["world"]) & set(runs))
            cells = [f"{sites:,}, {ticks:,}", arm, str(len(seeds))]
            for name, score in SCORES.items():
                here, there = (late({seed: one[seed] for seed in seeds}, score) for one in (arms["world"], runs))
                gap = paired_gain(here, there)
                told = f"{gap.mean:+.3g} [{gap.low:.3g}, {gap.high:.3g}]" if gap.n > 1 else f"{gap.mean:+.3g}"
                told = f"**{told}**" if gap.n > 1 and gap.low * gap.high > 0 else told
                cells.append("-" if arm == "search" and name.startswith("held") else told)
            lines.append("| " + " | ".join(cells) + " |")
    return lines


def together(runs: Runs) -> np.ndarray:
    """Rows of all seeds, (seeds, samples, 6), as far as all of them went."""
    least = min(len(rows) for rows in runs.values())
    return np.array([rows[:least] for _, rows in sorted(runs.items())])


def curves(runs: Runs) -> tuple[np.ndarray, np.ndarray]:
    """Compute (samples,), and the mean score of the living (seeds, samples)."""
    rows = together(runs)
    return rows[:, :, SPENT].mean(axis=0), rows[:, :, MEAN]


def laws_table(found: Mapping[str, Any]) -> list[str]:
    """Both laws by arm and size: exponents with bootstrap intervals, and errors on the decade held out."""
    head = [
        "sites, ticks",
        "arm",
        "decades",
        "power: exponent",
        "off by",
        "saturating: exponent",
        "off by",
        "no change: off by",
    ]
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    for (sites, ticks), arms in runs_of(found).items():
        for arm in (one for one in ARMS if one in arms and one != "search"):
            x, scores = curves(arms[arm])
            told = [judge(law, x, scores).told() for law in LAWS]
            still = percent(unchanged(x, scores)) if scores.any() else "-"
            lines.append(f"| {sites:,}, {ticks:,} | {arm} | {np.log10(x[-1] / x[0]):.1f} | {told[0]} | {told[1]} | {still} |")
    return lines


def sites_table(found: Mapping[str, Any]) -> list[str]:
    """Score against sites at one and the same tick, the last that all sizes have."""
    every = {key: arms for key, arms in runs_of(found).items() if key[0]}
    if not every:
        return []
    common = min(ticks for _, ticks in every)
    names = [arm for arm in ARMS if arm != "search"]
    lines = [f"| sites, at tick {common:,} | " + " | ".join(names) + " |", "|" + " --- |" * (1 + len(names))]
    for (sites, _), arms in every.items():
        cells = [f"{sites:,}"]
        for arm in names:
            values = [_at(rows, common) for rows in arms.get(arm, {}).values()]
            one = t_interval(values) if values else None
            cells.append("-" if one is None else f"{one.mean:.3g}" + (f" ± {one.high - one.mean:.2g}" if one.n > 1 else ""))
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def _at(rows: np.ndarray, tick: int) -> float:
    return float(np.interp(tick, rows[:, TICK], rows[:, MEAN]))


def tables(found: Mapping[str, Any]) -> str:
    """All of them."""
    seconds = sum(one["seconds"] for one in found.values())
    parts = [scores_table(found), gaps_table(found), laws_table(found), sites_table(found)]
    return "\n\n".join("\n".join(part) for part in parts) + f"\n\n{len(found)} runs, {seconds:,.0f} seconds of one core"


COLOURS = {"world": "black", "fixed": "tab:blue", "lot": "tab:red", "whole": "tab:green", "search": "tab:gray"}


def figure(found: Mapping[str, Any], path: Path) -> None:
    """Mean score of the living and best so far against organism-ticks, a column for each size; dotted what the laws say."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    every = runs_of(found)
    sizes = [key for key in every if key[0]]
    canvas = Figure(figsize=(4.2 * len(sizes), 7), layout="constrained")
    FigureCanvasAgg(canvas)
    axes = canvas.subplots(2, len(sizes), sharex=True, sharey="row", squeeze=False)
    for column, key in enumerate(sizes):
        for arm, runs in [*every[key].items(), *every.get((0, 0), {}).items()]:
            rows = together(runs)
            x = rows[:, :, SPENT].mean(axis=0)
            for line, values in enumerate((rows[:, :, MEAN], np.maximum.accumulate(rows[:, :, BEST], axis=1))):
                axes[line][column].plot(
                    x, values.mean(axis=0), ".-" if arm == "search" else "-", color=COLOURS[arm], label=ARMS[arm]
                )
                axes[line][column].fill_between(x, values.min(axis=0), values.max(axis=0), color=COLOURS[arm], alpha=0.15)
        x, scores = curves(every[key]["world"])
        for law, function, dots in (("power", power, ":"), ("saturating", saturating, "--")):
            one, unit = judge(law, x, scores), x[-1] / 10
            if one.numbers is not None:
                said = np.minimum(function(x / unit, *one.numbers), MOST)
                axes[0][column].plot(x, said, dots, color="black", label=f"{law} law, fitted before the last decade")
                axes[0][column].axvline(unit, color="gray", linewidth=0.5)
        axes[0][column].set_title(f"{key[0]:,} sites, {key[1]:,} ticks")
        axes[1][column].set_xlabel("organism-ticks")
    for line, name in enumerate(("mean score of the living", "best score so far")):
        axes[line][0].set_ylabel(f"{name}, of 27")
        axes[line][0].set_xscale("log")
    axes[0][0].set_yscale("symlog", linthresh=0.01)
    axes[0][0].set_ylim(bottom=0)
    canvas.legend(*axes[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    canvas.savefig(path, dpi=100)
