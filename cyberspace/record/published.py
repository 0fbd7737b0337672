"""The one file that says what a record holds: `zarr.json` at its root has the metadata of all its arrays (zarr calls that consolidated).

A sample grows some thirty arrays one after the other.  Whoever opens the record by this file, which is replaced as a whole when all of
them have grown, sees either all of a sample or nothing of it.  Its hash tells whether it is as it was written.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TypedDict

from cyberspace.errors import InputError, problem
from cyberspace.record import store

HASH, KIND = "hash", "consolidated_metadata"
COPY = "a copy of the run; or cyberspace run --resume {run} --force, which puts the record aside and begins another"


class Meta(TypedDict, total=False):
    """What a `zarr.json` holds, as far as it is looked at here."""

    attributes: dict[str, object]
    shape: list[int]
    node_type: str
    consolidated_metadata: dict[str, object]


def _hash(content: Meta) -> str:
    attributes = {key: value for key, value in content["attributes"].items() if key != HASH}
    body = json.dumps({**content, "attributes": attributes}, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(body.encode(), digest_size=16).hexdigest()


def damage(where: Path, record: Path, why: object) -> InputError:
    """The error that tells of a record that can't be read."""
    said = f"{type(why).__name__}: {why}" if isinstance(why, Exception) else str(why)
    got = f"a record that is damaged ({' '.join(said.split())})"
    return InputError(problem(str(where), got, "what the run wrote", COPY.format(run=record.parent)))


def is_published(record: Path) -> bool:
    """Whether a record has its metadata in one file, checked; those of format 1 have not.

    Raises:
        InputError: If that file is missing or was changed.
    """
    path = record / store.METADATA
    try:
        content: Meta = json.loads(path.read_bytes())
        attributes, many = content["attributes"], content.get(KIND)
        if many is None and HASH not in attributes and attributes["identity"]:
            return False
        if attributes[HASH] != _hash(content):
            raise ValueError("its hash does not match")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise damage(path, record, error) from None
    return True


class Published:
    """The writer's side of that file.

    Args:
        record: The record's folder, with all its arrays.
        names: Names of all groups, parents first, and arrays in it.
    """

    def __init__(self, record: Path, names: list[str]):
        self._path = record / store.METADATA
        self._content: Meta = json.loads(self._path.read_bytes())
        kept = self._content.get(KIND, {}).get("metadata")
        if isinstance(kept, dict):
            self._metadata: dict[str, Meta] = kept
        else:
            self._metadata = {name: json.loads((record / name / store.METADATA).read_bytes()) for name in names}

    def publish(self, shapes: dict[str, tuple[int, ...]]) -> None:
        """Let readers see arrays of these shapes.

        Raises:
            OSError: If the disk is full or fails.
        """
        for name, shape in shapes.items():
            self._metadata[name]["shape"] = list(shape)
        self._content["consolidated_metadata"] = {"kind": "inline", "must_understand": False, "metadata": self._metadata}
        self._content["attributes"][HASH] = _hash(self._content)
        temporary = self._path.with_name(f".{store.METADATA}")
        temporary.write_text(json.dumps(self._content), encoding="utf-8")
        temporary.replace(self._path)

    def flush(self) -> None:
        """Have the file on the disk.

        Raises:
            OSError: If the disk fails.
        """
        store.flush(self._path)
        store.flush(self._path.parent)
