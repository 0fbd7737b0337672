"""The machine as found, and the worlds that fit it, on machines that never were."""

import json
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topology import FAR_AXES, Axis, KraftError, RulerClock
from topology.axes import DEFAULT_STRETCH, MAX_STRETCH
from topology.fit import FitError, covered, far_lengths, near_lengths, need, power_of_two, rule, stretch_far
from topology.machine import LEVELS, Cache, Gpu, Host, Link, Machine, TickTime
from topology.machine_file import MachineError, machine_from_text, machine_to_text

COUNT = st.integers(1, 200)
SECONDS = st.floats(1e-9, 1, allow_nan=False)
LINKS = st.builds(Link, st.sampled_from(LEVELS), SECONDS, SECONDS, st.floats(1e3, 1e13), COUNT)
TICK_TIMES = st.builds(
    TickTime,
    st.floats(1e-6, 1),
    st.floats(0, 3),
    st.floats(0, 1),
    st.floats(0, 100),
    COUNT,
    st.integers(0, 2**24),
    COUNT,
    st.text(),
)
CACHES = st.lists(st.builds(Cache, st.integers(1, 5), st.integers(0, 2**40), COUNT), max_size=4).map(tuple)


@st.composite
def hosts(draw):
    gpus = draw(st.integers(0, 3))
    kind = st.sampled_from(["nvlink", "node", "unknown"])
    cards = tuple(
        Gpu(draw(st.text()), draw(st.integers(0, 2**40)), draw(st.integers(0, 200)), tuple(draw(kind) for _ in range(gpus)))
        for _ in range(gpus)
    )
    rack = draw(st.integers(0, 3))
    numbers = [draw(COUNT) for _ in range(6)]
    return Host(
        draw(st.text()), (f"row {rack % 2}", f"rack {rack}"), *numbers, draw(st.integers(0, 2**50)), draw(CACHES), cards
    )


MACHINES = st.builds(
    Machine,
    st.lists(hosts(), min_size=1, max_size=6).map(tuple),
    st.lists(LINKS, max_size=8, unique_by=lambda link: link.level).map(tuple),
    TICK_TIMES,
    st.lists(st.text(), max_size=3).map(tuple),
)


def host(rack="", row="", ranks=1, nodes=1, gpus=0, cores=8, lanes=32):
    card = Gpu("card", 2**30, 132, ("unknown",) * gpus)
    return Host("h", (row, rack), ranks, 1, nodes, cores, 2 * cores, lanes, 0, (), (card,) * gpus)


def machine(*hosts, links=()):
    return Machine(hosts, tuple(links), TickTime(1e-3, 0.1, 0, 0, 8192, 160_000, 1, "numba"), ())


@given(MACHINES)
def test_a_machine_is_read_back_exactly(found):
    assert machine_from_text(machine_to_text(found)) == found


@given(MACHINES, st.data())
def test_what_is_left_out_or_added_is_refused(found, data):
    content = json.loads(machine_to_text(found))
    tables = [content, content["pace"], *content["hosts"], *content["links"]]
    table = data.draw(st.sampled_from(tables))
    if data.draw(st.booleans()):
        table.pop(data.draw(st.sampled_from(sorted(table))))
    else:
        table["colour"] = 1
    with pytest.raises(MachineError):
        machine_from_text(json.dumps(content))


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (["version"], 2, "version"),
        (["version"], True, "version"),
        (["hosts"], [], "hosts"),
        (["hosts", 0, "cores"], 0, r"hosts\[0\].cores"),
        (["hosts", 0, "cores"], 1.5, r"hosts\[0\].cores"),
        (["hosts", 0, "cores"], True, r"hosts\[0\].cores"),
        (["hosts", 0, "name"], 3, r"hosts\[0\].name"),
        (["hosts", 0, "gpus"], {}, r"hosts\[0\].gpus"),
        (["hosts", 0, "gpus", 0, "links"], [], r"hosts\[0\].gpus\[0\].links"),
        (["links", 0, "level"], "sea", r"links\[0\].level"),
        (["links", 0, "latency"], -1e-6, r"links\[0\].latency"),
        (["links", 0, "latency"], math.inf, r"links\[0\].latency"),
        (["links", 0, "bandwidth"], 0, r"links\[0\].bandwidth"),
        (["pace"], [], "pace"),
        (["pace", "seconds"], 0, "pace"),
    ],
)
def test_malformed_files_are_refused_with_the_place(path, value, place):
    found = machine(host(gpus=1), links=[Link("device", 1e-6, 1e-6, 1e9, 1)])
    content = json.loads(machine_to_text(found))
    inner = content
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    with pytest.raises(MachineError, match=f"^{place}: got "):
        machine_from_text(json.dumps(content))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "3"])
def test_what_is_no_table_is_refused(text):
    with pytest.raises(MachineError, match=r"^file: got "):
        machine_from_text(text)


@given(SECONDS, st.integers(0, 2**30), st.floats(1e3, 1e12), st.floats(1e-6, 1))
def test_within_the_ticks_of_the_rule_a_letter_arrives(latency, size, bandwidth, tick):
    ticks = rule(latency, size, bandwidth, tick)
    assert (ticks - 3) * tick >= (latency + size / bandwidth) * (1 - 1e-12)
    assert (ticks - 4) * tick <= (latency + size / bandwidth) * (1 + 1e-12)
    stretch = power_of_two(ticks)
    assert stretch & (stretch - 1) == 0 and ticks <= stretch < 2 * ticks


NEAR = st.lists(st.sampled_from([1, 2, 4, 8, 16]), max_size=3).map(
    lambda found: tuple(Axis(name, 2, stretch) for name, stretch in zip(("sm", "warp", "lane"), found, strict=False))
)
TICKS = st.one_of(st.integers(1, 200), st.integers(1, MAX_STRETCH))


@given(st.dictionaries(st.sampled_from(FAR_AXES), TICKS), st.dictionaries(st.sampled_from(FAR_AXES), TICKS), NEAR)
def test_far_stretches_keep_the_rule_kraft_and_order(needs, floors, near):
    room = 1 - sum(Fraction(1, axis.stretch) for axis in near)
    if room < 0 or (needs and room == 0):
        with pytest.raises(KraftError):
            stretch_far(needs, floors, near)
        return
    try:
        found = stretch_far(needs, floors, near)
    except FitError:
        assert max(needs.values()) > MAX_STRETCH // 8 or max(floors.values(), default=0) > MAX_STRETCH // 8
        return
    assert set(found) == set(needs)
    assert sum(Fraction(1, stretch) for stretch in found.values()) <= room
    RulerClock((*near, *(Axis(name, 2, stretch) for name, stretch in found.items())))
    for name, stretch in found.items():
        assert stretch >= max(needs[name], floors.get(name, DEFAULT_STRETCH[name]))
        assert stretch & (stretch - 1) == 0
    inwards = [found[name] for name in FAR_AXES if name in found]
    assert inwards == sorted(inwards, reverse=True)


def test_a_quick_machine_keeps_the_start_values():
    near = tuple(Axis(name, 8, DEFAULT_STRETCH[name]) for name in ("sm", "warp", "lane"))
    assert stretch_far(dict.fromkeys(FAR_AXES, 4), {}, near) == {"row": 128, "rack": 64, "host": 32, "device": 16}
    assert stretch_far({"device": 17, "host": 4}, {}, near) == {"host": 32, "device": 32}


@given(MACHINES)
def test_far_axes_hold_no_more_regions_than_the_machine(found):
    lengths = far_lengths(found)
    places = [h.place for h in found.hosts]
    assert lengths["row"] * lengths["rack"] * lengths["host"] == len(found.hosts)
    assert lengths["row"] * lengths["rack"] in (1, len(set(places)))
    for h in found.hosts:
        assert lengths["device"] <= max(len(h.gpus), h.ranks, h.nodes)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (machine(host()), (1, 1, 1, 1)),
        (machine(host(nodes=4)), (1, 1, 1, 4)),
        (machine(host(nodes=4, ranks=2)), (1, 1, 1, 2)),
        (machine(host(gpus=8, nodes=2)), (1, 1, 1, 8)),
        (machine(host(gpus=8), host(gpus=4), host(gpus=4)), (1, 1, 3, 4)),
        (machine(host(gpus=1, ranks=4)), (1, 1, 1, 4)),
        (machine(*(host(f"rack {k // 2}", f"row {k // 4}", ranks=3) for k in range(8))), (2, 2, 2, 3)),
        (machine(host("a", "x"), host("a", "x"), host("b", "x")), (1, 1, 3, 1)),
        (machine(host("a", "x"), host("b", "x"), host("c", "y")), (1, 3, 1, 1)),
    ],
)
def test_far_lengths_of_some_machines(found, expected):
    assert tuple(far_lengths(found)[name] for name in FAR_AXES) == expected


def test_near_axes_have_the_shape_of_the_machine():
    assert near_lengths(machine(host(ranks=2)), 8192) == ("cpu", {"core": 4, "thread": 64, "lane": 32})
    assert near_lengths(machine(host(ranks=20, lanes=8)), 64) == ("cpu", {"core": 1, "thread": 8, "lane": 8})
    assert near_lengths(machine(host(cores=1)), 2**17) == ("cpu", {"core": 4, "thread": 1024, "lane": 32})
    assert near_lengths(machine(host(gpus=2)), 2**18) == ("gpu", {"sm": 132, "warp": 64, "lane": 32})


def test_the_rule_sees_every_link_that_a_letter_crosses():
    slow, quick = Link("rack", 0.05, 0.1, 1e9, 1), Link("host", 1e-6, 1e-6, 1e9, 1)
    assert covered("host", {"host": 4}) == ("row", "rack", "host")
    assert covered("host", {"host": 4, "rack": 2}) == ("host",)
    found = machine(host(), host(), links=[slow, quick])
    assert need(found, "host", {"host": 2}, 0, 1e-3) == 103
    assert need(found, "host", {"host": 2, "rack": 2}, 0, 1e-3) == 4
    assert need(found, "device", {"device": 2, "host": 2}, 0, 1e-3) == 1, "nobody measured it"
    copies = [Link("copy-in", 0.001, 0.002, 1e9, 1), Link("copy-out", 0.001, 0.003, 1e9, 1)]
    found = machine(host(gpus=1), host(gpus=1), links=[quick, *copies])
    assert need(found, "host", {"host": 2}, 10**6, 1e-3) == math.ceil(5.001 + 3) + 3
    peers = machine(host(gpus=2), links=[Link("peer", 0.004, 0.004, 1e9, 1)])
    assert need(peers, "device", {"device": 2}, 0, 1e-3) == 7


def test_a_link_that_no_stretch_can_hide_is_told():
    found = machine(host(), host(), links=[Link("host", 100, 100, 1e9, 1)])
    with pytest.raises(FitError, match="host"):
        need(found, "host", {"host": 2}, 0, 1e-3)
