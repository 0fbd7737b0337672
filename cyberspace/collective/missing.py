"""What is said where a package of the extra `collective` is not installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cyberspace.errors import InputError, problem


@contextmanager
def extra(what: str) -> Iterator[None]:
    """Around a late import of a package of the extra.

    Raises:
        InputError: Instead of an ImportError.
    """
    try:
        yield
    except ImportError as error:
        got = f"no package {error.name or 'of that name'}"
        raise InputError(problem(what, got, "the extra `collective`", "pip install 'cyberspace[collective]'")) from None
