"""Pictures of a dissection, each drawn from the rows of its figure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from cyberspace.page import Cell, Draw, column

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Rows = Sequence[Sequence[Cell]]

NOTHING, IDLE, WORSE, FEW, MANY = "#ffffff", "#dde3ea", "#f0a860", "#3c78b4", "#10304f"
"""Colours of a locus: its allele is 0, it may go, fitness alone is lost, one function is lost, several are."""

INK = "#33506e"


def genome(names: tuple[list[str], list[str]]) -> Draw:
    """The grid of connections with the units' learning rates, and other genes below; for the names of units and inputs."""
    units, inputs = names

    def draw(axes: Axes, rows: Rows) -> None:
        from matplotlib.colors import to_rgb

        wide = len(inputs) + 2
        grid = np.ones((len(units) + 2, wide, 3))
        rates = strip = 0
        for row in rows:
            unit, source, part = int(column([row], 3)[0]), int(column([row], 4)[0]), row[1]
            if unit < 0:
                unit, source = (rates, wide - 1) if part == "learning rate" else (len(units) + 1, strip)
                rates, strip = (rates + 1, strip) if part == "learning rate" else (rates, strip + 1)
            grid[unit, source] = to_rgb(_colour(row))
            if unit == len(units) + 1:
                axes.text(
                    source, unit, str(row[2]), ha="center", va="center", fontsize=6, color="#ffffff" if row[6] else "#555555"
                )
        axes.imshow(grid, aspect="auto", interpolation="nearest")
        axes.set_yticks([*range(len(units)), len(units) + 1], [*units, "rule, copier"], fontsize=max(3, 7 - len(units) // 24))
        axes.set_xticks([*range(len(inputs)), wide - 1], [*inputs, "rate"], rotation=90, fontsize=max(3, 7 - len(inputs) // 24))
        axes.set_xticks(np.arange(wide + 1) - 0.5, minor=True)
        axes.set_yticks(np.arange(len(units) + 3) - 0.5, minor=True)
        axes.grid(which="minor", color="#e8ecf0", linewidth=0.4)
        axes.tick_params(which="both", length=0)
        _legend(axes)

    return draw


def _colour(row: Sequence[Cell]) -> str:
    allele, lost, fitness = (column([row], k)[0] for k in (5, 7, 8))
    if allele == 0 and not lost and not abs(fitness - 1) > 0.01:
        return NOTHING
    if lost:
        return MANY if lost > 1 else FEW
    return WORSE if abs(fitness - 1) > 0.01 else IDLE


def _legend(axes: Axes) -> None:
    from matplotlib.patches import Patch

    told = {
        MANY: "several functions lost",
        FEW: "one function lost",
        WORSE: "fitness changed",
        IDLE: "may go",
        NOTHING: "allele 0",
    }
    patches = [Patch(facecolor=colour, edgecolor="#b0b8c0", label=words) for colour, words in told.items()]
    axes.legend(handles=patches, loc="upper left", bbox_to_anchor=(1.01, 1), fontsize=7, frameon=False)


def strokes(functions: Sequence[str], edges: Sequence[int], loci: int) -> Draw:
    """A line for each function along the genome, with a stroke at each necessary locus."""

    def draw(axes: Axes, rows: Rows) -> None:
        for edge in edges:
            axes.axvline(edge - 0.5, color="#e0e4e8", linewidth=0.6, zorder=0)
        for row in rows:
            y = functions.index(str(row[0]))
            axes.vlines(column([row], 1)[0], y - 0.38, y + 0.38, color=INK, linewidth=1.2)
        axes.set_yticks(range(len(functions)), functions)
        axes.set_ylim(len(functions) - 0.5, -0.5)
        axes.set_xlim(-1, loci)
        axes.set_xlabel("locus")

    return draw


def bars(axes: Axes, rows: Rows) -> None:
    """Shares with their intervals."""
    share, low, high = (np.array(column(rows, k)) for k in (1, 2, 3))
    names = [str(row[0]) for row in rows]
    colours = ["#8a3b3b", WORSE, IDLE, "#4f9a5b", INK][: len(rows)]
    axes.bar(names, share, color=colours)
    if (high > low).any():
        axes.errorbar(range(len(names)), share, yerr=[share - low, high - share], fmt="none", ecolor="#222", capsize=3)
    for k, value in enumerate(share):
        axes.annotate(f"{100 * value:.1f} %", (k, max(value, high[k])), ha="center", va="bottom", fontsize=8)
    axes.set_ylabel("share of mutants")
    axes.set_ylim(0, 1.1 * max(0.01, float(np.nanmax(high))))


def histogram(axes: Axes, rows: Rows) -> None:
    """How fitness is spread; mutants that gain more than double stand in the last bar."""
    fitness, chance = np.array(column(rows, 4)), np.array(column(rows, 5))
    known = np.isfinite(fitness)
    axes.hist(np.clip(fitness[known], 0, 2), bins=np.linspace(0, 2, 81).tolist(), weights=chance[known], color=INK)
    axes.axvline(1, color="#c06020", linewidth=1)
    axes.set_yscale("log")
    axes.set_xlabel("fitness relative to the organism (2 and more in the last bar)")
    axes.set_ylabel("share of mutants")


def pairs(axes: Axes, rows: Rows) -> None:
    """Fitness without both against the product of those without each."""
    w1, w2, w12 = (np.array(column(rows, k)) for k in (4, 5, 6))
    axes.scatter(w1 * w2, w12, s=6, alpha=0.35, color=INK, linewidths=0)
    top = max(1.0, float(np.nanmax([*(w1 * w2), *w12, 1.0])))
    axes.plot([0, top], [0, top], color="#c06020", linewidth=1)
    axes.set_xlabel("w1 w2: as if both acted by themselves")
    axes.set_ylabel("w12: without both")
