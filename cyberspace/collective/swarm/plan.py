"""The plan of a swarm, as its folder keeps it: what everybody works on, how, and how much."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from cyberspace.collective.objective.named import NAMES, objective_named
from cyberspace.collective.swarm.landscape import Landscape
from cyberspace.collective.swarm.memory import TALKS
from cyberspace.collective.swarm.problem import Evaluated, Problem
from cyberspace.collective.swarm.proposers.table import proposer
from cyberspace.collective.swarm.worker import Rules
from cyberspace.errors import InputError, legible, problem, system_errors
from cyberspace.whole import whole

FILE, VERSION = "swarm.json", 1
MOST_AGENTS = 256
LANDSCAPE = "landscape:"


@dataclass(frozen=True)
class Plan:
    """What a swarm is to do.

    Attributes:
        on: The problem: "landscape:SEED", or an objective of a pool by its name.
        agents: Workers.
        budget: Experiments of all together.
        proposers: Dealt out to the workers in turn.
        talk: One of `TALKS`.
        seed: Of what is drawn.
        steps: Of an evaluation of an objective: ticks of a world.
    """

    on: str
    agents: int
    budget: int
    proposers: Sequence[str]
    talk: str = "packets"
    seed: int = 1
    steps: int = 300

    def __post_init__(self) -> None:
        wrong = []
        if not 1 <= self.agents <= MOST_AGENTS:
            wrong.append(problem("agents", self.agents, f"1 to {MOST_AGENTS}", "8"))
        if self.steps < 1:
            wrong.append(problem("steps", self.steps, "at least 1", "300"))
        if self.budget < self.agents:
            wrong.append(problem("budget", self.budget, "an experiment a worker at least", str(10 * max(1, self.agents))))
        if self.talk not in TALKS:
            wrong.append(problem("talk", repr(self.talk), f"one of {', '.join(TALKS)}", "packets"))
        if not self.proposers:
            wrong.append(problem("proposer", "none", "one at least", "evolve"))
        if wrong:
            raise InputError(*wrong)
        for name in self.proposers:
            proposer(name)
        self.work()

    @property
    def names(self) -> list[str]:
        """Of the workers, who are participants of the ledger."""
        return [f"worker-{number}" for number in range(self.agents)]

    @property
    def rules(self) -> Rules:
        """How they work."""
        return Rules(self.talk)

    def proposer_of(self, number: int) -> str:
        """Who proposes for a worker."""
        return self.proposers[number % len(self.proposers)]

    def share(self, number: int) -> int:
        """Experiments of a worker."""
        return self.budget // self.agents + (number < self.budget % self.agents)

    def work(self) -> Problem:
        """The problem itself.

        Raises:
            InputError: If there is none of this name.
        """
        number = self.on.removeprefix(LANDSCAPE)
        if self.on.startswith(LANDSCAPE) and number.isdecimal():
            return Landscape(int(number))
        if self.on in NAMES:
            return Evaluated(objective_named(self.on), self.steps)
        raise InputError(problem("problem", repr(self.on), f"{LANDSCAPE}SEED, or one of {', '.join(NAMES)}", f"{LANDSCAPE}1"))

    def write(self, folder: Path) -> None:
        """Keep it in a folder.

        Raises:
            InputError: If the folder holds another plan, or can't be written.
        """
        with system_errors(legible(folder), "a folder for the swarm", "another folder"):
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / FILE
            if path.exists():
                if Plan.read(folder) != self:
                    raise InputError(problem(legible(path), "another plan", "the same, to go on with it", "another folder"))
                return
            with whole(path) as begun:
                begun.write_text(json.dumps({"version": VERSION, **asdict(self)}, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The plan of a folder.

        Raises:
            InputError: If it holds none.
        """
        path = folder / FILE
        with system_errors(legible(path), "the plan of a swarm", "the folder of one"):
            text = path.read_text(encoding="utf-8", errors="replace")
        try:
            told = json.loads(text)
            version = told.pop("version")
            told["proposers"] = tuple(map(str, told["proposers"]))
            made = cls(**told)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise InputError(problem(legible(path), "something else", "the plan of a swarm", "another folder")) from None
        if version != VERSION:
            raise InputError(problem(legible(path), f"version {version}", f"version {VERSION}", "the program that made it"))
        return made
