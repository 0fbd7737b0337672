"""Where a ledger's rows are kept: in memory, in a journal file for one host, in PostgreSQL for many; Optuna's storages."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from cyberspace.collective.ledger.careful import careful, faults
from cyberspace.collective.ledger.space import Gene
from cyberspace.collective.missing import extra
from cyberspace.errors import InputError, problem

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution
    from optuna.storages import BaseStorage

MEMORY = "memory"
PLACES = "memory, a journal file (*.log), or postgresql://USER@HOST/BASE"

REFUSED = {
    "sqlite": "SQLite, which loses rows when several processes write",
    "grpc": "a gRPC proxy, behind which two processes may take one claim of a journal",
    "redis": "Redis, which forgets",
    "mysql": "MySQL, which is not tried here",
}

PATIENCE = 10
"""Seconds until a host that says nothing is taken for one that is not there."""


def on_hosts(where: str) -> bool:
    """Whether a place is a database, which knows no folder for artifacts."""
    return where.startswith(("postgresql://", "postgres://", "postgresql+", "postgres+"))


def open_storage(where: str) -> tuple[BaseStorage, BaseStorage]:
    """The storage that a place means, and one for looks at a few of its rows: the same, but for PostgreSQL.

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
        memory = optuna.storages.InMemoryStorage()
        return memory, memory
    if scheme in ("postgresql", "postgres"):
        whole, few = _postgresql(where)
        return careful(whole, where), careful(few, where)
    if scheme or not where.endswith(".log"):
        raise InputError(problem("ledger", repr(where), PLACES, "pool/ledger.log"))
    from cyberspace.collective.ledger.journal import open_journal

    with faults(where):
        found = careful(open_journal(Path(where)), where)
    return found, found


def _postgresql(where: str) -> tuple[BaseStorage, BaseStorage]:
    """Optuna's cache, which with each look reads all rows that are not closed, and what is below it, which reads what it is asked for."""
    with extra("ledger"):
        import sqlalchemy
        from optuna.storages import RDBStorage, get_storage

    url = "postgresql+psycopg2://" + where.partition("://")[2]
    options = {"pool_pre_ping": True, "pool_size": 2, "connect_args": {"connect_timeout": PATIENCE}}
    try:
        with faults("ledger"):
            try:
                below = RDBStorage(url, engine_kwargs=options)
            except (sqlalchemy.exc.IntegrityError, sqlalchemy.exc.ProgrammingError):
                below = RDBStorage(url, engine_kwargs=options)  # somebody else made the tables in between
        return get_storage(below), below
    except ImportError as error:
        with extra("ledger"):
            raise error from None
    except ValueError:  # of a port that is no number
        raise InputError(problem("ledger", "an address that is none", PLACES, "postgresql://USER@HOST:5432/BASE")) from None
    except RuntimeError:
        got = "tables of another version of Optuna"
        raise InputError(problem("ledger", got, "those of this one, or none", "another database")) from None
    raise AssertionError("unreachable")


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
