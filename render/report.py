"""The report: figures of a run, and one HTML page of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import cycle
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from cyberspace.analysis.measuring.row import as_csv
from cyberspace.analysis.measuring.statistics import statistics
from cyberspace.analysis.story.story import tell
from cyberspace.analysis.story.told import Story
from cyberspace.errors import InputError, system_errors
from cyberspace.law.state import HEATS, INFLOWS
from render import palette, statistics_figures
from render.kin_figure import draw_kinship
from render.life_tree import TREE, draw_tree
from render.marks import mark_events
from render.muller import BRANCHES, draw_branches
from render.page import figure_file, score_name, write_page
from render.projection import project
from render.source import Source, flows, read_sources
from render.statistics_figures import CSV
from render.task_figures import draw_score, draw_tasks

STYLE = {
    "figure.facecolor": "white",
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": palette.INK,
    "axes.titlelocation": "left",
    "legend.frameon": False,
}
FAITHFUL_ENOUGH = 0.8

HALF = 0.5
"""Width of axes, as a share of the figure's, below which fewer ticks have room."""


def write_report(path: str | Path) -> tuple[Path, list[str]]:
    """Draw the figures of the run in a folder, and write its page: the page's path, and a line for all that is damaged.

    Raises:
        InputError: If it is no run, or its folder can't be written.
    """
    sources = read_sources(path)
    folder = sources[0].folder.path / "report"
    with system_errors(str(folder), "a folder for the report that can be written", "moving away what is in the way"):
        folder.mkdir(exist_ok=True)
        story, damaged = _story(sources[0])
        _draw(sources, folder, story)
        measured, unmeasured = _measured(sources[0], folder)
        page = folder / "index.html"
        page.write_text(write_page(sources, story, measured), encoding="utf-8")
    return page, list(dict.fromkeys([*sources[0].facts.get("damaged", []), *damaged, *unmeasured]))


def _story(source: Source) -> tuple[Story | None, list[str]]:
    """What happened, and a line for all that is damaged of what tells it."""
    try:
        return tell(source.folder), []
    except InputError as error:
        return None, list(error.problems)


def _measured(source: Source, folder: Path) -> tuple[str, list[str]]:
    """The part of the page that tells a run's statistics, its figures and the table drawn and written; and what is damaged of it."""
    try:
        found = statistics(source.folder)
    except InputError as error:
        return "", list(error.problems)
    (folder / CSV).write_text(as_csv(found.rows), encoding="utf-8", newline="")
    drawn = []
    with plt.rc_context(STYLE):
        for name, draw in statistics_figures.FIGURES.items():
            figure, axes = plt.subplots(figsize=(8, 4.2), layout="constrained")
            if draw(found.rows, axes):
                _thousands(axes)
                _save(figure, folder / statistics_figures.figure_file(name))
                drawn.append(name)
            plt.close(figure)
    return statistics_figures.section(drawn, found), []


def _draw(sources: list[Source], folder: Path, story: Story | None) -> None:
    with plt.rc_context(STYLE):
        if story is not None:
            figure, axes = plt.subplots(figsize=(9.2, 4.6), layout="constrained")
            draw_branches(story, axes)
            _thousands(axes)
            _save(figure, folder / BRANCHES)
            figure, axes = plt.subplots(figsize=(9.2, 5.6), layout="constrained")
            draw_tree(sources[0].folder, story, axes)
            _thousands(axes)
            _save(figure, folder / TREE)
        for source in sources:
            for name, draw in figures_of(source).items():
                figure, axes = plt.subplots(figsize=(8, 4.2), layout="constrained")
                draw(source, axes)
                mark_events(source, axes)
                _thousands(axes)
                _save(figure, folder / figure_file(sources, source, name))
        _save(_overview(sources[0]), folder / "overview.png")


def _save(figure: Figure, path: Path) -> None:
    figure.savefig(path, dpi=130)
    plt.close(figure)


def draw_heredity(source: Source, axes: Axes) -> None:
    """Heredity over time."""
    axes.plot(source.ticks[1:], source.heredity, color=palette.VIVID[0], lw=2)
    axes.axhline(FAITHFUL_ENOUGH, color=palette.OTHER, lw=1, ls="--")
    axes.set(
        ylim=(0, 1.02), xlabel="tick", ylabel="share of births", title="Heredity: births within 5 % of the parent's genome"
    )


def draw_population(source: Source, axes: Axes) -> None:
    """Population and births."""
    axes.plot(source.ticks, source.series["alive"], color=palette.VIVID[2], lw=2, label="alive")
    axes.axhline(source.sites, color=palette.OTHER, lw=1, ls="--", label="sites")
    axes.plot(source.ticks[1:], 100 * source.rate("births"), color=palette.VIVID[3], lw=1.5, label="births per 100 ticks")
    axes.set(ylim=(0, None), xlabel="tick", ylabel="organisms", title="Population")
    axes.legend(loc="lower right")


def draw_energy(source: Source, axes: Axes) -> None:
    """Energy flows per tick: what comes in above zero, what turns to heat below."""
    found, after = flows(source), source.ticks[1:]
    names = {"sunlight": "sunlight", "fill": "pools filled", "genesis": "newcomers", "death": "deaths"}
    unused = cycle(palette.STACK)
    for sign, kinds in ((1, INFLOWS), (-1, HEATS)):
        seen = [kind for kind in kinds if found[kind].any()]
        colours = [next(unused) for _ in seen]
        labels = [f"{'in' if sign > 0 else 'heat'}: {names.get(kind, kind)}" for kind in seen]
        if not seen:  # nothing lived here, or nothing flowed
            continue
        axes.stackplot(after, [sign * found[kind] for kind in seen], labels=labels, colors=colours, edgecolor="white", lw=0.3)
    axes.axhline(0, color=palette.INK, lw=1)
    axes.yaxis.set_major_formatter(lambda value, _: f"{abs(value):,.0f}")
    axes.set(xlabel="tick", ylabel="units of energy per tick", title="Energy: what comes in above, heat below")
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))


def draw_lineages(source: Source, axes: Axes) -> None:
    """The map of lineages at the end."""
    marks, counts = np.unique(source.founder[source.founder > 0], return_counts=True)
    largest = marks[np.argsort(-counts, kind="stable")][: len(palette.VIVID)]
    index = np.where(source.founder > 0, len(largest) + 1, 0)
    for k, mark in enumerate(largest):
        index[source.founder == mark] = k + 1
    picture = project(index, len(largest) + 2)
    colours = [palette.GROUND, *palette.VIVID[: len(largest)], palette.OTHER, "#E8E8E8"]
    axes.imshow(picture, cmap=ListedColormap(colours), vmin=-0.5, vmax=len(colours) - 0.5, interpolation="nearest")
    axes.set(
        xticks=[],
        yticks=[],
        title=f"Lineages at tick {source.facts['tick']:,} (largest six; grey: {max(0, len(marks) - 6)} others)",
    )
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    order = np.argsort(-counts, kind="stable")
    rows = [(palette.VIVID[k], f"{marks[at]:08x}: {counts[at]:,} live") for k, at in enumerate(order[: len(largest)])]
    rows += [(palette.OTHER, "another")] * (len(marks) > len(largest)) + [(palette.GROUND, "nobody")]
    patches = [Patch(facecolor=colour, edgecolor=palette.OTHER, lw=0.5, label=words) for colour, words in rows]
    axes.legend(handles=patches, loc="upper left", bbox_to_anchor=(1.0, 1.0))


FIGURES: dict[str, Callable[[Source, Axes], None]] = {
    "heredity": draw_heredity,
    "tasks": draw_tasks,
    "population": draw_population,
    "energy": draw_energy,
    "lineages": draw_lineages,
    "kinship": draw_kinship,
}
"""Figures by name, of every space."""


def figures_of(source: Source) -> dict[str, Callable[[Source, Axes], None]]:
    """The figures of a space: one more for each task that says a score."""
    scores = {score_name(one): partial(_draw_score, one.number) for one in source.scores.told}
    return FIGURES | scores


def _draw_score(number: int, source: Source, axes: Axes) -> None:
    draw_score(source, number, axes)


def _overview(source: Source) -> Figure:
    figure: Figure
    figure, axes = plt.subplots(2, 2, figsize=(15, 7.8), layout="constrained")
    for draw, place in zip((draw_heredity, draw_tasks, draw_energy, draw_lineages), axes.flat, strict=True):
        draw(source, place)
        mark_events(source, place)
        _thousands(place)
    return figure


def _thousands(axes: Axes) -> None:
    """Few ticks, in thousands, where a number axis counts ticks."""
    if axes.get_xlabel() == "tick":
        axes.xaxis.set_major_locator(MaxNLocator(4 if axes.get_position().width < HALF else 5))
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
