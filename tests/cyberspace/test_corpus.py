"""Runs that were written by every release (`tests/corpus`): each opens, is shown, goes on and is repeated; what is newer is refused."""

import json
import shutil
import tarfile

import numpy as np
import pytest

import cyberspace as cs
from cyberspace.analysis.inspect_run import inspect_run
from cyberspace.record import run_folder
from cyberspace.record.reading import Tables
from render.frames import Frame, Query, Series
from render.replay import Replay
from render.source import read_sources
from tests.corpus import make

OLD = {
    f"{release.stem}-{name}": {int(tick): facts for tick, facts in held.items()}
    for release in sorted(make.HOME.glob("*.json"))
    for name, held in json.loads(release.read_text()).items()
}


def as_told(facts):
    """Facts as they were told before: 0 where nobody was born."""
    return {key: value for key, value in facts.items() if key != "chance"} | {"heredity": facts["heredity"] or 0.0}


@pytest.fixture(params=OLD)
def old(request, tmp_path):
    """A run of before: its folder, and what it holds by tick."""
    with tarfile.open(make.HOME / f"{request.param}.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    return tmp_path / request.param.rpartition("-")[2], OLD[request.param]


def test_a_run_of_before_is_read(old):
    path, held = old
    now = min(held)
    assert as_told(make.held(path)) == held[now]
    replay = Replay(path)
    assert replay.ticks()[-1] == now
    for space in cs.open_run(path).spaces:
        replay.ask_frame(Query(space, ("energy", "founder", "genome", "distance")))
        (frame,) = replay.poll()
        assert isinstance(frame, Frame) and frame.tick == now and not frame.missing
        replay.ask_series(space)
        (series,) = replay.poll()
        assert isinstance(series, Series) and series.ticks[-1] == now
    run = cs.open_run(path)
    if len(run.series.tick) > 1:
        assert sum(len(source.ticks) for source in read_sources(path)) == len(run.series.tick) * len(run.spaces)
    assert len(run.births) == held[now]["births"] or "square" in run.spaces


def test_a_run_of_before_goes_on_and_its_record_with_it(old):
    path, held = old
    last = max(held)
    assert as_told(make.go_on(path, last)) == held[last]
    record = Tables(path / "record.zarr")
    for space in cs.open_run(path).spaces:
        for group in ("fields", "series"):
            ticks = np.asarray(record.column(f"{space}/{group}/tick")[...])
            assert ticks.tolist() == list(range(int(ticks[0]), last + 1, 20))
    assert inspect_run(path)["digest"] == cs.open_run(path).simulation(last, backend="reference").digest


def test_a_run_of_before_is_repeated(old):
    path, held = old
    one = cs.open_run(path).simulation(min(held), backend="reference")
    assert one.advance(max(held) - min(held)).digest == held[max(held)]["digest"]


def test_a_run_of_before_whose_record_is_behind_is_filled_again(tmp_path):
    """From the checkpoint that it reaches: it says nothing of itself, but the state has counted the births."""
    with tarfile.open(make.HOME / "0.1.0-beach.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    path, held = tmp_path / "beach", OLD["0.1.0-beach"]
    whole = {name: np.asarray(column[...]) for name, column in Tables(path / "record.zarr").columns("reef/births").items()}
    for file in (path / "record.zarr" / "reef" / "births").rglob("*/zarr.json"):
        about = json.loads(file.read_text())
        about["shape"] = [int(np.searchsorted(whole["tick"], 50))]
        file.write_text(json.dumps(about))
    assert as_told(make.go_on(path, 120)) == as_told(held[120])
    found = Tables(path / "record.zarr").columns("reef/births")
    for name, values in whole.items():
        np.testing.assert_array_equal(np.asarray(found[name][: len(values)]), values)


@pytest.mark.parametrize("command", [("inspect",), ("report",), ("film", "--out", "f.gif"), ("run", "--ticks", 200)])
def test_a_format_that_is_newer_is_refused(tmp_path, refuse, command):
    with tarfile.open(make.HOME / "0.1.0-pond.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    path = tmp_path / "pond"
    about = json.loads((path / "run.json").read_text())
    (path / "run.json").write_text(json.dumps({**about, "format": run_folder.FORMAT + 1}))
    name, *options = command
    told = refuse(name, *(["--resume"] if name == "run" else []), path, *options)
    assert f"a run of format {run_folder.FORMAT + 1}" in told and len(told.splitlines()) == 1
    shutil.rmtree(path)
