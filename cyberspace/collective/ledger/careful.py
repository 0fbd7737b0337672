"""Faults of a storage as one message: a database that goes away, a disk that is full, a file that was taken away."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, cast

from cyberspace.errors import InputError, problem, system_problem

if TYPE_CHECKING:
    from optuna.storages import BaseStorage

SECRET = re.compile(r"(?<=:)[^:@/\s]+(?=@)")
"""A password in an address."""


class Unreachable(InputError):
    """The place of a ledger can't be used just now; what was written before stays, and a claim that can't be closed is lost."""


@contextmanager
def faults(where: str) -> Iterator[None]:
    """Turns what a storage fails with into one message.

    Raises:
        Unreachable: Instead of errors of the system or the database.
    """
    from optuna.exceptions import StorageInternalError

    try:
        yield
    except OSError as error:
        raise Unreachable(system_problem(error, where, "a journal that can be written", "the same again")) from None
    except StorageInternalError as error:
        raise Unreachable(_told(error.__cause__ or error)) from None
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in ("sqlalchemy", "psycopg2"):
            raise
        raise Unreachable(_told(error)) from None


def _told(error: BaseException) -> str:
    """What a database said, in one line and without a password."""
    said = str(getattr(error, "orig", None) or error).strip().splitlines()
    got = SECRET.sub("...", said[0]) if said else "no answer"
    return problem("ledger", got, "a PostgreSQL that answers", "postgresql://USER:PASSWORD@HOST/BASE, once it runs")


class Careful:
    """A storage of Optuna whose faults are `Unreachable`.

    Args:
        storage: The storage.
        where: Its place.
    """

    def __init__(self, storage: BaseStorage, where: str):
        self._storage, self._where = storage, where

    def __getattr__(self, name: str) -> object:
        found = getattr(self._storage, name)
        return self._guarded(found) if callable(found) else found

    def _guarded(self, call: Callable[..., object]) -> Callable[..., object]:
        @wraps(call)
        def guarded(*values: object, **named: object) -> object:
            with faults(self._where):
                return call(*values, **named)

        return guarded


def careful(storage: BaseStorage, where: str) -> BaseStorage:
    """The same storage, whose faults are one message."""
    return cast("BaseStorage", Careful(storage, where))
