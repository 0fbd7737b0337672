"""What a user's machine and shell may be like: each strange thing works, or is told with exit code 2 before anything is made."""

import os
import subprocess
import sys
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cyberspace import cores, doctor
from cyberspace.backends.backend import make_backend
from cyberspace.backends.compiling import COMPILING, Compiling
from cyberspace.errors import InputError
from cyberspace.law.genesis import genesis
from cyberspace.run.waiting import Waiting
from cyberspace.worldfile.build import load_universe
from tests.conftest import SHORT

GROUPS = {
    "2": ("0::/job/step\n", {"job/cpu.max": "150000 100000", "job/step/cpu.max": "max 100000"}, [2]),
    "2, both": ("0::/job/step\n", {"job/cpu.max": "400000 100000", "job/step/cpu.max": "50000 100000"}, [4, 1]),
    "2, seen from inside": ("0::/\n", {"cpu.max": "300000 100000"}, [3]),
    "1": (
        "4:cpu,cpuacct:/job\n2:memory:/job\n",
        {"cpu/job/cpu.cfs_quota_us": "250000", "cpu/job/cpu.cfs_period_us": "100000"},
        [3],
    ),
    "1, none": ("4:cpu:/job\n", {"cpu/job/cpu.cfs_quota_us": "-1", "cpu/job/cpu.cfs_period_us": "100000"}, []),
    "damaged": ("0::/job\nnonsense\n\n", {"job/cpu.max": "many"}, []),
    "none": ("", {}, []),
}


@pytest.mark.parametrize("case", GROUPS)
def test_quotas_of_processor_time_are_found(tmp_path, case):
    mine, files, expected = GROUPS[case]
    (tmp_path / "mine").write_text(mine)
    for name, text in files.items():
        path = tmp_path / "groups" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")
    assert sorted(set(cores.quotas(tmp_path / "groups", tmp_path / "mine")), reverse=True) == expected


def test_threads_are_those_that_are_free_or_asked_for(monkeypatch):
    monkeypatch.delenv("NUMBA_NUM_THREADS", raising=False)
    assert 1 <= cores.allowed_cores() <= (os.cpu_count() or 1)
    monkeypatch.setattr(cores, "quotas", lambda: [1])
    assert cores.chosen_threads() == cores.allowed_cores() == 1
    monkeypatch.setenv("NUMBA_NUM_THREADS", "7")
    assert cores.chosen_threads() == 7


@pytest.mark.parametrize("threads", [1, 10**6, None])
def test_numba_takes_as_many_threads_as_it_has(short, threads):
    world = load_universe(short)[0].worlds[0]
    assert 1 <= make_backend("numba", world, genesis(world), threads)._threads <= max(cores.chosen_threads(), 1)


def test_more_threads_than_cores_are_told_and_not_taken(short, tmp_path, command):
    done = command("run", short, "--ticks", 5, "--threads", 10**6, "--quiet", "--out", tmp_path / "run")
    assert done.returncode == 0
    (line,) = done.stderr.splitlines()
    assert line.startswith("cyberspace: --threads 1000000: this process may use ")


SETTINGS = {
    "no threads": ("NUMBA_NUM_THREADS", "0"),
    "no number": ("NUMBA_NUM_THREADS", "many"),
    "far too many": ("NUMBA_NUM_THREADS", "1000000"),
    "no such layer": ("NUMBA_THREADING_LAYER", "nonsense"),
    "no compiling": ("NUMBA_DISABLE_JIT", "1"),
}


@pytest.mark.parametrize("case", SETTINGS)
def test_what_numba_would_stumble_over_is_told_before_anything_is_made(short, tmp_path, refuse, monkeypatch, case):
    name, value = SETTINGS[case]
    monkeypatch.setenv(name, value)
    assert f"{name}: got " in refuse("run", short, "--ticks", 5, "--out", tmp_path / "run", "--backend", "numba")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("platforms", ["cuda", "nonsense"])
def test_a_platform_that_is_not_here_is_told_by_run_and_by_doctor(short, tmp_path, command, monkeypatch, platforms):
    monkeypatch.setenv("JAX_PLATFORMS", platforms)
    done = command("run", short, "--ticks", 5, "--out", tmp_path / "run", "--backend", "jax")
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("cyberspace: JAX: got ") and "try: unset JAX_PLATFORMS" in line
    assert not (tmp_path / "run").exists()
    found, (trouble,) = doctor._devices()
    assert found == [] and f"JAX_PLATFORMS={platforms}" in trouble


def test_asserts_are_needed(short, tmp_path):
    command = [sys.executable, "-O", "-m", "cyberspace", "run", str(short), "--ticks", "5", "--out", str(tmp_path / "run")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 2 and "unset PYTHONOPTIMIZE" in done.stderr and "Traceback" not in done.stderr


def test_a_world_may_come_through_a_pipe(short, tmp_path, command):
    with short.open() as text:
        done = subprocess.run(
            ["bash", "-c", f"cat | {sys.executable} -m cyberspace run /dev/stdin --ticks 5 --out {tmp_path}/run --quiet"],
            stdin=text, capture_output=True, text=True, timeout=300,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "run" / "world.toml").read_text() == SHORT
    assert command("run", "--resume", tmp_path / "run", "--ticks", "+5", "--quiet").returncode == 0


def test_what_the_system_refuses_is_told_as_what_it_is(short, tmp_path, refuse):
    (tmp_path / "file").touch()
    told = refuse("run", short, "--ticks", 5, "--out", tmp_path / "file" / "run")
    assert "'File exists' from the system" in told and "another --out" in told
    (tmp_path / "link").symlink_to("nowhere")
    assert "a link to nothing (nowhere)" in refuse("run", short, "--ticks", 5, "--out", tmp_path / "link")
    for size in ("640²x480", "٦٤٠x480", "0640x", "99999x99999", "-640x480"):
        assert "WIDTHxHEIGHT" in refuse("film", tmp_path, "--out", tmp_path / "f.gif", "--size", size)


@given(st.lists(st.booleans(), max_size=30))
def test_compiling_is_heard_from_its_begin_to_its_end(turns):
    one, depth, heard = Compiling(), 0, []
    with one.heard_by(heard.append):
        for begins in turns:
            if begins:
                one.begin("more")
                depth += 1
            elif depth:
                one.end()
                depth -= 1
    assert bool(one.doing) == (depth > 0)
    assert heard.count("more") == sum(turns)


def test_seconds_of_compiling_are_counted_once():
    one, before = Compiling(), time.monotonic()
    with one.of("outer"), one.of("inner"):
        time.sleep(0.05)
    took = time.monotonic() - before
    assert 0.05 <= one.seconds <= took
    assert one.seconds == one.seconds


def test_a_long_wait_is_told_while_it_lasts():
    told, heard = [], threading.Event()

    def line(text):
        told.append(text)
        heard.set()

    waiting = Waiting(line, 0.01, quiet=False)
    with waiting.here(), COMPILING.of("pond for cpu"):
        assert heard.wait(20)
    assert told[0].startswith("compiling pond for cpu, ") and waiting.seconds > 0
    told.clear()
    waiting.on(1, "pond for cuda")
    waiting.on(2, "reef for cuda")
    time.sleep(0.02)
    waiting.tell()
    assert told == ["compiling on rank 1 (and 1 more), pond for cuda, 0 s so far"]
    waiting.on(1, "")
    waiting.on(2, "")
    time.sleep(0.02)
    waiting.tell()
    assert len(told) == 1 and waiting.seconds >= 0.02


def test_nothing_is_told_where_nothing_is_wanted():
    waiting = Waiting(pytest.fail, 0.0, quiet=True)
    with waiting.here(), COMPILING.of("pond"):
        waiting.tell()


def test_a_missing_folder_for_short_lived_files_is_told(monkeypatch):
    from cyberspace.ranks import carry

    def none():
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(carry.tempfile, "gettempdir", none)
    with pytest.raises(InputError, match=r"TMPDIR: got 'No usable"):
        carry.surroundings({})


def test_threads_in_python_are_as_on_the_command_line():
    import cyberspace as cs

    for threads in (0, -1, "two", 2.5, True):
        with pytest.raises(InputError, match="threads: got"):
            cs.Simulation(SHORT, backend="reference", threads=threads)
    with pytest.warns(RuntimeWarning, match="threads=1000000: this process may use"):
        assert cs.Simulation(SHORT, backend="reference", threads=10**6)._living.threads == cores.chosen_threads()
