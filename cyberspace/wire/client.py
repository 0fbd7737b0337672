"""A client of a run that is served: asks over ZeroMQ, and waits for the answer."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from cyberspace.errors import InputError, Refused, problem
from cyberspace.wire import protocol as wire
from cyberspace.wire.connection import BEAT, LIFE, read_connection

try:
    import zmq
except ImportError:  # an extra; told when a client is asked for
    zmq = None  # type: ignore[assignment]

Head = dict[str, Any]
Answer = tuple[Mapping[str, Any], Mapping[str, NDArray[np.generic]]]
"""What an answer says, and its arrays by name."""

PATIENCE = 30.0
"""Seconds in which a run answers; one that has just begun may still compile."""

SILENT = 120_000
"""Milliseconds after which a run that gives no sign of life is taken for gone; it may be compiling."""


class Client:
    """A connection with the keys of a connection file.

    Those that are open are kept in `opened`: a context of ZeroMQ that is collected before its sockets are closed waits for ever.

    Args:
        path: The connection file.
        keys: Other keys, (public, secret).
        timeout: Seconds to wait for an answer.

    Raises:
        InputError: If pyzmq is missing, or the file can't be read or is stale.
    """

    opened: ClassVar[list[Client]] = []

    def __init__(self, path: Path, keys: tuple[str, str] | None = None, timeout: float = PATIENCE):
        if zmq is None:
            raise InputError(problem("pyzmq", "no such package", "pyzmq", "pip install 'cyberspace[view]'"))
        about = read_connection(path)
        self._path, self._timeout, self._number = path, timeout, 0
        context: Any = zmq.Context.instance()
        self.socket = context.socket(zmq.DEALER)
        for option, value in {
            zmq.LINGER: 0,
            zmq.HEARTBEAT_IVL: BEAT,
            zmq.HEARTBEAT_TTL: LIFE,
            zmq.HEARTBEAT_TIMEOUT: SILENT,
        }.items():
            self.socket.setsockopt(option, value)
        public, secret = keys or (about.public_key, about.secret_key)
        self.socket.curve_publickey, self.socket.curve_secretkey = public.encode(), secret.encode()
        self.socket.curve_serverkey = about.server_key.encode()
        self.socket.connect(about.address)
        self.opened.append(self)

    def send(self, ask: str, **keys: object) -> int:
        """Ask; the number of the request."""
        self._number += 1
        self.socket.send(wire.request(ask, self._number, **keys))
        return self._number

    def receive(self, timeout: float | None = None) -> Answer | None:
        """Head and arrays of the next answer; None if none comes in time."""
        if not self.socket.poll(int(1000 * (timeout or self._timeout))):
            return None
        return wire.read_answer(self.socket.recv_multipart())

    def ask(self, ask: str, **keys: object) -> Answer:
        """Ask, and wait for the answer; answers to what was asked before, and came late, are dropped.

        Raises:
            InputError: If none comes in time.
        """
        number, deadline = self.send(ask, **keys), time.monotonic() + self._timeout
        while (left := deadline - time.monotonic()) > 0:
            found = self.receive(left)
            if found is not None and found[0]["id"] == number:
                return found
        got, expected = f"no answer to {ask} in {self._timeout:g} seconds", "that of a run that is going on"
        raise InputError(
            problem(str(self._path), got, expected, f"cyberspace run --resume {self._path.parent} --ticks N --serve")
        )

    def head(self, ask: str, **keys: object) -> Head:
        """What the answer says, without its arrays."""
        return dict(self.ask(ask, **keys)[0])

    def told(self, ask: str, **keys: object) -> Answer:
        """As `ask`, for an answer that must be none that refuses.

        Raises:
            Refused: With the run's reason.
        """
        head, arrays = self.ask(ask, **keys)
        if not head["ok"]:
            raise Refused(head["reason"])
        return head, arrays

    def act(self, kind: str, **keys: object) -> Head:
        """Take part."""
        return self.head("act", act={"kind": kind, **keys})

    def close(self) -> None:
        """Close the connection."""
        if self in self.opened:
            self.opened.remove(self)
            self.socket.close(linger=0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
