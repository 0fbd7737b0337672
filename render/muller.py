"""The story of a run in its report: the Muller plot with its marks, and the list of them."""

from __future__ import annotations

import html
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.transforms import blended_transform_factory

from cyberspace.analysis.story.marks import KINDS
from cyberspace.analysis.story.told import Story
from render import palette
from render.story import branch_colours

SYMBOLS = {"function": "o", "rule": "s", "sweep": "^", "extinction": "x", "amphibian": "D", "catastrophe": "v", "event": "|"}
"""Marker of each kind of mark."""

REST = "#ECECEC"
"""Whoever belongs to no branch that was ever large."""

LISTED = 60
"""Marks that the page lists: the newest."""

NAMED = 16
"""Functions that are named above the plot: the first."""

ROOM = 0.45
"""Height of a letter of a name that goes up aslant, as a share of its size."""

BRANCHES = Path("branches.png")


def draw_branches(story: Story, axes: Axes) -> None:
    """The branches over time, and above them the marks."""
    plot = story.muller
    title = "Branches of the tree of life"
    if not len(plot.ticks) or not plot.branches:
        axes.text(0.5, 0.5, story.note or "No branch was ever large enough to tell.", ha="center", transform=axes.transAxes)
        axes.set(xlabel="tick", title=title)
        return
    order, tops = plot.layers()
    colours = [*branch_colours(plot, palette.VIVID, "#FFFFFF", "#000000"), REST]
    bottom = np.zeros(len(plot.ticks))
    for number, top in zip(order, 100 * tops, strict=True):
        axes.fill_between(plot.ticks, bottom, top, color=colours[number], lw=0.3, edgecolor="white")
        bottom = top
    title += f": each held at least {100 * plot.least:g} % of the living by itself, grey the rest"
    axes.set(xlim=(plot.ticks[0], max(plot.ticks[-1], 1)), ylim=(0, 100), xlabel="tick", ylabel="% of the living")
    axes.set_title(title, pad=22 + 7.5 * ROOM * max((len(names) for _, names in _named(story)), default=0), fontsize=10.5)
    _marks(story, axes)


def _marks(story: Story, axes: Axes) -> None:
    above = blended_transform_factory(axes.transData, axes.transAxes)
    for kind in [kind for kind in KINDS if any(mark.kind == kind for mark in story.marks)]:
        ticks = [mark.tick for mark in story.marks if mark.kind == kind]
        axes.plot(
            ticks, [1.03] * len(ticks), SYMBOLS[kind], color=palette.INK, ms=5, mfc=palette.INK if kind != "event" else "none",
            transform=above, clip_on=False, ls="none", label=kind, alpha=0.8,
        )  # fmt: skip
    for tick, names in _named(story):
        axes.annotate(
            names.replace("$", r"\$"), (tick, 1.05), xycoords=above, rotation=45, fontsize=7.5,
            color=palette.INK, ha="left", va="bottom", annotation_clip=False,
        )  # fmt: skip
    if story.marks:
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.06), handletextpad=0.2)


def _named(story: Story) -> list[tuple[int, str]]:
    """Where names of functions stand, those that would overlap together."""
    found: list[tuple[int, str]] = []
    room = (story.muller.ticks[-1] - story.muller.ticks[0]) / 40
    for mark in [mark for mark in story.marks if mark.kind == "function"][:NAMED]:
        name = mark.words.split()[0]
        if found and mark.tick - found[-1][0] < room:
            found[-1] = (found[-1][0], f"{found[-1][1]}, {name}")
        else:
            found.append((mark.tick, name))
    return found


def story_section(story: Story) -> str:
    """The part of the page: the figure and the list."""
    rows = "\n".join(
        f"<tr><td>{mark.tick:,}</td><td>{mark.kind}</td><td>{html.escape(mark.words)}</td><td>{html.escape(mark.space)}</td></tr>"
        for mark in story.marks[-LISTED:]
    )
    left = f"<p>The newest {LISTED} of {len(story.marks):,}.</p>" if len(story.marks) > LISTED else ""
    note = f"<p>{html.escape(story.note)}</p>" if story.note else ""
    head = "<tr><th>tick</th><th>kind</th><th>what</th><th>space</th></tr>"
    table = f"<table>\n{head}\n{rows}\n</table>" if rows else "<p>Nothing that would be marked.</p>"
    said = "A branch begins white-edged within that of its parent and is as high as its share of the living; marks say what was new."
    figure = f'<figure><img src="{BRANCHES}" alt="branches"><figcaption>{said}</figcaption></figure>'
    return f"<h2>What happened</h2>{note}{figure}{left}{table}"
