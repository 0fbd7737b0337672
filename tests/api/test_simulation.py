"""A simulation lives as the command line's run does, to the bit, and its tables tell what the state is."""

import os
import signal
import sys
import threading
from types import SimpleNamespace

import numpy as np
import pytest

import cyberspace as cs
from cyberspace.analysis.inspect_run import inspect_run
from cyberspace.law.state import QUANTITIES, SPARE, TALLY
from cyberspace.record.run_folder import open_run
from cyberspace.run import runtime
from cyberspace.run.crew import Plan
from tests.api.worlds import POND, THREE, genome, pond


def go_on(path, ticks, backend=""):
    """What `cyberspace run --resume` does."""
    folder = open_run(path)
    runtime.go(folder, Plan(ticks, folder.file.record.every, backend, quiet=True))
    return inspect_run(path)


def run(text, out, ticks):
    """What `cyberspace run` does."""
    source = out.with_suffix(".toml")
    source.write_text(text)
    folder = runtime.begin(source, out, None, "numba")
    runtime.go(folder, Plan(ticks, folder.file.record.every, "numba", quiet=True))
    return inspect_run(out)


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The command line's run of three regions, to tick 200: what is told of it."""
    return run(THREE, tmp_path_factory.mktemp("ran") / "run", 200)


def test_three_regions_on_three_backends_are_the_command_lines_run(ran):
    one = cs.Simulation(THREE, backend={"reef": "numba", "shore": "jax", "plaza": "reference"})
    assert one.advance(200).tick == 200
    assert one.digest == ran["digest"]
    books = one.energy
    assert {name: getattr(books, name) for name in ran["energy"]} == ran["energy"]
    assert {goal: share for shares in one.tasks.values() for goal, share in shares.items()} == ran["tasks"]


@pytest.mark.parametrize("backend", ["numba", "reference", {"shore": "numba"}, ["reference", "numba"], ""])
def test_backends_and_stops_do_not_matter(ran, backend):
    one = cs.Simulation(THREE, backend=backend, threads=1)
    for ticks in (1, 32, 0, 67, 100):
        one.advance(ticks, every=13)
    assert one.digest == ran["digest"]


def test_save_and_resume_is_going_on(tmp_path):
    one = cs.Simulation(THREE, backend={"reef": "numba", "shore": "numba", "plaza": "reference"}, seed=9).advance(77)
    before = one.digest
    one.save(tmp_path / "run")
    assert inspect_run(tmp_path / "run")["digest"] == before == one.digest
    assert [space.backend for space in open_run(tmp_path / "run").universe.spaces] == ["numba", "numba", "reference"]
    assert go_on(tmp_path / "run", 190)["digest"] == one.advance(113).digest


def test_a_saved_simulation_is_a_run_for_all_commands(tmp_path, command):
    one = pond().advance(60)
    one.save(tmp_path / "run")
    done = command("run", "--resume", tmp_path / "run", "--ticks", 100, "--quiet")
    assert done.returncode == 0, done.stderr
    assert inspect_run(tmp_path / "run")["digest"] == one.advance(40).digest
    assert inspect_run(tmp_path / "run")["births"] == len(one.births) == len(cs.open_run(tmp_path / "run").births)
    assert command("report", tmp_path / "run").returncode == 0


def test_a_report_needs_a_second_sample(tmp_path, refuse):
    """What it tells to try leads beyond the tick at which the simulation was saved."""
    pond().advance(2000).save(tmp_path / "run")
    assert "got 1 sample; expected two or more; try: cyberspace run" in (told := refuse("report", tmp_path / "run"))
    assert f"--ticks {2000 + open_run(tmp_path / 'run').file.record.every} " in told


def test_a_fork_without_changes_is_the_original():
    one = cs.Simulation(THREE, backend="numba").advance(83)
    other = one.fork(backend="reference")
    assert other.digest == one.digest
    assert other.identity == one.identity
    assert other.advance(60).digest == one.advance(60).digest
    assert one.fork(seed=one.universe.seed + 1).advance(40).digest != one.advance(40).digest


def test_a_fork_lives_in_the_changed_world(tmp_path):
    one = pond().advance(40)
    before = one.state.tally.sel(count=["sunlight", "sparks"]).values
    dark = one.fork(**{"spaces.pond.physics.sunlight": 0, "spaces.pond.physics": {"spark": 0}}).advance(200)
    assert dark.universe.worlds[0].physics.sunlight == 0
    np.testing.assert_array_equal(dark.state.tally.sel(count=["sunlight", "sparks"]).values, before)
    assert (one.advance(200).state.tally.sel(count=["sunlight", "sparks"]).values > before).all()
    assert dark.energy.balanced
    assert one.fork(**{"spaces.pond.tasks.0.fill": 3.0}).universe.worlds[0].tasks[0].fill > 3
    dark.save(tmp_path / "dark")
    assert go_on(tmp_path / "dark", 280)["digest"] == dark.advance(40).digest


def test_what_was_put_is_repeated_by_a_resume_from_the_start(tmp_path):
    one = cs.Simulation(THREE, backend="numba")
    plaza = one.space("plaza")
    site = int(plaza.site.values.ravel()[-1])
    one.advance(31)
    if one.organism(site).alive:
        one.put("erase", sites=[site])
    told = one.put("transplant", to=site, genome=genome(one, 2), energy=300)
    assert told["done"] and told["tick"] == 31
    one.put("fund", tokens=100)
    one.advance(20).put("post", place=1, job="table", table="0110", price=10, answers=5)
    one.put("undo", of=told["n"])
    one.advance(49)
    assert one.energy.balanced
    one.save(tmp_path / "run")
    for name in ("checkpoints", "record.zarr"):
        os.rename(tmp_path / "run" / name, tmp_path / name)
    assert go_on(tmp_path / "run", 100)["digest"] == one.digest


def test_an_organism_is_carried_from_one_simulation_to_another_with_what_it_learned():
    one, other = pond().advance(30), pond(seed=8).fork(**{"spaces.pond.physics.spark": 0})
    who = next(one.organism(site) for site in range(16) if one.organism(site).alive)
    to = next(site for site in range(16) if not other.organism(site).alive)
    told = other.put(
        "transplant", to=np.int64(to), genome=who.genome, weights=who.brain, energy=who.energy, founder=who.founder
    )
    there = other.organism(to)
    assert there.alive and (there.energy, there.founder) == (who.energy, who.founder)
    np.testing.assert_array_equal(there.brain, who.brain)
    other.put("undo", of=told["n"])
    assert not other.organism(to).alive
    assert other.energy.balanced


def test_an_act_that_is_refused_changes_nothing():
    one = pond().advance(20)
    before = one.digest
    with pytest.raises(cs.InputError, match=r"put: got fund tokens=3; expected .*pond is no plaza.*; try: "):
        one.put("fund", tokens=3)
    assert one.digest == before


def test_callbacks_come_in_time_and_may_stop():
    seen, one = [], pond()
    assert one.advance(50, every=20, call=lambda sim: seen.append(sim.tick)).tick == 50
    assert seen == [20, 40, 50]
    assert one.advance(1000, every=10, call=lambda sim: sim.tick < 80).tick == 80


def test_progress_is_told(capsys):
    pond().advance(64, progress=True)
    assert "tick 64 of 64" in capsys.readouterr().err


def test_progress_in_a_notebook_is_one_line_that_changes(monkeypatch):
    shown = []
    handle = SimpleNamespace(update=lambda line: shown.append(repr(line)))
    modules = {
        "IPython": SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=True)),
        "IPython.display": SimpleNamespace(display=lambda what, display_id: handle),
    }
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr("cyberspace.run.progress.TERMINAL_SECONDS", 0)
    pond().advance(600, progress=True)
    assert len(shown) > 1 and shown[-1].startswith("tick 600 of 600")


def test_ctrl_c_stops_all_regions_at_one_tick():
    one = cs.Simulation(THREE, backend="reference")
    timer = threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        one.advance(1_000_000)
    assert 0 < one.tick < 1_000_000
    assert one.energy.balanced
    assert one.digest == cs.Simulation(THREE, backend="numba").advance(one.tick).digest


def test_the_state_has_named_axes_units_and_meanings():
    one = cs.Simulation(THREE, backend="numba").advance(40)
    shore, whole = one.space("shore"), one.state
    assert shore.energy.dims == ("row", "rack", "host", "device", "core", "thread", "lane")
    assert shore.weights.dims[-2:] == ("unit", "input")
    assert whole["reef.energy"].dims[-2:] == ("reef.warp", "reef.lane")
    state = one.regions[1].state(40)
    assert "trace" not in shore  # no rule reads one
    for quantity in (one for one in QUANTITIES if one.name not in SPARE):
        found = shore[quantity.name]
        assert found.attrs == {"unit": quantity.unit, "meaning": quantity.meaning}
        expected = np.moveaxis(getattr(state.region, quantity.name), -1, 0)
        np.testing.assert_array_equal(found.values.reshape(expected.shape), expected)
        np.testing.assert_array_equal(whole[f"shore.{quantity.name}"], found)
    assert one.space("plaza").wallet.item() == 5000
    assert whole["reef.tally"].sel({"reef.count": "births"}).item() == int(
        one.regions[0].state(40).tally[TALLY.index("births")]
    )
    held = sum(int(one.space(name).energy.sum()) for name in ("reef", "shore", "plaza"))
    assert held == one.energy.held
    assert shore.attrs == {"space": "shore", "kind": "cpu", "tick": 40, "seed": 5}
    shore.energy[...] = 0  # a copy
    assert int(one.space("shore").energy.sum()) > 0


def test_births_and_ancestors():
    one = cs.Simulation(THREE, backend="numba").advance(200)
    births = one.births
    assert list(births.columns) == ["tick", "space", "site", "parent", "parent_born", "distance"]
    assert len(births) == sum(int(one.space(name).tally.sel(count="births").sum()) for name in ("reef", "shore", "plaza"))
    assert births.tick.is_monotonic_increasing
    assert set(births[births.space == "shore"].site) <= set(one.space("shore").site.values.ravel())
    assert set(one.crossings.what) <= {"gift", "spore", "mover"} and len(one.crossings)
    known = {(site, tick): (parent, born) for tick, _, site, parent, born, _ in births.itertuples(index=False)}
    states = {name: one.space(name) for name in ("reef", "shore", "plaza")}
    old = [int(site) for one in states.values() for site in one.site.values[one.alive.values & (one.generation.values > 1)]]
    assert old
    for who in map(one.organism, old):
        here, found = who.identity, []
        while here in known:
            here = known[here]
            found.append(here)
        assert who.ancestry == found
        assert who.ancestry[0] == who.parent
        assert len(found) == who.generation


def test_an_organism_in_words_and_numbers():
    one = cs.Simulation(POND.replace("[[spaces", 'genesis = "ancestor:learner"\ndensity = 1.0\n[[spaces'))
    who, by_place = one.organism(3), one.organism(lane=3)
    assert (who.site, who.space, who.place["lane"], who.alive) == (3, "pond", 3, True)
    assert who.copier == "copies itself exactly"
    assert who.learns == "learns with 8 of 16 units (A 4, B 0, C 0, D 0)"
    assert who.genes.copier == (4, 0, 0, 0)
    assert float(who.brain.sel(unit="reproduce", input="bias")) == 112
    assert who.brain.shape == (16, 32)
    assert np.array_equal(who.genome, by_place.genome)
    assert one.organism(space="pond", core=1, lane=2).site == 10
    assert one.tasks.keys() == set(one.universe.worlds[0].goals)
    assert "pond" in repr(one)
