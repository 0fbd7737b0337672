"""All proposers, by name."""

from __future__ import annotations

from collections.abc import Callable

from cyberspace.collective.swarm.proposers.evolve import Evolve, Random
from cyberspace.collective.swarm.proposers.model import Sampled
from cyberspace.collective.swarm.proposers.program import Program
from cyberspace.collective.swarm.proposers.proposer import Proposer
from cyberspace.errors import InputError, nearest, problem

COMMAND = "cmd:"
PROPOSERS: dict[str, Callable[[], Proposer]] = {
    "tpe": lambda: Sampled("tpe"),
    "cma": lambda: Sampled("cma"),
    "evolve": Evolve,
    "random": Random,
}


def proposer(name: str) -> Proposer:
    """The proposer of a name, or the program behind `cmd:`.

    Raises:
        InputError: If there is none.
    """
    if name.startswith(COMMAND):
        return Program(name.removeprefix(COMMAND))
    if name not in PROPOSERS:
        expected = f"one of {', '.join(PROPOSERS)}, or cmd:PROGRAM"
        raise InputError(problem("proposer", repr(name), expected, nearest(name, PROPOSERS)))
    return PROPOSERS[name]()
