"""The maps of docs/science/learning.md, made of the results of `benchmarks.learning`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

TITLES = {"fixed": "began without plasticity", "learner": "began with learners"}
WHAT = {
    "learns": "share of the living that can learn",
    "right": "share of right answers",
    "without": "once all learning rates are 0",
}


def grid(
    found: Mapping[str, Any], start: str, what: str, lifespans: Sequence[int], lessons: Sequence[int], ticks: int
) -> tuple[np.ndarray, np.ndarray]:
    """Means over seeds, float64 (lifespans, rates of change), and how many seeds each rests on; those that died out are left out."""
    means, counts = (np.full((len(lifespans), len(lessons)), value) for value in (np.nan, 0.0))
    for row, life in enumerate(lifespans):
        for column, length in enumerate(lessons):
            head = f"{start} {life} {length} {ticks} "
            values = [one[what] for key, one in found.items() if key.startswith(head) and one["alive"]]
            if values:
                means[row, column], counts[row, column] = float(np.mean(values)), len(values)
    return means, counts


def change_name(lessons: int) -> str:
    """How often the task changes, in words."""
    return f"{4 * lessons:,}" if lessons else "never"


def tables(found: Mapping[str, Any], lifespans: Sequence[int], lessons: Sequence[int], ticks: int) -> str:
    """All maps as tables: a row for each lifespan, a column for each rate of change."""
    parts = []
    for start, title in TITLES.items():
        for what, meaning in WHAT.items():
            means, counts = grid(found, start, what, lifespans, lessons, ticks)
            if not counts.any():
                continue
            least, most = int(counts.min()), int(counts.max())
            lines = [f"{meaning}, {title}; {most if least == most else f'{least} to {most}'} seeds a cell", ""]
            lines += ["| mean lifespan, ticks | " + " | ".join(change_name(one) for one in lessons) + " |"]
            lines += ["|" + " --- |" * (1 + len(lessons))]
            for life, row in zip(lifespans, means, strict=True):
                lines.append(f"| {life:,} | " + " | ".join("-" if np.isnan(one) else f"{one:.2f}" for one in row) + " |")
            parts.append("\n".join(lines))
    seconds = [one["seconds"] for key, one in found.items() if key.split()[3] == str(ticks)]
    return "\n\n".join(parts) + f"\n\n{len(seconds)} runs of {ticks:,} ticks, {sum(seconds):,.0f} seconds of one core"


def figure(found: Mapping[str, Any], lifespans: Sequence[int], lessons: Sequence[int], ticks: int, path: Path) -> None:
    """The maps as pictures, three for each beginning that was run."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    starts = [one for one in TITLES if any(key.startswith(f"{one} ") for key in found)]
    canvas = Figure(figsize=(15, 4.5 * len(starts)), layout="constrained")
    FigureCanvasAgg(canvas)
    for number, (start, title) in enumerate((one, TITLES[one]) for one in starts):
        for column, (what, meaning) in enumerate(WHAT.items()):
            axes = canvas.add_subplot(len(starts), 3, 1 + 3 * number + column)
            means, _ = grid(found, start, what, lifespans, lessons, ticks)
            shown = axes.imshow(
                means, origin="lower", aspect="auto", vmin=0 if what == "learns" else 0.5, vmax=1, cmap="viridis"
            )
            axes.set_xticks(range(len(lessons)), [change_name(one) for one in lessons])
            axes.set_yticks(range(len(lifespans)), [f"{one:,}" for one in lifespans])
            axes.set_xlabel("ticks until the task changes")
            axes.set_ylabel("mean lifespan, ticks")
            axes.set_title(f"{meaning}; {title}", fontsize=10)
            canvas.colorbar(shown, ax=axes)
    canvas.savefig(path, dpi=80)
