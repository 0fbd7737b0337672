"""Whose turn it is at a rank: those who ask about one organism never wait for frames, however much these cost."""

import pytest

from cyberspace.watch import allowance, waiting
from cyberspace.watch.allowance import RESERVED, SHARE, Allowance
from cyberspace.watch.people import Pending, People
from cyberspace.watch.waiting import Question, Waiting
from cyberspace.wire import protocol
from tests.cyberspace.test_allowance import Clock


@pytest.fixture
def clock(monkeypatch):
    found = Clock()
    for module in (allowance, waiting):
        monkeypatch.setattr(module, "time", found)
    monkeypatch.setattr(allowance, "seconds_without_core", lambda: found.waited)
    return found


def spend(clock, turn, cost):
    with turn[2].spent():
        clock.now += cost


def test_small_questions_are_answered_soon_while_frames_are_long(clock):
    queue, asked, waits, frames = Waiting(Allowance(1 - RESERVED)), 0.0, [], 0
    begun, looked = clock.now, 0.0
    queue.put(Question(0, "frame", {}))
    while clock.now < begun + 200:
        if clock.now - asked >= 0.3:
            asked = clock.now
            queue.put(Question(1, "meet", {}))
        turn = queue.take(False)
        if turn is None:
            clock.now += 0.005
            continue
        cost = 0.03 if turn[0].what == "frame" else 0.0005
        spend(clock, turn, cost)
        looked += cost
        if turn[0].what == "frame":
            frames += 1
            queue.put(Question(0, "frame", {}))
        else:
            waits.append(clock.now - turn[1])
    assert max(waits) < 0.1 and len(waits) > 600
    assert frames > 30 and looked / 200 <= SHARE * 1.1


def test_a_frame_that_waits_long_goes_before_small_ones_that_the_reserve_does_not_pay(clock):
    queue = Waiting(Allowance(1 - RESERVED))
    queue.put(Question(0, "frame", {}))
    clock.now += 0.3
    for number in (1, 2):
        queue.put(Question(number, "meet", {}))
    first = queue.take(False)
    assert first[0].number == 1
    spend(clock, first, 0.1)
    assert [queue.take(False)[0].number for _ in range(2)] == [0, 2]
    assert queue.take(True) is None


def test_who_waits_no_more_is_forgotten_and_the_run_that_waits_answers_all(clock):
    queue = Waiting(Allowance(1 - RESERVED))
    for number, what in enumerate(("frame", "meet", "count")):
        queue.put(Question(number, what, {}))
    queue.drop(0)
    one = queue.take(False)
    queue.back([one[:2]])
    queue.stir()
    spend(clock, (None, None, queue._allowance), 1.0)
    spend(clock, (None, None, queue._reserve), 1.0)
    assert queue.take(False) is None
    assert [queue.take(True)[0].number for _ in range(2)] == [1, 2]
    queue.put(one[0])
    queue.clear()
    assert queue.take(True) is None


def test_a_line_that_is_sought_is_not_sought_twice():
    people = People.__new__(People)
    waits = Pending(iter(()), "line", b"one", 3, who=[5, 6])
    people._pending = {0: waits}
    again = protocol.parse(protocol.request("line", 9, who=[5, 6], site=4), "watch")
    assert people._sought(b"one", again) and waits.id == 9
    assert not people._sought(b"another", again)
    for other in ({"who": [5, 7]}, {"site": 3, "tick": 5}):
        assert not people._sought(b"one", protocol.parse(protocol.request("line", 10, **other), "watch"))
    assert waits.id == 9
