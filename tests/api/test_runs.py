"""A run is told in tables: one of before, one that goes on, and one that is served."""

import json
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import numpy as np
import pytest

import cyberspace as cs
from cyberspace.law.state import SITE_FIELDS
from tests.api.worlds import POND, THREE, genome
from tests.strategies import HERE

HOME = HERE / "golden"
EXPECTED = json.loads((HOME / "run.json").read_text())


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The run of before."""
    folder = tmp_path_factory.mktemp("golden")
    with tarfile.open(HOME / "run.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    return cs.open_run(folder / "run")


def test_facts(run):
    facts = json.loads(json.dumps(run.facts))
    assert facts.pop("chance")["EQU"] == 0 and facts == EXPECTED["300"]
    assert (run.tick, run.ticks, run.spaces) == (300, [200, 300], ("reef", "shore", "plaza"))
    assert "seed 7" in repr(run)


def test_series_and_fields(run):
    assert run.series.tick.values.tolist() == [0, 50, 100, 150, 200, 250, 300]
    reef = run.space("reef").series
    np.testing.assert_array_equal(run.series["reef.alive"], reef.alive)
    assert reef.goal.values.tolist() == ["echo", "twice"]
    assert reef.heredity.dims == ("tick",)
    alive = sum(int(run.space(name).series.alive[-1]) for name in run.spaces)
    assert alive == run.facts["alive"]
    fields = run.space("shore").fields
    assert fields.energy.dims == ("tick", "row", "rack", "host", "device", "core", "thread", "lane")
    np.testing.assert_array_equal(fields.energy.sum(fields.energy.dims[1:]), run.space("shore").series.held)
    assert fields.energy.attrs == {"unit": "energy", "meaning": "held by the organism"}
    assert run.fields["reef.energy"].dims[-1] == "reef.lane"


def test_states(run):
    now = run.space("reef").state()
    assert set(SITE_FIELDS) - {"trace"} < set(now)  # which is kept where a learning rule reads it
    np.testing.assert_array_equal(now.energy, run.space("reef").fields.energy.sel(tick=300))
    before = run.state(200)
    np.testing.assert_array_equal(before["reef.energy"], run.fields["reef.energy"].sel(tick=200))


def test_births_crossings_and_lineages(run):
    births = run.births
    assert len(births) == run.facts["births"]
    assert len(run.space("reef").births) == (births.space == "reef").sum()
    assert births.tick.is_monotonic_increasing
    assert set(run.crossings.what) <= {"gift", "spore", "mover"}
    found = run.lineages
    assert found.births.sum() == len(births)
    assert found["first"].is_monotonic_increasing
    assert (found.depth <= found.births).all() and (found.depth > 1).any()
    firsts = set(zip(births.site, births.tick, strict=True))
    assert not firsts & set(zip(found.cradle, found.born, strict=True)), "the first of a lineage was born of nobody"
    state, marks = run.state(), {}
    for name in run.spaces:
        alive = state[f"{name}.alive"].values
        for mark in state[f"{name}.founder"].values[alive]:
            marks[int(mark)] = marks.get(int(mark), 0) + 1
    told = found[found.living > 0]
    assert len(told) > 5
    assert (found.founder[found.living == 0] == 0).all()
    assert all(marks[int(one.founder)] == one.living for one in told.itertuples())


def test_it_goes_on_as_a_simulation_with_what_people_did(run):
    one = run.simulation(200, backend="numba")
    with pytest.raises(cs.InputError, match="repeats what was done"):
        one.put("fund", space="plaza", tokens=5)
    assert one.advance(100).digest == EXPECTED["300"]["digest"]
    assert one.advance(300).digest == EXPECTED["600"]["digest"]
    other = run.simulation(200, replay=False)
    assert other.put("fund", tokens=5)["done"]
    assert other.advance(400).digest != EXPECTED["600"]["digest"]


@pytest.fixture
def served(tmp_path):
    """A run that goes on and is served: its folder."""
    (tmp_path / "three.toml").write_text(THREE)
    command = [
        sys.executable,
        "-m",
        "cyberspace",
        "run",
        tmp_path / "three.toml",
        "--out",
        tmp_path / "run",
        "--backend",
        "numba",
    ]
    options = ["--ticks", "100000000", "--serve", "--quiet"]
    process = subprocess.Popen([*map(str, command), *options], cwd=Path(__file__).parents[2], stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not (tmp_path / "run" / "play.json").exists():
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.05)
    yield tmp_path / "run"
    process.terminate()
    process.wait(60)


def held(live):
    """The tick at which a run stands still: its regions first meet at one."""
    tick = -1
    while tick != (tick := live.tick):
        time.sleep(0.3)
    return tick


def test_a_run_that_is_served(served):
    run = cs.open_run(served)
    with run.live() as live:
        live.control("pause")
        tick = held(live)
        state = live.state("energy", "activity.0", "age", space="shore")
        assert state.energy.dims == ("core", "lane")
        assert state.energy.attrs["unit"] == "energy"
        assert tick == live.tick and state.attrs["tick"] - tick in (0, 1), "the shore lives two ticks at a time"
        assert live.state("energy", space="reef", at={"warp": "mean"}).energy.dims == ("lane",)
        site = live.about["spaces"]["plaza"]["first_site"] + 5
        live.act("erase", sites=[site]) if live.state("alive", space="plaza").alive[5] else None
        assert live.act("transplant", to=site, genome=genome(cs.Simulation(THREE, backend="reference"), 2), energy=99)["done"]
        assert live.state("energy", space="plaza").energy[5] == 99
        for wrong in (
            lambda: live.act("transplant", to=site, genome=[1], energy=9),
            lambda: live.act("fund", tokens=0),
            lambda: live.state("colour"),
            lambda: live.state("energy", space="pond"),
            lambda: live.control("stop"),
        ):
            with pytest.raises(cs.InputError, match=r": got .*; expected .*; try: "):
                wrong()
        live.control("resume")
    with run.live(play=False) as live:
        assert live.tick >= tick
        with pytest.raises(cs.InputError, match=r"play\.json"):
            live.act("fund", tokens=5)
    deadline = time.monotonic() + 60
    while not run.ticks and time.monotonic() < deadline:
        time.sleep(0.1)
    assert len(run.births) <= len(run.births)
    assert run.series.tick.size > 1
    assert run.facts["energy"]["balanced"]


def test_a_run_of_one_space_has_plain_names(tmp_path):
    one = cs.Simulation(POND).advance(60)
    one.save(tmp_path / "run")
    run = cs.open_run(tmp_path / "run")
    assert run.series.alive.dims == ("tick",)
    assert run.fields.energy.dims[-3:] == ("core", "thread", "lane")
    np.testing.assert_array_equal(run.state().weights, one.state.weights)
    assert run.births.equals(one.births)
