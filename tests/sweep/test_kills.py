"""Sweeps that are killed at random and gone on with come to the table of one that was not, and live nothing twice."""

import random
import signal
import subprocess
import sys
import time

from click.testing import CliRunner

from cyberspace.ranks.launch import command
from cyberspace.sweep.commands import sweep
from tests.sweep.plans import PLAN, results, told, write

LONGER = PLAN.replace("ticks = 80", "ticks = 160")


def start(plan, out, processes):
    line = [sys.executable, "-m", "cyberspace", "sweep", plan, "--out", out, "--processes", str(processes), "--quiet"]
    return subprocess.Popen([*map(str, line)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def below(process):
    """Processes that a process has begun."""
    with open(f"/proc/{process.pid}/task/{process.pid}/children") as file:
        return [int(one) for one in file.read().split()]


def gone(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_killed_at_random_and_gone_on_with(tmp_path):
    plan, out, chance = write(tmp_path, LONGER), tmp_path / "out", random.Random(1)
    kills, known, workers = 0, {}, []
    for processes in (2, *[1] * 20):
        process = start(plan, out, processes)
        seen = len(known)
        while process.poll() is None and len(results(out)) <= seen:
            time.sleep(0.02)
        time.sleep(chance.uniform(0, 0.3))
        if process.poll() is not None:
            break
        workers += below(process)
        process.send_signal(signal.SIGKILL)
        process.wait()
        kills += 1
        after = results(out)
        assert known.items() <= after.items()
        known = after
    assert process.returncode == 0, process.stderr.read()
    assert kills >= 2 and known.items() <= results(out).items() and len(results(out)) == 4
    deadline = time.monotonic() + 20
    while not all(map(gone, workers)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert workers and all(map(gone, workers))
    CliRunner().invoke(sweep, [str(plan), "--out", str(tmp_path / "whole"), "--processes", "1"], catch_exceptions=False)
    assert told(out) == told(tmp_path / "whole")
    assert not list((out / "runs").iterdir())


def test_the_ranks_of_a_job_share_the_work(tmp_path):
    plan = write(tmp_path)
    line, environment = command(3, None, [plan, "--out", tmp_path / "ranks"])
    line[line.index("run")] = "sweep"
    ended = subprocess.run([*map(str, line)], env=environment, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0 and "4 of 4" in ended.stderr, ended.stderr
    CliRunner().invoke(sweep, [str(plan), "--out", str(tmp_path / "whole"), "--processes", "1"], catch_exceptions=False)
    assert told(tmp_path / "ranks") == told(tmp_path / "whole")
