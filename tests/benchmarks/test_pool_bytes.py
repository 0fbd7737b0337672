"""The factorial on bytes: it goes on where it was stopped, counts whole repeats alone, and keeps of a task what is the same to the bit."""

import json
import math

import pytest

from benchmarks import pool_bytes, unlike
from benchmarks.pool import first, summary
from benchmarks.pool_bytes import CELLS, Given, Remembered, operators_of, rows_of, run, whole_repeats
from benchmarks.reused import reused
from cyberspace import Simulation

WORLD = """
[spaces.coins]
kind = "gpu"
backend = "reference"
genesis = "ancestor:replicator"
axes.lane = {{ length = 4 }}
physics = {{ lesson = 1, sunlight = {sunlight} }}
[[spaces.coins.tasks]]
name = "bytes"
options = {{ text = "markov:1", symbol = 1, shows = "slots", slots = 8, banks = 1, scale = 20 }}
"""


def row(repeat, cell, curve):
    return {"repeat": repeat, "cell": list(cell), "curve": curve, "states": {"evolve kept": 2, "cross crashed": 1}}


def test_a_second_call_goes_on_behind_the_last_line_even_if_it_is_torn(tmp_path):
    path, given = tmp_path / "rows.jsonl", Given(2, 10)
    assert rows_of(path, given) == []
    with path.open("a") as file:
        file.write(json.dumps(row(0, CELLS[0], [-1.0, -0.5])) + "\n" + '{"repeat": 0, "cell": [tr')
    assert [one["repeat"] for one in rows_of(path, given)] == [0]
    with pytest.raises(SystemExit, match="name another file"):
        rows_of(path, Given(3, 10))


def test_what_is_done_is_not_done_again(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(
        pool_bytes, "lived", lambda objective, side, repeat, given: asked.append(side) or {"curve": [-0.5], "states": {}}
    )
    path, given = tmp_path / "rows.jsonl", Given(1, 10)
    run(path, given, 1, math.inf, lambda objective, settings, count, seed: [seed])
    assert len(asked) == len(CELLS)
    rows = run(path, given, 2, math.inf, lambda objective, settings, count, seed: [seed])
    assert asked[len(CELLS) :] == [[1]] * len(CELLS)
    assert run(path, given, 3, -1.0, lambda *_: []) == rows_of(path, given)
    assert len(rows) == 2 * len(CELLS)


def test_repeats_that_not_all_cells_have_do_not_count():
    rows = [row(0, cell, [None, -0.5]) for cell in CELLS] + [row(1, CELLS[0], [-0.1, -0.1])]
    curves = whole_repeats(rows)
    assert all(curves[cell] == [[-math.inf, -0.5]] for cell in CELLS)
    assert operators_of(rows[:2]) == {
        "evolve": {"kept": 4, "discarded": 0, "crashed": 0},
        "cross": {"kept": 0, "discarded": 0, "crashed": 2},
    }


def test_a_factor_that_decides_is_found_and_one_that_does_nothing_is_not():
    times = {cell: [(3.0 if cell[0] else math.inf) + k % 3 for k in range(10)] for cell in CELLS}
    found = summary(times, {cell: [0.0] * 10 for cell in CELLS}, 0.5, 9)
    assert found["tests"]["bandit"]["p, Holm"] < 1e-6
    assert found["tests"]["cross"]["p, Holm"] > 0.5
    assert first([0.1, 0.5, 0.7], 0.5) == 2.0


def test_an_evaluation_is_made_once(monkeypatch):
    calls = []
    monkeypatch.setattr(
        pool_bytes.WorldObjective, "evaluate", lambda self, *given: calls.append(given) or pool_bytes.Outcome(float(given[2]))
    )
    made = Remembered()
    assert made.evaluate(made.start, b"", 3, 10).score == made.evaluate(dict(made.start), b"", 3, 10).score == 3.0
    assert len(calls) == made.ran == 1
    assert made.judged(made.start, b"", 0, 10) == pytest.approx(1_000_001)


def test_worlds_that_share_a_task_live_the_same_ticks_to_the_bit():
    def lived():
        return [
            Simulation(WORLD.format(sunlight=sunlight), backend="numba", threads=1).advance(20).digest for sunlight in (4, 9)
        ]

    fresh = lived()
    with reused():
        assert lived() == lived() == fresh
    assert fresh == [Simulation(WORLD.format(sunlight=sunlight)).advance(20).digest for sunlight in (4, 9)]
    assert fresh[0] != fresh[1]


def test_unlike_workers_are_told_by_experiments_and_by_clock():
    rows = [
        {"repeat": repeat, "way": way, "experiments": 9, "seconds": 10.0 * (1 + (way != "pool")), "end": -0.4,
         "to target": [5.0, 4.0] if way == "pool" else [5.0, 12.0], "by worker": {"w0": 9}, "states": {}}
        for repeat in range(8) for way in unlike.WAYS
    ]  # fmt: skip
    found = unlike.summary(rows, -0.48, 9)
    assert found["repeats"] == 8
    assert found["seconds"]["p, log-rank"] < 0.01
    assert found["experiments"]["p, log-rank"] > 0.9
    assert found["experiments by worker"] == {"w0": 72}
