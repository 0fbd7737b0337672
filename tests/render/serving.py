"""A small run that serves, in a process of its own."""

import contextlib
import subprocess
import sys
import time
from pathlib import Path

WORLD = """
[world]
seed = 7

[spaces.reef]
kind = "gpu"
axes.lane = { length = 16 }
axes.warp = { length = 8 }
axes.sm = { length = 2 }
genesis = "ancestor:replicator"
density = 0.5
[[spaces.reef.tasks]]
name = "logic"

[spaces.agora]
kind = "gpu"
plaza = true
tokens = 10000
axes.lane = { length = 10 }
axes.warp = { length = 8 }
genesis = "ancestor:learner"
density = 0.4
[[spaces.agora.tasks]]
name = "human"

[record]
every = 200
checkpoint_every = 200
"""


@contextlib.contextmanager
def serving(folder, ticks=100_000_000, text=WORLD):
    """The folder of a run that serves, until the context ends."""
    folder = Path(folder)
    (folder / "world.toml").write_text(text)
    run = folder / "run"
    command = [
        str(Path(sys.executable).parent / "cyberspace"),
        "run",
        folder / "world.toml",
        "--ticks",
        str(ticks),
        "--out",
        run,
        "--serve",
    ]
    process = subprocess.Popen(list(map(str, command)), stderr=subprocess.PIPE, text=True)
    try:
        deadline = time.monotonic() + 120
        while not (run / "play.json").exists():
            assert process.poll() is None, process.stderr.read()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield run
    finally:
        process.terminate()
        process.communicate(timeout=60)


def until(poll, kind, seconds=120):
    """The next answer of a kind; machines that do much else answer late, so the deadline is generous here and below."""
    deadline = time.monotonic() + seconds
    seen = []
    while time.monotonic() < deadline:
        for answer in poll():
            if isinstance(answer, kind):
                return answer
            seen.append(answer)
        time.sleep(0.005)
    raise AssertionError(f"no {kind}; got {seen}")


def wait_until(holds, what, seconds=120):
    """Wait until something holds; `holds` is called again and again, and what it returns is returned."""
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < deadline, f"{what} did not come in {seconds} s"
        time.sleep(0.02)
    return found
