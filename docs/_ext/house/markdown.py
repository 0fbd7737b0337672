"""Tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def rows(head: Iterable[object], body: Iterable[Iterable[object]]) -> Iterator[str]:
    """Lines of a table; bars inside cells are escaped."""
    columns = [str(cell) for cell in head]
    yield line(columns)
    yield line(["---"] * len(columns))
    for row in body:
        yield line([str(cell).replace("|", "\\|").replace("\n", " ") for cell in row])
    yield ""


def line(cells: Iterable[str]) -> str:
    """One line of a table."""
    return f"| {' | '.join(cells)} |"


def code(value: object) -> str:
    """A value as code; nothing for an empty one."""
    return f"`{value}`" if str(value) else ""
