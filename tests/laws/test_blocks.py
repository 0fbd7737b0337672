"""However a region is cut into blocks, and whatever the number of threads and the length of spans, it lives the same."""

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from cyberspace.backends.backend import make_backend
from cyberspace.backends.cpu import partition
from cyberspace.backends.cpu.partition import INNER, PAIRED, SWEPT, make_partition
from cyberspace.law.digest import digest
from cyberspace.law.genesis import genesis
from tests.strategies import HERE, world, world_texts

PLAIN = settings(deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
SIZES = st.sampled_from([(1, 8), (8, 8), (8, 64), (16, 1024)])
SPANS = st.lists(st.sampled_from([1, 2, 5, 16, 40]), min_size=3, max_size=6)


def test_blocks_threads_and_spans_change_nothing(monkeypatch):
    """More threads than processors, so that they are held up by each other; blocks so small that much crosses their edges."""
    monkeypatch.setenv("NUMBA_NUM_THREADS", "5")
    monkeypatch.setattr(partition, "LINE", 1)
    kinds, split = set(), set()

    @seed(0)
    @settings(PLAIN, max_examples=36)
    @given(world_texts(), SIZES, st.integers(1, 5), SPANS)
    def check(text, sizes, threads, spans):
        monkeypatch.setattr(partition, "LEAST", sizes[0])
        monkeypatch.setattr(partition, "MOST", sizes[1])
        place = world(text)
        start = genesis(place)
        one, other = make_backend("reference", place, start), make_backend("numba", place, start, threads=threads)
        kinds.update(other._partition.kinds.tolist())
        split.add(other._partition.split)
        for ticks in spans:
            expected, found = one.advance(ticks), other.advance(ticks)
            np.testing.assert_array_equal(found.tally, expected.tally)
            np.testing.assert_array_equal(found.births, expected.births)
            assert digest(other.state()) == digest(one.state())

    check()
    assert kinds == {INNER, PAIRED, SWEPT}  # the test would say little if blocks never met
    assert split == {False, True}


@given(world_texts(), SIZES, st.integers(1, 5))
@settings(PLAIN, max_examples=60)
def test_blocks_cover_the_region_and_units_cover_the_blocks(text, sizes, threads):
    """Each block is in one unit; blocks that are lived by themselves at an opening meet nobody else in it."""
    place, (least, most) = world(text), sizes
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(partition, "LEAST", least)
        patch.setattr(partition, "MOST", most)
        patch.setattr(partition, "LINE", 1)
        made = make_partition(place, place.meetings.table, threads)
    assert made.starts[0] == 0
    assert made.starts[-1] == place.sites
    assert (np.diff(made.starts) > 0).all()
    block, pool = np.repeat(np.arange(made.blocks), np.diff(made.starts)), place.sites // place.groups
    whole = (made.starts % pool == 0).all()
    assert whole != made.split
    if made.split:
        assert (np.diff(made.starts) <= most).all()
    for row, partner in enumerate(place.meetings.table):
        first = made.units[row, : made.counts[row]]
        assert sorted({*first.tolist(), *made.mates[row, first].tolist()}) == list(range(made.blocks))
        if made.kinds[row] != SWEPT:
            there = np.where(partner >= 0, block[partner], block)
            assert ((there == block) | (there == made.mates[row, block])).all()


MEETING = """
[world]
seed = 4
[spaces.w]
kind = "gpu"
axes.lane = { length = 128 }
axes.sm = { length = 4 }
body = { units = 16, senses = 16, shift = 4 }
genesis = "soup"
physics = { lesson = 1 }
[[spaces.w.tasks]]
name = "fast.py:Parity"
"""


def test_two_blocks_that_meet_as_a_lesson_ends_are_each_paid_for_what_they_did():
    """Both are judged before either is paid."""
    place = world(MEETING.replace("fast.py", str(HERE / "adding" / "fast_task.py")))
    start = genesis(place)
    one, other = make_backend("reference", place, start), make_backend("numba", place, start, threads=1)
    assert PAIRED in other._partition.kinds
    one.advance(24)
    other.advance(24)
    assert digest(other.state()) == digest(one.state())
