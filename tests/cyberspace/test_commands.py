"""The commands as a user meets them."""

import io
import json
import subprocess
import sys

import numpy as np
import pytest
import xarray

from cyberspace.backends.backend import make_backend
from cyberspace.law.genesis import genesis
from cyberspace.law.state import TALLY
from cyberspace.record.run_folder import open_run
from cyberspace.run.progress import LAUNCHED, Progress
from cyberspace.worldfile.build import universe_from_text
from tests.conftest import TINY
from tests.strategies import HERE

AXES = ("tick", "row", "rack", "host", "device", "core", "thread", "lane")
"""As the world of a CPU names them."""


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A run of the installed command: its folder and what it said."""
    from tests.conftest import cyberspace

    folder = tmp_path_factory.mktemp("commands")
    (folder / "tiny.toml").write_text(TINY)
    done = cyberspace("run", folder / "tiny.toml", "--ticks", 300, "--out", folder / "run", "--seed", 9)
    assert done.returncode == 0, done.stderr
    return folder / "run"


def test_help_imports_nothing_heavy():
    heavy = ["jax", "numba", "numpy", "xarray", "pandas", "zarr", "pydantic", "matplotlib", "pygame", "mpi4py"]
    code = (
        "import sys\ntry:\n    from cyberspace.cli import main; sys.argv = ['cyberspace', '--help']; main()\n"
        f"finally:\n    print([m for m in {heavy} if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.strip().endswith("[]")
    for name in ("run", "inspect", "report", "doctor"):
        assert name in told


def test_inspect(finished, command):
    facts = json.loads(command("inspect", finished, "--json").stdout)
    assert list(facts) == [
        "tick",
        "seed",
        "regions",
        "sites",
        "alive",
        "births",
        "heredity",
        "energy",
        "tasks",
        "chance",
        "digest",
    ]
    assert (facts["tick"], facts["seed"], facts["sites"]) == (300, 9, 192)
    assert list(facts["energy"]) == ["held", "pools", "letters", "heat", "inflow", "balanced"]
    assert facts["energy"]["balanced"]
    assert list(facts["tasks"])[-1] == "EQU"
    assert "balanced yes" in command("inspect", finished).stdout


def test_fields_open_with_xarray_alone(finished):
    fields = xarray.open_zarr(finished / "record.zarr", group="pond/fields", consolidated=False)
    assert fields["tick"].values.tolist() == [0, 50, 100, 150, 200, 250, 300]
    assert fields["energy"].dims == AXES
    assert fields["energy"].shape == (7, 1, 1, 1, 1, 2, 6, 16)
    assert fields["activity"].dims == (*AXES, "unit")
    assert fields["energy"].attrs == {"unit": "energy", "meaning": "held by the organism"}
    series = xarray.open_zarr(finished / "record.zarr", group="pond/series", consolidated=False)
    np.testing.assert_array_equal(fields["energy"].sum(AXES[1:]), series["held"])
    assert series["shares"].dims == ("tick", "goal")
    inflow, heat = ("sunlight", "fill", "genesis"), ("upkeep", "overflow", "fines", "death", "copying", "moving", "lost")
    kept = series["held"] + series["pools"] + sum(series[name] for name in heat)
    np.testing.assert_array_equal(kept, sum(series[name] for name in inflow))


def test_the_table_of_births_tells_every_birth(finished):
    births = xarray.open_zarr(finished / "record.zarr", group="pond/births", consolidated=False).load()
    folder = open_run(finished)
    backend = make_backend("reference", folder.universe.worlds[0], genesis(folder.universe.worlds[0]))
    trace = backend.advance(300)
    expected = dict(zip(("tick", "site", "parent", "parent_born", "distance"), trace.births.T, strict=True))
    for name, column in expected.items():
        np.testing.assert_array_equal(births[name], column)
    assert len(births["tick"]) == trace.tally[:, TALLY.index("births")].sum() > 50
    assert (np.diff(births["tick"]) >= 0).all()
    # Every parent is somebody who was born there, or the first of a lineage.
    born = set(zip(births["tick"].values, births["site"].values, strict=True))
    known = [(t, s) in born for t, s in zip(births["parent_born"].values, births["parent"].values, strict=True)]
    assert 0 < np.mean(known) < 1


def test_lineage_is_carried(finished):
    folder = open_run(finished)
    region = make_backend("numba", folder.universe.worlds[0], genesis(folder.universe.worlds[0]))
    region.advance(300)
    state = region.state().region
    first = state.alive & (state.generation == 0)
    assert (state.parent[first] == -1).all()
    assert (state.parent[state.alive & ~first] >= 0).all()
    assert (state.parent_born[state.alive & ~first] < state.born[state.alive & ~first]).all()
    assert (state.founder[state.alive] > 0).all()


def test_report(finished, command):
    done = command("report", finished)
    assert done.returncode == 0, done.stderr
    page = (finished / "report" / "index.html").read_text()
    for name in ("heredity", "tasks", "population", "energy", "lineages"):
        picture = finished / "report" / f"{name}.png"
        assert picture.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
        assert f'src="{name}.png"' in page
    assert json.loads(command("inspect", finished, "--json").stdout)["digest"] in page


def test_doctor(command):
    done = command("doctor")
    assert done.returncode == 0
    assert "numba" in done.stdout
    assert "jax device" in done.stdout


def test_progress_is_plain_lines_without_a_terminal(tiny, tmp_path, command):
    done = command("run", tiny, "--ticks", 50, "--out", tmp_path / "run")
    assert "\r" not in done.stderr


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("variable", [None, *LAUNCHED])
def test_progress_is_one_refreshed_line_on_a_terminal_but_not_under_a_launcher(monkeypatch, variable):
    for name in LAUNCHED:
        monkeypatch.delenv(name, raising=False)
    if variable:
        monkeypatch.setenv(variable, "0")
    universe, stream = universe_from_text(TINY, "tiny", HERE)[0], Terminal()
    progress = Progress(universe, 0, 1000, stream=stream)
    progress.note({0: (0, np.zeros(len(TALLY), dtype=np.int64))})
    for _ in range(2):
        progress.tell()
    progress.end()
    told = stream.getvalue()
    assert told.count("\r") == (0 if variable else 2)
    assert told.count("\n") == (2 if variable else 1)
    assert "tick 0 of 1,000" in told
    assert "heredity" in told


def test_a_users_own_task_runs_and_resumes_without_its_first_folder(tmp_path, command):
    source = tmp_path / "source"
    source.mkdir()
    (source / "w.toml").write_text(TINY.replace('"logic"', '"own_task.py:Echo"'))
    (source / "own_task.py").write_text((HERE / "own_task.py").read_text())
    assert command("run", source / "w.toml", "--ticks", 40, "--out", tmp_path / "run", "--quiet").returncode == 0
    for path in source.iterdir():
        path.unlink()
    done = command("run", "--resume", tmp_path / "run", "--ticks", 80, "--quiet")
    assert done.returncode == 0, done.stderr
    facts = json.loads(command("inspect", tmp_path / "run", "--json").stdout)
    assert list(facts["tasks"]) == ["echo", "twice"]


def test_a_changed_task_is_another_world(tmp_path, command):
    (tmp_path / "w.toml").write_text(TINY.replace('"logic"', '"own_task.py:Echo"'))
    text = (HERE / "own_task.py").read_text()
    (tmp_path / "own_task.py").write_text(text)
    assert command("run", tmp_path / "w.toml", "--ticks", 40, "--out", tmp_path / "run", "--quiet").returncode == 0
    (kept,) = (tmp_path / "run").glob("files/*/own_task.py")
    kept.write_text(text.replace("5 * right", "6 * right"))
    done = command("run", "--resume", tmp_path / "run", "--ticks", 80, "--quiet")
    assert done.returncode == 2
    assert str(kept) in done.stderr
    assert "another file than the run was started with" in done.stderr
