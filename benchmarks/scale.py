"""Does it score better with more compute?  Five arms, several sizes, several seeds, and two laws judged on the decade held out.

    python -m benchmarks.scale [--seeds 10] [--sites 512 2048 8192 32768] [--ticks N] [--table] [--figure FILE.png]

Without `--ticks` sizes live as long as `TICKS` says; the full size is `--ticks 240000`, some five hours of one core.  What stands in the
file of results is not run again.  One thread.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

from benchmarks import scale_tables
from benchmarks.scale_worlds import ARMS, live, search
from cyberspace.whole import whole

OUT = Path(__file__).parent / "results" / "scale.json"
TICKS = {512: 120_000, 2048: 120_000, 8192: 60_000, 32_768: 15_000}


def save(path: Path, found: dict[str, Any]) -> None:
    """Write the file of results anew, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{json.dumps(key)}: {json.dumps(found[key], separators=(',', ':'))}" for key in found]
    with whole(path) as begun:
        begun.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def runs(seeds: int, sizes: list[int], ticks: int | None) -> list[tuple[str, int, int, int]]:
    """(arm, sites, ticks, seed) of all runs, so that all arms have as many seeds whenever it is stopped."""
    found = []
    for seed in range(1, seeds + 1):
        for sites in sizes:
            length = ticks or TICKS.get(sites, 60_000)
            found += [(arm, sites, length, seed) for arm in ARMS if arm != "search"]
        found.append(("search", 0, 0, seed))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--sites", type=int, nargs="+", default=list(TICKS))
    parser.add_argument("--ticks", type=int)
    parser.add_argument("--draws", type=int, default=2**20, help="genomes that random search draws")
    parser.add_argument("--table", action="store_true", help="run nothing")
    parser.add_argument("--figure", type=Path)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    found: dict[str, Any] = json.loads(options.out.read_text()) if options.out.exists() else {}
    for arm, sites, ticks, seed in [] if options.table else runs(options.seeds, options.sites, options.ticks):
        key = f"{arm} {sites} {ticks} {seed}"
        if key in found:
            continue
        began = time.process_time()
        if arm == "search":
            found[key] = search(seed, options.draws)
        else:
            found[key] = live(arm, sites, ticks, seed, found.get(f"world {sites} {ticks} {seed}", {}).get("paid", []))
        found[key]["seconds"] = round(time.process_time() - began, 1)
        save(options.out, found)
        print(key, found[key]["seconds"], found[key]["rows"][-1], flush=True)
    print(scale_tables.tables(found))
    if options.figure:
        scale_tables.figure(found, options.figure)


if __name__ == "__main__":
    main()
