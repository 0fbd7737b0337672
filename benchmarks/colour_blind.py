"""How colours fare under three kinds of colour blindness: palettes, and populations by kinship.

    python -m benchmarks.colour_blind [--times N] [--out FILE]

Kinds: Machado, Oliveira, Fernandes, IEEE TVCG 15(6), 2009, severity 1.  Distances are CIEDE2000.  Of a palette the smallest of all pairs
is told; of kinship, populations of random genomes as in benchmarks.kinship: how many differ by at least 15, at least 8, and by
lightness; and how many colours there are that differ by at least 15, each from each.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path

import numpy as np

from benchmarks.kinship import BLIND, FAR_ENOUGH, HOME, mutated
from organisms.kin import sketch
from render import palette, populations
from tests.render.vision import DEFICIENCIES, ciede2000, lab

SEED, LOCI, MEMBERS, OWN = 0, 536, 200, 0.02

PALETTES = {
    "sixteen tasks": palette.task_colours(16),
    "nine tasks, idlers, ground": [*palette.TASKS, palette.IDLE, palette.SPACE],
    "lineages, others, ground": [*palette.CATEGORIES, palette.OTHERS, palette.SPACE],
    "blocks, nine tasks, ground": [*palette.BLOCKS.values(), *palette.TASKS, palette.SPACE],
    "report: six lines, others, ground": [*palette.VIVID, palette.OTHER, palette.GROUND],
    "inks": [palette.TEXT, palette.FAINT, palette.ACCENT, palette.WARNING],
}


def least(colours: list[str], kind: str) -> float:
    """The smallest distance of two colours of a palette."""
    seen = np.asarray(lab([palette.rgb(colour) for colour in colours], kind))
    return round(float((ciede2000(seen[:, None], seen[None]) + 1000 * np.eye(len(colours))).min()), 1)


def room(kind: str, random: np.random.Generator, tries: int = 40_000) -> int:
    """How many of some random colours are pairwise far enough apart, taken greedily."""
    left, many = np.asarray(lab(random.integers(0, 256, (tries, 3)).astype(np.uint8), kind)), 0
    while len(left):
        left, many = left[ciede2000(left, left[:1]) >= FAR_ENOUGH], many + 1
    return many


def kinship(share: float, times: int, random: np.random.Generator) -> dict[str, dict[str, float]]:
    """Pairs of populations that differ at a share of the loci: how far apart they look to whom."""
    found: dict[str, list[float]] = {kind: [] for kind in (*DEFICIENCIES, "lightness")}
    for _ in range(times):
        first = random.integers(-8, 8, (LOCI, 1)).astype(np.int8)
        both = [mutated(np.repeat(one, MEMBERS, axis=1), OWN, random) for one in (first, mutated(first, share, random))]
        sketches = sketch(np.concatenate(both, axis=1))
        who = populations.find(sketches)
        of = who.members(sketches)
        colours = np.array([*who.colours, palette.rgb(palette.OTHERS)], dtype=np.uint8)
        pair = [int(np.bincount(of[part]).argmax()) for part in (slice(0, MEMBERS), slice(MEMBERS, None))]
        for kind in DEFICIENCIES:
            one, other = np.asarray(lab(colours[pair], kind))
            found[kind].append(float(ciede2000(one, other)))
            if kind == "normal":
                found["lightness"].append(abs(float(one[0] - other[0])))
    return {
        kind: {
            "median": round(float(np.median(values)), 1),
            "at least 15": round(float(np.mean(np.array(values) >= FAR_ENOUGH)), 3),
            "at least 8": round(float(np.mean(np.array(values) >= BLIND)), 3),
        }
        for kind, values in found.items()
    }


def main() -> None:
    """Measure, and write what was found."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--out", type=Path, default=HOME / "benchmarks/results/colour_blind.json")
    asked = parser.parse_args()
    random = np.random.default_rng(SEED)
    told = {
        "command": "python -m benchmarks.colour_blind",
        "seed": SEED,
        "least distance of a palette": {name: {k: least(list(c), k) for k in DEFICIENCIES} for name, c in PALETTES.items()},
        "kinship, random populations": {f"{share:.0%} apart": kinship(share, asked.times, random) for share in (0.05, 0.2)},
        "pairs": asked.times,
        "colours that are pairwise at least 15 apart": {kind: room(kind, np.random.default_rng(SEED)) for kind in DEFICIENCIES},
    }
    asked.out.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
