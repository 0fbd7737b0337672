"""The commands `cyberspace golf course`, `port`, `new`, `check`, `submit`, `verify`, `board`, `invalidate` and `demo`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from cyberspace.errors import InputError, nearest, problem, system_errors
from cyberspace.telling import answer, live_on, say

if TYPE_CHECKING:
    from cyberspace.collective.golf.artifact import Artifact
    from cyberspace.collective.golf.roll import Roll
    from cyberspace.collective.golf.verify import Report

Command = TypeVar("Command", bound=Callable[..., None])
SUBMISSION = click.argument("submission", type=click.Path(path_type=Path))


def on_course(command: Command) -> Command:
    """The option that names a course."""
    option = click.option("--course", "folder", type=click.Path(path_type=Path), required=True, help="Folder of the course.")
    made: Command = option(command)
    return made


def on_roll(command: Command) -> Command:
    """The options that say where the ledger of a course is."""
    options = [
        click.option(
            "--ledger", "where", default="", help="memory, *.log or postgresql://...; in the course's folder if left out."
        ),
        click.option("--artifacts", type=click.Path(path_type=Path), help="Their folder; in the course's if left out."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def _roll(folder: Path, where: str, artifacts: Path | None) -> Roll:
    """The roll of the course in a folder; nothing heavy is imported for a command's help."""
    from cyberspace.collective.golf.course import open_course
    from cyberspace.collective.golf.roll import Roll

    return Roll(open_course(folder), where, artifacts)


@click.group()
def golf() -> None:
    """The smallest thing that predicts best: make a submission, verify it, see the board."""


@contextmanager
def refusing(path: Path, expected: str = "a submission that keeps the rules") -> Iterator[None]:
    """Turns what a submission is caught at into one message."""
    from cyberspace.collective.golf.codes import Caught

    try:
        with system_errors(str(path), "a folder or a zip that can be read", "cyberspace golf new FOLDER"):
            yield
    except Caught as caught:
        raise InputError(
            problem(str(path), str(caught), expected, "cyberspace golf check, and docs/golf.md for the codes")
        ) from None


@golf.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--data", default="docs", show_default=True, help="docs, a source (markov:2, hidden, dyck, copies), or a file.")
@click.option("--cap", default="16 kB", show_default=True, help="16 kB, 160 kB, 1.6 MB or 16 MB.")
@click.option("--bytes", "size", type=int, default=32768, show_default=True, help="Of the public part, and of the sealed part.")
@click.option("--alpha", type=click.FloatRange(1e-9, 0.5), default=0.05, show_default=True, help="Chance of any false record.")
@click.option("--seconds", type=click.FloatRange(min=1.0), default=300.0, show_default=True, help="Budget of one pass.")
@click.option("--memory", type=click.IntRange(min=256), default=2048, show_default=True, help="Budget in MiB.")
@click.option("--seeds", type=click.IntRange(1, 64), default=4, show_default=True, help="Passes, where the seed matters.")
@click.option(
    "--seed", type=click.IntRange(min=0), help="For a course that is the same each time; nothing of it is secret then."
)
def course(
    folder: Path, data: str, cap: str, size: int, alpha: float, seconds: float, memory: int, seeds: int, seed: int | None
) -> None:
    """Lay out a course: data for all, a public part to choose on, a sealed part that is committed to."""
    from cyberspace.collective.golf.course import make_course

    made = make_course(folder, data, cap, size, seed=seed, alpha=alpha, seconds=seconds, memory=memory << 20, seeds=seeds)
    answer(f"{folder}: {len(made.train.text):,} bytes to learn from, {size:,} public, {size:,} sealed, cap {cap}")
    answer(f"commitment (tell it to all before the first entry): {made.rules.sealed}")


@golf.command()
@on_course
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder of the run.")
@click.option("--ticks", type=click.IntRange(min=1), default=2000, show_default=True)
@click.option("--warp", type=click.IntRange(1, 1024), default=16, show_default=True, help="Sites, in units of 32.")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=1, show_default=True)
@click.option("--backend", default="numba", show_default=True)
def port(folder: Path, out: Path, ticks: int, warp: int, seed: int, backend: str) -> None:
    """Live a region whose organisms are paid for the bits that they save on the training part."""
    live_on()
    from cyberspace.collective.golf.colony.port import grow
    from cyberspace.collective.golf.course import open_course

    grow(open_course(folder), out, ticks, warp, seed, backend)
    answer(f"{out}: lived for {ticks:,} ticks.  Next: cyberspace golf new FOLDER --from {out}")


@golf.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--template", default="counts", show_default=True, help="counts, blend or uniform.")
@click.option("--from", "run", type=click.Path(path_type=Path), help="A run whose colony is packed instead.")
@click.option("--learned", is_flag=True, help="With what the colony has learned, not only its genomes.")
@click.option("--cap", default="16 kB", show_default=True)
@click.option("--name", help="What the board calls it; the folder's name if left out.")
@click.option("--author", default="nobody", show_default=True)
def new(folder: Path, template: str, run: Path | None, learned: bool, cap: str, name: str | None, author: str) -> None:
    """Write a submission to start from into FOLDER."""
    from cyberspace.collective.golf.artifact import CAPS, CODE, Artifact, Manifest, stated, write_folder
    from cyberspace.collective.golf.templates import TEMPLATES, code_of

    if folder.exists():
        raise InputError(problem(str(folder), "a folder that is there", "a new one", "another name"))
    if cap not in CAPS:
        raise InputError(problem("--cap", cap, " | ".join(CAPS), f"--cap '{nearest(cap, CAPS)}'"))
    if run is not None:
        from cyberspace.collective.golf.colony.pack import pack

        made = pack(run, name or folder.name, cap, not learned, author)
    else:
        plain = [one for one in TEMPLATES if one != "colony"]
        if template not in plain:
            raise InputError(problem("--template", template, " | ".join(plain), f"--template {nearest(template, plain)}"))
        made = stated(Artifact(Manifest(name or folder.name, author, cap), {CODE: code_of(template)}))
    with system_errors(str(folder), "a folder that can be written", "another place"):
        write_folder(replace(made, manifest=replace(made.manifest, size=None, files={})), folder)
    answer(f"{folder}: {made.size:,} of {CAPS[cap]:,} bytes.  Next: cyberspace golf check {folder} --course COURSE")


@golf.command()
@SUBMISSION
@click.option("--course", "folder", type=click.Path(path_type=Path), help="Folder of a course: run it on the public part.")
@click.option("--claim", is_flag=True, help="Write what was measured into the manifest.")
def check(submission: Path, folder: Path | None, claim: bool) -> None:
    """Look at a submission as a verification does, as far as the public part goes."""
    from cyberspace.collective.golf.artifact import CAPS, read_artifact
    from cyberspace.collective.golf.static import flags

    with refusing(submission):
        made = read_artifact(submission)
    answer(f"{made.manifest.name}: {made.size:,} of {CAPS[made.manifest.cap]:,} bytes, entry {made.entry}")
    answer(f"flags: {'; '.join(flags(made)) or 'none'}")
    if folder is None:
        return
    from cyberspace.collective.golf.course import open_course
    from cyberspace.collective.golf.verify import REJECTED, look

    opened = open_course(folder)
    report = look(opened, made)
    show(report)
    if report.verdict == REJECTED:
        raise InputError(
            problem(str(submission), f"{report.code} ({report.detail})", "a submission that keeps the rules", "docs/golf.md")
        )
    if claim:
        _write_claim(submission, made, folder)


def _write_claim(submission: Path, made: Artifact, folder: Path) -> None:
    from cyberspace.collective.golf.artifact import MANIFEST, files_of
    from cyberspace.collective.golf.claims import claiming
    from cyberspace.collective.golf.course import open_course

    if not submission.is_dir():
        raise InputError(problem("--claim", "a zip", "a folder", "the folder that it was made of"))
    claimed = claiming(open_course(folder), made)
    (submission / MANIFEST).write_bytes(files_of(claimed)[MANIFEST])
    assert claimed.manifest.claim is not None
    answer(f"claimed: {claimed.manifest.claim.bits_per_byte:.4f} bits per byte")


def show(report: Report) -> None:
    """Tell each stage of a report, and the verdict."""
    for name, said in report.stages.items():
        answer(f"  {name:12} {report.seconds.get(name, 0.0):7.2f} s  {said}")
    answer(f"  {report.verdict}{f' ({report.code})' if report.code else ''}")
    if report.walls and "calls" not in report.walls:
        walls = ", ".join(report.walls)
        say(f"no filter of system calls on this machine (walls: {walls}): run nothing of strangers here, see docs/golf.md")


@golf.command()
@SUBMISSION
@on_course
@on_roll
def submit(submission: Path, folder: Path, where: str, artifacts: Path | None) -> None:
    """Hand in a submission: it is written on the roll before it runs."""
    from cyberspace.collective.golf.artifact import checked, read_unchecked
    from cyberspace.collective.golf.codes import Caught

    roll = _roll(folder, where, artifacts)
    with refusing(submission):
        made = read_unchecked(submission)
        try:
            checked(made)
        except Caught as caught:
            roll.enter(made, (caught.code, caught.detail))
            raise
    row = roll.enter(made)
    answer(
        f"{row.entry}: {row.name}, {row.size:,} bytes, try {row.tries} of {row.author}.  Next: cyberspace golf verify --course {folder}"
    )


@golf.command()
@click.argument("entry", required=False, default="")
@on_course
@on_roll
@click.option("--prove", is_flag=True, help="Let the range coder prove every score, not records alone.")
def verify(entry: str, folder: Path, where: str, artifacts: Path | None, prove: bool) -> None:
    """Verify what waits on the roll, or one ENTRY of it."""
    from cyberspace.collective.golf.roll import UNVERIFIED
    from cyberspace.collective.golf.verifying import verify_waiting

    roll = _roll(folder, where, artifacts)
    if entry and roll.row(entry).status == UNVERIFIED:
        roll.again(entry)
    if entry and roll.row(entry).status != "queued":
        raise InputError(
            problem(entry, f"an entry that is {roll.row(entry).status}", "one that is queued", "cyberspace golf board")
        )
    done = 0
    for row, report in verify_waiting(roll, entry, True if prove else None):
        answer(f"{row.entry} {row.name}")
        show(report)
        done += 1
    say(f"{done} verified")


@golf.command()
@on_course
@on_roll
def board(folder: Path, where: str, artifacts: Path | None) -> None:
    """Tell the board, and draw its page."""
    from cyberspace.collective.golf.board import table
    from cyberspace.collective.golf.sheet import write_page

    roll = _roll(folder, where, artifacts)
    for line in table(roll):
        answer(line)
    say(f"drawn: {write_page(roll)}")


@golf.command()
@click.argument("entry")
@on_course
@on_roll
@click.option("--code", required=True, help="Why: a code of docs/golf.md.")
@click.option("--detail", default="", help="What was seen.")
def invalidate(entry: str, folder: Path, where: str, artifacts: Path | None, code: str, detail: str) -> None:
    """An ENTRY turned out to be invalid: what descends from it, or was measured against it, is queued again."""
    again = _roll(folder, where, artifacts).invalidate(entry, code, detail)
    answer(f"{entry}: rejected({code}); queued again: {', '.join(one.entry for one in again) or 'nobody'}")


@golf.command()
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the course; a new one beside here if left out.")
@on_roll
def demo(out: Path | None, where: str, artifacts: Path | None) -> None:
    """Lay out a course, grow a colony, hand in honest entries and two that cheat, verify them all, and show the board."""
    live_on()
    from cyberspace.collective.golf.demo import play

    play(out or next(path for k in count(1) if not (path := Path("runs") / f"golf-{k}").exists()), answer, where, artifacts)
