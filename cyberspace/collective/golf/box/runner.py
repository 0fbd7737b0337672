"""What runs inside the box: it puts up the walls, loads the submission and answers the harness, one message at a time.

It is started as a file, `python -I -B runner.py SOCKET`, and imports nothing of this project but the two files beside it.  That process
is a nursery: it reads NumPy once and then forks a box whenever it is sent the two ends of a box's pipes.  From the harness: a job (one
line of JSON, then code, genomes, mixer, state), then `b` + a byte for each lane, `s` (write the state down) or `q`.  To the harness: `h` +
the walls that stand, `r` when the state is there, `l` + logits, `t` + the state, `e` + code and detail; all sized, but for logits.
"""

from __future__ import annotations

import json
import os
import random
import socket
import struct
import sys
import warnings
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from types import ModuleType

    from cyberspace.collective.golf.box import states, walls
else:
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    import states
    import walls

    sys.path.pop(0)

TOOLS = (
    "array", "base64", "binascii", "bisect", "bz2", "collections", "copy", "cmath", "dataclasses", "decimal", "enum", "fractions",
    "functools", "hashlib", "heapq", "io", "itertools", "json", "lzma", "math", "numbers", "operator", "os", "random", "re",
    "statistics", "string", "struct", "sys", "time", "types", "typing", "zlib", "numpy", "numpy.fft", "numpy.linalg",
    "numpy.random", "numpy.polynomial", "numpy.lib.stride_tricks",
)  # fmt: skip
"""Modules that a submission may import."""


class Pipe:
    """The two ends that lead to the harness."""

    def __init__(self, source: int, sink: int):
        self.source, self.sink = source, sink

    def take(self, count: int) -> bytes:
        """So many bytes; the process ends where the harness has gone."""
        parts, left = [], count
        while left:
            part = os.read(self.source, min(left, 1 << 20))
            if not part:
                os._exit(0)
            parts.append(part)
            left -= len(part)
        return b"".join(parts)

    def put(self, raw: bytes) -> None:
        """Write all of some bytes."""
        rest = memoryview(raw)
        while rest:
            rest = rest[os.write(self.sink, rest) :]

    def sized(self, tag: bytes, raw: bytes) -> None:
        """Write a message that says how long it is."""
        self.put(tag + struct.pack("<Q", len(raw)) + raw)

    def end(self, code: str, detail: str) -> NoReturn:
        """Say what was seen, and end."""
        self.sized(b"e", json.dumps([code, detail[:300]]).encode())
        os._exit(1)


def load(pipe: Pipe) -> tuple[dict[str, object], ModuleType, bytes]:
    """Put up the walls and run the submission's code; the job's parameters, the module, the state to begin with (empty: none)."""
    job = json.loads(pipe.take(struct.unpack("<Q", pipe.take(8))[0]))
    standing = ["network"] if walls.part_from_network() else []
    import numpy as np

    np.random.seed()  # what hangs on chance shall be seen to
    random.seed()
    code, genomes, mixer, state = (pipe.take(size) for size in job["sizes"])
    text = compile(
        code, "<submission>", "exec", dont_inherit=True
    )  # of what is no Python the compiler opens the file to show it
    walls.limit(job["memory"], job["seconds"])
    standing += ["limits"] + (["nobody"] if walls.become_nobody() else [])
    allowed = frozenset({*TOOLS, *(name for name in sys.modules if name.startswith("numpy."))})
    hidden = [name for name in sys.modules if name.partition(".")[0] in walls.IMPORTS]
    for name in hidden:
        del sys.modules[name]
    standing += ["calls"] if walls.filter_calls() else []
    walls.watch(pipe.end, allowed)
    pipe.sized(b"h", json.dumps([*standing, "audit"]).encode())
    module = type(sys)("submission")
    exec(text, module.__dict__)
    return {"seed": job["seed"], "lanes": job["lanes"], "genomes": genomes, "mixer": mixer}, module, state


def answer(pipe: Pipe) -> NoReturn:
    """Live one job to its end."""
    import numpy as np

    params, module, raw = load(pipe)
    lanes = int(params["lanes"])  # type: ignore[call-overload]
    step, shape = module.step, (256,) if lanes == 1 else (lanes, 256)
    begun = module.init(params)
    state = states.read_state(raw) if raw else begun
    pipe.sized(b"r", b"")
    while True:
        tag = pipe.take(1)
        if tag == b"b":
            shown = pipe.take(lanes)
            state, logits = step(state, shown[0] if lanes == 1 else np.frombuffer(shown, dtype=np.uint8))
            found = np.asarray(logits)
            if found.shape != shape or found.dtype.kind not in "biuf":
                pipe.end("shape", f"{found.dtype}{list(found.shape)}, not {list(shape)}")
            pipe.put(b"l" + found.astype("<f8").tobytes())
        elif tag == b"s":
            try:
                pipe.sized(b"t", states.write_state(state))
            except states.Unwritable as error:
                pipe.end("state", str(error))
        else:
            os._exit(0)


def live(source: int, sink: int) -> NoReturn:
    """Live in a box, and tell of an error in one line."""
    os.setsid()
    pipe = Pipe(source, sink)
    try:
        answer(pipe)
    except MemoryError:
        pipe.end("memory", "MemoryError")
    except SystemExit:
        pipe.end("coverage", "SystemExit before the last byte")
    except BaseException as error:
        pipe.end("crash", f"{type(error).__name__}: {error}")


def main() -> None:
    """Fork boxes until the harness has gone: `n` + two ends gives its number, `w` + a number waits for it and gives how it ended."""
    import importlib

    for name in TOOLS:
        importlib.import_module(name)
    import numpy as np

    warnings.simplefilter("ignore")  # to show a warning is to open the file that it comes from
    np.seterr(all="ignore")
    np.ones((8, 8)) @ np.ones((8, 8))  # what the library sets up at its first product
    walls.die_with_parent()
    door = socket.socket(fileno=int(sys.argv[1]))
    while True:
        raw, ends, _, _ = socket.recv_fds(door, 9, 2)
        if len(raw) < 9:
            return
        number = struct.unpack("<q", raw[1:])[0]
        if raw[:1] == b"n":
            number = os.fork()
            if number == 0:
                door.close()
                live(*ends)
            for end in ends:
                os.close(end)
        else:
            number = os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])
        door.send(struct.pack("<q", number))


if __name__ == "__main__":
    main()
