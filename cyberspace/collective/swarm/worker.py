"""One worker: it reads the champion, proposes, claims, runs, keeps or reverts, confirms, and tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from cyberspace.collective.ledger.careful import Unreachable
from cyberspace.collective.ledger.ledger import LeaseLost, Ledger
from cyberspace.collective.ledger.rows import Claim, Experiment, Proposal
from cyberspace.collective.ledger.space import Params
from cyberspace.collective.packets.fingerprint import fingerprint
from cyberspace.collective.packets.packet import Packet
from cyberspace.collective.swarm.likeness import dead_ends, point, refusal
from cyberspace.collective.swarm.memory import Floats, Memory, champion_of, features, standings, task_of
from cyberspace.collective.swarm.problem import Problem
from cyberspace.collective.swarm.proposers.proposer import Idea, Proposer
from cyberspace.collective.who import Participant

SEEDS, FRESH = 2, 4
"""Seeds that a setting is tried on, the same for all; and fresh ones, never used before, that it is confirmed on."""

PATIENCE = 8
"""Proposals that may be refused before one is taken as it is."""

START = "start"


class Post(Protocol):
    """How packets travel between workers."""

    def send(self, author: str, packet: Packet) -> None:
        """Take a packet of a worker to others."""
        ...

    def received(self, name: str) -> Sequence[Packet]:
        """All packets that reached a worker."""
        ...


@dataclass(frozen=True)
class Rules:
    """How a swarm works.

    Attributes:
        talk: One of `memory.TALKS`.
        seeds: Seeds an experiment.
        fresh: Fresh seeds that what is kept is confirmed on, and the champion with it.
    """

    talk: str = "packets"
    seeds: int = SEEDS
    fresh: int = FRESH


class Worker:
    """A worker.

    Args:
        who: Its name and machine.
        number: Among the workers, from 0.
        ledger: Where all write.
        problem: What they work on.
        proposer: Who proposes for it.
        rules: How the swarm works.
        post: Carries packets; none if they don't talk by packets.
        seed: Of what it draws.
    """

    def __init__(
        self,
        who: Participant,
        number: int,
        ledger: Ledger,
        problem: Problem,
        proposer: Proposer,
        rules: Rules,
        post: Post | None,
        seed: int,
    ):
        self.who, self.number, self.ledger, self.problem = who, number, ledger, problem
        self._proposer, self._rules, self._post, self._seed = proposer, rules, post, seed
        self._task = task_of(problem)
        self._points: dict[int, Floats] = {}

    def memory(self) -> Memory:
        """What it knows now."""
        rows = [row for row in self.ledger.rows() if self._rules.talk == "full" or row.participant == self.who.name]
        packets = self._post.received(self.who.name) if self._post is not None and self._rules.talk == "packets" else ()
        mine = [packet for packet in packets if packet.task == self._task]
        points = self._places(rows)
        return Memory(self.problem, rows, points, champion_of(rows), dead_ends(points, rows), mine)

    def _places(self, rows: Sequence[Experiment]) -> Floats:
        """Points of rows; a row's setting never changes, so each is placed once."""
        for row in rows:
            if row.number not in self._points:
                self._points[row.number] = point(self.problem.space, row.proposal.params)
        return np.array([self._points[row.number] for row in rows]).reshape(len(rows), len(self.problem.space))

    def step(self) -> Experiment:
        """One experiment, from proposal to verdict.

        Raises:
            InputError: If its proposer answers something that is no setting.
        """
        memory = self.memory()
        draws = np.random.default_rng([self._seed, self.number, len(memory.rows)])
        idea, refused = self._idea(memory, draws)
        claim = self._claim(memory, idea, refused)
        try:
            return self._run(claim, memory)
        except LeaseLost:  # this process slept for longer than its lease
            return self.ledger.row(claim.number)

    def _idea(self, memory: Memory, draws: np.random.Generator) -> tuple[Idea, list[str]]:
        """The first idea that is not refused, and why those before it were."""
        if not memory.rows:
            return Idea(dict(self.problem.start), None, START), []
        refused: list[str] = []
        while True:
            idea = self._proposer.propose(memory, draws)
            why = refusal(point(memory.space, idea.params), memory.points, memory.rows, memory.ends)
            if not why or len(refused) == PATIENCE:
                return idea, refused
            refused.append(why)

    def _claim(self, memory: Memory, idea: Idea, refused: Sequence[str]) -> Claim:
        parent = memory.champion
        proposal = Proposal(
            candidate=f"{self.who.name}-{len(memory.rows)}",
            params=idea.params,
            parents=() if parent is None else (parent.candidate,),
            operator=idea.technique,
            predicted=idea.predicted,
            techniques=(idea.technique,),
            packet=idea.packet,
            about={"problem": self.problem.name, "refused": list(refused)},
        )
        claim = self.ledger.claim(self.who, proposal)
        assert claim is not None  # a new one is always had
        return claim

    def _run(self, claim: Claim, memory: Memory) -> Experiment:
        """Run it on the common seeds, pair it with its parent, and confirm what seems better."""
        params, parent = dict(claim.row.proposal.params), memory.champion
        try:
            with self.ledger.renewing(claim):
                scores = [self._score(claim, params, seed) for seed in range(self._rules.seeds)]
                value = float(np.mean(scores))
                # against its mean on fresh seeds: what the parent was kept for flatters it
                gain = None if parent is None else value - standings(memory.rows)[parent.candidate][0]
                found = None if gain is not None and gain <= 0 else self._confirm(claim, params, parent)
        except (LeaseLost, Unreachable):
            raise
        except Exception as error:
            return self.ledger.close(claim, "crashed", reason=f"{type(error).__name__}: {error}")
        if found is None:
            return self.ledger.close(claim, "discarded", value, gain=gain)
        better = parent is None or found["confirmed"] > _stands(memory, parent, found["parent"])
        row = self.ledger.close(claim, "kept" if better else "discarded", value, gain=gain, found=dict(found))
        if better and parent is not None:
            self._tell(row, parent, found)
        return row

    def _score(self, claim: Claim, params: Params, seed: int) -> float:
        score = float(self.problem.score(params, seed))
        self.ledger.report(claim, seed, score)
        return score

    def _confirm(self, claim: Claim, params: Params, parent: Experiment | None) -> dict[str, float]:
        """Mean scores of child and parent on the same fresh seeds, those of this row alone."""
        first = self._rules.seeds + claim.number * self._rules.fresh
        seeds = range(first, first + self._rules.fresh)
        mine = np.array([self.problem.score(params, seed) for seed in seeds])
        if parent is None:
            return {"confirmed": float(mine.mean())}
        theirs = np.array([self.problem.score(dict(parent.proposal.params), seed) for seed in seeds])
        apart = mine - theirs
        error = float(apart.std(ddof=1) / np.sqrt(len(apart))) if len(apart) > 1 else 0.0
        return {"confirmed": float(mine.mean()), "parent": float(theirs.mean()), "error": error}

    def _tell(self, row: Experiment, parent: Experiment, found: dict[str, float]) -> None:
        """Put what was confirmed into a packet."""
        if self._post is None or self._rules.talk != "packets":
            return
        space = self.problem.space
        moved = point(space, row.proposal.params) - point(space, parent.proposal.params)
        action = tuple(
            (name, float(np.float32(value))) for name, value in zip(sorted(space), moved, strict=True) if abs(value) > 1e-6
        )
        effect, error = (float(np.float32(value)) for value in (found["confirmed"] - found["parent"], found["error"]))
        packet = Packet(
            self._task, fingerprint(features(space, dict(parent.proposal.params))), action, effect, error,
            n=self._rules.fresh, hardware=self.who.hardware[:32], made=int(row.closed),
        )  # fmt: skip
        if row.proposal.packet:
            packet = replace(packet, parents=(bytes.fromhex(row.proposal.packet),))
        self._post.send(self.who.name, packet)


def _stands(memory: Memory, parent: Experiment, now: float) -> float:
    """Mean score of a parent on all fresh seeds that it was ever measured on, those of now among them."""
    mean, count = standings(memory.rows)[parent.candidate]
    return (mean * count + now) / (count + 1)
