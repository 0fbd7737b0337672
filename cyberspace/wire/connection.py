"""The connection files in a run's folder: whoever reads one may connect, as the role that it is for."""

from __future__ import annotations

import getpass
import json
import os
import socket
from dataclasses import dataclass
from pathlib import Path

from cyberspace.errors import InputError, problem
from cyberspace.wire.protocol import VERSION

FILES = {"watch": "watch.json", "play": "play.json"}
"""Connection file in the run's folder by role."""


BEAT, LIFE = 500, 3000
"""Milliseconds between two heartbeats of a client, and after which the run takes one that sends none for gone."""


def own_name() -> str:
    """What a client calls itself: the user's name; empty where the system knows none."""
    try:
        return getpass.getuser()[:64]
    except (OSError, KeyError, ImportError):  # no such user in the system's tables, as in a container
        return ""


@dataclass(frozen=True)
class Connection:
    """What a connection file holds.

    Attributes:
        version: Version of the wire that the run speaks.
        address: Where the run listens, "tcp://HOST:PORT".
        server_key: The run's public key.
        public_key: The client's public key.
        secret_key: The client's secret key.
        role: "watch" or "play".
        pid: Number of the run's process.
        host: Name of the machine that it runs on.
        started: When it began to serve, in seconds since 1970.
    """

    version: int
    address: str
    server_key: str
    public_key: str
    secret_key: str
    role: str
    pid: int
    host: str
    started: float


def read_connection(path: Path) -> Connection:
    """The connection file at a path.

    Raises:
        InputError: If it can't be read, is of another version, or is stale.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        version = content["version"]
        found = Connection(**content) if version == VERSION else None
    except (OSError, ValueError, KeyError, TypeError) as error:
        attempt = "starting the run with --serve"
        raise InputError(problem(str(path), f"no connection file ({error})", "one that a run has written", attempt)) from None
    if found is None:
        expected = f"version {VERSION}, which this viewer speaks"
        raise InputError(problem(str(path), f"a run that speaks version {version}", expected, "the cyberspace that started it"))
    if found.host == socket.gethostname() and not _lives(found.pid):
        got = f"a stale connection file: process {found.pid} has ended"
        raise InputError(
            problem(
                str(path), got, "that of a run that is going on", f"cyberspace run --resume {path.parent} --ticks N --serve"
            )
        )
    return found


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass
    return True
