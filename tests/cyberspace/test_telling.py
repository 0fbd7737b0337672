"""Telling never ends living: whoever reads may leave, be full, or never have been there."""

import errno
import io
import os
import subprocess
import sys
import threading

import pytest

from cyberspace import telling
from cyberspace.ranks import carry
from cyberspace.record.checkpoint import checkpoints
from tests.conftest import SHORT
from tests.strategies import HERE

LOOSE = {"stderr": "2>&-", "all": "<&- >&- 2>&-", "full": ">/dev/full 2>/dev/full"}
COMMAND = [sys.executable, "-m", "cyberspace"]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with a world and a run of it, by the reference."""
    folder = tmp_path_factory.mktemp("telling")
    (folder / "world.toml").write_text(SHORT)
    done = shell("run world.toml --ticks 60 --out run --quiet", folder)
    assert done.returncode == 0, done.stderr
    return folder


def shell(words, folder, streams="", **environment):
    """A command as a shell starts it."""
    line = f"exec {' '.join(COMMAND)} {words} {streams}"
    return subprocess.run(
        ["bash", "-c", line], cwd=folder, capture_output=True, text=True, timeout=300, env={**os.environ, **environment}
    )


@pytest.mark.parametrize("case", LOOSE)
def test_a_run_lives_to_its_end_whatever_became_of_its_streams(home, tmp_path, case):
    done = shell(f"run {home}/world.toml --ticks 20 --out {tmp_path}/run", home, LOOSE[case])
    assert done.returncode == 0, done.stderr
    assert len(checkpoints(tmp_path / "run" / "checkpoints")) == 1
    assert "Traceback" not in done.stderr


def test_a_run_whose_reader_leaves_goes_on(home, tmp_path):
    command = [*COMMAND, "run", f"{home}/world.toml", "--ticks", "20", "--out", f"{tmp_path}/run"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    process.stderr.close()
    process.stdout.close()
    assert process.wait(300) == 0
    assert len(checkpoints(tmp_path / "run" / "checkpoints")) == 1


@pytest.mark.parametrize("words", ["inspect run", "--help", "examples"])
def test_what_only_prints_says_once_that_it_can_not(home, words):
    for streams, why in ((">/dev/full", "a full disk"), (">&-", "'Bad file descriptor'")):
        done = shell(words, home, streams)
        assert (done.returncode, done.stdout) == (2, "")
        (line,) = done.stderr.splitlines()
        assert line.startswith(f"cyberspace: standard output: got {why}")
    process = subprocess.Popen([*COMMAND, *words.split()], cwd=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(300) == 141


def test_letters_that_an_encoding_has_not_are_told_somehow(home, tmp_path):
    folder = tmp_path / "dépôt"
    for name in (os.fsencode(folder), os.fsencode(tmp_path) + b"/\xff"):
        done = subprocess.run(
            [*COMMAND, "inspect", name], capture_output=True, timeout=300, env={**os.environ, "PYTHONIOENCODING": "ascii"}
        )
        assert done.returncode == 2
        assert b"got a folder that is no run" in done.stderr and b"Traceback" not in done.stderr


def test_a_voice_never_fails_and_writes_again_when_it_can():
    read, write = os.pipe()
    voice = telling.Voice(write)
    assert voice.write(b"one") == 3 and os.read(read, 9) == b"one"
    os.close(read)
    assert voice.write(b"two") == 3
    os.close(write)
    assert voice.write(b"three") == 5
    assert not voice.isatty()


def test_a_voice_waits_once_for_a_reader_that_reads_nothing(monkeypatch):
    monkeypatch.setattr(telling, "PATIENCE", 0.2)
    read, write = os.pipe()
    os.set_blocking(write, False)
    while True:
        try:
            os.write(write, bytes(4096))
        except BlockingIOError:
            break
    os.set_blocking(write, True)
    voice = telling.Voice(write)
    writer = threading.Thread(target=lambda: [voice.write(b"lost") for _ in range(1000)], daemon=True)
    writer.start()
    writer.join(20)
    assert not writer.is_alive()
    while len(os.read(read, 2**20)) == 2**20:
        pass
    voice.write(b"heard")
    assert os.read(read, 2**20).endswith(b"heard")


def test_what_a_task_prints_by_the_way_ends_nothing(tmp_path):
    own = (HERE / "own_task.py").read_text() + "\nprint('x' * 100_000)\n"
    (tmp_path / "own.py").write_text(own)
    (tmp_path / "world.toml").write_text(SHORT.replace('"logic"', '"own.py:Echo"'))
    command = [*COMMAND, *["run", "world.toml", "--ticks", "10", "--out", "run", "--quiet"]]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE)
    process.stdout.close()
    assert process.wait(300) == 0


def test_an_answer_fails_once():
    answer = telling.Answer(1, closed=True)
    with pytest.raises(telling.Unheard) as caught:
        answer.write(b"one")
    assert caught.value.error.errno == errno.EBADF and not caught.value.reader_left
    assert answer.write(b"what is left in a buffer") == 24


class Broken(io.StringIO):
    def write(self, text):
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")


def test_streams_of_others_are_taken_as_they_are(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Broken())
    telling.say("nobody hears it")
    monkeypatch.setattr(sys, "stderr", None)
    telling.say("nor this")
    monkeypatch.setattr(sys, "stdout", Broken())
    with pytest.raises(telling.Unheard) as caught:
        telling.answer("one")
    assert caught.value.reader_left


def test_what_a_launcher_says_is_carried_to_whoever_is_there(tmp_path):
    """mpirun would end its job at the eleventh line that nobody reads."""
    code = (
        "import os, sys\nfrom cyberspace.ranks.carry import started\n"
        "many = 'for k in $(seq 40); do echo $k >&2; echo $k; done; echo whole > done'\n"
        "with started(['sh', '-c', many], os.environ) as process:\n    sys.exit(process.wait())"
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    process.stderr.close()
    assert process.wait(60) == 0
    assert (tmp_path / "done").read_text() == "whole\n"
    heard = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert heard.stdout.split() == heard.stderr.split() == [str(k) for k in range(1, 41)]


def test_a_launcher_has_a_home_and_a_folder_for_short_lived_files(tmp_path, monkeypatch):
    monkeypatch.setattr(carry.tempfile, "gettempdir", lambda: str(tmp_path))
    assert carry.surroundings({"HOME": "/home", "TMPDIR": str(tmp_path)}) == {}
    assert carry.surroundings({"HOME": "/home"}) == {}
    assert carry.surroundings({"HOME": "/home", "TMPDIR": "/nowhere"}) == {"TMPDIR": str(tmp_path)}
    assert os.path.isdir(carry.surroundings({})["HOME"])
    assert os.path.isdir(carry.surroundings({"HOME": ""})["HOME"])
