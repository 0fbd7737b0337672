"""What a GPU does: speeds by size and body, digests against the golden worlds, time by kernel, numba on all cores beside it.

python -m benchmarks.gpu [--out benchmarks/results] [--minutes 6] [--largest 24] [--without-digests]

Prints as it goes, and writes JSON after each measurement, so that a run that is cut off has told what it found.  The most telling
comes first: a copy, one world's digest, 2^20 and 2^15 sites; then the other worlds (universes with links and beaches live on JAX and
numba in turn, in one job), and the other sizes and bodies, for as long as there is time.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jax
import jax.numpy as jnp

import cyberspace as cs
from benchmarks.machine import median_seconds
from benchmarks.soups import tiled, world_of
from cyberspace.api.living import Living, backends_of
from cyberspace.backends.backend import make_backend
from cyberspace.backends.xla.devices import frame_of
from cyberspace.backends.xla.kernels.span import longest
from cyberspace.backends.xla.room import bytes_needed
from cyberspace.cores import usable_cpus
from cyberspace.law.digest import digest
from cyberspace.law.genesis import genesis
from cyberspace.law.state import WorldState
from cyberspace.law.world import World
from cyberspace.worldfile.build import universe_from_text

GOLDEN = Path("tests/golden/worlds.json")
DIGESTS = [f"world-{n}" for n in range(8)] + [f"universe-{n}" for n in range(4)]
LAST = 64
"""Tick to which digests are compared."""

AT_ONCE = 6
"""Worlds that are compiled beside each other."""

SMALL, SETTLE = 2**13, 4000
"""Sites of the soup that larger ones are tiled from, and ticks that it settles."""


def compare(name: str) -> None:
    """Exit code 0 if JAX here gives a golden world's digests; regions of a universe live on JAX and numba in turn."""
    one = next(world for world in json.loads(GOLDEN.read_text()) if world["name"] == name)
    universe = universe_from_text(one["text"], name, Path("tests"))[0]
    backends = backends_of(universe, ["jax", "numba"])
    living = Living(universe, [genesis(world) for world in universe.worlds], 0, backends, threads=1)
    for stop, expected in one["digests"].items():
        if int(stop) <= LAST:
            living.live(int(stop))
            if living.digest() != expected:
                sys.exit(f"{name}: another digest at tick {stop} on {backends}")
    print(f"{name}: equal to tick {LAST} on {', '.join(backends)}", flush=True)


def all_digests(seconds: float) -> dict[str, str]:
    """What each golden world gave, every one in a process of its own."""

    def one(name: str) -> tuple[str, str]:
        more = {"XLA_PYTHON_CLIENT_PREALLOCATE": "false"}
        command = [sys.executable, "-m", "benchmarks.gpu", "--compare", name]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, env=os.environ | more)
        except subprocess.TimeoutExpired:
            return name, f"not ready after {seconds:.0f} s"
        print(done.stdout, done.stderr[-500:] if done.returncode else "", end="", flush=True)
        return name, "equal" if done.returncode == 0 else done.stderr.strip().splitlines()[-1]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(pool.map(one, DIGESTS))


def soup_digest() -> str:
    """Whether a soup lives as in NumPy where kernels live it."""
    world = world_of(2048)
    backends = [make_backend(name, world, genesis(world)) for name in ("jax", "reference")]
    for backend in backends:
        backend.advance(24)
    one, other = (digest(backend.state()) for backend in backends)
    return "equal" if one == other else "another digest at tick 24"


def settled(units: int) -> WorldState:
    """A small soup after its ancestor took it over."""
    world = world_of(SMALL, units=units)
    backend = make_backend("numba", world, genesis(world))
    backend.advance(SETTLE)
    return backend.state()


def fits(world: World) -> bool:
    """Whether there is memory for a world on the device, and four times as much for it here."""
    stats = jax.devices()[0].memory_stats() or {}
    needed = bytes_needed(world, frame_of(world, jax.devices()[0]))
    free = stats.get("bytes_limit", needed) - stats.get("bytes_in_use", 0)
    return needed <= free and 4 * needed <= os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def copy_speed() -> float:
    """Bytes a second that a copy on the device reads and writes."""
    array = jnp.zeros(2**28, jnp.int32)
    add = jax.jit(lambda a: a + 1)
    return 2 * array.nbytes / median_seconds(lambda: add(array).block_until_ready(), 9)


def speed(name: str, world: World, state: WorldState, ticks: int, repeats: int = 3) -> dict[str, float]:
    """Organism-ticks a second, and what compiling took."""
    start = time.perf_counter()
    backend = make_backend(name, world, state)
    backend.advance(ticks)
    first, births = time.perf_counter() - start, 0

    def more() -> None:
        nonlocal births
        births += len(backend.advance(ticks).births)

    seconds = median_seconds(more, repeats) / ticks
    found = {"us_per_tick": 1e6 * seconds, "M_per_s": world.sites / seconds / 1e6, "first_call_s": first}
    return found | {"G_weights_per_s": world.sites * world.body.synapses / seconds / 1e9, "births": births}


def by_kernel(world: World, state: WorldState, ticks: int = 64) -> dict[str, object]:
    """Where the time of a span goes: kernels a tick, and microseconds a tick of the twenty dearest."""
    backend = make_backend("jax", world, state)
    backend.advance(ticks)
    with tempfile.TemporaryDirectory() as folder:
        with jax.profiler.trace(folder):
            backend.advance(ticks)
        (file,) = Path(folder).rglob("*.xplane.pb")
        planes = list(jax.profiler.ProfileData.from_file(str(file)).planes)
    spent, count = Counter[str](), 0
    for plane in planes:
        if "GPU" in plane.name or "TPU" in plane.name:
            for line in plane.lines:
                if line.name.startswith("Stream"):
                    for event in line.events:
                        spent[event.name] += event.duration_ns
                        count += 1
    dearest = {kernel: round(nanoseconds / 1000 / ticks, 2) for kernel, nanoseconds in spent.most_common(20)}
    busy = sum(spent.values()) / 1000 / ticks
    return {"kernels_per_tick": count / ticks, "busy_us_per_tick": busy, "us_per_tick": dearest}


def machine() -> dict[str, object]:
    """What this ran on."""
    device = jax.devices()[0]
    return {
        "device": device.device_kind,
        "platform": device.platform,
        "cores": len(usable_cpus()),
        "python": platform.python_version(),
        "jax": jax.__version__,
        "cyberspace": cs.__version__,
        "date": time.strftime("%Y-%m-%d"),
    }


class Sheet:
    """Results, written whenever one is added."""

    def __init__(self, folder: Path, minutes: float):
        self._end, self.found = time.monotonic() + 60 * minutes, {"machine": machine()}
        folder.mkdir(parents=True, exist_ok=True)
        device = str(self.found["machine"]["device"]).replace(" ", "-").lower()
        self._path = folder / f"gpu-{device}-{time.strftime('%Y%m%d')}.json"

    @property
    def left(self) -> float:
        """Seconds until the time is up."""
        return self._end - time.monotonic()

    def add(self, name: str, value: object) -> None:
        """Print and keep one result."""
        print(f"{name}: {json.dumps(value)}", flush=True)
        self.found[name] = value
        self._path.write_text(json.dumps(self.found, indent=1) + "\n")


SIZES = [(16, 20), (16, 15), (16, 22), (16, 13), (16, 17), (32, 17), (64, 15), (16, 18), (16, 24), (32, 20), (64, 17)]
"""Units and exponents of 2, in the order in which they are measured."""

BESIDE = ((16, 15), (16, 20))
"""Those at which numba is measured too, and time by kernel."""

BEFORE_DIGESTS = 2
"""Sizes that are measured before the golden worlds are lived."""


def measure(sheet: Sheet, units: int, exponent: int, state: WorldState) -> None:
    """One size and body."""
    world = world_of(2**exponent, units=units)
    if sheet.left < 45 or not fits(world):
        print(f"no {'time' if sheet.left < 45 else 'room'} for {units} units, 2^{exponent} sites", flush=True)
        return
    here, ticks = tiled(world.sites, state), 2 * longest(world)
    sheet.add(f"jax {units} units 2^{exponent}", speed("jax", world, here, ticks))
    if (units, exponent) in BESIDE:
        sheet.add(f"kernels 2^{exponent}", by_kernel(world, here, ticks))
        sheet.add(f"numba {sheet.found['machine']['cores']} cores 2^{exponent}", speed("numba", world, here, 16))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results"))
    parser.add_argument("--minutes", type=float, default=6)
    parser.add_argument("--largest", type=int, default=24, help="exponent of 2 of the largest size")
    parser.add_argument("--without-digests", action="store_true", help="leave the golden worlds out")
    parser.add_argument("--compare", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.compare:
        return compare(options.compare)
    sheet = Sheet(options.out, options.minutes)
    sheet.add("copy_bytes_per_s", copy_speed())
    sheet.add("digest of a soup", soup_digest())
    states: dict[int, WorldState] = {}
    for number, (units, exponent) in enumerate(SIZES):
        if number == BEFORE_DIGESTS and not options.without_digests:
            sheet.add("digests", all_digests(min(150, sheet.left / 2)))
        if exponent <= options.largest:
            states[units] = states.get(units) or settled(units)
            measure(sheet, units, exponent, states[units])


if __name__ == "__main__":
    main()
