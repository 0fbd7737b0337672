"""The commands, out of click."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import click

from cyberspace.cli import commands
from house import markdown


def _context(name: str) -> click.Context:
    parent = click.Context(commands, info_name="cyberspace")
    found = commands.get_command(parent, name)
    if found is None:
        raise KeyError(f"no command {name}")
    return click.Context(found, info_name=name, parent=parent)


def listing() -> Iterator[str]:
    """All commands, one sentence each."""
    names = commands.list_commands(click.Context(commands))
    told = [(f"[`cyberspace {name}`](#cyberspace-{name})", _context(name).command.get_short_help_str(120)) for name in names]
    yield from markdown.rows(("command", "does"), told)


def sections() -> Iterator[str]:
    """All commands, a section each."""
    for name in commands.list_commands(click.Context(commands)):
        yield f"## cyberspace {name}\n"
        yield from command(name)


def command(name: str) -> Iterator[str]:
    """Usage, help and options of one command; of a group, of those in it as well."""
    context = _context(name)
    yield from _told(context)
    if isinstance(context.command, click.Group):
        for one, inner in sorted(context.command.commands.items()):
            yield f"\n### cyberspace {name} {one}\n"
            yield from _told(click.Context(inner, info_name=one, parent=context))


def _told(context: click.Context) -> Iterator[str]:
    usage = " ".join([context.command_path, *context.command.collect_usage_pieces(context)])
    yield f"```text\n{usage}\n```\n"
    yield from inspect.cleandoc(context.command.help or "").split("\n")
    yield ""
    options = [one for one in context.command.params if isinstance(one, click.Option)]
    rows = [(", ".join(f"`{part}`" for part in one.opts), _value(one), _default(one), one.help or "") for one in options]
    if rows:
        yield from markdown.rows(("option", "takes", "if left out", "does"), rows)


def _value(option: click.Option) -> str:
    if option.is_flag:
        return ""
    if isinstance(option.type, click.Choice):
        return "one of " + ", ".join(f"`{one}`" for one in option.type.choices)
    if option.metavar:
        return f"`{option.metavar}`"
    low, high = getattr(option.type, "min", None), getattr(option.type, "max", None)
    words = {
        "integer range": "whole number",
        "integer": "whole number",
        "float range": "number",
        "float": "number",
        "path": "path",
    }
    word = words.get(option.type.name, option.type.name)
    if low is not None and high is not None:
        return f"{word}, {low:,} to {high:,}"
    return f"{word}, {low:,} or more" if low is not None else word


def _default(option: click.Option) -> str:
    if option.required:
        return "required"
    value: Any = option.default
    return (
        ""
        if value is None or isinstance(value, bool) or "Sentinel" in type(value).__name__ or option.multiple
        else f"`{value}`"
    )
