"""A ledger's journal: a file for one host and many processes, with a lock that ends with its process, and a check of each line."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

from cyberspace.errors import InputError, problem, system_errors

LOCK = ".held"
"""What the name of a journal's lock ends with."""

BEGIN = b'{"op_code":'
"""Of every line that Optuna writes into a journal."""


def open_journal(path: Path) -> JournalStorage:
    """The storage of a journal; a new one if nothing is there.

    Raises:
        InputError: If it is something else, or can't be written.
    """
    with system_errors(str(path), "a file that can be written", "another place"):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():  # a folder; or a pipe, at which one would wait for ever
            raise InputError(problem(str(path), "something that is no file", "a journal of a ledger", "another name"))
        _need_journal(path)
        lock = JournalLock(path)
        lock.acquire()  # a torn last line is mended before anybody reads it
        lock.release()
        try:
            return JournalStorage(Journal(str(path), lock_obj=lock))  # type: ignore[arg-type]
        except (ValueError, KeyError, TypeError, AttributeError, AssertionError):  # lines that Optuna can't apply
            raise _damaged(path, "a line") from None


def _need_journal(path: Path) -> None:
    """Refuses a file of something else before anything is cut off or written there."""
    if not path.exists():
        return
    with open(path, "rb") as file:
        begin = file.read(len(BEGIN))
    if begin and not BEGIN.startswith(begin):
        raise InputError(problem(str(path), "a file that is no journal", "a journal of a ledger", "another name"))


def _damaged(path: Path, where: str) -> InputError:
    got = f"{where} that no ledger wrote"
    return InputError(problem(str(path), got, "a journal as it was written", "a copy of it, or the same without that line"))


class Journal(JournalFileBackend):
    """Optuna's file of lines, which says where a line is none."""

    def read_logs(self, log_number_from: int) -> Iterator[dict[str, Any]]:  # type: ignore[override]
        """Of Optuna's protocol.

        Raises:
            InputError: If a line is none.
        """
        number = log_number_from
        try:
            for line in super().read_logs(log_number_from):
                number += 1
                if not _is_line(line):
                    raise _damaged(Path(self._file_path), f"line {number}")
                yield line
        except (ValueError, RecursionError):
            raise _damaged(Path(self._file_path), f"line {number + 1}") from None


class JournalLock:
    """A lock of the system on the journal: it ends with the process that holds it, however that ends.

    Optuna's own locks are files that a killed process leaves behind, for thirty seconds.  A process killed while it wrote leaves a
    torn line; whoever takes the lock next cuts it off, so no later row is lost behind it.  Behind a whole line that is none nothing
    is written, for nobody could read it there.  It has another name than Optuna's: Optuna's dashboard takes a lock that is there for
    thirty seconds away from whoever has it.

    Args:
        path: The journal.
    """

    def __init__(self, path: Path):
        self._path, self._held = path, list[int]()

    def acquire(self) -> bool:
        """Wait for it.

        Raises:
            InputError: If the last line is none.
        """
        import fcntl

        number = os.open(f"{self._path}{LOCK}", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(number, fcntl.LOCK_EX)
            self._mend()
        except BaseException:
            os.close(number)
            raise
        self._held.append(number)
        return True

    def release(self) -> None:
        """Let go of it."""
        os.close(self._held.pop())

    def _mend(self) -> None:
        """Cut off a last line that was not written to its end, and look at the one before."""
        if not self._path.exists():
            return
        with open(self._path, "rb+") as file:
            tail, begin = b"", file.seek(0, os.SEEK_END)
            size = begin
            while begin > 0 and tail.count(b"\n") < 2:
                block = min(begin, 4096)
                begin -= block
                file.seek(begin)
                tail = file.read(block) + tail
            whole = tail[: tail.rfind(b"\n") + 1]
            if len(whole) < len(tail):
                file.truncate(size - len(tail) + len(whole))
        last = whole[:-1].rpartition(b"\n")[2]
        try:
            good = not whole or _is_line(json.loads(last))
        except (ValueError, RecursionError):
            good = False
        if not good:
            raise _damaged(self._path, "a last line")


def _is_line(line: object) -> bool:
    return isinstance(line, dict) and {"op_code", "worker_id"} <= set(line)
