"""What it costs to move data, inside a process and between ranks, and how long a tick takes."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cyberspace.law.letters import STAMP_BYTES, body_bytes
from cyberspace.machine import pingpong, probes
from cyberspace.machine.tick_time import letter_bytes, measure_tick
from cyberspace.worldfile.build import load_universe
from tests.conftest import TINY
from topology.machine import Cache, Link

ADDRESSES = st.lists(st.tuples(*[st.sampled_from("ab")] * 3), min_size=1, max_size=300)


@given(ADDRESSES.map(sorted))
def test_a_sample_of_pairs_meets_every_level(addresses):
    pairs = pingpong.sample_pairs(addresses)
    most = max(1, (len(addresses) - 1).bit_length())
    for name, found in pairs.items():
        assert 0 < len(found) <= most and len(set(found)) == len(found)
        assert all(pingpong.level(addresses[one], addresses[other]) == name and one < other for one, other in found)
    neighbours = {pingpong.level(one, other) for one, other in pairwise(addresses)}
    assert len(addresses) > 64 or neighbours <= set(pairs)


def test_levels_between_ranks():
    here = ("r", "k", "h")
    others = [here, ("r", "k", "x"), ("r", "x", "h"), ("x", "k", "h")]
    assert [pingpong.level(here, other) for other in others] == ["device", "host", "rack", "row"]


def test_probes_tell_what_they_promise():
    links = probes.memory_links([Cache(1, 2**15, 1), Cache(3, 2**16, 2)], repeats=5)
    assert [link.level for link in links] == ["L1", "L3", "memory"]
    threads = probes.thread_link(2, repeats=20)
    assert threads is None or threads.level == "thread"
    assert probes.thread_link(1) is None
    import jax

    copies = probes.device_links(jax.local_devices() * 2, repeats=5)  # any device will do
    assert [link.level for link in copies] == ["copy-in", "copy-out", "peer"]
    for link in [*links, *copies]:
        assert 0 < link.latency <= link.latency_p99 and 0 < link.bandwidth < np.inf
    assert probes.device_links([]) == []


def test_a_link_says_median_worst_and_bandwidth():
    link = probes.link("host", [1e-6] * 98 + [5e-6] * 2, [1e-3, 2e-3, 9e-3], size=1000)
    assert link == Link("host", 1e-6, pytest.approx(5e-6), 1000 / 2e-3, 1)


def test_the_pace_of_a_world(tiny):
    world = load_universe(tiny)[0].worlds[0]
    pace = measure_tick(world, 1)
    assert pace.sites == world.sites == 192 and pace.threads == 1
    assert pace.seconds > 0 and pace.site == pace.seconds / 192
    assert pace.letter == letter_bytes(world, 64)
    double = tiny.with_name("double.toml")
    double.write_text(TINY.replace("axes.core", "axes.device = { length = 2 }\naxes.core"))
    first = load_universe(double)[0].worlds[0]
    assert pace.letter == body_bytes(first, first.ends[0]) + STAMP_BYTES
