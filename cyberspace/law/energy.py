"""The ledger: energy is conserved exactly, and a mismatch stops the run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from cyberspace.errors import LawBroken
from cyberspace.law.state import HEATS, INFLOWS, TALLY, WorldState


@dataclass(frozen=True)
class Ledger:
    """Energy at one tick, in int64: held + pools + letters + wallet + heat = inflow.

    For one region `letters` is what it has sent less what it has received, so that the sum over regions is what is under way.
    """

    held: int
    pools: int
    letters: int
    heat: int
    inflow: int
    wallet: int = 0

    @property
    def balanced(self) -> bool:
        """Whether nothing was created or lost."""
        return self.held + self.pools + self.letters + self.wallet + self.heat == self.inflow


def ledger(state: WorldState) -> Ledger:
    """The ledger of one region."""
    flows = dict(zip(TALLY, state.tally.tolist(), strict=True))
    return Ledger(
        held=int(state.region.energy.sum(dtype=np.int64)),
        pools=int(state.region.pools.sum(dtype=np.int64)),
        letters=flows["sent"] - flows["received"],
        heat=sum(flows[name] for name in HEATS),
        inflow=sum(flows[name] for name in INFLOWS),
        wallet=int(state.region.wallet.sum(dtype=np.int64)),
    )


def total(ledgers: Iterable[Ledger]) -> Ledger:
    """The ledger of several regions together."""
    rows = [(one.held, one.pools, one.letters, one.heat, one.inflow, one.wallet) for one in ledgers]
    return Ledger(*(sum(column) for column in zip(*rows, strict=True)))


def audit_letters(books: Ledger, under_way: int, tick: int) -> None:
    """Check that the energy under way in letters is what the regions' books say.

    Raises:
        LawBroken: If it is not.
    """
    if books.letters != under_way:
        raise LawBroken(f"energy at tick {tick}: letters hold {under_way}, the books of the regions say {books.letters}")


def audit(state: WorldState, region: int = 0) -> Ledger:
    """The ledger of a state, checked.

    Raises:
        LawBroken: If it does not balance, or an organism holds less than nothing, or the dead hold energy.
    """
    found = ledger(state)
    if not found.balanced:
        raise LawBroken(f"energy at tick {state.tick} in region {region}: the ledger does not balance: {found}")
    wrong = (state.region.energy < 0) | (~state.region.alive & (state.region.energy != 0))
    if wrong.any() or (state.region.pools < 0).any() or (state.region.wallet < 0).any():
        site = int(np.flatnonzero(wrong)[0]) if wrong.any() else -1
        raise LawBroken(f"energy at tick {state.tick} in region {region}, site {site}: below zero, or held by the dead")
    return found
