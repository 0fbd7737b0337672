"""Branches of runs: without a change they live as the run did, with one they differ, and they tell where they come from."""

import json
from shutil import copytree

import pytest

import cyberspace as cs
from cyberspace.analysis.inspect_run import inspect_run
from cyberspace.api.branching import branch
from cyberspace.api.commands import fork
from cyberspace.errors import InputError
from cyberspace.record.run_folder import open_run
from cyberspace.run import runtime
from cyberspace.run.crew import Plan
from tests.api.worlds import POND, THREE

WORLD = THREE.replace("checkpoint_every = 100", "checkpoint_every = 64\nkeep = 9")


def live(folder, ticks, **more):
    runtime.go(open_run(folder), Plan(ticks, 50, quiet=True, **more))


RULE = """
from cyberspace import rule


@rule
def slow(weight, pre, post, signal, genes, dither):
    return weight
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A run `a` of three regions and two paces, with checkpoints at 64, 128 and 192, in which somebody took part at tick 100."""
    home = tmp_path_factory.mktemp("forks")
    simulation = cs.Simulation(WORLD, backend="reference").advance(64)
    simulation.save(home / "a")
    for stop in (100, 128, 192):
        simulation.advance(stop - simulation.tick)
        if stop == 100:
            living = simulation.space("plaza").site.values[simulation.space("plaza").alive.values]
            simulation.put("erase", sites=living[:3].tolist())
    simulation.save(home / "whole")
    return home, simulation


def command(*arguments):
    fork.main([str(one) for one in arguments], standalone_mode=False)


def test_a_branch_without_a_change_lives_as_the_run_did(home, tmp_path):
    folder, _ = home
    command(folder / "a", "--at", "64", "--out", tmp_path / "b")
    assert inspect_run(tmp_path / "b")["digest"] == inspect_run(folder / "a")["digest"]
    live(tmp_path / "b", 192)
    live(tmp_path / "b", 256)  # stopped and resumed
    expected = cs.Simulation(WORLD, backend="reference").advance(256).digest
    assert inspect_run(tmp_path / "b")["digest"] == expected
    assert cs.open_run(tmp_path / "b").universe.identity == cs.open_run(folder / "a").universe.identity


def test_backends_agree_on_a_branch(home, tmp_path):
    folder, _ = home
    changes = {"spaces.reef.physics.upkeep": 4, "spaces.shore.physics.sunlight": 20}
    run = cs.open_run(folder / "a").fork(tmp_path / "b", seed=9, **changes)
    digests = {run.simulation(backend=one).advance(70).digest for one in ("reference", "numba", "jax")}
    assert len(digests) == 1
    assert digests != {cs.open_run(folder / "a").simulation().advance(70).digest}
    assert run.simulation().digest == cs.open_run(folder / "a").simulation().digest  # they part later


def test_what_people_did_is_done_again_or_not(home, tmp_path):
    """The run of before has an act in its journal that its checkpoint at tick 64 knows nothing of."""
    folder, simulation = home
    copytree(folder / "a", tmp_path / "a")
    copytree(folder / "whole" / "journal", tmp_path / "a" / "journal")
    command(tmp_path / "a", "--out", tmp_path / "b")
    command(tmp_path / "a", "--without-acts", "--out", tmp_path / "c")
    again, alone = (cs.open_run(tmp_path / name).simulation().advance(128) for name in "bc")
    assert again.digest == simulation.digest
    assert alone.digest == cs.Simulation(WORLD, backend="reference").advance(192).digest != again.digest


def test_a_branch_tells_its_origin(home, tmp_path):
    folder, _ = home
    command(
        folder / "a",
        "--set",
        "spaces.reef.physics.upkeep=4",
        "--set",
        'spaces.reef.rule="none"',
        "--seed",
        "9",
        "--out",
        tmp_path / "b",
    )
    facts, parent = inspect_run(tmp_path / "b"), inspect_run(folder / "a")
    origin = facts["origin"]
    assert (origin["run"], origin["tick"], origin["seed"], facts["seed"]) == (str(folder / "a"), 64, parent["seed"], 9)
    assert origin["digest"] == parent["digest"] == facts["digest"]
    assert origin["changes"] == {"spaces.reef.physics.upkeep": 4, "spaces.reef.rule": "none"}
    assert "origin" not in parent and json.loads(json.dumps(facts)) == facts
    assert cs.open_run(tmp_path / "b").universe.worlds[0].rule.name == "none"
    branch(tmp_path / "b", tmp_path / "c")
    assert inspect_run(tmp_path / "c")["origin"]["run"] == str(tmp_path / "b")


def test_a_branch_brings_the_files_that_its_world_names(tmp_path):
    (tmp_path / "mine.py").write_text(RULE)
    (tmp_path / "world.toml").write_text(POND.replace("axes.core", 'rule = "mine.py:slow"\naxes.core'))
    cs.Simulation(tmp_path / "world.toml").advance(10).save(tmp_path / "a")
    (tmp_path / "mine.py").unlink()
    run = cs.open_run(tmp_path / "a").fork(tmp_path / "b", **{"spaces.pond.physics.upkeep": 4})
    assert run.simulation().advance(5).tick == 15


def test_a_file_that_is_set_is_found_from_here(home, tmp_path, monkeypatch):
    folder, _ = home
    (tmp_path / "mine.py").write_text(RULE)
    monkeypatch.chdir(tmp_path)
    command(folder / "a", "--set", 'spaces.reef.rule="mine.py:slow"', "--out", "b")
    (tmp_path / "mine.py").unlink()
    assert cs.open_run("b").simulation().advance(3).tick == 67


WRONG = {
    "no checkpoint": (("--at", "90"), "a: --at: got 90; expected one of 64, the ticks of its checkpoints; try: 64"),
    "a key that is none": (("--set", "spaces.reef.physics.upkep=4"), "--set: spaces.reef.physics.upkep: got an unknown key"),
    "a value out of range": (("--set", "spaces.reef.physics.upkeep=-4"), "got -4; expected greater than or equal to 0"),
    "a value of another type": (("--set", 'spaces.reef.physics.upkeep="4"'), "spaces.reef.physics.upkeep: got '4'"),
    "no TOML": (("--set", "spaces.reef.physics.upkeep=much"), "expected a value in TOML"),
    "two lines": (("--set", "spaces.reef.physics.upkeep=4\nx=3"), "more than one value"),
    "no value": (("--set", "spaces.reef.physics.upkeep"), "KEY=VALUE"),
    "no key": (("--set", "=4"), "KEY=VALUE"),
    "a key twice": (("--set", "record.keep=4", "--set", "record.keep=5"), "each key once"),
    "another body": (("--set", "spaces.reef.body.units=32"), "one body for all"),
    "other axes": (("--set", "spaces.plaza.axes.lane.length=13"), "fork: spaces.plaza.axes"),
    "another pace": (("--set", "spaces.reef.pace=0.5"), "fork: spaces.reef.pace"),
    "other goals": (("--set", 'spaces.reef.tasks.0.name="shift"'), "fork: spaces.reef.tasks"),
    "a task that is not there": (("--set", "spaces.reef.tasks.3.fill=4"), "expected one of 0"),
    "a space that is not there": (
        ("--set", "spaces.lake.physics.upkeep=4"),
        "no space lake; expected one of reef, shore, plaza",
    ),
    "a start that is past": (("--set", 'spaces.reef.genesis="empty"'), "keys that count after tick 0"),
    "a seed in the world": (("--set", "world.seed=6"), "try: --seed 6"),
    "a rule that is none": (("--set", 'spaces.reef.rule="hebian"'), "try: hebbian"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_branch_that_can_not_be_is_refused_and_leaves_nothing(home, tmp_path, name):
    said, expected = WRONG[name]
    with pytest.raises(InputError) as caught:
        command(home[0] / "a", *said, "--out", tmp_path / "b")
    assert len(caught.value.problems) == 1 and expected in caught.value.problems[0]
    assert not list(tmp_path.iterdir())


def test_a_folder_in_use_and_a_run_that_is_none_are_refused(home, tmp_path):
    with pytest.raises(InputError, match="a place that is in use"):
        command(home[0] / "a", "--out", home[0] / "whole")
    with pytest.raises(InputError, match="a folder that is no run"):
        command(tmp_path, "--out", tmp_path / "b")
