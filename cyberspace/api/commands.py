"""The commands `organism` and `fork`: organisms as files, and branches of runs."""

from __future__ import annotations

import os
import sys
import tomllib
from contextlib import redirect_stdout
from pathlib import Path

import click

from cyberspace.errors import InputError, problem
from cyberspace.telling import answer

_count = click.option("--count", type=click.IntRange(min=1), help="So many of them.")
_space = click.option("--space", help="Name of a space, where there are several.")


@click.group()
def organism() -> None:
    """Take organisms out of runs into files, look at such files, and place them in runs.

    To begin a world with them: genesis = "file:FILE.npz" in its world file (and learned = true to bring along what they learned), or
    genesis = "from:RUN@TICK" for all that live at a checkpoint of a run.
    """


@organism.command("export")
@click.argument("run", type=click.Path())
@click.option("--out", required=True, type=click.Path(), help="The new file, .npz.")
@click.option("--at", "tick", type=click.IntRange(min=0), help="Tick of a checkpoint; the newest if left out.")
@click.option("--site", type=click.IntRange(min=0), help="Who lives at this site, numbered in the universe.")
@click.option("--best", metavar="GOAL", help="Who performs this goal and holds most energy.")
@_count
@_space
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def take_out(
    run: str, out: str, tick: int | None, site: int | None, best: str | None, count: int | None, space: str | None, force: bool
) -> None:
    """Write organisms of RUN into a file; all that live if none are chosen.

    With --count alone they are spread evenly over the living, with --best they are the richest of those that perform the goal.
    """
    from cyberspace.analysis.inspect_run import newest_states
    from cyberspace.api.choosing import chosen
    from cyberspace.record.run_folder import open_run
    from cyberspace.record.taken import states_at

    if site is not None and (best is not None or count is not None):
        raise InputError(problem("--site", f"{site} and another choice", "one of them", f"--site {site} alone"))
    with redirect_stdout(sys.stderr):  # a task may print while it is loaded
        folder = open_run(run, rest=True)
        at, states = newest_states(folder) if tick is None else (tick, states_at(folder, tick, f"{run}: --at"))
    found = chosen(folder.universe, states, run, at, site, best, count, space)
    found.save(out, force)
    answer(f"{_number(len(found))} of {run}, tick {at:,}, in {out}")


@organism.command()
@click.argument("file", type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(file: str, as_json: bool) -> None:
    """Tell what a file of organisms holds."""
    import json

    from cyberspace.analysis.specimens import about, lines
    from cyberspace.specimens import load_organisms

    found = load_organisms(file)
    if as_json:
        answer(json.dumps(about(found)))
        return
    for line in lines(found):
        answer(line)


@organism.command("import")
@click.argument("file", type=click.Path())
@click.argument("run", type=click.Path())
@click.option("--out", required=True, type=click.Path(), help="Folder of the new run.")
@click.option("--at", "tick", type=click.IntRange(min=0), help="Tick of a checkpoint of RUN; the newest if left out.")
@click.option(
    "--site", "sites", type=click.IntRange(min=0), multiple=True, help="Where; once for each organism.  Free sites if left out."
)
@_count
@_space
@click.option(
    "--learned", is_flag=True, help="They bring the weights that they have learned; else they begin with inborn ones."
)
@click.option("--energy", type=click.IntRange(min=1), help="What each begins with; what a newcomer has if left out.")
def place(
    file: str, run: str, out: str, tick: int | None, sites: tuple[int, ...], count: int | None, space: str | None, learned: bool,
    energy: int | None,
) -> None:  # fmt: skip
    """Make a new run that goes on from RUN with the organisms of FILE placed in it; RUN stays as it is.

    They are placed at free sites by acts that stand in the journal of the new run, as if somebody had put them there by hand; what people
    did in RUN after that tick is not done again.  To begin a world with them instead: genesis = "file:FILE" in its world file.
    """
    from cyberspace.api.branching import Placing, branch
    from cyberspace.specimens import load_organisms

    found = load_organisms(file)
    found = found[: count or len(found)]
    with redirect_stdout(sys.stderr):
        at = branch(run, out, tick, replay=False, placing=Placing(found, file, space, sites or None, learned, energy))
    answer(f"{_number(len(found))} placed at tick {at:,} of a branch of {run}")
    answer(f"to go on: cyberspace run --resume {out} --ticks +1000")


@click.command()
@click.argument("run", type=click.Path())
@click.option("--at", "tick", type=click.IntRange(min=0), help="Tick of a checkpoint; the newest if left out.")
@click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE", help="Another value of the world file, as TOML; may be repeated."
)
@click.option("--seed", type=click.IntRange(min=0, max=2**32 - 1), help="Another seed.")
@click.option("--out", required=True, type=click.Path(), help="Folder of the new run.")
@click.option("--without-acts", is_flag=True, help="What people did in RUN after this tick is not done again.")
def fork(run: str, tick: int | None, settings: tuple[str, ...], seed: int | None, out: str, without_acts: bool) -> None:
    """Make a new run that goes on from a checkpoint of RUN, with other numbers or another seed; RUN stays as it is.

    Any key of the world file can be set (spaces.soup.physics.upkeep=4, spaces.soup.tasks.0.fill=0.2, 'spaces.soup.rule="none"'), but for
    what those who live there depend on: axes, body, links, pace, goals.  Without a change the branch lives as RUN did, to the bit.
    """
    from cyberspace.api.branching import branch

    changes = _settings(settings)
    with redirect_stdout(sys.stderr):
        at = branch(run, out, tick, seed, changes, not without_acts)
    answer(f"branched from {run} at tick {at:,}")
    answer(f"to go on: cyberspace run --resume {out} --ticks +1000")


def _settings(said: tuple[str, ...]) -> dict[str, object]:
    """Values by key."""
    found: dict[str, object] = {}
    for one in said:
        key, equals, text = (part.strip() for part in one.partition("="))
        if not equals or not all(key.split(".")):
            raise InputError(
                problem("--set", repr(one), "KEY=VALUE, a key of the world file", "--set spaces.soup.physics.upkeep=4")
            )
        if key in found:
            raise InputError(problem(f"--set {key}", "it twice", "each key once", f"--set {one} alone"))
        try:
            content = tomllib.loads(f"value = {text}")
            if list(content) != ["value"]:
                raise ValueError("more than one value")
        except (ValueError, RecursionError) as error:
            quoted = f"--set '{key}=\"{text}\"'" if text else f"--set {key}=4"
            raise InputError(
                problem(f"--set {key}", f"{text!r} ({error})", 'a value in TOML: 4, 0.5, true, "a text"', quoted)
            ) from None
        found[key] = _anchored(content["value"])
    return found


def _anchored(value: object) -> object:
    """A value that names a file in the working folder, with its whole path: in the run, names are looked for beside its world file."""
    from cyberspace.plugins import source_of

    if isinstance(value, str) and (source := source_of(value)) and Path(source).is_file():
        return value.replace(source, os.path.abspath(source), 1)
    return value


def _number(count: int) -> str:
    return f"{count:,} organism{'s' if count != 1 else ''}"
