"""Routers: every one keeps the interface, the good ones find who is alike, and the control does not."""

import numpy as np
import pytest

from cyberspace.collective.packets.community import community
from cyberspace.collective.packets.fingerprint import distances
from cyberspace.collective.packets.measures import recall
from cyberspace.collective.packets.routers.lattice import Lattice, grid, neighbours, span
from cyberspace.collective.packets.routers.table import ROUTERS

PEOPLE = community(729, 1)


@pytest.mark.parametrize("name", ROUTERS)
def test_a_packet_reaches_others_once_each_and_never_its_origin(name):
    origin = np.arange(0, 729, 7)
    found = ROUTERS[name](PEOPLE.prints, 3).route(origin, PEOPLE.prints[origin], 12)
    assert found.sites.shape == found.hops.shape == found.cost.shape == (len(origin), 12)
    assert not (found.sites == origin[:, None]).any() and (found.sites < 729).all()
    for row in found.sites:
        there = row[row >= 0]
        assert len(set(there)) == len(there) > 0
    assert (found.cost >= found.hops).all() and (found.hops[found.sites >= 0] >= 1).all()
    assert not found.within(0).any() and (found.within(10**6) == (found.sites >= 0)).all()


def test_recall_at_20():
    found = {name: recall(make(PEOPLE.prints, 3), PEOPLE) for name, make in ROUTERS.items()}
    assert found["exact"] == 1.0
    assert found["hnsw"] >= 0.9 and found["lsh"] >= 0.7
    assert found["hash"] < 0.1  # 20 of 728 by chance: 0.03
    assert found["hash"] < found["lattice"] < found["exact"]


def test_exact_is_the_nearest():
    apart = distances(PEOPLE.prints[:5], PEOPLE.prints)
    found = ROUTERS["exact"](PEOPLE.prints, 0).route(np.arange(5), PEOPLE.prints[:5], 3)
    for site in range(5):
        apart[site, site] = np.inf
        assert apart[site, found.sites[site]].tolist() == sorted(apart[site])[:3]


def test_the_lattice_pays_stretch_for_every_step():
    found = Lattice(PEOPLE.prints).route(np.arange(729), PEOPLE.prints, 8)
    shape = grid(729)
    steps, cost = span(shape, np.arange(729)[:, None], np.maximum(found.sites, 0))
    there = found.sites >= 0
    assert (found.hops >= steps)[there].all() and (found.cost >= cost)[there].all()
    near, prices = neighbours(shape)
    assert near.shape == (729, 6) and prices.tolist() == [8, 8, 4, 4, 2, 2]
    assert (np.sort(near, axis=1) != np.arange(729)[:, None]).all()


def test_a_lattice_is_a_cube():
    with pytest.raises(ValueError, match="fill no cube; 729 would"):
        Lattice(PEOPLE.prints[:700])
