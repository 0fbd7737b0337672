"""Speed and memory of the whole tick: 16,384 sites, default body, a soup after takeover.

python -m benchmarks.tick [--backend numba] [--backend jax] [--sites 16384] [--settle 20000]
"""

from __future__ import annotations

import argparse
import os
import time
from functools import partial
from typing import Any

import numba
import numpy as np

import cyberspace as cs
from benchmarks.machine import median_seconds, read_bandwidth
from cyberspace.backends.backend import Backend, make_backend
from cyberspace.backends.cpu.product import think_sites
from cyberspace.law.state import WorldState
from cyberspace.law.world import World

REPEATS = 9
BLOCK = 512


@numba.njit(parallel=True)
def bare_product(weights, inputs, activity, fires, says, alive, shift, fire, zero):  # type: ignore[no-untyped-def]
    """The product of `think` alone."""
    for block in numba.prange((len(weights) + BLOCK - 1) // BLOCK):
        low, high = block * BLOCK, min(len(weights), block * BLOCK + BLOCK)
        think_sites(weights, inputs, activity, fires, says, alive, low, high, shift, fire, zero)


def after_takeover(sites: int, ticks: int) -> tuple[World, WorldState]:
    """The world of a soup, and its state after so many ticks; tells heredity of the last thousand."""
    made = cs.World(seed=1)
    made.space("soup", kind="gpu", axes={"lane": 32, "warp": 32, "sm": sites // 1024}).task("logic")
    sim = cs.Simulation(made, backend="numba").advance(ticks)
    (world,), alive = sim.universe.worlds, sim.state.alive.sum().item()
    late = sim.births.query("tick >= @ticks - 1000")
    heredity = (late.distance <= world.loci.faithful).mean()
    print(f"soup at tick {ticks:,}: {alive:,} alive, heredity {heredity:.2f}, {len(late):,} births in 1,000 ticks")
    return world, sim.regions[0].state(sim.tick)


def speed(backend: Backend, world: World, ticks: int) -> tuple[float, str]:
    """Median seconds per tick, after spans that warm up; and what all threads used of the cores, which a busy machine changes less."""
    backend.advance(2 * ticks)
    before = time.process_time()
    seconds = median_seconds(lambda: backend.advance(ticks), REPEATS) / ticks
    used = (time.process_time() - before) / (REPEATS + 1) / ticks
    return seconds, f"  (cores: {1e6 * used:.0f} us/tick)"


def array_bytes(thing: Any) -> int:
    """Bytes of all NumPy arrays that an object holds, in its attributes and in tuples and lists of them; views once."""
    seen: dict[int, int] = {}
    for value in vars(thing).values():
        for array in value if isinstance(value, tuple | list) else (value,):
            if isinstance(array, np.ndarray):
                owner = array if array.base is None or not isinstance(array.base, np.ndarray) else array.base
                seen[id(owner)] = owner.nbytes
    return sum(seen.values())


def tell(name: str, seconds: float, world: World, more: str = "") -> None:
    rate = world.sites / seconds
    print(
        f"{name:36} {1e6 * seconds:9.0f} us/tick {rate / 1e6:8.1f} M organism-ticks/s {rate * world.body.synapses / 1e9:7.1f} G MAC/s{more}"
    )


def measure_numba(world: World, state: WorldState) -> None:
    for threads in sorted({1, os.cpu_count() or 1}):
        bandwidth = read_bandwidth(threads)
        backend = make_backend("numba", world, state, threads=threads)
        arrays = backend._arrays
        written = [np.zeros_like(array) for array in (arrays.activity, arrays.fires, arrays.says)]
        product = (arrays.weights, arrays.inputs, *written, arrays.alive, np.int32(5), np.int8(10), np.int32(0))
        numba.set_num_threads(threads)
        bare = median_seconds(lambda product=product: bare_product(*product), 50)
        whole, used = speed(backend, world, 256)
        tell(f"numba, {threads} threads, whole tick", whole, world, used)
        share = arrays.weights.nbytes / whole / bandwidth
        tell(f"numba, {threads} threads, bare product", bare, world, f"  ({bare / whole:.0%} of the tick)")
        print(f"read bandwidth, {threads} threads: {bandwidth / 1e9:.1f} GB/s; the tick reads its weights at {share:.0%} of it")
    print(f"numba memory: {array_bytes(backend) / world.sites:,.0f} bytes per site, all arrays of the backend")


def measure_jax(world: World, state: WorldState) -> None:
    import jax

    from cyberspace.backends.xla.plain import live_span

    start = time.perf_counter()
    backend = make_backend("jax", world, state)
    backend.advance(64)
    print(f"jax on {jax.devices()[0].device_kind}: compiled in {time.perf_counter() - start:.1f} s (not part of the speed)")
    whole, used = speed(backend, world, 64)
    tell(f"jax, {jax.devices()[0].platform}, whole tick", whole, world, used)
    if jax.devices()[0].platform != "cpu":
        return
    call, here = jax.jit(partial(live_span, world), donate_argnums=0), (backend._region, *backend._place)
    memory = call.lower(*here, np.int32(state.tick), np.int32(64)).compile().memory_analysis()
    used = memory.argument_size_in_bytes + memory.temp_size_in_bytes + memory.output_size_in_bytes - memory.alias_size_in_bytes
    print(f"jax memory: {used / world.sites:,.0f} bytes per site (arguments, temporaries and outputs of a compiled call)")
    print("GPU: none at hand; what its kernels take: make gpu-compile")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--backend", action="append", choices=["numba", "jax"])
    parser.add_argument("--sites", type=int, default=16_384)
    parser.add_argument("--settle", type=int, default=20_000)
    options = parser.parse_args()
    world, state = after_takeover(options.sites, options.settle)
    for backend in options.backend or ["numba", "jax"]:
        {"numba": measure_numba, "jax": measure_jax}[backend](world, state)


if __name__ == "__main__":
    main()
