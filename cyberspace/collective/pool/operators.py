"""How a new candidate is made of old ones: one function an operator, and the table of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cyberspace.collective.ledger.sampling import suggest
from cyberspace.collective.ledger.space import Params, Value
from cyberspace.collective.objective.objective import Living, Objective
from cyberspace.collective.pool.view import Candidate, View


@dataclass(frozen=True)
class Made:
    """What an operator made.

    Attributes:
        params: All genes.
        parents: The first is what gains are measured against.
        bank: Genomes to begin with; empty for the objective's own beginning.
        techniques: What was switched or used.
    """

    params: Params
    parents: tuple[Candidate, ...]
    bank: bytes = b""
    techniques: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bench:
    """What operators work with.

    Attributes:
        objective: What is evaluated.
        view: What is known.
        parent: The candidate that was chosen.
        bank: Its genomes.
        take: Genomes of another candidate.
        rng: Chance.
        steps: Steps that worlds may live together for.
        seconds: Seconds of it, if those are over before.
    """

    objective: Objective
    view: View
    parent: Candidate
    bank: bytes
    take: Callable[[Candidate], bytes]
    rng: np.random.Generator
    steps: float
    seconds: float = math.inf

    def other(self) -> Candidate | None:
        """Another candidate, better ones more often; of another participant if there is one, else any."""
        rest = [one for one in self.view.open if one.name != self.parent.name][:12]
        foreign = [one for one in rest if one.participant != self.parent.participant]
        chosen = foreign or rest
        if not chosen:
            return None
        weights = 1 / np.arange(1.0, len(chosen) + 1)
        return chosen[int(self.rng.choice(len(chosen), p=weights / weights.sum()))]


Operator = Callable[[Bench], "Made | None"]
"""None where it can't be done now."""


def numbers(objective: Objective) -> list[str]:
    """Genes that are tuned: all but flags."""
    return [name for name, gene in objective.space.items() if not gene.flag]


def flags(objective: Objective) -> list[str]:
    """Techniques that are switched."""
    return [name for name, gene in objective.space.items() if gene.flag]


def _tuned(bench: Bench, sampler: str) -> Made | None:
    names = numbers(bench.objective)
    if not names:
        return None
    space = {name: bench.objective.space[name] for name in names}
    same = list(flags(bench.objective))
    past = [
        (row.proposal.params, row.value)
        for row in bench.view.scored()
        if row.value is not None and all(row.proposal.params.get(name) == bench.parent.params.get(name) for name in same)
    ]
    found = suggest(sampler, space, past, int(bench.rng.integers(2**31)))
    return Made(bench.parent.params | found, (bench.parent,), b"", (f"tune-{sampler}",))


def tpe(bench: Bench) -> Made | None:
    """Numbers by TPE, flags as they are."""
    return _tuned(bench, "tpe")


def cma(bench: Bench) -> Made | None:
    """Numbers by CMA-ES, flags as they are."""
    return _tuned(bench, "cma")


def flip(bench: Bench) -> Made | None:
    """One flag switched; where there is none, one number drawn anew near its place."""
    names = flags(bench.objective)
    if names:
        name = names[int(bench.rng.integers(len(names)))]
        value = not bench.parent.params[name]
        return Made(bench.parent.params | {name: value}, (bench.parent,), b"", (f"{name}={value}",))
    name = str(bench.rng.choice(numbers(bench.objective)))
    return Made(bench.parent.params | {name: _near(bench, name)}, (bench.parent,), b"", (name,))


def _near(bench: Bench, name: str) -> Value:
    gene, here = bench.objective.space[name], bench.parent.params[name]
    if gene.kind == "choice":
        rest = [one for one in gene.choices if one != here]
        return rest[int(bench.rng.integers(len(rest)))] if rest else here
    low, high, at = (np.log(v) if gene.log else v for v in (gene.low, gene.high, float(here)))
    drawn = float(np.clip(at + bench.rng.normal(0, 0.1 * (high - low)), low, high))
    value = float(np.clip(np.exp(drawn) if gene.log else drawn, gene.low, gene.high))
    return round(value) if gene.kind == "whole" else value


def cross(bench: Bench) -> Made | None:
    """Blocks of genes of either of two, and their banks mixed where both have one."""
    other = bench.other()
    if other is None:
        return None
    params, taken = dict(bench.parent.params), []
    for block in bench.objective.blocks:
        if bench.rng.random() < 0.5:
            params |= {name: other.params[name] for name in block}
            taken.append(block[0])
    return Made(params, (bench.parent, other), _mixed(bench, other), ("cross", *(["mix"] if bench.objective.living else [])))


def _mixed(bench: Bench, other: Candidate) -> bytes:
    second = bench.take(other) if bench.objective.living else b""
    if not (bench.bank and second):
        return bench.bank
    return _living(bench).mixed(bench.bank, second, int(bench.rng.integers(2**31)))


def newcomer(bench: Bench) -> Made | None:
    """All genes by lot, genomes of the objective's own beginning."""
    return Made(
        suggest("random", bench.objective.space, (), int(bench.rng.integers(2**31))), (bench.parent,), b"", ("newcomer",)
    )


def evolve(bench: Bench) -> Made | None:
    """The same world from where it ended."""
    return Made(dict(bench.parent.params), (bench.parent,), bench.bank, ("evolve",)) if bench.bank else None


def transplant(bench: Bench) -> Made | None:
    """A second region with another's organisms, joined by a beach for half of the steps; then the region alone."""
    other = bench.other()
    donor = bench.take(other) if other is not None and bench.bank else b""
    if other is None or not donor:
        return None
    seed = int(bench.rng.integers(2**31))
    bank = _living(bench).transplanted(
        bench.parent.params, bench.bank, donor, seed, max(1, bench.steps // 2), bench.seconds / 2
    )
    return Made(dict(bench.parent.params), (bench.parent, other), bank, ("transplant",)) if bank else None


def average(bench: Bench) -> Made | None:
    """Two live apart, their weights averaged every quarter of the steps."""
    other = bench.other()
    second = bench.take(other) if other is not None and bench.bank else b""
    if other is None or not second:
        return None
    every, seed = max(1, int(bench.steps // 4)), int(bench.rng.integers(2**31))
    both: Sequence[Mapping[str, Value]] = [bench.parent.params, other.params]
    bank = _living(bench).averaged(both, [bench.bank, second], every, seed, max(1, bench.steps // 2), bench.seconds / 2)
    return Made(dict(bench.parent.params), (bench.parent, other), bank, ("average",)) if bank else None


def _living(bench: Bench) -> Living:
    assert bench.objective.living
    return bench.objective  # type: ignore[return-value]


OPERATORS: dict[str, Operator] = {
    "tune-tpe": tpe,
    "tune-cma": cma,
    "structure": flip,
    "cross": cross,
    "newcomer": newcomer,
    "evolve": evolve,
    "transplant": transplant,
    "average": average,
}
"""By name."""

CROSSING = ("cross", "transplant", "average")
"""Those that need a second candidate."""

OF_LIFE = ("evolve", "transplant", "average")
"""Those that need genomes."""


def usable(objective: Objective, crossing: bool = True) -> list[str]:
    """Operators that make sense for an objective."""
    left = [name for name in OPERATORS if (crossing or name not in CROSSING) and (objective.living or name not in OF_LIFE)]
    return [name for name in left if numbers(objective) or not name.startswith("tune")]
