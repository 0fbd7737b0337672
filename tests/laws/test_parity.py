"""One world, every backend, the same bits; and the energy ledger balances at every tick."""

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from cyberspace.backends.backend import make_backend
from cyberspace.backends.table import BACKENDS
from cyberspace.law.digest import digest
from cyberspace.law.energy import audit
from cyberspace.law.genesis import genesis
from tests.strategies import world, world_texts

PLAIN = settings(deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
"""Without shrinking: one example takes tens of seconds, and its text in the failure is all that is needed."""

THREADS = {"numba": {"threads": 2}}
STOPS = (1, 7, 64, 400)
SINGLE = 64
"""Until this tick every backend lives tick by tick and is audited at each; after it JAX lives whole spans."""


def walk(backend, stops, single):
    """Digest at each stop, all tallies and births; audits at every tick until `single`, and at every stop."""
    tick, digests, tallies, births = 0, [], [], []
    for stop in stops:
        while tick < stop:
            trace = backend.advance(1 if tick < single else stop - tick)
            tick += len(trace.tally)
            tallies.append(trace.tally)
            births.append(trace.births)
            audit(backend.state())
        digests.append(digest(backend.state()))
    return digests, np.concatenate(tallies), np.concatenate(births)


@pytest.mark.parametrize("part", range(2))
def test_backends_agree_and_energy_is_conserved(part):
    """On ten random worlds; Hypothesis begins each part with the simplest of all, one site where nobody does anything."""

    @seed(part)
    @settings(PLAIN, max_examples=6)
    @given(world_texts())
    def check(text):
        place = world(text)
        start = genesis(place)
        audit(start)
        expected = walk(make_backend("reference", place, start), STOPS, STOPS[-1])
        others = {
            name: walk(make_backend(name, place, start, **THREADS.get(name, {})), STOPS, SINGLE)
            for name in BACKENDS
            if name != "reference"
        }
        others["numba, 1 thread"] = walk(make_backend("numba", place, start, threads=1), STOPS, STOPS[-1])
        for name, (digests, tally, births) in others.items():
            assert digests == expected[0], name
            np.testing.assert_array_equal(tally, expected[1], err_msg=name)
            np.testing.assert_array_equal(births, expected[2], err_msg=name)

    check()


def test_much_happens_in_the_worlds_that_are_compared():
    """The parity test would be empty if nobody were born, killed, paid, fined or moved in its worlds."""
    from cyberspace.law.state import TALLY

    total = np.zeros(len(TALLY), dtype=np.int64)

    @seed(0)
    @settings(PLAIN, max_examples=12)
    @given(world_texts())
    def look(text):
        place = world(text)
        total[:] += make_backend("numba", place, genesis(place)).advance(300).tally.sum(axis=0)

    look()
    elsewhere = {"soil", "people", "taken", "acts", "sent", "received", "lost"}  # in test_people and test_regions
    counts = {name: count for name, count in zip(TALLY, total.tolist(), strict=True) if name not in elsewhere}
    assert all(counts.values()), counts
