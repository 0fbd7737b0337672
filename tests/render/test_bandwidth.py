"""A slow line: what is asked for over it, how it is measured, and that what comes is put together again."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cyberspace.errors import Refused
from cyberspace.wire import packing, protocol
from render.about import AxisAbout, SpaceAbout
from render.bandwidth import FIRST, WAIT, Bandwidth, widened
from render.frames import Query, Series
from render.score import Score
from render.viewing import Viewing, joined
from topology import SPACE_AXES

LONG = {"warp": 128, "lane": 64}
SPACE = SpaceAbout("s", "gpu", tuple(AxisAbout(name, LONG.get(name, 1)) for name in SPACE_AXES), goals=("NOT",))


def answered(line, rate, delay, size, took=0.0):
    line.note(size, delay + size / rate + took, took)


def test_a_line_is_measured_by_what_comes_and_a_busy_run_is_no_slow_line():
    line = Bandwidth(able=True)
    assert line.packs and line.rate == 0
    for _ in range(4):
        answered(line, 1e5, 0.4, 1500, took=2.0)
        answered(line, 1e5, 0.4, 30_000, took=5.0)
    assert line.delay == pytest.approx(0.4, rel=0.1) and line.rate == pytest.approx(1e5, rel=0.2) and line.packs
    answered(line, 1e7, 0.4, 30_000)
    for _ in range(3):
        line.note(30_000, 3.0, 0.0)  # the run did not look at its door for some time
    assert line.rate >= 1e6, "the best of the latest counts"


def test_nothing_is_measured_or_left_out_near_by_or_of_a_run_that_does_not_pack():
    for line in (Bandwidth(near=True, able=True), Bandwidth()):
        answered(line, 1e3, 1.0, 50_000)
        assert not line.packs and not line.strides({"warp": 1024, "lane": 1024}, 2**20) and not line.words({})


@pytest.mark.parametrize("rate", [2e4, 1e5, 3e6])
def test_a_frame_is_as_large_as_the_line_carries_in_a_moment(rate):
    line = Bandwidth(able=True)
    line.each = 5.0
    first = line.strides({"warp": 1024, "lane": 1024}, 2**20)
    assert 2**20 / np.prod(list(first.values())) * line.each <= FIRST
    answered(line, rate, 0.0, 200_000)
    found = line.strides({"warp": 1024, "lane": 1024}, 2**20)
    bytes_sent = 2**20 / np.prod(list(found.values() or [1])) * line.each
    assert bytes_sent <= max(FIRST / 4, WAIT * rate) and (bytes_sent > max(FIRST / 4, WAIT * rate) / 2.1 or not found)
    assert not line.strides({"warp": 32, "lane": 32}, 1024), "of a small space all is shown"
    assert "slow line" in line.words(found) or not found


@settings(max_examples=25)
@given(st.tuples(st.integers(1, 9), st.integers(1, 9)), st.tuples(st.integers(1, 4), st.integers(1, 4)))
def test_each_place_that_was_sent_stands_for_those_after_it(shape, strides):
    values = np.arange(shape[0] * shape[1]).reshape(shape)
    found = widened(values[:: strides[0], :: strides[1]], strides, shape)
    rows, columns = np.indices(shape)
    np.testing.assert_array_equal(found, values[rows - rows % strides[0], columns - columns % strides[1]])


def test_a_coarse_frame_is_asked_for_and_read():
    line = Bandwidth(able=True)
    viewing = Viewing(line)
    whole = np.arange(SPACE.sites, dtype=np.int32).reshape(SPACE.shape)
    line.rates.append(8000.0)
    keys, read = viewing.frame(Query("s", ("energy", "heard")), SPACE, ["warp", "lane"], {"energy"})
    stride = keys["stride"]
    assert keys["fields"] == ["energy"] and stride["warp"] > 1 and "after" not in keys
    sent = whole[..., :: stride["warp"], :: stride.get("lane", 1)]
    line.size = 6 * sent.size  # a little more than was thought
    frame = read({"tick": 7, "space": "s", "info": {}}, {"energy": sent.reshape(sent.shape[-2:])})
    place = (0, 0, 0, 0, 0, 5, 3)
    assert (
        frame.arrays["energy"].shape == SPACE.shape
        and "heard" in frame.missing
        and viewing.words.startswith("slow line (8 kB/s")
    )
    assert frame.value("energy", place) == frame.value("energy", frame.seen(place)) == whole[frame.seen(place)]
    keys, read = viewing.frame(Query("s", ("energy", "heard")), SPACE, ["warp", "lane"], {"energy"})
    assert keys["after"] == 7 and read({"tick": 7, "same": True}, {}) is frame


def series(ticks):
    values = np.array(ticks, dtype=np.float64)
    spread = np.repeat(values[:, None], 6, axis=1)
    return Series("s", np.array(ticks, dtype=np.int64), {"alive": values}, (Score("t", "u", "higher", spread),))


def test_of_timelines_only_what_is_new_is_asked_for(monkeypatch):
    viewing = Viewing(Bandwidth(able=True))
    assert viewing.series("s") == {"space": "s", "most": 400}
    viewing.lengthened(series([1, 5, 9]))
    assert viewing.series("s") == {"space": "s", "since": 10}
    found = viewing.lengthened(series([12, 15]))
    assert found.ticks.tolist() == found.values["alive"].tolist() == found.scores[0].spread[:, 5].tolist() == [1, 5, 9, 12, 15]
    assert joined(found, series([])).ticks.tolist() == [1, 5, 9, 12, 15] == joined(found, series([9, 15])).ticks.tolist()
    monkeypatch.setattr("render.viewing.MOST_SAMPLES", 4)
    assert joined(found, series([20])).ticks.tolist() == [5, 12, 20], "every second one is dropped, and never the newest"


@pytest.mark.parametrize("kind", protocol.DTYPES)
def test_what_is_packed_is_unpacked(kind):
    values = np.random.default_rng(0).integers(0, 2, (3, 5, 7)).astype(kind)
    for shown in (values, values[:0], values[1]):
        frames = protocol.answer(3, {"tick": 1}, {"a": shown}, packed=True)
        head, arrays = protocol.read_answer(frames)
        assert head["arrays"][0]["packed"] and arrays["a"].dtype == shown.dtype
        np.testing.assert_array_equal(arrays["a"], shown)
    large = np.arange(4096, dtype=np.int32)
    assert len(packing.pack(large)) < large.nbytes / 2


@pytest.mark.parametrize(
    "wrong", [b"", b"no such thing", packing.pack(np.zeros(5, np.int32)), packing.pack(np.zeros(50, np.int32))]
)
def test_what_was_not_packed_is_refused(wrong):
    frames = protocol.answer(3, {}, {"a": np.zeros(6, np.int32)}, packed=True)
    with pytest.raises(Refused, match="array"):
        protocol.read_answer([frames[0], wrong])


def test_a_bomb_is_not_blown_up():
    frames = protocol.answer(3, {}, {"a": np.zeros(6, np.int32)}, packed=True)
    huge = frames[0].replace(b"[6]", b"[1073741824]")
    with pytest.raises(Refused, match="too large"):
        protocol.read_answer([huge, packing.pack(np.zeros(6, np.int32))])


def test_packing_is_asked_for_by_truth_values_alone():
    assert protocol.parse(protocol.request("about", 1, pack=True), "watch").pack
    assert not protocol.parse(protocol.request("about", 1), "watch").pack
    with pytest.raises(Refused, match="pack: expected true or false"):
        protocol.parse(protocol.request("about", 1, pack="zip"), "watch")
