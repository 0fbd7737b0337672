"""The demo of packets: what they bring by router, with liars, and how far they travel, on one page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cyberspace.collective.packets import hops, measures
from cyberspace.collective.packets.growth import fits
from cyberspace.collective.packets.measures import Row
from cyberspace.collective.packets.routers.table import ROUTERS
from cyberspace.collective.packets.trial import STAGES, WITHHELD, Setting
from cyberspace.collective.page import COLOURS, Columns, Figure, Table, write_page

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SITES, SEEDS = 729, 4
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
    words = WORDS.format(withheld=WITHHELD, sites=SITES, seeds=SEEDS)
    return write_page(folder, "Packets", words, [_table(rows), _benefit(rows), _funnel(rows), _liars(alone, lies), _hops(seed)])


def _table(rows: Sequence[Row]) -> Table:
    head = ("way", "recall at 20", "links a site", "score at the end (95 %)", "benefit a delivery (95 %)", "packets", *STAGES)
    cells = [
        (
            one.way,
            "-" if np.isnan(one.recall) else f"{one.recall:.2f}",
            f"{one.links:.1f}",
            f"{one.score:.2f} ({one.score_low:.2f} to {one.score_high:.2f})",
            "-" if np.isnan(one.benefit) else f"{one.benefit:+.3f} ({one.benefit_low:+.3f} to {one.benefit_high:+.3f})",
            *(f"{getattr(one, name):,}" for name in ("packets", *STAGES)),
        )
        for one in rows
    ]
    return Table("What packets bring, by router", head, cells)


def _benefit(rows: Sequence[Row]) -> Figure:
    told = [one for one in rows if not np.isnan(one.benefit)]
    columns = {name: [getattr(one, name) for one in told] for name in ("way", "benefit", "benefit_low", "benefit_high")}
    words = f"Gain a delivery, against deliveries withheld at random; bars are 95 % intervals by a bootstrap over sites, {SEEDS} seeds."
    return Figure("benefit", "Benefit of a delivery", words, columns, _draw_benefit)


def _draw_benefit(axes: Axes, columns: Columns) -> None:
    at = np.arange(len(columns["way"]))
    middle, low, high = (np.array(columns[name], float) for name in ("benefit", "benefit_low", "benefit_high"))
    axes.errorbar(middle, at, xerr=[middle - low, high - middle], fmt="o", color=COLOURS[0], capsize=3)
    axes.axvline(0, color="#888888", linewidth=1)
    axes.set_yticks(at, [str(way) for way in columns["way"]])
    axes.invert_yaxis()
    axes.set_xlabel("gain of the score a delivery")


def _funnel(rows: Sequence[Row]) -> Figure:
    told = [one for one in rows if one.way in ROUTERS]
    columns: dict[str, Sequence[Any]] = {
        "stage": STAGES,
        **{one.way: [getattr(one, stage) for stage in STAGES] for one in told},
    }
    words = "Pairs of packet and site: would truly help; reached within the ttl; delivered, one a site and round; adopted; and helped."
    return Figure("funnel", "The funnel", words, columns, _draw_funnel)


def _draw_funnel(axes: Axes, columns: Columns) -> None:
    for colour, (name, values) in zip(COLOURS, list(columns.items())[1:], strict=False):
        axes.plot(range(len(STAGES)), np.maximum(np.array(values, float), 1), "o-", color=colour, label=name)
    axes.set_yscale("log")
    axes.set_xticks(range(len(STAGES)), STAGES)
    axes.set_ylabel("pairs of packet and site")
    axes.legend()


def _liars(alone: Sequence[Row], lies: dict[bool, list[Row]]) -> Figure:
    columns: dict[str, Sequence[Any]] = {"liars": LIARS}
    for name, told in (("no packets", alone), ("means", lies[False]), ("medians", lies[True])):
        for end in ("", "_low", "_high"):
            columns[f"{name}{end}"] = [getattr(one, f"score{end}") for one in told]
    words = f"Mean gain of the honest at the end, by the share of sites that lie in their packets; 95 % intervals over {SEEDS} seeds."
    return Figure("liars", "Liars", words, columns, _draw_liars)


def _draw_liars(axes: Axes, columns: Columns) -> None:
    share = np.array(columns["liars"], float)
    for colour, name in zip(COLOURS, ("no packets", "means", "medians"), strict=False):
        axes.plot(share, columns[name], "o-", color=colour, label=name)
        low, high = (np.array(columns[f"{name}{end}"], float) for end in ("_low", "_high"))
        axes.fill_between(share, low, high, color=colour, alpha=0.2)
    axes.set_xlabel("share of the sites that lie")
    axes.set_ylabel("gain over the default at the end")
    axes.legend()


def _hops(seed: int) -> Figure:
    sites = [edge**3 for edge in EDGES]
    columns: dict[str, Sequence[Any]] = {"sites": sites}
    best = []
    for name in ("lattice", "long links", "hash"):
        found = [hops.WAYS[name](count, seed) for count in sites]
        columns[name], columns[f"{name}, ticks"] = [one[0] for one in found], [one[1] for one in found]
        law = fits(np.array(sites, float), np.array(columns[name], float))[0]
        best.append(f"{name}: {law.law if law.power == 0 else f'N^{law.power:.2f}'}")
    words = f"Hops of greedy ways between two sites at random, {hops.ROUTES:,} a point. Preferred by AIC: {'; '.join(best)}."
    return Figure("hops", "Hops by the number of sites", words, columns, _draw_hops)


def _draw_hops(axes: Axes, columns: Columns) -> None:
    for colour, name in zip(COLOURS, ("lattice", "long links", "hash"), strict=False):
        axes.plot(columns["sites"], columns[name], "o-", color=colour, label=name)
    axes.set_xscale("log")
    axes.set_xlabel("sites")
    axes.set_ylabel("hops")
    axes.legend()
