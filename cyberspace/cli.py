"""The command `cyberspace`.  Imports nothing heavy until a command runs.

Commands register through the entry-point group `cyberspace.commands`, so that packages above this one add theirs.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from cyberspace.errors import EXIT_INPUT, EXIT_INTERRUPTED, EXIT_LAW, EXIT_STUCK, InputError, LawBroken, RunStuck
from cyberspace.version import __version__

if TYPE_CHECKING:
    from cyberspace.ranks.team import Team
    from cyberspace.record.run_folder import RunFolder
    from cyberspace.watch.delegate import Delegate
    from cyberspace.watch.people import People

GROUP = "cyberspace.commands"
Command = TypeVar("Command", bound=Callable[..., None])


class Commands(click.Group):
    """Commands found by entry point."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names."""
        return sorted({point.name for point in entry_points(group=GROUP)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name."""
        points = list(entry_points(group=GROUP, name=cmd_name))
        return points[0].load() if points else None


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="cyberspace")
def commands() -> None:
    """A simulator in which evolution is the learning algorithm and the compute cluster is the universe."""


def main() -> None:
    """Run the command line; exit codes: 0 done, 2 wrong input, 3 a law was broken, 4 stuck, 130 interrupted."""
    try:
        commands(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(EXIT_INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(EXIT_INPUT)
    except InputError as error:
        for line in error.problems:
            click.echo(f"cyberspace: {line}", err=True)
        sys.exit(EXIT_INPUT)
    except RunStuck as error:
        click.echo(f"cyberspace: {error}", err=True)
        sys.exit(EXIT_STUCK)
    except LawBroken as error:
        click.echo(f"cyberspace: a law was broken: {error}", err=True)
        click.echo("This is a defect of cyberspace: please report it with the world file, the seed and this message.", err=True)
        sys.exit(EXIT_LAW)
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)


class BackendName(click.ParamType[str]):
    """What a world file's key takes; the table of backends is looked at only when a command asks, a user's own file when it runs."""

    name = "backend"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name, if there is such a backend."""
        from cyberspace.backends.table import BACKENDS

        if value not in BACKENDS:
            from cyberspace.backends.backend import find_backend

            find_backend(value, Path(), "--backend")
        return value

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str | None:
        """All names, for the help of a command."""
        from cyberspace.backends.table import BACKENDS

        return f"[{'|'.join(sorted(BACKENDS))}|FILE.py:NAME]"


def run_options(command: Command) -> Command:
    """The options that `run` and `launch` share."""
    options = [
        click.argument("world", required=False, type=click.Path()),
        click.option(
            "--ticks", type=click.IntRange(min=0, max=2**31 - 1), required=True, help="The tick to run to (absolute)."
        ),
        click.option("--out", type=click.Path(), help="Folder of the new run."),
        click.option("--resume", "resumed", type=click.Path(), help="Go on with the run in this folder."),
        click.option("--seed", type=click.IntRange(min=0, max=2**32 - 1), help="Instead of the world file's."),
        click.option(
            "--backend", type=BackendName(), help="Instead of the world file's; a file of your own is found from here."
        ),
        click.option("--record-every", type=click.IntRange(min=1), help="Ticks between two samples."),
        click.option("--threads", type=click.IntRange(min=1), help="Threads of a rank's regions, where a backend takes them."),
        click.option(
            "--deadline", type=click.FloatRange(min=0.1), default=300.0, help="Seconds that a rank waits for another."
        ),
        click.option("--extinction", is_flag=True, help="If a rank is lost, its organisms are too: its regions go on empty."),
        click.option(
            "--serve",
            is_flag=False,
            flag_value="127.0.0.1:0",
            metavar="[HOST:PORT]",
            help="Let viewers in: two files in the run's folder let play or watch.  By default this machine, any free port.",
        ),
        click.option("--quiet", is_flag=True, help="No progress."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@run_options
def run(
    world: str | None, ticks: int, out: str | None, resumed: str | None, seed: int | None, backend: str | None,
    record_every: int | None, threads: int | None, deadline: float, extinction: bool, serve: str | None, quiet: bool,
) -> None:  # fmt: skip
    """Run WORLD from tick 0, or go on with a run; on one process, or under mpirun on many."""
    if (resumed is None) == (out is None) or (resumed is None and world is None) or (resumed and seed is not None):
        raise click.UsageError("expected either WORLD --out RUN [--seed S], or --resume RUN")
    from cyberspace.ranks.connect import connected

    with connected(deadline) as team:
        from cyberspace.record import run_folder
        from cyberspace.run import runtime
        from cyberspace.run.crew import Plan

        def say(line: str) -> None:
            if team.rank == 0:
                click.echo(f"cyberspace: {line}", err=True)

        if resumed is not None:
            folder = run_folder.open_run(resumed)
            if world is not None:
                runtime.same_world(folder, world)
        else:
            assert world is not None and out is not None
            folder = runtime.begin(world, out, seed, backend, team.rank, 1 if team.mended else team.size)
        every = record_every or folder.file.record.every
        plan = Plan(ticks, every, backend or "", threads or team.threads, quiet, deadline, extinction)
        try:
            with _people(folder, serve, say, team) as people:
                runtime.go(folder, plan, team, say, people)
        except runtime.Interrupted as stop:
            say(f"interrupted at tick {stop.tick:,}; a checkpoint is left")
            say(f"to go on: cyberspace run --resume {folder.path} --ticks {ticks}")
            team.leave(EXIT_INTERRUPTED)
            sys.exit(EXIT_INTERRUPTED)


def _people(
    folder: RunFolder, serve: str | None, say: Callable[[str], None], team: Team
) -> AbstractContextManager[People | Delegate | None]:
    """Those who take part in a run, as this rank knows them, as a context."""
    if serve is None:
        return nullcontext()
    if team.rank > 0:
        from cyberspace.watch.delegate import Delegate

        return Delegate(folder.universe, team)
    from cyberspace.watch.people import People

    return People(folder, serve, say, team)


@click.command()
@click.argument("path", metavar="RUN", type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def inspect(path: str, as_json: bool) -> None:
    """Tell what RUN holds."""
    from cyberspace.analysis.inspect_run import inspect_run

    facts = inspect_run(path)
    if as_json:
        click.echo(json.dumps(facts))
        return
    for key, value in facts.items():
        if isinstance(value, dict):
            click.echo(f"{key}:")
            for name, part in value.items():
                click.echo(f"  {name:8} {_text(part)}")
        else:
            click.echo(f"{key:9} {_text(value)}")


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


@click.command()
def doctor() -> None:
    """Tell what is installed, which devices there are, and what to mend."""
    from cyberspace.doctor import examine

    found, mend = examine()
    for line in found:
        click.echo(line)
    for line in mend:
        click.echo(f"to mend: {line}")
    if not mend:
        click.echo("nothing to mend")
