"""A backend of one's own, named on the command line, in a world file or given as a class; its file goes with the run."""

import json
import sys

import pytest

import cyberspace as cs
from cyberspace.cli import main
from cyberspace.record.run_folder import open_run
from tests.conftest import TINY

CODE = """
from cyberspace.backends.reference import Reference

class Counted(Reference):
    made = []

    def __init__(self, world, state, threads=None):
        super().__init__(world, state)
        self.made.append(threads)
"""


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A working folder with `own_backend.py`, that no module was imported from yet."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own_backend.py").write_text(CODE)
    (tmp_path / "worlds").mkdir()
    (tmp_path / "worlds" / "tiny.toml").write_text(TINY)
    return tmp_path


def run(monkeypatch, *arguments):
    monkeypatch.setattr("sys.argv", ["cyberspace", "run", *map(str, arguments), "--quiet"])
    main()


def threads_told():
    """What the backends of `own_backend.py` that were made were given, over all times it was imported."""
    modules = [module for name, module in sys.modules.items() if name.startswith("cyberspace_own_backend_")]
    return [one for module in modules for one in module.Counted.made]


def test_one_on_the_command_line(own, monkeypatch):
    run(monkeypatch, "worlds/tiny.toml", "--ticks", 4, "--out", "run", "--backend", "own_backend.py:Counted", "--threads", 1)
    assert 1 in threads_told(), "threads go to every backend that takes them"
    assert json.loads((own / "run" / "run.json").read_text())["backend"] == "own_backend.py:Counted"
    (own / "own_backend.py").unlink()
    moved = (own / "run").rename(own / "moved")
    run(monkeypatch, "--resume", moved, "--ticks", 8)
    assert cs.open_run(moved).tick == 8
    assert cs.open_run(moved).simulation().advance(4).digest == cs.Simulation(TINY, backend="numba").advance(12).digest


@pytest.mark.parametrize("name", ["nunba", "own_backend.py:Counter", "nowhere.py:Counted"])
def test_one_that_is_none(own, refuse, name):
    told = refuse("run", "worlds/tiny.toml", "--ticks", 4, "--out", "run", "--backend", name)
    assert told.startswith("cyberspace: --backend: got ")
    assert not (own / "run").exists()


def test_another_file_of_this_name(own, monkeypatch):
    text = TINY.replace('"numba"', '"own_backend.py:Counted"')
    (own / "worlds" / "tiny.toml").write_text(text)
    (own / "worlds" / "own_backend.py").write_text(CODE + "\n# another\n")
    run(monkeypatch, "worlds/tiny.toml", "--ticks", 4, "--out", "run", "--backend", "own_backend.py:Counted")
    held = sorted((own / "run" / "files").rglob("own_backend.py"))
    assert sorted(path.read_text() for path in held) == sorted([CODE, CODE + "\n# another\n"])
    assert open_run(own / "run").backend in [f"{path}:Counted" for path in held if path.read_text() == CODE]


def test_a_class_from_elsewhere_is_kept(own, monkeypatch):
    (own / "modules").mkdir()
    (own / "own_backend.py").rename(own / "modules" / "far_backend.py")
    monkeypatch.syspath_prepend(own / "modules")
    from far_backend import Counted

    world = cs.World(seed=5)
    world.space("pond", kind="cpu", axes={"lane": 16}, backend=Counted)
    sim = cs.Simulation(world).advance(4)
    assert len(Counted.made) == 1
    sim.save(own / "kept")
    assert len(list((own / "kept" / "files").rglob("far_backend.py"))) == 1
    assert cs.open_run(own / "kept").simulation().digest == sim.fork().digest == sim.digest


def test_backends_by_space_are_kept(own):
    world = cs.World(seed=5)
    for name in ("one", "two"):
        world.space(name, kind="cpu", axes={"lane": 16})
    sim = cs.Simulation(world, backend={"two": "own_backend.py:Counted"}).advance(4)
    sim.save(own / "kept")
    (own / "own_backend.py").unlink()
    kept = cs.open_run(own / "kept")
    (held,) = (own / "kept" / "files").rglob("own_backend.py")
    assert open_run(own / "kept").universe.spaces[1].backend == f"{held}:Counted"
    assert kept.simulation().digest == sim.digest
