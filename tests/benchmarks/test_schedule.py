"""The tables of docs/schedule.md, and the model beside a run."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import schedule
from benchmarks import trace as traces
from benchmarks.maxplus import Schedule, simulate
from tests.topology.test_machine import host, machine
from topology import FAR_AXES, Axis
from topology.fit import rule
from topology.machine import Link
from topology.machine_file import machine_to_text

ROOT = Path(__file__).parents[2]
LINK = {"latency": 0.5, "bandwidth": 100.0, "bytes": 200}


def trace(ranks=2, **more):
    """A run of four regions as the model has it."""
    axes = [Axis("host", 4, 16), Axis("lane", 32, 2)]
    seconds = np.random.default_rng(3).exponential(1.0, (4, 100))
    workers = [region * ranks // 4 for region in range(4)]
    delays = {"host": 2.5}
    wall = simulate(Schedule(tuple(axes)), 100, lambda tick: seconds[:, tick], delays, workers).wall
    facts = {
        "regions": 4,
        "ranks": ranks,
        "axes": [{"name": a.name, "length": a.length, "stretch": a.stretch, "curled": a.curled} for a in axes],
        "tick_seconds": seconds.tolist(),
        "wall_seconds": wall,
        "link": LINK,
    }
    return {**facts, **more}


@pytest.mark.parametrize("ranks", [1, 2, 4])
def test_the_model_is_compared_with_a_measured_run(tmp_path, ranks):
    path = tmp_path / "trace.json"
    path.write_text(json.dumps(trace(ranks)))
    *_, row = schedule.against(path)
    assert "| 1.000 |" in row and row.startswith(f"| 4 | {ranks} | 100 |")
    path.write_text(json.dumps({**trace(ranks), "wall_seconds": 2 * trace(ranks)["wall_seconds"]}))
    assert "| 0.500 |" in schedule.against(path)[-1]


def test_every_far_axis_has_a_link_and_wider_ones_are_slower():
    assert set(schedule.LINKS) == set(FAR_AXES)
    latencies = [schedule.LINKS[axis][0] for axis in FAR_AXES]
    assert latencies == sorted(latencies, reverse=True)


def test_a_trace_may_start_later(tmp_path):
    path = tmp_path / "trace.json"
    whole = trace(4)
    shifted = {**whole, "first_tick": 32}
    path.write_text(json.dumps(shifted))
    assert "| 1.000 |" in schedule.against(path)[-1], "32 ticks are whole periods and an even number of openings"


@pytest.mark.parametrize(
    "wrong",
    [
        {"regions": 3},
        {"tick_seconds": [[1.0], [1.0]]},
        {"tick_seconds": [[1.0], [1.0, 2.0], [1.0], [1.0]]},
        {"placement": [0, 0, 1]},
        {"placement": [0, 1, 0, 1]},
        {"axes": [{"name": "sea", "length": 4, "stretch": 2}]},
        {"axes": [{"name": "host"}]},
    ],
)
def test_traces_that_contradict_themselves_are_refused(tmp_path, wrong):
    path = tmp_path / "trace.json"
    path.write_text(json.dumps(trace(**wrong)))
    command = [sys.executable, "-m", "benchmarks.schedule", "--against", path]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert done.returncode == 1 and "trace.json: " in done.stderr and "Traceback" not in done.stderr


def test_costs_are_those_of_the_machine_file(tmp_path):
    path = tmp_path / "machine.json"
    path.write_text(machine_to_text(machine(host(ranks=2), links=[Link("device", 1e-6, 3e-6, 2e9, 1)])))
    cost = schedule.costs(str(path), 0.01)
    assert cost.tick == 1e-3 and cost.letter == 160_000
    assert cost.delay("device") == pytest.approx(0.01 + 3e-6 + 160_000 / 2e9)
    assert cost.delay("host") == pytest.approx(0.01 + 5e-5 + 160_000 / 1.2e9)
    assert cost.jitters["as measured"] == (0.1, 0, 0)


@pytest.mark.parametrize("delay", [0.0, 0.01, 0.5])
def test_every_size_is_fitted_by_the_rule(delay):
    cost = schedule.costs(None, delay)
    for lengths in schedule.LATTICES:
        universe = schedule.fitted(lengths, cost)
        assert universe.regions == np.prod(lengths)
        for axis in (axis for axis in universe.axes if axis.far):
            latency, speed = cost.links[axis.name]
            assert axis.stretch >= rule(latency, cost.letter, speed, cost.tick)


def test_the_tables_say_what_was_simulated():
    cost = schedule.costs(None, 0.0)
    heads, _, *rows = schedule.sizes_table(cost, 256, [(1, 1, 2, 2)])
    assert len(rows) == 3 and all(row.count("|") == heads.count("|") for row in rows)
    still = [cell.strip() for cell in rows[0].split("|")[1:-1]]
    assert still[:6] == ["4", "1 x 1 x 2 x 2", "32, 16", "none", "1.000", "1.000"] and still[8] == "0"  # no jitter, no spread
    assert set(FAR_AXES) == set(cost.links)
    heads, _, *rows = schedule.stretch_table(128, regions=4, jitter=0.0)
    cells = {row.split("|")[1].strip(): [cell.strip() for cell in row.split("|")[3:-1]] for row in rows}
    assert cells["0.5"] == ["**1.000**"] * 5
    assert cells["50.0"][-1] == "**1.000**" and float(cells["50.0"][0]) < 0.11


def test_a_trace_is_gathered_from_what_regions_wrote_down(tmp_path, monkeypatch):
    """Region 1 starts a second later and is one span further when both have lived the first ticks."""
    monkeypatch.setattr(traces, "usable_cpus", lambda: {0, 1})
    (tmp_path / "world.toml").write_text(traces.WORLD.format(ranks=2, stretch=16))
    for region, (late, spans) in enumerate([(0.0, [256, 256, 8, 8]), (1.0, [256, 264, 8])]):
        rows, now = [], late
        for ticks in spans:
            rows.append([ticks, now, now + 2.0 * ticks, 1.0])
            now += 2.0 * ticks
        (tmp_path / f"region-{region}.json").write_text(json.dumps(rows))
    found = traces.gather(tmp_path, 2, 0.5)
    assert found["first_tick"] == 520 and found["regions"] == found["ranks"] == 2
    assert found["tick_seconds"] == [[2.0] * 8, [3.0] + [2.0] * 7]
    assert found["wall_seconds"] == 8 * 2 + 1
    assert found["link"]["latency"] == pytest.approx(0.5 + 2e-6)
    assert {axis["name"] for axis in found["axes"]} == {"device", "sm", "warp", "lane"}
    read, seconds, workers = schedule.read_trace(found)
    assert read.regions == 2 and seconds.shape == (2, 8) and workers == [0, 1]
