"""What there is: processors, caches, GPUs and the place of a host, each by the best means at hand.

pyhwloc and nvidia-ml-py are used where they are installed (extra `machine`), else /sys and what jax knows.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Protocol, TypeVar

from topology.machine import PLACE_LEVELS, Cache, Gpu

if TYPE_CHECKING:
    import jax
    from pyhwloc.topology import Topology

SYSTEM = Path("/sys/devices/system")
CPUINFO = Path("/proc/cpuinfo")
LANES = (("avx512bw", 32), ("avx2", 16))
"""16-bit lanes by a processor's flag; 8, of SSE and NEON, without one."""

ANCESTORS = {0: "self", 10: "switch", 20: "switch", 30: "bridge", 40: "node", 50: "system"}
"""NVML's levels of the closest thing that two GPUs share."""


@dataclass(frozen=True)
class Processors:
    """The part of a host's processors that a job may use; as in `topology.machine.Host`."""

    packages: int
    nodes: int
    cores: int
    threads: int
    memory: int
    caches: tuple[Cache, ...]


def find_processors(cpus: frozenset[int]) -> tuple[Processors, str]:
    """The processors behind some hardware threads, and what told."""
    try:
        from pyhwloc.topology import Topology

        with Topology() as topology:
            return with_hwloc(topology, cpus), "pyhwloc"
    except (ImportError, OSError, RuntimeError):
        pass
    if (SYSTEM / "cpu" / "cpu0" / "topology").is_dir():
        return with_sys(SYSTEM, cpus), "/sys"
    return Processors(1, 1, len(cpus), len(cpus), 0, ()), "os.cpu_count"


class CpuSet(Protocol):
    """Hardware threads, as pyhwloc numbers them."""

    def to_sched_set(self) -> Iterable[int]:
        """Their numbers, as the scheduler counts."""


class Thing(Protocol):
    """A part of a machine, as pyhwloc describes it."""

    @property
    def cpuset(self) -> CpuSet:
        """The hardware threads that belong to it."""


Part = TypeVar("Part", bound=Thing)


def with_hwloc(topology: Topology, cpus: frozenset[int]) -> Processors:
    """The processors that a loaded pyhwloc topology has, synthetic ones too."""
    from pyhwloc.hwobject import ObjType

    def mine(things: Iterable[Part]) -> list[Part]:
        return [thing for thing in things if cpus & set(thing.cpuset.to_sched_set())]

    caches = []
    for level in range(1, 6):
        found = mine(topology.iter_objs_by_type(ObjType[f"L{level}CACHE"]))
        if found:
            caches.append(Cache(level, int(found[0].size), len(found[0].cpuset.to_sched_set())))
    nodes = mine(topology.iter_numa_nodes())
    cores, threads = mine(topology.iter_cores()), mine(topology.iter_cpus())
    return Processors(
        packages=max(1, len(mine(topology.iter_packages()))),
        nodes=max(1, len(nodes)),
        cores=max(1, len(cores) or len(threads)),
        threads=max(1, len(threads)),
        memory=sum(int(node.local_memory) for node in nodes),
        caches=tuple(caches),
    )


def with_sys(root: Path, cpus: frozenset[int]) -> Processors:
    """The processors that a folder like /sys/devices/system describes."""
    packages, cores = set(), set()
    caches: dict[int, Cache] = {}
    for cpu in sorted(cpus):
        folder = root / "cpu" / f"cpu{cpu}"
        package = _word(folder / "topology" / "physical_package_id", "0")
        packages.add(package)
        cores.add((package, _word(folder / "topology" / "die_id", "0"), _word(folder / "topology" / "core_id", str(cpu))))
        for cache in sorted(folder.glob("cache/index*")):
            level = int(_word(cache / "level", "0"))
            if level and _word(cache / "type", "Data") != "Instruction" and level not in caches:
                shared = len(cpu_list(_word(cache / "shared_cpu_list", str(cpu))))
                caches[level] = Cache(level, _bytes(_word(cache / "size", "0")), shared)
    nodes = [node for node in root.glob("node/node[0-9]*") if cpus & cpu_list(_word(node / "cpulist", ""))]
    memory = sum(_memory(node / "meminfo") for node in nodes)
    levels = tuple(caches[level] for level in sorted(caches))
    return Processors(len(packages), max(1, len(nodes)), len(cores), len(cpus), memory, levels)


def cpu_list(text: str) -> frozenset[int]:
    """The numbers of a list like "0-3,8"."""
    found: set[int] = set()
    for part in filter(None, text.strip().split(",")):
        low, _, high = part.partition("-")
        found |= set(range(int(low), int(high or low) + 1))
    return frozenset(found)


def _word(path: Path, default: str) -> str:
    try:
        return path.read_text().strip() or default
    except OSError:
        return default


def _bytes(text: str) -> int:
    units = {"K": 2**10, "M": 2**20, "G": 2**30}
    return int(text[:-1]) * units[text[-1]] if text[-1:] in units else int(text or 0)


def _memory(path: Path) -> int:
    for line in _word(path, "").splitlines():
        if "MemTotal" in line:
            return int(line.split()[-2]) * 1024
    return 0


def find_lanes(cpuinfo: Path = CPUINFO) -> int:
    """16-bit lanes of a vector register."""
    words = set(_word(cpuinfo, "").split())
    return next((lanes for flag, lanes in LANES if flag in words), 8)


def find_gpus(environment: Mapping[str, str]) -> tuple[tuple[Gpu, ...], str]:
    """The GPUs that this job may use, and what told."""
    try:
        import pynvml
    except ImportError:
        return _gpus_of_jax(), "jax"
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return _gpus_of_jax(), "jax"  # no driver of this maker; another maker's devices are still jax's
    try:
        return with_nvml(pynvml, environment.get("CUDA_VISIBLE_DEVICES")), "nvidia-ml-py"
    finally:
        pynvml.nvmlShutdown()


def with_nvml(nvml: ModuleType, visible: str | None) -> tuple[Gpu, ...]:
    """The GPUs that the driver's library tells of, as far as CUDA_VISIBLE_DEVICES lets the job see them."""
    handles = [nvml.nvmlDeviceGetHandleByIndex(k) for k in range(nvml.nvmlDeviceGetCount())]
    handles = [handles[k] for k in _visible([_text(nvml.nvmlDeviceGetUUID(handle)) for handle in handles], visible)]
    sms = _multiprocessors() if handles else []
    gpus = []
    for k, handle in enumerate(handles):
        links = tuple("self" if other is handle else _joined(nvml, handle, other) for other in handles)
        memory = int(nvml.nvmlDeviceGetMemoryInfo(handle).total)
        gpus.append(Gpu(_text(nvml.nvmlDeviceGetName(handle)), memory, sms[k] if k < len(sms) else 0, links))
    return tuple(gpus)


def _visible(uuids: Sequence[str], visible: str | None) -> list[int]:
    if visible is None:
        return list(range(len(uuids)))
    chosen = []
    for word in filter(None, (part.strip() for part in visible.split(","))):
        fits = [k for k, uuid in enumerate(uuids) if word == str(k) or (not word.isdigit() and uuid.startswith(word))]
        if not fits:
            break  # as CUDA does: an unknown device hides those after it
        chosen.append(fits[0])
    return chosen


def _joined(nvml: ModuleType, one: object, other: object) -> str:
    try:
        if nvml.nvmlDeviceGetP2PStatus(one, other, nvml.NVML_P2P_CAPS_INDEX_NVLINK) == nvml.NVML_P2P_STATUS_OK:
            return "nvlink"
        return ANCESTORS.get(int(nvml.nvmlDeviceGetTopologyCommonAncestor(one, other)), "unknown")
    except nvml.NVMLError:
        return "unknown"


def jax_gpus() -> list[jax.Device]:
    """jax's devices that are no CPU."""
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")  # other ranks may measure the same device
    import jax

    try:
        return [device for device in jax.local_devices() if device.platform != "cpu"]
    except Exception:  # RuntimeError, AssertionError, and what a platform's library raises: there is none for us
        return []


def _multiprocessors() -> list[int]:
    return [int(getattr(device, "core_count", 0) or 0) for device in jax_gpus()]


def _gpus_of_jax() -> tuple[Gpu, ...]:
    devices = jax_gpus()
    gpus = []
    for device in devices:
        memory = (device.memory_stats() or {}).get("bytes_limit", 0)
        links = tuple("self" if other is device else "unknown" for other in devices)
        gpus.append(Gpu(device.device_kind, int(memory), int(getattr(device, "core_count", 0) or 0), links))
    return tuple(gpus)


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


def find_place(environment: Mapping[str, str]) -> tuple[str, ...]:
    """What this host stands in, by `PLACE_LEVELS`, "" where unknown: the closest switches or blocks that Slurm tells of."""
    kinds = environment.get("SLURM_TOPOLOGY_ADDR_PATTERN", "").split(".")
    names = environment.get("SLURM_TOPOLOGY_ADDR", "").split(".")
    switches = [name for kind, name in zip(kinds, names, strict=False) if kind in ("switch", "block")]
    known = [*("" for _ in PLACE_LEVELS), *switches]
    return tuple(known[len(switches) :])


def find_name() -> str:
    """Name of this host."""
    return platform.node() or "unnamed"
