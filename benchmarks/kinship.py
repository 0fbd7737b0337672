"""How well colours tell kinship: populations of a recorded soup that differ by 5 %, relatives within 1 %, pairs of random genomes.

    python -m benchmarks.kinship [RUN] [--ticks N] [--out FILE]

RUN is made first where it is not there: examples/1_soup/soup.toml with checkpoints at ten ticks, which are kept; `cyberspace report RUN`
then draws the pictures that belong to the numbers.  Populations are found from whole genomes, by
average linkage up to a mean difference of 5 %, without any sketch; two of them are compared where what is commonest at each locus
differs at 4 to 6 % of the loci.  Distances are CIEDE2000 between the colours that the viewer gives; for the colour-blind, the
smallest of the three kinds.  `each` is what was rejected: a colour from each sketch alone, without populations.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from argparse import ArgumentParser
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cyberspace.record.run_folder import open_run
from organisms.kin import points, sketch
from render import palette, populations
from render.stored import Stored
from tests.render.vision import DEFICIENCIES, ciede2000, lab

HOME = Path(__file__).parents[1]
SOUP = HOME / "examples/1_soup/soup.toml"
KEEP = "checkpoint_every = {every}\nkeep = 20\n"
SAMPLE, DRAWS, LEAST, LINK = 600, 3, 12, 0.05
"""Living that are compared at a tick, how often some are drawn, members that make a population, and the mean difference up to which it
is one."""

DEAD = 0.05
"""Share of the living that dies where it is asked how steady colours are."""

SHARES = {"1 %": (0.0001, 0.01), "5 %": (0.04, 0.06), "20 %": (0.15, 0.25)}
"""Differences of two organisms, as shares of the loci."""

FAR_ENOUGH, NEAR_ENOUGH, BLIND = 15.0, 5.0, 8.0
Floats = NDArray[np.float64]
Told = dict[str, float | int]


def make(run: Path, ticks: int) -> None:
    """A run of the soup."""
    world = run.parent / f"{run.name}.toml"
    world.write_text(SOUP.read_text(encoding="utf-8") + KEEP.format(every=max(1, ticks // 10)), encoding="utf-8")
    command = [sys.executable, "-m", "cyberspace", "run", str(world), "--ticks", str(ticks), "--out", str(run)]
    subprocess.run(command, check=True, cwd=HOME)


def differences(genomes: NDArray[np.int8]) -> Floats:
    """Share of the loci in which every two of some genomes (loci, organisms) differ."""
    same = np.zeros((genomes.shape[1],) * 2)
    for allele in range(-8, 8):
        has = (genomes == allele).astype(np.float32)
        same += has.T @ has
    return 1 - same / len(genomes)


def linked(apart: Floats, most: float) -> NDArray[np.int64]:
    """The cluster of each point by average linkage, for distances of every two."""
    away, size = apart.copy(), np.ones(len(apart))
    np.fill_diagonal(away, np.inf)
    cluster = np.arange(len(apart))
    while True:
        one, other = divmod(int(away.argmin()), len(away))
        if not away[one, other] <= most:
            return cluster
        mean = (size[one] * away[one] + size[other] * away[other]) / (size[one] + size[other])
        away[one], away[:, one] = mean, mean
        away[one, one], away[other], away[:, other] = np.inf, np.inf, np.inf
        size[one] += size[other]
        cluster[cluster == other] = one


def commonest(genomes: NDArray[np.int8]) -> NDArray[np.int64]:
    """The commonest allele at each locus."""
    counts = np.stack([(genomes == allele).sum(axis=1) for allele in range(-8, 8)])
    return counts.argmax(axis=0)


def seen(colours: NDArray[np.uint8]) -> dict[str, Floats]:
    """Colours in L*a*b*, as each kind of eye sees them."""
    return {kind: np.asarray(lab(colours, kind)) for kind in DEFICIENCIES}


def summary(found: list[float], blind: list[float] | None = None) -> Told:
    """Median, and shares within the bars."""
    if not found:
        return {"pairs": 0}
    values = np.array(found)
    told: Told = {
        "pairs": len(values),
        "median": round(float(np.median(values)), 1),
        "at least 15": round(float(np.mean(values >= FAR_ENOUGH)), 3),
        "at most 5": round(float(np.mean(values <= NEAR_ENOUGH)), 3),
    }
    bars = {f"colour-blind, at least {bar:g}": bar for bar in (BLIND, FAR_ENOUGH)} if blind else {}
    return told | {name: round(float(np.mean(np.array(blind) >= bar)), 3) for name, bar in bars.items()}


class Measured:
    """Distances that were found, by what they are of."""

    def __init__(self) -> None:
        self.found: dict[str, list[float]] = {}

    def add(self, name: str, values: Floats) -> None:
        """More of them."""
        self.found.setdefault(name, []).extend(np.atleast_1d(values).tolist())

    def told(self) -> dict[str, Told]:
        """All of them, those of the colour-blind beside what everybody sees."""
        plain = {name for name in self.found if not name.endswith("blind")}
        return {name: summary(self.found[name], self.found.get(f"{name} blind")) for name in sorted(plain)}


def measure(genomes: NDArray[np.int8], random: np.random.Generator, into: Measured) -> None:
    """Compare populations and organisms of one tick, for the genomes (loci, living) of all."""
    sketches = sketch(genomes)
    found = populations.find(sketches)
    colours = seen(np.array([*found.colours, palette.rgb(palette.OTHERS)], dtype=np.uint8))
    some = random.choice(genomes.shape[1], min(SAMPLE, genomes.shape[1]), replace=False)
    few, of, apart = genomes[:, some], found.members(sketches[some]), differences(genomes[:, some])
    each = np.asarray(lab(populations.colours_of(points(sketches[some])), "normal"))
    for name, (low, high) in SHARES.items():
        one, other = np.nonzero(np.triu((apart >= low) & (apart <= high), 1))
        into.add(f"organisms {name}", ciede2000(colours["normal"][of[one]], colours["normal"][of[other]]))
        into.add(f"each {name}", ciede2000(each[one], each[other]))
    steady(sketches, sketches[some], random, into)
    cluster = linked(apart, LINK)
    groups = [cluster == number for number in np.unique(cluster) if (cluster == number).sum() >= LEAST]
    common, mine = [commonest(few[:, group]) for group in groups], [int(np.bincount(of[group]).argmax()) for group in groups]
    for k, one in enumerate(common):
        for j in range(k):
            if 0.04 <= np.mean(one != common[j]) <= 0.06:
                told = [ciede2000(colours[kind][mine[k]], colours[kind][mine[j]]) for kind in DEFICIENCIES]
                into.add("populations 5 %", told[0])
                into.add("populations 5 % blind", np.min(told[1:]))


def steady(sketches: NDArray[np.int64], some: NDArray[np.int64], random: np.random.Generator, into: Measured) -> None:
    """How far the colours of some move when of all living one in twenty dies, and another one in twenty instead."""
    looks = []
    for _ in range(2):
        found = populations.find(sketches[random.random(len(sketches)) < 1 - DEAD])
        table = np.array([*found.colours, palette.rgb(palette.OTHERS)], dtype=np.uint8)
        looks.append(np.asarray(lab(table, "normal"))[found.members(some)])
    into.add("the same organism, 5 % others dead", ciede2000(*looks))


def mutated(genomes: NDArray[np.int8], share: float, random: np.random.Generator) -> NDArray[np.int8]:
    """Genomes in which just this share of the loci of each is another allele."""
    order = random.random(genomes.shape).argsort(axis=0).argsort(axis=0)
    other = (genomes + 8 + random.integers(1, 16, genomes.shape)) % 16 - 8
    return np.where(order < round(share * len(genomes)), other, genomes).astype(np.int8)


def measure_random(random: np.random.Generator, into: Measured, times: int = 200, loci: int = 536) -> None:
    """Populations of random genomes: 200 members with 2 % of their own each, beside another at a distance; and relatives within one."""
    for name, share in (("1 %", 0.01), ("5 %", 0.05), ("20 %", 0.2)):
        for _ in range(times):
            first = random.integers(-8, 8, (loci, 1)).astype(np.int8)
            both = [mutated(np.repeat(one, 200, axis=1), 0.02, random) for one in (first, mutated(first, share, random))]
            relative = mutated(both[0][:, :1], 0.01, random)
            sketches = sketch(np.concatenate([*both, relative], axis=1))
            found = populations.find(sketches)
            colours = np.asarray(lab(np.array([*found.colours, palette.rgb(palette.OTHERS)], dtype=np.uint8), "normal"))
            of = found.members(sketches)
            one, other = (int(np.bincount(of[part]).argmax()) for part in (slice(0, 200), slice(200, 400)))
            into.add(f"random populations {name}", ciede2000(colours[one], colours[other]))
            into.add("random relatives 1 %", ciede2000(colours[of[0]], colours[of[-1]]))


def main() -> None:
    """Measure, and write what was found."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("run", nargs="?", type=Path, default=Path("runs/kinship"))
    parser.add_argument("--ticks", type=int, default=200_000)
    parser.add_argument("--out", type=Path, default=HOME / "benchmarks/results/kinship.json")
    asked = parser.parse_args()
    if not asked.run.exists():
        asked.run.parent.mkdir(parents=True, exist_ok=True)
        make(asked.run, asked.ticks)
    stored, random, soup, chance, milliseconds = (
        Stored(open_run(asked.run)),
        np.random.default_rng(0),
        Measured(),
        Measured(),
        [],
    )
    space, ticks = open_run(asked.run).universe.spaces[0].name, sorted(tick for tick in stored.saved if tick)
    for tick in ticks:
        genome, alive = (np.asarray(stored.field(space, name, tick)) for name in ("genome", "alive"))
        genomes = np.ascontiguousarray(genome[alive.astype(bool)].T)
        begun = time.process_time()
        sketches = sketch(genomes)
        between = time.process_time()
        populations.find(sketches).members(sketches)
        milliseconds.append((1000 * (between - begun), 1000 * (time.process_time() - between)))
        for _ in range(DRAWS):
            measure(genomes, random, soup)
    measure_random(random, chance)
    cost = np.median(milliseconds, axis=0).round(1).tolist()
    told = {
        "command": "python -m benchmarks.kinship",
        "seed": open_run(asked.run).universe.seed,
        "ticks": ticks,
        "soup": soup.told(),
        "random": chance.told(),
        "CPU-milliseconds": {"sketches of all living": cost[0], "populations and their members": cost[1]},
    }
    asked.out.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
