"""The modules of a package, whatever they are called."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module


def listing(package: str) -> Iterator[str]:
    """Each module of a package with its public names, in the order of its file."""
    root = import_module(package)
    found = [one for one in pkgutil.walk_packages(root.__path__, f"{package}.") if not one.ispkg]
    for one in sorted(found, key=lambda one: (one.name.count("."), one.name)):
        yield f"### {one.name}\n\n```{{eval-rst}}\n.. automodule:: {one.name}\n   :members:\n```\n"
