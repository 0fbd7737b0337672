"""The commands `cyberspace pool ...`."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from cyberspace.telling import answer, live_on, say

if TYPE_CHECKING:
    from cyberspace.collective.pool.working import Place

SECRET: click.Path = click.Path(exists=True, dir_okay=False, path_type=Path)
Command = TypeVar("Command", bound=Callable[..., None])


def placed(command: Command) -> Command:
    """The options that say which pool."""
    options = [
        click.option("--ledger", "where", required=True, metavar="PLACE", help="A journal file *.log, or postgresql://..."),
        click.option("--name", default="pool", show_default=True, help="Name of the pool in its ledger."),
        click.option("--artifacts", type=click.Path(path_type=Path), help="Their folder; beside a journal if left out."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@click.group()
def pool() -> None:
    """Improve worlds together: take the best that is known, change it, keep what is better, hand it on."""


@pool.command()
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("runs/pool"), show_default=True, help="Folder of the pool."
)
@click.option("--objective", default="bytes", show_default=True, help="bytes, blocks, scrambled, smooth.")
@click.option("--experiments", type=click.IntRange(1, 10000), default=24, show_default=True)
@click.option("--processes", type=click.IntRange(1, 64), default=2, show_default=True)
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=1, show_default=True, help="Of the choices.")
def demo(out: Path, objective: str, experiments: int, processes: int, seed: int) -> None:
    """Live a small pool from its beginning to its report, in less than two minutes."""
    live_on()
    from cyberspace.collective.pool.demo import demo as lived

    for line in lived(out, objective, experiments, processes, seed):
        answer(line)


@pool.command()
@placed
@click.option("--objective", default="bytes", show_default=True, help="bytes, blocks, scrambled, smooth.")
@click.option(
    "--experiments", type=click.IntRange(1, 10**6), default=100, show_default=True, help="Until the pool holds so many."
)
@click.option("--budget", "kind", default="steps", show_default=True, help="Of an evaluation: steps, wallclock or normalised.")
@click.option("--steps", type=click.IntRange(1, 2**31 - 1), help="Of a budget of steps; 400 if left out.")
@click.option("--seconds", type=float, help="Of a budget of wallclock (this hardware alone) or normalised seconds.")
@click.option("--seeds", default="1,2,3", show_default=True, help="Public seeds.")
@click.option("--candidates", default="kl-ucb", show_default=True, help="Policy that chooses candidates.")
@click.option("--operators", default="thompson", show_default=True, help="Policy that chooses operators.")
@click.option("--as", "who", default="", help="Name of the participant; account and host if left out.")
@click.option("--processes", type=click.IntRange(1, 256), default=1, show_default=True)
def run(
    where: str, name: str, artifacts: Path | None, objective: str, experiments: int, kind: str, steps: int | None,
    seconds: float | None, seeds: str, candidates: str, operators: str, who: str, processes: int,
) -> None:  # fmt: skip
    """Begin a pool and work in it; its secret, for the sealed seeds, goes into a file beside the journal."""
    live_on()
    from cyberspace.collective.budgets import budget_of
    from cyberspace.collective.ledger.ledger import Ledger
    from cyberspace.collective.objective.named import objective_named
    from cyberspace.collective.pool.pool import Pool, Settings
    from cyberspace.collective.pool.sealed import drawn, seal
    from cyberspace.collective.who import here
    from cyberspace.errors import InputError, problem

    if not all(one.strip().isdigit() for one in seeds.split(",")):
        raise InputError(problem("--seeds", repr(seeds), "numbers with commas between", "1,2,3"))
    chosen = objective_named(objective)
    settings = Settings(tuple(int(one) for one in seeds.split(",")), budget_of(kind, steps, seconds), candidates, operators)
    ledger = Ledger.open(name, where, chosen.space, artifacts)
    if not ledger.said("sealed"):
        keep = Path(where).with_suffix(".secret") if "://" not in where else Path(f"{name}.secret")
        secret = drawn(keep)
        seal(ledger, secret=secret)
        say(f"sealed seeds: the secret is in {keep}; show it to nobody before `cyberspace pool report --reveal`")
    Pool(ledger, chosen, here(who), settings)
    _work(_place(name, where, artifacts), who, processes, experiments)


@pool.command()
@placed
@click.option(
    "--experiments", type=click.IntRange(1, 10**6), default=100, show_default=True, help="Until the pool holds so many."
)
@click.option("--as", "who", default="", help="Name of the participant; account and host if left out.")
@click.option("--processes", type=click.IntRange(1, 256), default=1, show_default=True)
def join(where: str, name: str, artifacts: Path | None, experiments: int, who: str, processes: int) -> None:
    """Work in a pool that somebody began."""
    live_on()
    _work(_place(name, where, artifacts), who, processes, experiments)


def _place(name: str, where: str, artifacts: Path | None) -> Place:
    """Where a pool is; nothing heavy is imported for a command's help."""
    from cyberspace.collective.pool.working import Place

    return Place(name, where, artifacts)


def _work(place: Place, who: str, processes: int, experiments: int) -> None:
    from cyberspace.collective.ledger.rows import Experiment
    from cyberspace.collective.pool.working import joined, work, work_together
    from cyberspace.collective.who import here

    def told(row: Experiment) -> None:
        gain = "" if row.gain is None else f"  gain {row.gain:+.4f}"
        value = "" if row.value is None else f"  {row.value:.4f}"
        answer(f"{row.number:5}  {row.state:10} {row.candidate:24}{value}{gain}  {row.reason}".rstrip())

    if processes > 1:
        work_together(place, here(who), processes, experiments)
    else:
        work(joined(place.ledger(), here(who)), experiments, told)


@pool.command()
@placed
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder of the page.")
@click.option(
    "--reveal",
    "secret",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File with the secret: evaluate on sealed seeds.",
)
@click.option("--again", is_flag=True, help="Evaluate every score again and compare, to the bit.")
def report(where: str, name: str, artifacts: Path | None, out: Path, secret: Path | None, again: bool) -> None:
    """Write a pool's page of figures, from its ledger alone, and decide every verdict again."""
    from cyberspace.collective.pool import journey
    from cyberspace.collective.pool.replay import replay
    from cyberspace.collective.pool.report import write_report
    from cyberspace.collective.pool.sealed import reveal
    from cyberspace.collective.pool.working import joined
    from cyberspace.collective.who import here
    from cyberspace.page import text_table

    ledger = _place(name, where, artifacts).ledger()
    side = joined(ledger, here())
    if secret is not None:
        reveal(side, secret.read_text(encoding="utf-8").strip())
    view, found = side.view(), replay(ledger, side.objective if again else None)
    for line in text_table(journey.columns()["candidates"], journey.candidates(view, 5)):
        answer(line)
    answer(f"replayed {found.rows} verdicts, evaluated {found.evaluated} scores again: {len(found.faults)} do not follow")
    for fault in found.faults[:10]:
        answer(fault)
    answer(f"page: {write_report(view, f'Pool {name}', out)}")


@pool.command()
@placed
@click.argument("path", metavar="FILE.zip", type=click.Path(path_type=Path))
def export(where: str, name: str, artifacts: Path | None, path: Path) -> None:
    """Write closed rows and their artifacts into one zip: data, never code."""
    from cyberspace.collective.pool.archive import export as written

    answer(f"{written(_place(name, where, artifacts).ledger(), path)} rows in {path}")


@pool.command("import")
@placed
@click.argument("path", metavar="FILE.zip", type=click.Path(path_type=Path))
def import_(where: str, name: str, artifacts: Path | None, path: Path) -> None:
    """Take the rows of an archive that are not here yet."""
    from cyberspace.collective.pool.archive import bring

    new, known = bring(_place(name, where, artifacts).ledger(), path)
    answer(f"{new} rows new, {known} known")


def _steer(place: Place, kind: str, what: str, undo: bool) -> None:
    from cyberspace.collective.pool.operators import OPERATORS
    from cyberspace.collective.pool.view import view_of
    from cyberspace.collective.who import here
    from cyberspace.errors import InputError, nearest, problem

    ledger = place.ledger()
    view = view_of(ledger.rows())
    known = [
        *view.candidates,
        *({row.participant for row in view.rows if row.participant} | set(OPERATORS) if kind == "ban" else ()),
    ]
    if what not in known:
        expected = "the name of a candidate" + (", operator or participant" if kind == "ban" else "")
        raise InputError(problem(kind, repr(what), expected, nearest(what, known or ["pool report"])))
    ledger.say(f"{kind}:{what}", None if undo else {"by": here().name, "when": time.time()})
    answer(f"{what}: {'no longer ' if undo else ''}{kind}ned")


@pool.command()
@placed
@click.argument("what", metavar="CANDIDATE")
@click.option("--undo", is_flag=True)
def pin(where: str, name: str, artifacts: Path | None, what: str, undo: bool) -> None:
    """Let every second experiment begin from a candidate, while the pool runs."""
    _steer(_place(name, where, artifacts), "pin", what, undo)


@pool.command()
@placed
@click.argument("what", metavar="CANDIDATE|OPERATOR|PARTICIPANT")
@click.option("--undo", is_flag=True)
def ban(where: str, name: str, artifacts: Path | None, what: str, undo: bool) -> None:
    """Use it no more, while the pool runs."""
    _steer(_place(name, where, artifacts), "ban", what, undo)


@pool.command()
@placed
@click.argument("text")
def note(where: str, name: str, artifacts: Path | None, text: str) -> None:
    """Leave a note in the ledger."""
    from cyberspace.collective.ledger.rows import Json
    from cyberspace.collective.who import here

    said: dict[str, Json] = {"by": here().name, "when": time.time(), "text": text[:2000]}
    _place(name, where, artifacts).ledger().say(f"note:{uuid.uuid4().hex[:12]}", said)
    answer("noted")


@pool.command()
@placed
@click.argument("experiments", type=click.IntRange(0, 10**9))
def budget(where: str, name: str, artifacts: Path | None, experiments: int) -> None:
    """Let the pool hold so many experiments, all participants together, while it runs."""
    _place(name, where, artifacts).ledger().say("budget", experiments)
    answer(f"{experiments} experiments")
