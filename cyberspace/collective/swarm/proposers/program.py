"""Any program as a proposer: it reads what the worker knows as JSON and answers with a setting."""

from __future__ import annotations

import json
import shlex
import subprocess

import numpy as np

from cyberspace.collective.ledger.rows import Experiment
from cyberspace.collective.ledger.space import check, written
from cyberspace.collective.swarm.likeness import setting
from cyberspace.collective.swarm.memory import Memory, confirmed
from cyberspace.collective.swarm.proposers.proposer import Idea
from cyberspace.errors import InputError, problem

SECONDS = 120.0
NEWEST = 200
"""Rows that a program is told, at most."""


class Program:
    """Runs a program for each proposal.

    The program reads one JSON object: `space`, `champion` (setting and score), `rows` (the newest: number, params, state, gain, operator),
    `dead_ends`, `seed`.  It prints one: `params`, and if it likes `predicted` (gain) and `technique`.

    Args:
        command: The program and its arguments, as a shell would split them; no shell runs.
    """

    def __init__(self, command: str):
        self._words = shlex.split(command)
        if not self._words:
            raise InputError(problem("proposer", "cmd: without a program", "cmd:PROGRAM", "cmd:'python mine.py'"))

    def propose(self, memory: Memory, draws: np.random.Generator) -> Idea:
        """See `Proposer`.

        Raises:
            InputError: If the program can't be run, fails, takes too long, or answers something else.
        """
        told = json.dumps(
            {
                "space": written(memory.space),
                "champion": None if memory.champion is None else _row(memory.champion) | {"score": confirmed(memory.champion)},
                "start": memory.problem.start,
                "rows": [_row(row) for row in memory.rows[-NEWEST:]],
                "dead_ends": [setting(memory.space, one.at) for one in memory.ends],
                "seed": int(draws.integers(2**31)),
            }
        )
        where = f"proposer {self._words[0]}"
        try:
            done = subprocess.run(self._words, input=told, capture_output=True, text=True, timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise InputError(problem(where, f"no answer in {SECONDS:.0f} s", "one setting", "a quicker one")) from None
        except OSError as error:
            raise InputError(problem(where, str(error), "a program that can be run", "its whole path")) from None
        if done.returncode:
            last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
            raise InputError(problem(where, last[:200], "exit code 0", "running it by hand"))
        return _idea(done.stdout, where, memory)


def _row(row: Experiment) -> dict[str, object]:
    return {
        "number": row.number,
        "params": dict(row.proposal.params),
        "state": row.state,
        "gain": row.gain,
        "operator": row.proposal.operator,
    }


def _idea(text: str, where: str, memory: Memory) -> Idea:
    """The idea in an answer.

    Raises:
        InputError: If there is none, or its setting is not of the space.
    """
    try:
        found = json.loads(text)
        params, predicted = dict(found["params"]), found.get("predicted")
        technique = str(found.get("technique", "program"))[:32] or "program"
        predicted = None if predicted is None else float(predicted)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise InputError(problem(where, repr(text[:80]), 'JSON such as {"params": {...}}', "printing one object")) from None
    check(memory.space, params)
    return Idea({**memory.best, **params}, predicted if predicted is None or np.isfinite(predicted) else None, technique)
