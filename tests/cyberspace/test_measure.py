"""`cyberspace measure`: the worlds that it fits to a machine, what it writes, what it refuses."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cyberspace.errors import InputError
from cyberspace.machine import measure
from cyberspace.machine.fitted_world import fit, one_region, read_template, soup, world_file_text
from cyberspace.worldfile.build import load_universe, universe_from_text
from cyberspace.worldfile.machine import machine_identity
from cyberspace.worldfile.toml_text import toml_text
from tests.conftest import TINY
from tests.topology.test_machine import MACHINES, host, machine
from topology import FAR_AXES, Axis, RulerClock
from topology.fit import covered, far_lengths, rule
from topology.machine import Link
from topology.machine_file import machine_from_text, machine_to_text

ECHO = Path(__file__).parents[2] / "examples" / "2_tasks" / "echo.toml"
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
    one = machine_identity(path)
    path.write_text(json.dumps(json.loads(path.read_text())))
    assert machine_identity(path) == one and len(one) == 32
    path.write_text(machine_to_text(machine(host(cores=9))))
    assert machine_identity(path) != one


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
        machine_identity(path)
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
    (kept,) = (tmp_path / "run").glob("files/*/machine.json")
    assert kept.read_text() == text
    changed = json.loads(text)
    changed["hosts"][0]["name"] = "another"
    kept.write_text(json.dumps(changed))
    done = command("run", "--resume", tmp_path / "run", "--ticks", 40, "--quiet")
    assert done.returncode == 2 and f"{kept}: got another file" in done.stderr
    (tmp_path / "machine.json").unlink()
    with pytest.raises(InputError, match=r"machine\.json"):
        load_universe(tmp_path / "tiny.toml")
