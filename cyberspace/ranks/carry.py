"""Between `mpirun` and whoever reads: mpirun ends its job when its reader has left, so it never writes to a pipe of ours directly.

Also what its environment must have: mpirun will not start without a home, or with a folder for short-lived files that is not there.
"""

from __future__ import annotations

import os
import stat
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from cyberspace.errors import system_errors
from cyberspace.ranks.guard import die_with_the_launcher
from cyberspace.telling import Voice

PATIENCE = 5.0
"""Seconds for what was said last, after the launcher has ended; something that it left behind may still hold its pipe."""

PIECE = 2**16


@contextmanager
def started(line: Sequence[str], environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a session of its own, whose readers may leave; within, it may end, and it ends with this one.

    Ctrl-C in a terminal would reach `mpirun` itself, which kills its ranks at once.

    Raises:
        InputError: If it can't be started.
    """
    ours = [number for number in (1, 2) if may_close(number)]
    how = dict.fromkeys(ours, subprocess.PIPE)
    with system_errors(line[0], "a launcher that starts", "cyberspace doctor"):
        process = subprocess.Popen(
            line,
            env=environment,
            start_new_session=True,
            preexec_fn=die_with_the_launcher,
            stdout=how.get(1),
            stderr=how.get(2),
        )
    threads = [
        threading.Thread(target=_carry, args=(stream.fileno(), number), daemon=True)
        for number, stream in ((1, process.stdout), (2, process.stderr))
        if stream is not None
    ]
    for thread in threads:
        thread.start()
    try:
        yield process
    finally:
        for thread in threads:
            thread.join(PATIENCE)


def may_close(number: int) -> bool:
    """Whether somebody else holds the other end of a file descriptor, and may let go of it."""
    try:
        mode = os.fstat(number).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def _carry(source: int, number: int) -> None:
    """Pass on what is said until its end, whether or not anybody hears it."""
    voice = Voice(number)
    with suppress(OSError):
        while piece := os.read(source, PIECE):
            voice.write(piece)


def surroundings(environment: Mapping[str, str]) -> dict[str, str]:
    """What an environment lacks that mpirun needs: a home, and a folder for short-lived files.

    Raises:
        InputError: If there is no folder for short-lived files.
    """
    with system_errors("TMPDIR", "a folder for short-lived files that can be written", "TMPDIR=/tmp, or another folder"):
        short = tempfile.gettempdir()
    lacks = {} if environment.get("TMPDIR", short) == short else {"TMPDIR": short}
    if not environment.get("HOME"):
        home = os.path.expanduser("~")  # as the system's table of users has it
        lacks["HOME"] = home if os.path.isabs(home) and os.path.isdir(home) else short
    return lacks
