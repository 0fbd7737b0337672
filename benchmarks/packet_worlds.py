"""Packets between real worlds: small worlds of text that try changes of their config, tell of them in packets, and adopt by advice.

A world is a run of the small world of text (64 sites, numba) on a binary source of its own, of order 2, some nearly certain and some
nearly noise; and its upkeep is its own.  What helps depends on the source: where it is nearly certain, answers must say much (a scale
of 1 or 2), where it is nearly noise, little (32).  A fingerprint is made of what a world can measure by itself: the entropies of its
text by context length, and its upkeep, which has little to do with it.  An action is a difference of the config: octaves of scale and
of lifespan, units of sunlight (`benchmarks/sources.py`).

A third of the worlds is there from the beginning; the others come by and by, and begin with the default.  Each round each world runs one
experiment: what its inbox advises, if post came and a gain is promised by what was not tried yet, else a step of its own.  Candidate and
present config live 600 ticks from the same seed, and the better one stays.  Who has something better than the default sends a packet a
round, packed and unpacked, to the most alike; the nearest four that reach a world are its post.  The post of a world and round is withheld
with a chance of 0.2: the difference is the benefit, told of all post, and of that which is acted on (what an inbox would advise is known
before it is drawn).  It is measured on another seed, that nothing is chosen by.
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
WORLDS, ROUNDS, K, POST = 24, 8, 6, 4
SEEDS = range(1, 5)
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
        self._post = list[tuple[int, bytes]]()
        self._chosen, self._sealed = 2 * seed, 2 * seed + 1
        self._error, self._prior = self._errors()
        self.outcome, self.crashed, self.bytes = Outcome(WORLDS), 0, 0
        self.acted = np.zeros((WORLDS, 2)), np.zeros((WORLDS, 2))

    @staticmethod
    def _reader(number: int, folder: Path, draws: np.random.Generator) -> Reader:
        content, upkeep = source(draws), int(draws.integers(1, 4))
        path = folder / f"{hashlib.sha256(content).hexdigest()[:16]}.txt"
        path.write_bytes(content)
        late = max(0, number - WORLDS // 3) / (WORLDS - WORLDS // 3)
        return Reader(number, path, upkeep, fingerprint(features(content, upkeep)), math.ceil(late * (ROUNDS - 2)))

    def _errors(self) -> tuple[float, float]:
        """Standard error of a gain, from the default on two seeds; and the prior of gains, ten times as wide."""
        zero = np.zeros(len(NAMES))
        pairs = [[self._runs.score(one, zero, seed) for seed in (self._chosen, self._sealed)] for one in self.readers]
        error = float(np.std(np.diff(np.array(pairs), axis=1), ddof=1))
        return error, 10 * error

    def round(self, number: int) -> None:
        """Deliver, run an experiment each, and write."""
        here = [one for one in self.readers if one.begins <= number]
        post = self._routed(here)
        for reader in here:
            own = reader.at + STEP * self._draws.standard_normal(len(NAMES))
            came = post.get(reader.number, [])
            inbox = reader.inbox | {one.author: one for one in came}
            advised = self._advised(reader, inbox) if came else None
            withheld = bool(came) and self._draws.random() < WITHHELD
            if came and not withheld:
                reader.inbox = inbox
                self.outcome.funnel["delivered"] += len(came)
            acts = advised is not None and not withheld
            gain = self._experiment(reader, advised if advised is not None and acts else own)
            self.outcome.funnel["adopted"] += acts
            self.outcome.funnel["beneficial"] += int(acts and gain > 0)
            for counted, sums in ((came, (self.outcome.told, self.outcome.withheld)), (advised is not None, self.acted)):
                if counted:
                    sums[withheld][reader.number] += 1, gain
        self._post = [(one.number, self._packet(one)) for one in here if self._talk and one.known > 0]
        self.outcome.packets += len(self._post)
        self.bytes = max([self.bytes, *(len(data) for _, data in self._post)])
        self.outcome.score.append(float(np.mean([self.gain(one) for one in here])))

    def gain(self, reader: Reader) -> float:
        """Gain over the default on the sealed seed."""
        zero = self._runs.score(reader, np.zeros(len(NAMES)), self._sealed)
        return self._runs.score(reader, reader.at, self._sealed) - zero

    def _routed(self, here: Sequence[Reader]) -> dict[int, list[Packet]]:
        """The post of each who is here: the nearest packets that were routed to it."""
        if not self._post:
            return {}
        prints = self._prints[[one.number for one in here]]
        origin = np.array([number for number, _ in self._post])  # numbers are places: who comes later has a higher one
        routed = Exact(prints).route(origin, prints[origin], K)
        coming: dict[int, list[tuple[float, int]]] = {}
        for k, row in enumerate(routed.sites):
            for to in row[row >= 0]:
                apart = float(np.linalg.norm(prints[to].astype(float) - prints[origin[k]]))
                coming.setdefault(int(to), []).append((apart, k))
        self.outcome.funnel["reachable"] += sum(map(len, coming.values()))
        found = {to: [unpack(self._post[k][1]).passed_on(1) for _, k in sorted(many)[:POST]] for to, many in coming.items()}
        return {to: [one for one in many if one is not None] for to, many in found.items()}

    def _advised(self, reader: Reader, inbox: Mapping[bytes, Packet]) -> Floats | None:
        """What an inbox advises, if it promises a gain and was not tried here yet."""
        here = np.frombuffer(reader.print, np.int8).astype(float)
        packets = sorted(inbox.values(), key=lambda one: float(np.linalg.norm(one.signs - here)))[:KEPT]
        advice = advise(inbox_of(reader.print, packets, NAMES), self._width, self._prior)
        config = config_of(advice.action[0])
        tried = advice.effect[0] <= 0 or config in reader.tried or config == config_of(reader.at)
        return None if tried else advice.action[0]

    def _experiment(self, reader: Reader, candidate: Floats) -> float:
        """Candidate and present config side by side; the gain on the sealed seed, 0 where nothing was kept."""
        reader.tried.append(config_of(candidate))
        before, after = (self._runs.score(reader, at, self._chosen) for at in (reader.at, candidate))
        self.crashed += math.isinf(after)
        if not after > before:
            return 0.0
        was = self.gain(reader)
        reader.at = candidate
        reader.known = after - self._runs.score(reader, np.zeros(len(NAMES)), self._chosen)
        return self.gain(reader) - was

    def _packet(self, reader: Reader) -> bytes:
        """What a world tells of where it stands."""
        action = tuple(zip(NAMES, map(float, reader.at), strict=True))
        cost = float(2 * TICKS * SITES)
        return pack(Packet(TASK, reader.print, action, reader.known, self._error, 1, cost, author=reader.author, ttl=8))


def lived(way: str, seed: int, runs: Runs, folder: Path) -> dict[str, object]:
    """One town, as a row."""
    begin, town = time.process_time(), Town(way, seed, runs, folder)
    for number in range(ROUNDS):
        town.round(number)
    one = town.outcome
    return {
        "way": way, "seed": seed, "gain by round": [round(value, 5) for value in one.score], "packets": one.packets,
        "funnel": {name: one.funnel[name] for name in ("reachable", "delivered", "adopted", "beneficial")},
        "all": [one.told.round(6).tolist(), one.withheld.round(6).tolist()], "acted": [half.round(6).tolist() for half in town.acted],
        "crashed": town.crashed,
        "largest packet": town.bytes, "cpu seconds": round(time.process_time() - begin, 1),
    }  # fmt: skip


def summary(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, object]]:
    """By way: the gain at the end, the benefit of a delivery, and the funnel; of the seeds that all ways have."""
    seeds = sorted(seed for seed in {row["seed"] for row in rows} if sum(row["seed"] == seed for row in rows) == len(WAYS))
    found: list[dict[str, object]] = []
    for way in WAYS if seeds else ():
        many = [row for seed in seeds for row in rows if (row["way"], row["seed"]) == (way, seed)]
        ends = t_interval([row["gain by round"][-1] for row in many])
        told: dict[str, object] = {"way": way, "seeds": len(seeds), "gain at the end": _three(ends.mean, ends.low, ends.high)}
        if way != "no packets":
            for what, name in (("all", "benefit of post"), ("acted", "benefit where it is acted on")):
                outcomes = [Outcome(WORLDS) for _ in many]
                for one, row in zip(outcomes, many, strict=True):
                    one.told, one.withheld = map(np.array, row[what])
                told[name] = _three(*benefit(outcomes))
                told[f"{what}: given, withheld"] = [
                    int(sum(np.array(row[what][k])[:, 0].sum() for row in many)) for k in (0, 1)
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
                print({k: v for k, v in rows[-1].items() if k not in ("all", "acted")}, flush=True)
                given.out.write_text(content(given.seeds, rows))
    given.out.write_text(content(given.seeds, rows))


def content(seeds: int, rows: Sequence[Mapping[str, Any]]) -> str:
    """The file of results."""
    about = {
        "worlds": WORLDS,
        "rounds": ROUNDS,
        "ticks": TICKS,
        "sites": SITES,
        "sent to": K,
        "post": POST,
        "withheld": WITHHELD,
    }
    told = {"command": f"python -m benchmarks.packets worlds --seeds {seeds}", **about, "found": summary(rows), "rows": rows}
    return json.dumps(told, indent=1) + "\n"
