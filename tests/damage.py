"""Runs of which a file was cut or changed: whoever reads one says what is wrong, or gives a whole answer."""

import shutil
from pathlib import Path

import numpy as np

import cyberspace as cs
from cyberspace.analysis.inspect_run import inspect_run
from cyberspace.errors import InputError
from cyberspace.record.run_folder import WORLD, open_run
from cyberspace.run import runtime
from cyberspace.run.crew import Plan
from render.frames import Frame, Query
from render.replay import Replay
from render.source import read_sources
from tests.conftest import WHOLE
from tests.lives import recorded

TWO = """
[world]
seed = 3

[spaces.pond]
kind = "cpu"
backend = "reference"
axes.lane = { length = 6 }
genesis = "ancestor:replicator"
physics = { copy = 0.002, sunlight = 30, spore = 20, spark = 40 }

[spaces.square]
kind = "gpu"
backend = "reference"
plaza = true
tokens = 5000
axes.lane = { length = 6 }
genesis = "ancestor:replicator"
physics = { copy = 0.002, sunlight = 30, spore = 20, spark = 40 }

[[beaches]]
between = ["pond", "square"]
shores = [{ lane = [0, 2] }, { lane = [0, 2] }]
stretch = 8

[record]
every = 10
checkpoint_every = 10
keep = 2
fields = ["energy", "founder"]
"""
LAST, LATER, EVERY = 20, 30, 10


def make(folder):
    """A run at tick 20, with acts in its journal."""
    (folder / "w.toml").write_text(TWO)
    simulation = cs.Simulation(folder / "w.toml").advance(4)
    simulation.put("fund", tokens=500)
    simulation.advance(6)
    simulation.put("fund", tokens=50)
    simulation.save(folder / "run")
    go_on(folder / "run", LAST)
    return folder / "run"


def go_on(path, ticks):
    runtime.go(open_run(path), Plan(ticks, EVERY, quiet=True))


class Expected:
    """What a run that nothing happened to holds, and what it holds later."""

    def __init__(self, path, elsewhere):
        self.path, self.facts = path, inspect_run(path)
        self.sources = [{name: values.tolist() for name, values in one.series.items()} for one in read_sources(path)]
        self.frames = frames(path)
        shutil.copytree(path, elsewhere)
        go_on(elsewhere, LATER)
        self.later, self.record = inspect_run(elsewhere)["digest"], recorded(elsewhere)
        self.files = sorted(one.relative_to(path) for one in path.rglob("*") if one.is_file())


def frames(path):
    """All that can be shown of a run, by space and tick; a message where that is not so."""
    replay, found = Replay(path), {}
    if replay.damage:
        raise InputError(replay.damage)
    for space in ("pond", "square"):
        for tick in replay.ticks().tolist():
            replay.ask_frame(Query(space, ("energy", "founder"), tick))
            (answer,) = replay.poll()
            if not isinstance(answer, Frame):
                assert answer.wrong
                raise InputError(answer.text)
            found[space, tick] = {name: values.tolist() for name, values in answer.arrays.items()}
    return found


def message(error):
    """Check that an error is a message as users get it."""
    for line in error.problems:
        assert WHOLE.fullmatch(f"cyberspace: {line}"), line


def read(path, expected, exact=True):
    """Read a run in all ways; whether all of them gave a whole answer.  Not exact: what is shown may be another choice of what is."""
    whole = True
    try:
        facts = inspect_run(path)
        whole = not facts.pop("damaged", [])
        if whole and exact:
            assert facts == expected.facts
        assert facts["digest"] == expected.facts["digest"] or facts["tick"] < LAST
    except InputError as error:
        message(error)
        whole = False
    try:
        sources = [{name: values.tolist() for name, values in one.series.items()} for one in read_sources(path)]
        assert not exact or sources == expected.sources
    except InputError as error:
        message(error)
        whole = False
    try:
        found = frames(path)
        assert not exact or all(expected.frames[key] == values for key, values in found.items())
    except InputError:
        whole = False
    return whole


def resume(path, expected, exact=True):
    """Go on with a run: to the digest and the record of one that nothing happened to, or to a message; whether it went on."""
    try:
        go_on(path, LATER)
    except InputError as error:
        message(error)
        return False
    assert inspect_run(path)["digest"] == expected.later
    if exact:  # its record, too; what was put aside does not count, and what was written before is read by nobody who goes on
        for name, values in recorded(path, message).items():
            np.testing.assert_array_equal(values, expected.record[name], err_msg=name)
    return True


def cut(path, length):
    path.write_bytes(path.read_bytes()[:length])


def flip(path, at, bit):
    content = bytearray(path.read_bytes())
    content[at] ^= 1 << bit
    path.write_bytes(bytes(content))


def is_exact(name):
    """Whether a file says nothing that a user may change: the world's file says how often samples are taken."""
    return Path(name).name not in (WORLD, "run.json")
