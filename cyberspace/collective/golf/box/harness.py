"""The harness's side of the box: one process for one job, that is asked for logits and shown bytes, and killed when it is late."""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from cyberspace.collective.golf.codes import CODES, Caught
from cyberspace.errors import InputError, problem

RUNNER = Path(__file__).with_name("runner.py")
SLOWEST = 10.0
"""How many seconds of the wall clock a second of processor time may take."""

LARGEST = 1 << 28
"""Bytes of a state or a message, at most."""

SIGNALS = {9: "memory", 24: "time", 31: "forbidden-call"}
"""What killed a process that had not said anything: SIGKILL (the system is out of memory), SIGXCPU, SIGSYS."""


@dataclass(frozen=True)
class Budget:
    """What a submission may use, each time it runs.

    Attributes:
        seconds: Processor time of one pass, which may take ten times as long by the wall clock where others use the machine as well.
        step: Seconds by the wall clock for one answer, or for its beginning.
        memory: Bytes of address space.
    """

    seconds: float = 300.0
    step: float = 30.0
    memory: int = 2 << 30


@dataclass(frozen=True)
class Job:
    """What runs in a box.

    Attributes:
        code: Source of the submission, UTF-8.
        genomes: What `params["genomes"]` shall be.
        mixer: What `params["mixer"]` shall be.
        lanes: How many texts are read at a time.
    """

    code: bytes
    genomes: bytes = b""
    mixer: bytes = b""
    lanes: int = 1


class Nursery:
    """A process that has read NumPy and forks boxes."""

    def __init__(self) -> None:
        self._door, theirs = socket.socketpair()
        quiet = {
            "PYTHONHASHSEED": "0",
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            "MKL_NUM_THREADS": "1",
            "LC_ALL": "C.UTF-8",
        }
        nothing = subprocess.DEVNULL
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-B", str(RUNNER), str(theirs.fileno())], stdin=nothing, stdout=nothing, stderr=nothing,
            pass_fds=(theirs.fileno(),), cwd="/", start_new_session=True, env=quiet,
        )  # fmt: skip
        theirs.close()
        self._lock = threading.Lock()

    def fork(self, source: int, sink: int) -> int:
        """A new box with these ends; the number of its process."""
        with self._lock:
            socket.send_fds(self._door, [b"n" + struct.pack("<q", 0)], [source, sink])
            return self._answer()

    def wait(self, number: int) -> int:
        """How a box ended: its exit code, or a signal's number below 0."""
        with self._lock:
            self._door.send(b"w" + struct.pack("<q", number))
            return self._answer()

    def _answer(self) -> int:
        raw = self._door.recv(8, socket.MSG_WAITALL)
        if len(raw) < 8:
            got = "a nursery of boxes that ended"
            raise InputError(problem("golf", got, "a process that starts boxes", "the same again, with more memory free"))
        return int(struct.unpack("<q", raw)[0])

    def close(self) -> None:
        """End it."""
        self._door.close()
        self.process.wait()


_NURSERIES: dict[int, Nursery] = {}


def nursery() -> Nursery:
    """The nursery of this process."""
    found = _NURSERIES.get(os.getpid())
    if found is None or found.process.poll() is not None:
        found = _NURSERIES[os.getpid()] = Nursery()
        atexit.register(found.close)
    return found


class Box:
    """A process that holds a submission; a context manager that ends it.

    Args:
        job: What runs.
        seed: What `params["seed"]` shall be.
        budget: Its limits.
        state: A state to go on from; empty to begin.

    Attributes:
        walls: Which walls stand around it: network, limits, nobody, calls, audit.

    Raises:
        Caught: If it breaks a rule while it begins.
    """

    def __init__(self, job: Job, seed: int = 0, budget: Budget | None = None, state: bytes = b""):
        self.budget, self.lanes, self._rest = budget or Budget(), job.lanes, b""
        self._deadline = time.monotonic() + SLOWEST * self.budget.seconds
        inside, self._sink = os.pipe()
        self._source, outside = os.pipe()
        try:
            self._nursery = nursery()
            self._number = self._nursery.fork(inside, outside)
        finally:
            os.close(inside)
            os.close(outside)
        self._code: int | None = None
        self._poll = select.poll()
        self._poll.register(self._source, select.POLLIN)
        self.walls: list[str] = []
        try:
            self._begin(job, seed, state)
        except BaseException:
            self.close()
            raise

    def _begin(self, job: Job, seed: int, state: bytes) -> None:
        parts = (job.code, job.genomes, job.mixer, state)
        limits = {"memory": self.budget.memory, "seconds": max(1, round(self.budget.seconds))}
        head = json.dumps({"seed": seed, "lanes": job.lanes, "sizes": [len(one) for one in parts]} | limits).encode()
        self._put(struct.pack("<Q", len(head)) + head + b"".join(parts))
        self.walls = json.loads(self._message(b"h", self.budget.step + 20.0))  # NumPy may have to be read from a cold disk
        self._message(b"r", self.budget.step)

    def step(self, shown: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Show a byte to each lane, uint8 (lanes,); the logits of the next ones, float64 (lanes, 256), as they came.

        Raises:
            Caught: If it breaks a rule.
        """
        self._put(b"b" + shown.tobytes())
        tag = self._take(1, self.budget.step)
        if tag != b"l":
            self._other(tag)
        raw = self._take(self.lanes * 2048, self.budget.step)
        return np.frombuffer(raw, dtype="<f8").reshape(self.lanes, 256)

    def snapshot(self) -> bytes:
        """The submission's state, written down.

        Raises:
            Caught: If it can't be.
        """
        self._put(b"s")
        return self._message(b"t", self.budget.step)

    def _message(self, wanted: bytes, seconds: float) -> bytes:
        tag = self._take(1, seconds)
        if tag != wanted:
            self._other(tag)
        size = struct.unpack("<Q", self._take(8, seconds))[0]
        if size > LARGEST:
            raise Caught("state", f"{size:,} bytes")
        return self._take(size, seconds)

    def _other(self, tag: bytes) -> None:
        """Something else than what was asked for came."""
        if tag == b"e":
            raw = self._take(min(LARGEST, struct.unpack("<Q", self._take(8, 5.0))[0]), 5.0)
            try:
                code, detail = json.loads(raw)
            except ValueError:
                code, detail = "crash", "a message that can't be read"
            raise Caught(code if code in CODES else "crash", str(detail)[:300])
        raise Caught("crash", "it wrote into the harness's pipe")

    def _put(self, raw: bytes) -> None:
        try:
            rest = memoryview(raw)
            while rest:
                rest = rest[os.write(self._sink, rest) :]
        except BrokenPipeError:
            pass  # what it said before it went is read next

    def _take(self, count: int, seconds: float) -> bytes:
        """So many bytes from the box."""
        end = time.monotonic() + seconds
        while len(self._rest) < count:
            left = min(end, self._deadline) - time.monotonic()
            if left <= 0 or not self._poll.poll(1000 * left):
                raise Caught(
                    "time" if self._deadline < end else "hangs",
                    f"{self.budget.seconds if self._deadline < end else seconds:g} s",
                )
            part = os.read(self._source, max(65536, count - len(self._rest)))
            if not part:
                self._gone()
            self._rest += part
        found, self._rest = self._rest[:count], self._rest[count:]
        return found

    def _gone(self) -> None:
        """The process ended without a word."""
        code = self._code = self._nursery.wait(self._number)
        if code < 0:
            raise Caught(SIGNALS.get(-code, "crash"), f"killed by signal {-code}")
        raise Caught("coverage" if code == 0 else "crash", f"its process ended with code {code} before the last byte")

    def close(self) -> None:
        """End the process."""
        if self._code is None:
            with suppress(ProcessLookupError):
                os.kill(self._number, signal.SIGKILL)  # it is not waited for yet, so the number is still its own
            self._code = self._nursery.wait(self._number)
        for number in (self._sink, self._source):
            os.close(number)

    def __enter__(self) -> Box:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
