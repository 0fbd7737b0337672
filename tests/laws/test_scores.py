"""Scores that are recorded are those of the living in the state of that tick, on every backend, and after a stop as without one."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import cyberspace as cs
from cyberspace.analysis.inspect_run import inspect_run
from cyberspace.errors import InputError
from cyberspace.record.checkpoint import load, newest
from cyberspace.record.run_folder import open_run
from cyberspace.record.scores import COLUMNS, QUANTILES, scores_of
from cyberspace.run import runtime
from cyberspace.run.crew import Plan
from cyberspace.tasks.load import load_task
from cyberspace.watch.genealogy import Genealogy
from cyberspace.watch.look import DERIVED, Seen, fields_about
from render.fields import BY_NAME, needs
from render.frames import Query
from render.page import write_page
from render.panels.hovered import hovered
from render.replay import Replay
from render.report import write_report
from render.source import read_sources
from tests.lives import recorded

TASKS = Path(__file__).parents[1] / "scored_tasks.py"

WORLD = """
[world]
seed = 3
[record]
every = 10
checkpoint_every = 20
fields = ["energy"]
[spaces.w]
kind = "gpu"
axes.lane = { length = 8 }
axes.warp = { length = 2 }
axes.sm = { length = 2 }
axes.device = { length = 2 }
genesis = "ancestor:learner"
density = 0.9
physics = { spark = 20, lifespan = 60, sunlight = 30, lesson = 1 }
[[spaces.w.tasks]]
name = "stream"
where = { sm = [0, 1] }
[[spaces.w.tasks]]
name = "scored_tasks.py:Off"
where = { sm = [1, 2] }
"""


def world_file(folder):
    path = folder / "world.toml"
    path.write_text(WORLD.replace("scored_tasks.py", str(TASKS)))
    return path


def live(path, out, ticks, backend="reference"):
    folder = open_run(out) if out.exists() else runtime.begin(path, out, None, backend)
    runtime.go(folder, Plan(ticks, folder.file.record.every, backend, quiet=True))


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A run of forty ticks on the reference, without a stop."""
    folder = tmp_path_factory.mktemp("scores")
    live(world_file(folder), folder / "run", 40)
    return folder / "run"


def expected(states):
    """The spread of both scores, from the states of both regions alone."""
    rows = []
    for first, best in ((0, np.max), (1, np.min)):
        values = []
        for state in states:
            alive, memory = state.region.alive, state.region.memory.astype(np.float64)
            here = alive & (np.arange(len(alive)) // 16 == first)
            count = memory[0, here]
            lived = count >= 8 if first == 0 else count >= 1
            values.append(memory[1, here][lived] / count[lived] * (1 if first == 0 else 1000))
        together = np.concatenate(values)
        rows.append([*np.quantile(together, QUANTILES), best(together)])
    return np.array(rows)


def test_what_is_recorded_is_what_numpy_finds_in_the_states(whole, tmp_path):
    for backend in ("reference", "numba"):
        sim = cs.Simulation(str(whole.parent / "world.toml"), backend=backend, threads=1)
        sim.advance(40)
        states = sim._living.states()
        np.testing.assert_allclose(sim.scores[list(COLUMNS)].to_numpy(), expected(states), rtol=1e-12)
        sim.save(tmp_path / backend)
        found = recorded(tmp_path / backend)["w/series/scores"][-1]
        np.testing.assert_array_equal(found, recorded(whole)["w/series/scores"][-1])
        np.testing.assert_allclose(found, expected(states), rtol=1e-12)


def test_a_run_that_was_stopped_records_the_same(whole, tmp_path):
    for ticks in (13, 40):
        live(whole.parent / "world.toml", tmp_path / "run", ticks)
    np.testing.assert_array_equal(recorded(tmp_path / "run")["w/series/scores"], recorded(whole)["w/series/scores"])
    assert inspect_run(tmp_path / "run") == inspect_run(whole)


def test_inspect_python_report_and_page_name_the_unit(whole, command):
    run = cs.open_run(whole)
    fact = run.facts["scores"]["off"]
    assert (fact["unit"], fact["better"], fact["tick"]) == ("rights per mille", "lower", 40)
    assert fact["spread"]["best"] <= fact["spread"]["5 %"] <= fact["spread"]["median"]
    assert "rights per mille" in command("inspect", whole).stdout
    table = run.scores
    assert table.unit.unique().tolist() == ["right answers", "rights per mille"]
    last = run.series.scores.sel(score="off", quantile="median").values[-1]
    assert last == table[table.task == "off"]["median"].iloc[-1] == fact["spread"]["median"]
    assert run.series.chance.sel(goal="off") == run.chance["off"]
    write_report(whole)
    page = write_page(read_sources(whole))
    assert "score-off.png" in page and "rights per mille" in page and "(by chance" in page
    assert (whole / "report" / "score-off.png").is_file()


def test_pointing_at_somebody_tells_its_score_in_a_record_as_in_a_run(whole):
    """Of the first task that says one, with its unit; where that is not posed, or nothing is known yet, it says so."""
    replay = Replay(whole)
    about = replay.about.spaces[0]
    assert about.score[0] == "stream, higher is better" and about.score[1]
    replay.ask_frame(Query("w", needs(BY_NAME["energy"], about), 40))
    frame = replay.poll()[0]
    shown, folder = frame.arrays["score"].reshape(2, -1), open_run(whole, rest=True)
    for region, state in enumerate(load(newest(folder.checkpoints)[0])):
        world, arrays = folder.universe.worlds[region], state.region
        seen = Seen(world, region, 40, lambda name, sites=None, of=arrays: getattr(of, name), Genealogy(1))
        np.testing.assert_array_equal(DERIVED["score"].compute(seen, None), shown[region])
        told = scores_of(world, state)[0]
        np.testing.assert_allclose(shown[region][np.isfinite(shown[region])], told, rtol=1e-6)
    lives = frame.arrays["energy"].reshape(2, -1)[0] > 0
    known = np.isfinite(shown[0])
    assert known.any() and not known[16:].any() and lives[16:].any()  # it is not posed in the other half
    assert {one["name"]: one["unit"] for one in fields_about(world)}["score"] == about.score[1]
    model = SimpleNamespace(frame=frame, space=about)
    for sites, words in ((known, f"{about.score[1]} (stream, higher"), (lives & ~known, "score not known yet (stream")):
        model.hover = tuple(int(k) for k in np.unravel_index(np.flatnonzero(sites)[-1], frame.arrays["energy"].shape))
        assert words in hovered(model) and "holds" in hovered(model)


def test_a_record_that_is_older_than_scores_goes_on_without(whole, tmp_path, monkeypatch):
    with monkeypatch.context() as before:
        before.setattr("cyberspace.record.layout.scored", lambda world: ())
        live(whole.parent / "world.toml", tmp_path / "run", 20)
    assert "scores" not in inspect_run(tmp_path / "run")
    live(whole.parent / "world.toml", tmp_path / "run", 40)
    assert inspect_run(tmp_path / "run")["digest"] == inspect_run(whole)["digest"]
    assert not len(cs.open_run(tmp_path / "run").scores)


def test_a_task_that_is_not_posed_says_no_score():
    text = WORLD.replace("scored_tasks.py", str(TASKS)).replace("sm = [0, 1] }", "sm = [0, 1] }\nuntil = 20")
    sim = cs.Simulation(text, backend="reference")
    sim.advance(20)
    assert np.isfinite(sim.scores["median"]).all()
    sim.advance(1)
    assert sim.scores["median"].isna().tolist() == [True, False]


@pytest.mark.parametrize(
    ("kind", "said"), [("Wrong", r"measure: numbers of shape \(\); expected"), ("NoWay", "better = 'more'; expected")]
)
def test_a_score_that_is_none_is_refused(kind, said, tmp_path):
    with pytest.raises(InputError, match=said):
        load_task(f"{TASKS}:{kind}", {}, tmp_path, "spaces.w.tasks[0]", 4)
