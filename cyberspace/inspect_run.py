"""inspect: what a run holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from cyberspace import checkpoint
from cyberspace.digest import digest
from cyberspace.energy import ledger
from cyberspace.measures import shares
from cyberspace.record import heredity
from cyberspace.run_folder import open_run
from cyberspace.state import TALLY


def inspect_run(path: str | Path) -> dict[str, Any]:
    """The facts about a run at its newest whole checkpoint.

    Raises:
        InputError: If it is no run, or has no whole checkpoint.
    """
    folder = open_run(path)
    state, _ = checkpoint.newest(folder.checkpoints, folder.world.identity)
    account = ledger(state)
    return {
        "tick": state.tick,
        "seed": folder.world.seed,
        "sites": folder.world.sites,
        "alive": int(np.count_nonzero(state.region.alive)),
        "births": int(state.tally[TALLY.index("births")]),
        "heredity": heredity(folder.record, max(0, state.tick - folder.file.record.every), state.tick),
        "energy": {
            "held": account.held,
            "pools": account.pools,
            "letters": account.letters,
            "heat": account.heat,
            "inflow": account.inflow,
            "balanced": account.balanced,
        },
        "tasks": shares(folder.world, state),
        "digest": digest(state),
    }
