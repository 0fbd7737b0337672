"""The commands `cyberspace task new`, `check` and `try`."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points
from itertools import count
from pathlib import Path
from typing import TypeVar

import click

from cyberspace.errors import InputError, problem
from cyberspace.telling import answer, live_on, say

Command = TypeVar("Command", bound=Callable[..., None])


def shaped(command: Command) -> Command:
    """The options that say how a task is made, and for what brains."""
    options = [
        click.option(
            "--option", "options", multiple=True, metavar="KEY=VALUE", help="An argument of the task; may be repeated."
        ),
        click.option("--units", type=int, default=16, show_default=True, help="Units of a brain."),
        click.option(
            "--senses", type=int, default=16, show_default=True, help="Senses of a brain; eight are every world's own."
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@click.group()
def task() -> None:
    """Make a task of your own, and try it before a world lives by it."""


@task.command()
@click.argument("path", metavar="FILE.py", type=click.Path(dir_okay=False, path_type=Path))
def new(path: Path) -> None:
    """Write a task to start from into FILE.py."""
    from cyberspace.trying.template import write_task

    name = write_task(path)
    answer(
        f"{path}: a task that can be changed.  Next:\n  cyberspace task check {name}\n  cyberspace task try {name} --ticks 40000"
    )


@task.command()
@click.argument("name", metavar="FILE.py:CLASS")
@shaped
def check(name: str, options: tuple[str, ...], units: int, senses: int) -> None:
    """Check a task: its shapes and types, whether it answers the same everywhere, what chance earns, what it costs."""
    from cyberspace.trying.check import check as lines_of
    from cyberspace.trying.small_world import options_of

    for line in lines_of(name, options_of(options), units=units, senses=senses):
        answer(line)


@task.command("try")
@click.argument("name", metavar="FILE.py:CLASS")
@click.option("--ticks", type=click.IntRange(min=1, max=2**31 - 1), required=True, help="How long it is tried.")
@click.option("--out", type=click.Path(), help="Folder of the run; a new one beside here if left out.")
@click.option("--sms", type=click.IntRange(min=1, max=1024), default=8, show_default=True, help="Sms of 512 sites.")
@click.option("--genesis", default="ancestor:learner", show_default=True, help="How the world starts.")
@click.option("--seed", type=click.IntRange(min=0, max=2**32 - 1), default=1, show_default=True, help="Of the world.")
@click.option("--backend", default="", help="Instead of numba.")
@shaped
def try_(
    name: str, ticks: int, out: str | None, sms: int, genesis: str, seed: int, backend: str, options: tuple[str, ...],
    units: int, senses: int,
) -> None:  # fmt: skip
    """Live a small world that poses a task everywhere, tell how many learn it, and draw a page of figures."""
    live_on()
    from cyberspace.run import runtime
    from cyberspace.run.crew import Plan
    from cyberspace.trying.small_world import options_of, world_text

    folder = Path(out) if out else _free(name)
    text = world_text(name, options_of(options), sms, seed, genesis, units, senses, every=max(1, min(500, ticks // 40)))
    run = runtime.begin_text(text, f"task try {name}", Path(), folder, backend=backend)
    try:
        runtime.go(run, Plan(ticks, run.file.record.every, backend), say=say)
    except runtime.Interrupted as stop:
        say(f"stopped at tick {stop.tick:,}")
    _report(folder)


def _free(name: str) -> Path:
    """A folder that is not there yet."""
    kind = name.rpartition(":")[2].lower()
    return next(path for k in count(1) if not (path := Path("runs") / f"{kind}-{k}").exists())


def _report(folder: Path) -> None:
    """Draw the report, if what draws is installed."""
    found = list(entry_points(group="cyberspace.commands", name="report"))
    if not found:
        raise InputError(problem("report", "no command that draws", "the package render", f"cyberspace inspect {folder}"))
    found[0].load().callback(str(folder))
