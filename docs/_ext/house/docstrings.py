"""Docstrings of this project are plain text with code in backticks and sections in Google's style; Sphinx reads reStructuredText."""

from __future__ import annotations

import re
from typing import Any

from sphinx.ext.napoleon import Config, GoogleDocstring

WHOLE = re.compile(r"(`[^`]*`|(?<![\w*])\*\w[\w ]*\*(?![\w*]))")
MARKS = re.compile(r"([*|]|(?<=\w)_(?=[\s.,;:)]|$))")
STYLE = Config(napoleon_use_ivar=True)


def tidy(app: Any, what: str, name: str, target: Any, options: Any, lines: list[str]) -> None:
    """Escape what would be a mark in reStructuredText, outside code and *emphasis*, and turn sections into fields."""
    for k, line in enumerate(lines):
        parts = WHOLE.split(line)
        lines[k] = "".join(part if WHOLE.fullmatch(part) else MARKS.sub(r"\\\1", part) for part in parts)
    # A property would lose what stands before its first colon: it would be taken for a type.
    like = "method" if what in ("property", "attribute", "data") else what
    lines[:] = GoogleDocstring(lines, STYLE, app, like, name, target, options).lines()
