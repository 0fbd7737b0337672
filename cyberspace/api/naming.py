"""Names for objects: a task class or a rule that is given as itself gets the name by which a world file would call it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cyberspace.errors import InputError, problem
from cyberspace.law.kinds import KINDS, Kind
from cyberspace.tasks.table import TASKS
from organisms.ancestors import ANCESTORS
from organisms.learning.rule import Rule
from organisms.learning.table import RULES


@dataclass(frozen=True)
class Named:
    """An object and its name.

    Attributes:
        name: "FILE.py:NAME", "PACKAGE.MODULE:NAME", or the name of something built in.
        thing: The object.
        file: The file that has to lie beside the world file, if it is found by file.
        lasts: Whether another process finds it by this name.
        quiet: Whether its file can be imported without doing again what this process does.
    """

    name: str
    thing: object
    file: Path | None = None
    lasts: bool = True
    quiet: bool = True


Thing = type | Callable[..., object] | Rule | Kind
"""What may stand in place of a name: a task or a backend, a function that makes an ancestor, a learning rule, a kind of region."""

BUILT_IN: tuple[Mapping[str, object], ...] = (TASKS, RULES, KINDS, ANCESTORS)


def named(thing: Thing) -> Named:
    """An object with its name."""
    built_in = next((name for known in BUILT_IN for name, one in known.items() if one is thing), None)
    if built_in is not None:
        return Named(built_in, thing)
    home, name = _home(thing)
    module = sys.modules.get(home)
    if home != "__main__" and (getattr(module, "__package__", "") or "").strip("."):
        return Named(f"{home}:{name}", thing, lasts=name.isidentifier())
    source = getattr(module, "__file__", None)
    if source is None or not source.endswith(".py"):
        return Named(f"{home}:{name}", thing, lasts=False)
    path = Path(source).resolve()
    body = _body(path)
    at_top = isinstance(thing, Kind) or any(
        isinstance(one, ast.ClassDef | ast.FunctionDef) and one.name == name for one in body
    )
    return Named(f"{path.name}:{name}", thing, path, at_top, home != "__main__" or any(map(_is_guard, body)))


def _home(thing: Thing) -> tuple[str, str]:
    """Module and name of an object; a kind knows neither, so it is looked for among the modules that there are.

    The module whose file makes it goes before those that imported it, and any other before the script that runs.
    """
    if isinstance(thing, Rule):
        return getattr(thing.change, "__module__", ""), getattr(thing.change, "__qualname__", thing.name)
    if not isinstance(thing, Kind):
        return thing.__module__, thing.__qualname__
    places = [
        (home, name) for home, module in list(sys.modules.items()) for name, one in list(vars(module).items()) if one is thing
    ]
    return min(places, key=lambda place: (not _makes(*place), place[0] == "__main__"), default=("__main__", thing.name))


def _makes(home: str, name: str) -> bool:
    """Whether a module's file gives a value to a name, outside of functions and classes."""
    source = getattr(sys.modules[home], "__file__", None) or ""
    made = [
        one.targets if isinstance(one, ast.Assign) else [one.target]
        for one in _body(Path(source))
        if isinstance(one, ast.Assign | ast.AnnAssign)
    ]
    return any(isinstance(target, ast.Name) and target.id == name for targets in made for target in targets)


def _body(path: Path) -> list[ast.stmt]:
    """The statements of a file, outside of all functions and classes."""
    try:
        return ast.parse(path.read_text(encoding="utf-8")).body
    except (OSError, ValueError, SyntaxError):
        return []


def _is_guard(one: ast.stmt) -> bool:
    """Whether a statement is the question if the file is run as a script."""
    return isinstance(one, ast.If) and any(isinstance(part, ast.Name) and part.id == "__name__" for part in ast.walk(one.test))


def files_of(things: Iterable[Named]) -> dict[str, Path]:
    """The files that objects need beside a world file, by the name that it calls them.

    Raises:
        InputError: If another process would not find one of the objects, or would do all that its script does, or two files have one name.
    """
    found: dict[str, Path] = {}
    for one in things:
        member = one.name.partition(":")[2]
        if not one.lasts:
            got, expected = "an object of this session alone", "one that is defined in a file, outside of functions"
            attempt = f"in a notebook: %%writefile {member.rpartition('.')[2].lower()}.py, then import it from there"
            raise InputError(problem(one.name, got, expected, attempt))
        if not one.quiet:
            expected = (
                'a script that does its work under `if __name__ == "__main__":`, since a resume imports it for the object'
            )
            raise InputError(problem(str(one.file), "a script without it", expected, "that line before what the script does"))
        if one.file is not None and found.setdefault(one.file.name, one.file) != one.file:
            got, expected = f"{one.file} and {found[one.file.name]}", "files of different names"
            raise InputError(problem(one.name, got, expected, "renaming one of them"))
    return found
