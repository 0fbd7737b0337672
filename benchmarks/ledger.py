"""Many processes on one ledger, killed at random: is a row lost, or claimed twice?

    python -m benchmarks.ledger --processes 16 --experiments 400 --postgresql

Each process lets claims expire, takes one, writes two scores, closes it; a claim that is logged by two processes, a close that a
process has logged and the ledger does not know, or an experiment that is not judged exactly once is a fault.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import signal
import tempfile
import time
from collections import Counter
from pathlib import Path

from cyberspace.collective.ledger.ledger import LeaseLost, Ledger
from cyberspace.collective.ledger.rows import Proposal
from cyberspace.collective.who import Participant

LEASE, LATE = 2.0, 10.0
"""Seconds; a working process needs milliseconds."""

EVER = 10**9
"""Times that an experiment may be lost: here it is not the experiments that kill."""


def work(where: str, folder: Path, number: int, start: int) -> None:
    """One process: until nothing is queued or claimed."""
    ledger, rng = Ledger.open("kills", where, artifacts=folder / "artifacts"), random.Random(start)
    who = Participant(f"worker-{number}.{start}")
    with open(folder / f"{number}.{start}.txt", "a", encoding="utf-8", buffering=1) as log:
        while True:
            ledger.expire(late=LATE, most=EVER)
            claim = ledger.claim(who, lease=LEASE)
            if claim is None:
                if not any(row.state in ("queued", "claimed") for row in ledger.rows()):
                    log.write(f"spent {time.process_time():.2f}\n")
                    return
                time.sleep(0.2)
                continue
            log.write(f"claimed {claim.number}\n")
            try:
                for seed in (1, 2):
                    ledger.report(claim, seed, rng.random())
                time.sleep(rng.random() * 0.02)
                ledger.close(claim, rng.choice(["kept", "discarded"]), rng.random())
            except LeaseLost:
                log.write(f"late {claim.number}\n")
            else:
                log.write(f"closed {claim.number}\n")


def trial(
    where: str, folder: Path, processes: int, experiments: int, kills: int, seed: int = 1, patience: float = 600
) -> dict[str, object]:
    """Live one ledger through so many kills; facts, and faults, which should be none."""
    begin, rng, server = time.perf_counter(), random.Random(seed), multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(["benchmarks.ledger", "optuna"])  # a plain fork of a process with threads may hang
    ledger = Ledger.open("kills", where, artifacts=folder / "artifacts")
    for k in range(experiments):
        ledger.enqueue(Proposal(f"e{k}"))
    del ledger  # a child must not share its connections
    starts, living = Counter[int](), dict[int, multiprocessing.process.BaseProcess]()

    def start(number: int) -> None:
        starts[number] += 1
        living[number] = server.Process(target=work, args=(where, folder, number, starts[number]))
        living[number].start()

    for number in range(processes):
        start(number)
    done = 0
    while any(one.is_alive() for one in living.values()) and time.perf_counter() - begin < patience:
        time.sleep(rng.random() * 0.3)
        alive = [number for number, one in living.items() if one.is_alive()]
        if done < kills and alive:
            victim = rng.choice(alive)
            os.kill(living[victim].pid or 0, signal.SIGKILL)
            living[victim].join()
            start(victim)
            done += 1
    for one in living.values():
        one.kill()
        one.join()
    return told(Ledger.open("kills", where, artifacts=folder / "artifacts"), folder, experiments) | {
        "processes": processes, "kills": done, "seed": seed, "seconds": round(time.perf_counter() - begin, 1),
        "storage": where.partition("://")[0] if "://" in where else "journal",
    }  # fmt: skip


def told(ledger: Ledger, folder: Path, experiments: int) -> dict[str, object]:
    """What the rows and the logs of the processes say."""
    rows, said = ledger.rows(), [line.split() for log in folder.glob("*.txt") for line in log.read_text("utf-8").splitlines()]
    claims = Counter(int(line[1]) for line in said if len(line) == 2 and line[0] == "claimed")
    closes = Counter(int(line[1]) for line in said if len(line) == 2 and line[0] == "closed")
    judged = Counter(row.candidate for row in rows if row.scored)
    faults = {
        "rows missing": [k for k, row in enumerate(rows) if row.number != k],
        "claimed twice": [number for number, count in claims.items() if count > 1],
        "closed, but not in the ledger": [number for number in closes if not rows[number].scored],
        "experiments not judged once": [name for k in range(experiments) if judged[name := f"e{k}"] != 1],
        "judged without both scores": [row.number for row in rows if row.scored and len(row.scores) != 2],
        "queued twice": [row.number for row in rows if row.state == "refused"],
    }
    twice = faults.pop("queued twice")
    states = Counter(row.state for row in rows)
    spent = [float(line[1]) for line in said if len(line) == 2 and line[0] == "spent"]
    return {
        "experiments": experiments, "rows": len(rows), "states": dict(sorted(states.items())), "claims": sum(claims.values()),
        "doubles refused": len(twice), "processor seconds of a process": round(sum(spent) / max(1, len(spent)), 2), "faults": faults,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=16)
    parser.add_argument("--experiments", type=int, default=400)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--postgresql", action="store_true", help="the same on a PostgreSQL too")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results"))
    given = parser.parse_args()
    found = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "journal"
        home.mkdir()
        found.append(trial(str(home / "ledger.log"), home, given.processes, given.experiments, given.kills))
        print(json.dumps(found[-1]), flush=True)
        if given.postgresql:
            from tests.collective.postgresql import postgresql

            home = Path(folder) / "postgresql"
            home.mkdir()
            with postgresql() as address:
                found.append(trial(address, home, given.processes, given.experiments, given.kills))
            print(json.dumps(found[-1]))
    given.out.mkdir(exist_ok=True)
    command = (
        f"python -m benchmarks.ledger --processes {given.processes} --experiments {given.experiments} --kills {given.kills}"
    )
    content = {"command": command + (" --postgresql" if given.postgresql else ""), "trials": found}
    (given.out / "ledger.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
