"""What adding costs: one of each from files outside the package, and the same bits on every backend.

The world of docs/extend/code names a task, a learning rule, an ancestor, a kind of region and a backend, each in a file beside it.
A far axis is added in tests/topology/test_added_axis.py.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import cyberspace as cs
from cyberspace.law.kinds import KINDS
from cyberspace.record.run_folder import open_run
from organisms.ancestors import ANCESTORS
from organisms.learning.table import RULES
from tests.conftest import SOON

HERE = Path(__file__).parent
CODE = HERE.parent.parent / "docs" / "extend" / "code"
FILES = ("my_task.py", "my_rule.py", "my_ancestor.py", "my_kind.py", "my_backend.py")
TICKS = 96

FAST = """
[world]
seed = 4
[spaces.w]
kind = "cpu"
axes.lane = { length = 24 }
axes.core = { length = 3 }
body = { units = 32, senses = 16, shift = 4 }
rule = "my_rule.py:oja"
genesis = "ancestor:learner"
density = 0.6
physics = { copy = 0.005, sunlight = 12, upkeep = 4, spark = 60, lesson = 1 }
[[spaces.w.tasks]]
name = "fast_task.py:Parity"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a world file, and beside it everything that it names."""
    path = tmp_path_factory.mktemp("added")
    for name in ("extended.toml", *FILES):
        shutil.copy(CODE / name, path)
    shutil.copy(HERE / "fast_task.py", path)
    (path / "fast.toml").write_text(FAST)
    return path


@pytest.fixture(scope="module")
def expected(folder):
    """Digests of both worlds in the reference."""
    return {name: cs.Simulation(folder / name, backend="reference").advance(TICKS) for name in ("extended.toml", "fast.toml")}


@pytest.mark.parametrize("backend", ["", "jax"])
def test_one_of_each_from_files_beside_the_world(folder, expected, backend):
    """ "" is the world's own backend, which compares two others at every step."""
    sim = cs.Simulation(folder / "extended.toml", backend=backend).advance(TICKS)
    assert sim.digest == expected["extended.toml"].digest
    assert sim.energy.balanced and len(sim.births)


@pytest.mark.parametrize("backend", ["numba", "jax"])
def test_a_task_that_is_fast_everywhere(folder, expected, backend):
    sim = cs.Simulation(folder / "fast.toml", backend=backend).advance(TICKS)
    assert sim.digest == expected["fast.toml"].digest


def test_much_happens_in_these_worlds(expected):
    """They would agree on nothing if nobody learned, were paid, or were charged by the kind."""
    for sim in expected.values():
        weights, genomes = sim.state.weights.values, sim.state.genome.values
        assert len(sim.births) > 20
        inborn = 16 * genomes[..., : weights.shape[-1] * weights.shape[-2]].reshape(weights.shape)
        assert (weights != inborn.astype(np.int8))[sim.state.alive.values].any(), "nobody learned"
    assert expected["fast.toml"].state.memory.values.max() > 2, "nobody was right, and nobody remembered"


def test_a_rule_of_ones_own_is_another_world(folder, expected):
    text = (
        (folder / "fast.toml")
        .read_text()
        .replace("my_rule.py:oja", "hebbian")
        .replace("fast_task.py", str(folder / "fast_task.py"))
    )
    sim = cs.Simulation(text, backend="numba").advance(TICKS)
    assert sim.digest != expected["fast.toml"].digest


def test_all_files_go_with_a_run(folder, tmp_path, command):
    out = tmp_path / "run"
    assert command("run", folder / "extended.toml", "--ticks", 8, "--out", out, "--quiet").returncode == 0
    assert {path.name for path in out.rglob("*.py")} == set(FILES)
    moved = out.rename(tmp_path / "moved")
    assert open_run(moved).universe.spaces[0].backend.startswith(str(moved / "files"))
    done = command("run", "--resume", moved, "--ticks", 12, "--quiet")
    assert done.returncode == 0, done.stderr
    assert cs.open_run(moved).tick == 12


def test_tables_hold_one_row_each():
    assert set(RULES) == {"hebbian", "none", "delta", "oja", "trace"}
    assert set(KINDS) == {"gpu", "cpu"}
    assert set(ANCESTORS) == {"replicator", "learner"}


ADDED_VERB = """
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

package, out, backend = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]

def changed(name, *changes):
    path = package.joinpath(*name.split(".")).with_suffix(".py")
    text = path.read_text()
    for old, new in changes:
        assert text.count(old) == 1, (name, old)
        text = text.replace(old, new)
    copy = out / f"{name}.py"
    copy.write_text(text.replace("cache=True", "cache=False"))
    spec = spec_from_file_location(name, copy)
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    setattr(sys.modules[name.rpartition(".")[0]], name.rpartition(".")[2], module)

import cyberspace.law.verbs.spark, cyberspace.backends.cpu.settle
sys.path.insert(0, sys.argv[4])
changed(
    "cyberspace.law.tick",
    ("from cyberspace.law.verbs.think import think", "from cyberspace.law.verbs.think import think\\nfrom my_verb import tithe"),
    ("    region = exchange.emit(", "    region = tithe(engine, region, flows)\\n    region = exchange.emit("),
)
changed(
    "cyberspace.backends.cpu.span",
    ("from cyberspace.law import clock\\n", "from my_verb import tithe_sites\\nfrom cyberspace.law import clock\\n"),
    (
        "        pay(arrays, now.tick, tally[k], low, high, params)",
        "        pay(arrays, now.tick, tally[k], low, high, params)\\n        tithe_sites(arrays, tally[k], low, high)",
    ),
)
import cyberspace as cs
sim = cs.Simulation(sys.argv[5], backend=backend).advance(64)
assert sim.energy.balanced
print(sim.digest)
"""


def test_a_verb_costs_its_file_the_list_and_the_scalar_text(folder, tmp_path):
    """Its file, one line in the list of verbs, one line in the text over single sites: copies of those two with the lines added stand
    for them, in processes of their own."""
    package, world = Path(cs.__file__).parent.parent, folder / "verb.toml"
    world.write_text(FAST.replace('rule = "my_rule.py:oja"', "").replace("fast_task.py:Parity", "logic"))
    digests = {}
    for backend in ("reference", "jax", "numba"):
        out = tmp_path / backend
        out.mkdir()
        done = subprocess.run(
            [sys.executable, "-c", ADDED_VERB, str(package), str(out), backend, str(HERE), str(world)],
            capture_output=True, text=True, timeout=600, check=False, env=os.environ | SOON,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        digests[backend] = done.stdout.strip()
    assert len(set(digests.values())) == 1, digests
    assert cs.Simulation(world, backend="reference").advance(64).digest != digests["reference"]
