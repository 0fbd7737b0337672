"""What the kernels of a GPU are, without one: compiled ahead of time for an H200, an H100 and an A100.

python -m benchmarks.gpu_compile [--out benchmarks/results/gpu-compile.json] [--sites 20] [--device H200]

`make gpu-compile` runs it in an environment of its own, since it needs `jax[cuda13]`; ptxas has to be at hand.  For a default world it
tells kernels a tick and waits of the host in a span, both counted in the compiled HLO, bytes a site, and for each kernel registers,
spilled bytes and `dp4a`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CARD = """
gpu_device_info {{
  threads_per_block_limit: 1024 threads_per_warp: 32 shared_memory_per_block: 49152 shared_memory_per_core: {shared}
  threads_per_core_limit: 2048 core_count: {cores} fpus_per_core: {fpus}
  block_dim_limit_x: 2147483647 block_dim_limit_y: 65535 block_dim_limit_z: 65535
  memory_bandwidth: {bandwidth} l2_cache_size: {l2} clock_rate_ghz: {clock} device_memory_size: {memory}
  shared_memory_per_block_optin: {most} cuda_compute_capability {{ major: {major} minor: 0 }}
  registers_per_core_limit: 65536 registers_per_block_limit: 65536
}}
platform_name: "CUDA" dnn_version_info {{ major: 9 minor: 8 }} runtime_version {{ major: 13 minor: 0 }}
device_description_str: "{name}"
"""
HOPPER = {"shared": 233472, "cores": 132, "fpus": 128, "l2": 62914560, "clock": 1.98, "most": 232448, "major": 9}
AMPERE = {"shared": 167936, "cores": 108, "fpus": 64, "l2": 41943040, "clock": 1.41, "most": 166912, "major": 8}
CARDS = {
    "H200": HOPPER | {"name": "NVIDIA H200", "bandwidth": 4_800_000_000_000, "memory": 150_000_000_000},
    "H100": HOPPER | {"name": "NVIDIA H100", "bandwidth": 3_350_000_000_000, "memory": 85_000_000_000},
    "A100": AMPERE | {"name": "NVIDIA A100", "bandwidth": 2_039_000_000_000, "memory": 85_000_000_000},
}
ARCH = {9: "sm_90a", 8: "sm_80"}

FREE = {"parameter", "tuple", "get-tuple-element", "bitcast", "constant", "after-all"}
"""Instructions of HLO that are no kernels."""

INSTRUCTION = re.compile(r"^\s+(?:ROOT )?%?[\w.\-]+ = .*?\s([a-z][\w\-]*)\(")


def computations(hlo: str) -> dict[str, list[str]]:
    """The instructions of each computation of a module's text, by its name."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in hlo.splitlines():
        head = re.match(r"^(?:ENTRY )?%?([\w.\-]+) \(.*\{$", line)
        if head:
            lines = found.setdefault(head[1], [])
        elif " = " in line:
            lines.append(line)
    return found


def opcode(line: str) -> str:
    """What an instruction does."""
    found = INSTRUCTION.match(re.sub(r"/\*.*?\*/", "", line))
    return found[1] if found else ""


def count(hlo: str) -> dict[str, int]:
    """Kernels a turn of the longest loop, kernels outside, and what makes the host wait: loops of unknown length, branches, copies."""
    parts = computations(hlo)
    whiles = [line for lines in parts.values() for line in lines if opcode(line) == "while"]
    bodies = [re.search(r"body=%?([\w.\-]+)", line) for line in whiles]
    inside = max((sum(opcode(line) not in FREE for line in parts[body[1]]) for body in bodies if body), default=0)
    entry = re.search(r"^ENTRY %?([\w.\-]+)", hlo, re.M)
    assert entry
    outside = sum(opcode(line) not in FREE | {"while"} for line in parts[entry[1]])
    waits = sum("known_trip_count" not in line for line in whiles)
    waits += sum(opcode(line) == "conditional" or "S(5)" in line for lines in parts.values() for line in lines)
    return {"kernels_per_tick": inside, "kernels_outside": outside, "host_waits": waits}


def kernels(folder: Path, arch: str) -> dict[str, dict[str, int]]:
    """Registers, spilled bytes and `dp4a` of each kernel whose PTX was written to a folder."""
    found = {}
    for file in sorted(folder.glob("*.ptx")):
        text = file.read_text()
        name = re.search(r"\.entry (\w+)", text)
        if not name or name[1].startswith(("loop_", "input_", "wrapped_")):
            continue
        command = ["ptxas", "-v", f"-arch={arch}", str(file), "-o", os.devnull]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stderr
        registers, spills = re.search(r"Used (\d+) registers", told), re.search(r"(\d+) bytes spill stores", told)
        found[name[1]] = {
            "registers": int(registers[1]) if registers else -1,
            "spilled_bytes": int(spills[1]) if spills else -1,
            "dp4a": text.count("dp4a"),
            "loads": text.count("ld.global"),
            "lines_of_ptx": text.count("\n"),
        }
    return found


def compiled(card: str, exponent: int, units: int, kind: str) -> dict[str, object]:
    """A span of a default world, compiled for a card; in this process, whose environment says where PTX is written to."""
    import jax
    import jax.numpy as jnp
    import numpy as np
    from jax.experimental import topologies
    from jax.sharding import Mesh, NamedSharding, PartitionSpec

    from benchmarks.soups import world_of
    from cyberspace.backends.xla.devices import WIDTH
    from cyberspace.backends.xla.kernels.frame import Frame
    from cyberspace.backends.xla.kernels.span import constants, live_span, longest
    from cyberspace.backends.xla.room import abstract_region, bytes_needed

    target = CARD.format(**CARDS[card])
    topology = topologies.get_topology_desc(platform="cuda", topology_name=card, target_config=target, topology="1x1x1")
    place = NamedSharding(Mesh(np.array([topology.devices[0]]), "x"), PartitionSpec())
    world = world_of(2**exponent, kind=kind, units=units)
    made, ticks = Frame(world, WIDTH, dp4a=True), longest(world)

    def there(array: object) -> object:
        return jax.ShapeDtypeStruct(array.shape, array.dtype, sharding=place)

    known = {name: there(array) for name, array in constants(world, WIDTH).items()}
    numbers = [jax.ShapeDtypeStruct((), dtype, sharding=place) for dtype in (jnp.uint32, jnp.int32, jnp.int32)]
    start = time.perf_counter()
    lowered = jax.jit(lambda *given: live_span(*given, made=made, ticks=ticks), donate_argnums=0).lower(
        jax.tree.map(there, abstract_region(world)), *numbers, known
    )
    call = lowered.compile()
    memory = call.memory_analysis()
    used = memory.argument_size_in_bytes + memory.temp_size_in_bytes + memory.output_size_in_bytes - memory.alias_size_in_bytes
    told = {"ticks": ticks, "compile_s": round(time.perf_counter() - start, 1), "bytes_per_site": round(used / world.sites, 1)}
    return {**told, "bytes_per_site_foreseen": round(bytes_needed(world, made) / world.sites, 1), **count(call.as_text())}


def one(card: str, exponent: int, units: int, kind: str) -> dict[str, object]:
    """The same in a process of its own, with what ptxas says of its kernels."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "JAX_PLATFORMS": "cpu,cuda",
            "JAX_SKIP_CUDA_CONSTRAINTS_CHECK": "1",
            "CUDA_VISIBLE_DEVICES": "0",
            "XLA_FLAGS": f"--xla_dump_to={folder}",
        }
        command = [sys.executable, "-m", "benchmarks.gpu_compile", "--one", card, str(exponent), str(units), kind]
        done = subprocess.run(command, capture_output=True, text=True, env=os.environ | settings)
        if done.returncode:
            return {"failed": done.stderr.strip().splitlines()[-1]}
        found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
        return found | {"kernels": kernels(Path(folder), ARCH[int(CARDS[card]["major"])])}


def tell(name: str, found: dict[str, object]) -> None:
    """Print one result."""
    print(f"{name}: {json.dumps({key: value for key, value in found.items() if key != 'kernels'})}", flush=True)
    for kernel, facts in found.get("kernels", {}).items():
        print(f"    {kernel:8} {json.dumps(facts)}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/gpu-compile.json"))
    parser.add_argument("--device", action="append", choices=list(CARDS))
    parser.add_argument("--sites", type=int, action="append", help="exponent of 2; 20 and 15 by default")
    parser.add_argument("--units", type=int, default=16)
    parser.add_argument("--kind", default="gpu", choices=["gpu", "cpu"])
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        card, exponent, units, kind = options.one
        return print(json.dumps(compiled(card, int(exponent), int(units), kind)))
    if not shutil.which("ptxas"):
        sys.exit("ptxas is not here; try: a CUDA toolkit on the path")
    found: dict[str, object] = {"date": time.strftime("%Y-%m-%d")}
    for card in options.device or CARDS:
        for exponent in options.sites or (20, 15):
            name = f"{card} 2^{exponent} sites, {options.units} units, {options.kind}"
            found[name] = one(card, exponent, options.units, options.kind)
            tell(name, found[name])
            options.out.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
