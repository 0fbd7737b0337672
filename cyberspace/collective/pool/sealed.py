"""Evaluation that whoever proposes does not see: seeds that are fixed and hashed before anybody begins, used once at the end."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from cyberspace.collective.ledger.ledger import Ledger
from cyberspace.collective.ledger.rows import Json, Proposal
from cyberspace.collective.pool.pool import SEALED_FROM, Pool
from cyberspace.collective.pool.view import ROOT, SEALED, Candidate
from cyberspace.errors import InputError, problem, system_errors

COUNT = 8


def seal(ledger: Ledger, count: int = COUNT, secret: str = "") -> str:
    """Fix the sealed seeds: the ledger gets the hash of a secret, whoever runs the pool keeps the secret; returns it.

    Raises:
        InputError: If they are fixed already.
    """
    if ledger.said(SEALED):
        raise InputError(problem(f"pool {ledger.name}", "seeds that are sealed already", "a new pool", "another name"))
    secret = secret or secrets.token_hex(16)
    ledger.say(SEALED, {"hash": _hash(secret), "count": count})
    return secret


def drawn(path: Path) -> str:
    """A new secret, kept in a new file that its owner alone may read before anything is sealed by it.

    Raises:
        InputError: If something lies there.
    """
    secret = secrets.token_hex(16)
    with system_errors(str(path), "a new file for the secret", "another name, or the pool that it belongs to"):
        number = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        os.write(number, secret.encode())
        os.close(number)
    return secret


def sealed_seeds(ledger: Ledger, secret: str) -> list[int]:
    """The seeds of a secret.

    Raises:
        InputError: If it is not the one whose hash the ledger holds.
    """
    told = cast("dict[str, Json]", ledger.said(SEALED).get(SEALED) or {})
    if _hash(secret) != told.get("hash"):
        raise InputError(problem("secret", "another one", "the one that was sealed when the pool began", "pool.secret"))
    words = (hashlib.sha256(f"{secret}/{k}".encode()).digest() for k in range(int(cast(int, told["count"]))))
    return [SEALED_FROM + int.from_bytes(word[:4], "little") % 2**30 for word in words]


def reveal(pool: Pool, secret: str, most: int = 3) -> list[Candidate]:
    """Evaluate the baseline and the best candidates on the sealed seeds, as rows of their own, and publish the secret.

    Returns:
        The candidates, the baseline first.
    """
    pool.need_ranking()
    ledger, view, seeds = pool.ledger, pool.view(), sealed_seeds(pool.ledger, secret)
    roots = [one for one in view.candidates.values() if one.operator == ROOT]
    chosen = [*roots[:1], *[one for one in view.open if one.operator != ROOT][:most]]
    done = {row.candidate for row in ledger.rows() if row.proposal.operator == SEALED and row.scored}
    for one in chosen:
        if one.name not in done:
            _evaluate(pool, one, seeds)
    ledger.say("secret", secret)
    return chosen


def _evaluate(pool: Pool, one: Candidate, seeds: Sequence[int]) -> None:
    begun = pool.ledger.row(one.number).proposal.artifacts.get("bank", "")
    bank = pool.ledger.take(begun) if begun else b""
    budget, config = pool.settings.budget, pool.objective.config
    claim = pool.ledger.claim(pool.who, Proposal(one.name, one.params, one.parents, SEALED, None, budget, config=config))
    assert claim is not None
    scores = []
    with pool.ledger.renewing(claim):
        for seed in seeds:
            scores.append(pool.evaluate(one.params, bank, seed).score)
            pool.ledger.report(claim, seed, scores[-1])
    pool.ledger.close(claim, "discarded", sum(scores) / len(scores), reason="reported on sealed seeds")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
