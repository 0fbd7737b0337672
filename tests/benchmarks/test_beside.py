"""Runs on an emulated device: what is gathered from them, and that the model says how long a real one takes."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from benchmarks import beside
from benchmarks.emulate import Device
from benchmarks.schedule import modelled, read_trace
from benchmarks.trace import WORLD, gather, measure


@pytest.fixture
def told(tmp_path):
    """What two ranks wrote down: spans of one and two ticks by turns, a second a tick beyond the draws, looks of 0.25 s."""
    device = Device(2.0, 0.3)
    (tmp_path / "world.toml").write_text(WORLD.format(ranks=2, stretch=16))
    (tmp_path / "device.json").write_text(json.dumps(asdict(device)))
    for region in (0, 1):
        drawn, rows, tries, now, lived = device.seconds(region, 96), [], [], 10.0, 0
        for count in [1, 2] * 32:
            end = now + drawn[lived : lived + count].sum() + count
            rows.append([count, now, end, 0.5])
            tries += [[now, end, True], [end + 0.25, end + 0.3, False], [end + 0.75, end + 0.8, False]]
            now, lived = end + 1.25, lived + count
        (tmp_path / f"region-{region}.json").write_text(json.dumps(rows))
        (tmp_path / f"rank-{region}.json").write_text(json.dumps(tries))
    return tmp_path, device


def test_a_tick_is_what_was_drawn_and_its_share_of_the_rest(told):
    folder, device = told
    trace = gather(folder, 2, 0.0, first=8)
    first = trace["first_tick"]
    _, seconds, _ = read_trace(trace)
    drawn = np.stack([device.seconds(region, 96)[first:] for region in (0, 1)])
    assert first == 9 and trace["ranks"] == 2
    np.testing.assert_allclose(seconds[:, 1:], drawn[:, 1:] + 1)
    np.testing.assert_allclose(np.array(trace["drawn_seconds"])[:, 1:], drawn[:, 1:])
    looks = np.array(trace["look_seconds"])
    np.testing.assert_allclose(looks[0, :6], [0.25, 0, 0.25, 0.25, 0, 0.25])


def test_what_looks_cost_is_taken_from_a_run(told):
    folder, _ = told
    trace = gather(folder, 2, 0.0, first=9)
    found = beside.costs(folder, trace)
    assert found.loop.poll == pytest.approx(0.5) and found.loop.look == pytest.approx(0.25)
    assert found.plain == pytest.approx(1.0, abs=0.05) and found.opening == pytest.approx(1.0, abs=0.3)
    cells = [cell.strip() for cell in beside.row(trace, found, "gamma", 0.01).strip("|").split("|")]
    assert len(cells) == len(beside.HEADS) and cells[:4] == ["2", "gamma", "16", "10"]


def test_a_run_that_mostly_waits_and_the_model_take_at_least_what_letters_take(tmp_path):
    """Letters are under way for 30 ms, and ticks of 1 ms open the link every 8.  How near the model comes is measured by the benchmark."""
    trace = measure(tmp_path / "run", 2, 128, 8, 0.03, 32, Device(1e-3, 0.3))
    _, seconds, _ = read_trace(trace)
    start, looks = trace["first_tick"], np.array(trace["look_seconds"])
    loop = replace(beside.costs(tmp_path / "run", trace).loop, known=lambda tick: looks[:, tick - start])
    under_way = (seconds.shape[1] // 8 - 1) * 0.03
    model = modelled(trace, seconds, loop).wall
    assert trace["wall_seconds"] >= under_way
    assert model >= max(under_way, seconds.sum(axis=1).max())
    fast = {**trace, "link": {**trace["link"], "latency": 0.0}}
    assert seconds.sum(axis=1).max() <= modelled(fast, seconds, loop).wall <= model
