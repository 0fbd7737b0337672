"""Errors of two kinds: the user's input is wrong (exit code 2), or a law was broken (exit code 3)."""

from __future__ import annotations

EXIT_INPUT, EXIT_LAW, EXIT_INTERRUPTED = 2, 3, 130


class InputError(Exception):
    """Something that the user can mend.

    Each problem is one line: where (file and key), what was got, what was expected, what to try.
    """

    def __init__(self, *problems: str):
        self.problems = problems
        super().__init__("\n".join(problems))


def problem(where: str, got: object, expected: str, attempt: str = "") -> str:
    """One line of an `InputError`."""
    line = f"{where}: got {got}; expected {expected}"
    return f"{line}; try: {attempt}" if attempt else line


class LawBroken(Exception):
    """The simulation did what it never may; a defect of the program, not of the input."""
