"""What amphibians have that others lack: who lives at the end of the runs of examples/experiments/amphibians.toml, group by group.

    python -m benchmarks.amphibians --runs runs/sweeps/amphibians [--out FILE.json]

Groups are the amphibian lineages, the other lineages beside them, and those of the same two spaces without a beach.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.science import HOME, markdown
from cyberspace.analysis.dissection.knockouts import LOCUS, needed
from cyberspace.analysis.dissection.lab import Lab
from cyberspace.analysis.ecology import amphibians
from cyberspace.analysis.transplant import REPEATS, SETTLERS, growth
from cyberspace.api.runs import Run, open_run
from cyberspace.law.state import WorldState
from cyberspace.law.world import World
from cyberspace.statistics import t_interval
from cyberspace.sweep.cells import jobs_of
from cyberspace.sweep.plan import read_plan
from cyberspace.sweep.work import Place
from organisms.arrays import ones_in
from organisms.copier import SAME, copier_genes
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
    settlers = genomes[:, np.linspace(0, len(sites) - 1, min(SETTLERS, len(sites))).astype(int)]
    found = needed(Lab(world, int(sites[0])), genomes[:, few], inborn_weights(loci, genomes[:, few]))
    lost = [
        np.count_nonzero(ones_in(one.trials.performs[one.kinds == LOCUS]) < ones_in(one.trials.performs[:1])) for one in found
    ]
    a, *others = copier_genes(np, loci, genomes)
    exact = (a == SAME) & np.all([gene == 0 for gene in others], axis=0)
    learns = genomes[loci.rates].any(axis=0) & genomes[loci.rule].any(axis=0)
    rates = [float(np.mean([growth(*ground, settlers, repeat) for repeat in range(REPEATS)])) for ground in grounds]
    return Group(
        len(sites), float((inborn_weights(loci, genomes) != 0).sum(axis=(0, 1)).mean()), float(np.mean(lost)),
        float(ones_in(np.asarray(region.performed)[sites]).mean()), float(learns.mean()), float(exact.mean()), *rates,
    )  # fmt: skip


def groups(run: Run, arm: str) -> Iterator[tuple[str, str, Group]]:
    """Name, side and means of each group of a run."""
    states = run.states()[1]
    first = [next(one.first_region for one in run.universe.spaces if one.name == name) for name in SPACES]
    grounds = [(run.universe.worlds[k], states[k]) for k in first]
    marks = list(amphibians(run.universe, run.record, *SPACES) or {})
    for side, (world, state) in zip(SPACES, grounds, strict=True):
        alive, own = np.asarray(state.region.alive), np.isin(np.asarray(state.region.founder), marks)
        parts = {"apart": alive} if arm == "apart" else {"amphibians": alive & own, "others": alive & ~own}
        for name, chosen in parts.items():
            if chosen.sum() >= LEAST:
                yield name, side, group(world, state, chosen, grounds)


def told(values: list[float]) -> str:
    """Their mean, with half of its interval of 95 %."""
    one = t_interval(values)
    return f"{one.mean:.3g} ± {(one.high - one.low) / 2:.2g}" if len(values) > 1 else f"{one.mean:.3g}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=Path, required=True, help="folder of the sweep")
    parser.add_argument("--out", type=Path, default=HOME / "benchmarks" / "results" / "amphibians.json")
    options = parser.parse_args()
    plan, rows = read_plan(PLAN), list[dict[str, object]]()
    by_group: dict[tuple[str, str], list[Group]] = defaultdict(list)
    for job in jobs_of(plan):
        folder = Place(options.runs).run(job.key)
        if not folder.exists():
            continue
        for name, side, one in groups(open_run(folder), job.values[0]):
            by_group[name, side].append(one)
            rows.append({"seed": job.seed, "group": name, "side": side, **asdict(one)})
            print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    options.out.write_text("[\n" + ",\n".join(map(json.dumps, rows)) + "\n]\n")
    names = list(Group.__dataclass_fields__)
    table = [
        [name, side, len(many), *(told([getattr(one, each) for one in many]) for each in names)]
        for (name, side), many in sorted(by_group.items())
    ]
    print(markdown(["group", "lives in", "runs", *names], table))


if __name__ == "__main__":
    main()
