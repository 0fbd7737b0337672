"""How fast births are folded into the tree of those who live, and in how much memory.

    python -m benchmarks.phylogeny [--births N] [--recorded N] [--sites N] [--out FILE]

Births are those of a neutral world (Moran 1958) of so many sites: in each tick one site in 64 gets the child of another one.  They are
given to what a run keeps (`cyberspace.analysis.phylogeny.kept.Kept`), a sample at a time, as rank 0 does; that is timed alone.  `recorded`
writes births into the record of a run and folds the table backwards, as `cyberspace phylogeny` does where no tree was kept: reading the
disk is in its time; both ways must come to the same tree.  Seconds are those of a processor, so that others on the machine do not count.
"""

from __future__ import annotations

import json
import resource
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.lineages import key
from cyberspace.analysis.phylogeny.kept import Kept
from cyberspace.analysis.phylogeny.recorded import folded
from cyberspace.analysis.phylogeny.tree import Leaves
from cyberspace.record.record import Record
from cyberspace.record.run_folder import RunFolder
from cyberspace.run.crossings import NO_CROSSINGS
from cyberspace.run.runtime import begin_text

OUT = Path(__file__).parent / "results" / "phylogeny.json"
WORLD = '[spaces.w]\nkind = "cpu"\nbackend = "reference"\naxes.lane = { length = 8 }\n'
SHARE, EVERY = 64, 100
"""One site in so many is born to in a tick; ticks between two samples."""

Born = NDArray[np.int32]


def world(sites: int, births: int, seed: int = 1) -> Iterator[tuple[int, Leaves, Born]]:
    """A neutral world: at each sample its tick, who lives, and all births since the last one, (births, 5)."""
    chance = np.random.default_rng(seed)
    cradle, born = np.arange(sites, dtype=np.int64), np.full(sites, -1, dtype=np.int64)
    generation = np.zeros(sites, dtype=np.int64)
    each, tick, rows, made = max(1, sites // SHARE), 0, [], 0
    while made < births:
        at = np.unique(chance.integers(sites, size=each))
        parent = chance.integers(sites, size=len(at))
        distance = chance.integers(3, size=len(at))
        rows.append(np.stack([np.full(len(at), tick), at, cradle[parent], born[parent], distance], axis=1).astype(np.int32))
        cradle[at], generation[at], born[at] = at, generation[parent] + 1, tick
        tick, made = tick + 1, made + len(at)
        if tick % EVERY == 0 or made >= births:
            yield tick, Leaves(key(cradle, born), generation.copy(), np.ones(sites, dtype=bool)), np.concatenate(rows)
            rows = []


def peak() -> int:
    """Most memory that this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def kept(folder: RunFolder, sites: int, births: int) -> dict[str, object]:
    """As a run goes."""
    tree, spent, wall, total = Kept(folder, 0), 0.0, 0.0, 0
    for tick, leaves, rows in world(sites, births):
        cpu, began = time.process_time(), time.perf_counter()
        tree.note(tick, [leaves], [rows])
        spent, wall, total = spent + time.process_time() - cpu, wall + time.perf_counter() - began, total + len(rows)
    cpu = time.process_time()
    tree.grow()
    spent += time.process_time() - cpu
    assert tree.tree is not None
    return {
        "births": total, "sites": sites, "ticks": tick, "nodes": len(tree.tree), "roots": len(tree.tree.roots),
        "births_on_edges": int(tree.tree.births.sum()), "cpu_seconds": round(spent, 1), "wall_seconds": round(wall, 1),
        "births_a_cpu_second": round(total / spent), "peak_mib": peak(),
    }  # fmt: skip


def recorded(folder: RunFolder, sites: int, births: int) -> dict[str, object]:
    """Out of a table on disk, and the same births as a run goes."""
    record, tree, total = Record(folder.record, folder.universe, [], None), Kept(folder, 0), 0
    for tick, leaves, rows in world(sites, births):
        record.add({"w": rows}, NO_CROSSINGS)
        tree.note(tick, [leaves], [rows])
        total += len(rows)
    record.publish()
    tree.grow()
    cpu = time.process_time()
    found = folded(leaves_in_order(leaves), folder, tick)
    spent = time.process_time() - cpu
    assert tree.tree is not None
    same = all((getattr(found, name) == getattr(tree.tree, name)).all() for name in ("who", "parent", "births", "distance"))
    return {
        "births": total,
        "sites": sites,
        "cpu_seconds": round(spent, 1),
        "births_a_cpu_second": round(total / spent),
        "same": same,
    }


def leaves_in_order(leaves: Leaves) -> Leaves:
    order = np.argsort(leaves.who)
    return Leaves(leaves.who[order], leaves.generation[order], leaves.living[order])


def main() -> None:
    parser = ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--births", type=int, default=10**8)
    parser.add_argument("--recorded", type=int, default=10**7)
    parser.add_argument("--sites", type=int, default=2**16)
    parser.add_argument("--out", type=Path, default=OUT)
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folders = [begin_text(WORLD, "w.toml", Path(place), Path(place) / name) for name in ("kept", "recorded")]
        before = peak()
        found = {
            "command": f"python -m benchmarks.phylogeny --births {wish.births} --recorded {wish.recorded} --sites {wish.sites}",
            "peak_mib_before": before,
            "kept": kept(folders[0], wish.sites, wish.births) if wish.births else None,
            "recorded": recorded(folders[1], wish.sites, wish.recorded) if wish.recorded else None,
        }
    wish.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
