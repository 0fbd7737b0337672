"""The stages of a verification, each a question that a submission answers or is caught at."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

import numpy as np

from cyberspace.collective.golf.artifact import Artifact
from cyberspace.collective.golf.box.harness import Budget
from cyberspace.collective.golf.canaries import BOUND, Part, saved
from cyberspace.collective.golf.codes import Caught
from cyberspace.collective.golf.loop import Passed, lay, resumed, run

TOLERANCE = 5e-4
"""Bits per byte that a claim may be below what is measured."""

POINTS, AFTER, FUTURE, BEGINNING = 3, 256, 2048, 512
"""How many states are written down, how many steps are compared after each, how far the past reaches whose future is changed, and how many
steps show whether a seed matters."""


@dataclass
class Chance:
    """What is drawn in a verification, after the entry has come.

    Attributes:
        draw: A generator that nobody can foresee, but where a seed makes it so.
    """

    draw: np.random.Generator = field(default_factory=lambda: np.random.default_rng(secrets.randbits(128)))

    def points(self, steps: int) -> frozenset[int]:
        """Some steps of a pass."""
        return frozenset(self.draw.integers(1, max(2, steps - 1), POINTS).tolist())

    def seeds(self, count: int) -> list[int]:
        """Seeds that no entry could know."""
        return [int(one) for one in self.draw.integers(0, 2**32, count)]


def metamorphic(artifact: Artifact, part: Part, passed: Passed, seed: int, budget: Budget, chance: Chance) -> str:
    """Change the future: the past must stay as it was, to the bit.

    Raises:
        Caught: If it does not.
    """
    job, rows = artifact.job, lay(part.text, artifact.manifest.lanes)
    steps = len(rows)
    turn = int(chance.draw.integers(1, max(2, min(steps - 1, FUTURE))))
    until = min(steps, turn + 65)
    other = rows[:until].copy()
    other[turn:] = chance.draw.integers(0, 256, other[turn:].shape)
    again = run(job, other.T.ravel(), seed, budget)
    first = _differs(again, passed, turn + 1)
    if first is None:
        return f"the future was changed from byte {turn:,} on; {turn:,} answers before it stayed"
    same = run(job, rows[:until].T.ravel(), seed, budget)
    if _differs(same, passed, turn + 1) is not None:
        raise Caught("not-deterministic", f"answer {first:,}")
    raise Caught("not-causal", f"answer {first:,}, before byte {turn:,}")


def _differs(one: Passed, other: Passed, until: int) -> int | None:
    found = np.flatnonzero(one.marks[:until] != other.marks[:until])
    return int(found[0]) if len(found) else None


def smuggling(artifact: Artifact, part: Part, passed: Passed, seed: int, budget: Budget) -> str:
    """Go on from written states in fresh processes: they must answer as before, to the bit.

    Raises:
        Caught: If they do not.
    """
    for step in sorted(passed.states):
        first = resumed(artifact.job, part.text, passed, step, AFTER, seed, budget)
        if first is None:
            continue
        rows = lay(part.text, artifact.manifest.lanes)[: first + 1]
        if _differs(run(artifact.job, rows.T.ravel(), seed, budget), passed, first + 1) is not None:
            raise Caught("not-deterministic", f"answer {first:,}")
        raise Caught("hidden-state", f"a fresh process with the state after step {step:,} differs at answer {first:,}")
    largest = max((len(one) for one in passed.states.values()), default=0)
    return f"{len(passed.states)} fresh processes answered alike; the largest state has {largest:,} bytes"


def by_seeds(artifact: Artifact, part: Part, first: Passed, seeds: list[int], budget: Budget) -> list[Passed]:
    """Passes with other seeds; the first alone where the seed does not matter to the beginning."""
    if len(seeds) < 2:
        return [first]
    rows = lay(part.text, artifact.manifest.lanes)[:BEGINNING]
    if _differs(run(artifact.job, rows.T.ravel(), seeds[1], budget), first, len(rows)) is None:
        return [first]
    return [first, *(run(artifact.job, part.text, seed, budget) for seed in seeds[1:])]


def claim(artifact: Artifact, part: Part, passes: list[Passed], seeds: list[int], budget: Budget) -> str:
    """Compare what is claimed with what was measured, and find out what the claim is made of where it does not hold.

    Raises:
        Caught: If it does not hold.
    """
    said, scored = artifact.manifest.claim, int(part.scored.sum())
    if said is None:
        return "nothing is claimed"
    if said.bytes != scored:
        raise Caught("coverage", f"a claim over {said.bytes:,} of {scored:,} bytes")
    if len(passes) > 1 and said.seeds and list(said.seeds) != seeds:
        raise Caught("best-of-seeds", f"seeds {', '.join(map(str, said.seeds[:4]))}, not {', '.join(map(str, seeds[:4]))}")
    measured = float(np.mean([part.score(one.costs) for one in passes]))
    if not said.bits_per_byte < measured - TOLERANCE:
        return f"{said.bits_per_byte:.4f} claimed, {measured:.4f} measured"
    detail = f"{said.bits_per_byte:.4f} claimed, {measured:.4f} measured"
    if abs(part.score(passes[0].raw) - said.bits_per_byte) <= TOLERANCE:
        raise Caught("unnormalised", detail)
    if len(passes) > 1 and _is_one_seeds(part, passes, said.bits_per_byte):
        raise Caught("best-of-seeds", detail)
    twice = run(artifact.job, np.tile(part.text, 2), seeds[0], budget) if artifact.manifest.lanes == 1 else None
    if twice is not None and abs(part.score(twice.costs[len(part.text) :]) - said.bits_per_byte) <= TOLERANCE:
        raise Caught("two-pass", detail)
    raise Caught("overclaimed", detail)


def _is_one_seeds(part: Part, passes: list[Passed], said: float) -> bool:
    """Whether what was said is the best of the seeds."""
    return abs(min(part.score(one.costs) for one in passes) - said) <= TOLERANCE


def entropy(part: Part, passes: list[Passed], code: str) -> str:
    """Whether less was needed than the source itself needs, where that is known.

    Raises:
        Caught: With `below-entropy` for a source, else with `code`.
    """
    if not part.known.any():
        return "no entropy is known"
    most = max(saved(part, one.costs) for one in passes) - float(np.log2(len(passes)))
    if most > BOUND:
        raise Caught(
            "below-entropy" if part.known.all() else code, f"{most:,.0f} bits saved on what is random; chance saves {BOUND:g}"
        )
    return f"{most:+,.1f} bits saved on what is random; chance saves {BOUND:g}"
