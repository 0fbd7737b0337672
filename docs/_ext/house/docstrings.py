"""Docstrings of this project are plain text with code in backticks; Sphinx reads them as reStructuredText."""

from __future__ import annotations

import re
from typing import Any

CODE = re.compile(r"(`[^`]*`)")
MARKS = re.compile(r"([*|]|(?<=\w)_(?=[\s.,;:)]|$))")


def tidy(app: Any, what: str, name: str, target: Any, options: Any, lines: list[str]) -> None:
    """Escape what would be a mark in reStructuredText, outside code."""
    for k, line in enumerate(lines):
        parts = CODE.split(line)
        lines[k] = "".join(part if part.startswith("`") else MARKS.sub(r"\\\1", part) for part in parts)
