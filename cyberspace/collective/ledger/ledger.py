"""The ledger: experiments are written before they run, claimed once, and closed, or lost and queued again exactly once."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Self, cast

from cyberspace.collective.ledger.artifacts import Artifacts
from cyberspace.collective.ledger.guards import LeaseLost as LeaseLost
from cyberspace.collective.ledger.guards import held, need_plain
from cyberspace.collective.ledger.rows import CLOSED, LEASE, SCORED, Claim, Experiment, Json, Proposal
from cyberspace.collective.ledger.space import Space, Written, check, read, written
from cyberspace.collective.ledger.storage import MEMORY, open_storage
from cyberspace.collective.ledger.trials import (
    ARTIFACT,
    LATE,
    MOST_SEED,
    UNKNOWN,
    claim_of,
    closed_trial,
    row_of,
    shown,
    trial_of,
)
from cyberspace.collective.who import Participant
from cyberspace.errors import InputError, problem

if TYPE_CHECKING:
    from optuna.storages import BaseStorage
    from optuna.trial import FrozenTrial

SPACE = "space"


class Ledger:
    """Experiments of one name in one place.

    Args:
        storage: Optuna's.
        name: Of the study.
        artifacts: Where artifacts lie.
        space: Genes and flags of its experiments.
    """

    def __init__(self, storage: BaseStorage, name: str, artifacts: Artifacts, space: Space):
        self._storage, self.name, self.artifacts, self.space = storage, name, artifacts, space
        self._study, self._closed = storage.get_study_id_from_name(name), dict[int, Experiment]()

    @classmethod
    def open(cls, name: str, where: str = MEMORY, space: Space | None = None, artifacts: Path | None = None) -> Self:
        """A ledger; a new one if there is none of this name.

        Args:
            name: Of the ledger.
            where: "memory", a journal file "FOLDER/NAME.log", or postgresql://...
            space: Of a new one; the same as before, or left out, of one that is there.
            artifacts: Their folder; beside the journal if left out, in memory for memory; PostgreSQL needs one.

        Raises:
            InputError: If the place can't be used, or the ledger has another space.
        """
        storage = open_storage(where)
        if artifacts is None and where != MEMORY:
            if where.startswith("postgres"):
                raise InputError(problem("ledger: artifacts", "no folder", "a folder that all hosts see", "--artifacts FOLDER"))
            artifacts = Path(where).with_suffix(".artifacts")
        import optuna

        optuna.create_study(storage=storage, study_name=name, direction="maximize", load_if_exists=True)
        study = storage.get_study_id_from_name(name)
        told = storage.get_study_user_attrs(study).get(SPACE)
        if told is None:
            storage.set_study_user_attr(study, SPACE, written(space or {}))
            told = storage.get_study_user_attrs(study)[SPACE]  # of whoever wrote it last
        known = read(cast("dict[str, Written]", told))
        if space is not None and written(space) != written(known):
            raise InputError(problem(f"ledger {name}", "another space of genes", "the one that it began with", "another name"))
        return cls(storage, name, Artifacts(artifacts), known)

    def enqueue(self, proposal: Proposal) -> int:
        """Write an experiment that anybody may claim; its number.

        Raises:
            InputError: If a parameter is not of the space.
        """
        return self._write(proposal, None).number

    def claim(
        self,
        who: Participant,
        proposal: Proposal | None = None,
        predicted: float | None = None,
        lease: float = LEASE,
        wanted: Callable[[Experiment], bool] | None = None,
    ) -> Claim | None:
        """Take an experiment: a new one, written claimed in one write, or the oldest that is queued.

        Args:
            who: Who does it.
            proposal: A new one; one of the queue if left out.
            predicted: Gain that this participant expects, in place of the proposal's.
            lease: Seconds that the claim holds.
            wanted: Which of the queue may be taken.

        Returns:
            The claim; None if nothing (that is wanted) is queued.
        """
        until = time.time() + lease
        if proposal is not None:
            row = self._write(proposal, claim_of(who, until, predicted))
            return Claim(row.number, row)
        from optuna.trial import TrialState

        for trial in self._trials((TrialState.WAITING,)):
            row = row_of(trial)
            if (wanted is not None and not wanted(row)) or not self._take(trial):
                continue
            if self._doubled(row):
                self._fail(trial._trial_id, "refused", "queued twice after it was lost")
                continue
            if self._sign(trial._trial_id, claim_of(who, until, predicted)):
                return Claim(row.number, self.row(row.number))
        return None

    def renew(self, claim: Claim, lease: float = LEASE) -> None:
        """Hold a claim for so many seconds from now.

        Raises:
            LeaseLost: If the row is closed.
        """
        told = claim_of(
            Participant(claim.row.participant, claim.row.hardware, claim.row.host),
            time.time() + lease,
            claim.row.proposal.predicted,
        )
        with held(claim):
            self._storage.set_trial_user_attr(self._id(claim.number), "claim", told)

    def report(self, claim: Claim, seed: int, score: float) -> None:
        """Write the score of one seed, higher is better.

        Raises:
            LeaseLost: If the row is closed.
            InputError: If it is no number.
        """
        if not (isinstance(seed, int) and 0 <= seed <= MOST_SEED):
            raise InputError(problem("seed", seed, f"0 to {MOST_SEED}", "0"))
        if not math.isfinite(score):
            raise InputError(problem(f"score of seed {seed}", score, "a finite number", "closing it as crashed"))
        with held(claim):
            self._storage.set_trial_intermediate_value(self._id(claim.number), seed, float(score))

    def close(
        self,
        claim: Claim,
        verdict: str,
        value: float | None = None,
        *,
        gain: float | None = None,
        reason: str = "",
        outcome: Mapping[str, str] | None = None,
        found: Mapping[str, Json] | None = None,
    ) -> Experiment:
        """Close a row: kept or discarded with a value, crashed or refused with a reason.

        Raises:
            LeaseLost: If the row is closed already.
            InputError: If the verdict is none, or lacks its value.
        """
        if verdict not in CLOSED or verdict == "lost":
            raise InputError(problem("verdict", repr(verdict), "kept, discarded, crashed or refused", "crashed"))
        if (verdict in SCORED) != (value is not None and math.isfinite(value)):
            raise InputError(
                problem(f"value of what is {verdict}", value, "a number if it was judged, none otherwise", "crashed")
            )
        one = self._id(claim.number)
        told = {"gain": gain, "reason": reason[:2000], "outcome": dict(outcome or {}), "found": dict(found or {})}
        with held(claim):
            for key, content in told.items():
                if content not in (None, "", {}):
                    self._storage.set_trial_user_attr(one, key, content)
            for name, content in shown(outcome or {}).items():
                self._storage.set_trial_system_attr(one, f"{ARTIFACT}{name}", content)
            if value is None:
                self._fail(one, verdict)
            else:
                self._storage.set_trial_user_attr(one, "verdict", verdict)
                self._end(one, value)
        return self.row(claim.number)

    def expire(self, now: float | None = None, late: float = LATE) -> list[int]:
        """Close claims whose lease is over as lost, and queue them again; numbers of the new rows.

        Whoever closes a row queues it again.  If that one was killed in between, the next who looks does, and should two do so at
        once, the row with the lower number is the one that counts: `claim` refuses the other.

        Args:
            now: Seconds since 1970; this moment if left out.
            late: Seconds that whoever closed a row is given to queue it, and whoever took one to sign it.
        """
        now = time.time() if now is None else now
        rows = self.rows()
        again = {row.proposal.retry_of for row in rows}
        made = []
        for row in rows:
            until = row.started + late if row.participant == UNKNOWN else row.lease
            over = row.state == "claimed" and until < now and self._lose(row.number)
            forgotten = row.state == "lost" and row.number not in again and row.closed + late < now
            if over or forgotten:
                made.append(self.enqueue(replace(row.proposal, retry_of=row.number)))
        return made

    def adopt(self, row: Experiment, about: Mapping[str, Json]) -> int:
        """Write a closed row of another ledger, with where it came from; its number here.

        Raises:
            InputError: If it is not closed, or not of this ledger's space.
        """
        if row.state not in CLOSED:
            raise InputError(problem(f"row of {row.candidate}", row.state, "a closed one", "exporting it once it is closed"))
        proposal = replace(row.proposal, about=dict(row.proposal.about) | dict(about), retry_of=-1)
        check(self.space, proposal.params)
        need_plain(proposal)
        return self.row_number(closed_trial(replace(row, proposal=proposal), self.space))

    def row_number(self, template: FrozenTrial) -> int:
        """Write a trial; its number."""
        return self._storage.get_trial(self._storage.create_new_trial(self._study, template_trial=template)).number

    def row(self, number: int) -> Experiment:
        """One row."""
        return row_of(self._storage.get_trial(self._id(number)))

    def rows(self) -> list[Experiment]:
        """All rows, in order of writing."""
        found = []
        for trial in self._trials(None):
            row = self._closed.get(trial.number) or row_of(trial)
            if trial.state.is_finished():  # then it never changes
                self._closed[trial.number] = row
            found.append(row)
        return found

    def keep(self, content: bytes) -> str:
        """Take an artifact; its hash."""
        return self.artifacts.keep(content)

    def take(self, name: str) -> bytes:
        """An artifact by its hash."""
        return self.artifacts.take(name)

    def say(self, key: str, content: Json) -> None:
        """Write something about the whole ledger: a pin, a note, a setting; an earlier one of the same key is replaced."""
        self._storage.set_study_user_attr(self._study, f"said:{key}", content)

    def said(self, prefix: str = "") -> dict[str, Json]:
        """What was said under keys that begin so, by key."""
        told = self._storage.get_study_user_attrs(self._study)
        keys = sorted(key.removeprefix("said:") for key in told if key.startswith(f"said:{prefix}"))
        return {key: cast(Json, told[f"said:{key}"]) for key in keys}

    def trials(self) -> list[FrozenTrial]:
        """Optuna's own view of the rows, for its samplers."""
        return self._trials(None)

    def _write(self, proposal: Proposal, claim: dict[str, Json] | None) -> Experiment:
        check(self.space, proposal.params)
        need_plain(proposal)
        return self.row(self.row_number(trial_of(proposal, self.space, claim)))

    def _trials(self, states: Iterable[object] | None) -> list[FrozenTrial]:
        return self._storage.get_all_trials(self._study, deepcopy=False, states=states)  # type: ignore[arg-type]

    def _id(self, number: int) -> int:
        return self._storage.get_trial_id_from_study_id_trial_number(self._study, number)

    def _take(self, trial: FrozenTrial) -> bool:
        from optuna.exceptions import UpdateFinishedTrialError
        from optuna.trial import TrialState

        try:
            return self._storage.set_trial_state_values(trial._trial_id, TrialState.RUNNING)
        except UpdateFinishedTrialError:
            return False

    def _sign(self, one: int, claim: dict[str, Json]) -> bool:
        """Write who took it; False if it was closed in between, since nobody had signed it for too long."""
        from optuna.exceptions import UpdateFinishedTrialError

        try:
            self._storage.set_trial_user_attr(one, "claim", claim)
        except UpdateFinishedTrialError:
            return False
        return True

    def _doubled(self, row: Experiment) -> bool:
        """Whether an earlier row repeats the same lost one."""
        of = row.proposal.retry_of
        return of >= 0 and any(one.proposal.retry_of == of and one.number < row.number for one in self.rows())

    def _lose(self, number: int) -> bool:
        """Whether this process is the one that closed it as lost."""
        from optuna.exceptions import UpdateFinishedTrialError

        try:
            self._fail(self._id(number), "lost")
        except UpdateFinishedTrialError:
            return False
        return True

    def _fail(self, one: int, failure: str, reason: str = "") -> None:
        if reason:
            self._storage.set_trial_user_attr(one, "reason", reason)
        self._storage.set_trial_user_attr(one, "failure", failure)
        self._end(one, None)

    def _end(self, one: int, value: float | None) -> None:
        from optuna.trial import TrialState

        state = TrialState.FAIL if value is None else TrialState.COMPLETE
        self._storage.set_trial_state_values(one, state, None if value is None else [float(value)])
