"""Errors: the user's input is wrong (exit code 2), a law was broken (3), other ranks can't be reached (4) or were killed (5)."""

from __future__ import annotations

from collections.abc import Iterable

EXIT_INPUT, EXIT_LAW, EXIT_STUCK, EXIT_LOST, EXIT_INTERRUPTED = 2, 3, 4, 5, 130


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
    return f"{line}; try: {attempt}" if attempt else line


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that is most like one that is not; the first if none is."""
    import difflib

    names = list(known)
    return next(iter(difflib.get_close_matches(name, names, n=1)), names[0])


class LawBroken(Exception):
    """The simulation did what it never may; a defect of the program, not of the input."""


class RunStuck(Exception):
    """A rank waited for another one beyond the deadline; the message says who waits for what."""


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
