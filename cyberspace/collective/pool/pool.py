"""A pool: choose, change, run, keep or revert; one step is one experiment, and all that is known stands in the ledger."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

import numpy as np

from cyberspace.collective.bandits import POLICIES, Arms
from cyberspace.collective.budgets import Budget, one_ranking, steps
from cyberspace.collective.ledger.artifacts import hashed
from cyberspace.collective.ledger.careful import Unreachable
from cyberspace.collective.ledger.ledger import LeaseLost, Ledger
from cyberspace.collective.ledger.rows import LEASE, Claim, Experiment, Json, Proposal
from cyberspace.collective.ledger.space import Value
from cyberspace.collective.objective.objective import Objective, Outcome, hash_of
from cyberspace.collective.pool.operators import OPERATORS, Bench, Made, usable
from cyberspace.collective.pool.view import BREADTH, ROOT, Candidate, View, view_of
from cyberspace.collective.who import Participant
from cyberspace.errors import InputError, nearest, problem
from cyberspace.version import __version__

SETTINGS = "settings"

SEALED_FROM = 2**30
"""The first of the seeds that may be sealed; public ones lie below."""

TICKS = 256
"""That crossing worlds takes where budgets are of seconds."""


@dataclass(frozen=True)
class Settings:
    """How a pool chooses.

    Attributes:
        seeds: Public seeds; equal for all, so gains are paired.
        budget: Of one evaluation.
        candidates, operators: Names of policies.
        cross: Whether operators that need two candidates are used.
        shared: Whether participants see each other's rows; islands if not.
        margin: Gain above which a candidate is kept.
    """

    seeds: tuple[int, ...] = (1, 2, 3)
    budget: Budget = field(default_factory=lambda: steps(1))
    candidates: str = "kl-ucb"
    operators: str = "thompson"
    cross: bool = True
    shared: bool = True
    margin: float = 0.0

    def __post_init__(self) -> None:
        for what in (self.candidates, self.operators):
            if what not in POLICIES:
                raise InputError(problem("policy", repr(what), f"one of {', '.join(POLICIES)}", nearest(what, POLICIES)))
        if not self.seeds or len(set(self.seeds)) < len(self.seeds):
            raise InputError(problem("seeds", list(self.seeds), "one or more, each once", "1 2 3"))
        if not all(0 <= seed < SEALED_FROM for seed in self.seeds):
            raise InputError(problem("seeds", list(self.seeds), f"0 to {SEALED_FROM - 1}; those above are sealed", "1 2 3"))

    def content(self) -> dict[str, Json]:
        """As JSON."""
        budget = {"kind": self.budget.kind, "amount": self.budget.amount, "hardware": self.budget.hardware}
        told = {**self.__dict__, "seeds": list(self.seeds), "budget": budget}
        return cast("dict[str, Json]", told)

    @classmethod
    def of(cls, content: Mapping[str, Json]) -> Settings:
        """Out of JSON."""
        told = dict(content)
        budget = cast("dict[str, str]", told.pop("budget"))
        seeds = tuple(cast("list[int]", told.pop("seeds")))
        return cls(seeds=seeds, budget=Budget(budget["kind"], float(budget["amount"]), budget["hardware"]), **told)  # type: ignore[arg-type]


class Pool:
    """One participant's side of a pool.

    Args:
        ledger: Where all stands.
        objective: What is to be made better.
        who: Who works here.
        settings: How; those that the ledger began with if left out.
        seed: Of this participant's choices.
    """

    def __init__(self, ledger: Ledger, objective: Objective, who: Participant, settings: Settings | None = None, seed: int = 0):
        self.ledger, self.objective, self.who = ledger, objective, who
        known = ledger.said(SETTINGS).get(SETTINGS)
        if known is None:
            settings = settings or Settings()
            ledger.say(
                SETTINGS, settings.content() | {"objective": cast(Json, objective.content()), "config": objective.config}
            )
        else:
            told = dict(cast("dict[str, Json]", known))
            told.pop("objective")
            if told.pop("config") != objective.config:
                raise InputError(
                    problem(f"pool {ledger.name}", "another objective", "the one that it began with", "another name")
                )
            begun = Settings.of(told)
            settings = settings or begun
            one_ranking([begun.budget, settings.budget])
            if settings.seeds != begun.seeds:
                expected = f"{list(begun.seeds)}, with which it began"
                raise InputError(problem(f"pool {ledger.name}: seeds", list(settings.seeds), expected, "another name"))
        self.settings, self.lease = settings, LEASE
        mark = hashlib.sha256(f"{who.name}/{seed}".encode()).digest()
        self.rng = np.random.default_rng(int.from_bytes(mark[:8], "little"))
        self._banks = dict[str, bytes]()

    def view(self) -> View:
        """What is known now, as far as this participant may see."""
        said = {key: value for prefix in ("pin:", "ban:", "budget") for key, value in self.ledger.said(prefix).items()}
        seen = None if self.settings.shared else {self.who.name}
        return view_of(self.ledger.rows(), said, seen)

    def need_ranking(self) -> None:
        """Refuses to evaluate anything here that could not be ranked with the rest: seconds of another class of hardware.

        Raises:
            InputError: With the rankings.
        """
        one_ranking([self.settings.budget, self.settings.budget.on(self.who.hardware)])

    def begin(self) -> None:
        """Write and run the baseline, if nobody has; a baseline that somebody else runs now is waited for by nobody."""
        self.need_ranking()
        if any(row.proposal.operator == ROOT and row.state in ("kept", "claimed") for row in self.ledger.rows()):
            return
        made = Made(dict(self.objective.start), ())
        row = self._run(self._claim(made, ROOT, None), made, None)
        if row.state == "crashed":
            raise InputError(problem("pool: baseline", row.reason, "a beginning that runs", "another objective or budget"))

    def step(self) -> Experiment | None:
        """One experiment: what was queued again before, else a new one; None when the pool's budget is spent or nothing can be done.

        Raises:
            InputError: If everything is banned.
        """
        self.need_ranking()
        self.ledger.expire()
        view = self.view()
        most = view.steering.get("budget")
        if isinstance(most, int | float) and view.spent >= most:
            return None
        queued = self.ledger.claim(self.who, lease=self.lease, wanted=self._mine)
        if queued is not None:
            return self._again(queued, view)
        if not view.candidates:
            return None
        if not view.open:
            raise InputError(problem("pool", "every candidate banned", "one that may be worked on", "pool ban NAME --undo"))
        return self._new(view)

    def _mine(self, row: Experiment) -> bool:
        """Whether a queued row is of this pool's objective and ranking."""
        return row.proposal.config == self.objective.config and row.proposal.budget.ranking == self.settings.budget.ranking

    def _new(self, view: View) -> Experiment | None:
        parent, known = self.choose_candidate(view), {row.candidate.partition("-#")[2] for row in view.rows}
        failed = set[str]()  # operators that can't make anything new of this parent
        while len(failed) < len(usable(self.objective, self.settings.cross)):
            operator = self.choose_operator(view, failed)
            if not operator:
                break
            budget = self.settings.budget
            ticks = budget.amount if budget.kind == "steps" else TICKS
            bench = Bench(self.objective, view, parent, self._bank(parent), self._bank, self.rng, ticks, budget.seconds())
            for _ in range(4):
                made = OPERATORS[operator](bench)
                if made is not None and self._name(made, operator).partition("-#")[2] not in known:
                    return self._run(self._claim(made, operator, self.predicted(view, operator)), made, made.parents[0])
            failed.add(operator)
        return None

    def offer(self, params: Mapping[str, Value], bank: bytes = b"") -> Experiment:
        """Run what a person brings along; it is kept if it is better than the baseline, so that it can be crossed with the best."""
        self.need_ranking()
        root = next((one for one in self.view().candidates.values() if one.operator == ROOT), None)
        made = Made(dict(params), () if root is None else (root,), bank, ("brought",))
        return self._run(self._claim(made, "brought", None), made, root)

    def choose_candidate(self, view: View) -> Candidate:
        """The first level: a pinned one every second time, else by the policy; rewards of an arm are its own score and its children's."""
        pinned = view.pinned
        if pinned and self.rng.random() < 0.5:
            return view.candidates[pinned[int(self.rng.integers(len(pinned)))]]
        best = view.open[:BREADTH]
        under_way = Counter(row.parent for row in view.rows if row.state == "claimed")
        arms = Arms([[one.mean, *one.children] for one in best], [under_way[one.name] for one in best])
        return best[POLICIES[self.settings.candidates](arms.scaled(), self.rng)]

    def choose_operator(self, view: View, without: Collection[str] = ()) -> str:
        """The second level: the policy on how often what an operator made was kept; empty if all are left out.

        Raises:
            InputError: If every operator is banned.
        """
        allowed = [name for name in usable(self.objective, self.settings.cross) if name not in view.banned]
        names = [name for name in allowed if name not in without]
        if allowed and not names:
            return ""
        if not names:
            raise InputError(problem("pool", "every operator banned", "one that may be used", "pool ban NAME --undo"))
        rewards: dict[str, list[float]] = {name: [] for name in names}
        for row in view.rows:
            if row.proposal.operator in rewards and row.state in ("kept", "discarded", "crashed"):
                rewards[row.proposal.operator].append(float(row.state == "kept"))
        under_way = Counter(row.proposal.operator for row in view.rows if row.state == "claimed")
        arms = Arms(list(rewards.values()), [under_way[name] for name in names])
        return names[POLICIES[self.settings.operators](arms, self.rng)]

    def predicted(self, view: View, operator: str) -> float:
        """The gain that is expected: the mean of what this operator gained so far, 0 at first."""
        gains = [row.gain for row in view.rows if row.proposal.operator == operator and row.gain is not None]
        return float(np.mean(gains)) if gains else 0.0

    def _bank(self, one: Candidate) -> bytes:
        return self.ledger.take(one.bank) if one.bank else b""

    @staticmethod
    def _name(made: Made, operator: str) -> str:
        """Operator and a hash of what is evaluated, so that nothing is evaluated twice under two names."""
        return f"{operator}-#{hash_of([sorted(made.params.items()), hashed(made.bank) if made.bank else ''])[:10]}"

    def _claim(self, made: Made, operator: str, predicted: float | None) -> Claim:
        bank = self.ledger.keep(made.bank) if made.bank else ""
        proposal = Proposal(
            self._name(made, operator), made.params, tuple(one.name for one in made.parents), operator, predicted, self.settings.budget,
            made.techniques,
            code=__version__, config=self.objective.config, artifacts={"bank": bank} if bank else {},
        )  # fmt: skip
        claim = self.ledger.claim(self.who, proposal, lease=self.lease)
        assert claim is not None
        return claim

    def _again(self, claim: Claim, view: View) -> Experiment:
        """What somebody lost, or a person queued, from its row alone."""
        proposal = claim.row.proposal
        parents = tuple(view.candidates[name] for name in proposal.parents if name in view.candidates)
        bank = proposal.artifacts.get("bank", "")
        made = Made(dict(proposal.params), parents, self.ledger.take(bank) if bank else b"")
        return self._run(claim, made, parents[0] if parents else None)

    def _run(self, claim: Claim, made: Made, parent: Candidate | None) -> Experiment:
        """Evaluate, compare with the parent, close; a crash of the objective is a row, and a ledger that is gone is none."""
        seeds = self.settings.seeds
        scores, bank, cost = dict[int, float](), b"", 0.0
        try:
            with self.ledger.renewing(claim):
                for seed in seeds:
                    outcome = self.evaluate(made.params, made.bank, seed)
                    self.ledger.report(claim, seed, outcome.score)
                    scores[seed], bank, cost = outcome.score, bank or outcome.bank, cost + outcome.cost
                before = self._before(parent, seeds)
        except LeaseLost:
            return self.ledger.row(claim.number)
        except Unreachable:
            raise
        except Exception as error:
            return self._closed(claim, "crashed", None, reason=f"{type(error).__name__}: {error}")
        value = float(np.mean(list(scores.values())))
        gain = None if before is None else float(np.mean([scores[seed] - before[seed] for seed in seeds]))
        verdict = "kept" if gain is None or gain > self.settings.margin else "discarded"
        outcome_bank = {"bank": self.ledger.keep(bank)} if bank and verdict == "kept" else {}
        return self._closed(claim, verdict, value, gain=gain, outcome=outcome_bank, found={"cost": cost})

    def evaluate(self, params: Mapping[str, Value], bank: bytes, seed: int) -> Outcome:
        """Run the objective within the budget of this pool."""
        amount, clock = self.settings.budget.terms()
        return self.objective.evaluate(params, bank, seed, amount, clock)

    def _closed(self, claim: Claim, verdict: str, value: float | None, **more: object) -> Experiment:
        try:
            return self.ledger.close(claim, verdict, value, **more)  # type: ignore[arg-type]
        except LeaseLost:
            return self.ledger.row(claim.number)

    def _before(self, parent: Candidate | None, seeds: Sequence[int]) -> Mapping[int, float] | None:
        """The parent's scores on these seeds: as they stand if this host made them, else it is run again here."""
        if parent is None:
            return None
        steps_only = self.settings.budget.kind == "steps"  # the same to the bit wherever they are made
        if all(seed in parent.scores for seed in seeds) and (steps_only or parent.host == self.who.host):
            return parent.scores
        row = self.ledger.row(parent.number)
        begun = row.proposal.artifacts.get("bank", "")
        bank = self.ledger.take(begun) if begun else b""
        return {seed: self.evaluate(parent.params, bank, seed).score for seed in seeds}


def islands(pool: Pool) -> Settings:
    """The same settings for participants that do not see each other."""
    return replace(pool.settings, shared=False)
