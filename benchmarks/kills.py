"""Kills ranks, launchers and whole hosts at random moments; each run must end with the undisturbed digest, by itself or by one resume.

python -m benchmarks.kills [--kills 40] [--ticks 150] [--seed 1]                     needs root and Debian's iproute2

Worlds of 2 to 8 regions on three hosts that are network namespaces (`tests.mpi.cables`), with the reference backend.  The moment of a kill
is uniform in the seconds that an undisturbed launch of that world took, starting included.  A kill that finds nothing left to kill is
drawn again.  `launch` is what the user started, `mpirun` its child; `host` is one that the launcher is not on, `its host` the one it is on.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cyberspace.analysis.inspect_run import inspect_run
from cyberspace.ranks.startup_watch import LAUNCHERS, name_of
from cyberspace.record.run_folder import ABOUT, epoch_of
from tests.mpi.cables import Hosts, hosts
from tests.mpi.jobs import alone, children, ranks_under

WORLD = """
[world]
seed = {seed}

[spaces.reef]
kind = "gpu"
backend = "reference"
axes.lane = {{ length = 6 }}
axes.device = {{ length = {regions}, stretch = 16 }}
genesis = "ancestor:replicator"
physics = {{ copy = 0.002, sunlight = 12, spore = 20, spark = 100, move = 0.1 }}
[[spaces.reef.tasks]]
name = "logic"

[record]
every = 10
checkpoint_every = 30
keep = 3
"""
WHAT = ("rank", "rank 0", "launch", "mpirun", "host", "its host", "all ranks")
SECONDS = 180


@dataclass(frozen=True)
class World:
    """A world, and what an undisturbed run of it is like.

    Attributes:
        file: Its file.
        ranks: On how many it runs here.
        seconds: That an undisturbed launch took.
        digest: That it ends with.
    """

    file: Path
    ranks: int
    seconds: float
    digest: str


def start(place: Hosts, world: World, out: Path, ticks: int, *what: object):
    where = ("-n", world.ranks, "--host", "ha:1,hb:2,hc:1")
    return place.launch("ha", *where, *what, "--ticks", ticks, "--quiet", "--threads", 1, "--deadline", 20)


def undisturbed(place: Hosts, folder: Path, regions: int, ticks: int, seed: int) -> World:
    file = folder / f"{regions}.toml"
    file.write_text(WORLD.format(regions=regions, seed=seed))
    alone(file, "--ticks", ticks, "--out", folder / f"alone-{regions}")
    world = World(file, min(regions, 4), 0.0, inspect_run(folder / f"alone-{regions}")["digest"])
    began = time.monotonic()
    job = start(place, world, folder / f"whole-{regions}", ticks, file, "--out", folder / f"whole-{regions}")
    assert job.wait(SECONDS) == 0, place.told
    assert inspect_run(folder / f"whole-{regions}")["digest"] == world.digest
    return World(file, world.ranks, time.monotonic() - began, world.digest)


def victims(place: Hosts, launch: int, what: str, draw: random.Random) -> list[int]:
    """Numbers of the processes that a kill hits now."""
    mpirun = next(iter(children(launch)), 0)
    spaces = {name: place.processes(name) for name in place.names}
    daemons = [number for name in place.names for number in spaces[name] if name_of(number) in LAUNCHERS]  # a guard is no rank
    ranks = {rank: number for daemon in daemons for rank, number in ranks_under(daemon).items()}
    match what:
        case "rank":
            return [draw.choice(sorted(ranks.values()))] if ranks else []
        case "rank 0":
            return [ranks[0]] if 0 in ranks else []
        case "all ranks":
            return list(ranks.values())
        case "launch":
            return [launch]
        case "mpirun":
            return [mpirun] if mpirun else []
        case "host":
            return spaces[draw.choice(["hb", "hc"])]
        case _:
            return spaces["ha"]


def kill(
    place: Hosts, world: World, out: Path, what: str, moment: float, ticks: int, draw: random.Random
) -> list[object] | None:
    """Kill once, resume at most once; what became of it, or None if there was nothing to kill."""
    job = start(place, world, out, ticks, world.file, "--out", out)
    time.sleep(moment * world.seconds)
    hit = victims(place, job.pid, what, draw) if job.poll() is None else []
    for number in hit:
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
    killed = time.monotonic()
    code = job.wait(SECONDS)
    told = place.told
    if not hit:
        return None
    while any(map(place.processes, place.names)):
        assert time.monotonic() - killed < SECONDS, "somebody is left"
        time.sleep(0.1)
    then = "started again" if "starting again" in told else "mended" if "cyberspace: lost" in told else "ended"
    if code:
        again = ("--resume", out) if (out / ABOUT).exists() else (world.file, "--out", out)
        job = start(place, world, out, ticks, *again)
        then = f"{then}, code {code}; {'resumed' if again[0] == '--resume' else 'begun anew'}"
        code = job.wait(SECONDS)
    same = code == 0 and inspect_run(out)["digest"] == world.digest
    return [
        what,
        world.ranks,
        f"{moment:.2f}",
        then,
        code,
        epoch_of(out),
        f"{time.monotonic() - killed:.1f}",
        "equal" if same else "DIFFERENT",
    ]


def main() -> None:
    """Kill, resume, compare, count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--ticks", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--what", nargs="+", choices=WHAT, default=WHAT)
    options = parser.parse_args()
    draw, done, late, ends = random.Random(options.seed), 0, 0, Counter[str]()
    with tempfile.TemporaryDirectory() as name, hosts(("ha", "hb", "hc"), name) as place:
        folder = Path(name)
        worlds = [undisturbed(place, folder, regions, options.ticks, options.seed) for regions in (2, 3, 5, 8)]
        print(
            "| k | killed | ranks | moment | then | exit code | starts | seconds | digest |\n" + "| --- " * 9 + "|", flush=True
        )
        while done < options.kills:
            out, what = folder / f"{done}-{late}", options.what[done % len(options.what)]
            cells = kill(place, worlds[done % len(worlds)], out, what, draw.random(), options.ticks, draw)
            late += cells is None
            if cells is not None:
                done += 1
                ends[str(cells[-1])] += 1
                ends["by itself" if "code" not in str(cells[3]) else "by one resume"] += 1
                print("| " + " | ".join(map(str, [done, *cells])) + " |", flush=True)
    print(f"{dict(ends)}; {late} more found nothing to kill")


if __name__ == "__main__":
    main()
