"""The book of a ledger: the rows of one study of Optuna, read as seldom as they may have changed, and written one thing at a time."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cyberspace.collective.ledger.rows import Experiment, Json
from cyberspace.collective.ledger.trials import row_of

if TYPE_CHECKING:
    from optuna.storages import BaseStorage
    from optuna.trial import FrozenTrial, TrialState


MOST_APART = 64
"""Rows of a queue that are passed over at most, where several take at once."""


class Book:
    """Rows by number.

    A closed row never changes, and is read once.  One that waits changes in one way alone, that it waits no more, which whoever would take
    it is told; so the queue is read again only when all of it was tried: to read 400 rows that wait out of PostgreSQL takes 0.2 s.

    Args:
        storage: Optuna's, for writing and for looks at everything.
        few: The same, for looks at few rows.
        study: Number of the study.
    """

    def __init__(self, storage: BaseStorage, few: BaseStorage, study: int):
        self._storage, self._few, self._study = storage, few, study
        self._closed, self._queue, self._ids = dict[int, Experiment](), dict[int, Experiment](), dict[int, int]()
        self._missed, self._lots = False, random.Random()

    def row(self, number: int) -> Experiment:
        """One row."""
        return self._closed.get(number) or self._read(self._storage.get_trial(self._id(number)))

    def rows(self) -> list[Experiment]:
        """All rows, in order of writing."""
        trials = self._storage.get_all_trials(self._study, deepcopy=False)
        found = [self._closed.get(trial.number) or self._read(trial) for trial in trials]
        self._queue = {row.number: row for row in found if row.state == "queued"}
        return found

    def running(self) -> list[Experiment]:
        """Rows that are claimed now."""
        from optuna.trial import TrialState

        found = self._some(TrialState.RUNNING)
        for row in found:
            self._queue.pop(row.number, None)
        return found

    def failed(self) -> list[Experiment]:
        """Rows that were closed without being judged."""
        from optuna.trial import TrialState

        return self._some(TrialState.FAIL)

    def _some(self, state: TrialState) -> list[Experiment]:
        return [self._read(one) for one in self._few.get_all_trials(self._study, deepcopy=False, states=(state,))]

    def queue(self) -> Iterator[Experiment]:
        """Rows that wait, the oldest first: those that were known to wait, then, if no more of them are wanted, those that wait now."""
        from optuna.trial import TrialState

        known = list(self._queue.values())
        yield from self._apart(known)
        self._queue = {row.number: row for row in self._some(TrialState.WAITING)}
        tried = {row.number for row in known}
        yield from self._apart([row for row in self._queue.values() if row.number not in tried])

    def _apart(self, rows: Sequence[Experiment]) -> Iterator[Experiment]:
        """Rows in their order; behind one that somebody else took a few are left for later, by lot, so that the two don't meet again."""
        rest, later, most = list(reversed(rows)), list[Experiment](), 1
        while rest or later:
            if not rest:
                rest, later = list(reversed(later)), []
            self._missed = False
            yield rest.pop()
            if self._missed:
                most = min(2 * most, MOST_APART)
                for _ in range(min(self._lots.randrange(most), len(rest) - 1)):
                    later.append(rest.pop())

    def take(self, number: int) -> bool:
        """Whether this process is the one that has a row of the queue now."""
        from optuna.exceptions import UpdateFinishedTrialError
        from optuna.trial import TrialState

        self._queue.pop(number, None)
        try:
            taken = self._storage.set_trial_state_values(self._id(number), TrialState.RUNNING)
        except UpdateFinishedTrialError:
            taken = False
        self._missed = not taken
        return taken

    def write(self, template: FrozenTrial) -> Experiment:
        """A new row, in one write."""
        return self._read(self._storage.get_trial(self._storage.create_new_trial(self._study, template_trial=template)))

    def tell(self, number: int, key: str, content: Json) -> None:
        """Write something about a row that is open."""
        self._storage.set_trial_user_attr(self._id(number), key, content)

    def show(self, number: int, key: str, content: str) -> None:
        """Write something for Optuna's dashboard."""
        self._storage.set_trial_system_attr(self._id(number), key, content)

    def score(self, number: int, seed: int, score: float) -> None:
        """Write the score of a seed."""
        self._storage.set_trial_intermediate_value(self._id(number), seed, score)

    def end(self, number: int, value: float | None) -> None:
        """Close a row: judged with a value, or failed."""
        from optuna.trial import TrialState

        state = TrialState.FAIL if value is None else TrialState.COMPLETE
        self._storage.set_trial_state_values(self._id(number), state, None if value is None else [float(value)])

    def fail(self, number: int, failure: str, reason: str = "") -> None:
        """Close a row as failed; what it failed by and why is one write, that nobody reads should it be closed otherwise just now."""
        self.tell(number, "failure", f"{failure}: {reason}" if reason else failure)
        self.end(number, None)

    def say(self, key: str, content: Json) -> None:
        """Write something about the whole study."""
        self._storage.set_study_user_attr(self._study, key, content)

    def said(self) -> dict[str, Json]:
        """What was said of the whole study, by key."""
        return self._storage.get_study_user_attrs(self._study)

    def _read(self, trial: FrozenTrial) -> Experiment:
        row = row_of(trial)
        self._ids[row.number] = trial._trial_id
        if trial.state.is_finished():
            self._closed[row.number] = row
        return row

    def _id(self, number: int) -> int:
        known = self._ids.get(number)
        return self._storage.get_trial_id_from_study_id_trial_number(self._study, number) if known is None else known
