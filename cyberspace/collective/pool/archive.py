"""A pool in one zip: a slice of the ledger, artifacts, hashes.  Data only: nothing in it is ever run."""

from __future__ import annotations

import io
import json
import math
import re
import zipfile
import zlib
from dataclasses import asdict
from pathlib import Path
from typing import cast

from cyberspace.collective.budgets import Budget, one_ranking
from cyberspace.collective.ledger.artifacts import HASH, hashed
from cyberspace.collective.ledger.ledger import ORIGIN, Ledger
from cyberspace.collective.ledger.rows import CLOSED, Experiment, Json, Proposal
from cyberspace.collective.pool.pool import SETTINGS
from cyberspace.errors import InputError, problem, system_errors

KIND, FORMAT = "cyberspace pool", 1
MOST_BYTES, MOST_FILES, MOST_RATIO = 2**30, 100_000, 200
"""Unpacked, of an archive; members; bytes unpacked for each packed one, of a member above 1 MiB."""

MANIFEST, ROWS = "manifest.json", "ledger.json"


def export(ledger: Ledger, path: Path) -> int:
    """Write closed rows and their artifacts into a new file, equal for equal ledgers; how many rows.

    Raises:
        InputError: If something lies there.
    """
    if path.exists():
        raise InputError(problem(str(path), "a file that is there", "a new file", "another name"))
    rows = [row for row in ledger.rows() if row.state in CLOSED]
    told = dict(cast("dict[str, Json]", ledger.said(SETTINGS).get(SETTINGS) or {}))
    names = sorted({one for row in rows for one in (*row.proposal.artifacts.values(), *row.outcome.values())})
    files = {ROWS: json.dumps([asdict(row) for row in rows], sort_keys=True).encode()}
    files |= {f"artifacts/{name}": ledger.take(name) for name in names}
    about = {
        "kind": KIND, "format": FORMAT, "name": ledger.name, "config": told.get("config", ""),
        "files": {name: hashed(content) for name, content in files.items()},
    }  # fmt: skip
    with (
        system_errors(str(path), "a file that can be written", "another place"),
        zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name, content in {MANIFEST: json.dumps(about, sort_keys=True, indent=1).encode(), **files}.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return len(rows)


def bring(ledger: Ledger, path: Path) -> tuple[int, int]:
    """Take the rows of an archive that are not here yet; how many were new, and how many were known.

    Everything is checked before anything is written.

    Raises:
        InputError: If the archive is none, leads out of its folder, is a bomb, lies about a hash, or is of another version, objective
            or budget.
    """
    files, about = _opened(path)
    told = cast("dict[str, Json]", ledger.said(SETTINGS).get(SETTINGS) or {})
    if about.get("config") != told.get("config", ""):
        raise _foreign(path, "rows of another objective", "those of the objective of this pool")
    rows = _rows(path, files[ROWS])
    one_ranking(row.proposal.budget for row in (*ledger.rows(), *rows) if row.scored)
    origin = str(about.get("name", ""))[:64]
    known = {str(row.proposal.about.get(ORIGIN, "")) for row in ledger.rows()} | {_identity(row) for row in ledger.rows()}
    for row in rows:
        for one in (*row.proposal.artifacts.values(), *row.outcome.values()):
            if f"artifacts/{one}" not in files and one not in ledger.artifacts:
                raise _foreign(path, f"row {row.number} without its artifact {one[:16]}", "all that its rows name")
    for name, content in files.items():
        if name.startswith("artifacts/"):
            ledger.keep(content)
    new = [row for row in rows if _identity(row) not in known]
    for row in new:
        ledger.adopt(row, {ORIGIN: _identity(row), "from": origin})
    return len(new), len(rows) - len(new)


def read_rows(path: Path) -> list[Experiment]:
    """The rows of an archive, for figures; nothing is kept.

    Raises:
        InputError: As `bring`, but for any objective.
    """
    return _rows(path, _opened(path)[0][ROWS])


def _identity(row: Experiment) -> str:
    """What a row is, wherever it is: who, when, what, and its scores."""
    what = [
        row.participant,
        round(row.started, 3),
        row.candidate,
        row.state,
        sorted(row.scores.items()),
        row.proposal.retry_of >= 0,
    ]
    return str(row.proposal.about.get(ORIGIN) or hashed(json.dumps(what).encode())[:24])


def _foreign(path: Path, got: str, expected: str) -> InputError:
    return InputError(problem(str(path), got, expected, "an archive of `cyberspace pool export`, as it was written"))


def _opened(path: Path) -> tuple[dict[str, bytes], dict[str, Json]]:
    """Members by name, all of them checked, and the manifest."""
    try:
        with system_errors(str(path), "an archive", "another file"):
            content = path.read_bytes()
        archive = zipfile.ZipFile(io.BytesIO(content))
        members = archive.infolist()
        _plain_members(path, members)
        files = {one.filename: _unpacked(path, archive, one) for one in members}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeError):
        raise _foreign(path, "a damaged file, or none of this kind", "a whole zip") from None
    about = _json(path, files.pop(MANIFEST, b""), MANIFEST)
    if not isinstance(about, dict) or about.get("kind") != KIND:
        raise _foreign(path, "an archive of something else", "a pool")
    if about.get("format") != FORMAT:
        raise _foreign(path, f"format {about.get('format')!r}"[:40], f"format {FORMAT}")
    listed = about.get("files")
    if not isinstance(listed, dict) or set(listed) != set(files) or ROWS not in files:
        raise _foreign(path, "files that its manifest does not list, or lacks", "those that it lists")
    for name, content in files.items():
        if listed[name] != hashed(content) or (name != ROWS and name != f"artifacts/{hashed(content)}"):
            raise _foreign(path, f"{name[:80]} with another hash", "the content that was exported")
    return files, about


def _plain_members(path: Path, members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_FILES or sum(one.file_size for one in members) > MOST_BYTES:
        raise _foreign(path, "a bomb: more than it may hold", f"{MOST_FILES:,} files and {MOST_BYTES:,} bytes at most")
    names = [one.filename for one in members]
    if len(set(names)) < len(names):
        raise _foreign(path, "two members of one name", "each name once")
    for one in members:
        name, link = one.filename, (one.external_attr >> 16) & 0o170000 == 0o120000
        inside = name in (MANIFEST, ROWS) or (name.startswith("artifacts/") and HASH.fullmatch(name.removeprefix("artifacts/")))
        if ".." in name.replace("\\", "/").split("/") or name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name) or link:
            raise _foreign(path, f"{name[:80]!r}, which leaves the folder", "names inside it")
        if not inside:
            raise _foreign(path, f"{name[:80]!r}, which is no part of a pool", f"{MANIFEST}, {ROWS} and artifacts by hash")
        if one.file_size > 2**20 and one.file_size > MOST_RATIO * max(1, one.compress_size):
            raise _foreign(
                path,
                f"a bomb: {name[:80]} grows {one.file_size // max(1, one.compress_size)} times",
                f"{MOST_RATIO} times at most",
            )


def _unpacked(path: Path, archive: zipfile.ZipFile, one: zipfile.ZipInfo) -> bytes:
    """No more than the member says that it holds, whatever it does hold."""
    with archive.open(one) as file:
        content = file.read(one.file_size + 1)
    if len(content) != one.file_size:
        raise _foreign(path, f"a bomb: {one.filename[:80]} holds more than it says", "what it says")
    return content


def _json(path: Path, content: bytes, name: str) -> Json:
    try:
        return cast(Json, json.loads(content.decode("utf-8")))
    except (ValueError, RecursionError):
        raise _foreign(path, f"{name} that is no JSON", "JSON") from None


def _rows(path: Path, content: bytes) -> list[Experiment]:
    """Rows out of JSON, each checked."""
    told = _json(path, content, ROWS)
    found = []
    for k, one in enumerate(told if isinstance(told, list) else [None]):
        try:
            found.append(_row(cast("dict[str, object]", one)))
        except (TypeError, KeyError, ValueError, AttributeError, InputError):
            raise _foreign(path, f"row {k} that is none", "rows as they were exported") from None
    return found


def _row(told: dict[str, object]) -> Experiment:
    values = dict(told)
    proposal = dict(cast("dict[str, object]", values.pop("proposal")))
    budget = Budget(**cast("dict[str, str]", proposal.pop("budget")))  # type: ignore[arg-type]
    lists = {key: tuple(map(str, cast("list[str]", proposal.pop(key)))) for key in ("parents", "techniques")}
    scores = {int(seed): float(score) for seed, score in cast("dict[str, float]", values.pop("scores")).items()}
    row = Experiment(proposal=Proposal(budget=budget, **lists, **proposal), scores=scores, **values)  # type: ignore[arg-type]
    finite = all(math.isfinite(v) for v in (*scores.values(), row.started, row.closed, row.value or 0.0))
    names = [*row.proposal.artifacts.values(), *row.outcome.values()]
    if row.state not in CLOSED or not finite or not all(HASH.fullmatch(name) for name in names):
        raise ValueError("a row that is none")
    if row.scored != (row.value is not None):
        raise ValueError("a verdict without its value")
    return row
