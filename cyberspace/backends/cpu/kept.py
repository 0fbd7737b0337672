"""Where compiled kernels are kept: a folder for each state of the sources, since numba knows a kernel by its own file alone."""

from __future__ import annotations

import hashlib
import os
import shutil
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
    """Let numba keep kernels where only those of these sources lie; a folder that the user chose stays, as does numba's own way
    where nothing can be written."""
    if os.environ.get("NUMBA_CACHE_DIR"):
        return
    home = Path(__file__).parent / "__pycache__"
    folder = home / f"{PREFIX}{state_of_sources()}"
    with suppress(OSError):
        if not folder.exists():
            folder.mkdir(parents=True)
            for old in sorted(home.glob(f"{PREFIX}*"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
                shutil.rmtree(old, ignore_errors=True)
        config.CACHE_DIR = str(folder)
