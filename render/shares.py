"""How many of the living perform each goal, as lines: one organism may perform several, so that shares are never stacked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import Normal, Stroke
from numpy.typing import NDArray

from cyberspace.errors import legible
from render import palette

OUTLINE = [Stroke(linewidth=3, foreground="#555555"), Normal()]
"""So that pale lines are seen on white."""

HEADROOM = 1.08
"""Of the highest share, above which nothing is drawn."""


def draw_shares(
    axes: Axes, ticks: NDArray[np.int64], shares: NDArray[np.float64], goals: Sequence[str], notes: Sequence[str] = (),
    levels: Sequence[float | None] = (),
) -> None:  # fmt: skip
    """Draw shares (samples, goals) of the living, 0 to 1, in the colours of the goals.

    Notes are added to what the legend says of each goal; levels are dashed lines in its colour, such as what chance reaches.
    """
    colours, last = palette.task_colours(len(goals)), shares[-1].tolist()
    for k in sorted(range(len(goals)), key=lambda k: -last[k]):  # the legend in the order of the lines' ends
        words = f"{legible(goals[k])}: {last[k]:.1%} at the end" + (notes[k] if notes else "")
        label = words.replace("$", r"\$").replace("_", " ")
        axes.plot(ticks, 100 * shares[:, k], color=colours[k], lw=2, label=label, path_effects=OUTLINE)
    drawn = [(level, colour) for level, colour in zip(levels, colours, strict=False) if level is not None]
    for number, (level, colour) in enumerate(drawn):
        label = "" if number else "dashed: what chance reaches"
        axes.axhline(100 * level, color=colour, lw=1.2, ls="--", label=label, path_effects=OUTLINE[1:])
    highest = max([float(shares.max(initial=0.0)), *(level for level, _ in drawn)])
    most = min(100.0, HEADROOM * 100 * highest or 100.0)
    axes.set(
        ylim=(0, most), xlabel="tick", ylabel="% of the living", title="Tasks performed (one organism may perform several)"
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
