"""The builder and a world file are the same world; objects stand for their names."""

import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np

import cyberspace as cs
from cyberspace.worldfile.build import universe_from_text
from tests.api.worlds import THREE
from tests.own_task import Echo

ROOT = Path(__file__).parents[2]


def three():
    """The world of `THREE`, as a builder makes it."""
    numbers = {"copy": 0.002, "sunlight": 12, "spore": 20, "spark": 40, "move": 0.1}
    made = cs.World(seed=5, far_tide=2)
    made.space("reef", kind="gpu", axes={"lane": 6, "warp": {"length": 4, "curled": True}}, physics=numbers).task("logic")
    made.space("shore", kind="cpu", backend="reference", axes={"lane": 5, "core": 2}, pace=0.5, physics=numbers)
    made.space("plaza", kind="gpu", plaza=True, tokens=5000, axes={"lane": 12}, physics=numbers)
    made.beach(("reef", {"warp": 0, "lane": (0, 3)}), ("shore", {"core": 1, "lane": (0, 3)}), stretch=32)
    made.beach(("reef", {"warp": 2, "lane": (0, 4)}), ("plaza", {"lane": (0, 4)}), stretch=64)
    return made.record(every=50, checkpoint_every=100)


def test_a_builder_a_dict_and_a_text_are_one_world(tmp_path):
    identity = cs.Simulation(THREE, backend="reference").identity
    assert cs.Simulation(three(), backend="reference").identity == identity
    assert cs.Simulation(tomllib.loads(THREE), backend="reference").identity == identity
    three().write(tmp_path / "three.toml")
    assert cs.Simulation(tmp_path / "three.toml", backend="reference").identity == identity
    assert tomllib.loads(three().text())["record"] == {"every": 50, "checkpoint_every": 100}
    assert cs.Simulation(str(tmp_path / "three.toml"), backend="reference", seed=6).identity != identity


def test_numbers_of_numpy_and_tuples_are_numbers_and_lists():
    plain = tomllib.loads(THREE)
    plain["world"]["seed"] = np.int64(5)
    plain["beaches"] = tuple(plain["beaches"])
    plain["spaces"]["reef"]["physics"]["copy"] = np.float64(0.002)
    assert cs.Simulation(plain, backend="reference").identity == cs.Simulation(THREE, backend="reference").identity


def test_a_task_as_an_object_is_the_task_by_its_name(tmp_path):
    made = cs.World(seed=2)
    made.space("pond", kind="cpu", backend="reference", axes={"lane": 8, "core": 2}, genesis="ancestor:learner").task(
        Echo, fill=0.5, where={"core": (0, 1)}
    )
    one = cs.Simulation(made).advance(60)
    assert list(one.tasks) == ["echo", "twice"]
    named = made.text()
    assert 'name = "tests.own_task:Echo"' in named
    assert universe_from_text(named, "named", tmp_path)[0].identity == one.identity
    one.save(tmp_path / "run")
    assert cs.open_run(tmp_path / "run").simulation().advance(20).digest == one.advance(20).digest
    forked = one.fork(**{"spaces.pond.tasks.0.name": Echo})
    assert forked.digest == one.digest


SCRIPT = """
import numpy as np
import cyberspace as cs

class Mine(cs.Task):
    goals = ("mine",)
    def __init__(self, pay: int = 3):
        self.pay = pay
    def pose(self, xp, bits, lesson):
        return xp.ones((1, bits.shape[1]), dtype=np.int8), ()
    def judge(self, xp, answers, hidden, memory):
        right = answers[:1] > 0
        return self.pay * right.astype(np.int32), right.astype(np.int8), memory

if __name__ == "__main__":
    world = cs.World(seed=3)
    world.space("pond", kind="cpu", backend="reference", axes={"lane": 8}).task(Mine, pay=5)
    sim = cs.Simulation(world).advance(40)
    sim.save("run")
    print(sim.advance(20).digest)
"""


def test_a_task_of_a_script_is_kept_with_the_run(tmp_path, command):
    (tmp_path / "script.py").write_text(SCRIPT)
    told = subprocess.run(
        [sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, env={"PYTHONPATH": str(ROOT)}
    )
    assert told.returncode == 0, told.stderr
    assert 'name = "script.py:Mine"' in (tmp_path / "run" / "world.toml").read_text()
    (tmp_path / "script.py").unlink()
    assert command("run", "--resume", tmp_path / "run", "--ticks", 60, "--quiet").returncode == 0
    assert cs.open_run(tmp_path / "run").facts["digest"] == told.stdout.strip()


def test_a_script_that_saves_itself_without_a_guard_is_told(tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT.replace('if __name__ == "__main__":', "if True:"))
    told = subprocess.run(
        [sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, env={"PYTHONPATH": str(ROOT)}
    )
    assert 'if __name__ == "__main__":' in told.stderr
    assert "InputError" in told.stderr
    assert not (tmp_path / "run").exists()


KIND = """
from cyberspace import Kind
NPU = Kind(axes=("die", "tile", "lane"), base=1, per_synapse=1, per_unit=1, start={})
"""
IMPORTING = """
from own_npu import NPU
import cyberspace as cs
world = cs.World()
world.space("pond", kind=NPU, axes={"lane": 4})
print(world.text())
"""


def test_a_kind_is_named_by_the_file_that_makes_it(tmp_path):
    """A kind does not know where it was made, and the script that imports it has it as well."""
    (tmp_path / "own_npu.py").write_text(KIND)
    (tmp_path / "script.py").write_text(IMPORTING)
    told = subprocess.run([sys.executable, tmp_path / "script.py"], capture_output=True, text=True, check=True)
    assert tomllib.loads(told.stdout)["spaces"]["pond"]["kind"] == "own_npu.py:NPU"
