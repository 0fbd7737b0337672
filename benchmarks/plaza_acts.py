"""The ledger of a plaza under many random acts, signs, chests and fences among them: `python -m benchmarks.plaza_acts --acts 1000000`."""

import argparse
import json
import time
from collections import Counter
from pathlib import Path

from cyberspace.law.energy import audit
from cyberspace.law.genesis import genesis
from cyberspace.telling import answer
from tests.held import Held
from tests.laws.test_leaving import PLACE
from tests.leavers import Leavers
from tests.strategies import world

RESULTS = Path(__file__).parent / "results" / "plaza_acts.json"
BATCH = 10_000


def main() -> None:
    """Act, audit after every batch, and write down how many acts of each kind were done."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--acts", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    place = world(PLACE)
    ground, crowd, done, begun = Held(genesis(place)), Leavers(place, given.seed), Counter(), time.monotonic()
    for number in range(given.acts):
        kind, happened = crowd.do_one(ground, number // BATCH)
        done[kind] += happened
        if number % BATCH == BATCH - 1:
            audit(ground.state())  # raises where a unit is missing
    audit(ground.state())
    found = {
        "command": f"python -m benchmarks.plaza_acts --acts {given.acts} --seed {given.seed}", "acts": given.acts,
        "seed": given.seed, "sites": place.sites, "done": dict(sorted(done.items())), "balanced": True,
        "seconds": round(time.monotonic() - begun),
    }  # fmt: skip
    RESULTS.write_text(json.dumps(found, indent=1) + "\n")
    answer(f"{RESULTS}: {sum(done.values()):,} of {given.acts:,} acts were done, and the ledger balances")


if __name__ == "__main__":
    main()
