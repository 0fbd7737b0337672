"""Several counters, each of one context length, whose log-probabilities are mixed by weights that are learned on the way.

The mix is a softmax of a weighted sum of logits; a weight moves against the gradient of the cost (Mahoney 2005, for bytes).
"""

import json

import numpy as np


def init(params):
    """Empty counts and even weights; `mixer.bin` may hold settings, as JSON: {"orders": [0, 1, 2, 3], "rate": 0.02, "add": 0.02}."""
    settings = {"orders": [0, 1, 2, 3], "rate": 0.02, "add": 0.02} | json.loads(params["mixer"] or b"{}")
    orders = settings["orders"]
    return {
        "set": settings,
        "counts": [{} for _ in orders],
        "weights": np.full(len(orders), 1.2 / len(orders)),
        "past": b"",
        "said": None,
    }


def step(state, byte):
    """Learn from a byte what each counter and the mix said of it, then say what comes next."""
    settings, past, counts = state["set"], state["past"], state["counts"]
    orders = settings["orders"]
    if state["said"] is not None:
        said = state["said"]
        mixed = state["weights"] @ said
        chance = np.exp(mixed - mixed.max())
        chance /= chance.sum()
        state["weights"] = state["weights"] + settings["rate"] * (said[:, byte] - said @ chance)
    for table, order in zip(counts, orders, strict=True):
        if len(past) >= order:
            context = past[len(past) - order :]
            if context not in table:
                table[context] = np.zeros(256, dtype=np.float32)
            table[context][byte] += 1.0
    most = max(orders)
    past = (past + bytes([byte]))[-most:] if most else b""
    rows = []
    for table, order in zip(counts, orders, strict=True):
        row = table.get(past[len(past) - order :]) if len(past) >= order else None
        rows.append(
            np.zeros(256)
            if row is None
            else np.log(row + settings["add"]) - np.log(row.sum() + 256 * settings["add"]) + np.log(256)
        )
    state["past"], state["said"] = past, np.array(rows)
    return state, state["weights"] @ state["said"]
