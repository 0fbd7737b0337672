"""Figures of tasks: the shares of the living that perform them, beside what chance reaches, and the curves of scores."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from cyberspace.errors import legible
from cyberspace.record.scores import COLUMNS, LOWER
from render import palette
from render.shares import draw_shares
from render.source import Source

SEEN = 0.0005
"""What chance reaches has a line of its own from this share on; below it is told as 0.0 %."""


def plain(words: str) -> str:
    """Words as matplotlib writes them, none of which are formulas."""
    return legible(words).replace("$", r"\$")


def draw_tasks(source: Source, axes: Axes) -> None:
    """Shares of the living that perform each goal; what chance reaches is a dashed line in the colour of the goal."""
    goals, chance = source.goals, source.facts["chance"]
    if not goals:
        axes.text(0.5, 0.5, "This world has no task.", ha="center", transform=axes.transAxes)
        return
    notes = [f", by chance {chance[goal]:.1%}" if goal in chance else "" for goal in goals]
    levels = [chance[goal] if chance.get(goal, 0.0) >= SEEN else None for goal in goals]
    draw_shares(axes, source.ticks, source.series["shares"].astype(np.float64), goals, notes, levels)


def draw_score(source: Source, number: int, axes: Axes) -> None:
    """One score over time: the median, bands of quantiles, and the best."""
    one = source.scores.told[number]
    ticks, curve = source.scores.ticks, dict(zip(COLUMNS, source.scores.values[:, number].T, strict=True))
    best, better = ("lowest", "lower") if one.better == LOWER else ("highest", "higher")
    axes.fill_between(
        ticks, curve["5 %"], curve["95 %"], color=palette.VIVID[4], alpha=0.3, lw=0, label="5 to 95 % of the living"
    )
    axes.fill_between(ticks, curve["25 %"], curve["75 %"], color=palette.VIVID[4], alpha=0.6, lw=0, label="25 to 75 %")
    axes.plot(ticks, curve["median"], color=palette.VIVID[0], lw=2, label="median")
    axes.plot(ticks, curve["best"], color=palette.VIVID[3], lw=1, label=f"best ({best})")
    if not np.isfinite(curve["median"]).any():
        axes.text(0.5, 0.5, "Not known of anybody yet.", ha="center", transform=axes.transAxes)
    axes.set(xlim=(ticks[0], ticks[-1]), xlabel="tick", ylabel=plain(one.unit))
    axes.set_title(f"Score of {plain(one.name)} ({better} is better)")
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
