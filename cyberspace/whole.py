"""A file that is there whole or not at all, whenever whoever writes it is killed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A file beside another to write into; it takes the other's place at the end, or goes where something failed.

    It is this process's own, so that several may write the same at once: the last one stays.
    """
    begun = path.with_name(f".{path.name}.{os.getpid()}"[-255:])
    try:
        yield begun
        begun.replace(path)
    except BaseException:
        with suppress(OSError):
            begun.unlink()
        raise
