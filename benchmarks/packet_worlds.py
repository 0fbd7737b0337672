"""Packets between real worlds: small worlds of text that try changes of their config, tell of them in packets, and adopt by advice.

A world is a run of the small world of text (64 sites, numba) on a binary source of its own, of order 2, some nearly certain and some
nearly noise; and its upkeep is its own.  What helps depends on the source: where it is nearly certain, answers must say much (a scale
of 1 or 2), where it is nearly noise, little (32).  A fingerprint is made of what a world can measure by itself: the entropies of its
text by context length, and its upkeep, which has little to do with it.  An action is a difference of the config: octaves of scale and
of lifespan, units of sunlight (`benchmarks/sources.py`).

Each round each world runs one experiment: what its inbox advises, if a packet came and a gain is promised by what was not tried yet,
else a step of its own.  Candidate and present config live 600 ticks from the same seed, and the better one stays.  Who kept something
sends a packet, packed and unpacked, to the most alike.  One delivery a world and round, and it is withheld with a chance of 0.2: the
difference is the benefit.  It is measured on another seed, that nothing is chosen by.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.reused import reused
from benchmarks.sources import NAMES, SITES, TICKS, Floats, Reader, Runs, config_of, features, source
from cyberspace.collective.objective.named import BYTES
from cyberspace.collective.packets.fingerprint import fingerprint
from cyberspace.collective.packets.inboxes import KEPT, inbox_of
from cyberspace.collective.packets.packet import Packet, pack, unpack
from cyberspace.collective.packets.routers.exact import Exact
from cyberspace.collective.packets.synthesis import advise
from cyberspace.collective.packets.trial import WITHHELD, Outcome, benefit
from cyberspace.statistics import t_interval

RESULTS = Path(__file__).parent / "results/packets-worlds.json"
WORLDS, ROUNDS, K = 24, 8, 6
SEEDS = range(1, 7)
STEP = np.array([0.6, 0.35, 0.7])
"""Standard deviations of a step of one's own: about a third of what the best scales differ by, as in the synthetic trial."""

WAYS = ("packets", "shuffled fingerprints", "no packets")
TASK = hashlib.blake2b(BYTES.encode(), digest_size=16).digest()


class Town:
    """Worlds that tell each other, or not.

    Args:
        way: One of `WAYS`.
        seed: Of worlds and chance; worlds are the same for all ways.
        runs: Of this seed.
        folder: For the texts.
    """

    def __init__(self, way: str, seed: int, runs: Runs, folder: Path):
        made = np.random.default_rng([seed, 1])
        self._runs, self._talk = runs, way != "no packets"
        self._draws = np.random.default_rng([seed, 2])
        self.readers = [self._reader(number, folder, made) for number in range(WORLDS)]
        if way == "shuffled fingerprints":
            prints = [one.print for one in self.readers]
            for reader, other in zip(self.readers, np.random.default_rng([seed, 3]).permutation(WORLDS), strict=True):
                reader.print = prints[other]
        self._prints = np.stack([np.frombuffer(one.print, np.int8) for one in self.readers])
        apart = np.linalg.norm(self._prints[:, None].astype(float) - self._prints, axis=2)
        self._width = float(np.median(apart[np.triu_indices(WORLDS, 1)]) / 2)
        self._router, self._post = Exact(self._prints), list[tuple[int, bytes]]()
        self._chosen, self._sealed = 2 * seed, 2 * seed + 1
        self._error, self._prior = self._errors()
        self.outcome, self.crashed, self.bytes = Outcome(WORLDS), 0, 0

    @staticmethod
    def _reader(number: int, folder: Path, draws: np.random.Generator) -> Reader:
        content, upkeep = source(draws), int(draws.integers(1, 4))
        path = folder / f"{hashlib.sha256(content).hexdigest()[:16]}.txt"
        path.write_bytes(content)
        return Reader(number, path, upkeep, fingerprint(features(content, upkeep)))

    def _errors(self) -> tuple[float, float]:
        """Standard error of a gain, from the default on two seeds; and the prior of gains, ten times as wide."""
        zero = np.zeros(len(NAMES))
        pairs = [[self._runs.score(one, zero, seed) for seed in (self._chosen, self._sealed)] for one in self.readers]
        error = float(np.std(np.diff(np.array(pairs), axis=1), ddof=1))
        return error, 10 * error

    def round(self) -> None:
        """Deliver, run an experiment each, and write."""
        arrived, held = self._deliver()
        letters: list[tuple[int, bytes]] = []
        for reader in self.readers:
            candidate = reader.at + STEP * self._draws.standard_normal(len(NAMES))
            adopted = False
            if reader.number in arrived:
                adopted, candidate = self._advised(reader, candidate)
            gain = self._experiment(reader, candidate, letters)
            self.outcome.funnel["beneficial"] += adopted and gain > 0
            for numbers, sums in ((arrived, self.outcome.told), (held, self.outcome.withheld)):
                if reader.number in numbers:
                    sums[reader.number] += 1, gain
        self._post = letters if self._talk else []
        self.outcome.packets += len(self._post)
        self.bytes = max([self.bytes, *(len(data) for _, data in self._post)])
        self.outcome.score.append(float(np.mean([self.gain(one) for one in self.readers])))

    def gain(self, reader: Reader) -> float:
        """Gain over the default on the sealed seed."""
        zero = self._runs.score(reader, np.zeros(len(NAMES)), self._sealed)
        return self._runs.score(reader, reader.at, self._sealed) - zero

    def _deliver(self) -> tuple[set[int], set[int]]:
        """Route the post; of several packets the nearest comes, and of those that come some are withheld."""
        arrived, held = set[int](), set[int]()
        if not self._post:
            return arrived, held
        origin = np.array([number for number, _ in self._post])
        routed = self._router.route(origin, self._prints[origin], K)
        self.outcome.funnel["reachable"] += int((routed.sites >= 0).sum())
        nearest: dict[int, tuple[float, int]] = {}
        for k, row in enumerate(routed.sites):
            for to in row[row >= 0]:
                apart = float(np.linalg.norm(self._prints[to].astype(float) - self._prints[origin[k]]))
                nearest[int(to)] = min(nearest.get(int(to), (math.inf, -1)), (apart, k))
        for to, (_, k) in sorted(nearest.items()):
            if self._draws.random() < WITHHELD:
                held.add(to)
                continue
            packet = unpack(self._post[k][1]).passed_on(1)
            assert packet is not None
            self.readers[to].inbox[packet.author] = packet
            arrived.add(to)
        self.outcome.funnel["delivered"] += len(arrived)
        return arrived, held

    def _advised(self, reader: Reader, own: Floats) -> tuple[bool, Floats]:
        """What the inbox advises, if it promises a gain and was not tried here yet, else its own step."""
        here = np.frombuffer(reader.print, np.int8).astype(float)
        packets = sorted(reader.inbox.values(), key=lambda one: float(np.linalg.norm(one.signs - here)))[:KEPT]
        advice = advise(inbox_of(reader.print, packets, NAMES), self._width, self._prior)
        config = config_of(advice.action[0])
        if advice.effect[0] <= 0 or config in reader.tried or config == config_of(reader.at):
            return False, own
        self.outcome.funnel["adopted"] += 1
        return True, advice.action[0]

    def _experiment(self, reader: Reader, candidate: Floats, letters: list[tuple[int, bytes]]) -> float:
        """Candidate and present config side by side; the gain on the sealed seed, 0 where nothing was kept."""
        reader.tried.append(config_of(candidate))
        before, after = (self._runs.score(reader, at, self._chosen) for at in (reader.at, candidate))
        self.crashed += math.isinf(after)
        if not after > before:
            return 0.0
        was = self.gain(reader)
        reader.at = candidate
        reader.known = after - self._runs.score(reader, np.zeros(len(NAMES)), self._chosen)
        action = tuple(zip(NAMES, map(float, candidate), strict=True))
        cost = float(2 * TICKS * SITES)
        packet = Packet(TASK, reader.print, action, reader.known, self._error, 1, cost, author=reader.author, ttl=8)
        letters.append((reader.number, pack(packet)))
        return self.gain(reader) - was


def lived(way: str, seed: int, runs: Runs, folder: Path) -> dict[str, object]:
    """One town, as a row."""
    begin, town = time.process_time(), Town(way, seed, runs, folder)
    for _ in range(ROUNDS):
        town.round()
    one = town.outcome
    return {
        "way": way, "seed": seed, "gain by round": [round(value, 5) for value in one.score], "packets": one.packets,
        "funnel": {name: one.funnel[name] for name in ("reachable", "delivered", "adopted", "beneficial")},
        "told": one.told.round(6).tolist(), "withheld": one.withheld.round(6).tolist(), "crashed": town.crashed,
        "largest packet": town.bytes, "cpu seconds": round(time.process_time() - begin, 1),
    }  # fmt: skip


def summary(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, object]]:
    """By way: the gain at the end, the benefit of a delivery, and the funnel; of the seeds that all ways have."""
    seeds = sorted(seed for seed in {row["seed"] for row in rows} if sum(row["seed"] == seed for row in rows) == len(WAYS))
    found: list[dict[str, object]] = []
    for way in WAYS:
        many = [row for seed in seeds for row in rows if (row["way"], row["seed"]) == (way, seed)]
        ends = t_interval([row["gain by round"][-1] for row in many])
        told: dict[str, object] = {"way": way, "seeds": len(seeds), "gain at the end": _three(ends.mean, ends.low, ends.high)}
        if way != "no packets":
            outcomes = [Outcome(WORLDS) for _ in many]
            for one, row in zip(outcomes, many, strict=True):
                one.told, one.withheld = np.array(row["told"]), np.array(row["withheld"])
            told["benefit a delivery"] = _three(*benefit(outcomes))
            told["deliveries, withheld"] = [
                int(sum(getattr(one, name)[:, 0].sum() for one in outcomes)) for name in ("told", "withheld")
            ]
            told |= {stage: sum(row["funnel"][stage] for row in many) for stage in many[0]["funnel"]}
            told["packets"], told["largest packet"] = (
                sum(row["packets"] for row in many),
                max(row["largest packet"] for row in many),
            )
        found.append(told)
    return found


def _three(*values: float) -> list[float]:
    return [round(value, 5) for value in values]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.packets worlds", description=__doc__)
    parser.add_argument("--seeds", type=int, default=len(SEEDS))
    parser.add_argument("--minutes", type=float, default=math.inf, help="when to stop; the same command goes on later")
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args(arguments)
    rows = json.loads(given.out.read_text())["rows"] if given.out.exists() else []
    end = time.monotonic() + given.minutes * 60
    for seed in range(1, given.seeds + 1):
        runs = Runs()
        with tempfile.TemporaryDirectory() as folder, reused():
            for way in WAYS:
                if any((row["way"], row["seed"]) == (way, seed) for row in rows) or time.monotonic() > end:
                    continue
                rows.append(lived(way, seed, runs, Path(folder)))
                print({k: v for k, v in rows[-1].items() if k not in ("told", "withheld")}, flush=True)
                about = {"worlds": WORLDS, "rounds": ROUNDS, "ticks": TICKS, "sites": SITES, "sent to": K, "withheld": WITHHELD}
                content = {"command": f"python -m benchmarks.packets worlds --seeds {given.seeds}", **about}
                content |= {"found": summary(rows), "rows": rows}
                given.out.write_text(json.dumps(content, indent=1) + "\n")
