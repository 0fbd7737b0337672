"""A swarm of processes: started, watched, begun again where one dies, and ended by their ids."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from cyberspace.collective.ledger.ledger import Ledger
from cyberspace.collective.swarm.memory import champion_of, standings
from cyberspace.collective.swarm.plan import Plan
from cyberspace.errors import EXIT_INPUT, InputError, legible

RESTARTS = 3
"""Times that a worker that died is begun again."""

LOOK_SECONDS, TELL_SECONDS, GRACE = 0.2, 2.0, 5.0


class Crew:
    """The processes of a swarm.

    Args:
        folder: Of the swarm; its plan is there.
        plan: The plan.
    """

    def __init__(self, folder: Path, plan: Plan):
        self._folder, self._plan = folder, plan
        self._live: dict[int, subprocess.Popen[bytes]] = {}
        self._begun = dict.fromkeys(range(plan.agents), 0)

    def start(self, number: int) -> None:
        """Begin a worker; what it says goes to a log in its folder."""
        home = self._folder / self._plan.names[number]
        home.mkdir(parents=True, exist_ok=True)
        words = [sys.executable, "-m", "cyberspace.collective.swarm.process", str(self._folder), str(number)]
        with (home / "log").open("ab") as log:
            self._live[number] = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self._begun[number] += 1

    def look(self) -> bool:
        """See who ended; whether anybody works.

        Raises:
            InputError: If the input of a worker is wrong, or it died too often; with the last line that it said.
        """
        for number, process in list(self._live.items()):
            code = process.poll()
            if code is None:
                continue
            del self._live[number]
            if code == EXIT_INPUT or (code and self._begun[number] > RESTARTS):
                log = self._folder / self._plan.names[number] / "log"
                said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines() or [f"exit code {code}"]
                raise InputError(f"{self._plan.names[number]}: {said[-1]} (whole log: {legible(log)})")
            if code:
                self.start(number)
        return bool(self._live)

    def end(self) -> None:
        """End all that work, by their ids."""
        for process in self._live.values():
            process.terminate()
        until = time.monotonic() + GRACE
        for process in self._live.values():
            try:
                process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._live.clear()


def run(folder: Path, plan: Plan, tell: Callable[[str], None]) -> Ledger:
    """Let a swarm do its plan; one that was begun in the folder goes on.

    Args:
        folder: Of the swarm: plan, ledger, and a folder a worker with its log and packets.
        plan: What is to be done.
        tell: Takes a line now and then.

    Returns:
        The ledger, with all experiments in it.

    Raises:
        InputError: If the plan or what a worker was given is wrong.
        KeyboardInterrupt: After Ctrl-C; what is in the ledger stays, and the same command goes on.
    """
    plan.write(folder)
    ledger = Ledger.open("swarm", str(folder / "ledger.log"), plan.work().space)
    crew = Crew(folder, plan)
    try:
        for number in range(plan.agents):
            crew.start(number)
        told = time.monotonic()
        while crew.look():
            time.sleep(LOOK_SECONDS)
            if time.monotonic() - told > TELL_SECONDS:
                told = time.monotonic()
                tell(_progress(ledger, plan))
    finally:
        crew.end()
    tell(_progress(ledger, plan))
    return ledger


def _progress(ledger: Ledger, plan: Plan) -> str:
    rows = ledger.rows()
    best = champion_of(rows)
    stands = "none yet" if best is None else f"{best.candidate} at {standings(rows)[best.candidate][0]:.4g}"
    return f"{len(rows)} of {plan.budget} experiments, {sum(row.state == 'kept' for row in rows)} kept, champion {stands}"
