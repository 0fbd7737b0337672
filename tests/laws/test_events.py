"""Worlds that change: the same bits on every backend, in halves and in any order; energy balances through catastrophes."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from cyberspace.api.living import Living
from cyberspace.backends.backend import make_backend
from cyberspace.backends.reference import Reference
from cyberspace.errors import InputError
from cyberspace.law.genesis import genesis
from cyberspace.law.state import TALLY
from cyberspace.law.terms import world_at
from cyberspace.law.timetable import FOREVER, Times
from cyberspace.worldfile.build import universe_from_text
from cyberspace.worldfile.times import apart, first_meeting
from tests.laws.test_parity import PLAIN
from tests.strategies import HERE

START = """
[world]
seed = 7
far_tide = 2
[spaces.w]
kind = "gpu"
axes.lane = { length = 8, curled = true }
axes.warp = { length = 3 }
axes.sm = { length = 2 }
AXES
body = { units = 8, senses = 16, shift = 4 }
genesis = "ancestor:learner"
tide = 2
physics = { copy = 0.01, move = 0.5, spark = 30, lifespan = 60, sunlight = 9, spore = 20 }
"""
TASKS = """
[[spaces.w.tasks]]
name = "logic"
until = 200
options = { cycles = 1, pay = 40 }
[[spaces.w.tasks]]
name = "shift"
from = 200
every = 40
for = 25
fill = 0.5
options = { fine = 9 }
"""
EVENTS = """
[[spaces.w.events]]
wave = { key = "sunlight", mean = 9, amplitude = 5, period = 128, step = 16 }
[[spaces.w.events]]
at = 40
every = 60
for = 30
set = { upkeep = 5, spark = 10, radiation = 2, lifespan = 20, silent = 3, cap = 500, gift = 3, fire = 20, newborn = 99, spore = 40 }
[[spaces.w.events]]
at = 41
for = 90
set = { copy = 0.02, move = 0.1 }
[[spaces.w.events]]
at = 55
every = 70
kill = 0.7
where = { sm = [0, 1] }
[[spaces.w.events]]
table = { key = "fill", at = [10, 50, 120], values = [1, 3, 0] }
task = "logic"
"""
ONE = START.replace("AXES\n", "") + TASKS + EVENTS
STOPS = (1, 40, 41, 131, 260)


def universe_of(text):
    return universe_from_text(text, "test.toml", HERE)[0]


def begin(universe, backend="reference"):
    return Living(universe, [genesis(world) for world in universe.worlds], 0, [backend] * len(universe.worlds), 1)


def halves(living, backend="reference"):
    """The same at the same tick, made anew from its state."""
    return Living(living.universe, living.states(), living.tick, [backend] * len(living.regions), 1)


def walk(living, stops, cut=False):
    """Digest at each stop, and all tallies; made anew at each stop if it is cut."""
    digests = []
    for stop in stops:
        living.live(stop)
        assert living.audit().balanced
        digests.append(living.digest())
        living = halves(living) if cut else living
    return digests, [state.tally.tolist() for state in living.states(())]


@pytest.fixture(scope="module")
def expected():
    return walk(begin(universe_of(ONE)), STOPS)


def test_backends_agree(backend, expected):
    assert walk(begin(universe_of(ONE), backend), STOPS) == expected
    if backend == "reference":
        assert walk(begin(universe_of(ONE)), STOPS, cut=True) == expected


def test_much_changes(expected):
    plain = begin(
        universe_of(START.replace("AXES\n", "") + TASKS.replace("until = 200", "").split('[[spaces.w.tasks]]\nname = "s')[0])
    )
    plain.live(260)
    assert plain.digest() != expected[0][-1]
    flows = dict(zip(TALLY, expected[1][0], strict=True))
    assert all(flows[name] for name in ("births", "paid", "fines", "fill", "sparks", "death", "moving", "overflow"))


FAR = START.replace("AXES", "axes.device = { length = 2, stretch = 16 }\npace = 0.5")
AFTER = """
[[spaces.w.tasks]]
name = "row_task.py:Row"
before = { goal = "row", share = 0.01, look = 30 }
[[spaces.w.tasks]]
name = "logic"
after = { goal = "row", share = 0.01, look = 30 }
[[spaces.w.events]]
at = 77
kill = 0.5
where = { device = 1, lane = [0, 4] }
[[spaces.w.events]]
at = 35
set = { copy = 0.2 }
where = { device = 1 }
"""


def test_regions_with_a_pace_in_halves_and_in_any_order():
    """A task that another one hands on to; letters that were cheap when they were sent and are dear when they land."""
    universe = universe_of(FAR + AFTER)
    found = walk(begin(universe), (2, 64, 100, 160, 220))
    turned = begin(universe)
    turned.regions.reverse()
    assert walk(turned, (2, 64, 100, 160, 220)) == found
    assert walk(begin(universe), (2, 64, 100, 160, 220), cut=True) == found
    mixed = Living(universe, [genesis(world) for world in universe.worlds], 0, ["numba", "reference"], 1)
    assert walk(mixed, (2, 64, 100, 160, 220)) == found
    begun = turned.begun()
    assert all(len(one) == 1 and min(one.values()) % 30 == 0 for one in begun.values()), begun
    assert turned.digest() != walk(begin(universe_of(FAR + AFTER.replace("0.01", "1.0"))), (220,))[0][0]
    for region in turned.regions:
        posed = [place.where.any() for place in region.world.tasks]
        assert posed == [False, True]


@pytest.mark.parametrize("backend", ["reference", "numba"])
def test_a_catastrophe_strikes_its_place_and_nothing_else(backend):
    """Everybody in half of the sites dies: their energy is heat, their genomes stay, nobody else is touched."""
    text = START.replace("AXES\n", "").replace("spark = 30", "spark = 0")
    with_it = universe_of(text + "[[spaces.w.events]]\nat = 20\nkill = 1.0\nwhere = { lane = [2, 6] }\n")
    living = begin(with_it, backend)
    living.live(20)
    before = living.states()[0]
    living.regions[0]._begin()
    after = living.regions[0].state(20)
    struck = np.isin(np.arange(48) % 8, range(2, 6))
    assert (before.region.alive & struck).any() and (before.region.alive & ~struck).any()
    assert not (after.region.alive & struck).any()
    np.testing.assert_array_equal(after.region.alive[~struck], before.region.alive[~struck])
    np.testing.assert_array_equal(after.region.energy[~struck], before.region.energy[~struck])
    np.testing.assert_array_equal(after.region.genome, before.region.genome)
    died = int((before.region.alive & struck).sum())
    moved = dict(zip(TALLY, (after.tally - before.tally).tolist(), strict=True))
    assert {name: count for name, count in moved.items() if count} == {
        "deaths": died,
        "death": int(before.region.energy[struck].sum()),
    }
    assert [event.what for event in living.regions[0].take_events()] == [
        "catastrophe: 100 % die",
        f"{died} of {died} died in region 0",
    ]


def test_a_share_of_those_who_are_struck_dies():
    text = START.replace("AXES\n", "").replace("length = 8", "length = 512").replace("\ntide = 2", "\ntide = 2\ndensity = 1.0")
    living = begin(universe_of(text + "[[spaces.w.events]]\nkill = 0.25\n"))
    living.regions[0]._begin()
    died = dict(zip(TALLY, living.regions[0].state(0).tally.tolist(), strict=True))["deaths"]
    assert abs(died - 0.25 * 3072) < 4 * (0.25 * 0.75 * 3072) ** 0.5


EVENT = st.one_of(
    st.builds("kill = {}\n".format, st.sampled_from([0.1, 0.9])),
    st.builds("set = {{ upkeep = {} }}\nfor = {}\n".format, st.integers(0, 9), st.integers(1, 9)),
    st.builds("set = {{ lifespan = {} }}\n".format, st.integers(1, 90)),
    st.builds("set = {{ fill = {} }}\n".format, st.integers(0, 3)),
    st.builds(
        'wave = {{ key = "sunlight", mean = 9, amplitude = {}, period = {}, step = 3 }}\n'.format,
        st.integers(-9, 9),
        st.integers(3, 40),
    ),
    st.builds('table = {{ key = "spark", at = [{}, 50], values = [7, 0] }}\n'.format, st.integers(0, 49)),
)


@st.composite
def timetables(draw):
    """Some events, each number at ticks of its own."""
    texts = draw(st.lists(EVENT, min_size=1, max_size=4))
    ats = draw(st.lists(st.integers(0, 60), min_size=len(texts), max_size=len(texts), unique=True))
    return "".join(
        f"[[spaces.w.events]]\nat = {at}\n{text}" + ("every = 10\n" if "kill" in text or "for" in text else "")
        for at, text in zip(ats, texts, strict=True)
    )


def test_random_timetables():
    """Numba lives what the reference lives, which lives the same when it is stopped anywhere."""

    @seed(1)
    @settings(PLAIN, max_examples=8)
    @given(timetables(), st.integers(1, 79))
    def check(text, stop):
        universe = universe_of(START.replace("AXES\n", "") + '[[spaces.w.tasks]]\nname = "logic"\n' + text)
        whole = walk(begin(universe), (80,))
        assert walk(begin(universe), (stop, 80), cut=True)[0][-1] == whole[0][0], text
        assert walk(begin(universe, "numba"), (80,)) == whole, text

    check()


TIMES = st.builds(
    lambda start, every, length, until: Times(
        start, every if length < every else 0, length, FOREVER if until is None else start + until
    ),
    st.integers(0, 20),
    st.integers(0, 12),
    st.integers(0, 11),
    st.none() | st.integers(1, 40),
)
SPAN = 200


@given(TIMES)
def test_spells_are_what_they_say(times):
    inside = [times.since(tick) is not None for tick in range(SPAN)]
    starts = list(times.starts(0, SPAN))
    assert starts == [tick for tick in range(SPAN) if times.since(tick) == tick]
    changes = {
        tick for tick in range(1, SPAN) if inside[tick] != inside[tick - 1] or times.since(tick) != times.since(tick - 1)
    }
    tick, seen = 0, set()
    while (tick := times.after(tick)) < SPAN:
        seen.add(tick)
    assert changes <= seen


@given(TIMES, TIMES)
def test_when_spells_meet(one, other):
    both = [tick for tick in range(SPAN) if one.since(tick) is not None and other.since(tick) is not None]
    assert not (apart(one, other) and both)
    if one.until == other.until == FOREVER and (one.length or not one.every) and (other.length or not other.every):
        assert apart(one, other) == (not both)
    begin_both = [tick for tick in range(SPAN) if one.since(tick) == tick == other.since(tick)]
    assert first_meeting(one, other) == (begin_both[0] if begin_both else None)


def test_nothing_changes_between_ticks_of_change():
    """The terms of every tick are those of the last tick of change, and change there."""
    world = universe_of(ONE).worlds[0]
    tick, changes = 0, {0}
    while (tick := world.timetable.after(tick, {})) < 400:
        changes.add(tick)
    terms = [world_at(world, tick, {}) for tick in range(400)]
    facts = [(one.physics, [(p.fill, p.cap, p.where.any()) for p in one.tasks]) for one in terms]
    assert {tick for tick in range(1, 400) if facts[tick] != facts[tick - 1]} <= changes
    assert len(changes) < 120
    assert terms[64].physics.sunlight == 9 and terms[32].physics.sunlight == 14 and terms[96].physics.sunlight == 4
    assert [terms[tick].physics.upkeep for tick in (39, 40, 69, 70, 100)] == [3, 5, 5, 3, 5]


def test_a_backend_of_old_lives_what_does_not_change():
    world = universe_of(ONE).worlds[0]
    with pytest.raises(InputError, match="the method adopt"):
        make_backend(f"{__name__}:Plain", world, genesis(world))
    still = replace(world, timetable=type(world.timetable)())
    make_backend(f"{__name__}:Plain", still, genesis(still)).advance(1)


class Plain:
    """A backend as they were before worlds could change."""

    def __init__(self, world, state):
        self.real = Reference(world, state)

    def __getattr__(self, name):
        return getattr(self.real, name)

    def advance(self, ticks):
        return self.real.advance(ticks)

    cross = look = put = flow = state = advance
