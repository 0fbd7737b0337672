"""The machine as found: processors, GPUs, and the place of a host."""

import importlib.util
import sys
from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from cyberspace.cores import usable_cpus
from cyberspace.machine import detect
from topology.machine import Cache


def sys_tree(root, cpus=8, package=4, core=2, node=4):
    """A folder like /sys/devices/system: so many hardware threads a package, a core, a NUMA node."""
    for cpu in range(cpus):
        topology = root / "cpu" / f"cpu{cpu}" / "topology"
        topology.mkdir(parents=True)
        (topology / "physical_package_id").write_text(f"{cpu // package}\n")
        (topology / "core_id").write_text(f"{cpu % package // core}\n")
        for index, (level, kind, size, shared) in enumerate(
            [(1, "Data", "48K", core), (1, "Instruction", "32K", core), (2, "Unified", "2M", core), (3, "Unified", "1G", node)]
        ):
            cache = root / "cpu" / f"cpu{cpu}" / "cache" / f"index{index}"
            cache.mkdir(parents=True)
            first = cpu - cpu % shared
            for name, word in (
                ("level", level),
                ("type", kind),
                ("size", size),
                ("shared_cpu_list", f"{first}-{first + shared - 1}"),
            ):
                (cache / name).write_text(f"{word}\n")
    for number in range(cpus // node):
        folder = root / "node" / f"node{number}"
        folder.mkdir(parents=True)
        (folder / "cpulist").write_text(f"{number * node}-{number * node + node - 1}\n")
        (folder / "meminfo").write_text(f"Node {number} MemTotal:  1024 kB\nNode {number} MemFree: 9 kB\n")
    return root


CACHES = (Cache(1, 48 * 2**10, 2), Cache(2, 2 * 2**20, 2), Cache(3, 2**30, 4))


def test_processors_by_sys(tmp_path):
    root = sys_tree(tmp_path)
    assert detect.with_sys(root, frozenset(range(8))) == detect.Processors(2, 2, 4, 8, 2 * 2**20, CACHES)
    assert detect.with_sys(root, frozenset({0, 2, 3})) == detect.Processors(1, 1, 2, 3, 2**20, CACHES)
    assert detect.with_sys(tmp_path / "none", frozenset({5})) == detect.Processors(1, 1, 1, 1, 0, ())


class Part(SimpleNamespace):
    """A part of a machine as pyhwloc describes it: the threads that belong to it, and what else it has."""

    def __init__(self, *threads, **about):
        super().__init__(cpuset=SimpleNamespace(to_sched_set=lambda: set(threads)), **about)


class Fake:
    """A topology as pyhwloc has it: two packages of two cores of two threads, memory and a cache for each package."""

    def iter_objs_by_type(self, kind):
        return [Part(*range(4), size=2**30), Part(*range(4, 8), size=2**30)] if kind == "L3" else []

    def iter_numa_nodes(self):
        return [Part(*range(4), local_memory=2**20), Part(*range(4, 8), local_memory=2**20)]

    def iter_packages(self):
        return [Part(*range(4)), Part(*range(4, 8))]

    def iter_cores(self):
        return [Part(k, k + 1) for k in range(0, 8, 2)]

    def iter_cpus(self):
        return [Part(k) for k in range(8)]


def test_processors_by_hwloc(monkeypatch):
    """By pyhwloc itself where it is installed, else by what stands for it."""
    if importlib.util.find_spec("pyhwloc"):
        from pyhwloc.topology import Topology

        synthetic = "pack:2 [numa(memory=1048576)] l3:1(size=1073741824) core:2 pu:2"
        made = Topology.from_synthetic(synthetic)
    else:
        levels = SimpleNamespace(ObjType={f"L{level}CACHE": f"L{level}" for level in range(1, 6)})
        monkeypatch.setitem(sys.modules, "pyhwloc", SimpleNamespace(hwobject=levels))
        monkeypatch.setitem(sys.modules, "pyhwloc.hwobject", levels)
        made = nullcontext(Fake())
    with made as topology:
        found = detect.with_hwloc(topology, frozenset(range(8)))
        assert found == detect.Processors(2, 2, 4, 8, 2 * 2**20, (Cache(3, 2**30, 4),))
        assert detect.with_hwloc(topology, frozenset({0, 2})).cores == 2


def test_this_machine_is_found():
    here, told = detect.find_processors(usable_cpus())
    assert told in ("pyhwloc", "/sys", "os.cpu_count")
    assert 1 <= here.cores <= here.threads == len(usable_cpus())
    assert detect.find_lanes() in (8, 16, 32)
    assert detect.find_name()


@pytest.mark.parametrize(("flags", "lanes"), [("sse2 avx2 avx512bw", 32), ("sse2 avx2", 16), ("sse2", 8)])
def test_lanes(tmp_path, flags, lanes):
    (tmp_path / "cpuinfo").write_text(f"flags\t\t: fpu {flags} vmx\n")
    assert detect.find_lanes(tmp_path / "cpuinfo") == lanes


class Nvml:
    """A driver's library with four cards: 0 and 1 by NVLink, 2 behind the same bridge, 3 that nobody can say of."""

    NVML_P2P_CAPS_INDEX_NVLINK, NVML_P2P_STATUS_OK = 2, 0
    NVMLError = RuntimeError

    def nvmlDeviceGetCount(self):  # noqa: N802
        return 4

    def nvmlDeviceGetHandleByIndex(self, k):  # noqa: N802
        return SimpleNamespace(k=k)

    def nvmlDeviceGetUUID(self, handle):  # noqa: N802
        return f"GPU-{'abcd'[handle.k]}"

    def nvmlDeviceGetName(self, handle):  # noqa: N802
        return b"card"

    def nvmlDeviceGetMemoryInfo(self, handle):  # noqa: N802
        return SimpleNamespace(total=2**30)

    def nvmlDeviceGetP2PStatus(self, one, other, kind):  # noqa: N802
        return 0 if {one.k, other.k} == {0, 1} else 1

    def nvmlDeviceGetTopologyCommonAncestor(self, one, other):  # noqa: N802
        if 3 in (one.k, other.k):
            raise RuntimeError
        return 30


@pytest.mark.parametrize(
    ("visible", "links"),
    [
        (None, [["self", "nvlink", "bridge", "unknown"], ["nvlink", "self", "bridge", "unknown"]]),
        ("1,0", [["self", "nvlink"], ["nvlink", "self"]]),
        ("GPU-c,0,9,1", [["self", "bridge"], ["bridge", "self"]]),
        ("", []),
    ],
)
def test_gpus_by_their_drivers_library(visible, links):
    gpus = detect.with_nvml(Nvml(), visible)
    assert [list(gpu.links) for gpu in gpus][:2] == links
    assert all(gpu.name == "card" and gpu.memory == 2**30 for gpu in gpus)


@pytest.mark.parametrize(
    ("pattern", "address", "place"),
    [
        ("switch.switch.node", "spine1.leaf2.n3", ("spine1", "leaf2")),
        ("switch.switch.switch.node", "core.spine1.leaf2.n3", ("spine1", "leaf2")),
        ("block.node", "b7.n3", ("", "b7")),
        ("node", "n3", ("", "")),
        ("", "", ("", "")),
    ],
)
def test_the_place_of_a_host_by_slurm(pattern, address, place):
    assert detect.find_place({"SLURM_TOPOLOGY_ADDR_PATTERN": pattern, "SLURM_TOPOLOGY_ADDR": address}) == place
