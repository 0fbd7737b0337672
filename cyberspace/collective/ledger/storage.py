"""Where a ledger's rows are kept: in memory, in a journal file for one host, in PostgreSQL for many; Optuna's storages."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from cyberspace.collective.ledger.space import Gene
from cyberspace.collective.missing import extra
from cyberspace.errors import InputError, problem, system_errors

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution
    from optuna.storages import BaseStorage

MEMORY = "memory"
PLACES = "memory, a journal file (*.log), or postgresql://USER@HOST/BASE"
BEGIN = b'{"op_code":'
"""Of every line that Optuna writes into a journal."""

REFUSED = {
    "sqlite": "SQLite, which loses rows when several processes write",
    "grpc": "a gRPC proxy, behind which two processes may take one claim of a journal",
    "redis": "Redis, which forgets",
    "mysql": "MySQL, which is not tried here",
}


def open_storage(where: str) -> BaseStorage:
    """The storage that a place means.

    Raises:
        InputError: If it is none of `PLACES`, or can't be reached.
    """
    scheme = where.partition("://")[0].partition("+")[0].lower() if "://" in where else ""
    if scheme in REFUSED or where.endswith((".db", ".sqlite", ".sqlite3")):
        raise InputError(problem("ledger", REFUSED.get(scheme, REFUSED["sqlite"]), PLACES, "a journal file for one host"))
    with extra("ledger"):
        import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    if where == MEMORY:
        return optuna.storages.InMemoryStorage()
    if scheme in ("postgresql", "postgres"):
        return _postgresql(where)
    if scheme or not where.endswith(".log"):
        raise InputError(problem("ledger", repr(where), PLACES, "pool/ledger.log"))
    return _journal(Path(where))


def _journal(path: Path) -> BaseStorage:
    from optuna.storages.journal import JournalFileBackend, JournalStorage

    with system_errors(str(path), "a file that can be written", "another place"):
        path.parent.mkdir(parents=True, exist_ok=True)
        _need_journal(path)
        lock = JournalLock(path)
        lock.acquire()  # a torn last line is mended before anybody reads it
        lock.release()
    try:
        return JournalStorage(JournalFileBackend(str(path), lock_obj=lock))  # type: ignore[arg-type]
    except (ValueError, KeyError, TypeError):
        raise InputError(problem(str(path), "a file that is no journal", "a journal of a ledger", "another name")) from None


def _need_journal(path: Path) -> None:
    """Refuses a file of something else before anything is cut off or written there."""
    if not path.exists():
        return
    with open(path, "rb") as file:
        begin = file.read(len(BEGIN))
    if begin and not BEGIN.startswith(begin):
        raise InputError(problem(str(path), "a file that is no journal", "a journal of a ledger", "another name"))


def _postgresql(where: str) -> BaseStorage:
    with extra("ledger"):
        import sqlalchemy
        from optuna.storages import RDBStorage, get_storage

    url = "postgresql+psycopg2://" + where.partition("://")[2]
    try:
        return get_storage(RDBStorage(url, engine_kwargs={"pool_pre_ping": True, "pool_size": 2}))
    except ImportError as error:
        with extra("ledger"):
            raise error from None
    except sqlalchemy.exc.SQLAlchemyError as error:
        said = str(getattr(error, "orig", None) or error).strip().splitlines()
        raise InputError(problem("ledger", said[0] if said else "no answer", "a PostgreSQL that answers", PLACES)) from None
    raise AssertionError("unreachable")


class JournalLock:
    """A lock of the system on the journal: it ends with the process that holds it, however that ends.

    Optuna's own locks are files that a killed process leaves behind, for thirty seconds.  A process killed while it wrote leaves a
    torn line; whoever takes the lock next cuts it off, so no later row is lost behind it.

    Args:
        path: The journal.
    """

    def __init__(self, path: Path):
        self._path, self._held = path, list[int]()

    def acquire(self) -> bool:
        """Wait for it."""
        import fcntl

        number = os.open(f"{self._path}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o666)
        fcntl.flock(number, fcntl.LOCK_EX)
        self._held.append(number)
        self._mend()
        return True

    def release(self) -> None:
        """Let go of it."""
        os.close(self._held.pop())

    def _mend(self) -> None:
        """Cut off a last line that was not written to its end."""
        if not self._path.exists():
            return
        with open(self._path, "rb+") as file:
            size = file.seek(0, os.SEEK_END)
            if size == 0:
                return
            file.seek(size - 1)
            if file.read(1) == b"\n":
                return
            end, block = size, 4096
            while end > 0:
                begin = max(0, end - block)
                file.seek(begin)
                found = file.read(end - begin).rfind(b"\n")
                if found >= 0:
                    file.truncate(begin + found + 1)
                    return
                end = begin
            file.truncate(0)


@cache
def distribution(gene: Gene) -> BaseDistribution:
    """Optuna's word for a gene."""
    from optuna import distributions

    makers: dict[str, Callable[[], BaseDistribution]] = {
        "real": lambda: distributions.FloatDistribution(gene.low, gene.high, log=gene.log),
        "whole": lambda: distributions.IntDistribution(int(gene.low), int(gene.high), log=gene.log),
        "choice": lambda: distributions.CategoricalDistribution(gene.choices),
    }
    return makers[gene.kind]()
