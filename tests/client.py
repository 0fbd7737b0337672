"""A client of a run, for tests: asks and waits."""

import json
import time
from pathlib import Path
from typing import ClassVar

import zmq

from cyberspace.wire import protocol
from cyberspace.wire.connection import read_connection


class Client:
    """Connects with the keys of a connection file; others may be given.

    Those that are open are kept in `opened`: a context of ZeroMQ that is collected before its sockets are closed waits for ever.
    """

    opened: ClassVar[list] = []

    def __init__(self, path, keys=None, timeout=120.0):
        deadline = time.monotonic() + timeout
        while not Path(path).exists():
            assert time.monotonic() < deadline, f"no {path}"
            time.sleep(0.01)
        about = read_connection(Path(path))
        self._timeout, self._number = timeout, 0
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.setsockopt(zmq.LINGER, 0)
        public, secret = keys or (about.public_key, about.secret_key)
        self.socket.curve_publickey, self.socket.curve_secretkey = public.encode(), secret.encode()
        self.socket.curve_serverkey = about.server_key.encode()
        self.socket.connect(about.address)
        self.opened.append(self)

    def send(self, ask, **keys):
        self._number += 1
        self.socket.send(protocol.request(ask, self._number, **keys))
        return self._number

    def receive(self, timeout=None):
        """Head and arrays of the next answer; None if none comes in time."""
        if not self.socket.poll(1000 * (timeout or self._timeout)):
            return None
        return protocol.read_answer(self.socket.recv_multipart())

    def ask(self, ask, **keys):
        number = self.send(ask, **keys)
        found = self.receive()
        assert found is not None, f"no answer to {ask}"
        assert found[0]["id"] == number
        return found

    def head(self, ask, **keys):
        return self.ask(ask, **keys)[0]

    def act(self, kind, **keys):
        return self.head("act", act={"kind": kind, **keys})

    def close(self):
        if self in self.opened:
            self.opened.remove(self)
            self.socket.close(linger=0)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def raw(content):
    """The frame of a request of any content."""
    return json.dumps(content).encode()
