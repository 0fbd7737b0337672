"""What is wrong in a call is told as the command line tells it: where, got, expected, try; and nothing is half done."""

import re
import sys
from pathlib import Path

import pytest

import cyberspace as cs
from tests.api.worlds import POND, THREE, pond
from tests.conftest import TINY
from tests.cyberspace.test_bad_input import AXES, CASES, GOOD_TASK

LINE = re.compile(r"(?P<where>[^\n]+?): (.+: )?got .+; expected .+; try: .+")


def refused(what, *parts):
    """The message of a call that is refused."""
    with pytest.raises(cs.InputError) as caught:
        what()
    for line in caught.value.problems:
        assert LINE.fullmatch(line), line
    told = str(caught.value)
    for part in parts:
        assert part in told, told
    return told


@pytest.mark.parametrize("case", sorted(set(CASES) - {"not TOML"}))
def test_worlds_in_text_and_in_a_dict(case, tmp_path, monkeypatch):
    import tomllib

    before, after, expected = CASES[case]
    (tmp_path / "own.py").write_text(GOOD_TASK)
    monkeypatch.chdir(tmp_path)
    text = TINY.replace(before, after, 1)
    as_file = tmp_path / "tiny.toml"
    as_file.write_text(text)
    told = [refused(lambda source=source: cs.Simulation(source)) for source in (as_file, text, tomllib.loads(text))]
    for part in expected:
        assert part in told[0]
    assert (
        told[0].replace(f"{as_file}: ", "text: ").replace(f"{tmp_path}/", "").replace(f"into {tmp_path}", "into .") == told[1]
    )
    assert told[1].replace("text: ", "dict: ") == told[2]
    assert AXES in TINY


def test_a_text_that_is_not_toml():
    refused(lambda: cs.Simulation(POND.replace("[world]", "[world")), "text: ", "not TOML", "line 2")


def test_files(tmp_path):
    refused(lambda: cs.Simulation(tmp_path / "gone.toml"), "gone.toml", "unreadable", "ls ")
    refused(lambda: cs.open_run(tmp_path), "a folder that is no run", "world.toml")
    (tmp_path / "no.bin").write_bytes(b"\xff\xfe")
    refused(lambda: cs.Simulation(str(tmp_path / "no.bin")), "unreadable")


CALLS = {
    "backend": (lambda: pond(backend="numbas"), "backend", "'numbas'", "reference, numba, jax", "try: numba"),
    "backend of no space": (lambda: pond(backend={"ponds": "numba"}), "space", "'ponds'", "try: pond"),
    "seed": (lambda: pond(seed=-1), "seed", "got -1"),
    "seed of another type": (lambda: pond(seed="1"), "seed", "got '1'"),
    "an object in a dict": (lambda: cs.Simulation({"world": {"seed": object()}, "spaces": {}}), "dict", "object in a world file"),
    "ticks": (lambda: pond().advance(-1), "ticks", "got -1", "0 to 2147483647"),
    "no ticks": (lambda: pond().advance(1.5), "ticks", "got 1.5"),
    "every": (lambda: pond().advance(5, every=0), "every", "got 0"),
    "space": (lambda: pond().space("pound"), "space", "'pound'", "try: pond"),
    "space left out": (lambda: cs.Simulation(THREE, backend="reference").organism(lane=3), "space", "reef, shore, plaza"),
    "site": (lambda: pond().organism(16), "organism", "got 16", "0 to 15"),
    "place": (lambda: pond().organism(lane=8), "lane", "got 8", "0 to 7"),
    "axis": (lambda: pond().organism(warp=0), "warp", "core, thread, lane"),
    "act": (lambda: pond().put("erases", sites=[1]), "put", "'erases'", "try: erase"),
    "key of an act": (lambda: pond().put("erase", site=[1]), "put", "unknown key 'site'"),
    "value of an act": (lambda: pond().put("erase", sites=[-1]), "put", "whole number from 0"),
    "act on no site": (lambda: pond().put("erase", sites=[99]), "put", "0 to 15"),
    "act on nobody": (lambda: pond().put("move", site=0, to=0), "put", "lives there", "try: a site where"),
    "act with an empty wallet": (lambda: plaza().put("pay", who=(0, 0), tokens=5), "put", "lives here no more", "try: (cradle, born)"),
    "post with an empty wallet": (
        lambda: plaza().put("post", place=0, job="table", table="0110", price=5, answers=4), "put", "expected 20)", "fund tokens=20 first"
    ),
    "table of a job": (
        lambda: plaza().put("post", place=0, job="table", table="011", price=5, answers=4), "put", "expected 4 of the characters 01)",
        "try: one with the keys",
    ),
    "fork with an unknown key": (lambda: pond().fork(**{"spaces.pond.physics.moonlight": 3}), "moonlight", "unknown key", "sunlight"),
    "fork into nothing": (lambda: pond().fork(**{"world.seed.x": 3}), "fork: world.seed.x"),
    "fork of no task": (lambda: pond().fork(**{"spaces.pond.tasks.7.fill": 3}), "fork: spaces.pond.tasks.7.fill"),
    "fork with another body": (lambda: pond().fork(**{"spaces.pond.body.units": 32}), "fork: spaces.pond.body", "a new Simulation"),
    "fork with another lattice": (lambda: pond().fork(**{"spaces.pond.axes.lane.length": 9}), "spaces.pond.axes"),
    "fork with another pace": (lambda: pond().fork(**{"spaces.pond.pace": 0.5}), "spaces.pond.pace"),
    "fork without a task": (lambda: pond().fork(**{"spaces.pond.tasks": []}), "spaces.pond.tasks"),
    "fork with another space": (lambda: pond().fork(spaces={"two": {"kind": "gpu", "axes": {"lane": {"length": 2}}}}), "fork"),
    "fork with a seed": (lambda: pond().fork(seed=2**32), "seed"),
    "builder": (lambda: world(kind="cpus").text(), "World: spaces.pond.kind", "'cpus'", "try: cpu"),
    "builder with an unknown key": (lambda: world(colour=3).text(), "World: spaces.pond.colour", "unknown key"),
    "builder with two spaces of a name": (lambda: twice(), "World: spaces.pond", "second space"),
}  # fmt: skip


def world(**keys):
    made = cs.World()
    made.space("pond", **{"kind": "cpu", "axes": {"lane": 4}, **keys})
    return made


def plaza():
    return cs.Simulation(world(plaza=True, genesis="empty"), backend="reference")


def twice():
    world().space("pond", kind="cpu", axes={})


@pytest.mark.parametrize("case", CALLS)
def test_calls(case):
    call, *parts = CALLS[case]
    refused(call, *parts)


def test_save_leaves_nothing_where_it_is_refused(tmp_path):
    one, there = pond(), tmp_path / "there"
    there.mkdir()
    (there / "mine").touch()
    refused(lambda: one.save(there), "in use", "another folder")
    assert [path.name for path in tmp_path.rglob("*")] == ["there", "mine"]

    class Mine(cs.Task):
        goals = ("mine",)

        def pose(self, xp, bits, lesson):
            return xp.ones((1, bits.shape[1]), dtype="int8"), ()

        def judge(self, xp, answers, hidden, memory):
            return xp.ones((1, answers.shape[1]), dtype="int32"), xp.ones((1, answers.shape[1]), dtype="int8"), memory

    made = world(backend="reference")
    made.space("other", kind="gpu", axes={"lane": 4}, backend="reference").task(Mine)
    one = cs.Simulation(made).advance(8)
    refused(lambda: one.save(tmp_path / "run"), "Mine", "this session alone", "%%writefile mine.py")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["there"]


def test_a_task_that_was_changed_meanwhile_is_not_saved(tmp_path):
    (tmp_path / "w.toml").write_text(TINY.replace('"logic"', '"own.py:Own"').replace("numba", "reference"))
    (tmp_path / "own.py").write_text(GOOD_TASK)
    one = cs.Simulation(tmp_path / "w.toml").advance(3)
    one.save(tmp_path / "first")
    (tmp_path / "own.py").write_text(GOOD_TASK.replace('"own"', '"mine"'))
    refused(lambda: one.save(tmp_path / "second"), "w.toml", "changed since")
    assert not (tmp_path / "second").exists()
    assert cs.open_run(tmp_path / "first").facts["digest"] == one.digest


def test_open_run_names_what_is_not_there(tmp_path):
    one = pond().advance(3)
    one.save(tmp_path / "run")
    run = cs.open_run(tmp_path / "run")
    refused(lambda: run.state(7), "got 7", "one of 3", "try: 3")
    refused(lambda: run.live(), "play.json", "--serve")
    refused(lambda: run.space("x"), "pond")
    for path in (tmp_path / "run" / "record.zarr",):
        path.rename(tmp_path / "away")
    refused(lambda: run.births, "no record")


def test_nothing_is_imported_before_it_is_used():
    import subprocess

    code = (
        "import sys, cyberspace as cs\n"
        "heavy = ['numpy', 'jax', 'numba', 'xarray', 'pandas', 'zarr', 'pydantic']\n"
        "print([m for m in heavy if m in sys.modules], sorted(cs.__all__))\n"
        "cs.Simulation\nprint([m for m in ('jax', 'numba', 'xarray', 'pandas') if m in sys.modules])\n"
        "print(all(getattr(cs, name).__doc__ for name in cs.__all__), set(cs.__all__) <= set(dir(cs)))\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert told.stdout.splitlines() == [f"[] {sorted(cs.__all__)}", "[]", "True True"]
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        cs.nothing  # noqa: B018
