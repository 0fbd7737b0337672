"""The max-plus model of the schedule against its own definition, analytic cases, and the graph argument."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from benchmarks.lead import corners, largest_lead, lead_bound, stop
from benchmarks.maxplus import Schedule, jittered, simulate
from topology import FAR_AXES, Axis, Lattice, RulerClock
from topology.axes import DEFAULT_STRETCH
from topology.link import far_ends

NEAR = tuple(Axis(name, 4, DEFAULT_STRETCH[name]) for name in ("sm", "warp", "lane"))


def line(length, stretch=16, curled=False, name="host"):
    return Schedule((*NEAR, Axis(name, length, stretch, curled)))


@st.composite
def schedules(draw, most=40):
    """Far axes of a few regions, with stretches whose sum fits beside the near ones, or without these."""
    axes = []
    regions = 1
    for name in draw(st.lists(st.sampled_from(FAR_AXES), min_size=1, max_size=3, unique=True)):
        length = draw(st.sampled_from([n for n in (1, 2, 3, 4, 5, 8) if n * regions <= most]))
        regions *= length
        axes.append(Axis(name, length, draw(st.sampled_from([4, 8, 16])), draw(st.booleans())))
    assume(regions > 1)
    near = (Axis("lane", 4, 4),) if draw(st.booleans()) else ()
    return Schedule((*draw(st.permutations(axes)), *near))


@given(schedules())
def test_partners_are_those_of_the_world(schedule):
    ends = far_ends(Lattice(schedule.axes), RulerClock(schedule.axes), 0)
    for region, own in enumerate(ends):
        assert {end.axis: end.partners for end in own} == {
            axis: tuple(partner[:, region].tolist()) for axis, partner in schedule.partners.items()
        }


def slowly(schedule, seconds, delays):
    """The definition, letter by letter: when each region completes each tick."""
    done, letters = [0.0] * schedule.regions, {}
    for tick in range(len(seconds)):
        axis, opening = schedule.clock.opening(tick)
        done = [max(done[i], letters.pop((i, axis, opening), 0.0)) + seconds[tick][i] for i in range(schedule.regions)]
        if axis in schedule.partners:
            for i, partner in enumerate(schedule.partners[axis][opening % 2].tolist()):
                if partner >= 0:
                    letters[partner, axis, opening + 1] = done[i] + delays[schedule.axes[axis].name]
        yield done


@given(schedules(), st.integers(1, 90), st.integers(0, 2**32), st.floats(0, 30))
def test_the_simulation_is_the_definition(schedule, ticks, seed, delay):
    seconds = np.random.default_rng(seed).exponential(1.0, (ticks, schedule.regions))
    delays = {name: delay * (k + 1) for k, name in enumerate(FAR_AXES)}
    found = simulate(schedule, ticks, lambda tick: seconds[tick], delays, exchanges=(1, 5))
    *_, expected = slowly(schedule, seconds, delays)
    assert found.wall == max(expected) == found.last[-1]
    assert found.first[-1] == min(expected)
    assert found.compute == pytest.approx(seconds.sum(axis=0).mean())
    slowest = max(delays[schedule.axes[axis].name] for axis in schedule.partners)
    assert found.bulk[1] == pytest.approx(seconds.max(axis=1).sum() + ticks * slowest)
    blocks = [seconds[k : k + 5].sum(axis=0).max() + slowest for k in range(0, ticks, 5)]
    assert found.bulk[5] == pytest.approx(sum(blocks))


@given(schedules(), st.integers(1, 60), st.integers(0, 2**32), st.data())
def test_spread_is_what_a_watcher_sees(schedule, ticks, seed, data):
    seconds = np.random.default_rng(seed).exponential(1.0, (ticks, schedule.regions))
    delays = dict.fromkeys(FAR_AXES, 2.0)
    found = simulate(schedule, ticks, lambda tick: seconds[tick], delays)
    ends = [simulate(schedule, k + 1, lambda tick: seconds[tick], delays) for k in range(ticks)]
    assert [one.first[-1] for one in ends] == found.first.tolist()
    moment = data.draw(st.sampled_from(found.first.tolist()))
    most = sum(first <= moment for first in found.first)
    fewest = sum(last <= moment for last in found.last)
    assert most - fewest <= found.spread < ticks + 1


@settings(max_examples=40)
@given(schedules(most=12), st.integers(0, 2**32), st.sampled_from([0.0, 3.0, 50.0]))
def test_nobody_runs_further_ahead_than_the_graph_says(schedule, seed, delay):
    """Wild ticks and slow letters, and one region that all but stops."""
    random = np.random.default_rng(seed)
    seconds = random.pareto(0.7, (300, schedule.regions))
    seconds[random.integers(0, 200), random.integers(0, schedule.regions)] = 1e9
    found = simulate(schedule, 300, lambda tick: seconds[tick], dict.fromkeys(FAR_AXES, delay))
    assert found.spread <= largest_lead(schedule) <= lead_bound(schedule)


@settings(max_examples=40)
@given(schedules(most=12), st.integers(100, 140), st.data())
def test_the_graph_says_exactly_how_far_each_can_go(schedule, tick, data):
    """One region stalls for ever in a tick: every other one lives just the ticks before `stop`."""
    region = data.draw(st.integers(0, schedule.regions - 1))
    before = stop(schedule, region, tick)
    ticks = int(before.max()) + 1
    seconds = np.ones((ticks, schedule.regions))
    seconds[tick, region] = 1e9
    table = np.array(list(slowly(schedule, seconds, dict.fromkeys(FAR_AXES, 0.0))))
    np.testing.assert_array_equal((table < 1e8).sum(axis=0), before)


@pytest.mark.parametrize("length", [2, 3, 4, 5, 8, 13])
@pytest.mark.parametrize("curled", [False, True])
def test_on_one_axis_the_closed_form_is_exact(length, curled):
    schedule = line(length, 16, curled)
    assert largest_lead(schedule) == lead_bound(schedule)


def test_the_closed_form_of_known_lattices():
    assert lead_bound(line(2, 16)) == 3 * 16 - 1
    assert lead_bound(line(2, 16, curled=True)) == 2 * 16 - 1
    assert lead_bound(line(8, 16, curled=True)) == 5 * 16 - 1
    both = Schedule((*NEAR, Axis("device", 8, 16, True), Axis("host", 4, 32)))
    assert lead_bound(both) == 5 * 16 - 1 + 5 * 32 - 1


@settings(max_examples=30)
@given(schedules(most=30))
def test_stopping_a_corner_is_worst(schedule):
    assert largest_lead(schedule, corners(schedule)) == largest_lead(schedule)


@pytest.mark.parametrize("delay", [0.5, 5.0, 12.0, 20.0, 50.0])
def test_without_jitter_efficiency_is_what_the_rule_says(delay):
    """The letter posted at the end of one opening's tick is there `stretch - 1` ticks later, or is waited for: each
    stretch takes max(stretch, 1 + delay) ticks."""
    schedule = line(8, 16, curled=True)
    found = simulate(schedule, 16 * 200, lambda tick: np.ones(8), {"host": delay})
    assert found.efficiency == pytest.approx(min(1.0, 16 / (1 + delay)), rel=0.01)


def test_a_bulk_synchronous_run_without_jitter_pays_for_every_exchange():
    found = simulate(line(4), 160, lambda tick: np.ones(4), {"host": 2.0}, exchanges=(1, 16))
    assert found.bulk == {1: 160 * 3.0, 16: 160 + 10 * 2.0}


def test_regions_of_one_worker_take_turns_and_send_themselves_letters_for_nothing():
    schedule = line(4)
    together = simulate(schedule, 100, lambda tick: np.arange(1.0, 5.0), {"host": 1000.0}, workers=[0, 0, 0, 0])
    assert together.wall == together.compute == 100 * 10
    seconds = np.random.default_rng(1).exponential(1.0, (100, 4))
    apart = simulate(schedule, 100, lambda tick: seconds[tick], {"host": 3.0}, workers=[0, 1, 2, 3])
    assert apart.wall == simulate(schedule, 100, lambda tick: seconds[tick], {"host": 3.0}).wall
    pairs = simulate(schedule, 320, lambda tick: np.ones(4), {"host": 100.0}, workers=[0, 0, 1, 1])
    # Regions 1 and 2 meet at every other opening alone: each two stretches take max(64, 32 + 2 + 100) seconds.
    assert pairs.compute == 640 and 1200 < pairs.wall < 1400


def test_processes_that_share_a_core_wait_for_each_others_letters():
    """Of 20 openings 19 have a letter to wait for, posted a tick of four regions and 100 seconds before."""
    late = {"host": 100.0}
    found = simulate(line(4), 320, lambda tick: np.ones(4), late, workers=[0, 0, 0, 0], apart=True)
    assert found.compute == 1280 and 19 * 104 <= found.wall <= 19 * 104 + 16 * 4
    alone = [simulate(line(4), 320, lambda tick: np.ones(4), late, apart=apart).wall for apart in (False, True)]
    assert alone[0] == alone[1]


def test_jitter_has_the_mean_and_the_deviation_it_is_given():
    work = jittered(200_000, 2.0, 0.3, 0.0, 0.0, 1)
    seconds = work(0)
    assert seconds.mean() == pytest.approx(2.0, rel=0.01) and seconds.std() == pytest.approx(0.6, rel=0.02)
    stalled = jittered(200_000, 2.0, 0.0, 0.01, 50.0, 1)(0)
    assert (stalled > 2.0).mean() == pytest.approx(0.01, rel=0.1) and stalled.max() >= 102
    assert (jittered(9, 2.0, 0.0, 0.0, 0.0, 1)(0) == 2.0).all()


def test_without_neighbours_there_is_no_bound():
    with pytest.raises(ValueError, match="no bound"):
        largest_lead(Schedule(NEAR))
