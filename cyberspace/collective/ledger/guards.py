"""What a ledger refuses: claims that are over, and what no storage can keep."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager

from cyberspace.collective.ledger.rows import Claim, Proposal
from cyberspace.errors import InputError, Refused, problem


class LeaseLost(Refused):
    """The claim is not this one's any more: its lease was over, and the experiment was queued again."""


@contextmanager
def held(claim: Claim) -> Iterator[None]:
    """Turns what Optuna says of a closed row into `LeaseLost`."""
    from optuna.exceptions import UpdateFinishedTrialError

    try:
        yield
    except UpdateFinishedTrialError:
        raise LeaseLost(f"experiment {claim.number} is closed already", "claiming another one") from None


def need_plain(proposal: Proposal) -> None:
    """Refuses what no storage can keep: numbers that are none, names that are no text."""
    if not proposal.candidate or len(proposal.candidate) > 200 or not proposal.candidate.isprintable():
        raise InputError(problem("candidate", repr(proposal.candidate[:60]), "1 to 200 printable letters", "a name"))
    if proposal.predicted is not None and not math.isfinite(proposal.predicted):
        raise InputError(problem("predicted", proposal.predicted, "a finite number or None", "0"))
    try:
        json.dumps(dict(proposal.about), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InputError(problem("about", str(error), "what JSON can hold", "numbers, text, lists and tables")) from None
