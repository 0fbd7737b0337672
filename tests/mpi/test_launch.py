"""`cyberspace launch`: which host gets which rank, and an exit code that is 0 only where the tick was reached."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cyberspace.errors import InputError
from cyberspace.launcher import Wish, verdict
from cyberspace.ranks.attempt import End
from cyberspace.ranks.hosts import Host, hosts_of, is_here, spread
from cyberspace.ranks.launch import SESSIONS
from cyberspace.run.placement import told
from tests.mpi.jobs import children, finish, launched, ranks_under, wait_until_ended, wait_until_saved
from tests.mpi.test_hosts import SMALL

SLOTS = st.lists(st.integers(1, 9), min_size=1, max_size=6)


@given(SLOTS, st.integers(1, 60))
def test_each_host_gets_its_share(slots, ranks):
    hosts = [Host(f"h{k}", count) for k, count in enumerate(slots)]
    places = spread(ranks, hosts)
    assert places == sorted(places) and len(places) == ranks  # neighbours are together
    for host in hosts:
        count = places.count(host.name)
        assert abs(count - ranks * host.slots / sum(slots)) < 1
        assert count <= host.slots or ranks > sum(slots)


def test_hosts_are_read_as_mpirun_reads_them(tmp_path):
    (tmp_path / "hosts").write_text("# two\nnode1 slots=4\n\nme@node2 slots = 2 max_slots=8 # small\nnode1\n10.0.0.3\n")
    assert hosts_of(str(tmp_path / "hosts"), None) == [Host("node1", 5), Host("me@node2", 2), Host("10.0.0.3", 1)]
    assert hosts_of(None, "node1:4,node2") == [Host("node1", 4), Host("node2", 1)]
    assert hosts_of(None, None) == []


@pytest.mark.parametrize("text", ["", "# none\n", "node1 slots=0", "node1 slots=four", "node1 shots=4", "no/de", "\x00", "--x"])
def test_a_wrong_hostfile_is_named(tmp_path, text):
    (tmp_path / "hosts").write_text(text)
    with pytest.raises(InputError, match=r"--hostfile \S+( line 1)?: got .*; expected .*; try: "):
        hosts_of(str(tmp_path / "hosts"), None)


@pytest.mark.parametrize("listed", ["", "a,,b", "a:0", "a:b", "a b", ":3"])
def test_a_wrong_list_of_hosts_is_named(listed):
    with pytest.raises(InputError, match=r"--host: got .*; expected .*; try: "):
        hosts_of(None, listed)


def test_a_file_and_a_list_or_no_file_at_all(tmp_path):
    for file, listed in ((str(tmp_path / "hosts"), "a"), (str(tmp_path / "hosts"), None), (str(tmp_path), None)):
        with pytest.raises(InputError, match="--hostfile"):
            hosts_of(file, listed)


def test_this_host_is_known():
    assert is_here("localhost") and is_here("127.0.0.1") and is_here(os.uname().nodename)
    assert not is_here("192.0.2.1") and not is_here("no-such-host.invalid")


def test_a_placement_in_words():
    assert (
        told((0, 0, 1, 2, 1), ("a", "b", "b")) == "a: rank 0 with regions 0-1; b: rank 1 with regions 2 4, rank 2 with region 3"
    )
    assert told((0,) * 20, tuple(f"h{k}" for k in range(20))).endswith("; h15: rank 15 without a region; and 4 more hosts")


@pytest.mark.parametrize(
    ("end", "code"),
    [
        (End(0, {0: 0, 1: 0}, {0: "a", 1: "b"}), 0),
        (End(137, {0: 0}, {0: "a", 1: "b"}), 0),  # all leave together; what killed the other came too late
        (End(0, {}, {0: "a"}), 5),
        (End(-9, {}, {0: "a"}), 5),
        (End(-9, {}, {}), 5),
        (End(255, {}, {}), 255),
        (End(0, {1: 2, 0: 2}, {0: "a", 1: "b"}), 2),
        (End(0, {1: 4}, {0: "a", 1: "b"}), 4),
        (End(-9, {}, {0: "a"}, silent=frozenset("b")), 4),
        (End(0, {}, {0: "a"}, stops=2), 130),
        (End(0, {0: 130}, {0: "a"}, stops=1), 130),
        (End(0, {}, {}), 5),
    ],
)
def test_only_a_reached_tick_is_0(tmp_path, end, code):
    assert verdict(Wish(2, (), (), tmp_path, 100, 300.0, (), ()), end) == code


def test_ranks_that_were_not_heard_are_believed_if_the_folder_holds_the_tick(tmp_path):
    (tmp_path / "checkpoints" / "tick-000000000100").mkdir(parents=True)
    assert verdict(Wish(2, (), (), tmp_path, 100, 300.0, (), ()), End(0)) == 0
    assert verdict(Wish(2, (), (), tmp_path, 101, 300.0, (), ()), End(0)) == 5


@pytest.fixture
def job(tmp_path):
    """A launch of two ranks that would live for long, once it has a checkpoint; and its folder."""
    (tmp_path / "w.toml").write_text(SMALL)
    process = launched(2, tmp_path / "w.toml", "--ticks", 1_000_000, "--out", tmp_path / "run")
    wait_until_saved(tmp_path / "run", 50, process)
    yield process
    process.kill()
    process.wait()


def parts(process):
    """Numbers of the launcher's child and of its ranks."""
    (mpirun,) = children(process.pid)
    return mpirun, list(ranks_under(mpirun).values())


def test_ranks_that_all_die_are_told(job, tmp_path):
    _, ranks = parts(job)
    for number, how in zip(ranks, (signal.SIGKILL, signal.SIGSEGV), strict=True):
        os.kill(number, how)
    code, said = finish(job, 60)
    assert code == 5, said
    assert (
        f"the ranks died without a word (killed by somebody, or for want of memory); {tmp_path / 'run'} stands at tick" in said
    )
    assert f"try: cyberspace launch -n 2 --resume {tmp_path / 'run'} --ticks 1000000 --threads 1 --quiet" in said


def test_what_killed_launchers_left_is_in_nobodys_way(tmp_path, monkeypatch):
    for number in range(os.getpid(), os.getpid() + 2000):  # whichever process number the next launcher gets
        (tmp_path / f"ompi.{number}").mkdir()
        (tmp_path / f"ompi.{number}" / f"pmix.{os.uname().nodename}.tool").touch()
    monkeypatch.setenv(SESSIONS, str(tmp_path))
    (tmp_path / "w.toml").write_text(SMALL)
    code, said = finish(launched(2, tmp_path / "w.toml", "--ticks", 50, "--out", tmp_path / "run"), 60)
    assert code == 0, said


def test_a_killed_mpirun_is_told(job):
    mpirun, ranks = parts(job)
    os.kill(mpirun, signal.SIGKILL)
    code, said = finish(job, 60)
    assert code == 5 and "try: cyberspace launch" in said, said
    wait_until_ended(ranks)


def test_nothing_outlives_a_killed_launch(job):
    mpirun, ranks = parts(job)
    job.kill()
    wait_until_ended([mpirun, *ranks])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_a_signal_leaves_a_checkpoint_and_a_second_one_ends_at_once(job, number):
    job.send_signal(number)
    time.sleep(0.02)
    job.send_signal(signal.SIGTERM)
    code, said = finish(job, 60)
    assert code == 130, said
    assert "try: cyberspace launch -n 2 --resume" in said or "to go on: cyberspace run --resume" in said


def test_an_mpirun_that_can_not_start_anything_is_told(tmp_path):
    (tmp_path / "mpirun").write_text("#!/bin/sh\nexit 0\n")
    (tmp_path / "mpirun").chmod(0o755)
    (tmp_path / "w.toml").write_text(SMALL)
    line = "import sys; sys.executable = sys.argv.pop(1); from cyberspace.cli import main; main()"
    arguments = ["launch", "-n", "2", "w.toml", "--ticks", "10", "--out", "run"]
    done = subprocess.run(
        [sys.executable, "-c", line, str(tmp_path / "python"), *arguments],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(Path.cwd())}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 5, done.stderr
    assert "before any rank was there; try: cyberspace doctor, then cyberspace launch -n 2 w.toml" in done.stderr
