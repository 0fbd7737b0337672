import atexit
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # a numba thread that waits would take a core from the worker beside it

os.environ.setdefault("JAX_NUMPY_DTYPE_PROMOTION", "strict")  # the laws mix no types, in no process that a test starts

from cyberspace.backends import compiling
from cyberspace.backends.table import BACKENDS
from cyberspace.cli import main
from cyberspace.cores import keep_xla_right
from cyberspace.ranks.launch import SESSIONS

os.environ[SESSIONS] = tempfile.mkdtemp()  # no launcher of a test finds the session of one that was killed in an earlier run
atexit.register(shutil.rmtree, os.environ[SESSIONS], ignore_errors=True)

keep_xla_right()  # whichever test computes first

compiling.OPTIONS.update(compiling.SOON)  # in this process alone: most commands that tests start compile as they do for users

SOON = {"XLA_FLAGS": " ".join(f"--{name}={str(value).lower()}" for name, value in compiling.SOON.items())}
"""The environment of a process that compiles as soon as this one does."""

TINY = """
[world]
seed = 5

[spaces.pond]
kind = "cpu"
backend = "numba"
axes.lane = { length = 16 }
axes.thread = { length = 6, curled = true }
axes.core = { length = 2 }
physics = { spark = 100, copy = 0.01, sunlight = 12, upkeep = 4 }

[[spaces.pond.tasks]]
name = "logic"

[record]
every = 50
checkpoint_every = 100
keep = 3
fields = ["energy", "founder", "activity"]
"""

SHORT = TINY.replace('"numba"', '"reference"').replace("length = 16", "length = 8")
"""The same on the reference backend, with half the sites."""


LONG = (
    "test_packaging",
    "test_backends_agree",
    "test_adding",
    "test_jax",
    "test_random_universes",
    "test_a_run_with_people_is_repeated",
    "test_added_axis",
)
"""Parts of the names of tests that take a minute; they begin first, so that no worker is left with one at the end."""


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: not any(part in item.nodeid for part in LONG))


@pytest.fixture
def as_shipped(monkeypatch):
    """JAX compiles as it does for users: slowly."""
    from cyberspace.backends.xla import region

    monkeypatch.setattr(region, "OPTIONS", {})
    monkeypatch.setattr(region, "_COMPILED", {})


@pytest.fixture
def short(tmp_path):
    """A world file of `SHORT`."""
    path = tmp_path / "short.toml"
    path.write_text(SHORT)
    return path


@pytest.fixture(params=list(BACKENDS))
def backend(request):
    """Each backend of the table in turn."""
    return request.param


@pytest.fixture
def tiny(tmp_path):
    """A small world's file in a folder of its own."""
    path = tmp_path / "tiny.toml"
    path.write_text(TINY)
    return path


def cyberspace(*arguments, cwd=None, **options):
    """Run the installed command; its completed process."""
    command = [str(Path(sys.executable).parent / "cyberspace"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=dict(os.environ), timeout=600, **options)


WHOLE = re.compile(r"cyberspace: (?P<where>\S.*?): (.+: )?got \S.*; expected \S.*; try: \S.*")
"""A message that names where (file and key), got, expected and what to try."""


@pytest.fixture
def refuse(monkeypatch, capsys):
    """Run a command in this process and check that it is refused: exit code 2, whole messages, no traceback; what was told."""

    def check(*arguments, whole=True):
        monkeypatch.setattr("sys.argv", ["cyberspace", *map(str, arguments)])
        with pytest.raises(SystemExit) as caught:
            main()
        told = capsys.readouterr().err
        assert caught.value.code == 2, told
        assert "Traceback" not in told
        for line in told.splitlines() if whole else []:
            assert WHOLE.fullmatch(line), line
        return told

    return check


@pytest.fixture
def command():
    return cyberspace


def pytest_terminal_summary(terminalreporter):
    """Count what was skipped, and say so where nothing was; `-ra` in `pyproject.toml` prints each with its reason."""
    skipped = len(terminalreporter.stats.get("skipped", []))
    terminalreporter.write_line(f"skipped: {skipped}")


settings.register_profile("patient", deadline=None)  # the first example may compile
settings.load_profile("patient")
