"""The command `cyberspace sweep`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cyberspace.errors import EXIT_INTERRUPTED, EXIT_LOST, InputError, RunLost, problem
from cyberspace.telling import answer, live_on, say

if TYPE_CHECKING:
    from cyberspace.sweep.pools import Pool


@click.command()
@click.argument("plan", metavar="PLAN.toml", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the sweep; runs/sweeps/NAME if left out.")
@click.option("--processes", type=click.IntRange(1, 1024), help="Of this host; as many as it has free processors if left out.")
@click.option(
    "--slurm",
    "slurm",
    multiple=True,
    metavar="KEY=VALUE",
    help="Live the runs as Slurm arrays; an option of sbatch, may be repeated.",
)
@click.option("--cluster", type=click.Choice(["slurm", "local", "debug"]), help="With --slurm, or to try it without one.")
@click.option(
    "--array", "most", type=click.IntRange(1, 10**6), default=1, show_default=True, help="Runs of one job of an array."
)
@click.option("--draw", "only_draw", is_flag=True, help="Draw the page of what is finished, and live nothing.")
@click.option("--quiet", is_flag=True, help="No progress.")
def sweep(
    plan: Path, out: Path | None, processes: int | None, slurm: tuple[str, ...], cluster: str | None, most: int,
    only_draw: bool, quiet: bool,
) -> None:  # fmt: skip
    """Live every run of PLAN, or what is left of it, and draw a page with tables and figures; under mpirun on all ranks.

    It can be killed at any time: the same command goes on, and comes to the same table.
    """
    live_on()
    from cyberspace.run.runtime import Interrupted
    from cyberspace.sweep.plan import read_plan
    from cyberspace.sweep.sweep import draw, keep_plan, live
    from cyberspace.sweep.work import Place

    place = Place((Path("runs") / "sweeps" / plan.stem if out is None else out).absolute())
    if only_draw:
        answer(str(draw(read_plan(plan), place)))
        return
    try:
        with _pool(place, processes, _options(slurm), cluster or ("slurm" if slurm else None), most) as pool:
            if pool is None:
                return
            chosen = read_plan(plan)  # on the first rank alone, so that what is wrong is told once
            path = live(chosen, place, pool, (lambda line: None) if quiet else say)
            keep_plan(chosen, place)
            answer(str(path))
    except (KeyboardInterrupt, Interrupted):
        say(f"interrupted; finished runs are kept; to go on: {_again()}")
        sys.exit(EXIT_INTERRUPTED)
    except RunLost as lost:
        say(str(lost))
        sys.exit(EXIT_LOST)


def _again() -> str:
    return " ".join(["cyberspace", *sys.argv[1:]])


@contextmanager
def _pool(
    place: object, processes: int | None, options: dict[str, str | int], cluster: str | None, most: int
) -> Iterator[Pool | None]:
    """The pool that the command asks for."""
    from cyberspace.sweep.pools import launched, local_pool, mpi_pool, slurm_pool
    from cyberspace.sweep.work import Place

    assert isinstance(place, Place)
    if cluster is not None:
        with slurm_pool(place.path / "slurm", cluster, options, most) as slurm:
            yield slurm
    elif launched():
        with mpi_pool() as ranks:
            yield ranks
    else:
        with local_pool(processes) as local:
            yield local


def _options(given: tuple[str, ...]) -> dict[str, str | int]:
    """Options of sbatch, as submitit takes them: those that it does not know itself begin with `slurm_`."""
    found: dict[str, str | int] = {}
    for one in given:
        key, equals, value = one.partition("=")
        if not equals or not key.isidentifier() or not value:
            raise InputError(problem("--slurm", repr(one), "KEY=VALUE, an option of sbatch", "--slurm partition=short"))
        found[f"slurm_{key.removeprefix('slurm_')}"] = int(value) if value.isdigit() else value
    return found
