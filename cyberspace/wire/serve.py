"""The one door to ZeroMQ in this package: a run's ear and mouth for those who watch it.

There is no thread: the run looks here between two spans of ticks, for a few milliseconds at most, and never waits.  Every connection is
encrypted (CURVE); the key of a client gives its role.  What is refused costs the run one line in a minute, and nothing else.
"""

from __future__ import annotations

import json
import os
import resource
import socket
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from cyberspace.errors import InputError, Refused, problem
from cyberspace.wire import protocol
from cyberspace.wire.connection import FILES, Connection

try:
    import zmq
    from zmq.utils import z85
except ImportError:  # an extra; told when a server is asked for
    zmq = None  # type: ignore[assignment]

Say = Callable[[str], None]
Answerer = Callable[[bytes, str, protocol.Request], "list[protocol.Bytes] | None"]
"""(client, role, request) -> the frames of an answer, or None if it comes later; may raise `Refused`."""

DRAIN_SECONDS, DRAIN_REQUESTS, DRAIN_KEYS = 0.004, 64, 64
"""Most that is done between two spans of ticks: time, requests, and keys looked at."""

RATE, BURST, CLIENTS = 200.0, 400.0, 256
"""Requests per second of one client, in the long run and at once; clients whose rate is remembered."""

SILENCE = 60.0
"""Seconds between two lines about what was refused."""

QUEUE_OUT, QUEUE_IN = 8, 256
"""Answers that wait for one client before more are lost; requests that wait for the run."""

FILES_OPEN = 16384
"""Files that this process may hold open, so that many connections at once leave some to the run."""


class Noise:
    """Counts what was refused, and tells it now and then in one line."""

    def __init__(self, say: Say):
        self._say, self._counts, self._told = say, dict[str, int](), -SILENCE

    def note(self, what: str) -> None:
        """Take note of one refusal."""
        self._counts[what] = self._counts.get(what, 0) + 1
        if time.monotonic() - self._told >= SILENCE:
            counts = ", ".join(f"{count:,} {name}" for name, count in self._counts.items())
            self._say(f"refused to answer at the run's door: {counts}")
            self._told, self._counts = time.monotonic(), {}


class Server:
    """Listens for those who watch or play.

    Args:
        folder: The run's folder, for the connection files.
        address: "HOST:PORT"; port 0 for any that is free.
        say: Takes a line for whoever started the run.

    Raises:
        InputError: If pyzmq is missing, or the address can't be had.
    """

    def __init__(self, folder: Path, address: str, say: Say):
        if zmq is None or not zmq.has("curve"):
            got = "no pyzmq" if zmq is None else "a pyzmq without CURVE"
            raise InputError(problem("--serve", got, "pyzmq with CURVE", "pip install 'cyberspace[view]'"))
        host, port = _host_port(address)
        self._folder, self._noise = folder, Noise(say)
        self._buckets: OrderedDict[bytes, tuple[float, float]] = OrderedDict()
        allow_open_files(FILES_OPEN)
        self._context = zmq.Context()
        _OPEN.add(self._context)
        self._keys = self._context.socket(zmq.REP)
        self._keys.bind("inproc://zeromq.zap.01")  # before the socket that asks it
        self._socket = self._context.socket(zmq.ROUTER)
        self._partings = self._socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
        public, secret = zmq.curve_keypair()
        try:
            self._open(host, port, secret)
            self._write_files(host, public.decode())
        except BaseException:
            self.close()
            raise
        if host not in ("127.0.0.1", "localhost"):
            say(f"listening on {self.address}: whoever reads a connection file may connect from elsewhere")

    def _open(self, host: str, port: int, secret: bytes) -> None:
        settings: dict[int, int | bytes] = {
            zmq.CURVE_SERVER: 1, zmq.CURVE_SECRETKEY: secret, zmq.LINGER: 0, zmq.SNDHWM: QUEUE_OUT, zmq.RCVHWM: QUEUE_IN,
            zmq.MAXMSGSIZE: protocol.MAX_REQUEST, zmq.ROUTER_MANDATORY: 1, zmq.HANDSHAKE_IVL: 10_000, zmq.BACKLOG: 64,
            zmq.HEARTBEAT_IVL: 15_000, zmq.HEARTBEAT_TIMEOUT: 60_000,
        }  # fmt: skip
        for option, value in settings.items():
            self._socket.setsockopt(option, value)
        try:
            self._socket.bind(f"tcp://{host}:{port or '*'}")
        except zmq.ZMQError as error:
            attempt = "another port, or --serve alone for any that is free"
            raise InputError(problem(f"--serve {host}:{port}", f"{error}", "an address to listen on", attempt)) from None

    @property
    def address(self) -> str:
        """Where it listens."""
        endpoint = self._socket.getsockopt(zmq.LAST_ENDPOINT)
        assert isinstance(endpoint, bytes)
        return endpoint.rstrip(b"\0").decode()

    def _write_files(self, host: str, server_key: str) -> None:
        self._roles: dict[bytes, str] = {}
        address = self.address
        if host in ("0.0.0.0", "*"):
            address = f"tcp://{socket.gethostname()}:{address.rpartition(':')[2]}"
        for role, name in FILES.items():
            public, secret = (key.decode() for key in zmq.curve_keypair())
            self._roles[z85.decode(public)] = role
            connection = Connection(
                protocol.VERSION, address, server_key, public, secret, role, os.getpid(), socket.gethostname(), time.time()
            )
            write_private(self._folder / name, json.dumps(asdict(connection), indent=1) + "\n")

    def attend(self, answer: Answerer) -> int:
        """Look at keys, then answer requests, as many as a few milliseconds allow; how many were let in and asked.

        Who is let in asks at once, so that is a reason to look again soon.
        """
        let_in = self._look_at_keys()
        until, count = time.monotonic() + DRAIN_SECONDS, 0
        while count < DRAIN_REQUESTS and time.monotonic() < until:
            try:
                frames = self._socket.recv_multipart(zmq.DONTWAIT, copy=False)
            except zmq.Again:
                break
            count += 1
            self._handle(frames, answer)
        return let_in + count

    def _look_at_keys(self) -> int:
        """Tell ZeroMQ which role a client's key has (ZeroMQ RFC 27); how many are let in."""
        let_in = 0
        for _ in range(DRAIN_KEYS):
            try:
                version, number, _, _, _, mechanism, *credentials = self._keys.recv_multipart(zmq.DONTWAIT)
            except zmq.Again:
                break
            role = self._roles.get(credentials[0]) if mechanism == b"CURVE" and credentials else None
            if role is None:
                self._noise.note("unknown keys")
                self._keys.send_multipart([version, number, b"400", b"unknown key", b"", b""])
            else:
                self._keys.send_multipart([version, number, b"200", b"OK", role.encode(), b""])
                let_in += 1
        return let_in

    def _handle(self, frames: list[zmq.Frame], answer: Answerer) -> None:
        client, role = bytes(frames[0].buffer), frames[-1].get("User-Id")
        if not self._allowed(client):
            self._noise.note("requests beyond the rate")
            return
        number = 0
        try:
            if len(frames) != 2:
                raise Refused("a request is one frame")
            request = protocol.parse(bytes(frames[1].buffer), str(role))
        except Refused as refused:
            self._noise.note("wrong requests")
            self.send(client, protocol.refusal(refused.number, str(refused)))
            return
        number = request.id
        try:
            reply = answer(client, str(role), request)
        except Refused as refused:
            reply = protocol.refusal(number, str(refused))
        if reply is not None:
            self.send(client, reply)

    def _allowed(self, client: bytes) -> bool:
        """Whether a client keeps its rate (a bucket of tokens)."""
        now = time.monotonic()
        tokens, last = self._buckets.pop(client, (BURST, now))
        tokens = min(BURST, tokens + (now - last) * RATE)
        self._buckets[client] = (max(0.0, tokens - 1), now)
        if len(self._buckets) > CLIENTS:
            self._buckets.popitem(last=False)
        return tokens >= 1

    def send(self, client: bytes, frames: list[protocol.Bytes]) -> bool:
        """Send an answer if the client can take it now; else it is lost.  Large frames are sent from where they lie."""
        try:
            self._socket.send_multipart([client, *frames], zmq.DONTWAIT, copy=False)
        except zmq.ZMQError:  # it has gone, or does not read
            return False
        return True

    def parted(self) -> bool:
        """Whether any connection has ended since this was last asked for."""
        found = False
        while self._partings.poll(0):
            self._partings.recv_multipart()
            found = True
        return found

    def reaches(self, client: bytes, frames: list[protocol.Bytes]) -> bool:
        """Send something to a client unasked; whether its connection is still there.  One that does not read is."""
        try:
            self._socket.send_multipart([client, *frames], zmq.DONTWAIT)
        except zmq.Again:
            return True
        except zmq.ZMQError as error:
            return error.errno != zmq.EHOSTUNREACH
        return True

    def wait(self, seconds: float) -> None:
        """Sleep until somebody asks something, or for so many seconds."""
        poller = zmq.Poller()
        for one in (self._socket, self._keys):
            poller.register(one, zmq.POLLIN)
        poller.poll(int(1000 * seconds) + 1)

    def close(self) -> None:
        """Stop listening and remove the connection files."""
        for name in FILES.values():
            path = self._folder / name
            try:
                if json.loads(path.read_text(encoding="utf-8"))["pid"] == os.getpid():
                    path.unlink()
            except (OSError, ValueError, KeyError, TypeError):
                continue  # it is not ours
        self._context.destroy(linger=0)
        _OPEN.discard(self._context)


_OPEN: set[zmq.Context[zmq.Socket[bytes]]] = set()
"""Contexts of doors that are open: one that is collected as garbage before its sockets would wait for them for ever."""


def _host_port(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    if not port.isdigit() or int(port) > 65535:
        raise InputError(problem(f"--serve {address}", repr(address), "HOST:PORT", "127.0.0.1:0, which is the default"))
    return host or "127.0.0.1", int(port)


def write_private(path: Path, content: str) -> None:
    """Write a file that nobody but its owner can read, at once."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(content)
    temporary.replace(path)


def allow_open_files(wanted: int) -> None:
    """Raise the limit of open files to what is wanted, as far as the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
