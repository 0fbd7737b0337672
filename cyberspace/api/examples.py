"""The examples: in a checkout they lie beside the package, an installed wheel brings them along."""

from __future__ import annotations

import re
import shutil
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import click

from cyberspace.errors import InputError, problem
from cyberspace.telling import answer

SHARED = "share/cyberspace/examples/"


def home() -> Path:
    """The folder of the examples.

    Raises:
        InputError: If they are not there.
    """
    beside = Path(__file__).parents[2] / "examples"
    if any(beside.glob("1_*")):
        return beside
    try:
        brought = [file for file in distribution("cyberspace").files or [] if SHARED in file.as_posix()]
    except PackageNotFoundError:
        brought = []
    for file in brought:
        path = Path(str(file.locate())).resolve()
        if path.is_file():
            return path.parents[1]
    attempt = "pip install --force-reinstall cyberspace"
    raise InputError(problem("examples", "no folder of examples", "those that come with cyberspace", attempt))


def listed(folder: Path) -> list[tuple[str, str]]:
    """Each example, "FAMILY/NAME", with the sentence at its head."""
    paths = sorted(path for path in folder.glob("*/*") if path.suffix in (".toml", ".py"))
    return [(f"{path.parent.name}/{path.name}", sentence(path.read_text(encoding="utf-8"))) for path in paths]


def sentence(text: str) -> str:
    """The first sentence of a world file or a script: of its first comment or docstring."""
    lines = re.match(r'(?:#[^\n]*\n)+|"""(?:.|\n)*?"""', text)
    words = " ".join(re.sub(r'^# ?|"""', "", lines[0], flags=re.MULTILINE).split()) if lines else ""
    return re.split(r"(?<=\.) (?=[A-Z])|(?<=\.) (?=python )", words)[0]


@click.command()
@click.option("--copy", "folder", type=click.Path(), help="Copy them into this new or empty folder, to run and to change them.")
def examples(folder: str | None) -> None:
    """List the examples, each with what is seen when it runs; or copy them."""
    source = home()
    if folder is None:
        for name, says in listed(source):
            answer(f"{name}\n    {says}")
        answer(f"\nThey lie in {source}; to change them: cyberspace examples --copy FOLDER")
        return
    path = Path(folder)
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise InputError(problem(f"--copy {path}", "a place that is in use", "a new or empty folder", "another --copy"))
    try:
        shutil.copytree(source, path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    except OSError as error:
        got = f"a folder that can't be written ({error})"
        raise InputError(problem(f"--copy {path}", got, "a place to write", "another --copy")) from None
    answer(f"{len(listed(path))} files in {path}")
