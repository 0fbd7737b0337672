"""Golf: attacks that must be caught, honest entries that must not be, false records under the null, the range coder's round trip.

python -m benchmarks.golf [--only attacks,null,gold,speed,colony,honest] [--honest 200] [--nulls 10000] [--out benchmarks/results/golf.json]
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from cyberspace import statistics
from cyberspace.collective.golf import decide, gold
from cyberspace.collective.golf.attacks import BREAKERS, attacks, baseline, breaker
from cyberspace.collective.golf.box.harness import Job
from cyberspace.collective.golf.claims import claiming
from cyberspace.collective.golf.colony.pack import pack
from cyberspace.collective.golf.colony.port import grow
from cyberspace.collective.golf.course import Course, make_course
from cyberspace.collective.golf.honest import honest
from cyberspace.collective.golf.loop import run
from cyberspace.collective.golf.verify import REJECTED, verify

RESULTS = Path(__file__).parent / "results" / "golf.json"
ALPHA = 0.05
BLOCKS = 128
TRIES = 20
COURSES = ("docs", "markov:2")


def course_of(folder: Path, data: str, size: int, **options: Any) -> Course:
    return make_course(folder / f"{data.replace(':', '-')}-{size}", data, size=size, seed=11, **options)


def red_team(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Every attack and every breaker, on a text with canaries and on a source."""
    rows = []
    for data in COURSES:
        course = course_of(folder, data, 2048, seconds=30.0)
        for one in attacks(course):
            found = verify(course, one.artifact, one.standing)
            rows.append({"data": data, "attack": one.name, "wanted": one.code, "got": found.code, "detail": found.detail})
    course = course_of(folder, "docs", 1024, seconds=30.0)
    broken = {code: verify(course, breaker(code)).code for code in BREAKERS}
    return {"attacks": rows, "caught": sum(row["wanted"] == row["got"] for row in rows), "of": len(rows), "breakers": broken}


def fair(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Honest entries; every second one claims what it measured."""
    rejected, verdicts, flagged, began = [], Counter[str](), 0, time.perf_counter()
    for number in range(options.honest):
        course = folder / "honest"
        opened = course_of(course, COURSES[number % 2], 1024, seeds=3) if number < 2 else opened_courses[number % 2]
        if number < 2:
            opened_courses.append(opened)
        artifact = honest(opened, number)
        if number // 2 % 2:
            artifact = claiming(opened, artifact)
        found = verify(opened, artifact)
        verdicts[found.verdict] += 1
        flagged += bool(found.flags)
        if found.verdict == REJECTED:
            rejected.append({"number": number, "name": artifact.manifest.name, "code": found.code, "detail": found.detail})
        if number % 20 == 19:
            print(f"honest {number + 1}: {len(rejected)} rejected", flush=True)
    return {"entries": options.honest, "rejected": rejected, "flagged": flagged, "seconds": round(time.perf_counter() - began)}


opened_courses: list[Course] = []

NOISE: dict[str, Callable[[np.random.Generator, tuple[int, ...]], np.ndarray]] = {
    "normal": lambda draw, shape: draw.normal(0, 0.1, shape),
    "heavy tails (t, 2 degrees)": lambda draw, shape: 0.05 * draw.standard_t(2, shape),
    "discrete": lambda draw, shape: 0.1 * draw.integers(-1, 2, shape),
    "growing": lambda draw, shape: draw.normal(0, 1, shape) * np.geomspace(0.01, 1, shape[-1]),
    "skewed to gains (exponential less its mean)": lambda draw, shape: 0.1 * (draw.exponential(1, shape) - 1),
    "skewed to losses (its mirror)": lambda draw, shape: 0.1 * (1 - draw.exponential(1, shape)),
}  # fmt: skip
"""Differences of two entries of which neither is better, by block."""


def null(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """How often a candidate that is no better becomes a record: looked at after every block, and with many entries."""
    found = {}
    for k, (name, make) in enumerate(NOISE.items()):
        draw = np.random.default_rng([42, k])
        differences = make(draw, (options.nulls, BLOCKS))
        one = share_of(differences, decide.share(ALPHA, 1))
        alone = float((statistics.wealth(differences) >= -np.log(decide.share(ALPHA, 1))).any(axis=1).mean())
        found[name] = {"first comparison": one, "the game alone": alone, "allowed": decide.share(ALPHA, 1)}
        wholes = options.nulls // TRIES
        whole = np.zeros(wholes, dtype=bool)
        for look in range(1, TRIES + 1):
            whole |= records(make(draw, (wholes, BLOCKS)), decide.share(ALPHA, look))
        found[name] |= {
            f"any of {TRIES} entries": float(whole.mean()),
            "alpha": ALPHA,
            "courses": wholes,
            "nulls": options.nulls,
        }
    power = {
        f"gain of {gain:g} sd": share_of(np.random.default_rng(5).normal(gain, 1, (2000, BLOCKS)), decide.share(ALPHA, 10))
        for gain in (0.1, 0.2, 0.3, 0.5, 1.0)
    }
    return {"false records": found, "power at the tenth comparison": power, "blocks": BLOCKS}


def records(differences: np.ndarray, alpha: float) -> np.ndarray:
    """Which of some candidates become records, bool (candidates,)."""
    crossed = statistics.wealth(differences) >= -np.log(alpha)
    return np.asarray(crossed.any(axis=1) & (statistics.skewed_p(differences) <= alpha))


def share_of(differences: np.ndarray, alpha: float) -> float:
    return float(records(differences, alpha).mean())


def round_trip(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Encode and decode, in processes of their own."""
    rows = []
    for data in ("docs", "markov:2", "hidden", "dyck", "copies"):
        course = course_of(folder / "gold", data, 4096)
        for artifact in (baseline(2), *(honest(course, number) for number in (1, 3, 6))):
            text = course.sealed().text
            written = gold.encode(artifact.job, text, 7)
            back = gold.decode(artifact.job, written, len(text), 7)
            charged = float(written.passed.costs.sum())
            rows.append({"data": data, "name": artifact.manifest.name, "bytes": len(text), "written": written.bytes,
                         "charged": round(charged / 8, 2), "exact": bool(np.array_equal(back, text))})  # fmt: skip
    return {"rows": rows, "exact": sum(row["exact"] for row in rows), "of": len(rows)}


def speed(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Bytes a second through the box, by lanes, for a submission that does next to nothing."""
    found = {}
    code = b"import numpy as np\n\ndef init(params):\n    return np.zeros((params['lanes'], 256)).squeeze()\n\n"
    code += b"def step(state, byte):\n    return state, state\n"
    for lanes in (1, 16, 256, 1024):
        text = np.random.default_rng(1).integers(0, 256, max(4096, lanes * 512)).astype(np.uint8)
        began = time.perf_counter()
        run(Job(code, lanes=lanes), text)
        found[str(lanes)] = round(len(text) / (time.perf_counter() - began))
    return {"bytes a second, by lanes": found}


def colonies(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """What the colony of a port needs for text that it was never shown, newborn and with what it has learned, beside counts of contexts."""
    course, ticks, warp = course_of(folder, "docs", 4096), 1000, 16
    grow(course, folder / "port", ticks, warp)
    made = {f"colony, {cap}, {'newborn' if newborn else 'with what it has learned'}": pack(folder / "port", "colony", cap, newborn)
            for cap, newborn in (("16 kB", True), ("160 kB", True), ("160 kB", False))}  # fmt: skip
    made |= {f"counts of order {order}": baseline(order) for order in (1, 2, 3)}
    part = course.sealed()
    rows = []
    for name, artifact in made.items():
        costs = run(artifact.job, part.text).costs
        rows.append({"name": name, "bytes": artifact.size, "bits per byte": round(part.score(costs), 4)})
        print(rows[-1], flush=True)
    return {"ticks": ticks, "sites": 32 * warp, "seed": 1, "sealed bytes": len(part.text), "scores": rows}


PARTS = {"attacks": red_team, "null": null, "gold": round_trip, "speed": speed, "colony": colonies, "honest": fair}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--honest", type=int, default=200)
    parser.add_argument("--nulls", type=int, default=10_000)
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    found: dict[str, Any] = json.loads(options.out.read_text()) if options.out.exists() else {}
    for name in options.only.split(","):
        with tempfile.TemporaryDirectory() as folder:
            began = time.perf_counter()
            found[name] = PARTS[name](Path(folder), options) | {"took": round(time.perf_counter() - began, 1)}
        options.out.write_text(json.dumps(found, indent=1) + "\n")
        print(
            name, json.dumps({key: value for key, value in found[name].items() if key not in ("attacks", "rows")}), flush=True
        )


if __name__ == "__main__":
    main()
