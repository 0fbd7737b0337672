"""A run that was stopped in any way has the digest of one that was not; a damaged checkpoint is refused by name."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from cyberspace.analysis.inspect_run import inspect_run
from cyberspace.record import checkpoint, store
from cyberspace.record.run_folder import open_run
from cyberspace.run import runtime
from cyberspace.run.crew import Plan


def quiet(line):
    raise AssertionError(line)


def plan(folder, ticks, backend=""):
    return Plan(ticks, folder.file.record.every, backend, quiet=True)


def run(source, out, ticks, backend=None):
    folder = runtime.begin(source, out, None, backend)
    return runtime.go(folder, plan(folder, ticks))


def go_on(out, ticks, say=quiet, backend=""):
    folder = open_run(out)
    return runtime.go(folder, plan(folder, ticks, backend), say=say)


def record_of(out):
    root = store.open_group(Path(out) / "record.zarr", "r")["pond"]
    return {
        f"{group}/{name}": np.asarray(array[...])
        for group in ("fields", "series", "births")
        for name, array in root[group].arrays()
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A thousand ticks without a stop."""
    from tests.conftest import TINY

    folder = tmp_path_factory.mktemp("whole")
    (folder / "tiny.toml").write_text(TINY)
    run(folder / "tiny.toml", folder / "run", 1000)
    return folder / "run"


def test_stop_and_go_on_with_any_backend(tiny, tmp_path, whole, backend):
    run(tiny, tmp_path / "run", 437)
    go_on(tmp_path / "run", 1000, backend=backend)
    assert inspect_run(tmp_path / "run") == inspect_run(whole)
    expected, found = record_of(whole), record_of(tmp_path / "run")
    assert expected.keys() == found.keys()
    for name, values in expected.items():
        np.testing.assert_array_equal(values, found[name], err_msg=name)


def start(source, out, ticks):
    command = [str(Path(sys.executable).parent / "cyberspace"), "run", str(source), "--ticks", str(ticks), "--out", str(out)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def wait_for_checkpoint(out, tick, process):
    deadline = time.monotonic() + 300
    while not any(int(path.name[5:]) >= tick for path in checkpoint.checkpoints(out / "checkpoints")):
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < deadline
        time.sleep(0.002)


def test_kill_dash_nine(tiny, tmp_path, whole):
    process = start(tiny, tmp_path / "run", 1_000_000)
    wait_for_checkpoint(tmp_path / "run", 400, process)
    process.kill()
    process.wait()
    folder = tmp_path / "run" / "checkpoints"
    for path in checkpoint.checkpoints(folder):  # it may have gone on far beyond 1,000 before it was killed
        if int(path.name[5:]) > 1000:
            shutil.rmtree(path)
    if not checkpoint.checkpoints(folder):
        pytest.fail("killed too late: no checkpoint up to tick 1,000 is left")
    go_on(tmp_path / "run", 1000)
    assert inspect_run(tmp_path / "run") == inspect_run(whole)
    np.testing.assert_array_equal(record_of(tmp_path / "run")["births/tick"], record_of(whole)["births/tick"])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_leave_a_checkpoint_and_say_how_to_go_on(tiny, tmp_path, number):
    process = start(tiny, tmp_path / "run", 1_000_000)
    wait_for_checkpoint(tmp_path / "run", 100, process)
    process.send_signal(number)
    _, told = process.communicate(timeout=120)
    assert process.returncode == 130
    assert f"cyberspace run --resume {tmp_path / 'run'} --ticks 1000000" in told
    tick = inspect_run(tmp_path / "run")["tick"]
    assert f"{tick:,}" in told
    assert go_on(tmp_path / "run", tick + 10) == tick + 10


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut(path):
    os.truncate(path, path.stat().st_size // 2)


@pytest.mark.parametrize("damage", [flip, cut, Path.unlink])
@pytest.mark.parametrize(
    "what", ["manifest.json", "region-000000/state.zarr/weights/c/0/0/0", "region-000000/state.zarr/energy/zarr.json"]
)
def test_a_damaged_checkpoint_is_refused_by_name_and_the_one_before_it_used(whole, tmp_path, damage, what):
    shutil.copytree(whole, tmp_path / "run")
    newest = checkpoint.checkpoints(tmp_path / "run" / "checkpoints")[-1]
    damage(newest / what)
    told = []
    tick = go_on(tmp_path / "run", 1000, told.append)
    assert str(newest / what) in told[0]
    assert "at tick 900" in told[-1]
    assert tick == 1000
    assert inspect_run(tmp_path / "run") == inspect_run(whole)


def test_every_single_file_of_a_checkpoint_is_guarded(whole, tmp_path):
    shutil.copytree(whole, tmp_path / "run")
    newest = checkpoint.checkpoints(tmp_path / "run" / "checkpoints")[-1]
    for path in sorted(path for path in newest.rglob("*") if path.is_file()):
        before = path.read_bytes()
        flip(path)
        with pytest.raises(checkpoint.InputError, match=path.name):
            checkpoint.load(newest)
        path.write_bytes(before)
    checkpoint.load(newest)


def test_no_whole_checkpoint_is_an_error_that_names_all(whole, tmp_path):
    shutil.copytree(whole, tmp_path / "run")
    saved = checkpoint.checkpoints(tmp_path / "run" / "checkpoints")
    for path in saved:
        cut(path / "manifest.json")
    with pytest.raises(checkpoint.InputError) as caught:
        go_on(tmp_path / "run", 1001)
    assert all(any(str(path) in line for line in caught.value.problems) for path in saved)


def test_a_whole_checkpoint_of_the_same_state_is_never_taken_away(whole, tmp_path):
    """A run that was at its last tick and is started again saves nothing new; a damaged one is replaced."""
    shutil.copytree(whole, tmp_path / "run")
    newest = checkpoint.checkpoints(tmp_path / "run" / "checkpoints")[-1]
    before = (newest / "manifest.json").read_bytes()
    assert go_on(tmp_path / "run", 1000) == 1000
    assert (newest / "manifest.json").read_bytes() == before
    assert not list((tmp_path / "run" / "checkpoints").glob(".*"))
    cut(newest / "region-000000" / "state.zarr" / "weights" / "c" / "0" / "0" / "0")
    assert go_on(tmp_path / "run", 1000, [].append) == 1000
    checkpoint.load(newest)
    assert json.loads((newest / "manifest.json").read_text().partition("\n")[2])["epoch"] == 3


def test_only_the_newest_are_kept(whole):
    assert [path.name for path in checkpoint.checkpoints(whole / "checkpoints")] == [
        "tick-000000000800",
        "tick-000000000900",
        "tick-000000001000",
    ]
    assert json.loads((whole / "run.json").read_text())["seed"] == 5
