"""Following a line: who stands for somebody that has died, against a plain search of a made-up family."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest

from cyberspace.errors import Refused
from cyberspace.watch import remembered
from cyberspace.watch.genealogy import Genealogy
from cyberspace.watch.lines import Lines
from cyberspace.watch.remembered import Remembered

RANKS = 2
SITES = 40


class Family:
    """Births known by two ranks, and who lives: what `Lines` asks."""

    def __init__(self, births, living):
        self.known = [Genealogy(SITES) for _ in range(RANKS)]
        self.parents = {(site, tick): (parent, born) for tick, site, parent, born, _ in births.tolist()}
        for rank, genealogy in enumerate(self.known):
            genealogy.add(births[births[:, 1] // (SITES // RANKS) == rank])
        self.alive = set(living)
        world = SimpleNamespace(space="pond", first_site=0)
        self.universe = SimpleNamespace(worlds=[world, world], spaces=[SimpleNamespace(name="pond")])

    def region_of(self, site):
        return site // (SITES // RANKS)

    def ask(self, regions, what, **keys):
        return dict.fromkeys(range(RANKS), (what, keys))

    def one(self, region, what, **keys):
        return {region: (what, keys)}

    def introduced(self, region, found):
        yield {}
        return found[1], {}

    def ancestors(self, who, most):
        yield {}
        found = []
        while len(found) < most and (who := self.parents.get(who)) is not None:
            found.append(who)
        return found

    def answer(self, rank, what, keys):
        here = [one for one in self.alive if one[0] // (SITES // RANKS) == rank]
        if what == "kindred":
            living = np.array(here, dtype=np.int32).reshape(-1, 2)
            found = self.known[rank].kindred(**keys, living=living)
            strangers = self.known[rank].strangers(min(born for _, born in keys["roots"]))
            elsewhere = [one for one in strangers if one[0] // (SITES // RANKS) != rank]
            return dataclasses.replace(found, strangers=elsewhere)
        assert what == "meet"
        return (rank, (1000, keys["who"], {})) if keys["who"] in here else None

    def follow(self, who):
        view = Lines(self).follow({"space": "pond", "who": list(who), "site": None, "tick": None, "founder": None})
        told = None
        try:
            while True:
                questions = view.send(told)
                told = {rank: self.answer(rank, *question) for rank, question in questions.items()}
        except StopIteration as end:
            return end.value[0]


def family(seed, many=300):
    """Births of a family, each child later than its parent, and some that live."""
    random = np.random.default_rng(seed)
    everybody = [(0, 0), (21, 0)]
    rows = []
    for tick in range(1, many):
        parent = everybody[int(random.integers(max(0, len(everybody) - 25), len(everybody)))]
        child = (int(random.integers(SITES)), tick)
        rows.append((child[1], child[0], *parent, 3))
        everybody.append(child)
    living = [one for one in everybody[-40:] if random.random() < 0.3]
    return np.array(rows, dtype=np.int32), living, everybody


def nearest(births, living, who):
    """By the rule, the slow way."""
    parents = {(site, tick): (parent, born) for tick, site, parent, born, _ in births.tolist()}

    def depth(one, ancestor):
        count = 0
        while one is not None and one != ancestor:
            one, count = parents.get(one), count + 1
        return count if one == ancestor else None

    up, ancestor = 0, who
    while ancestor is not None:
        found = [(down, one[1], one[0]) for one in living if (down := depth(one, ancestor)) is not None]
        if found:
            down, born, cradle = min(found)
            return (cradle, born), up, down
        ancestor, up = parents.get(ancestor), up + 1
    return None


@pytest.mark.parametrize("seed", range(6))
def test_the_nearest_by_the_rule_is_found(seed):
    births, living, everybody = family(seed)
    family_of = Family(births, living)
    rules = set()
    for who in everybody[-60:]:
        found = family_of.follow(who)
        expected = nearest(births, living, who)
        if expected is None or expected[1] > 24:
            continue
        assert (found["organism"], found["up"], found["down"]) == expected, who
        rules.add(found["rule"])
    assert rules >= {"itself", "descendant", "relative"}


def test_one_without_relatives_is_told_to_be_the_last():
    births, _, everybody = family(0)
    assert Family(births, []).follow(everybody[-1])["rule"] == "extinct"
    with pytest.raises(Refused, match="who, site"):
        next(Lines(Family(births, [])).follow(dict.fromkeys(("space", "who", "site", "tick", "founder"))))


def looking(alive, cradle, born):
    arrays = {"alive": np.array(alive), "cradle": np.array(cradle, np.int32), "born": np.array(born, np.int32)}
    arrays["founder"] = arrays["cradle"].astype(np.uint32) + 100
    return lambda name, sites=None: arrays[name] if sites is None else arrays[name][sites]


def test_who_lived_in_a_frame_is_remembered_until_there_is_too_much(monkeypatch):
    memory, some = Remembered(), np.array([1, 2])
    memory.keep(0, 10, looking([True, False, True], [5, 6, 7], [1, 2, 3]), None)
    memory.keep(0, 20, looking([True, True, True], [8, 8, 9], [11, 12, 13]), some)
    assert memory.who(0, 0, 10) == (True, ((5, 1), 105))
    assert memory.who(0, 1, 10) == (True, None), "nobody lived there then"
    assert memory.who(0, 1, 12) == (True, ((8, 12), 108)), "the region was ahead of the frame's tick"
    assert memory.who(0, 0, 20) == (False, None), "that site was not in that frame"
    assert memory.who(1, 1, 10) == memory.who(0, 1, 21) == (False, None)
    monkeypatch.setattr(remembered, "BYTES", 50)
    memory.keep(0, 30, looking([True] * 3, [1, 1, 1], [21, 22, 23]), None)
    assert memory.who(0, 1, 10) == (True, ((1, 22), 101)), "the oldest were forgotten"
    memory.keep(0, 40, looking([True] * 30, [1] * 30, [1] * 30), None)
    assert not memory.who(0, 1, 40)[0], "one frame is too much"
    memory.clear()
    assert not memory.who(0, 1, 30)[0]
