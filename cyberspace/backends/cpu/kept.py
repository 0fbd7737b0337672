"""Where compiled kernels are kept: a folder for each state of the sources, since numba knows a kernel by its own file alone."""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from numba import config

PACKAGES = Path(__file__).parents[3]
SOURCES = ("topology", "organisms", "cyberspace/law", "cyberspace/tasks", "cyberspace/backends/cpu")
"""What kernels are made of."""

PREFIX = "kernels-"
KEPT = 2
"""States of the sources whose kernels are kept, the newest."""


def state_of_sources() -> str:
    """Digest of all files that kernels are made of, 16 hex digits."""
    hashed = hashlib.blake2b(digest_size=8)
    for folder in SOURCES:
        for path in sorted((PACKAGES / folder).rglob("*.py")):
            hashed.update(str(path.relative_to(PACKAGES)).encode() + path.read_bytes())
    return hashed.hexdigest()


def keep_kernels() -> None:
    """Let numba keep kernels where only those of these sources lie; a folder that the user chose stays, if it can be written.

    Where no place can be written, kernels are kept until the process ends, since numba refuses to begin without one.
    """
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    if chosen and _usable(Path(chosen)):
        return
    found = next(filter(None, (_folder_in(home) for home in homes())), None)
    if found is None:
        with suppress(OSError):
            found = Path(tempfile.mkdtemp(prefix="cyberspace-"))
            atexit.register(shutil.rmtree, found, ignore_errors=True)
    if found is not None:
        config.CACHE_DIR = str(found)


def homes() -> list[Path]:
    """Where kernels may be kept: beside what they are made of, else where the user's programs keep such things."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return [Path(__file__).parent / "__pycache__", *([Path(cache) / "cyberspace"] if os.path.isabs(cache) else [])]


def _folder_in(home: Path) -> Path | None:
    """The folder for the kernels of these sources; None if it can't be written."""
    folder = home / f"{PREFIX}{state_of_sources()}"
    new = not folder.exists()
    if not _usable(folder):
        return None
    if new:
        for old in sorted(home.glob(f"{PREFIX}*"), key=_age)[:-KEPT]:
            shutil.rmtree(old, ignore_errors=True)
    return folder


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0  # another process has just removed it


def _usable(folder: Path) -> bool:
    """Whether files can be made in a folder, which is made if it is not there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
