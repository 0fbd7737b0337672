"""Running jobs of several ranks, and doing bad things to them."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cyberspace.ranks.launch import SESSIONS, command
from cyberspace.ranks.startup_watch import ranks_below
from cyberspace.record import checkpoint

FEW = """
[world]
seed = 3
far_tide = 4

[spaces.reef]
kind = "gpu"
axes.lane = { length = 8 }
axes.warp = { length = 6, curled = true }
axes.device = { length = 3, stretch = 16 }
physics = { copy = 0.002, sunlight = 12, spore = 20, spark = 100, move = 0.1 }
[[spaces.reef.tasks]]
name = "logic"

[spaces.shore]
kind = "cpu"
axes.lane = { length = 5 }
axes.core = { length = 3 }
pace = 0.5
physics = { copy = 0.002, sunlight = 12, spore = 20, spark = 100, move = 0.1 }

[[beaches]]
between = ["reef", "shore"]
shores = [{ device = 1, warp = 0, lane = [0, 3] }, { core = 1, lane = [0, 3] }]
stretch = 32

[record]
every = 100
checkpoint_every = 100
keep = 3
"""
"""Four regions, of two kinds and two paces."""


def placed(text, reef, shore):
    """A world of this reef and this shore with ranks in its file."""
    return text.replace('kind = "gpu"', f'kind = "gpu"\nranks = {reef}').replace(
        'kind = "cpu"', f'kind = "cpu"\nranks = {shore}'
    )


def start(ranks, *arguments, **environment):
    """A job of so many ranks that runs `cyberspace run` with some arguments."""
    sessions = Path(tempfile.mkdtemp(dir=os.environ[SESSIONS]))  # the launcher is killed by some tests, and leaves its session
    line, variables = command(ranks, None, [*map(str, arguments), "--threads", "1", "--quiet"], sessions)
    return subprocess.Popen(line, env={**variables, **environment}, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def finish(process, seconds=240):
    """Exit code and what it said."""
    told = process.communicate(timeout=seconds)
    return process.returncode, "".join(one or "" for one in told)


def alone(*arguments):
    """`cyberspace run` on one process."""
    line = [sys.executable, "-m", "cyberspace", "run", *map(str, arguments), "--threads", "1", "--quiet"]
    done = subprocess.run(line, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr


def launched(ranks, *arguments):
    """The same by `cyberspace launch`, which starts the launcher."""
    line = [sys.executable, "-m", "cyberspace", "launch", "-n", ranks, *arguments, "--threads", "1", "--quiet"]
    return subprocess.Popen(list(map(str, line)), stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def ranks_of(process):
    """Process numbers of a job's ranks, by rank; empty until they run."""
    return ranks_under(process.pid)


def ranks_under(launcher):
    """The same, by the process number of a launcher."""
    found = {}
    for number in ranks_below(launcher):
        try:
            words = Path(f"/proc/{number}/environ").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        variables = dict(word.partition("=")[::2] for word in words)
        if "OMPI_COMM_WORLD_RANK" in variables:
            found[int(variables["OMPI_COMM_WORLD_RANK"])] = number
    return found


def children(number):
    """Process numbers of the children of a process."""
    return [int(path.name) for path in Path("/proc").glob("[0-9]*") if _status(path)[1:2] == [str(number)]]


def _status(path):
    try:
        return (path / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def wait_until_saved(folder, tick, process, seconds=120):
    """Wait until a checkpoint of a tick or a later one is there."""
    deadline = time.monotonic() + seconds
    while not any(checkpoint.tick_of(path) >= tick for path in checkpoint.checkpoints(Path(folder) / "checkpoints")):
        assert process.poll() is None, finish(process)
        assert time.monotonic() < deadline, "no checkpoint in time"
        time.sleep(0.01)


def wait_until_ended(numbers, seconds=10):
    """Wait until some processes have ended; a launcher may return a moment before its ranks are gone."""
    deadline = time.monotonic() + seconds
    while any(Path(f"/proc/{number}").exists() and not _zombie(number) for number in numbers):
        assert time.monotonic() < deadline, "a rank outlives its job"
        time.sleep(0.05)


def _zombie(number):
    return _status(Path(f"/proc/{number}"))[:1] in ([], ["Z"])


def kill(number, signal):
    os.kill(number, signal)
