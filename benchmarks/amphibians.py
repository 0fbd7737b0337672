"""What amphibians have that others lack: who lives at the end of the runs of examples/experiments/amphibians.toml, group by group.

    python -m benchmarks.amphibians --runs runs/sweeps/amphibians [--out FILE.json] [--table]

Groups are the amphibian lineages, the other lineages beside them, and those of the same two spaces without a beach.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.science import HOME, markdown
from cyberspace.analysis.dissection.knockouts import LOCUS, needed
from cyberspace.analysis.dissection.lab import Lab, can_learn
from cyberspace.analysis.ecology import amphibians
from cyberspace.analysis.transplant import REPEATS, SETTLERS, evenly, growth
from cyberspace.api.living import space_named
from cyberspace.api.runs import Run, open_run
from cyberspace.law.state import WorldState
from cyberspace.law.world import World
from cyberspace.page import Cell
from cyberspace.statistics import t_interval
from cyberspace.sweep.cells import jobs_of
from cyberspace.sweep.plan import read_plan
from cyberspace.sweep.work import Place
from organisms.arrays import ones_in
from organisms.copier import copier_genes, copies_exactly
from organisms.genome import inborn_weights

PLAN = HOME / "examples" / "experiments" / "amphibians.toml"
SPACES = "reef", "shore"
LEAST = 16
"""Members that a group has at least; smaller ones are left out."""

DISSECTED = 16


@dataclass(frozen=True)
class Group:
    """Means over some of those who live on one side of a run.

    Attributes:
        members: How many there are.
        connections: Inborn weights that are not 0.
        needed: Connections without each of which fewer functions are performed, of `DISSECTED`.
        performed: Functions that were performed when they were last judged.
        learns: Share that has a learning rate and a term of the rule.
        exact: Share whose copier copies exactly.
        reef, shore: Growth there, ln(after / before) per 1,000 ticks.
    """

    members: int
    connections: float
    needed: float
    performed: float
    learns: float
    exact: float
    reef: float
    shore: float


def group(world: World, state: WorldState, chosen: NDArray[np.bool_], grounds: list[tuple[World, WorldState]]) -> Group:
    """What those who were chosen, bool (sites,), are on the average."""
    region, loci = state.region, world.loci
    sites = np.flatnonzero(chosen)
    genomes = np.asarray(region.genome)[:, sites]
    few = np.linspace(0, len(sites) - 1, DISSECTED).astype(int)
    settlers = genomes[:, evenly(len(sites), SETTLERS)]
    lab = Lab(world, int(sites[0]))
    found = needed(lab, genomes[:, few], inborn_weights(loci, genomes[:, few]))
    lost = [
        np.count_nonzero(ones_in(one.trials.performs[one.kinds == LOCUS]) < ones_in(one.trials.performs[:1])) for one in found
    ]
    exact = copies_exactly(copier_genes(np, loci, genomes))
    rates = [float(np.mean([growth(*ground, settlers, repeat) for repeat in range(REPEATS)])) for ground in grounds]
    return Group(
        len(sites), float((inborn_weights(loci, genomes) != 0).sum(axis=(0, 1)).mean()), float(np.mean(lost)),
        float(ones_in(np.asarray(region.performed)[sites]).mean()), float(can_learn(lab, genomes).mean()), float(exact.mean()), *rates,
    )  # fmt: skip


def groups(run: Run, arm: str) -> Iterator[tuple[str, str, Group]]:
    """Name, side and means of each group of a run."""
    states = run.states()[1]
    first = [space_named(run.universe, name).first_region for name in SPACES]
    grounds = [(run.universe.worlds[k], states[k]) for k in first]
    marks = list(amphibians(run.universe, run.record, *SPACES) or {})
    for side, (world, state) in zip(SPACES, grounds, strict=True):
        alive, own = np.asarray(state.region.alive), np.isin(np.asarray(state.region.founder), marks)
        parts = {"apart": alive} if arm == "apart" else {"amphibians": alive & own, "others": alive & ~own}
        for name, chosen in parts.items():
            if chosen.sum() >= LEAST:
                yield name, side, group(world, state, chosen, grounds)


def told(values: list[float]) -> str:
    """Their mean, with half of its interval of 95 %; of rates, of those who did not die out."""
    known = [value for value in values if math.isfinite(value)]
    one = t_interval(known)
    if not known:
        return "-"
    digits = 0 if abs(one.mean) >= 100 else 2
    return f"{one.mean:,.{digits}f}" + (f" ± {(one.high - one.low) / 2:,.{digits}f}" if len(known) > 1 else "")


def gap(pairs: list[tuple[float, float]]) -> str:
    """The mean difference of pairs with its interval of 95 %; bold where that excludes 0."""
    one = t_interval([mine - other for mine, other in pairs if math.isfinite(mine - other)])
    words = f"{one.mean:+.3g} ({one.low:.3g} to {one.high:.3g})"
    return f"**{words}**" if one.low > 0 or one.high < 0 else words


def tables(rows: Sequence[Mapping[str, Any]]) -> str:
    """Means by group and side, and how amphibians differ from the others and from those apart, run by run."""
    names = list(Group.__dataclass_fields__)
    known = {(row["group"], row["side"], row["seed"]): row for row in rows}
    groups = sorted({key[:2] for key in known})
    own = {key: [known[one] for one in known if one[:2] == key] for key in groups}
    means = [[*key, len(own[key]), *(told([row[name] for row in own[key]]) for name in names)] for key in groups]
    gaps: list[list[Cell]] = []
    for other, side in (key for key in groups if key[0] != "amphibians"):
        pairs = [(known["amphibians", side, row["seed"]], row) for row in own[other, side]]
        cells = [gap([(mine[name], row[name]) for mine, row in pairs]) for name in names[1:]]
        gaps.append([f"amphibians less {other}", side, len(pairs), *cells])
    return (
        markdown(["group", "lives in", "runs", *names], means) + "\n\n" + markdown(["", "lives in", "pairs", *names[1:]], gaps)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=Path, default=HOME / "runs" / "sweeps" / "amphibians", help="folder of the sweep")
    parser.add_argument("--out", type=Path, default=HOME / "benchmarks" / "results" / "amphibians.json")
    parser.add_argument("--table", action="store_true", help="live nothing")
    options = parser.parse_args()
    rows: list[dict[str, Any]] = json.loads(options.out.read_text()) if options.table else []
    for job in [] if options.table else jobs_of(read_plan(PLAN)):
        folder = Place(options.runs).run(job.key)
        if not folder.exists():
            continue
        for name, side, one in groups(open_run(folder), job.values[0]):
            rows.append({"seed": job.seed, "group": name, "side": side, **asdict(one)})
            print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    if not options.table:
        options.out.write_text("[\n" + ",\n".join(map(json.dumps, rows)) + "\n]\n")
    print(tables(rows))


if __name__ == "__main__":
    main()
