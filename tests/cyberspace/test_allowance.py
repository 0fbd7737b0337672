"""The budget of those who look: a share of the run's time, whatever one look costs."""

import time

import pytest

from cyberspace.watch import allowance
from cyberspace.watch.allowance import CREDIT, DEBT, SHARE, Allowance


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self):
        self.now, self.waited = 100.0, 7.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    found = Clock()
    monkeypatch.setattr(allowance, "time", found)
    monkeypatch.setattr(allowance, "seconds_without_core", lambda: found.waited)
    return found


@pytest.mark.parametrize("cost", [0.0001, 0.001, 0.004, 0.05])
def test_looking_takes_its_share_of_the_time_however_long_a_look_takes(clock, cost):
    budget, begun, looked = Allowance(), clock.now, 0.0
    while clock.now < begun + 1000:
        if budget.left:
            with budget.spent():
                clock.now += cost
            looked += cost
        else:
            clock.now += 0.001
    assert looked / 1000 == pytest.approx(SHARE, rel=0.02)


def test_a_look_within_a_look_is_paid_once(clock):
    budget = Allowance()
    with budget.spent():
        clock.now += CREDIT / 2
        with budget.spent():
            clock.now += CREDIT / 4
    assert budget.left
    with budget.spent():
        clock.now += CREDIT / 2
    assert not budget.left


def test_what_takes_long_once_is_forgiven_beyond_the_debt(clock):
    budget = Allowance()
    with budget.spent():
        clock.now += 2
    assert not budget.left
    clock.now += DEBT / SHARE + 0.1
    assert budget.left


def test_no_more_than_the_credit_is_saved_up(clock):
    budget = Allowance()
    clock.now += 10_000
    assert budget.left
    with budget.spent():
        clock.now += 1.1 * CREDIT
    assert not budget.left


def test_time_without_a_core_is_not_paid(clock):
    budget = Allowance()
    with budget.spent():
        clock.now += 10 * CREDIT
        clock.waited += 9.5 * CREDIT
    assert budget.left
    with budget.spent():
        clock.now += 0.7 * CREDIT
    assert not budget.left


@pytest.mark.skipif(not allowance.WAITED.exists(), reason="only Linux tells")
def test_a_thread_that_sleeps_does_not_wait_for_a_core():
    before = allowance.seconds_without_core()
    time.sleep(0.5)
    assert allowance.seconds_without_core() - before < 0.4
