"""Marks of events on the time axis of a figure."""

from __future__ import annotations

from matplotlib.axes import Axes

from render import palette
from render.source import Source

MOST, NAMED = 60, 8
"""Events that are marked, and those of them that are named, at most; of more the newest are marked and none is named."""


def mark_events(source: Source, axes: Axes) -> None:
    """A thin line at every tick at which something of the timetable happened, and what it was where there is room."""
    if axes.get_xlabel() != "tick" or not source.events:
        return
    low, high = axes.get_xlim()
    at: dict[int, list[str]] = {}
    for event in source.events[-MOST:]:
        if low <= event.tick <= high:
            at.setdefault(event.tick, []).append(event.what)
    for tick, whats in at.items():
        axes.axvline(tick, color=palette.INK, lw=0.7, ls=":", alpha=0.6)
        if len(at) <= NAMED:
            axes.annotate(
                "; ".join(whats)[:60].replace("$", r"\$"), (tick, 0.02), xycoords=("data", "axes fraction"), rotation=90,
                fontsize=7, color=palette.INK, ha="right", va="bottom",
            )  # fmt: skip
    axes.set_xlim(low, high)
