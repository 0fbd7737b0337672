"""The demo of packets: what they bring by router, with liars, and how far they travel, on one page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cyberspace.collective.packets import hops, measures
from cyberspace.collective.packets.growth import fits
from cyberspace.collective.packets.measures import Row
from cyberspace.collective.packets.routers.table import ROUTERS
from cyberspace.collective.packets.trial import STAGES, WITHHELD, Setting
from cyberspace.page import Cell, Figure, Page, column

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SITES, SEEDS = 729, 4
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
"""For lines that must be told apart, by the colour-blind, too (Okabe and Ito 2008)."""

LIARS = (0.0, 0.2, 0.4)
EDGES = (8, 11, 15, 22, 32, 46)
"""Edges of the worlds whose ways are counted: 512 to 97,336 sites."""

WORDS = """Sites work on problems of their own. Who kept something tells it in a packet, and a router takes packets to sites that may
use them; a site makes of its packets what k-nearest-neighbour regression makes of them.

The benefit is measured by withholding each delivery with a chance of {withheld}: what a delivery brought, against what was gained
without it. Shuffled fingerprints are the control that must bring nothing; a hash is the router that must not find who is alike.
The communities are synthetic, so that what would truly have helped is known ({sites:,} sites, {seeds} seeds)."""


def demo(folder: Path, seed: int, tell: Callable[[str], None]) -> Path:
    """Run it, tell the table line by line, and write the page.

    Args:
        folder: Of the page.
        seed: Of the first community; the others follow.
        tell: Takes a line.
    """
    seeds = range(seed, seed + SEEDS)
    rows: list[Row] = []
    for way in (measures.NONE, measures.SHUFFLED, *ROUTERS):
        rows.append(measures.tried(way, SITES, seeds))
        for line in measures.told(rows)[-1 if len(rows) > 1 else 0 :]:
            tell(line)
    lies = {
        robust: [measures.tried("hnsw", SITES, seeds, Setting(liars=share, robust=robust)) for share in LIARS]
        for robust in (False, True)
    }
    alone = [measures.tried(measures.NONE, SITES, seeds, Setting(liars=share)) for share in LIARS]
    lead = WORDS.format(withheld=WITHHELD, sites=SITES, seeds=SEEDS).split("\n\n")
    figures = [_table(rows), _benefit(rows), _funnel(rows), _liars(alone, lies), _hops(seed)]
    return Page("Packets", lead, figures).write(folder)


def _table(rows: Sequence[Row]) -> Figure:
    names = (
        "recall",
        "links",
        "score",
        "score_low",
        "score_high",
        "benefit",
        "benefit_low",
        "benefit_high",
        "packets",
        *STAGES,
        "useful",
    )
    cells = [(one.way, *(_cell(getattr(one, name)) for name in names)) for one in rows]
    note = "Recall of the 20 most alike; links a site that packets went over; the score at the end and the benefit with 95 % intervals."
    return Figure(
        "routers", "What packets bring, by router", ("way", *(name.replace("_", " ") for name in names)), cells, note=note
    )


def _cell(value: float | int) -> Cell:
    return None if np.isnan(value) else value


def _benefit(rows: Sequence[Row]) -> Figure:
    told = [one for one in rows if not np.isnan(one.benefit)]
    cells = [(one.way, one.benefit, one.benefit_low, one.benefit_high) for one in told]
    note = f"Against deliveries withheld at random; bars are 95 % intervals by a bootstrap over sites, {SEEDS} seeds."
    return Figure("benefit", "Benefit of a delivery", ("way", "benefit", "low", "high"), cells, _draw_benefit, note)


def _draw_benefit(axes: Axes, rows: Sequence[Sequence[Cell]]) -> None:
    at = np.arange(len(rows))
    middle, low, high = (np.array(column(rows, k)) for k in (1, 2, 3))
    axes.errorbar(middle, at, xerr=[middle - low, high - middle], fmt="o", color=COLOURS[0], capsize=3)
    axes.axvline(0, color="#888888", linewidth=1)
    axes.set_yticks(at, [str(row[0]) for row in rows])
    axes.invert_yaxis()
    axes.set_xlabel("gain of the score a delivery")


def _funnel(rows: Sequence[Row]) -> Figure:
    told = [one for one in rows if one.way in ROUTERS]
    cells = [(stage, *(getattr(one, stage) for one in told)) for stage in STAGES]
    note = "Pairs of packet and site: would truly help; reached within the ttl; delivered, one a site and round; adopted; and helped."
    return Figure("funnel", "The funnel", ("stage", *(one.way for one in told)), cells, _draw_funnel, note)


def _draw_funnel(axes: Axes, rows: Sequence[Sequence[Cell]]) -> None:
    for k, name in enumerate(ROUTERS):
        axes.plot(range(len(rows)), np.maximum(column(rows, k + 1), 1), "o-", color=COLOURS[k], label=name)
    axes.set_yscale("log")
    axes.set_xticks(range(len(rows)), [str(row[0]) for row in rows])
    axes.set_ylabel("pairs of packet and site")
    axes.legend()


LINES = ("no packets", "means", "medians")


def _liars(alone: Sequence[Row], lies: dict[bool, list[Row]]) -> Figure:
    told = (alone, lies[False], lies[True])
    cells = [
        (share, *(getattr(line[k], name) for line in told for name in ("score", "score_low", "score_high")))
        for k, share in enumerate(LIARS)
    ]
    head = ("liars", *(f"{line}{end}" for line in LINES for end in ("", ", low", ", high")))
    note = f"Mean gain of the honest at the end, by the share of sites that lie in their packets; 95 % intervals over {SEEDS} seeds."
    return Figure("liars", "Liars", head, cells, _draw_liars, note)


def _draw_liars(axes: Axes, rows: Sequence[Sequence[Cell]]) -> None:
    share = column(rows, 0)
    for k, name in enumerate(LINES):
        middle, low, high = (column(rows, 1 + 3 * k + end) for end in range(3))
        axes.plot(share, middle, "o-", color=COLOURS[k], label=name)
        axes.fill_between(share, low, high, color=COLOURS[k], alpha=0.2)
    axes.set_xlabel("share of the sites that lie")
    axes.set_ylabel("gain over the default at the end")
    axes.legend()


TRAVELLED = ("lattice", "long links", "hash")


def _hops(seed: int) -> Figure:
    sites = [edge**3 for edge in EDGES]
    found = {name: [hops.WAYS[name](count, seed) for count in sites] for name in TRAVELLED}
    best = []
    for name, ways in found.items():
        law = fits(np.array(sites, float), np.array([way[0] for way in ways]))[0]
        best.append(f"{name}: {law.law if law.power == 0 else f'N^{law.power:.2f}'}")
    cells = [(count, *(value for name in TRAVELLED for value in found[name][k])) for k, count in enumerate(sites)]
    head = ("sites", *(f"{name}, {what}" for name in TRAVELLED for what in ("hops", "ticks")))
    note = f"Hops of greedy ways between two sites at random, {hops.ROUTES:,} a point. Preferred by AIC: {'; '.join(best)}."
    return Figure("hops", "Hops by the number of sites", head, cells, _draw_hops, note)


def _draw_hops(axes: Axes, rows: Sequence[Sequence[Cell]]) -> None:
    for k, name in enumerate(TRAVELLED):
        axes.plot(column(rows, 0), column(rows, 1 + 2 * k), "o-", color=COLOURS[k], label=name)
    axes.set_xscale("log")
    axes.set_xlabel("sites")
    axes.set_ylabel("hops")
    axes.legend()
