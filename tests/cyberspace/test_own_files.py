"""Files of a user's own: kept in a run by content, with what they open, wherever they came from; and never loaded to read."""

import json
import os
import shutil
import tarfile

import pytest

import cyberspace as cs
from cyberspace.analysis.inspect_run import inspect_run
from cyberspace.record.run_folder import open_run
from cyberspace.run import runtime
from cyberspace.run.crew import Plan
from cyberspace.worldfile.build import load_universe
from tests.conftest import TINY
from tests.strategies import HERE

WORLD = TINY.replace('"numba"', '"reference"').replace("every = 100", "every = 20").replace("every = 50", "every = 10")
OWN = """
import os, sys
from pathlib import Path
import numpy as np
from cyberspace import Task
HERE = Path(__file__).parent
{head}

class Own(Task):
    goals = ("own",)
    {body}
    def pose(self, xp, bits, lesson):
        return xp.ones((1, bits.shape[1]), dtype=np.int8), ()
    def judge(self, xp, answers, hidden, memory):
        one = xp.ones((1, answers.shape[1]), dtype=np.int8)
        return (one.astype(np.int32) * {gain}).astype(np.int32), one, memory
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A working folder with a world in one folder, and a task in another."""
    (tmp_path / "home" / "worlds").mkdir(parents=True)
    (tmp_path / "home" / "tasks").mkdir()
    monkeypatch.chdir(tmp_path / "home")
    return tmp_path / "home"


def write(home, head="", body="", gain="GAIN", name="../tasks/own.py:Own", source="tasks/own.py"):
    (home / source).write_text(OWN.format(head=head, body=body, gain=gain))
    (home / "worlds" / "w.toml").write_text(WORLD.replace('"logic"', json.dumps(name)))
    return home / "worlds" / "w.toml"


def live(world, out, ticks=20):
    folder = runtime.begin(world, out, None, None)
    assert runtime.go(folder, Plan(ticks, 10, quiet=True)) == ticks
    return folder


def moved_and_alone(home, out, tmp_path):
    """The run, elsewhere, with all that it was made of gone."""
    target = tmp_path / "elsewhere" / "run"
    target.parent.mkdir()
    shutil.move(out, target)
    os.chdir(target.parent)
    shutil.rmtree(home)
    return target


NEEDS = {
    "beside it": ("GAIN = int((HERE / 'gain.txt').read_text())", "", "GAIN", {"tasks/gain.txt": "3"}),
    "in the working folder": ("GAIN = int(open('gain.txt').read())", "", "GAIN", {"gain.txt": "3"}),
    "above it": ("GAIN = int((HERE / '..' / 'data' / 'gain.txt').read_text())", "", "GAIN", {"data/gain.txt": "3"}),
    "if it is there": ("p = HERE / '../gain.txt'\nGAIN = int(p.read_text()) if p.exists() else 1", "", "GAIN", {"gain.txt": "3"}),
    "of NumPy": ("GAIN = int(np.loadtxt(HERE / 'gain.txt'))", "", "GAIN", {"tasks/gain.txt": "3"}),
    "a module": (
        "import near\nGAIN = near.GAIN", "", "GAIN",
        {"tasks/near.py": "from deep.er import GAIN", "tasks/deep/er.py": "GAIN = 3"},
    ),
    "a module by its path": (
        "import importlib.util as u\ns = u.spec_from_file_location('z', HERE / 'z.py')\nm = u.module_from_spec(s)\n"
        "s.loader.exec_module(m)\nGAIN = m.GAIN", "", "GAIN", {"tasks/z.py": "GAIN = 3"},
    ),
    "a module from elsewhere": (
        "sys.path.insert(0, str(HERE.parent / 'lib'))\nimport far_away\nGAIN = far_away.GAIN", "", "GAIN", {"lib/far_away.py": "GAIN = 3"},
    ),
    "when it is made": (
        "", "def __init__(self):\n        self.gain = int(open(HERE / 'gain.txt').read())", "self.gain",
        {"tasks/gain.txt": "3"},
    ),
    "declared": ("", "files = ('gain.txt',)", "int((HERE / 'gain.txt').read_text())", {"tasks/gain.txt": "3"}),
}  # fmt: skip


@pytest.mark.parametrize("case", NEEDS)
def test_what_a_task_needs_goes_with_the_run(home, tmp_path, case):
    head, body, gain, files = NEEDS[case]
    for name, text in files.items():
        (home / name).parent.mkdir(exist_ok=True)
        (home / name).write_text(text)
    folder = live(write(home, head, body, gain), home / "run")
    digest = cs.Simulation(home / "worlds" / "w.toml").advance(40).digest
    (first, *_) = files
    (home / first).write_text((home / first).read_text() + "\n")
    assert load_universe(home / "worlds" / "w.toml")[0].identity != folder.universe.identity, "they are part of the identity"
    run = moved_and_alone(home, folder.path, tmp_path)
    assert runtime.go(open_run(run), Plan(40, 10, quiet=True)) == 40
    assert inspect_run(run)["digest"] == digest
    (held,) = (path for path in (run / "files").rglob(first.rpartition("/")[2]) if path.is_file())
    held.write_text("4")
    with pytest.raises(cs.InputError, match="another file than the run was started with"):
        open_run(run)


@pytest.mark.parametrize(
    "name", ["own.py:Own", "../tasks/own.py:Own", "{home}/tasks/own.py:Own", "link.py:Own", "~/tasks/own.py:Own"]
)
def test_whatever_a_file_is_called(home, tmp_path, monkeypatch, name):
    monkeypatch.setenv("HOME", str(home))
    world = write(home, "GAIN = 3", name=name.format(home=home))
    shutil.copy(home / "tasks" / "own.py", home / "worlds")
    (home / "worlds" / "link.py").symlink_to("own.py")
    there = {path: path.read_bytes() for path in home.rglob("*.py")}
    folder = live(world, home / "runs" / "one")
    assert {path: path.read_bytes() for path in home.rglob("*.py") if folder.path not in path.parents} == there
    assert len(list((folder.path / "files").rglob("*.py"))) == 1
    assert runtime.go(open_run(moved_and_alone(home, folder.path, tmp_path)), Plan(30, 10, quiet=True)) == 30


def test_two_files_of_one_name_are_two(home):
    world = write(home, "GAIN = 3")
    (home / "worlds" / "own.py").write_text(OWN.format(head="GAIN = 5", body="", gain="GAIN").replace('"own",', '"other",'))
    world.write_text(
        world.read_text().replace("[record]", '[[spaces.pond.tasks]]\nname = "own.py:Own"\nwhere = { lane = 0 }\n[record]')
    )
    world.write_text(world.read_text().replace('own.py:Own"\n', 'own.py:Own"\nwhere = { lane = [1, 16] }\n', 1))
    folder = live(world, home / "run")
    assert open_run(folder.path).universe.worlds[0].goals == ("own", "other")
    assert len(list((folder.path / "files").rglob("own.py"))) == 2


REFUSED = {
    "a file that is not there": ("GAIN = 3", "files = ('gone.txt',)", "files: got 'gone.txt'"),
    "a file that is too large": ("GAIN = len((HERE / 'big').read_bytes())", "", "which it opens"),
    "a name that only NumPy follows": (
        "GAIN = int(np.loadtxt(os.path.abspath('gain.txt')))",
        "",
        "code that opens",
    ),
    "an end of the program": ("sys.exit(3)", "", "SystemExit"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_no_run_can_hold_is_refused(home, refuse, case):
    head, body, told = REFUSED[case]
    (home / "gain.txt").write_text("3")
    with (home / "tasks" / "big").open("wb") as file:
        file.truncate(2**26 + 1)
    world = write(home, head, body)
    assert told in refuse("run", world, "--ticks", 5, "--out", home / "run", "--quiet")
    assert not (home / "run").exists()


def test_a_run_at_rest_is_read_without_its_code(home, tmp_path, monkeypatch):
    """What it names may raise, or be gone from the machine."""
    from render.film import write_film
    from render.replay import Replay
    from render.report import write_report
    from render.still import Roll, Shot, prepare

    world = write(home, "from cyberspace import Kind, rule\nimport os\nif os.environ.get('AT_REST'): raise RuntimeError('loaded')\n"
                  "KIND = Kind(axes=('die', 'tile', 'pin'), per_unit=7)\n@rule\ndef still(w, pre, post, s, g, d):\n    return w\n"
                  "def first(loci):\n    return np.zeros(loci.count, dtype=np.int8)\nGAIN = 3")  # fmt: skip
    text = world.read_text().replace('"cpu"', '"../tasks/own.py:KIND"').replace("axes.lane", "axes.pin")
    text = text.replace("axes.thread", "axes.tile").replace("axes.core", "axes.die")
    text = text.replace("physics =", 'rule = "../tasks/own.py:still"\ngenesis = "ancestor:../tasks/own.py:first"\nphysics =')
    world.write_text(text)
    folder = live(world, home / "run")
    before = cs.open_run(folder.path)
    facts, kind = before.facts, folder.universe.worlds[0].kind
    monkeypatch.setenv("AT_REST", "1")
    with pytest.raises(cs.InputError, match="RuntimeError: loaded"):
        open_run(folder.path)
    run = cs.open_run(folder.path)
    assert run.facts == facts == inspect_run(folder.path)
    assert run.universe.worlds[0].kind == kind and run.universe.worlds[0].goals == ("own",)
    assert list(run.fields.energy.dims) == ["tick", "row", "rack", "host", "device", "die", "tile", "pin"]
    assert len(run.series.tick) == 3 and run.state().energy.sum() > 0
    assert write_report(folder.path)[0].is_file()
    source, shot = Replay(folder.path), Shot("energy", None, (), (320, 240))
    assert write_film(tmp_path / "one.png", Roll(prepare(source, shot), shot, [20]), 1) == 1
    with pytest.raises(cs.InputError, match="RuntimeError: loaded"):
        run.simulation()


def test_what_a_task_prints_is_not_in_json(home, command):
    world = write(home, "print('hello')\nGAIN = 3")
    live(world, home / "run")
    about = json.loads((home / "run" / "run.json").read_text())
    assert json.loads(command("inspect", home / "run", "--json").stdout)["tick"] == 20
    del about["described"]  # as if it could not be read without its code
    (home / "run" / "run.json").write_text(json.dumps(about))
    done = command("inspect", home / "run", "--json")
    assert json.loads(done.stdout)["tick"] == 20 and "hello" in done.stderr


def test_runs_of_before_with_files_beside_the_world(home):
    """Format 1: files lie beside the world by name, and nothing is known of what they need."""
    said = (
        "    def performs(self, xp, score, memory):\n        return score > 0\n"  # as every task did then that did not say it
    )
    (home / "worlds" / "own_task.py").write_text((HERE / "own_task.py").read_text() + "\n" + said)
    world = home / "worlds" / "w.toml"
    world.write_text(WORLD.replace('"logic"', '"own_task.py:Echo"'))
    folder = live(world, home / "run")
    about = json.loads((folder.path / "run.json").read_text())
    shutil.copy(world, folder.path / "world.toml")
    shutil.copy(home / "worlds" / "own_task.py", folder.path)
    shutil.rmtree(folder.path / "files")
    old = {"seed": about["seed"], "backend": "", "identity": about["identity"], "files": {}}
    (folder.path / "run.json").write_text(json.dumps(old))
    assert inspect_run(folder.path)["tick"] == 20
    assert runtime.go(open_run(folder.path), Plan(30, 10, quiet=True)) == 30


def test_the_golden_run_has_the_format_that_it_had(tmp_path):
    with tarfile.open(HERE / "golden" / "run.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    assert open_run(tmp_path / "run", rest=True).universe.identity == open_run(tmp_path / "run").universe.identity
