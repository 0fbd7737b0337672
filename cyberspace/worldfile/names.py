"""Which names a world may give: they become keys of records, groups on disk and parts of file names, on every file system."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

from cyberspace.errors import problem

LONGEST = 64
"""Characters of a name, at most."""

TAKEN = ("links",)
"""Names that a record has for itself."""

GRAMMAR = f"1 to {LONGEST} letters, digits, - and _, beginning with a letter or a digit"


def good_name(name: str) -> str:
    """The name that is like one, and may be given; itself if it may."""
    plain = unicodedata.normalize("NFC", name)
    letters = "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in plain)
    start = letters.lstrip("-_")[:LONGEST]
    return f"{start or 'space'}_1" if start in (*TAKEN, "") else start


def wrong_names(names: Iterable[str], where: str) -> Iterator[str]:
    """A line for each name of a table that may not be given, or is too like another one."""
    known: dict[str, str] = {}
    for name in names:
        if name != good_name(name):
            why = "no name that the record has for itself" if name in TAKEN else GRAMMAR
            yield problem(where, repr(name), why, good_name(name))
            continue
        before = known.setdefault(unicodedata.normalize("NFKC", name).casefold(), name)
        if before != name:
            expected = f"a name that is not {before!r} on file systems which know no capitals or forms of a letter"
            yield problem(where, repr(name), expected, good_name(f"{name}_2"))
