"""Lines of descent to EQU, in the kept runs of examples/experiments/lenski.toml: through how many simpler functions, and which steps.

    python -m benchmarks.lenski_lines --runs runs/sweeps/lenski [--out FILE.json]

Of each run in which somebody performs EQU at the end, and alone in the lab as well, the line of the one that holds most energy is lived
again.  Lines that are in the file are not.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.scale import save
from benchmarks.science import HOME, markdown
from cyberspace.analysis.dissection.knockouts import tried
from cyberspace.analysis.dissection.lab import Lab, whole
from cyberspace.analysis.phylogeny.line import Step
from cyberspace.api.descent import line_of_descent
from cyberspace.api.runs import Run, open_run
from cyberspace.page import Cell
from cyberspace.statistics import t_interval
from cyberspace.sweep.cells import jobs_of
from cyberspace.sweep.plan import read_plan
from cyberspace.sweep.work import Place
from organisms.genome import inborn_weights

PLAN = HOME / "examples" / "experiments" / "lenski.toml"
GOAL, TRIED = "EQU", 256


def performers(run: Run) -> NDArray[np.int64]:
    """Sites of up to `TRIED` that perform EQU at the end, those who hold most energy first; and below, whether each performs it alone.

    Alone is in the lab, from birth on: int64 (2, performers).
    """
    (world,), (state,) = run.universe.worlds, run.states()[1]
    region, bit = state.region, np.uint32(1) << np.uint32(list(world.goals).index(GOAL))
    sites = np.flatnonzero(region.alive & (region.performed & bit > 0))
    sites = sites[np.argsort(-region.energy[sites], kind="stable")][:TRIED]
    genomes, count = region.genome[:, sites], len(sites)
    if not count:
        return np.zeros((2, 0), dtype=np.int64)
    found = tried(Lab(world, 0), genomes, inborn_weights(world.loci, genomes), np.arange(count), whole(count))
    return np.stack([sites, found.performs & bit > 0]).astype(np.int64)


def told(line: Sequence[Step]) -> dict[str, Any]:
    """What is asked of a line: the first on it that performs EQU, and the way there."""
    first = next((k for k, one in enumerate(line) if one.does is not None and GOAL in one.does.performs), None)
    if first is None:
        return {"births": len(line) - 1, "reached": False}
    way, last = line[1 : first + 1], line[first]
    before = line[first - 1].does if first else None
    return {
        "births": len(line) - 1,
        "reached": True,
        "tick": last.born,
        "births to EQU": first,
        "mutants to EQU": sum(one.distance > 0 for one in way),
        "simpler before": sorted({goal for one in line[:first] if one.does is not None for goal in one.does.performs}),
        "parent's": [] if before is None else list(before.performs),
        "gained with it": [goal for goal in last.gains if goal != GOAL],
        "lost with it": list(last.loses),
        "loci of the step": last.distance,
        "effect of the step": last.effect,
        "effect of the mutant before": next((one.effect for one in reversed(way[:-1]) if one.distance), "none"),
        "effects": dict(Counter(one.effect for one in way if one.distance)),
        "performed at the end": list(line[-1].does.performs) if line[-1].does is not None else [],
    }


def row(arm: str, lines: Sequence[dict[str, Any]]) -> list[Cell]:
    """What is common to the lines of an arm."""
    lines = [one for one in lines if one["performers"]]
    found = [one for one in lines if one["reached"]]

    def mean(values: Sequence[float]) -> str:
        one = t_interval([float(value) for value in values])
        return f"{one.mean:.3g} ({one.low:.3g} to {one.high:.3g})"

    effects = [one["effects"].get("deleterious", 0) / max(1, one["mutants to EQU"]) for one in found]
    return [
        arm, len(lines), len(found), mean([one["births to EQU"] for one in found]), mean([one["mutants to EQU"] for one in found]),
        mean([len(one["simpler before"]) for one in found]), mean([len(one["parent's"]) for one in found]),
        mean([100 * one for one in effects]), sum(one["effect of the mutant before"] == "deleterious" for one in found),
        sum(bool(one["lost with it"]) for one in found), mean([one["loci of the step"] for one in found]),
    ]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=Path, required=True, help="folder of the sweep")
    parser.add_argument("--out", type=Path, default=HOME / "benchmarks" / "results" / "lenski-lines.json")
    options = parser.parse_args()
    known: dict[str, Any] = json.loads(options.out.read_text()) if options.out.exists() else {}
    for job in jobs_of(read_plan(PLAN)):
        name, folder = f"{job.values[0]} {job.seed}", Place(options.runs).run(job.key)
        if name in known or not folder.exists() or not Place(options.runs).result(job.key).exists():
            continue
        began, run = time.process_time(), open_run(folder)
        sites, alone = performers(run)
        found = {"performers": len(sites), "alone": int(alone.sum()), "reached": False}
        if alone.any():
            found |= told(line_of_descent(run, int(sites[alone.argmax()])))
        known[name] = found | {"seconds": round(time.process_time() - began, 1)}
        save(options.out, known)
        print(name, known[name], flush=True)
    arms = {arm: [one for name, one in known.items() if name.split()[0] == arm] for arm in ("all", "equ")}
    head = [
        "pays", "worlds with EQU", "alone too: lines", "births", "mutants", "simpler functions before",
        "of them the parent's", "deleterious, %", "the mutant before deleterious", "lost another with it", "loci of the step",
    ]  # fmt: skip
    print(markdown(head, [row(arm, lines) for arm, lines in arms.items() if lines]))


if __name__ == "__main__":
    main()
