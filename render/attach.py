"""What `cyberspace view` is given, and the source that it leads to: a run's folder, a connection file, or a run behind ssh."""

from __future__ import annotations

import json
import shlex
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from cyberspace.errors import InputError, problem
from cyberspace.wire.connection import FILES, Connection, read_connection
from render.frames import Frames

TUNNEL_SECONDS = 20.0
"""Seconds that ssh has to open a tunnel."""


def open_source(what: str, record: bool = False, watch: bool = False, meanwhile: Callable[[], object] = lambda: None) -> Frames:
    """The source that a name leads to.

    Args:
        what: A run's folder, or a connection file.
        record: Show the record even if the run is going on.
        watch: Only watch, even if one may play.
        meanwhile: Called once, while a run that goes on is awaited: what takes a moment anyway is best done then.

    Raises:
        InputError: If it leads nowhere; with what to do.
    """
    path = Path(what)
    if what.startswith("tcp://"):
        attempt = "the run's folder, or a copy of its play.json or watch.json, which hold address and keys"
        raise InputError(problem(what, "an address without keys", "a connection file", attempt))
    if path.is_file():
        return _live(path, path.parent if (path.parent / "run.json").is_file() else None, meanwhile)
    if path.is_dir() and not record:
        file = connection_file(path, play=not watch)
        if file is not None and (path / "run.json").is_file():
            return _live(file, path, meanwhile)
    from render.replay import Replay

    meanwhile()
    return Replay(path)


def connection_file(folder: Path, play: bool = True) -> Path | None:
    """The connection file in a run's folder: that of a player if one may read it, else that of a watcher."""
    names = [FILES[role] for role in (("play", "watch") if play else ("watch",))]
    return next((folder / name for name in names if (folder / name).is_file()), None)


def _live(file: Path, folder: Path | None, meanwhile: Callable[[], object]) -> Frames:
    from render.live import Live

    try:
        return Live(read_connection(file), str(file), folder=folder, meanwhile=meanwhile)
    except InputError as error:
        if folder is None:
            raise
        raise InputError(f"{error.problems[0]}; or for its record: cyberspace view {folder} --record") from None


def ssh_command(host: str, address: str, port: int) -> list[str]:
    """The command that opens a tunnel from a port here to a run's address there."""
    there = address.removeprefix("tcp://")
    return ["ssh", "-N", "-o", "ExitOnForwardFailure=yes", "-L", f"127.0.0.1:{port}:{there}", host]


def open_remote(host: str, run: str, watch: bool = False) -> tuple[Frames, subprocess.Popen[bytes]]:
    """A run behind ssh, and the tunnel's process, to be ended with the viewer.

    Raises:
        InputError: If there is no ssh or it fails; with the commands to try by hand.
    """
    if shutil.which("ssh") is None:
        raise InputError(problem("--ssh", "no ssh on this machine", "ssh", _by_hand(host, run)))
    connection = _fetch(host, run, watch)
    port = _free_port()
    tunnel = subprocess.Popen(ssh_command(host, connection.address, port), stdin=subprocess.DEVNULL)
    deadline = time.monotonic() + TUNNEL_SECONDS
    while not _listens(port):
        if tunnel.poll() is not None or time.monotonic() > deadline:
            tunnel.terminate()
            raise InputError(problem(f"--ssh {host}", "a tunnel that did not open", "one", _by_hand(host, run)))
        time.sleep(0.05)
    from render.live import Live

    try:
        return Live(connection, f"{host}:{run}", address=f"tcp://127.0.0.1:{port}"), tunnel
    except InputError:
        tunnel.terminate()
        raise


def _fetch(host: str, run: str, watch: bool) -> Connection:
    names = [FILES[role] for role in (("watch",) if watch else ("play", "watch"))]
    script = " || ".join(f"cat {shlex.quote(f'{run}/{name}')} 2>/dev/null" for name in names)
    done = subprocess.run(["ssh", host, script], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    try:
        return Connection(**json.loads(done.stdout))
    except (ValueError, TypeError):
        reason = done.stderr.strip().splitlines()[-1:] or ["no connection file in that folder"]
        raise InputError(problem(f"--ssh {host} {run}", reason[0], "a run there that serves", _by_hand(host, run))) from None


def _by_hand(host: str, run: str) -> str:
    command = f"scp {host}:{run}/play.json . && ssh -N -L PORT:127.0.0.1:PORT {host}, PORT as in play.json"
    return f"{command}, then cyberspace view play.json"


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with socket.socket() as one:
        one.settimeout(0.2)
        return one.connect_ex(("127.0.0.1", port)) == 0
