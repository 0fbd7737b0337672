from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from topology import NEAR_AXES, SPACE_AXES, Axis, KraftError, Lattice, Meetings, RulerClock
from topology.meeting import pair, tide_offset

AXES = st.lists(
    st.builds(Axis, st.sampled_from(SPACE_AXES), st.integers(1, 9), st.integers(0, 8).map(lambda k: 2**k), st.booleans()),
    max_size=7,
    unique_by=lambda axis: axis.name,
).map(tuple)


def kraft(axes):
    return sum((Fraction(1, axis.stretch) for axis in axes), Fraction())


@given(AXES)
def test_sites_and_coordinates_belong_together(axes):
    lattice = Lattice(axes)
    sites = np.arange(lattice.sites)
    np.testing.assert_array_equal(lattice.site(lattice.coordinates(sites)), sites)
    assert lattice.sites * lattice.regions == np.prod(lattice.shape)


@given(AXES)
def test_over_one_period_every_axis_opens_as_often_as_its_stretch_says(axes):
    assume(kraft(axes) <= 1)
    clock = RulerClock(axes)
    opened = [clock.opening(tick) for tick in range(2 * clock.period)]
    for index, axis in enumerate(axes):
        times = [n for opens, n in opened if opens == index]
        assert times == list(range(2 * clock.period // axis.stretch))
    idle = sum(opens < 0 for opens, _ in opened)
    assert idle == 2 * clock.period * (1 - kraft(axes))


@given(AXES)
def test_a_schedule_exists_exactly_when_kraft_holds(axes):
    if kraft(axes) <= 1:
        RulerClock(axes)
        return
    with pytest.raises(KraftError, match="sum of 1/stretch") as caught:
        RulerClock(axes)
    assert caught.value.total == kraft(axes)
    if caught.value.fits:
        mended = tuple(Axis(a.name, a.length, caught.value.fits if a.name == caught.value.axis else a.stretch) for a in axes)
        RulerClock(mended)


@given(st.integers(1, 40), st.integers(0, 1), st.booleans())
def test_brickwork_pairs_neighbours_and_leaves_out_only_ends(length, parity, curled):
    partner = pair(length, parity, curled)
    met = partner >= 0
    here = np.arange(length)
    np.testing.assert_array_equal(partner[partner[met]], here[met])
    assert (np.minimum((partner - here) % length, (here - partner) % length)[met] <= 1).all()
    assert (partner[met] != here[met]).all()
    alone = set(here[~met])
    assert alone <= {0, length - 1}
    if curled and length % 2 == 0:
        assert not alone


@given(AXES, st.integers(0, 10_000))
def test_every_opening_is_a_perfect_matching_of_those_that_have_a_partner(axes, tick):
    assume(kraft(axes) <= 1)
    meetings = Meetings(Lattice(axes))
    axis, row, _ = meetings.at(tick)
    partner = meetings.table[row]
    here = np.arange(meetings.lattice.sites)
    met = partner >= 0
    np.testing.assert_array_equal(partner[partner[met]], here[met])
    assert (partner[met] != here[met]).all()
    if axis < 0 or meetings.lattice.axes[axis].far:
        assert not met.any()
        return
    moved = meetings.lattice.coordinates(here[met]) != meetings.lattice.coordinates(partner[met])
    along = NEAR_AXES.index(meetings.lattice.axes[axis].name)
    assert moved[along].all()
    assert not np.delete(moved, along, axis=0).any()


@given(st.integers(1, 16), st.integers(0, 1000))
def test_the_tide_is_in_where_the_law_says(tide, opening):
    sites = np.arange(5 * tide)
    inside = (sites + opening // 2) % tide == 0
    np.testing.assert_array_equal(inside, sites % tide == tide_offset(opening, tide))


def test_the_tide_flows_both_ways():
    """Every site of a lane receives from its left and from its right within two rounds of the tide."""
    meetings = Meetings(Lattice((Axis("lane", 16, 2),)))
    seen = set()
    for tick in range(2 * 2 * 8 * 2):
        axis, row, tide = meetings.at(tick)
        if axis >= 0:
            partner = meetings.table[row]
            seen |= {(s, int(partner[s]) - s) for s in range(tide, 16, 8) if partner[s] >= 0}
    assert seen == {(s, d) for s in range(16) for d in (-1, 1) if 0 <= s + d < 16}


@pytest.mark.parametrize(("name", "length", "stretch"), [("lane", 0, 2), ("lane", 4, 3), ("depth", 4, 2), ("lane", 4, 0)])
def test_impossible_axes_are_refused(name, length, stretch):
    with pytest.raises(ValueError, match="axis"):
        Axis(name, length, stretch)


def test_an_axis_may_be_named_once():
    with pytest.raises(ValueError, match="once"):
        Lattice((Axis("lane", 2, 2), Axis("lane", 3, 4)))
