"""One start of a job: `mpirun` and its ranks from the first to the last, and what is known of their end."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType

from cyberspace.errors import EXIT_INTERRUPTED
from cyberspace.ranks.carry import started
from cyberspace.ranks.launch import carried
from cyberspace.ranks.tether import TETHER, Tethers, tethers

LOOK_SECONDS = 0.25
ORDERLY_SECONDS = 5.0
"""In which `mpirun` must have ended the job when it was told to, or when its ranks have ended badly."""

LAST_WORDS_SECONDS = 2.0
"""In which the guards of a job that has ended may still tell how."""

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1, signal.SIGHUP)


@dataclass
class End:
    """How a start of a job ended.

    Attributes:
        code: Exit code of `mpirun`; minus a signal's number if that killed it.
        codes: Exit code by rank, of those that told theirs.
        began: Host by rank, of all that were ever there.
        unmet: Why the ranks did not find each other; empty if they did.
        silent: Hosts that gave no answer for longer than the deadline.
        stops: Signals that came.
        lost: Hosts of ranks that went without a word, in the order in which they did.
    """

    code: int = 0
    codes: dict[int, int] = field(default_factory=dict)
    began: dict[int, str] = field(default_factory=dict)
    unmet: str = ""
    silent: frozenset[str] = frozenset()
    stops: int = 0
    lost: tuple[str, ...] = ()

    @property
    def told(self) -> int | None:
        """The exit code that the ranks told: the best of them, since all leave a run that is done together; None if they told none."""
        codes = list(self.codes.values())
        return 0 if 0 in codes else self.codes.get(0, codes[0] if codes else None)


class Stops:
    """Signals to this process: the first asks the ranks for a checkpoint, a second one ends all at once."""

    def __init__(self) -> None:
        self.count = 0
        self.job: subprocess.Popen[bytes] | None = None

    def note(self, number: int, frame: FrameType | None) -> None:
        """Take a signal."""
        self.count += 1
        if self.job is not None and self.count == 1:
            with suppress(OSError):
                self.job.send_signal(signal.SIGUSR1)  # all ranks, by way of their launcher


@contextmanager
def stops() -> Iterator[Stops]:
    """Takes signals as long as jobs are started; the end of a terminal only if it is not ignored (nohup)."""
    taken = Stops()
    before = {number: signal.getsignal(number) for number in STOPS}
    for number, handler in before.items():
        if number != signal.SIGHUP or handler != signal.SIG_IGN:
            signal.signal(number, taken.note)
    try:
        yield taken
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def attempt(
    line: Sequence[str], environment: dict[str, str], deadline: float, addresses: Sequence[str], far: bool, taken: Stops
) -> End:
    """Start a job and wait for its end; nothing of it is left when this returns, as far as can be seen from here.

    Args:
        line: The command line of `mpirun`.
        environment: For it.
        deadline: Seconds that a rank waits for another.
        addresses: At which ranks find this host.
        far: Whether there are ranks on other hosts.
        taken: Signals.
    """
    with tethers(deadline, addresses) as ends:
        environment = {**environment, TETHER: ends.line.text()}
        line = [line[0], *(carried(environment) if far else []), *line[1:]]
        with started(line, environment) as job:
            taken.job = job
            try:
                _await(job, ends, deadline, taken)
                _last_words(ends)
            finally:
                taken.job = None
                _kill(job)
        return End(job.returncode, ends.codes, ends.began, ends.unmet, frozenset(ends.silent), taken.count, tuple(ends.lost))


def _await(job: subprocess.Popen[bytes], ends: Tethers, deadline: float, taken: Stops) -> None:
    """Wait for the end of a job, and bring it about where it does not come."""
    due, asked = 0.0, False
    while job.poll() is None:
        ends.attend(LOOK_SECONDS)
        now = time.monotonic()
        if not due and (ends.silent or ends.codes or taken.count > 1):
            due = now + _patience(ends, deadline, taken)
        if taken.count > 1 and not asked:
            asked, due = True, now + ORDERLY_SECONDS
            job.send_signal(signal.SIGTERM)
        if due and now > due:
            _kill(job)


def _patience(ends: Tethers, deadline: float, taken: Stops) -> float:
    """How long `mpirun` may take to end: where all leave a run that is done together, one may wait for another."""
    if ends.silent:
        return 1.0  # the deadline has passed, and it knows of nothing
    together = taken.count < 2 and {*ends.codes.values()} <= {0, EXIT_INTERRUPTED}
    return ORDERLY_SECONDS + (deadline if together else 0.0)


def _last_words(ends: Tethers) -> None:
    until = time.monotonic() + LAST_WORDS_SECONDS
    while ends.live and time.monotonic() < until:
        ends.attend(LOOK_SECONDS / 5)


def _kill(job: subprocess.Popen[bytes]) -> None:
    if job.poll() is None:
        with suppress(OSError):
            job.kill()
        job.wait()
