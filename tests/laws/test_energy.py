"""Pools and ledger."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from cyberspace.backends.cpu import earn
from cyberspace.backends.reference import NumpyEngine
from cyberspace.errors import LawBroken
from cyberspace.law.energy import audit, ledger
from cyberspace.law.engine import exact, low_high
from cyberspace.law.genesis import genesis
from cyberspace.law.verbs.earn import claim, pool_ratio
from cyberspace.law.verbs.sense import bit_length
from tests.conftest import TINY
from tests.strategies import world

compiled_ratio = njit(earn.pool_ratio)


@given(st.integers(0, 2**30), st.integers(0, 2**31 - 1))
def test_the_ratio_is_the_exact_fraction_rounded_down(pool, claims):
    expected = 2**15 if pool >= claims else pool * 2**15 // claims
    found = pool_ratio(np, np.array([pool], dtype=np.int32), np.array([claims], dtype=np.int32))
    assert found[0] == compiled_ratio(pool, claims) == expected


@given(st.lists(st.integers(0, 32767), min_size=192, max_size=192), st.integers(0, 10**6))
def test_a_pool_pays_what_is_claimed_or_less_and_never_goes_below_zero(claims, pool):
    place = world(TINY)
    goals = len(place.goals)
    pools = np.full((goals, 2), pool, dtype=np.int32)
    asked = np.zeros((goals, 192), dtype=np.int32)
    asked[3] = claims
    paid, after, _ = claim(NumpyEngine(), place, pools, asked)
    assert (paid <= asked[3]).all()
    assert (after >= 0).all()
    np.testing.assert_array_equal((pools - after)[3], paid.reshape(2, -1).sum(axis=1))
    if sum(claims[:96]) <= pool:
        np.testing.assert_array_equal(paid[:96], claims[:96])


@given(st.lists(st.integers(0, 2**24 - 1), max_size=50))
def test_sums_without_64_bit_numbers_are_exact(values):
    assert exact(low_high(np, np.array(values, dtype=np.int64))) == sum(values)


def test_the_largest_sum_does_not_overflow():
    assert exact(low_high(np, np.full(2**20, 2**24 - 1, dtype=np.uint32))) == 2**20 * (2**24 - 1)
    assert exact(low_high(np, np.full(2**24, 2**24 - 1, dtype=np.uint32))) == 2**24 * (2**24 - 1)


@given(st.integers(0, 2**22 - 1))
def test_bit_length(value):
    assert bit_length(np, np.array([value], dtype=np.int32))[0] == value.bit_length()


def test_a_ledger_that_does_not_balance_is_found():
    state = genesis(world(TINY))
    assert audit(state).balanced
    energy = state.region.energy.copy()
    energy[np.flatnonzero(state.region.alive)[0]] += 1
    with pytest.raises(LawBroken, match="tick 0 in region 0: the ledger does not balance"):
        audit(replace(state, region=replace(state.region, energy=energy)))


def test_energy_of_the_dead_is_found():
    state = genesis(world(TINY))
    energy = state.region.energy.copy()
    alive, dead = np.flatnonzero(state.region.alive)[0], np.flatnonzero(~state.region.alive)[0]
    energy[alive] -= 1
    energy[dead] += 1
    wrong = replace(state, region=replace(state.region, energy=energy))
    assert ledger(wrong).balanced
    with pytest.raises(LawBroken, match=f"site {dead}"):
        audit(wrong)
