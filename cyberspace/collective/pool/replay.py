"""A pool lived again from its ledger: what was decided follows from the rows, and, if asked for, the rows follow from the world."""

from __future__ import annotations

from dataclasses import dataclass

from cyberspace.collective.ledger.ledger import Ledger
from cyberspace.collective.objective.objective import Objective
from cyberspace.collective.pool.pool import SETTINGS, Settings
from cyberspace.collective.pool.view import ROOT, SEALED, view_of
from cyberspace.errors import InputError, problem


@dataclass(frozen=True)
class Replayed:
    """What a replay found.

    Attributes:
        rows: Judged rows that were looked at.
        faults: Those that do not follow, in words.
        evaluated: Scores that were computed again.
    """

    rows: int
    faults: tuple[str, ...]
    evaluated: int


def replay(ledger: Ledger, objective: Objective | None = None) -> Replayed:
    """Decide every row again, in order, by the rows before it.

    A row was kept if its mean gain over its parent's scores on equal seeds is above the margin; its value is the mean of its scores.

    Args:
        ledger: Of the pool.
        objective: Evaluates every score again; scores must then be equal to the bit.

    Raises:
        InputError: If an objective is given, and budgets are of seconds.
    """
    told = {key: value for key, value in dict(ledger.said(SETTINGS)[SETTINGS]).items() if key not in ("objective", "config")}  # type: ignore[arg-type]
    settings, faults, rows, evaluated = Settings.of(told), list[str](), ledger.rows(), 0
    if objective is not None and settings.budget.kind != "steps":
        got = f"a pool whose budget is of seconds ({settings.budget.ranking})"
        raise InputError(problem("replay", got, "budgets of steps, which give the same scores again", "without --again"))
    judged = [row for row in rows if row.scored]
    for row in judged:
        mean = sum(row.scores.values()) / max(1, len(row.scores))
        if row.value is None or abs(mean - row.value) > 1e-9:
            faults.append(f"{row.number}: value {row.value}, but its scores say {mean}")
        if row.proposal.operator not in (ROOT, SEALED):
            parent = view_of(rows[: row.number]).candidates.get(row.parent) or view_of(rows).candidates.get(row.parent)
            known = [seed for seed in row.scores if parent is not None and seed in parent.scores]
            if parent is not None and len(known) == len(row.scores) and settings.budget.kind == "steps":
                gain = sum(row.scores[seed] - parent.scores[seed] for seed in known) / len(known)
                if (gain > settings.margin) != (row.state == "kept") and abs(gain - settings.margin) > 1e-12:
                    faults.append(f"{row.number}: {row.state}, but its gain is {gain}")
        if objective is not None:
            begun = row.proposal.artifacts.get("bank", "")
            if row.proposal.operator == SEALED:
                origin = view_of(rows).candidates.get(row.candidate)
                begun = rows[origin.number].proposal.artifacts.get("bank", "") if origin else ""
            bank = ledger.take(begun) if begun else b""
            for seed, score in row.scores.items():
                again = objective.evaluate(row.proposal.params, bank, seed, *row.proposal.budget.terms()).score
                evaluated += 1
                if again != score:
                    faults.append(f"{row.number}: seed {seed} scored {score}, again {again}")
    return Replayed(len(judged), tuple(faults), evaluated)
