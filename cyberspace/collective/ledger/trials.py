"""Rows as Optuna's trials, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, cast

from cyberspace.collective.budgets import Budget
from cyberspace.collective.ledger.rows import Experiment, Json, Proposal
from cyberspace.collective.ledger.space import Space
from cyberspace.collective.ledger.storage import distribution
from cyberspace.collective.who import Participant

if TYPE_CHECKING:
    from optuna.trial import FrozenTrial

ARTIFACT = "artifacts:"
"""How Optuna calls the attribute of an artifact; its dashboard shows them."""

MOST_SEED = 2**31 - 1

LATE = 60.0
"""Seconds that whoever takes a row has to sign it, and whoever closes one as lost to queue it again; then others see to it."""

UNKNOWN = "unknown"
"""Participant of a claim that is not signed."""

Attributes = dict[str, Json]


def claim_of(who: Participant, until: float, predicted: float | None = None) -> Attributes:
    """What a claim says; `predicted` in place of what the proposal says, if it is not None."""
    told: Attributes = {"participant": who.name, "hardware": who.hardware, "host": who.host, "lease": until}
    return told if predicted is None else told | {"predicted": predicted}


def trial_of(proposal: Proposal, space: Space, claim: Attributes | None) -> FrozenTrial:
    """A trial that waits, or runs at once if a claim is given, with all that is known of it: one write."""
    from optuna.trial import FrozenTrial, TrialState

    return FrozenTrial(
        number=-1,
        state=TrialState.WAITING if claim is None else TrialState.RUNNING,
        value=None,
        datetime_start=None if claim is None else datetime.now(),
        datetime_complete=None,
        params=dict(proposal.params),
        distributions={name: distribution(space[name]) for name in proposal.params},
        user_attrs=attributes(proposal) | ({} if claim is None else {"claim": claim}),
        system_attrs={f"{ARTIFACT}{key}": value for key, value in shown(proposal.artifacts).items()},
        intermediate_values={},
        trial_id=-1,
    )


def closed_trial(row: Experiment, space: Space) -> FrozenTrial:
    """A row that is closed already, as one write; times and participant are those of the row."""
    from optuna.trial import TrialState

    who = Participant(row.participant or UNKNOWN, row.hardware, row.host)
    trial = trial_of(row.proposal, space, claim_of(who, row.lease))
    trial.state = TrialState.COMPLETE if row.value is not None else TrialState.FAIL
    trial.value, trial.intermediate_values = row.value, dict(row.scores)
    trial.datetime_start, trial.datetime_complete = (datetime.fromtimestamp(time) for time in (row.started, row.closed))
    more = {
        "verdict": row.state if row.scored else None, "failure": None if row.scored else row.state, "gain": row.gain,
        "reason": row.reason, "outcome": dict(row.outcome), "found": dict(row.found),
    }  # fmt: skip
    trial.user_attrs |= {key: value for key, value in more.items() if value not in (None, "", {})}
    trial.system_attrs |= {f"{ARTIFACT}{key}": value for key, value in shown(row.outcome).items()}
    return trial


def attributes(proposal: Proposal) -> Attributes:
    """A proposal without its parameters."""
    budget = proposal.budget
    told: dict[str, object] = {
        "candidate": proposal.candidate,
        "parents": list(proposal.parents),
        "operator": proposal.operator,
        "predicted": proposal.predicted,
        "budget": {"kind": budget.kind, "amount": budget.amount, "hardware": budget.hardware},
        "techniques": list(proposal.techniques),
        "packet": proposal.packet,
        "code": proposal.code,
        "config": proposal.config,
        "artifacts": dict(proposal.artifacts),
        "about": dict(proposal.about),
        "retry_of": proposal.retry_of,
    }
    return cast(Attributes, told)


def shown(artifacts: Mapping[str, str]) -> dict[str, str]:
    """Artifacts as Optuna's dashboard reads them, by hash."""
    kind = "application/octet-stream"
    return {
        one: json.dumps({"artifact_id": one, "filename": name, "mimetype": kind, "encoding": None})
        for name, one in artifacts.items()
    }


def row_of(trial: FrozenTrial) -> Experiment:
    """A row out of a trial."""
    told = cast("dict[str, Json]", trial.user_attrs)
    claim = _table(told.get("claim"))
    started = trial.datetime_start.timestamp() if trial.datetime_start and trial.state.name != "WAITING" else 0.0
    queued = trial.state.name == "WAITING"
    return Experiment(
        trial.number,
        _proposal(trial, told, claim),
        _state(trial, told),
        "" if queued else str(claim.get("participant", UNKNOWN)),
        str(claim.get("hardware", "")),
        str(claim.get("host", "")),
        0.0 if queued else float(cast(float, claim.get("lease", started + LATE))),
        {int(seed): float(score) for seed, score in sorted(trial.intermediate_values.items())},
        trial.value if trial.state.name == "COMPLETE" else None,
        cast("float | None", told.get("gain")),
        str(told.get("reason", "")) or _failure(trial, told)[1],
        cast("dict[str, str]", _table(told.get("outcome"))),
        _table(told.get("found")),
        started,
        trial.datetime_complete.timestamp() if trial.datetime_complete else 0.0,
    )


def _table(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _state(trial: FrozenTrial, told: Attributes) -> str:
    """A trial that failed never counts as judged, whatever was written before it was closed; nor the other way round."""
    name = trial.state.name
    if name == "COMPLETE":
        return "kept" if told.get("verdict") == "kept" else "discarded"
    if name == "FAIL":
        return _failure(trial, told)[0]
    return "queued" if name == "WAITING" else "claimed"


def _failure(trial: FrozenTrial, told: Attributes) -> tuple[str, str]:
    """What a trial failed by, and why, which stand in one attribute."""
    if trial.state.name != "FAIL":
        return "", ""
    failure, _, reason = str(told.get("failure", "lost")).partition(": ")
    return (failure, reason) if failure in ("crashed", "lost", "refused") else ("lost", "")


def _proposal(trial: FrozenTrial, told: Attributes, claim: Attributes) -> Proposal:
    budget = _table(told.get("budget")) or {"kind": "steps", "amount": 1.0}
    predicted = claim.get("predicted", told.get("predicted"))
    return Proposal(
        str(told.get("candidate", "")),
        dict(sorted(trial.params.items())),
        tuple(map(str, cast("list[str]", told.get("parents", [])))),
        str(told.get("operator", "")),
        None if predicted is None else float(cast(float, predicted)),
        Budget(str(budget["kind"]), float(cast(float, budget["amount"])), str(budget.get("hardware", ""))),
        tuple(map(str, cast("list[str]", told.get("techniques", [])))),
        str(told.get("packet", "")),
        str(told.get("code", "")),
        str(told.get("config", "")),
        cast("dict[str, str]", _table(told.get("artifacts"))),
        _table(told.get("about")),
        int(cast(int, told.get("retry_of", -1))),
    )
