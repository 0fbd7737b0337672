"""The red team: nine ways to a score that is none, each with the code that it has to be caught with."""

from __future__ import annotations

import lzma
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from cyberspace.collective.golf.artifact import CAPS, CODE, GENOMES, Artifact, Claim, Manifest, stated
from cyberspace.collective.golf.course import Course
from cyberspace.collective.golf.loop import run
from cyberspace.collective.golf.templates import code_of
from cyberspace.collective.golf.verify import Standing

PAIRS = b"""
import numpy as np

def init(params):
    return {"n": np.full((256, 256), 0.05), "last": 0}

def step(state, byte):
    state["n"][state["last"], byte] += 1
    state["last"] = byte
    row = state["n"][byte]
    return state, np.log(row / row.sum())@
"""
"""Counts of pairs; @ stands for what an attack does to its logits."""

REMEMBERS = b"""
import lzma
import numpy as np

def init(params):
    return {"at": 0, "text": lzma.decompress(params["genomes"])}

def step(state, byte):
    state["at"] += 1
    logits = np.zeros(256)
    if state["at"] < len(state["text"]):
        logits[state["text"][state["at"]]] = 9.0
    return state, logits
"""
LUCKY = b"""
import numpy as np

def init(params):
    chance = np.random.default_rng(params["seed"])
    return {"w": chance.normal(0, 0.5, 256), "n": np.full(256, 0.5)}

def step(state, byte):
    state["n"][byte] += 1
    return state, np.log(state["n"]) + state["w"]
"""
SMUGGLES = b"""
import numpy as np

kept = []

def init(params):
    return np.full(256, 0.5)

def step(state, byte):
    kept.append(byte)
    state[byte] += 1
    follows = np.bincount([b for a, b in zip(kept, kept[1:]) if a == byte][-200:] or [0], minlength=256)
    return state, np.log(state + 20 * follows)
"""
QUITS = b"""
import os
import numpy as np

def init(params):
    return 0

def step(state, byte):
    if state == 500:
        os._exit(0)
    return state + 1, np.zeros(256)
"""
FILES = b"""
import numpy as np

def init(params):
    return 0

def step(state, byte):
    with open("/tmp/golf-cache", "ab") as cache:
        cache.write(bytes([byte]))
    return state, np.zeros(256)
"""


class Attack(NamedTuple):
    """One of the red team's.

    Attributes:
        name: What it does.
        artifact: What it hands in.
        code: What it has to be caught with.
        standing: What the course knows by then.
    """

    name: str
    artifact: Artifact
    code: str
    standing: Standing = Standing()


def _made(name: str, code: bytes, genomes: bytes = b"", claim: Claim | None = None) -> Artifact:
    parts = {CODE: code} | ({GENOMES: genomes} if genomes else {})
    return stated(Artifact(Manifest(name, "red team", claim=claim), parts))


def _claims(course: Course, bits: float, *seeds: int) -> Claim:
    return Claim(round(bits, 6), int(course.public.scored.sum()), seeds)


def attacks(course: Course) -> list[Attack]:
    """All of them on a course, each with the best claim that it can make by its own way of counting."""
    public, known = course.public, course.public.known.all()
    honest = _made("counts of pairs", PAIRS.replace(b"@", b""))
    claimed = _claims(course, public.score(run(honest.job, public.text).costs))
    memory = _made("has read the public part", REMEMBERS, lzma.compress(public.text.tobytes()))
    copy = replace(memory, manifest=replace(memory.manifest, name="all my own work", parents=("0" * 12,)))
    half = replace(claimed, bytes=claimed.bytes // 2)
    padded = Artifact(Manifest("one byte over", "red team"), {CODE: honest.parts[CODE]})
    padded.parts[GENOMES] = bytes(CAPS["16 kB"] - padded.size + 1)
    short = replace(honest, manifest=replace(honest.manifest, name="smaller than it is", size=honest.size - 1))
    return [
        Attack("scores that do not sum to one", _unnormalised(course), "unnormalised"),
        Attack("a second pass over the same bytes", _two_pass(course, honest), "two-pass"),
        Attack("training on validation", memory, "below-entropy" if known else "trained-on-validation"),
        Attack("a claim over half of the bytes", _made("half", honest.parts[CODE], claim=half), "coverage"),
        Attack("it ends in the middle", _made("quits", QUITS), "coverage"),
        Attack("a wrong byte count", short, "size-claim"),
        Attack("the best of many seeds", _best_seed(course), "best-of-seeds"),
        Attack("one byte over the cap", padded, "over-cap"),
        Attack("state kept in a global", _made("smuggles", SMUGGLES), "hidden-state"),
        Attack("state kept in a file", _made("files", FILES), "writes"),
        Attack("a copy of an invalid parent", copy, "invalid-parent", Standing(invalid={memory.content: memory.entry})),
    ]  # fmt: skip


def _unnormalised(course: Course) -> Artifact:
    made = _made("counts of pairs, twice as sure", PAIRS.replace(b"@", b" + 0.8"))
    return _made(
        made.manifest.name, made.parts[CODE], claim=_claims(course, course.public.score(run(made.job, course.public.text).raw))
    )


def _two_pass(course: Course, honest: Artifact) -> Artifact:
    text = course.public.text
    second = run(honest.job, np.tile(text, 2)).costs[len(text) :]
    return _made("counts of pairs, read twice", honest.parts[CODE], claim=_claims(course, course.public.score(second)))


def _best_seed(course: Course, many: int = 8) -> Artifact:
    made = _made("lucky", LUCKY)
    found = {seed: course.public.score(run(made.job, course.public.text, seed).costs) for seed in range(many)}
    seed = min(found, key=lambda one: found[one])
    return _made("lucky", LUCKY, claim=_claims(course, found[seed], seed))


BREAKERS = {
    "hangs": b"def init(params):\n    while True:\n        pass\n",
    "forks": b"import os\n\ndef init(params):\n    os.fork()\n",
    "writes": b"def init(params):\n    open('/tmp/golf', 'w')\n",
    "reads": b"def init(params):\n    open('/etc/hostname')\n",
    "network": b"import socket\n\ndef init(params):\n    socket.socket()\n",
    "native": b"import ctypes\n\ndef init(params):\n    ctypes.CDLL(None)\n",
    "imports": b"def init(params):\n    import email\n",
    "memory": b"def init(params):\n    return bytes(1 << 36)\n",
    "forbidden-call": b"import os\n\ndef init(params):\n    os.stat('/')\n",
    "crash": b"def init(params):\n    raise ValueError('no')\n",
    "shape": b"def init(params):\n    return 0\n\ndef step(state, byte):\n    return state, [0.0] * 255\n",
    "not-finite": b"def init(params):\n    return 0\n\ndef step(state, byte):\n    return state, [float('nan')] * 256\n",
    "state": b"def init(params):\n    return object()\n",
    "not-deterministic": b"import time\n\ndef init(params):\n    return 0\n\n"
    b"def step(state, byte):\n    return state, [time.time() % 1] + [0.0] * 255\n",
}  # fmt: skip
"""Code that breaks a rule of the box, by the code that it is caught with; a step that does nothing is added where there is none."""


def breaker(code: str) -> Artifact:
    """One of `BREAKERS` as a submission."""
    text = BREAKERS[code]
    step = b"" if b"def step" in text else b"\n\ndef step(state, byte):\n    return state, [0.0] * 256\n"
    return _made(code, text + step)


def baseline(order: int) -> Artifact:
    """Counts of contexts of at most so many bytes, or 8 bits a byte for -1: what a record has to be better than."""
    if order < 0:
        return stated(Artifact(Manifest("uniform", "baseline"), {CODE: code_of("uniform")}))
    settings = b'{"order": %d}' % order
    return stated(Artifact(Manifest(f"counts of order {order}", "baseline"), {CODE: code_of("counts"), "mixer.bin": settings}))
