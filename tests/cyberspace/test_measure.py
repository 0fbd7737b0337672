"""`cyberspace measure`: what it finds, what it writes, what it refuses."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tomllib
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cyberspace.errors import InputError
from cyberspace.law.letters import STAMP_BYTES, body_bytes
from cyberspace.machine import detect as finding
from cyberspace.machine import measure, pingpong, probes
from cyberspace.machine.fitted_world import fit, one_region, read_template, soup, world_file_text
from cyberspace.machine.pingpong import Place
from cyberspace.machine.tick_time import letter_bytes, measure_pace
from cyberspace.worldfile.build import load_universe, universe_from_text
from cyberspace.worldfile.toml_text import toml_text
from tests.conftest import TINY
from tests.topology.test_machine import MACHINES, host, machine
from topology import FAR_AXES, Axis, RulerClock
from topology.fit import covered, far_lengths, rule
from topology.machine import Cache, Link
from topology.machine_file import machine_from_text, machine_to_text

ECHO = Path(__file__).parents[2] / "examples" / "echo.toml"
DOCS = Path(__file__).parents[2] / "docs"


@settings(max_examples=40)
@given(MACHINES, st.sampled_from([64, 1000, 2**13, 2**16, 2**19]), st.booleans())
def test_the_world_always_fits_the_machine(found, sites, tiny):
    """Kraft holds, stretches are powers of two and no shorter than the rule asks for any link that a letter crosses."""
    content = tomllib.loads(TINY) if tiny else soup(found, sites)
    try:
        fitted = fit(content, found)
    except InputError:
        assert any(link.latency_p99 / found.pace.seconds > 2**13 or link.bandwidth < 1e9 for link in found.links)
        return
    read = tomllib.loads(world_file_text(fitted, "a test"))
    assert read == fitted
    assert read["world"]["machine"] == "machine.json"
    (space,) = read["spaces"].values()
    lengths = far_lengths(found)
    far = {name: axis for name, axis in space["axes"].items() if name in FAR_AXES}
    assert {name: axis["length"] for name, axis in far.items()} == {n: k for n, k in lengths.items() if k > 1}
    clock = RulerClock(tuple(Axis(name, axis["length"], axis["stretch"]) for name, axis in far.items()))
    assert sum(1 / axis.stretch for axis in clock.axes) <= 1 / 8
    for name, axis in far.items():
        for link in filter(None, map(found.link, covered(name, lengths))):
            assert axis["stretch"] >= rule(link.latency_p99, found.pace.letter, link.bandwidth, found.pace.seconds)
    regions = int(np.prod(list(lengths.values())))
    fitted["world"]["machine"] = "two-cores.json"  # one that is there
    universe_from_text(toml_text(one_region(fitted)), "a test", DOCS)
    if regions <= 8 and sites <= 2**14:  # larger ones take their time to lay out
        assert len(universe_from_text(toml_text(fitted), "a test", DOCS)[0].worlds) == regions


def test_a_template_keeps_what_it_says_unless_the_machine_is_slower():
    text = TINY.replace("axes.core", "axes.device = { length = 4, stretch = 32, curled = false }\naxes.core")
    quick = fit(tomllib.loads(text), machine(host(ranks=2)))
    assert quick["spaces"]["pond"]["axes"]["device"] == {"length": 4, "stretch": 32, "curled": False}
    slow = machine(host(ranks=2), links=[Link("device", 0.01, 0.05, 1e12, 1)])
    assert fit(tomllib.loads(text), slow)["spaces"]["pond"]["axes"]["device"]["stretch"] == 64


def test_near_axes_that_leave_no_tick_are_refused():
    text = TINY.replace("length = 16", "length = 16, stretch = 1")
    with pytest.raises(InputError, match="sum of 1/stretch"):
        fit(tomllib.loads(text), machine(host(ranks=2)))


VALUES = st.recursive(
    st.one_of(st.text(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), VALUES, max_size=4), st.dictionaries(st.text(), VALUES, max_size=4))
def test_toml_reads_back_the_same(content, spaces):
    content["spaces"] = {"a space": spaces, "empty": {}}
    assert tomllib.loads(toml_text(content)) == content


def test_machine_identity_is_that_of_the_content(tmp_path):
    path = tmp_path / "machine.json"
    path.write_text(machine_to_text(machine(host())))
    one = measure.machine_identity(path)
    path.write_text(json.dumps(json.loads(path.read_text())))
    assert measure.machine_identity(path) == one and len(one) == 32
    path.write_text(machine_to_text(machine(host(cores=9))))
    assert measure.machine_identity(path) != one


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (None, ["unreadable", "machine file"]),
        ("\x00{", ["file: got text that is not JSON"]),
        ('{"version": 9}', ["version: got 9; expected 1"]),
        ('{"version": 1}', ["hosts: got nothing"]),
    ],
)
def test_a_bad_machine_file_is_refused(tmp_path, text, parts):
    path = tmp_path / "machine.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(InputError) as caught:
        measure.machine_identity(path)
    for part in [str(path), "cyberspace measure", *parts]:
        assert part in str(caught.value)


def test_the_command_measures_and_writes_a_world_that_runs(tmp_path, command):
    shutil.copytree(ECHO.parent, tmp_path / "examples")
    done = command("measure", "--out", tmp_path / "m", "--world-from", tmp_path / "examples" / "echo.toml")
    assert done.returncode == 0, done.stderr
    for part in ("L1", "memory", "ns a site", "found by processors"):
        assert part in done.stdout
    found = machine_from_text((tmp_path / "m" / "machine.json").read_text())
    assert found.pace.sites == 2048 and found.hosts[0].ranks == 1
    assert all(link.latency <= link.latency_p99 for link in found.links)
    if (tmp_path / "m" / "world.toml").read_text().count("length") == 3:  # one NUMA node, no GPU: one region
        run = command("run", tmp_path / "m" / "world.toml", "--ticks", 5, "--out", tmp_path / "run", "--quiet")
        assert run.returncode == 0, run.stderr
    again = command("measure", "--out", tmp_path / "m")
    assert again.returncode == 2 and "a place in use" in again.stderr


@pytest.mark.parametrize(
    ("before", "after", "parts"),
    [
        ("[world", "[world", None),
        ("seed = 5", "sed = 5", ["world.sed", "unknown key"]),
        ("axes.core", 'axes.device = { length = "two" }\naxes.core', ["axes.device.length", "'two'"]),
        ("axes.core", "axes.device = { length = 2, stretch = 3 }\naxes.core", ["device", "stretch 3", "power of two"]),
        ("[[spaces.pond.tasks]]", '[spaces.sea]\nkind = "gpu"\n[[spaces.pond.tasks]]', ["spaces"]),
    ],
)
def test_templates_that_can_not_be_fitted_are_refused(tiny, command, tmp_path, before, after, parts):
    assert before in TINY
    tiny.write_text(TINY.replace(before, after, 1))
    path = tiny if parts else tmp_path / "gone.toml"
    done = command("measure", "--out", tmp_path / "m", "--world-from", path)
    assert done.returncode == 2 and "Traceback" not in done.stderr
    for part in parts or ["gone.toml", "unreadable"]:
        assert part in done.stderr, done.stderr
    assert not (tmp_path / "m").exists()


@pytest.mark.parametrize(("place", "said"), [("file/m", "Not a directory"), ("", "a place in use"), ("file", "a place in use")])
def test_a_place_that_can_not_be_written_to_is_refused_at_once(tmp_path, command, place, said):
    (tmp_path / "file").touch()
    done = command("measure", "--out", tmp_path / place)
    assert done.returncode == 2 and said in done.stderr and "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_looking_whether_a_place_can_be_written_to_leaves_nothing(tmp_path):
    measure._check_folder(tmp_path / "new" / "m")
    assert not list(tmp_path.iterdir())
    measure._check_folder(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_template_is_read_as_it_stands(tiny):
    assert read_template(str(tiny)) == tomllib.loads(TINY)


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
    assert finding.with_sys(root, frozenset(range(8))) == finding.Processors(2, 2, 4, 8, 2 * 2**20, CACHES)
    assert finding.with_sys(root, frozenset({0, 2, 3})) == finding.Processors(1, 1, 2, 3, 2**20, CACHES)
    assert finding.with_sys(tmp_path / "none", frozenset({5})) == finding.Processors(1, 1, 1, 1, 0, ())


def test_processors_by_hwloc():
    topology = pytest.importorskip("pyhwloc.topology").Topology
    with topology.from_synthetic("pack:2 [numa(memory=1048576)] l3:1(size=1073741824) core:2 pu:2") as fake:
        found = finding.with_hwloc(fake, frozenset(range(8)))
        assert found == finding.Processors(2, 2, 4, 8, 2 * 2**20, (Cache(3, 2**30, 4),))
        assert finding.with_hwloc(fake, frozenset({0, 2})).cores == 2
    here, told = finding.find_processors(finding.usable_cpus())
    assert told == "pyhwloc" and here.threads == len(finding.usable_cpus())


def test_this_machine_is_found():
    here, told = finding.find_processors(finding.usable_cpus())
    assert told in ("pyhwloc", "/sys", "os.cpu_count")
    assert 1 <= here.cores <= here.threads == len(finding.usable_cpus())
    assert finding.find_lanes() in (8, 16, 32)
    assert finding.find_name()


@pytest.mark.parametrize(("flags", "lanes"), [("sse2 avx2 avx512bw", 32), ("sse2 avx2", 16), ("sse2", 8)])
def test_lanes(tmp_path, flags, lanes):
    (tmp_path / "cpuinfo").write_text(f"flags\t\t: fpu {flags} vmx\n")
    assert finding.find_lanes(tmp_path / "cpuinfo") == lanes


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
    gpus = finding.with_nvml(Nvml(), visible)
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
    assert finding.find_place({"SLURM_TOPOLOGY_ADDR_PATTERN": pattern, "SLURM_TOPOLOGY_ADDR": address}) == place


PLACES = st.lists(st.builds(Place, *[st.sampled_from("ab")] * 3), min_size=1, max_size=300)


@given(PLACES.map(sorted))
def test_a_sample_of_pairs_meets_every_level(places):
    pairs = pingpong.sample_pairs(places)
    most = max(1, (len(places) - 1).bit_length())
    for name, found in pairs.items():
        assert 0 < len(found) <= most and len(set(found)) == len(found)
        assert all(pingpong.level(places[one], places[other]) == name and one < other for one, other in found)
    neighbours = {pingpong.level(one, other) for one, other in pairwise(places)}
    assert len(places) > 64 or neighbours <= set(pairs)


def test_levels_between_ranks():
    here = Place("r", "k", "h")
    others = [here, here._replace(host="x"), here._replace(rack="x"), here._replace(row="x")]
    assert [pingpong.level(here, other) for other in others] == ["device", "host", "rack", "row"]


def test_probes_tell_what_they_promise():
    links = probes.memory_links([Cache(1, 2**15, 1), Cache(3, 2**16, 2)], repeats=5)
    assert [link.level for link in links] == ["L1", "L3", "memory"]
    threads = probes.thread_link(2, repeats=20)
    assert threads is None or threads.level == "thread"
    assert probes.thread_link(1) is None
    import jax

    copies = probes.device_links(jax.local_devices() * 2, repeats=5)  # any device will do
    assert [link.level for link in copies] == ["copy-in", "copy-out", "peer"]
    for link in [*links, *copies]:
        assert 0 < link.latency <= link.latency_p99 and 0 < link.bandwidth < np.inf
    assert probes.device_links([]) == []


def test_a_link_says_median_worst_and_bandwidth():
    link = probes.link("host", [1e-6] * 98 + [5e-6] * 2, [1e-3, 2e-3, 9e-3], size=1000)
    assert link == Link("host", 1e-6, pytest.approx(5e-6), 1000 / 2e-3, 1)


def test_the_pace_of_a_world(tiny):
    world = load_universe(tiny)[0].worlds[0]
    pace = measure_pace(world, 1)
    assert pace.sites == world.sites == 192 and pace.threads == 1
    assert pace.seconds > 0 and pace.site == pace.seconds / 192
    assert pace.letter == letter_bytes(world, 64)
    double = tiny.with_name("double.toml")
    double.write_text(TINY.replace("axes.core", "axes.device = { length = 2 }\naxes.core"))
    first = load_universe(double)[0].worlds[0]
    assert pace.letter == body_bytes(first, first.ends[0]) + STAMP_BYTES


MPIRUN = Path(sys.executable).parent / "mpirun"


@pytest.mark.skipif(not MPIRUN.exists() or importlib.util.find_spec("mpi4py") is None, reason="no MPI (extra: mpi)")
def test_two_ranks_measure_the_link_between_them(tiny, tmp_path):
    environment = dict(
        os.environ,
        OMPI_ALLOW_RUN_AS_ROOT="1",
        OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
        OMPI_MCA_btl="^uct,ofi",
        PRTE_MCA_rmaps_default_mapping_policy=":oversubscribe",
    )
    launch = [MPIRUN, "-n", "2", MPIRUN.parent / "cyberspace", "measure", "--world-from", tiny, "--out", tmp_path / "m"]
    done = subprocess.run(launch, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    found = machine_from_text((tmp_path / "m" / "machine.json").read_text())
    assert [one.ranks for one in found.hosts] == [2]
    assert found.link("device").pairs == 1
    assert done.stdout.count("ns a site") == 1
    axis = tomllib.loads((tmp_path / "m" / "world.toml").read_text())["spaces"]["pond"]["axes"]["device"]
    link = found.link("device")
    assert axis["length"] == 2
    assert axis["stretch"] >= rule(link.latency_p99, found.pace.letter, link.bandwidth, found.pace.seconds)
    refused = subprocess.run(launch, env=environment, capture_output=True, text=True, timeout=300)
    assert refused.returncode == 2 and refused.stderr.count("a place in use") == 1 and "Traceback" not in refused.stderr


def test_the_machine_is_part_of_a_runs_identity(tmp_path, command):
    """A resume takes the machine file of the run, and refuses another one."""
    (tmp_path / "tiny.toml").write_text(TINY.replace("seed = 5", 'seed = 5\nmachine = "machine.json"'))
    text = (Path(__file__).parents[2] / "docs" / "two-cores.json").read_text()
    (tmp_path / "machine.json").write_text(text)

    arguments = ("run", tmp_path / "tiny.toml", "--ticks", 20, "--quiet", "--out", tmp_path / "run")
    assert command(*arguments).returncode == 0
    assert (tmp_path / "run" / "machine.json").read_text() == text
    changed = json.loads(text)
    changed["hosts"][0]["name"] = "another"
    (tmp_path / "run" / "machine.json").write_text(json.dumps(changed))
    done = command("run", "--resume", tmp_path / "run", "--ticks", 40, "--quiet")
    assert done.returncode == 2 and "another world" in done.stderr
    (tmp_path / "machine.json").unlink()
    with pytest.raises(InputError, match=r"machine\.json"):
        load_universe(tmp_path / "tiny.toml")
