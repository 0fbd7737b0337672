"""TOML out: the text of a table that `tomllib` reads back the same."""

from __future__ import annotations

import json
import math
from typing import Any


def toml_text(content: dict[str, Any]) -> str:
    """The text of a world file's content: a section for each table and each space, plain lines inside.

    Raises:
        TypeError: If it holds something that is no text, number, truth value, list or table.
    """
    return "\n".join(_section(content, ())).lstrip("\n") + "\n"


def _section(table: dict[str, Any], path: tuple[str, ...]) -> list[str]:
    lines = [line for name, value in table.items() if not _opens(value, path) for line in _lines(_key(name), value)]
    for name, value in table.items():
        if _opens(value, path):
            inner = (*path, name)
            title = ".".join(map(_key, inner))
            header = [f"[{title}]"] if isinstance(value, dict) else [f"[[{title}]]"]
            for one in [value] if isinstance(value, dict) else value:
                body = _section(one, inner)
                bare = isinstance(value, dict) and bool(body) and not body[0]  # sections alone: they name it
                lines += body if bare else ["", *header, *body]
    return lines


def _opens(value: Any, path: tuple[str, ...]) -> bool:
    """Whether a value gets a section of its own: a table of the file, a space, a list of tables in one of them."""
    if isinstance(value, dict):
        return not path or path == ("spaces",)
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _lines(key: str, value: Any) -> list[str]:
    """One line, or (axes) one for each table inside."""
    if isinstance(value, dict) and value and all(isinstance(one, dict) for one in value.values()):
        return [f"{key}.{_key(name)} = {_value(one)}" for name, one in value.items()]
    return [f"{key} = {_value(value)}"]


def _key(name: str) -> str:
    plain = bool(name) and all(letter.isascii() and (letter.isalnum() or letter in "-_") for letter in name)
    return name if plain else _text(name)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else str(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(name)} = {_value(one)}" for name, one in value.items()) + " }" if value else "{}"
    raise TypeError(f"{type(value).__name__} in a world file")


def _text(text: str) -> str:
    # TOML's basic strings know JSON's escapes; the characters that JSON lets through and TOML forbids are 0x7f alone.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
