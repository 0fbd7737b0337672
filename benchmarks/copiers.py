"""What copiers of random genomes become by copying themselves, and who is left of two that differ in their copier alone.

    python -m benchmarks.copiers [--lines 20000] [--figure FILE.png] [--seeds 10] [--ticks 20000]

No world is needed for the first: a random genome's child is made by its copier, the child's child by the child's, and so on.  For the
second, two kinds share a world of 1,024 sites; all perform AND, NOR, AND-NOT and NOT by alleles at the ends of their range.  One thread.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import cyberspace as cs
from benchmarks.rule_worlds import start_of
from cyberspace.analysis.dissection.copying import GROUNDS, is_faithful
from cyberspace.backends.backend import make_backend
from cyberspace.law.world import World
from organisms import bits
from organisms.ancestors import replicator
from organisms.arrays import NUMPY, Int8s
from organisms.body import ANSWER, SENSES
from organisms.copier import at_the_ends, copier_genes, copies_exactly, mixed
from organisms.genome import HIGHEST, LOWEST, Loci, random_genomes

OUT = Path(__file__).parent / "results" / "copiers.json"
GENERATIONS, TOLD = 40, (1, 2, 4, 10, 40)
"""How many copies follow each other, and which of them the table tells."""

COPIERS = {"exact": (4, 0, 0, 0), "clips": (7, 0, 0, 0), "votes": (7, 0, 7, 0), "noisy": (7, 7, 7, -8)}
"""a, b, m and n. Beside its kind the third takes the side of the majority, the last evolved in a soup."""

RADIATION = (0.0, 0.45, 2.0, 4.0)
SITES = 1024
AT_LEAST = 4
"""Alleles other than 0 that a genome must have for a copy of it to be one."""


def world_of(seed: int, radiation: float) -> World:
    """A world of the nine functions, without an organism."""
    made = cs.World(seed=seed)
    physics = {"radiation": radiation, "spark": 0}
    made.space("w", kind="gpu", axes={"lane": 32, "warp": SITES // 32}, genesis="empty", physics=physics).task("logic")
    return cs.Simulation(made, backend="reference").universe.worlds[0]


def drawn(world: World, count: int, seed: int) -> Int8s:
    """Random genomes as a soup has them, int8 (loci, count)."""
    with np.errstate(over="ignore"):
        key = bits.stream_key(NUMPY, seed, 0, 0, 0)
        return random_genomes(NUMPY, world.loci, world.physics.silent, key, np.arange(count, dtype=np.int32))


def converged(world: World, ground: str, lines: int, seed: int = 1) -> list[dict[str, Any]]:
    """Shares of lines of descent, each from a random genome, whose next copy is faithful: all, by exact copiers, by ones that clip.

    Nobody learns, nothing is hit, and nobody is selected.
    """
    random, loci = np.random.default_rng(seed), world.loci
    line, found = drawn(world, lines, seed), []
    for generation in range(1, GENERATIONS + 1):
        match GROUNDS.index(ground):
            case 0:
                matter = np.zeros_like(line)
            case 1:
                matter = line
            case _:
                matter = drawn(world, lines, seed + generation)
        genes = copier_genes(NUMPY, loci, line)
        child = mixed(NUMPY, genes, line, line.astype(np.int32), matter, random.integers(0, 256, line.shape).astype(np.int32))
        copied = is_faithful(loci, line, child) & ((line != 0).sum(axis=0) >= AT_LEAST)
        exact = copied & copies_exactly(genes)
        sorts = {"faithful": copied, "exact": exact, "clip": copied & at_the_ends(line) & ~exact}
        shares = {name: round(float(one.mean()), 4) for name, one in sorts.items()}
        found.append({"ground": ground, "generation": generation, **shares})
        line = child
    return found


def figure(lines: list[dict[str, Any]], path: Path) -> None:
    """Which share of lines copies, and how, generation by generation."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    canvas = Figure(figsize=(12, 3.6), layout="constrained")
    FigureCanvasAgg(canvas)
    for place, ground in enumerate(GROUNDS):
        rows = [row for row in lines if row["ground"] == ground]
        exact, clip, copied = (np.array([row[name] for row in rows]) for name in ("exact", "clip", "faithful"))
        axes = canvas.add_subplot(
            1, len(GROUNDS), 1 + place, ylim=(0, 0.7), xlabel="generation", title=f"written over: {ground}"
        )
        labels, colors = ("exact copiers", "copiers that clip", "others"), ("#ee7733", "#0077bb", "#bbbbbb")
        axes.stackplot([row["generation"] for row in rows], exact, clip, copied - exact - clip, labels=labels, colors=colors)
        axes.set_ylabel("share of lines that copy themselves")
    axes.legend(loc="lower right", fontsize=9)
    canvas.savefig(path, dpi=80)


def genome_of(loci: Loci, copier: Sequence[int]) -> NDArray[np.int8]:
    """A replicator that performs AND, NOR, AND-NOT and NOT, with a copier (a, b, m, n); int8 (loci,)."""
    genome = replicator(loci)
    weights = genome[: loci.body.synapses].reshape(loci.body.units, loci.body.inputs)
    x = len(SENSES)
    for unit, pair in enumerate(((HIGHEST, HIGHEST), (LOWEST, LOWEST), (HIGHEST, LOWEST), (LOWEST, 0))):
        weights[ANSWER + unit, x : x + 2] = pair
    genome[loci.copier] = copier
    return genome


def contest(one: str, other: str, radiation: float, seed: int, ticks: int) -> list[int]:
    """How many of the lineages of two kinds, a quarter of all sites each, live after so many ticks."""
    world = world_of(seed, radiation)
    start = start_of(world, [genome_of(world.loci, COPIERS[kind]) for kind in (one, other)], [SITES // 4] * 2)
    backend = make_backend("numba", world, start, threads=1)
    backend.advance(ticks)
    alive, founder = backend.look("alive"), backend.look("founder")
    return [int((alive & (founder == mark)).sum()) for mark in (1, 2)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=20_000)
    parser.add_argument("--figure", type=Path, help="a picture of the first")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--ticks", type=int, default=20_000)
    options = parser.parse_args()
    began, world = time.process_time(), world_of(1, 0.0)
    lines = [row for ground in GROUNDS for row in converged(world, ground, options.lines)]
    print("| written over | generation | faithful, % | by an exact copier, % | by one that clips, % |\n" + "| --- " * 5 + "|")
    for row in lines:
        if row["generation"] in TOLD:
            shares = " | ".join(f"{100 * row[name]:.1f}" for name in ("faithful", "exact", "clip"))
            print(f"| {row['ground']} | {row['generation']} | {shares} |")
    print(f"\n{options.lines:,} lines each, {time.process_time() - began:.0f} seconds of one core\n")
    if options.figure:
        figure(lines, options.figure)
    began, contests = time.process_time(), {}
    print("| hits of a child | " + " | ".join(f"{kind} {genes}" for kind, genes in COPIERS.items() if kind != "exact") + " |")
    print("| --- " * len(COPIERS) + "|")
    for radiation in RADIATION:
        cells = []
        for kind in list(COPIERS)[1:]:
            left = [contest(kind, "exact", radiation, seed, options.ticks) for seed in range(1, options.seeds + 1)]
            contests[f"{kind} {radiation}"] = left
            shares = [mine / (mine + yours) for mine, yours in left]
            cells.append(f"{np.median(shares):.2f} ({min(shares):.2f} to {max(shares):.2f})")
        print(f"| {radiation} | " + " | ".join(cells) + " |", flush=True)
    print(
        f"\n{options.seeds} seeds each, {options.ticks:,} ticks, {SITES:,} sites, {time.process_time() - began:.0f} seconds of one core"
    )
    OUT.write_text(json.dumps({"lines": lines, "contests": contests, "ticks": options.ticks}, indent=1) + "\n")


if __name__ == "__main__":
    main()
