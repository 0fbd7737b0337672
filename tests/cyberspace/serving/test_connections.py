"""Connection files and addresses."""

import json
import os
import socket
import stat
import subprocess
import sys
from dataclasses import replace

import pytest

from cyberspace.errors import InputError
from cyberspace.wire import serve
from cyberspace.wire.connection import Connection, read_connection
from tests.cyberspace.serving.town import begin, live, quiet


def test_connection_files_are_private_and_go_with_the_run(town, tmp_path):
    folder = begin(town, tmp_path / "run")

    def script(path):
        return [
            (stat.S_IMODE((path / name).stat().st_mode), read_connection(path / name)) for name in ("watch.json", "play.json")
        ]

    (mode, watch), (_, play) = live(folder, 30, script)
    assert mode == 0o600
    assert watch.address.startswith("tcp://127.0.0.1:")
    assert (watch.role, play.role, watch.pid) == ("watch", "play", os.getpid())
    assert watch.public_key != play.public_key
    assert not (folder.path / "watch.json").exists()
    assert not (folder.path / "play.json").exists()


def connection(path, **changes):
    found = Connection(1, "tcp://127.0.0.1:1", "a", "b", "c", "watch", os.getpid(), socket.gethostname(), 0.0)
    path.write_text(json.dumps(vars(replace(found, **changes))))
    return path


@pytest.mark.parametrize(
    ("changes", "told"),
    [({"pid": 2**22 + 1}, "stale"), ({"version": 7}, "a run that speaks version 7")],
)
def test_connection_files_that_lead_nowhere(tmp_path, changes, told):
    with pytest.raises(InputError, match=told):
        read_connection(connection(tmp_path / "watch.json", **changes))


def test_connection_files_that_are_none(tmp_path):
    assert read_connection(connection(tmp_path / "watch.json")).role == "watch"
    (tmp_path / "watch.json").write_text("{}")
    for name in ("watch.json", "play.json"):
        with pytest.raises(InputError, match="no connection file"):
            read_connection(tmp_path / name)


@pytest.mark.parametrize("address", ["nothing", "127.0.0.1:99999", "no.such.host.invalid:1"])
def test_wrong_addresses_are_told_of(tmp_path, address):
    with pytest.raises(InputError, match="--serve"):
        serve.Server(tmp_path, address, quiet)


def test_a_taken_address_is_told_of(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(InputError, match="another port"):
            serve.Server(tmp_path, f"127.0.0.1:{other.getsockname()[1]}", quiet)


def test_without_pyzmq_one_message_says_what_to_install(town, tmp_path):
    code = "import sys; sys.modules['zmq'] = None; from cyberspace.cli import main; main()"
    command = [sys.executable, "-c", code, "run", str(town), "--ticks", "10", "--out", str(tmp_path / "run"), "--serve"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "cyberspace[view]" in done.stderr
