"""A far axis more costs a row of the table and what finds it on a machine: a universe of two pods lives, is recorded and laid out.

The table stands in a copy of `topology/axes.py` outside the package, which is put in its place before anything else is imported.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import topology.axes
from cyberspace.backends.table import BACKENDS
from tests.conftest import SOON

WORLD = """
[world]
seed = 3

[spaces.pond]
kind = "cpu"
axes.lane = { length = 8 }
axes.thread = { length = 2 }
axes.device = { length = 2, stretch = 16 }
axes.pod = { length = 2, stretch = 32 }
physics = { spark = 40, copy = 0.01, sunlight = 12, upkeep = 4 }
tasks = [{ name = "logic" }]

[record]
every = 64
checkpoint_every = 64
fields = ["energy", "activity"]
"""

PRELUDE = """
import importlib.util, json, sys
spec = importlib.util.spec_from_file_location("topology.axes", sys.argv[1])
sys.modules["topology.axes"] = module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
"""

LIVE = """
from pathlib import Path
import numpy as np, zarr
from cyberspace.backends.table import BACKENDS
from cyberspace.law.digest import universe_digest
from cyberspace.record import checkpoint
from cyberspace.run import runtime
from cyberspace.run.crew import Plan

found = {}
for backend in BACKENDS:
    folder = runtime.begin(sys.argv[2], Path(sys.argv[2]).with_name(backend), None, backend)
    runtime.go(folder, Plan(128, 64, quiet=True))
    manifest = checkpoint.check(checkpoint.newest(folder.checkpoints)[0])
    energy = zarr.open_group(str(folder.record), mode="r")["pond/fields/energy"]
    crossed = zarr.open_group(str(folder.record), mode="r")["links"]
    ends = {(int(one), int(two)) for one, two in zip(crossed["sender"][...], crossed["receiver"][...])}
    found[backend] = {
        "digest": manifest["digest"], "regions": len(manifest["regions"]), "axes": energy.metadata.dimension_names,
        "shape": energy.shape, "pods": any(abs(one - two) == 2 for one, two in ends), "sum": int(np.asarray(energy[-1]).sum()),
    }
print(json.dumps(found))
"""

LAY_OUT = """
from cyberspace.machine import detect, pingpong
from topology.fit import covered, far_lengths, need, stretch_far
from topology.machine import PLACE_LEVELS, Host, Link, Machine, TickTime
from topology.machine_file import machine_from_text, machine_to_text

place = detect.find_place({"SLURM_TOPOLOGY_ADDR_PATTERN": "switch.switch.switch.node", "SLURM_TOPOLOGY_ADDR": "p.r.k.n"})
hosts = tuple(
    Host(f"h{k}", (f"p{k // 4}", f"r{k // 2}", f"k{k}"), 3, 1, 1, 4, 8, 16, 0, (), ()) for k in range(8)
)
links = (Link("pod", 0.1, 0.2, 1e9, 1), Link("row", 0.001, 0.001, 1e9, 1))
machine = Machine(hosts, links, TickTime(1e-3, 0.1, 0, 0, 64, 100, 1, "numba"), ())
text = machine_to_text(machine)
lengths = far_lengths(machine)
needs = {axis: need(machine, axis, lengths, 100, 1e-3) for axis in ("pod", "row")}
print(json.dumps({
    "levels": PLACE_LEVELS, "place": place, "lengths": lengths, "same": machine_from_text(text) == machine,
    "keys": list(json.loads(text)["hosts"][0])[:4], "needs": needs, "stretches": stretch_far(needs, {}, ()),
    "covered": covered("row", lengths), "meet": pingpong.level(("a", "r", "k", "h"), ("b", "r", "k", "h")),
    "beside": pingpong.level(("a", "r", "k", "h"), ("a", "r", "k", "h")),
}))
"""


def with_pods(tmp_path, program, *arguments):
    """What a program prints where the table of axes has one more."""
    source = Path(topology.axes.__file__).read_text(encoding="utf-8")
    first = '    AxisRow("row",'
    assert source.count(first) == 1
    added = tmp_path / "more_axes.py"
    added.write_text(source.replace(first, f'    AxisRow("pod", far=True, stretch=256),\n{first}'), encoding="utf-8")
    command = [sys.executable, "-c", PRELUDE + program, str(added), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, env=os.environ | SOON)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_a_universe_of_two_pods_lives_alike_on_every_backend_and_is_recorded(tmp_path):
    world = tmp_path / "pods.toml"
    world.write_text(WORLD, encoding="utf-8")
    found = with_pods(tmp_path, LIVE, world)
    first = found["reference"]
    assert found == dict.fromkeys(BACKENDS, first)
    assert first["regions"] == 4 and first["pods"]
    assert first["axes"] == ["tick", "pod", "row", "rack", "host", "device", "core", "thread", "lane"]
    assert first["shape"] == [3, 2, 1, 1, 1, 2, 1, 2, 8] and first["sum"] > 0


def test_a_machine_with_pods_is_read_written_and_laid_out(tmp_path):
    found = with_pods(tmp_path, LAY_OUT)
    assert found["levels"] == ["pod", "row", "rack"] and found["place"] == ["p", "r", "k"]
    assert found["lengths"] == {"pod": 2, "row": 2, "rack": 2, "host": 1, "device": 3}
    assert found["same"] and found["keys"] == ["name", "rack", "row", "pod"]
    assert found["needs"]["pod"] == 204 and found["needs"]["row"] == 5
    assert found["stretches"] == {"pod": 256, "row": 128}
    assert found["covered"] == ["row"] and (found["meet"], found["beside"]) == ("pod", "device")
