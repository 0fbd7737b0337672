"""The one door to a terminal, a pipe or a log: whoever listens may leave, be full, or never have been there.

What is said on standard error (progress, messages) never ends what it tells of: what can't be written is not told.  What a command was
asked to print on standard output either arrives or ends the command: in silence where the reader left, as with other tools, else with
a message.
"""

from __future__ import annotations

import codecs
import errno
import io
import os
import select
import sys
from typing import IO, TYPE_CHECKING, cast

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

PATIENCE = 1.0
"""Seconds that a message waits for a reader that reads nothing, once; those after it do not wait until he reads again."""

PLAIN = "cyberspace.plain"
"""How letters are written that an encoding has not: bytes of a path as they are, others by their number."""

LOST = (errno.EPIPE, errno.ECONNRESET)


class Unheard(Exception):
    """What a command was to print could not be written.

    Attributes:
        error: Why; None if the stream was closed when the command began.
    """

    def __init__(self, error: OSError):
        self.error = error

    @property
    def reader_left(self) -> bool:
        """Whether there is nobody any more who could miss it."""
        return self.error.errno in LOST


class Voice(io.RawIOBase):
    """A stream for messages: it takes everything, and writes what can be written.

    Args:
        number: The file descriptor.
    """

    name = "<stderr>"

    def __init__(self, number: int):
        self._number, self._patience = number, PATIENCE

    def fileno(self) -> int:
        """The file descriptor."""
        return self._number

    def isatty(self) -> bool:
        """Whether a person may be there."""
        return os.isatty(self._number)

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        """Write what can be written; all of it counts as written."""
        rest = memoryview(data).cast("B")
        whole = len(rest)
        try:
            while rest and self._ready():
                rest = rest[os.write(self._number, rest) :]
        except (OSError, ValueError):
            pass  # it is not told, that is all
        return whole

    def _ready(self) -> bool:
        """Whether somebody takes what is written; one who reads nothing for a while is not waited for again until he does."""
        ready = bool(select.select([], [self._number], [], self._patience)[1])
        self._patience = PATIENCE if ready else 0.0
        return ready


class Answer(Voice):
    """A stream for what a command was asked to print: it is written, or `Unheard` is raised, once.

    Args:
        number: The file descriptor.
        closed: Whether it was closed when the command began.

    Attributes:
        matters: Whether it may end the command; if not, it is as any other message.
    """

    name = "<stdout>"

    def __init__(self, number: int, closed: bool):
        super().__init__(number)
        self._closed, self._told = closed, False
        self.matters = True

    def write(self, data: ReadableBuffer, /) -> int:
        """Write a part.

        Raises:
            Unheard: If it can't be written; what comes after that counts as written.
        """
        part = memoryview(data).cast("B")
        if not self.matters:
            return super().write(part)
        if self._told:
            return len(part)
        try:
            if self._closed:
                raise OSError(errno.EBADF, os.strerror(errno.EBADF))
            return os.write(self._number, part)
        except OSError as error:
            self._told = True
            raise Unheard(error) from None


def open_streams() -> None:
    """Make the three standard streams such as the rest relies on: each is open, and none throws what its reader does at others.

    A stream that is closed would give its number to the next file that is opened, and a library's message would go into that file.
    Streams that somebody has replaced, as tests and notebooks do, stay.
    """
    closed = [number for number in range(3) if not _is_open(number)]
    for number in closed:
        opened = os.open(os.devnull, os.O_RDWR)  # the lowest number that is free
        if opened != number:
            os.dup2(opened, number)
            os.close(opened)
        os.set_inheritable(number, True)
    codecs.register_error(PLAIN, _plain)
    if sys.stdin is None:
        sys.stdin = open(0, closefd=False)  # noqa: SIM115
    if sys.stderr is sys.__stderr__:
        sys.stderr = _text(Voice(2), sys.stderr, through=True)
    if sys.stdout is sys.__stdout__:
        raw = Answer(1, 1 in closed)
        sys.stdout = _text(io.BufferedWriter(raw), sys.stdout, through=raw.isatty())
        _ANSWERS.append(raw)


_ANSWERS: list[Answer] = []


def live_on() -> None:
    """From now on something lives: what is printed by the way, by a task of the user's for instance, never ends it."""
    for raw in _ANSWERS:
        raw.matters = False


def _text(raw: Voice | io.BufferedWriter, instead: object, through: bool) -> io.TextIOWrapper:
    encoding = getattr(instead, "encoding", None) or "utf-8"
    return io.TextIOWrapper(cast(IO[bytes], raw), encoding, PLAIN, line_buffering=through, write_through=through)


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def _plain(error: UnicodeError) -> tuple[str | bytes, int]:
    """Bytes of a path that were no text go out as they came in; a letter that the encoding has not, as its number."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    found = error.object[error.start : error.end]
    told = [os.fsencode(one) if "\udc80" <= one <= "\udcff" else one.encode("ascii", "backslashreplace") for one in found]
    return b"".join(told), error.end


def say(line: str) -> None:
    """A message, on standard error; never an error of its own."""
    write(f"cyberspace: {line}\n")


def write(text: str, stream: IO[str] | None = None) -> None:
    """Write to standard error, or to another stream, as it is."""
    stream = stream or sys.stderr
    try:
        stream.write(text)
        stream.flush()
    except (OSError, ValueError, AttributeError):
        pass  # a stream that somebody else put there, or none at all


def answer(line: object = "") -> None:
    """A line that a command was asked for, on standard output.

    Raises:
        Unheard: If it can't be written.
    """
    try:
        print(line)
    except OSError as error:  # a stream that somebody else put there
        raise Unheard(error) from None


def close_answer() -> None:
    """Write what is still to be printed.

    Raises:
        Unheard: If it can't be written.
    """
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        raise Unheard(error) from None
