"""A worker as a process of its own: `python -m cyberspace.collective.swarm.process FOLDER NUMBER`."""

from __future__ import annotations

import sys
from pathlib import Path

from cyberspace.collective.ledger.ledger import Ledger
from cyberspace.collective.ledger.rows import Claim
from cyberspace.collective.swarm.plan import Plan
from cyberspace.collective.swarm.post import Folders
from cyberspace.collective.swarm.proposers.table import proposer
from cyberspace.collective.swarm.worker import Worker
from cyberspace.collective.who import here
from cyberspace.errors import EXIT_INPUT, InputError
from cyberspace.telling import say


def work(folder: Path, number: int) -> None:
    """Do this worker's share of a plan, from where it stands in the ledger.

    Raises:
        InputError: If the plan, the ledger or the proposer is wrong.
    """
    plan = Plan.read(folder)
    name = plan.names[number]
    problem = plan.work()
    ledger = Ledger.open("swarm", str(folder / "ledger.log"), problem.space)
    for row in ledger.rows():
        if row.participant == name and row.state == "claimed":  # of this worker, when it was killed
            ledger.close(Claim(row.number, row), "crashed", reason="the worker was killed")
    post = Folders(folder)
    worker = Worker(here(name), number, ledger, problem, proposer(plan.proposer_of(number)), plan.rules, post, plan.seed)
    while sum(row.participant == name for row in ledger.rows()) < plan.share(number):
        worker.step()
    for line in post.refused:
        say(line)


def main() -> None:
    """The entry of the process; exit code 2 and one message if the input is wrong."""
    try:
        work(Path(sys.argv[1]), int(sys.argv[2]))
    except InputError as error:
        for line in error.problems:
            say(line)
        sys.exit(EXIT_INPUT)


if __name__ == "__main__":
    main()
