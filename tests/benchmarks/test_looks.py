"""Spans and looks as the model has them, beside a real region on a clock of the test's own; and what looking costs."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.emulate import Device, Emulated
from benchmarks.looks import Looks, Loop
from benchmarks.maxplus import Schedule, simulate
from benchmarks.trace import WORLD
from cyberspace.backends.backend import NO_BIRTHS, SpanResult, make_backend
from cyberspace.law.genesis import genesis
from cyberspace.law.letters import blank_block, body_bytes
from cyberspace.law.state import TALLY
from cyberspace.run import local
from cyberspace.run.local import LocalRegion
from cyberspace.worldfile.build import universe_from_text
from tests.benchmarks.test_maxplus import slowly
from topology import Axis

FREE = Loop(0.0, 1e-9)


def line(length, stretch=8):
    return Schedule((Axis("lane", 4, 4), Axis("device", length, stretch, True)))


@given(st.integers(2, 9), st.sampled_from([8, 16, 32]), st.integers(0, 2**32), st.floats(0, 60), st.integers(1, 200))
def test_looks_that_cost_nothing_and_come_at_once_change_nothing(length, stretch, seed, delay, ticks):
    seconds = np.random.default_rng(seed).exponential(1.0, (ticks, length))
    walls = [
        simulate(line(length, stretch), ticks, lambda tick: seconds[tick], {"device": delay}, loop=loop).wall
        for loop in (None, FREE)
    ]
    assert walls[1] == pytest.approx(walls[0], abs=1e-6)


def test_looks_cost_time_and_letters_are_taken_at_polls():
    """Ticks of 2 s and breath of 5: two ticks a span.  Of 8 ticks one is an opening, the seven others are four spans."""
    still = simulate(line(2), 800, lambda tick: np.full(2, 2.0), {"device": 1.0}, loop=Loop(0.25, 1.0, breath=5.0))
    assert still.wall == pytest.approx(100 * (8 * 2 + 5 * 0.25), rel=0.01) and still.compute == 1600
    # A letter of 20.6 s is there 20.6 s after the opening's tick; 14 s of ticks and 5 looks later, at 15.25, the first look misses
    # it, and of the looks that follow every 2 s that at 21.25 is the first to find it.
    waits = simulate(line(2), 800, lambda tick: np.full(2, 2.0), {"device": 20.6}, loop=Loop(0.25, 2.0, breath=5.0))
    assert waits.wall == pytest.approx(100 * (2 + 21.25), rel=0.01)


def test_a_run_can_be_taken_up_where_it_stands():
    """The model from tick 64 on, with what was posted and how late everybody was, ends as the model of the whole does."""
    schedule, seconds, delays = line(4, 16), np.random.default_rng(5).exponential(1.0, (200, 4)), {"device": 30.0}
    ends = list(slowly(schedule, seconds, delays))
    opening = max(tick for tick, _, _ in islice(schedule.openings(0), 10) if tick < 64)
    later = seconds[64:].copy()
    later[0] += ends[63]
    rest = simulate(schedule, 136, lambda tick: later[tick - 64], delays, start=64, posted={"device": ends[opening]})
    blind = simulate(schedule, 136, lambda tick: later[tick - 64], delays, start=64)
    assert rest.wall == pytest.approx(max(ends[-1])) and blind.wall < rest.wall


class Clock:
    """Time that passes only where something is lived."""

    def __init__(self):
        self.now = 0.0

    def perf_counter(self):
        return self.now


class Ticks:
    """A backend that does nothing but take its time, and notes its spans."""

    def __init__(self, world, seconds, clock):
        self.world, self.seconds, self.clock, self.lived, self.spans = world, seconds, clock, 0, []

    def advance(self, ticks):
        self.spans.append(ticks)
        self.clock.now += self.seconds[self.lived : self.lived + ticks].sum()
        self.lived += ticks
        return SpanResult(np.zeros((ticks, len(TALLY)), dtype=np.int64), NO_BIRTHS)

    def cross(self, index, opening, due):
        return self.advance(1), blank_block(self.world, self.world.ends[index])


class Pair:
    """A team of two in which every letter has come."""

    size = 2

    def __init__(self, body):
        self.body = body

    def post(self, block):
        pass

    def collect(self, receiver, axis, opening):
        return self.body


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32), st.floats(2e-4, 8e-3))
def test_spans_are_those_of_a_region(seed, mean):
    """The same ticks, lived by a region and by the model: the same spans, look for look."""
    universe = universe_from_text(WORLD.replace("length = 256", "length = 2").format(ranks=2, stretch=16), "test", Path())[0]
    seconds, clock = np.random.default_rng(seed).gamma(4, mean / 4, 200), Clock()
    world = universe.worlds[0]
    engine = Ticks(world, seconds, clock)
    body = memoryview(bytes(body_bytes(world, world.ends[0])))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local, "time", clock)
        region = LocalRegion(universe, 0, engine, genesis(world), Pair(body), 1)
        while region.push(200):
            pass
    schedule = Schedule(universe.clock.axes)
    looks, spans, now = Looks(Loop(1.0, 1.0), 1), [0], np.zeros(1)
    for tick in range(200):
        ahead = int(schedule.ahead[tick % len(schedule.ahead)])
        looks.begin(now, ahead)
        now += seconds[tick]
        spans[-1] += 1
        before = now.copy()
        looks.end(tick, now, ahead)
        if now > before:
            spans.append(0)
    assert engine.spans == (spans[:-1] if spans[-1] == 0 else spans)


def test_what_a_device_takes_is_drawn_once():
    device = Device(3e-3, 0.3, 0.01, 20.0, seed=4)
    short, long = device.seconds(1, 1000), device.seconds(1, 200_000)
    np.testing.assert_array_equal(short, long[:1000])
    assert not np.array_equal(short, device.seconds(2, 1000))
    assert long.mean() == pytest.approx(3e-3 * 1.2, rel=0.02) and (long > 0.06).mean() == pytest.approx(0.01, rel=0.1)
    calm = Device(3e-3, 0.3).seconds(0, 200_000)
    assert calm.std() == pytest.approx(0.9e-3, rel=0.02) and (Device(3e-3).seconds(0, 9) == 3e-3).all()


def test_an_emulated_device_lives_the_same_ticks_and_takes_its_time(monkeypatch):
    universe = universe_from_text(WORLD.replace("length = 256", "length = 2").format(ranks=2, stretch=16), "test", Path())[0]
    world, slept = universe.worlds[0], []
    monkeypatch.setattr("benchmarks.emulate.time.sleep", slept.append)
    bare, slow = (make_backend("reference", world, genesis(world)) for _ in range(2))
    slow = Emulated(slow, np.arange(1.0, 9.0))
    np.testing.assert_array_equal(bare.advance(3).tally, slow.advance(3).tally)
    due = bytes(body_bytes(world, world.ends[0]))
    bare.cross(0, 0, due), slow.cross(0, 0, due)
    slow.advance(2)
    assert slept == pytest.approx([6.0, 4.0, 11.0]) and (slow.look("energy") == slow.state().region.energy).all()
