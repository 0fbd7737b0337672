"""Who descends from whom: what was noted is found again, however much of it there is."""

import numpy as np
import pytest

from cyberspace.watch import genealogy
from cyberspace.watch.genealogy import Genealogy

SITES = 50


def births(random, first, last, sites, many):
    """Births of one region between two ticks, by tick and site: tick, site, parent's cradle, parent's birth tick, distance."""
    keys = random.choice((last - first) * len(sites), size=many, replace=False)
    ticks, places = first + np.sort(keys) // len(sites), sites[np.sort(keys) % len(sites)]
    parents = random.integers([0, max(0, first - 100), 0], [SITES, max(1, first), 30], size=(many, 3))
    return np.column_stack([ticks, places, parents]).astype(np.int32)


@pytest.mark.parametrize("spans", [1, 63, 64, 65, 5000])
def test_every_birth_is_found_again(spans):
    random, found, known = np.random.default_rng(spans), Genealogy(SITES), {}
    regions = np.arange(SITES)[: SITES // 2], np.arange(SITES)[SITES // 2 :]
    for span in range(spans):
        for region, sites in enumerate(regions):  # the second is ahead of the first by some ticks
            table = births(random, 4 * span + 9 * region, 4 * span + 9 * region + 4, sites, 3)
            found.add(table)
            known |= {(int(cradle), int(born)): (int(a), int(b)) for born, cradle, a, b, _ in table}
    for who in random.permutation(list(known))[:300].tolist():
        assert found.parent(*who) == known[tuple(who)]
    assert found.parent(0, 10**6) is None
    line = found.ancestors(*next(iter(known)), 20)
    here = next(iter(known))
    for ancestor in line:
        assert known[here] == ancestor
        here = ancestor


def test_the_oldest_are_forgotten_first(monkeypatch):
    monkeypatch.setattr(genealogy, "KEPT", 1000)
    random, found = np.random.default_rng(0), Genealogy(SITES)
    tables = [births(random, 4 * span, 4 * span + 4, np.arange(SITES), 5) for span in range(20_000)]
    for table in tables:
        found.add(table)
    kept = [span for span, table in enumerate(tables) if found.parent(int(table[0, 1]), int(table[0, 0])) is not None]
    assert kept == list(range(kept[0], len(tables)))
    assert len(kept) * 5 >= 1000
