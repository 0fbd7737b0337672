"""The budget of those who look: a share of the run's time, whatever one look costs."""

import pytest

from cyberspace import allowance
from cyberspace.allowance import CREDIT, DEBT, SHARE, Allowance


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self):
        self.now = 100.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    found = Clock()
    monkeypatch.setattr(allowance, "time", found)
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
