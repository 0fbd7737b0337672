"""The command `cyberspace`.  Imports nothing heavy until a command runs.

Commands register through the entry-point group `cyberspace.commands`, so that packages above this one add theirs.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, redirect_stdout
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import click

from cyberspace.errors import (
    EXIT_INPUT,
    EXIT_INTERRUPTED,
    EXIT_LAW,
    EXIT_PIPE,
    EXIT_STUCK,
    InputError,
    LawBroken,
    RunStuck,
    problem,
    refusal,
    system_problem,
)
from cyberspace.telling import Unheard, answer, close_answer, live_on, open_streams, say
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
    open_streams()
    try:
        if not __debug__:
            raise InputError(
                problem("PYTHONOPTIMIZE", "Python without its asserts", "Python with them", "unset PYTHONOPTIMIZE")
            )
        try:
            commands(standalone_mode=False)
        finally:
            close_answer()
    except (click.exceptions.Abort, KeyboardInterrupt):
        say("interrupted")
        sys.exit(EXIT_INTERRUPTED)
    except (click.ClickException, InputError, RunStuck, LawBroken, Unheard, OSError) as error:
        sys.exit(_told(error))


def _told(error: Exception) -> int:
    """Tell of an error; the exit code."""
    if isinstance(error, click.ClickException):
        error.show()
    elif isinstance(error, InputError):
        for line in error.problems:
            say(line)
    elif isinstance(error, Unheard):
        if error.reader_left:
            return EXIT_PIPE
        say(problem("standard output", refusal(error.error), "a place that takes what is printed", "another one"))
    elif isinstance(error, RunStuck):
        say(str(error))
        return EXIT_STUCK
    elif isinstance(error, LawBroken):
        say(f"a law was broken: {error}")
        say("this is a defect of cyberspace: please report it with the world file, the seed and this message")
        return EXIT_LAW
    elif isinstance(error, OSError):
        expected = "a system that grants it"
        say(system_problem(error, " ".join(["cyberspace", *sys.argv[1:2]]), expected, "mending that, then the same again"))
    return EXIT_INPUT


class Ticks(NamedTuple):
    """How far a run is to go.

    Attributes:
        number: The tick to reach, or how many to live.
        more: Whether they are counted from where the run stands.
    """

    number: int
    more: bool


class TicksType(click.ParamType[Ticks]):
    """N, a tick to reach, or +N, ticks from where the run stands."""

    name = "ticks"
    MOST = 2**31 - 1

    def convert(self, value: str | Ticks, param: click.Parameter | None, ctx: click.Context | None) -> Ticks:
        """The number, and what it counts from."""
        if isinstance(value, Ticks):
            return value
        digits = value.strip().removeprefix("+")
        if not (digits.isascii() and digits.isdigit() and len(digits) < 20 and int(digits) <= self.MOST):
            expected = f"a tick from 0 to {self.MOST}, or +N for N ticks from where the run stands"
            raise InputError(problem("--ticks", repr(value), expected, "--ticks +20000"))
        return Ticks(int(digits), value.strip().startswith("+"))

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str | None:
        """Both, for the help of a command."""
        return "N|+N"


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
            "--ticks", type=TicksType(), required=True, help="The tick to run to; +N is N ticks from where the run stands."
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
        click.option(
            "--check-tasks", is_flag=True, help="Ask tasks of your own twice at every sample: they must answer the same."
        ),
        click.option("--quiet", is_flag=True, help="No progress."),
        click.option("--force", is_flag=True, help="Go on although a part of RUN is lost; what is in the way is put aside."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@run_options
def run(
    world: str | None, ticks: Ticks, out: str | None, resumed: str | None, seed: int | None, backend: str | None,
    record_every: int | None, threads: int | None, deadline: float, extinction: bool, serve: str | None,
    check_tasks: bool, quiet: bool, force: bool,
) -> None:  # fmt: skip
    """Run WORLD from tick 0, or go on with a run; on one process, or under mpirun on many."""
    if (resumed is None) == (out is None) or (resumed is None and world is None) or (resumed and seed is not None):
        raise click.UsageError("expected either WORLD --out RUN [--seed S], or --resume RUN")
    live_on()
    from cyberspace.ranks.connect import connected

    with connected(deadline) as team:
        from cyberspace.record import run_folder
        from cyberspace.run import runtime
        from cyberspace.run.crew import Plan

        def tell(line: str) -> None:
            if team.rank == 0:
                say(line)

        if resumed is not None:
            folder = run_folder.open_run(resumed)
            if world is not None:
                runtime.same_world(folder, world)
        else:
            assert world is not None and out is not None
            folder = runtime.begin(world, out, seed, backend, team.rank, 1 if team.mended else team.size)
        every = record_every or folder.file.record.every
        threads = threads_for(threads, team, tell)
        last, more = ticks
        plan = Plan(last, every, backend or "", threads, quiet, deadline, extinction, check_tasks, force, more)
        try:
            with _people(folder, serve, tell, team) as people:
                runtime.go(folder, plan, team, tell, people)
        except runtime.Interrupted as stop:
            tell(f"interrupted at tick {stop.tick:,}; a checkpoint is left")
            tell(f"to go on: cyberspace run --resume {folder.path} --ticks {stop.last}")
            team.leave(EXIT_INTERRUPTED)
            sys.exit(EXIT_INTERRUPTED)


def threads_for(wished: int | None, team: Team, tell: Callable[[str], None]) -> int | None:
    """Threads of a rank: those that were asked for, as far as its processors allow; told where they do not."""
    from cyberspace.cores import chosen_threads

    most = chosen_threads()
    if wished is None or wished <= most:
        return wished or team.threads
    tell(f"--threads {wished}: this process may use {most} core{'s' if most > 1 else ''}; going on with {most}")
    return most


def _people(
    folder: RunFolder, serve: str | None, say: Callable[[str], None], team: Team
) -> AbstractContextManager[People | Delegate | None]:
    """Those who take part in a run, as this rank knows them, as a context."""
    if serve is None:
        return nullcontext()
    if team.rank > 0:
        from cyberspace.watch.delegate import Delegate

        return Delegate(folder.universe, team, folder)
    from cyberspace.watch.people import People

    return People(folder, serve, say, team)


@click.command()
@click.argument("path", metavar="RUN", type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--story", is_flag=True, help="Also what happened: functions, sweeps, extinctions, events.")
def inspect(path: str, as_json: bool, story: bool) -> None:
    """Tell what RUN holds."""
    from cyberspace.analysis.inspect_run import inspect_run, score_words
    from cyberspace.analysis.story.story import marks_of

    with redirect_stdout(sys.stderr):  # a task may print while it is loaded
        facts = inspect_run(path)
        marks = marks_of(path) if story else []
    for line in facts.get("damaged", []):
        say(line)
    if as_json:
        answer(json.dumps({**facts, "story": marks} if story else facts))
        return
    for key, value in facts.items():
        if key in ("damaged", "chance"):
            continue
        if isinstance(value, dict):
            answer(f"{key}:")
            for name, part in value.items():
                if key == "scores":
                    answer(f"  {name:8} {score_words(facts['scores'][name])}")
                    continue
                by_chance = facts["chance"].get(name) if key == "tasks" else None
                told = "" if by_chance is None else f"  (by chance {by_chance:.4f})"
                answer(f"  {name:8} {_text(part)}{told}" if not isinstance(part, list) else f"  {name}:")
                for event in part if isinstance(part, list) else []:
                    where = f", regions {', '.join(map(str, event['regions']))}" if "regions" in event else ""
                    answer(f"    tick {event['tick']:,}  {event['space']}: {event['what']}{where}")
        else:
            answer(f"{key:9} {_text(value)}")
    for mark in marks:
        where = f"{mark['space']}: " if mark["space"] else ""
        answer(f"tick {mark['tick']:>11,}  {mark['kind']:11}  {where}{mark['words']}")


def _text(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4f}"
    if isinstance(value, dict):
        return ", ".join(f"{key} = {json.dumps(one)}" for key, one in value.items()) or "-"
    return f"{value:,}" if isinstance(value, int) else str(value)


@click.command()
def doctor() -> None:
    """Tell what is installed, which devices there are, and what to mend."""
    from cyberspace.doctor import examine

    found, mend = examine()
    for line in found:
        answer(line)
    for line in mend:
        answer(f"to mend: {line}")
    if not mend:
        answer("nothing to mend")
