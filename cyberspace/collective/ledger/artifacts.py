"""Artifacts by their hash, in a store of Optuna's protocol: genome banks, world files, regions."""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import uuid
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO

from cyberspace.errors import InputError, problem, system_errors

if TYPE_CHECKING:
    from optuna.artifacts import FileSystemArtifactStore

HASH = re.compile(r"[0-9a-f]{64}")
MOST_BYTES = 2**30
"""Of one artifact."""


def hashed(content: bytes) -> str:
    """The name of an artifact: its SHA-256, 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


class Artifacts:
    """A store by content: what is taken out has the hash that it is called by, or is refused.

    Args:
        folder: Where they lie; in memory if None.
    """

    def __init__(self, folder: Path | None):
        self.folder, self._memory = folder, dict[str, bytes]()
        self._store: FileSystemArtifactStore | None = None
        if folder is not None:
            from optuna.artifacts import FileSystemArtifactStore

            with system_errors(str(folder), "a folder that can be written", "another place"):
                folder.mkdir(parents=True, exist_ok=True)
            self._store = FileSystemArtifactStore(folder)

    def __contains__(self, name: str) -> bool:
        return name in self._memory or (
            self.folder is not None and bool(HASH.fullmatch(name)) and (self.folder / name).is_file()
        )

    def keep(self, content: bytes) -> str:
        """Take content; its hash.  What is there already is not written again, and a killed writer leaves nothing under the name."""
        if len(content) > MOST_BYTES:
            raise InputError(problem("artifact", f"{len(content):,} bytes", f"{MOST_BYTES:,} at most", "a smaller one"))
        name = hashed(content)
        if self.folder is None or self._store is None:
            self._memory[name] = content
        elif name not in self:
            begun = f"begun-{uuid.uuid4().hex}"
            with system_errors(str(self.folder / name), "room for an artifact", "the same again"):
                self._store.write(begun, io.BytesIO(content))
                os.replace(self.folder / begun, self.folder / name)
        return name

    def take(self, name: str) -> bytes:
        """Content by its hash.

        Raises:
            InputError: If it is not there, or is not what its name says.
        """
        if name not in self:
            raise InputError(
                problem(f"artifact {name[:64]!r}", "nothing there", "one that was kept", "the folder of this ledger")
            )
        if self._store is None:
            return self._memory[name]
        with self._store.open_reader(name) as file:
            content = file.read()
        if hashed(content) != name:
            raise InputError(
                problem(f"artifact {name}", "content with another hash", "the content that was kept", "a whole copy")
            )
        return content

    def open_reader(self, artifact_id: str) -> BinaryIO:
        """Of Optuna's protocol."""
        return io.BytesIO(self.take(artifact_id))

    def write(self, artifact_id: str, content_body: IO[bytes]) -> None:
        """Of Optuna's protocol; the name must be the hash."""
        buffer = io.BytesIO()
        shutil.copyfileobj(content_body, buffer)
        if hashed(buffer.getvalue()) != artifact_id:
            raise InputError(problem(f"artifact {artifact_id}", "content with another hash", "its own", "Artifacts.keep"))
        self.keep(buffer.getvalue())

    def remove(self, artifact_id: str) -> None:
        """Of Optuna's protocol."""
        self._memory.pop(artifact_id, None)
        if self._store is not None and artifact_id in self:
            self._store.remove(artifact_id)
