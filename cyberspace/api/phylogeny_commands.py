"""The command `phylogeny`: the tree of those who live in a run, and the line of descent of one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cyberspace.errors import InputError, problem
from cyberspace.telling import answer, say

if TYPE_CHECKING:
    from cyberspace.api.runs import Run


@click.command()
@click.argument("path", metavar="RUN", type=click.Path())
@click.option("--newick", metavar="FILE", type=click.Path(dir_okay=False), help="Write the tree in Newick's form.")
@click.option(
    "--csv",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="Write it, or the line, as CSV; trees in the ALife data standard.",
)
@click.option("--at", "tick", type=click.IntRange(min=0), help="Tick of a checkpoint; the newest if left out.")
@click.option("--space", help="Of those who live in this space alone.")
@click.option("--full", is_flag=True, help="Every birth, those of the extinct as well, and nothing folded.")
@click.option(
    "--line", "site", type=click.IntRange(min=0), metavar="SITE", help="The line of descent of who lives at this site."
)
@click.option("--who", metavar="CRADLE@BORN", help="That of who was born at this site and tick.")
@click.option("--all", "every", is_flag=True, help="Tell of births on a line at which no gene changed, too.")
@click.option("--backend", default="", help="Lives a line again; by default what the run was started with.")
def phylogeny(
    path: str, newick: str | None, csv: str | None, tick: int | None, space: str | None, full: bool, site: int | None,
    who: str | None, every: bool, backend: str,
) -> None:  # fmt: skip
    """Tell who descends from whom in RUN, of all that live: extinct branches are left out, chains of only children folded.

    With --line or --who, tell every birth on the way to one organism: which genes changed, and what it performs and earns by that, in a
    lab, against its parent.  For that the run is lived again, to the bit.
    """
    from cyberspace.api.runs import open_run

    _check(newick, space, full, site, who, every, backend)
    run = open_run(path)
    if site is not None or who is not None:
        from cyberspace.api.subjects import identity_said

        _line(run, identity_said(who) if who is not None else site or 0, tick, backend, every, csv)
        return
    found = run.phylogeny(tick, space=space, full=full)
    if newick is not None:
        found.to_newick(newick)
    if csv is not None:
        found.to_alife(csv)
    tree, last = found.tree, found.coalescence
    edges = tree.parent >= 0
    answer(f"tick {found.tick:,}: {int(tree.living.sum()):,} alive, of {found.lineages:,} lineages, {len(tree):,} nodes")
    answer(
        f"births on its edges: {int(tree.births[edges].sum()):,}, loci that differ over them: {int(tree.distance[edges].sum()):,}"
    )
    answer(f"last common ancestor of all: {_born(last)}")
    if last is None and len(tree.largest):
        node = tree.common_ancestor(tree.largest)
        share, identity = len(tree.largest) / tree.living.sum(), (int(tree.cradle[node]), int(tree.born[node]))
        answer(f"of the largest lineage, {share:.0%} of the living: {_born(identity)}")
    for name in (newick, csv):
        if name is not None:
            answer(f"written: {name}")


def _born(who: tuple[int, int] | None) -> str:
    """When and where somebody was born; none."""
    if who is None:
        return "none"
    return f"{'there from the start' if who[1] < 0 else f'born at tick {who[1]:,}'}, at site {who[0]:,} ({who[0]},{who[1]})"


def _check(
    newick: str | None, space: str | None, full: bool, site: int | None, who: str | None, every: bool, backend: str
) -> None:
    """Refuse options that would be passed over."""
    wrong = []
    if site is not None and who is not None:
        wrong.append(problem("--line, --who", "both", "one of them", f"--line {site}"))
    if site is not None or who is not None:
        given = {"--newick": newick is not None, "--space": space is not None, "--full": full}
        which = "--line" if site is not None else "--who"
        wrong += [
            problem(name, f"it with {which}", "the tree, or a line of descent", f"without {name}")
            for name, on in given.items()
            if on
        ]
    else:
        given = {"--all": every, "--backend": bool(backend)}
        wrong += [
            problem(name, "it without a line", "--line SITE or --who CRADLE@BORN beside it", f"without {name}")
            for name, on in given.items()
            if on
        ]
    if wrong:
        raise InputError(*wrong)


def _line(run: Run, who: int | tuple[int, int], tick: int | None, backend: str, every: bool, csv: str | None) -> None:
    from cyberspace.api.descent import descent_table, line_of_descent
    from cyberspace.api.descent_words import told
    from cyberspace.errors import system_errors

    line = line_of_descent(run, who, tick=tick, backend=backend)
    for words in told(line, every):
        answer(words)
    if any(step.effect == "unknown" for step in line):
        say("unknown: what was before a branch, or before regions were lost, can't be lived again")
    if csv is not None:
        with system_errors(csv, "a file that can be written", "another file"):
            descent_table(line).to_csv(csv, index=False)
        answer(f"written: {csv}")
