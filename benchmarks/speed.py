"""The speed of one machine's cores, as ratios that a busy machine changes little: what is compared takes turns within one run.

python -m benchmarks.speed [--rounds 9] [--out benchmarks/results] [--only PART ...]

Parts: product (whole tick against the bare product), size, threads, busy (beside other programs), kinds, teaching, memory, curve.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numba
import numpy as np

from benchmarks.soups import tiled, world_of
from benchmarks.tick import array_bytes
from cyberspace.backends.backend import Backend, make_backend
from cyberspace.backends.cpu.product import think_sites
from cyberspace.cores import usable_cpus
from cyberspace.law.state import SITE_FIELDS, WorldState
from cyberspace.law.world import World

SMALL = 2**14
"""Sites of the soup that larger ones are tiled from."""

SETTLE = 6000
"""Ticks that it settles."""

ECHO = Path("examples/2_tasks/echo.py").resolve()


@numba.njit(nogil=True)
def bare_product(weights, inputs, activity, fires, says, alive, shift, fire, zero):  # type: ignore[no-untyped-def]
    """The product of `think` alone, one site after the other."""
    think_sites(weights, inputs, activity, fires, says, alive, 0, len(weights), shift, fire, zero)


def settled(task: str = "logic", kind: str = "gpu", sites: int = SMALL) -> tuple[World, WorldState]:
    """A small soup, and its state after takeover."""
    from cyberspace.law.genesis import genesis

    world = world_of(sites, task, kind)
    backend = make_backend("numba", world, genesis(world))
    backend.advance(SETTLE)
    return world, backend.state()


def in_turn(rounds: int, **works: Callable[[], float]) -> dict[str, float]:
    """Median of what each gives, in rounds in which they take turns."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            found[name].append(work())
    return {name: statistics.median(values) for name, values in found.items()}


def per_site(backend: Backend, sites: int, ticks: int) -> Callable[[], float]:
    """Nanoseconds a site and tick of some ticks, by the clock."""

    def work() -> float:
        before = time.perf_counter()
        backend.advance(ticks)
        return 1e9 * (time.perf_counter() - before) / ticks / sites

    backend.advance(64)
    return work


def product_of(backend: Backend, sites: int, times: int) -> Callable[[], float]:
    """The same of the bare product, on the same weights."""
    arrays = backend._arrays  # type: ignore[attr-defined]
    written = [np.zeros_like(array) for array in (arrays.activity, arrays.fires, arrays.says)]
    given = (arrays.weights, arrays.inputs, *written, arrays.alive, np.int32(5), np.int8(10), np.int32(0))

    def work() -> float:
        before = time.perf_counter()
        for _ in range(times):
            bare_product(*given)
        return 1e9 * (time.perf_counter() - before) / times / sites

    bare_product(*given)
    return work


def against_product(rounds: int, state: WorldState) -> dict[str, dict[str, float]]:
    """One thread: the whole tick, and the product alone, by size."""
    found = {}
    for exponent in (14, 20):
        sites = 2**exponent
        backend, ticks = make_backend("numba", world_of(sites), tiled(sites, state), threads=1), max(8, 2**20 // sites)
        times = in_turn(rounds, whole=per_site(backend, sites, ticks), bare=product_of(backend, sites, max(1, 2**18 // sites)))
        found[f"2^{exponent}"] = {**times, "bare / whole": times["bare"] / times["whole"]}
    return found


def by_size(rounds: int, state: WorldState) -> dict[str, float]:
    """One thread: nanoseconds a site and tick, by size."""
    works = {}
    for exponent in (14, 16, 18, 20):
        sites = 2**exponent
        backend = make_backend("numba", world_of(sites), tiled(sites, state), threads=1)
        works[f"2^{exponent}"] = per_site(backend, sites, max(8, 2**20 // sites))
    times = in_turn(rounds, **works)
    return {**times, "2^18 / 2^14": times["2^14"] / times["2^18"]}


def by_threads(rounds: int, state: WorldState, exponents: tuple[int, ...] = (14, 18, 20)) -> dict[str, float]:
    """Times as fast as one thread, by size."""
    found, most = {}, len(usable_cpus())
    for exponent in exponents:
        sites, here = 2**exponent, tiled(2**exponent, state)
        counts = sorted({1, 2, most})
        works = {
            str(count): per_site(make_backend("numba", world_of(sites), here, threads=count), sites, max(16, 2**21 // sites))
            for count in counts
        }
        times = in_turn(rounds, **works)
        for count in counts[1:]:
            found[f"2^{exponent}, {count} threads / one"] = times["1"] / times[str(count)]
    return found


def curve(rounds: int, state: WorldState) -> dict[str, dict[str, float]]:
    """Millions of organism-ticks a second by size: one thread and all, whole tick; and one thread, the product alone."""
    found = {}
    for exponent in range(13, 22):
        sites = 2**exponent
        world, here = world_of(sites), tiled(sites, state) if sites >= SMALL else part_of(sites, state)
        backends = {
            f"numba, {count} threads": make_backend("numba", world, here, threads=count) for count in {1, len(usable_cpus())}
        }
        ticks = max(16, 2**20 // sites)
        works = {name: per_site(backend, sites, ticks) for name, backend in backends.items()}
        works["bare product, 1 thread"] = product_of(backends["numba, 1 threads"], sites, max(1, 2**18 // sites))
        times = in_turn(max(3, rounds // 3), **works)
        found[f"2^{exponent}"] = {name: 1e3 / nanoseconds for name, nanoseconds in times.items()}
    return found


def part_of(sites: int, state: WorldState) -> WorldState:
    """The state of a smaller world: the first sms of a larger one."""
    region, share = state.region, state.region.sites // sites
    fields = {name: np.ascontiguousarray(getattr(region, name)[..., :sites]) for name in SITE_FIELDS}
    pools = np.ascontiguousarray(region.pools[:, : region.pools.shape[1] // share])
    return replace(state, region=replace(region, **fields, pools=pools))


@contextmanager
def busy(programs: int) -> Iterator[None]:
    """So many other programs that do nothing but compute."""
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(programs)]
    try:
        time.sleep(0.5)
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


def beside(rounds: int, state: WorldState) -> dict[str, float]:
    """Two threads against one, beside other programs, 16,384 sites."""
    found, world = {}, world_of(SMALL)
    backends = {str(count): make_backend("numba", world, state, threads=count) for count in (1, 2)}
    works = {name: per_site(backend, SMALL, 512) for name, backend in backends.items()}
    for programs in (0, 1, 3):
        with busy(programs):
            times = in_turn(2 * rounds, **works)
        found[f"beside {programs}: 2 threads / one"] = times["1"] / times["2"]
    return found


def by_kind(rounds: int, state: WorldState) -> dict[str, float]:
    """The cpu kind, which pays by synapse and unit, against the gpu kind; the same organisms."""
    works = {
        kind: per_site(
            make_backend("numba", world_of(8192, kind=kind), settled(kind=kind, sites=8192)[1], threads=1), 8192, 256
        )
        for kind in ("gpu", "cpu")
    }
    times = in_turn(rounds, **works)
    return {**times, "cpu / gpu": times["gpu"] / times["cpu"]}


def teaching(rounds: int, state: WorldState) -> dict[str, float]:
    """A user's task that teaches against `logic`."""
    works = {}
    for name, task in (("logic", "logic"), ("echo", f"{ECHO}:Echo")):
        world, here = settled(task, sites=8192)
        works[name] = per_site(make_backend("numba", world, here, threads=1), 8192, 256)
    times = in_turn(rounds, **works)
    return {**times, "echo / logic": times["logic"] / times["echo"]}


def memory(rounds: int, state: WorldState) -> dict[str, float]:
    """Bytes a site of all arrays of the backend."""
    return {f"2^{n}": array_bytes(make_backend("numba", world_of(2**n), tiled(2**n, state))) / 2**n for n in (14, 18)}


def machine() -> dict[str, object]:
    """What this ran on."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    about = dict(line.split(":", 1) for line in reversed(lines) if ":" in line)
    flags = next((text for name, text in about.items() if name.strip() == "flags"), "").split()
    vectors = next((name for name in ("avx512_vnni", "avx_vnni", "avx2") if name in flags), "none known")
    model = next((text.strip() for name, text in about.items() if name.strip() == "model name"), platform.processor())
    return {"processor": model, "vectors": vectors, "cores": len(usable_cpus()), "date": time.strftime("%Y-%m-%d")}


PARTS = {
    "product": against_product, "size": by_size, "threads": by_threads, "busy": beside, "kinds": by_kind,
    "teaching": teaching, "memory": memory, "curve": curve,
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--only", nargs="*", choices=PARTS, default=list(PARTS))
    options = parser.parse_args()
    _, state = settled()
    found: dict[str, object] = {"machine": machine()}
    for name in options.only:
        found[name] = PARTS[name](options.rounds, state)
        print(f"{name}: {json.dumps(found[name])}", flush=True)
    if options.out:
        (options.out / f"cores-{time.strftime('%Y%m%d')}.json").write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
