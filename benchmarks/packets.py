"""What packets bring: by router, with liars, with churn; links and hops by the number of sites.

    python -m benchmarks.packets [--part routers|liars|churn|links|hops|all] [--out FILE]
    python -m benchmarks.packets worlds [--seeds 4] [--minutes M]        between real worlds (benchmarks/packet_worlds.py)

Communities are synthetic and their truth is known (`cyberspace/collective/packets/community.py`).  Benefit is what a delivery brings
against deliveries that were withheld at random (p = 0.2).  Hops are of single ways in a world of so many sites; bytes between
ranks are measured by `benchmarks.packets_mpi`.
"""

from __future__ import annotations

import json
import sys
import time
from argparse import ArgumentParser
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from cyberspace.collective.packets import hops, measures
from cyberspace.collective.packets.community import community
from cyberspace.collective.packets.growth import fits
from cyberspace.collective.packets.routers.table import ROUTERS
from cyberspace.collective.packets.trial import Setting, Trial

RESULTS = Path(__file__).parent / "results/packets.json"
SITES, SEEDS, FEW_SEEDS = 2197, range(1, 21), range(1, 6)
SIZES = tuple(edge**3 for edge in (10, 15, 22, 32, 46, 68, 100))
"""Sites of the ways that are counted: cubes, two a decade from a thousand to a million."""


def routers() -> object:
    ways = (measures.NONE, measures.SHUFFLED, *ROUTERS)
    rows = []
    for way in ways:
        rows.append(measures.tried(way, SITES, SEEDS))
        print(measures.told(rows)[-1], flush=True)
    return measures.as_table(rows)


def varied(name: str, values: tuple[float, ...], robusts: tuple[bool, ...]) -> object:
    """Rows of the router that is recommended and of no packets, while one number of the setting changes."""
    found = []
    for value in values:
        for way, robust in [(measures.NONE, False), *(("hnsw", robust) for robust in robusts)]:
            one = measures.tried(way, SITES, FEW_SEEDS, replace(Setting(robust=robust), **{name: value}))
            found.append({name: value, "robust": robust, **measures.as_table([one])[0]})
            print(f"{name} {value:.0%} {'robust' if robust else 'plain':7}", measures.told([one])[1], flush=True)
    return found


def links() -> object:
    """Links a site that a router holds, and that packets really went over, by the number of sites."""
    found = []
    for sites in (512, 1000, 2197, 4096, 8000):
        people = community(sites, 1)
        for name, make in ROUTERS.items():
            router = make(people.prints, 1)
            outcome = Trial(people, router, Setting(rounds=12), 1).run()
            found.append(
                {
                    "sites": sites,
                    "router": name,
                    "held": router.links,
                    "used": outcome.links,
                    "recall": measures.recall(router, people),
                }
            )
            print(found[-1], flush=True)
    return found


def ways() -> object:
    """Hops and cost by the number of sites, three seeds each, and the law that the data prefer."""
    found = {}
    for name, way in hops.WAYS.items():
        seeds = (1, 2, 3) if name != "hnsw" else (1,)
        means = [np.mean([way(sites, seed) for seed in seeds], axis=0).tolist() for sites in SIZES]
        laws = {
            what: [asdict(fit) for fit in fits(np.array(SIZES), np.array([mean[k] for mean in means]))]
            for k, what in enumerate(("hops", "cost"))
        }
        found[name] = {
            "sites": SIZES,
            "hops": [m[0] for m in means],
            "cost": [m[1] for m in means],
            "fits": laws,
            "seeds": seeds,
        }
        best = laws["hops"][0]
        print(f"{name:12}", [round(m[0], 1) for m in means], best["law"], f"b = {best['power']:.2f}", flush=True)
    return found


PARTS = {
    "routers": routers,
    "liars": lambda: varied("liars", (0.0, 0.1, 0.2, 0.3, 0.4, 0.5), (False, True)),
    "churn": lambda: varied("churn", (0.0, 0.1, 0.2, 0.3), (False,)),
    "links": links,
    "hops": ways,
}


def main() -> None:
    if sys.argv[1:2] == ["worlds"]:
        from benchmarks.packet_worlds import main as worlds

        worlds(sys.argv[2:])
        return
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--part", choices=[*PARTS, "all"], default="all")
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()
    found = json.loads(given.out.read_text()) if given.out.exists() else {}
    for name, part in PARTS.items():
        if given.part in (name, "all"):
            start = time.process_time()
            found[name] = {"rows": part(), "cpu_seconds": round(time.process_time() - start, 1)}
            given.out.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
