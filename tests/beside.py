"""Readers beside a run that prunes as hard as it can: a sample and a checkpoint every tick, of which one is kept."""

import subprocess
import sys
import time
import warnings
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import xarray

from cyberspace.analysis.inspect_run import inspect_run
from cyberspace.record import checkpoint
from render.frames import Frame, Query
from render.replay import Replay
from render.source import read_sources

HARD = """
[world]
seed = 7
[spaces.pond]
kind = "cpu"
backend = "reference"
axes.lane = { length = 8 }
axes.core = { length = 2 }
genesis = "ancestor:replicator"
physics = { spark = 20, copy = 0.002, sunlight = 12, spore = 20 }
[record]
every = 1
checkpoint_every = 1
keep = 1
"""


@contextmanager
def running(folder):
    """A run that goes on: its folder."""
    (folder / "hard.toml").write_text(HARD)
    command = [sys.executable, "-m", "cyberspace", "run", folder / "hard.toml", "--out", folder / "run", "--ticks", "10000000"]
    home = Path(__file__).parents[1]
    process = subprocess.Popen([*map(str, command), "--quiet"], cwd=home, stderr=subprocess.PIPE, text=True)
    try:
        while len(saved(folder / "run")) == 0 or saved(folder / "run")[-1] < 3:
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.01)
        yield folder / "run"
        assert process.poll() is None, process.stderr.read()
    finally:
        process.terminate()
        process.wait(60)


def saved(path):
    return [checkpoint.tick_of(one) for one in checkpoint.checkpoints(path / "checkpoints")]


def inspected(path):
    """Its tick; the ledger must balance."""
    facts = inspect_run(path)
    assert facts["energy"]["balanced"] and "damaged" not in facts, facts
    return facts["tick"]


def reported(path):
    """The tick of the last sample that a report is made of; none may lack."""
    (source,) = read_sources(path)
    assert "damaged" not in source.facts, source.facts
    assert source.ticks.tolist() == list(range(len(source.ticks)))
    assert {len(values) for values in source.series.values()} == {len(source.ticks)}
    return int(source.ticks[-1])


def opened(path):
    """The tick of the last sample that xarray finds, with no help of this project; all arrays must be as long as each other."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        series = xarray.open_zarr(path / "record.zarr", group="pond/series").load()
        births = xarray.open_zarr(path / "record.zarr", group="pond/births").load()
    ticks = series.tick.values
    assert ticks.tolist() == list(range(len(ticks)))
    born = births.tick.values
    assert (np.diff(born) >= 0).all()
    assert (born < ticks[-1]).sum() >= series.births.values[-1]
    assert (series.held.values[1:] > 0).all()
    return int(ticks[-1])


def shown(path):
    """The tick of the newest frame that the viewer shows of the record."""
    replay = Replay(path)
    replay.ask_frame(Query("pond", ("energy", "founder")))
    (answer,) = replay.poll()
    assert isinstance(answer, Frame), answer
    return answer.tick


READERS = (inspected, reported, opened, shown)
