"""A client of a run, for tests: waits for the run to begin."""

import json
import time
from pathlib import Path

from cyberspace.wire import client


class Client(client.Client):
    """Connects once the connection file is there; other keys may be given."""

    def __init__(self, path, keys=None, timeout=120.0):
        deadline = time.monotonic() + timeout
        while not Path(path).exists():
            assert time.monotonic() < deadline, f"no {path}"
            time.sleep(0.01)
        super().__init__(Path(path), keys, timeout)


def raw(content):
    """The frame of a request of any content."""
    return json.dumps(content).encode()
