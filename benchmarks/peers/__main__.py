"""Other systems beside this one, on this machine and in one run, in rounds in which they take turns.

make peers [SOURCES=DIR], or python -m benchmarks.peers [--rounds 5] [--sources DIR] [--out benchmarks/results] [--only PEER ...]

Peers live in an environment of their own (`benchmarks/peers.txt`, `build/peers/.venv`), one process each, which waits while it isn't
its turn. Those without a package are measured if their sources lie in a folder of `--sources`, named as their repositories are:
luchris429/JaxLife, paradigms-of-intelligence/cubff (built there: `make CUDA=0`), adamierymenko/nanopond; for DIRT aaronwalsman/dirt,
aaronwalsman/mechagogue and jbejjani2022/ecological-emergent-behavior. Written: medians and all rounds as JSON, and a table for
docs/speed.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from threading import Timer
from typing import IO, Any

import numpy as np

from benchmarks.peers.turns import Case, usable_cores
from benchmarks.soups import tiled, world_of
from benchmarks.speed import settled
from cyberspace.backends.backend import make_backend
from cyberspace.version import __version__

PYTHON = Path("build/peers/.venv/bin/python")
SETTINGS = {"JAX_PLATFORMS": "cpu", "JAX_COMPILATION_CACHE_DIR": str(Path("build/peers/compiled").resolve())}
"""What the peers find in their environment; a second run doesn't compile again."""

PACKAGES = {"EvoJAX": "evojax_mlp", "evosax": "evosax_mlp", "CAX": "cax_nca"}
"""Peers that are packages, and their scripts."""

SOURCES = {
    "JaxLife": ("jaxlife_world", "JaxLife"),
    "DIRT": ("dirt_ecology", "."),
    "cubff": ("cubff_soup", "cubff"),
    "Nanopond": ("nanopond_pond", "nanopond"),
}
"""Peers that are not: their scripts, and the folders of their sources, below that of all."""

HANGS = ("JaxLife",)
"""Left out unless asked for: on two cores JAX 0.10 compiles the step of such a peer and then may wait for ever in its own threads."""

LIMIT = 150.0
"""Seconds after which a peer that isn't ready, or a turn that isn't over, is given up."""

OURS = "cyberspace"


class Ours:
    """This system: numba, all usable cores, the whole world, a small soup after takeover and a large one tiled from it."""

    def __init__(self) -> None:
        world, state = settled()
        self.cases = []
        for exponent in (14, 20):
            sites, ticks = 2**exponent, 2 ** (23 - exponent)
            here = tiled(sites, state)
            backend = make_backend("numba", world_of(sites), here)
            assert here.region.sites == sites
            living = int(np.count_nonzero(here.region.alive))
            name, macs = f"whole world, 2^{exponent} sites", world.body.synapses
            self.cases.append(
                Case(name, "organisms", living * ticks, macs, lambda backend=backend, ticks=ticks: self.live(backend, ticks))
            )
            self.cases[-1].prepare()
        self.about = {"versions": {OURS: __version__}, "cases": [case.about() for case in self.cases]}

    @staticmethod
    def live(backend: Any, ticks: int) -> None:
        backend.advance(ticks)

    def turn(self) -> list[float]:
        return [case.turn() for case in self.cases]


@dataclass
class Other:
    """A peer in a process of its own.

    Attributes:
        process: It; a line to it is a turn.
        about: What it said of itself when it was ready.
    """

    process: subprocess.Popen[str]
    about: dict[str, Any]

    def turn(self) -> list[float]:
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return list(json.loads(line_of(self.process)))


def line_of(process: subprocess.Popen[str]) -> str:
    """What it says next; empty where it ended or took too long, and was ended."""
    assert process.stdout
    watch = Timer(LIMIT, process.kill)
    watch.start()
    try:
        return process.stdout.readline()
    finally:
        watch.cancel()


@contextmanager
def started(script: str, source: Path | None) -> Iterator[Other | str]:
    """A peer when it is ready, or why it isn't."""
    command = [str(PYTHON), "-W", "ignore", "-m", f"benchmarks.peers.{script}", "--turns"]
    with TemporaryFile("w+") as complaints:
        process = subprocess.Popen(
            command + (["--source", str(source)] if source else []),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            env=os.environ | SETTINGS,
            start_new_session=True,  # so that what it starts ends with it
        )
        assert process.stdin
        try:
            line = line_of(process)
            yield Other(process, json.loads(line)) if line else last_line(complaints)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def last_line(complaints: IO[str]) -> str:
    complaints.seek(0)
    return (complaints.read().strip().splitlines() or [f"it ended without a word, or wasn't ready after {LIMIT:.0f} s"])[-1]


def measure(rounds: int, wanted: list[str], sources: Path | None) -> tuple[dict[str, Any], dict[str, str]]:
    """By system what it said of itself, with the speeds of all rounds; and by peer that is missing, why."""
    missing: dict[str, str] = {}
    systems: dict[str, Ours | Other] = {OURS: Ours()}
    with ExitStack() as stack:
        for name in wanted:
            script, folder = (PACKAGES[name], None) if name in PACKAGES else SOURCES[name]
            source = sources / folder if sources and folder is not None else None
            if folder is not None and (source is None or not source.exists()):
                missing[name] = f"no sources: expected {source}" if source else "no --sources"
                continue
            peer = stack.enter_context(started(script, source))
            if isinstance(peer, str):
                missing[name] = peer
            else:
                systems[name] = peer
            print(f"{name}: {missing.get(name, 'ready')}", flush=True)
        found = {name: system.about for name, system in systems.items()}
        for turn in range(rounds):
            for name in list(systems):
                try:
                    speeds = systems[name].turn()
                except (ValueError, OSError):
                    missing[name] = f"round {turn + 1} failed"
                    del systems[name], found[name]
                    continue
                for case, speed in zip(found[name]["cases"], speeds, strict=True):
                    case.setdefault("rounds", []).append(speed)
            print(f"round {turn + 1} of {rounds}", flush=True)
    for about in found.values():
        for case in about["cases"]:
            case["updates_per_s"] = statistics.median(case["rounds"])
            case["macs_per_s"] = case["updates_per_s"] * case["macs_per_update"] if case["macs_per_update"] else None
    return found, missing


def processor() -> str:
    """Its name, as Linux tells it."""
    info = Path("/proc/cpuinfo")
    names = (
        [line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
        if info.exists()
        else []
    )
    return names[0] if names else platform.processor() or platform.machine()


def table(found: dict[str, Any]) -> str:
    """Markdown; of cases that differ in population alone, every one."""
    ours = max(case["macs_per_s"] for case in found[OURS]["cases"])
    rows = [
        "| system | workload | updates/s | MAC/update | MAC/s | cyberspace's best MAC/s over it |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, about in found.items():
        for case in about["cases"]:
            macs, title = case["macs_per_s"], f"**{name}**" if name == OURS else name
            beside = [f"{case['macs_per_update']:,.0f}", f"{macs:.2g}", f"{ours / macs:.3g}"] if macs else ["-", "-", "-"]
            rows.append(f"| {title} | {case['case']} ({case['unit']}) | {case['updates_per_s']:.2g} | {' | '.join(beside)} |")
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sources", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument(
        "--only", nargs="*", choices=[*PACKAGES, *SOURCES], default=[one for one in (*PACKAGES, *SOURCES) if one not in HANGS]
    )
    options = parser.parse_args()
    found, missing = measure(options.rounds, options.only, options.sources)
    machine = {"processor": processor(), "cores": usable_cores(), "system": platform.platform(terse=True)}
    if options.out:
        kept = {"machine": machine, "rounds": options.rounds, "systems": found, "missing": missing}
        (options.out / f"peers-{time.strftime('%Y%m%d')}.json").write_text(json.dumps(kept, indent=1) + "\n")
    print(f"\n{machine['processor']}, {machine['cores']} cores, medians of {options.rounds} rounds\n\n{table(found)}")
    for name, why in missing.items():
        print(f"{name}: not measured ({why})")


if __name__ == "__main__":
    main()
