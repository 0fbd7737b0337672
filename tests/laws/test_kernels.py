"""The kernels of an accelerator, interpreted on a CPU: the same bits as the reference."""

import numpy as np
import pytest

from cyberspace.backends.backend import make_backend
from cyberspace.backends.xla import devices, engine, region
from cyberspace.backends.xla.kernels.frame import Frame
from cyberspace.law.digest import digest
from cyberspace.law.genesis import genesis
from tests.strategies import world

WIDTH = 64
TICKS = 4
"""Length of the spans, so that one is compiled for a world."""

SOUP = """
[world]
seed = {seed}
[spaces.w]
kind = "{kind}"
axes.lane = {{ length = {lane} }}
axes.{second} = {{ length = {rows}, curled = true }}
tide = {tide}
rule = "{rule}"
body = {{ units = 8, senses = {senses}, shift = 4 }}
genesis = "{genesis}"
density = 0.6
physics = {{ copy = 0.005, move = 0.5, spark = {spark}, lifespan = 60, sunlight = 12, spore = 20, radiation = 4.0 }}
[[spaces.w.tasks]]
{task}
"""
WORLDS = {
    "shift": {"task": 'name = "shift"\nfill = 0.5\noptions = { fine = 9 }'},
}
PLAIN = {
    "seed": 11, "kind": "gpu", "lane": 8, "second": "warp", "rows": 12, "tide": 3, "rule": "hebbian", "senses": 16,
    "genesis": "ancestor:learner", "spark": 30,
}  # fmt: skip


@pytest.fixture
def kernels(monkeypatch):
    """JAX as on an accelerator, with kernels that are interpreted."""
    monkeypatch.setattr(engine, "on_cpu", lambda: False)
    monkeypatch.setattr(region, "_COMPILED", {})
    monkeypatch.setattr(region, "frame_of", lambda world, device: Frame(world, WIDTH, dp4a=False, interpret=True))


@pytest.mark.parametrize("name", WORLDS)
def test_kernels_live_what_the_reference_lives(kernels, name):
    place = world(SOUP.format(**PLAIN | WORLDS[name]))
    expected, found = (make_backend(backend, place, genesis(place)) for backend in ("reference", "jax"))
    for _ in range(12):
        there, here = (backend.advance(TICKS) for backend in (expected, found))
        np.testing.assert_array_equal(here.tally, there.tally)
        np.testing.assert_array_equal(here.births, there.births)
        assert digest(found.state()) == digest(expected.state())
    assert there.tally.sum()
