"""Honest entries of many kinds, drawn at random: what a verification must not reject."""

from __future__ import annotations

import json
import lzma
from collections.abc import Callable

import numpy as np

from cyberspace.collective.golf.artifact import CODE, GENOMES, MIXER, Artifact, Manifest, stated
from cyberspace.collective.golf.course import Course
from cyberspace.collective.golf.templates import code_of

FIXED = b"""
import numpy as np

def init(params):
    return {"table": np.frombuffer(params["genomes"], dtype=np.int8).reshape(-1, 256).astype(np.float64) / 16}

def step(state, byte):
    return state, state["table"][byte % len(state["table"])]
"""
REGRESSION = b"""
import json
import numpy as np

def init(params):
    chance, said = np.random.default_rng(params["seed"]), json.loads(params["mixer"])
    weights = chance.normal(0, 0.1, (said["reach"] * 256 + 1, 256)).astype(np.float32)
    return {"w": weights, "past": [0] * said["reach"], "on": None, "p": None, "rate": said["rate"]}

def step(state, byte):
    w, past = state["w"], state["past"]
    if state["on"] is not None:
        miss = -state["p"]
        miss[byte] += 1
        w[state["on"]] += (state["rate"] * miss).astype(np.float32)
    past = [byte] + past[:-1]
    on = [k * 256 + one for k, one in enumerate(past)] + [len(w) - 1]
    logits = w[on].sum(0, dtype=np.float64)
    p = np.exp(logits - logits.max())
    state.update(past=past, on=on, p=p / p.sum())
    return state, logits
"""
RESERVOIR = b"""
import numpy as np

def init(params):
    raw = np.frombuffer(params["genomes"], dtype=np.int8)
    return {"r": raw[:1024].reshape(32, 32).astype(np.int32), "i": raw[1024:].reshape(256, 32).astype(np.int32),
            "a": np.zeros(32, dtype=np.int32), "w": np.zeros((32, 256)), "b": np.zeros(256), "p": None}

def step(state, byte):
    a = state["a"]
    if state["p"] is not None:
        miss = -state["p"]
        miss[byte] += 1
        state["w"] += 0.002 * np.outer(a / 64, miss)
        state["b"] += 0.05 * miss
    state["a"] = a = np.clip((state["r"] @ a >> 7) + state["i"][byte], -127, 127)
    logits = a / 64 @ state["w"] + state["b"]
    p = np.exp(logits - logits.max())
    state["p"] = p / p.sum()
    return state, logits
"""
LANES = b"""
import numpy as np

def init(params):
    return {"n": np.full((256, 256), 0.05), "last": np.zeros(params["lanes"], dtype=np.int64)}

def step(state, byte):
    np.add.at(state["n"], (state["last"], byte), 1.0)
    state["last"] = byte.astype(np.int64)
    return state, np.log(state["n"][byte])
"""
TRAINED = b"""
import lzma
import numpy as np

def init(params):
    table = np.frombuffer(lzma.decompress(params["genomes"]), dtype=np.uint8).reshape(256, 256).astype(np.float64)
    return {"n": table + 0.02, "last": 0}

def step(state, byte):
    state["n"][state["last"], byte] += 1
    state["last"] = byte
    return state, np.log(state["n"][byte])
"""


def _counts(draw: np.random.Generator, course: Course) -> dict[str, bytes]:
    said = {
        "order": int(draw.integers(0, 5)),
        "lean": float(draw.uniform(0.3, 3)),
        "fade": float(draw.choice([0.0, 0.01, 0.05])),
    }
    return {CODE: code_of("counts"), MIXER: json.dumps(said).encode()}


def _blend(draw: np.random.Generator, course: Course) -> dict[str, bytes]:
    orders = sorted({0, *(int(one) for one in draw.integers(0, 6, int(draw.integers(1, 5))))})
    said = {"orders": orders, "rate": float(draw.uniform(0.001, 0.05)), "add": float(draw.uniform(0.002, 0.2))}
    return {CODE: code_of("blend"), MIXER: json.dumps(said).encode()}


def _fixed(draw: np.random.Generator, course: Course) -> dict[str, bytes]:
    rows, scale = int(draw.choice([1, 2, 16, 32])), float(draw.uniform(1, 40))
    return {CODE: FIXED, GENOMES: np.clip(draw.normal(0, scale, (rows, 256)), -127, 127).astype(np.int8).tobytes()}


def _regression(draw: np.random.Generator, course: Course) -> dict[str, bytes]:
    said = {"reach": int(draw.integers(1, 4)), "rate": float(draw.uniform(0.02, 0.5))}
    return {CODE: REGRESSION, MIXER: json.dumps(said).encode()}


def _reservoir(draw: np.random.Generator, course: Course) -> dict[str, bytes]:
    return {CODE: RESERVOIR, GENOMES: draw.integers(-127, 128, 1024 + 8192).astype(np.int8).tobytes()}


def _trained(draw: np.random.Generator, course: Course) -> dict[str, bytes]:
    text = course.train.text[-int(draw.integers(512, len(course.train.text) + 1)) :]
    table = np.zeros((256, 256))
    np.add.at(table, (text[:-1], text[1:]), float(draw.uniform(0.2, 1)))
    return {CODE: TRAINED, GENOMES: lzma.compress(np.minimum(table, 255).astype(np.uint8).tobytes(), preset=9)}


KINDS: dict[str, Callable[[np.random.Generator, Course], dict[str, bytes]]] = {
    "counts": _counts, "blend": _blend, "fixed": _fixed, "regression": _regression, "reservoir": _reservoir, "trained": _trained,
    "lanes": lambda draw, course: {CODE: LANES},
}  # fmt: skip
"""By name; `regression` hangs on its seed, `trained` has read the training part, `lanes` reads several texts at a time."""


def honest(course: Course, number: int) -> Artifact:
    """Honest entry number so and so, always the same on the same course."""
    draw = np.random.default_rng([1618, number])
    kind = list(KINDS)[number % len(KINDS)]
    lanes = int(draw.choice([2, 4, 8])) if kind == "lanes" else 1
    return stated(Artifact(Manifest(f"{kind} {number}", "honest", lanes=lanes), KINDS[kind](draw, course)))
