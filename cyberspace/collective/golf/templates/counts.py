"""Counts of what followed each context of a few bytes, longer contexts leaning on shorter ones (Witten and Bell 1991)."""

import json

import numpy as np


def init(params):
    """Empty counts; `mixer.bin` may hold settings, as JSON: {"order": 3, "lean": 1.0, "fade": 0.0}."""
    settings = {"order": 3, "lean": 1.0, "fade": 0.0} | json.loads(params["mixer"] or b"{}")
    return {"set": settings, "counts": {}, "past": b""}


def step(state, byte):
    """Count a byte in all contexts that end before it, then blend what followed those that end with it."""
    order, lean, fade = (state["set"][key] for key in ("order", "lean", "fade"))
    past, counts = state["past"], state["counts"]
    for length in range(min(order, len(past)) + 1):
        context = past[len(past) - length :]
        if context not in counts:
            counts[context] = np.zeros(256, dtype=np.float32)
        row = counts[context]
        if fade:
            row *= 1.0 - fade
        row[byte] += 1.0
    past = (past + bytes([byte]))[-order:] if order else b""
    chance = np.full(256, 1 / 256)
    for length in range(min(order, len(past)) + 1):
        row = counts.get(past[len(past) - length :])
        if row is None:
            break
        news = lean * np.count_nonzero(row)
        chance = (row + news * chance) / (row.sum() + news)
    state["past"] = past
    return state, np.log(chance)
