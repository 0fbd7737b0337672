"""JAX keeps organisms in rows on a CPU and sites last on an accelerator: the same bits; here both run on the CPU."""

import numpy as np
import pytest

from cyberspace.backends.backend import make_backend
from cyberspace.backends.xla import engine as jax_engine
from cyberspace.backends.xla import region as jax_device
from cyberspace.law.digest import digest
from cyberspace.law.genesis import genesis
from tests.strategies import world

TEXT = """
[world]
seed = 11
[spaces.w]
kind = "{kind}"
axes.lane = {{ length = 8 }}
axes.{second} = {{ length = 5, curled = true }}
body = {{ units = 8, senses = {senses} }}
genesis = "ancestor:learner"
density = 0.6
physics = {{ copy = 0.005, move = 0.5, spark = 30, lifespan = 60, sunlight = 12, spore = 20 }}
[[spaces.w.tasks]]
name = "shift"
fill = 0.5
"""
PUT = (("genome", 3), ("weights", -5), ("energy", 40))


@pytest.mark.parametrize(("kind", "second", "senses"), [("gpu", "warp", 16), ("cpu", "thread", 8)])
def test_both_layouts_are_the_same_world(monkeypatch, kind, second, senses):
    place = world(TEXT.format(kind=kind, second=second, senses=senses))
    found = []
    for name, rows in (("numba", True), ("jax", True), ("jax", False)):
        monkeypatch.setattr(jax_engine, "on_cpu", lambda rows=rows: rows)
        monkeypatch.setattr(jax_engine, "JUDGED", 8)
        monkeypatch.setattr(jax_engine, "FEWEST", 1)
        monkeypatch.setattr(jax_device, "_COMPILED", {})
        backend = make_backend(name, place, genesis(place))
        tally = backend.advance(100).tally.sum(axis=0)
        for field, value in PUT:
            backend.put(field, np.full_like(backend.look(field), value))
        backend.advance(20)
        found.append((digest(backend.state()), tally.tolist(), backend.look("weights").tolist()))
    assert found[0][1][0] > 0
    assert found[1] == found[0]
    assert found[2] == found[0]
