"""The command `cyberspace swarm`: a few workers on one problem."""

from __future__ import annotations

from pathlib import Path

import click

from cyberspace.telling import answer, say


@click.group()
def swarm() -> None:
    """Several workers, one problem: they propose, claim, run, confirm, and tell each other."""


@swarm.command()
@click.argument("problem", metavar="PROBLEM")
@click.option("--out", required=True, type=click.Path(file_okay=False), help="Folder of the swarm; one that is there goes on.")
@click.option("--agents", default=8, show_default=True, type=int, help="Workers, each a process.")
@click.option("--budget", default=400, show_default=True, type=int, help="Experiments of all together.")
@click.option(
    "--proposer", default="evolve", show_default=True, help="tpe, cma, evolve, random, cmd:PROGRAM; several by commas."
)
@click.option("--talk", default="packets", show_default=True, help="What they see of each other: none, packets, full.")
@click.option("--seed", default=1, show_default=True, type=int, help="Of what is drawn.")
@click.option("--steps", default=300, show_default=True, type=int, help="Of an evaluation: ticks of a world.")
def run(problem: str, out: str, agents: int, budget: int, proposer: str, talk: str, seed: int, steps: int) -> None:
    """Let a swarm work on PROBLEM, and write its page: "landscape:SEED", or what a pool works on (blocks, scrambled, smooth, bytes)."""
    from cyberspace.collective.swarm.plan import Plan
    from cyberspace.collective.swarm.report import write
    from cyberspace.collective.swarm.run import run as work

    names = tuple(one.strip() for one in proposer.split(",") if one.strip())
    plan = Plan(problem, agents, budget, names, talk, seed, steps)
    ledger = work(Path(out), plan, say)
    answer(str(write(plan.work(), ledger.rows(), Path(out), "A swarm")))


@swarm.command()
@click.argument("folder", type=click.Path())
def report(folder: str) -> None:
    """Write the page of the swarm in FOLDER anew, from its ledger."""
    from cyberspace.collective.ledger.ledger import Ledger
    from cyberspace.collective.swarm.plan import Plan
    from cyberspace.collective.swarm.report import write

    problem = Plan.read(Path(folder)).work()
    ledger = Ledger.open("swarm", str(Path(folder) / "ledger.log"), problem.space)
    answer(str(write(problem, ledger.rows(), Path(folder), "A swarm")))


@swarm.command()
@click.option("--out", default="swarm-demo", show_default=True, type=click.Path(file_okay=False), help="Folder of the page.")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0, 2**31), help="Of the first landscape.")
def demo(out: str, seed: int) -> None:
    """Show what eight workers find beside one, by how they talk; a minute or two on two cores."""
    from cyberspace.collective.swarm.demo import demo as show

    answer(str(show(Path(out), seed, answer)))
