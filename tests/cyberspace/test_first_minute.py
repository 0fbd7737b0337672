"""How far a run is to go, what is told while it goes there, and what at its end."""

import io
import json
import tarfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cyberspace.analysis.inspect_run import inspect_run
from cyberspace.cli import Ticks, TicksType
from cyberspace.errors import InputError
from cyberspace.launcher import _last
from cyberspace.law.state import TALLY
from cyberspace.record import store
from cyberspace.record.run_folder import open_run
from cyberspace.run import runtime
from cyberspace.run.crew import Plan
from cyberspace.run.progress import LAUNCHED, Progress
from cyberspace.worldfile.build import load_universe
from tests.conftest import SHORT
from tests.golden.test_golden import HOME


def ticks(text):
    return TicksType().convert(text, None, None)


@given(st.integers(0, 2**31 - 1))
def test_ticks_are_a_tick_or_that_many_more(number):
    assert ticks(str(number)) == Ticks(number, False)
    assert ticks(f"+{number}") == Ticks(number, True)


@given(st.one_of(st.text(max_size=12), st.integers(2**31).map(str), st.integers(max_value=-1).map(str), st.floats().map(str)))
def test_all_else_is_refused_in_words(text):
    digits = text.strip().removeprefix("+")
    if digits.isascii() and digits.isdigit() and int(digits) < 2**31:
        return
    with pytest.raises(InputError, match=r"--ticks: got .* expected a tick from 0"):
        ticks(text)


def plan(last, more):
    return Plan(last, 50, quiet=True, more=more)


def test_more_ticks_count_from_where_the_run_stands(short, tmp_path):
    folder = runtime.begin(short, tmp_path / "run", None, None)
    assert runtime.go(folder, plan(20, True)) == 20
    assert _last(Ticks(30, True), str(folder.path), False) == 50
    assert _last(Ticks(30, True), None, False) == _last(Ticks(30, False), str(folder.path), False) == 30
    assert runtime.go(open_run(folder.path), plan(0, True)) == 20
    assert runtime.go(open_run(folder.path), plan(5, True)) == 25
    with pytest.raises(InputError, match=r"--ticks: got \+2147483647 from tick 25; .* try: --ticks \+2147483622"):
        runtime.go(open_run(folder.path), plan(2**31 - 1, True))
    with pytest.raises(InputError, match=r"try: --ticks \+20"):
        runtime.go(open_run(folder.path), plan(20, False))
    one = runtime.begin(short, tmp_path / "one", None, None)
    assert runtime.go(one, plan(25, False)) == 25
    assert inspect_run(one.path)["digest"] == inspect_run(folder.path)["digest"]


def test_a_run_ends_with_what_it_did_and_what_can_be_done_now(short, tmp_path, command):
    done = command("run", short, "--ticks", "+20", "--out", tmp_path / "run")
    did, now = done.stderr.splitlines()
    assert did.startswith("cyberspace: at tick 20, 20 ticks in ") and "population " in did and "heredity " in did
    run = tmp_path / "run"
    assert (
        now == f"cyberspace: now: cyberspace report {run}, cyberspace view {run}, or cyberspace run --resume {run} --ticks +20"
    )
    assert command("run", "--resume", run, "--ticks", "+1", "--quiet").stderr == ""


def counts(**known):
    return np.array([known.get(name, 0) for name in TALLY], dtype=np.int64)


def lines(monkeypatch, *notes):
    """What progress tells of one region."""
    for name in LAUNCHED:
        monkeypatch.delenv(name, raising=False)
    progress = Progress(load_universe_of_short(), 0, 1000, stream=io.StringIO())
    for tick, known in notes:
        progress.note({0: (tick, known)})
        progress.tell()
    return progress, progress._stream.getvalue().splitlines()


def load_universe_of_short():
    from cyberspace.worldfile.build import universe_from_text
    from tests.strategies import HERE

    return universe_from_text(SHORT, "short", HERE)[0]


def test_heredity_is_a_dash_until_somebody_is_born(monkeypatch):
    _, told = lines(monkeypatch, (10, counts(alive=5)), (20, counts(alive=6, births=4, faithful=3)))
    assert "population 5  heredity -" in told[0]
    assert "population 6  heredity 0.75" in told[1]


def test_ticks_a_second_leave_compiling_out(monkeypatch):
    spent = [0.0]
    monkeypatch.setattr("cyberspace.run.waiting.Waiting.seconds", property(lambda self: spent[0]))
    progress, _ = lines(monkeypatch)
    progress._told -= 101.0
    spent[0] = 100.0
    progress.note({0: (50, counts())})
    assert " 50 ticks/s" in progress._stream.getvalue() or " 49 ticks/s" in progress._stream.getvalue()
    told = progress.summary(50, 110.0)
    assert told.startswith("at tick 50 of 1,000, 50 ticks in 110.0 s, 100.0 s of them compiling (5 ticks/s)")


def test_inspect_has_no_heredity_before_the_first_birth(short, tmp_path, command):
    short.write_text(SHORT.replace("upkeep = 4", "upkeep = 4, spark = 0").replace("spark = 100, ", ""))
    assert command("run", short, "--ticks", 0, "--out", tmp_path / "run", "--quiet").returncode == 0
    assert json.loads(command("inspect", tmp_path / "run", "--json").stdout)["heredity"] is None
    assert "heredity  -" in command("inspect", tmp_path / "run").stdout


def test_a_record_names_its_axes_as_its_world_does_and_older_ones_are_read(short, tmp_path):
    import cyberspace as cs

    folder = runtime.begin(short, tmp_path / "new", None, None)
    runtime.go(folder, plan(50, False))
    names = ("tick", "row", "rack", "host", "device", "core", "thread", "lane")
    assert store.array(store.open_group(folder.record, "r"), "pond/fields/energy").metadata.dimension_names == names
    assert cs.open_run(folder.path).fields.energy.dims == names
    with tarfile.open(HOME / "run.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    assert cs.open_run(tmp_path / "run").space("shore").fields.energy.dims == names


def test_a_kind_may_call_its_axes_as_others_are_called(short, tmp_path):
    import cyberspace as cs

    own = "from cyberspace.law.kinds import Kind\nOWN = Kind(axes=('lane', 'reach', 'sm'))\n"
    (tmp_path / "own.py").write_text(own)
    text = SHORT.replace('kind = "cpu"', 'kind = "own.py:OWN"')
    for before, after in (("axes.lane", "axes.sm_"), ("axes.thread", "axes.reach"), ("axes.core", "axes.lane"), ("sm_", "sm")):
        text = text.replace(before, after)
    short.write_text(text)
    assert load_universe(short)[0].spaces[0].lattice.near_shape == (2, 6, 8)
    folder = runtime.begin(short, tmp_path / "run", None, None)
    runtime.go(folder, plan(50, False))
    assert store.open_group(folder.record, "r")["pond/fields/energy"].metadata.dimension_names[-3:] == ("lane", "reach", "sm")
    energy = cs.open_run(folder.path).fields.energy
    assert energy.dims[-3:] == ("lane", "reach", "sm") and energy.shape[-3:] == (2, 6, 8)
