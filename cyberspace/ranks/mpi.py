"""The one door to MPI: letters between ranks, messages between ranks, and what is left to do when a rank dies.

Point-to-point and non-blocking throughout; collectives only where a lost rank is mended and at the very end.  Letters are received
into rings of aligned buffers that are posted ahead.  Nothing moves unless MPI is called, so the crew looks in every few milliseconds.
"""

from __future__ import annotations

import os
import pickle
import socket
import struct
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from cyberspace.cores import allowed_cores
from cyberspace.errors import InputError, LawBroken, problem
from cyberspace.law.letters import Body, Short, Stamp, body_of, open_block, read_stamp, sealed_bytes
from cyberspace.law.universe import Universe
from cyberspace.ranks.haste import Haste
from cyberspace.ranks.team import Message, RankLost
from topology.link import NOBODY

if TYPE_CHECKING:
    from mpi4py import MPI

    Comm = MPI.Intracomm

Found = TypeVar("Found")

RING = 3
"""Buffers for each link: the letter that is read, the one that is due, and the one after it."""

SENT = struct.Struct("<d")
"""Behind a letter that is to be held back: when it was posted, by the clock that all processes of a host share."""

ALIGN = 64
IDLE_SECONDS = 100e-6
ABORT, ABORT_SECONDS = "abort", 1.0
SIZES = ("OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS")
"""Where launchers tell how many processes they started."""


def launched_size() -> int:
    """Processes that a launcher says it started; 1 without one."""
    return max(int(os.environ.get(name) or 1) for name in SIZES)


def communicator() -> Comm | None:
    """All ranks of this job as an mpi4py communicator; None if a single process was started.

    Raises:
        InputError: If a launcher started several processes and mpi4py is missing or sees another number of them.
    """
    expected = launched_size()
    if expected == 1:
        return None
    try:
        from mpi4py import MPI
    except (ImportError, RuntimeError) as error:
        got = f"{expected} processes and no working mpi4py ({' '.join(str(error).split())})"
        raise InputError(problem("MPI", got, "mpi4py and its MPI library", "pip install 'cyberspace[mpi]'")) from None
    if MPI.COMM_WORLD.size != expected:
        got = f"{expected} processes, of which this one sees {MPI.COMM_WORLD.size}: the launcher belongs to another MPI"
        attempt = "cyberspace launch, or the mpirun of the library that `cyberspace doctor` names"
        raise InputError(problem("MPI", got, "ranks of one job", attempt))
    return MPI.COMM_WORLD


def describe() -> str:
    """The MPI library that mpi4py found, and whether it can go on when a rank dies."""
    from mpi4py import MPI

    name = MPI.Get_library_version().split(",")[0].strip()
    tolerant = "can" if hasattr(MPI.Comm, "Shrink") and name.startswith("Open MPI") else "can't"
    threads = {MPI.THREAD_MULTIPLE: "multiple", MPI.THREAD_SERIALIZED: "serialized"}.get(MPI.Query_thread(), "few")
    return f"{name}, threads {threads}, {tolerant} go on without a lost rank"


def aligned(size: int) -> NDArray[np.uint8]:
    """A buffer of so many bytes whose address is a multiple of `ALIGN`."""
    whole = np.empty(size + ALIGN, dtype=np.uint8)
    start = -whole.ctypes.data % ALIGN
    return whole[start : start + size]


def told(what: Stamp | str, rank: int) -> str:
    """What was sent to a rank, a letter or a message, in words."""
    if isinstance(what, str):
        return f"{what} to rank {rank}"
    return f"letter of region {what.sender} to region {what.receiver} (rank {rank}), tick {what.tick:,}"


@dataclass(frozen=True)
class Kept:
    """A letter that is here.

    Attributes:
        due: When it may be taken.
        block: The letter.
        ring: Index of the receive whose buffer it lies in; None if it came from this rank.
    """

    due: float
    block: Body
    ring: int | None = None


class MpiTeam:
    """The ranks of an MPI job, as one of them sees them.

    Args:
        comm: A communicator.
        delay: Seconds that every letter is under way at least, from when it is posted, and that every message is held back after it
            came in; for experiments on one host.
        ended: Called with this rank's exit code before it ends.
    """

    def __init__(self, comm: Comm, delay: float = 0.0, ended: Callable[[int], None] = lambda code: None):
        from mpi4py import MPI

        self._mpi, self._delay, self.mended, self._ended = MPI, delay, False, ended
        self._parent, self._haste = os.getppid(), Haste()
        self._assemble(comm)

    def _assemble(self, comm: MPI.Comm) -> None:
        """Begin anew on a communicator, or on what is left of it where a rank dies meanwhile."""
        while not self._duplicate(comm):
            comm, self.mended = comm.Shrink(), True
        self._comm = comm
        for each in (comm, self._letters, self._talk):
            each.Set_errhandler(self._mpi.ERRORS_RETURN)
        self.rank, self.size = comm.rank, comm.size
        self._own: dict[tuple[int, int, int], Kept] = {}
        self._lent: dict[tuple[int, int], int | None] = {}
        self._placement: tuple[int, ...] = ()
        self._tags: dict[tuple[int, int, int], int] = {}
        self._epoch = 0
        self._rings: list[NDArray[np.uint8]] = []
        self._requests: list[MPI.Prequest] = []
        self._sends: list[tuple[MPI.Request, bytes | bytearray, Stamp | str, int]] = []
        self._coming: dict[int, deque[tuple[MPI.Request, bytearray, float]]] = {}
        self._self_said: deque[Message] = deque()

    def _duplicate(self, comm: MPI.Comm) -> bool:
        """Make the communicators for letters and for messages; whether all ranks could."""
        done = 0
        try:
            self._letters, self._talk = comm.Dup(), comm.Dup()
            self.hosts, done = tuple(comm.allgather(socket.gethostname())), 1
        except self._mpi.Exception:
            comm.Revoke()  # so that nobody waits in there for a rank that has left it
        try:
            return bool(comm.Agree(done))
        except NotImplementedError:  # an MPI without fault tolerance
            return True
        except self._mpi.Exception:
            return False

    @property
    def threads(self) -> int | None:
        """Threads for this rank's share of the host's cores."""
        beside = int(os.environ.get("OMPI_COMM_WORLD_LOCAL_SIZE") or os.environ.get("SLURM_NTASKS_PER_NODE") or self.size)
        return max(1, allowed_cores() // beside)

    def join(self, universe: Universe, placement: tuple[int, ...], epoch: int) -> None:
        """Post the receives for all letters to the regions of this rank."""
        self._placement, self._epoch = placement, epoch
        ends = [
            (partner, world.region, end.axis, Short(world, end).most)
            for world in universe.worlds
            for end in world.ends
            for partner in sorted(set(end.partners) - {NOBODY})
        ]
        self._tags = {(sender, receiver, axis): tag for tag, (sender, receiver, axis, _) in enumerate(ends)}
        limit = self._comm.Get_attr(self._mpi.TAG_UB)
        if limit is not None and len(ends) > limit:
            raise InputError(problem("MPI", f"{len(ends)} links", f"at most {limit}, the largest tag of this MPI"))
        more = SENT.size if self._delay else 0
        for sender, receiver, axis, size in ends:
            source = placement[sender]
            if placement[receiver] == self.rank and source != self.rank:
                for _ in range(RING):
                    self._rings.append(aligned(size + more))
                    tag = self._tags[sender, receiver, axis]
                    self._requests.append(self._call(self._letters.Recv_init, [self._rings[-1], self._mpi.BYTE], source, tag))
                    self._call(self._requests[-1].Start)

    def post(self, block: bytearray) -> None:
        """Send a letter."""
        stamp = read_stamp(block)
        rank = self._placement[stamp.receiver]
        if rank == self.rank:
            self._own[stamp.receiver, stamp.axis, stamp.opening] = Kept(0.0, block)
            return
        tag = self._tags[stamp.sender, stamp.receiver, stamp.axis]
        if self._delay:
            block = block + SENT.pack(time.monotonic())
        request = self._call(self._letters.Isend, [block, self._mpi.BYTE], rank, tag)
        self._sends.append((request, block, stamp, rank))

    def collect(self, receiver: int, axis: int, opening: int) -> memoryview | None:
        """Take a letter; it stays where it was received until the next one of the link is taken."""
        if (receiver, axis, opening) not in self._own:
            self._progress()
        kept = self._own.get((receiver, axis, opening))
        if kept is None or kept.due > time.monotonic():
            return None
        del self._own[receiver, axis, opening]
        read = self._lent.get((receiver, axis))
        self._lent[receiver, axis] = kept.ring
        if read is not None:
            self._call(self._requests[read].Start)
        return body_of(kept.block)  # was opened when it came in

    def tell(self, rank: int, what: str, said: object) -> None:
        """Send a message."""
        if rank == self.rank:
            self._self_said.append((rank, what, said))
            return
        content = pickle.dumps((what, said), protocol=pickle.HIGHEST_PROTOCOL)
        request = self._call(self._talk.Isend, [content, self._mpi.BYTE], rank, 0)
        self._sends.append((request, content, what, rank))

    def hear(self) -> list[Message]:
        """Messages that have come in."""
        self._progress()
        status = self._mpi.Status()
        while True:
            message = self._call(self._talk.Improbe, self._mpi.ANY_SOURCE, self._mpi.ANY_TAG, status)
            if message is None:
                break
            content = bytearray(status.Get_count(self._mpi.BYTE))
            request = self._call(message.Irecv, [content, self._mpi.BYTE])
            queue = self._coming.setdefault(status.Get_source(), deque())
            queue.append((request, content, time.monotonic() + self._delay))
        heard = list(self._self_said)
        self._self_said.clear()
        for source, queue in self._coming.items():
            while queue and queue[0][2] <= time.monotonic() and self._call(queue[0][0].Test):
                what, said = pickle.loads(queue.popleft()[1])
                if what == ABORT:
                    self._ended(said)
                    os._exit(said)
                heard.append((source, what, said))
        return heard

    def idle(self) -> None:
        """Sleep for a moment."""
        if os.getppid() != self._parent:
            raise LawBroken("the launcher of this rank is gone") from None
        self._haste.look()
        time.sleep(IDLE_SECONDS)

    def pending(self) -> str:
        """What was sent and not taken yet."""
        return ", ".join(told(what, rank) for request, _, what, rank in self._sends if not request.Test()) or "nothing"

    def _progress(self) -> None:
        """Let MPI work: take the letters that have come in, and forget what has been sent."""
        done = self._call(self._mpi.Request.Testsome, self._requests) if self._requests else None
        for index in done or ():
            ring = memoryview(self._rings[index])
            block = ring[: sealed_bytes(ring)]
            stamp, _ = open_block(block)
            due = SENT.unpack_from(ring, len(block))[0] + self._delay if self._delay else 0.0
            if stamp.epoch == self._epoch:
                self._own[stamp.receiver, stamp.axis, stamp.opening] = Kept(due, block, index)
            else:
                self._call(self._requests[index].Start)
        if self._sends and self._is_done(self._sends[0][0]):
            self._sends = [send for send in self._sends if not self._is_done(send[0])]

    def _is_done(self, request: MPI.Request) -> bool:
        return self._call(request.Test)

    def _call(self, function: Callable[..., Found], *arguments: object) -> Found:
        """Call MPI; whatever it says went wrong, a rank is gone."""
        try:
            return function(*arguments)
        except self._mpi.Exception as error:
            raise RankLost(str(error)) from None

    def mend(self) -> tuple[int, ...]:
        """Revoke what is left, agree on who is left, and go on as a smaller team; the ranks that were lost."""
        with suppress(RankLost):
            self.hear()  # perhaps it did not die, but ended the job
        for comm in (self._letters, self._talk, self._comm):
            comm.Revoke()
        before, self.mended = self._comm.Get_group(), True
        self._assemble(self._comm.Shrink())
        now = before.Translate_ranks(list(range(before.size)), self._comm.Get_group())
        return tuple(rank for rank, number in enumerate(now) if number == self._mpi.UNDEFINED)

    def leave(self, code: int) -> None:
        """The end, for all ranks at once; does not return where a rank was lost on the way."""
        lost = self.mended
        self._ended(code)
        try:
            self._comm.Agree(1)
        except NotImplementedError:  # an MPI without fault tolerance
            self._comm.Barrier()
        except self._mpi.Exception:  # somebody died while all were leaving
            lost = True
        if lost:
            # Finalize may hang after a failure; everything is on the disk by now.
            os._exit(code)

    def abort(self, code: int) -> None:
        """End the whole job.

        Under fault tolerance the others would take an abort for a death and go on, so they are told first.
        """
        self._ended(code)
        with suppress(RankLost):
            for rank in range(self.size):
                if rank != self.rank:
                    self.tell(rank, ABORT, code)
            deadline = time.monotonic() + ABORT_SECONDS
            while time.monotonic() < deadline:
                self._progress()
                time.sleep(IDLE_SECONDS)
        self._mpi.COMM_WORLD.Abort(code)
