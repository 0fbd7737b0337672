"""The command `cyberspace dissect`: what parts of an organism are for, what lies around it, and who grows faster."""

from __future__ import annotations

import json
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cyberspace.errors import InputError, problem, system_errors
from cyberspace.telling import answer

if TYPE_CHECKING:
    from cyberspace.analysis.dissection.dissection import Dissection, Wish
    from cyberspace.api.subjects import Choice
    from organisms.genome import Loci


@click.command()
@click.argument("source", metavar="RUN|FILE", type=click.Path())
@click.option("--site", type=click.IntRange(), help="Who lives at this site, numbered in the universe.")
@click.option(
    "--who", metavar="CRADLE@BORN|N", help="Somebody by identity; in a file the organism of this number, by default 0."
)
@click.option(
    "--best", metavar="GOAL", help="Who performs this goal and holds most energy; by default who performs most goals."
)
@click.option("--space", help="Name of a space, where there are several.")
@click.option("--tick", type=click.IntRange(min=0), help="Tick of a checkpoint; the newest if left out.")
@click.option("--where", type=click.IntRange(), help="Site where it is tried; where it lives if left out.")
@click.option("--world", type=click.Path(), help="For a file: the world file or run whose laws it is tried by.")
@click.option("--learned", is_flag=True, help="It begins with the weights that it has learned; else with inborn ones.")
@click.option("--energy", type=click.IntRange(min=1), help="What each begins life with; what a newcomer has if left out.")
@click.option("--lessons", type=click.IntRange(min=1), help="Lessons that each variant lives; by default 80 or a few more.")
@click.option(
    "--pairs", type=click.IntRange(0, 2**20), is_flag=False, flag_value=0, metavar="[N]",
    help="Also epistasis, over so many pairs of knock-outs; without a number over all, up to 4,096.",
)  # fmt: skip
@click.option(
    "--neighbours", type=click.IntRange(0, 2**20), metavar="N",
    help="One-step mutants: so many, or 0 for none; by default all, up to 16,384.",
)  # fmt: skip
@click.option("--against", metavar="RUN:SITE|FILE[:N]", help="Also let it compete with this one in an emptied region.")
@click.option("--repeats", type=click.IntRange(min=2, max=10_000), default=8, show_default=True, help="Competitions.")
@click.option("--backend", help="On which competitions are lived; by default that of the space.")
@click.option("--threads", type=click.IntRange(min=1), help="Its threads.")
@click.option(
    "--seed", type=click.IntRange(min=0, max=2**32 - 1), default=0, show_default=True, help="Of samples and competitions."
)
@click.option("--out", type=click.Path(), help="Write a page of figures, one file, .html.")
@click.option("--csv", "table", type=click.Path(), help="Write the data of each figure into this folder.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--force", is_flag=True, help="Replace a page that is there.")
def dissect(
    source: str, site: int | None, who: str | None, best: str | None, space: str | None, tick: int | None, where: int | None,
    world: str | None, learned: bool, energy: int | None, lessons: int | None, pairs: int | None, neighbours: int | None,
    against: str | None, repeats: int, backend: str | None, threads: int | None, seed: int, out: str | None, table: str | None,
    as_json: bool, force: bool,
) -> None:  # fmt: skip
    """Knock out each locus and unit of an organism of RUN, or in FILE, and tell what each is for.

    Also how it copies itself, what it is with learning off, what lies one mutation away, and, where asked, epistasis and a competition.
    """
    from cyberspace.analysis.dissection.dissection import Wish
    from cyberspace.api.subjects import Choice

    if out is not None:
        need_page(Path(out), force)
    choice = Choice(site, who, best, space, tick, where, world)
    around = None if neighbours == 0 else neighbours or 0
    wish = Wish(lessons or 0, learned, energy or 0, pairs, around, repeats, seed, backend or "", threads)
    with redirect_stdout(sys.stderr):  # a task may print while it is loaded or asked
        found, loci = dissected(source, choice, wish, against)
    _write(found, loci, out, table)
    if as_json:
        answer(json.dumps(found.content()))
        return
    from cyberspace.analysis.dissection.figures import lines

    for line in lines(found, loci):
        answer(line)


def dissected(source: str | Path, choice: Choice, wish: Wish, against: str | None = None) -> tuple[Dissection, Loci]:
    """The dissection of an organism out of a run or a file, and the plan of its genome.

    Raises:
        InputError: If there is no such organism, nothing can be tried where it is, or its rival does not fit.
    """
    from dataclasses import replace

    from cyberspace.analysis.dissection.dissection import dissect
    from cyberspace.api.living import backends_of, whole
    from cyberspace.api.subjects import rival_of, subject_of

    for name, low, high in (("pairs", 0, 2**20), ("neighbours", 0, 2**20), ("repeats", 1, 10_000), ("seed", 0, 2**32 - 1)):
        if getattr(wish, name) is not None:
            whole(name, getattr(wish, name), low, high)
    subject, universe = subject_of(source, choice)
    region = int(subject.lab.world.region)
    wish = replace(wish, backend=backends_of(universe, wish.backend)[region])
    rival = None if against is None else rival_of(against, subject)
    return dissect(subject, wish, rival), subject.lab.world.loci


def need_page(path: Path, force: bool) -> None:
    """Refuse a place where no page can be written, before anything is lived.

    Raises:
        InputError: If it is a folder, lies nowhere, or something is there that is not to be replaced.
    """
    if path.is_dir():
        raise InputError(problem("--out", f"{path}, a folder", "a file for the page", f"--out {path / 'page.html'}"))
    if path.exists() and not force:
        raise InputError(
            problem("--out", f"{path}, which is there", "a new file", "another name; or --force, which replaces it")
        )
    if not path.parent.is_dir():
        raise InputError(problem("--out", f"{path}, in no folder that is there", "a file in one that is", f"--out {path.name}"))


def _write(found: Dissection, loci: Loci, out: str | None, table: str | None) -> None:
    if out is None and table is None:
        return
    from cyberspace.analysis.dissection.figures import page_of

    page = page_of(found, loci)
    if out is not None:
        with system_errors(out, "a place where a page can be written", "another place"):
            Path(out).write_text(page.html(), encoding="utf-8")
    if table is not None:
        page.write_data(Path(table))
