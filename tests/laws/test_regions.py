"""One universe of many regions: the same bits whatever runs its regions, and energy balances with letters under way."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from cyberspace.api.living import Living, backends_of
from cyberspace.backends.backend import make_backend
from cyberspace.errors import LawBroken
from cyberspace.law.genesis import genesis
from cyberspace.law.letters import (
    SPORE,
    Letter,
    Short,
    Stamp,
    blank,
    blank_block,
    body_bytes,
    body_of,
    energy,
    layout,
    open_block,
    pack,
    pack_genomes,
    read_stamp,
    restamp,
    seal,
    sealed_bytes,
    unpack,
    unpack_genomes,
)
from cyberspace.law.schedule import next_opening, opening_tick, sender, settled_tick
from cyberspace.law.state import TALLY
from cyberspace.worldfile.build import universe_from_text
from tests.laws.test_parity import PLAIN
from tests.strategies import HERE, universe_texts

STOPS = (1, 33, 64, 100, 260)


def universe_of(text):
    return universe_from_text(text, "test.toml", HERE)[0]


def live(universe, backends, stops, order=1):
    """Digest at each stop, tallies, births and crossings of all regions; audits at each stop.

    Regions live on `backends`, in turn, and in the order of their numbers, or against it.
    """
    names = backends_of(universe, backends)
    living = Living(universe, [genesis(world) for world in universe.worlds], 0, names, threads=1)
    living.regions = living.regions[::order]
    digests, tables = [], []
    for stop in stops:
        living.live(stop)
        assert living.audit().balanced
        assert all(region.tick >= stop for region in living.regions), [region.waits_for for region in living.regions]
        digests.append(living.digest())
        tables.append([living.tables.births().tolist(), living.tables.crossings().tolist()])
    return digests, [state.tally.tolist() for state in living.states(())], tables


@pytest.mark.parametrize("part", range(2))
def test_backends_agree_on_universes(part):
    @seed(part)
    @settings(PLAIN, max_examples=6)
    @given(universe_texts())
    def check(text):
        universe = universe_of(text)
        expected = live(universe, ["reference"], STOPS)
        assert live(universe, ["numba"], STOPS) == expected, text
        assert live(universe, ["reference", "numba"], STOPS, order=-1) == expected, text

    check()


def test_jax_and_numba_live_in_one_universe():
    """Two random universes, after the simplest, which Hypothesis takes first."""

    @seed(3)
    @settings(PLAIN, max_examples=3)
    @given(universe_texts(two=True))
    def check(text):
        universe = universe_of(text)
        assert live(universe, ["jax", "numba"], STOPS) == live(universe, ["reference"], STOPS), text

    check()


def test_much_crosses_in_the_universes_that_are_compared():
    kinds, flows = Counter(), np.zeros(len(TALLY), dtype=np.int64)

    @seed(0)
    @settings(PLAIN, max_examples=8)
    @given(universe_texts())
    def look(text):
        universe = universe_of(text)
        assert 2 <= len(universe.worlds) <= 16
        _, tallies, tables = live(universe, ["numba"], [200])
        flows[:] += np.sum(tallies, axis=0)
        kinds.update(row[3] for region in tables[0][1::2] for row in region)

    look()
    for name in ("sent", "received", "lost"):
        assert flows[TALLY.index(name)] > 0
    assert min(kinds[kind] for kind in (0, 1, 2)) > 10, kinds


@given(st.integers(1, 40), st.integers(1, 5), st.randoms(use_true_random=False))
def test_genomes_are_packed_two_alleles_a_byte(loci, count, random):
    genomes = np.array([[random.randint(-8, 7) for _ in range(count)] for _ in range(loci)], dtype=np.int8).reshape(loci, count)
    packed = pack_genomes(np, genomes)
    assert packed.shape == ((loci + 1) // 2, count)
    np.testing.assert_array_equal(unpack_genomes(np, packed, loci), genomes)


TWO = """
[world]
far_tide = 1
[spaces.w]
kind = "gpu"
axes.lane = { length = 2, stretch = 2 }
axes.device = { length = 2, stretch = 4, curled = false }
genesis = "empty"
physics = { sunlight = 0, upkeep = 0, spark = 0, radiation = 0.0, copy = 0.001, move = 0.5, spore = 20 }
"""


@pytest.mark.parametrize("change", [0, 1, 40, -1])
def test_a_damaged_letter_is_found(change):
    world = universe_of(TWO).worlds[0]
    block = pack(world, world.ends[0], blank(world, world.ends[0]))
    assert block == blank_block(world, world.ends[0])
    assert len(body_of(block)) == body_bytes(world, world.ends[0])
    seal(Stamp(1, 0, 1, 1, 5, 21), block)
    assert open_block(bytes(block))[0] == Stamp(1, 0, 1, 1, 5, 21) == read_stamp(block)
    assert read_stamp(restamp(bytes(block), 9)) == Stamp(9, 0, 1, 1, 5, 21)
    block[change] ^= 1
    with pytest.raises(LawBroken, match="letter"):
        open_block(bytes(block))
    with pytest.raises(LawBroken, match="letter"):
        open_block(bytes(block)[:-3])


@pytest.mark.parametrize("filled", [0, 1, 3, None])
def test_a_short_letter_says_the_same(filled):
    """Also where every slot holds something; it is told by its length, and what was sealed as a whole is sealed again."""
    text = TWO.replace("length = 2, stretch = 2", "length = 24").replace("radiation = 0.0", "radiation = 0.0, lesson = 2")
    world = universe_of(text).worlds[0]
    end, draw = world.ends[0], np.random.default_rng(3)
    whole, short, slots = blank_block(world, end), Short(world, end), end.slots
    holds = np.zeros(slots, dtype=bool)
    holds[draw.permutation(slots)[:filled]] = True
    for part in layout(world, end):
        values = draw.integers(1, 2 if part.dtype == bool else 100, part.shape).astype(part.dtype)
        part.of(body_of(whole))[...] = (
            values * holds if part.shape[-1] == slots and part.start >= short.heads[3].start else values
        )
    seal(Stamp(1, 0, 1, 1, 5, 21), whole)
    sent = seal(read_stamp(whole), short.short(bytearray(whole)))
    assert len(sent) <= short.most and len(body_of(sent)) % 4 == 1 and len(sent) == sealed_bytes(memoryview(sent + b"more"))
    assert short.whole(sent) == whole and short.whole(whole) is whole and short.short(sent) is sent
    letter = unpack(world, end, open_block(sent)[1])
    other = unpack(world, end, body_of(whole))
    assert all(np.array_equal(getattr(letter, part.name), getattr(other, part.name)) for part in layout(world, end))
    told = short.told(short.slots(body_of(sent)))
    for name, found in zip(("kind", "endowment", "founder"), told, strict=True):
        assert found.tolist() == getattr(letter, name)[holds].tolist()


def letter_of(world, **values):
    """The body of a letter."""
    end = world.ends[0]
    fields = blank(world, end).__dict__ | {name: np.array(value) for name, value in values.items()}
    return body_of(pack(world, end, Letter(**fields)))


def test_what_a_letter_does_where_it_arrives(backend):
    """A spore settles on an empty site; a gift to nobody and a mover to somebody turn to heat."""
    world = universe_of(TWO).worlds[1]
    first = opening_tick(world.meetings.clock, 1, 1)
    engine = make_backend(backend, world, genesis(world))
    engine.advance(first)
    spore = letter_of(world, gift=np.int32([7, 0]), kind=np.uint8([SPORE, 0]), endowment=np.int32([100, 0]))
    trace, posted = engine.cross(0, 1, spore)
    counts = dict(zip(TALLY, trace.tally[0].tolist(), strict=True))
    cost = int(0.001 * world.loci.count * 4)
    assert (counts["received"], counts["lost"], counts["copying"], counts["births"]) == (107, 7, cost, 1)
    assert trace.births[0].tolist() == [first, world.first_site, 0, 0, 0]
    state = engine.state()
    assert state.region.energy.tolist() == [100 - cost, 0]
    assert state.region.cradle[0] == world.first_site == 2
    assert (
        energy(unpack(world, world.ends[0], body_of(posted))) == 0
    )  # at the second opening nobody is met: the axis is not curled


def test_a_mover_finds_somebody_there_and_is_lost(backend):
    world = universe_of(TWO).worlds[1]
    first = opening_tick(world.meetings.clock, 1, 1)
    engine = make_backend(backend, world, genesis(world))
    engine.advance(first)
    engine.cross(0, 1, letter_of(world, kind=np.uint8([2, 2]), endowment=np.int32([50, 60])))
    engine.advance(3)
    trace, _ = engine.cross(0, 2, letter_of(world, kind=np.uint8([2, 0]), endowment=np.int32([33, 0])))
    counts = dict(zip(TALLY, trace.tally[0].tolist(), strict=True))
    assert (counts["received"], counts["lost"], counts["deaths"]) == (33, 33, 1)
    assert engine.state().region.energy.tolist() == [48, 58]


@given(universe_texts(), st.integers(0, 500))
@settings(max_examples=40)
def test_letters_are_due_at_the_next_opening_and_everybody_agrees_who_writes_to_whom(text, tick):
    universe = universe_of(text)
    for world in universe.worlds:
        opening = next_opening(world, tick // world.step * world.step)
        if opening is None:
            assert not world.ends
            continue
        assert opening.tick >= tick // world.step * world.step
        end = world.ends[opening.end]
        receiver = end.partner(opening.number)
        if receiver >= 0:
            other = universe.worlds[receiver]
            back = next(back for back in other.ends if back.axis == end.axis)
            assert sender(back, opening.number + 1) == world.region
            assert len(back.sites) == len(end.sites)
            # A letter is settled after it was written, and at most a stretch and what slow regions add later.
            settled = settled_tick(other, end.axis, opening.number)
            stretch, slowest = universe.clock.axes[end.axis].stretch, max(end.delays) + max(back.delays)
            assert opening.tick < settled <= opening.tick + stretch + slowest
