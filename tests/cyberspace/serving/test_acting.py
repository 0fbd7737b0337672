"""What people do in a run is done again by whoever repeats it."""

import signal
import subprocess
import sys
import time

import pytest

from cyberspace.analysis.inspect_run import inspect_run
from cyberspace.errors import InputError
from cyberspace.record import checkpoint
from cyberspace.record.journal import Journal, journal_path
from cyberspace.record.run_folder import open_run
from cyberspace.run import runtime
from cyberspace.wire.connection import read_connection
from tests.cyberspace.serving.town import begin, live, play


def test_a_run_with_people_is_repeated_by_a_resume(town, tmp_path):
    folder = begin(town, tmp_path / "run")
    world = folder.universe.worlds[2]
    done = live(folder, 500, play(world, 1, 25))
    entries = Journal(journal_path(folder.path, 2)).entries
    assert len(entries) == 500
    assert done >= 200
    assert len({entry.tick for entry in entries}) > 20
    kinds = {entry.act["kind"] for entry in entries}
    assert kinds >= {"block", "move", "transplant", "pay", "undo", "post"}
    told = inspect_run(folder.path)
    assert told["energy"]["balanced"]
    for backend, stops in (("reference", (500,)), ("numba", (3, 130, 280, 500)), ("jax", (500,))):
        again = begin(town, tmp_path / backend)
        path = journal_path(again.path, 2)
        path.parent.mkdir()
        path.write_bytes(journal_path(folder.path, 2).read_bytes())
        before = path.read_bytes()
        for stop in stops:
            live(open_run(again.path), stop, backend=backend)
        assert inspect_run(again.path) == told
        assert path.read_bytes() == before


def test_acts_may_go_on_after_a_resume(town, tmp_path):
    folder = begin(town, tmp_path / "run")
    world = folder.universe.worlds[2]
    live(folder, 300, play(world, 2, 3))
    live(open_run(folder.path), 600, play(world, 3, 3))
    entries = Journal(journal_path(folder.path, 2)).entries
    assert [entry.number for entry in entries] == list(range(120))
    assert [entry.tick for entry in entries] == sorted(entry.tick for entry in entries)
    assert inspect_run(folder.path)["energy"]["balanced"]


def test_a_killed_run_repeats_what_was_done(town, tmp_path):
    code = (
        "from cyberspace import cli\nfrom cyberspace.watch import allowance\nfrom cyberspace.wire import serve\n"
        "allowance.SHARE, serve.RATE = 1.0, 1e6\ncli.main()"
    )
    command = [sys.executable, "-c", code, "run", str(town), "--out", str(tmp_path / "run")]
    command += ["--ticks", "1000000", "--backend", "reference", "--serve", "--quiet"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        world = runtime.load_universe(town)[0].worlds[2]
        play(world, 5, 2)(tmp_path / "run")
        deadline = time.monotonic() + 100
        while not checkpoint.checkpoints(tmp_path / "run" / "checkpoints") and time.monotonic() < deadline:
            time.sleep(0.01)
        play(world, 6, 2)(tmp_path / "run")
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    with pytest.raises(InputError, match="stale"):
        read_connection(tmp_path / "run" / "play.json")
    journal = journal_path(tmp_path / "run", 2).read_bytes()
    last = Journal(journal_path(tmp_path / "run", 2)).entries[-1].tick + 50
    live(open_run(tmp_path / "run"), last)
    again = begin(town, tmp_path / "again")
    journal_path(again.path, 2).parent.mkdir()
    journal_path(again.path, 2).write_bytes(journal)
    live(again, last)
    assert inspect_run(again.path)["digest"] == inspect_run(tmp_path / "run")["digest"]
