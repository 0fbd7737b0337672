"""Errors: the user's input is wrong (exit code 2), a law was broken (3), other ranks can't be reached (4) or were killed (5)."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

EXIT_INPUT, EXIT_LAW, EXIT_STUCK, EXIT_LOST, EXIT_INTERRUPTED, EXIT_PIPE = 2, 3, 4, 5, 130, 141


class InputError(Exception):
    """Something that the user can mend.

    Attributes:
        problems: One line for each: where (file and key), what was got, what was expected, what to try; as `problem` makes it.
    """

    def __init__(self, *problems: str):
        self.problems = problems
        super().__init__("\n".join(problems))


def problem(where: str, got: object, expected: str, attempt: str = "") -> str:
    """One line of an `InputError`."""
    line = f"{where}: got {got}; expected {expected}"
    return one_line(f"{line}; try: {attempt}" if attempt else line)


def one_line(text: str) -> str:
    """A text without characters that would break a line or a terminal; those stand as escapes."""
    whole = (letter if letter.isprintable() or "\ud800" <= letter <= "\udfff" else _escape(letter) for letter in text)
    return "".join(whole)


def _escape(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")


def legible(path: object) -> str:
    """A path as it can be shown and written anywhere: bytes that are no UTF-8 become one mark each."""
    return one_line(str(path).encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


FULL = {errno.ENOSPC: "a full disk", errno.EDQUOT: "a full quota", errno.EFBIG: "a limit on file sizes"}
"""What is wrong where making room helps."""


def refusal(error: OSError) -> str:
    """What the system refused, in its words, and which file it spoke of."""
    said = FULL.get(error.errno or 0) or f"'{error.strerror or error or type(error).__name__}' from the system"
    files = [str(name) for name in (error.filename, error.filename2) if name is not None]
    return f"{said}{' for ' if files else ''}{' and '.join(files)}"


@contextmanager
def system_errors(where: str, expected: str, attempt: str) -> Iterator[None]:
    """Turns what the system refuses into one message; where a disk is full, to make room comes first.

    Raises:
        InputError: Instead of an OSError.
    """
    try:
        yield
    except OSError as error:
        raise InputError(system_problem(error, where, expected, attempt)) from None


def system_problem(error: OSError, where: str, expected: str, attempt: str) -> str:
    """One line of an `InputError` about what the system refused."""
    return problem(where, refusal(error), expected, f"making room, then {attempt}" if error.errno in FULL else attempt)


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that is most like one that is not; the first if none is."""
    import difflib

    names = list(known)
    return next(iter(difflib.get_close_matches(name, names, n=1)), names[0])


class LawBroken(Exception):
    """The simulation did what it never may; a defect of the program, not of the input."""


class RunStuck(Exception):
    """A rank waited for another one beyond the deadline; the message says who waits for what."""


class RunLost(Exception):
    """Those who are left of a job can't go on, but another start could."""


class Refused(ValueError):
    """What was asked can't be had; the message is the reason, for the one who asked.

    Attributes:
        attempt: What to try instead; empty if the reason says it.
        number: Number of the request, if it was read so far.
    """

    number: int = 0

    def __init__(self, reason: str = "", attempt: str = ""):
        super().__init__(reason)
        self.attempt = attempt
