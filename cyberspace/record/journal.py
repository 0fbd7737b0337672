"""The journal of a region: what people did there, so that a resume can do it again.

JSON lines, never changed, only added to.  A line {"n", "tick", "act", "hash"} is on the disk before the act takes effect at the start of
that tick; a line {"n", "happened", "hash"} tells afterwards what happened.  Each hash is over the one before and its own line, so what
was changed or lost in the middle is found; a last line that was cut short is dropped.  A file beside it has how many acts are
on the disk, so that lines that were lost at the end are missed, too.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from cyberspace.errors import InputError, problem
from cyberspace.record.act import Act, Happened

FOLDER = "journal"
START = "0" * 32
COUNT = ".acts"


class Line(TypedDict, total=False):
    """A line of a journal, but for its hash: an act that is to be done, or what happened at one."""

    n: int
    tick: int
    act: Act
    happened: Happened


@dataclass(frozen=True)
class Entry:
    """An act that is written down.

    Attributes:
        number: How many acts were written before in this region.
        tick: Tick at whose start it takes effect.
        act: What was done, see `cyberspace.acts.perform`.
    """

    number: int
    tick: int
    act: Act


def journal_path(folder: Path, region: int) -> Path:
    """File of a region's journal in a run's folder."""
    return folder / FOLDER / f"region-{region:06d}.jsonl"


class Journal:
    """A region's journal; the file is made with the first act.

    Args:
        path: Its file.
        write: Whether it is to be added to; then a last line that was cut short is dropped from the file, too.

    Raises:
        InputError: If a line was changed or lost.
    """

    def __init__(self, path: Path, write: bool = True):
        self._path, self._hash, self._file = path, START, -1
        self.entries: list[Entry] = []
        self.happened: dict[int, Happened] = {}
        if path.exists():
            self._read(path.read_bytes(), write)
        self._check_count()

    def _check_count(self) -> None:
        """Refuse a journal with fewer acts than were on the disk; one of before has no count."""
        path = self._path.with_suffix(COUNT)
        try:
            known = int(path.read_bytes() or b"0")
        except OSError:
            return
        except ValueError:
            known = -1
        if not 0 <= known <= len(self.entries):
            got, attempt = f"{len(self.entries)} acts", "a copy of the run; or removing that file, to go on with those"
            raise InputError(problem(str(self._path), got, f"{known if known >= 0 else 'those'}, as {path} says", attempt))

    def _read(self, content: bytes, write: bool) -> None:
        lines = content.split(b"\n")
        whole = sum(len(line) + 1 for line in lines[:-1])
        for k, line in enumerate(lines[:-1]):
            try:
                body = json.loads(line)
                found = body.pop("hash")
                if found != self._chain(body):
                    raise ValueError("its hash does not match")
                self._take(body)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                got = f"a line that was changed ({error})"
                expected = "the journal as the run wrote it"
                raise InputError(
                    problem(f"{self._path}, line {k + 1}", got, expected, "a copy of the run from before")
                ) from None
            self._hash = found
        if write and whole < len(content):
            os.truncate(self._path, whole)

    def _take(self, body: Line) -> None:
        if "act" in body:
            if body["n"] != len(self.entries):
                raise ValueError(f"act {body['n']} after {len(self.entries)} acts")
            self.entries.append(Entry(body["n"], body["tick"], body["act"]))
        else:
            self.happened[body["n"]] = body["happened"]

    def _chain(self, body: Line) -> str:
        line = json.dumps(body, sort_keys=True, separators=(",", ":"))
        return hashlib.blake2b(f"{self._hash}{line}".encode(), digest_size=16).hexdigest()

    def _lines(self, bodies: list[Line]) -> bytes:
        lines = []
        for body in bodies:
            self._hash = self._chain(body)
            lines.append(json.dumps({**body, "hash": self._hash}, sort_keys=True, separators=(",", ":")) + "\n")
        return "".join(lines).encode()

    def _write(self, content: bytes) -> None:
        if self._file < 0:
            self._path.parent.mkdir(exist_ok=True)
            self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        written = 0
        while written < len(content):
            written += os.write(self._file, content[written:])

    def add(self, tick: int, acts: list[Act]) -> list[Entry]:
        """Write acts down; when this returns they are on the disk.

        Raises:
            OSError: If the disk is full or fails.
        """
        entries = [Entry(len(self.entries) + k, tick, act) for k, act in enumerate(acts)]
        self._write(self._lines([{"n": entry.number, "tick": tick, "act": entry.act} for entry in entries]))
        os.fsync(self._file)
        self._count(len(self.entries) + len(entries))
        self.entries += entries
        return entries

    def _count(self, acts: int) -> None:
        """Have on the disk how many acts are there."""
        file = os.open(self._path.with_suffix(COUNT), os.O_WRONLY | os.O_CREAT, 0o644)
        try:
            os.pwrite(file, f"{acts:020d}".encode(), 0)
            os.fsync(file)
        finally:
            os.close(file)

    def tell(self, number: int, happened: Happened) -> None:
        """Write down what happened at an act, unless that is known already."""
        if number not in self.happened:
            self._write(self._lines([{"n": number, "happened": happened}]))
            self.happened[number] = happened

    def close(self) -> None:
        """Close the file."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
