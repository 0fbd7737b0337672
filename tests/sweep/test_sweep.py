"""A plan becomes a table: each run is a run, its outcomes are those of the run, and nothing is lived twice."""

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from matplotlib.figure import Figure

import cyberspace as cs
from cyberspace.analysis.measures.diversity import of_counts
from cyberspace.errors import InputError
from cyberspace.sweep.cells import jobs_of
from cyberspace.sweep.commands import sweep
from cyberspace.sweep.figures import figure_of
from cyberspace.sweep.plan import read_plan
from cyberspace.sweep.pools import slurm_pool
from cyberspace.sweep.sweep import held, live
from cyberspace.sweep.tables import gather, summary_table
from cyberspace.sweep.work import Place
from tests.sweep.plans import PLAN, WORLD, results, told, write

ROOT = Path(__file__).parents[2]


def invoke(*words):
    return CliRunner().invoke(sweep, [*map(str, words), "--processes", "1", "--quiet"], catch_exceptions=False)


def rows(folder, name):
    with (folder / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """A finished sweep: its plan and its folder."""
    folder = tmp_path_factory.mktemp("done")
    plan = write(folder, PLAN.replace("seeds = 2", 'seeds = 2\nkeep = "run"'))
    invoke(plan, "--out", folder / "out")
    return plan, folder / "out"


def test_each_run_is_the_run_of_its_world(done):
    _, folder = done
    found = rows(folder, "runs")
    assert [(row["arm"], row["seed"]) for row in found] == [("rich", "1"), ("rich", "2"), ("poor", "1"), ("poor", "2")]
    alone = cs.Simulation(WORLD.replace('name = "logic"', 'name = "logic"\noptions = { pay = 10 }'), seed=2).advance(80)
    assert found[3]["digest"] == alone.digest[:16]
    assert int(found[3]["alive"]) == int(alone.state["alive"].sum())


def test_what_is_finished_is_not_lived_again(done):
    plan, folder = done
    before, tables = results(folder), told(folder)
    invoke(plan, "--out", folder)
    assert results(folder) == before and len(before) == 4
    assert told(folder) == tables


def test_more_seeds_go_on_and_another_outcome_is_measured_of_kept_runs(done, tmp_path):
    plan, folder = done[0], tmp_path / "out"
    shutil.copytree(done[1], folder)
    before, ran = results(folder), {path.name: path.stat().st_mtime_ns for path in (folder / "runs").iterdir()}
    write(tmp_path, plan.read_text().replace("seeds = 2", "seeds = [1, 2, 5]"))
    invoke(tmp_path / "plan.toml", "--out", folder)
    after = results(folder)
    assert before.items() <= after.items() and len(after) == 6
    write(
        tmp_path, plan.read_text().replace("[outcomes.not]", '[outcomes.births]\nkind = "count"\nof = "births"\n[outcomes.not]')
    )
    invoke(tmp_path / "plan.toml", "--out", folder)
    assert all(float(row["births"]) > 0 for row in rows(folder, "runs"))
    assert ran.items() <= {path.name: path.stat().st_mtime_ns for path in (folder / "runs").iterdir()}.items()


def test_the_page_has_a_figure_for_each_outcome(done):
    _, folder = done
    page = (folder / "index.html").read_text()
    assert page.count("<img") == 3 and "4 of 4 runs are finished" in page
    assert {"alive.png", "not.png", "many.png", "comparisons.csv", "summary.csv"} <= told(folder).keys()
    assert [row["p"] != "" for row in rows(folder, "comparisons")] == [False, True]


def test_more_cells_than_colours_are_strips_with_a_diamond_where_half_got_there(tmp_path):
    arms = PLAN[PLAN.index("[arms.rich]") : PLAN.index("[outcomes.alive]")]
    text = PLAN[: PLAN.index("[[compare]]")].replace(
        arms, "[factors]\nspaces.soup.tasks.0.options.pay = " + str([*range(12)]) + "\n"
    )
    plan = read_plan(write(tmp_path, text))
    jobs = jobs_of(plan)
    found = [
        {
            "key": job.key, "mark": job.mark, "values": list(job.values), "seed": job.seed, "tick": 80, "digest": "", "seconds": 0.0,
            "outcomes": {"alive": 1.0, "not": None if job.values == ("3",) else 40.0, "many": True},
        }
        for job in jobs
    ]  # fmt: skip
    few, many = (figure_of(gather(plan, some), plan.outcomes["not"]) for some in (found[:20], found))
    for one, lines in ((few, 10), (many, 11)):  # a curve of each of ten cells; a diamond of all but one
        axes = Figure().add_subplot()
        one.draw(axes, one.rows)
        assert len(axes.get_lines()) == lines
    assert [tick.get_text() for tick in axes.get_yticklabels()] == [f"{k} ({2 * (k != 3)} of 2)" for k in range(12)]


def test_a_run_ends_once_its_outcome_is_known(tmp_path):
    text = PLAN.replace("seeds = 2", 'seeds = 1\nuntil = "born"').replace("ticks = 80", "ticks = 100_000")
    plan = write(tmp_path, text + '[outcomes.born]\nkind = "own.py:born"\nsort = "time"\n')
    (tmp_path / "own.py").write_text("def born(run):\n    return run.births['tick'].min() if len(run.births) else None\n")
    invoke(plan, "--out", tmp_path / "out")
    found = rows(tmp_path / "out", "runs")
    assert all(int(row["ticks"]) % 40 == 0 and int(row["born"]) <= int(row["ticks"]) < 1000 for row in found)
    assert not list((tmp_path / "out" / "runs").iterdir())  # nothing but the outcomes is kept


def test_intervals_and_counts_of_a_case_by_hand(tmp_path):
    plan = read_plan(write(tmp_path, PLAN.replace("seeds = 2", "seeds = 4")))
    values = {"rich": [(10, 40, True), (12, None, True), (14, 80, False), (16, None, None)], "poor": []}
    found = [
        {
            "values": [arm],
            "seed": seed,
            "tick": 120,
            "digest": "0",
            "outcomes": dict(zip(("alive", "not", "many"), one, strict=True)),
        }
        for arm, each in values.items()
        for seed, one in enumerate(each, 1)
    ]
    head, table = summary_table(gather(plan, found))
    told = {(row[0], row[1]): dict(zip(head, row, strict=True)) for row in table}
    alive, late, many = (told[name, "rich"] for name in ("alive", "not", "many"))
    assert alive["value"] == 13 and alive["high"] == pytest.approx(13 + 3.1824 * np.std([10, 12, 14, 16], ddof=1) / 2, abs=1e-3)
    assert (late["count"], late["n"], late["value"], late["median"]) == (2, 4, 0.5, 80)
    assert (many["count"], many["n"]) == (2, 3)
    assert late["low"] == pytest.approx(0.0676, abs=1e-4)  # Clopper and Pearson (1934): 2 of 4
    assert told["alive", "poor"]["n"] == 0


def test_diversity_of_a_case_by_hand():
    assert of_counts(np.array([5, 5, 5, 5])).hill1 == pytest.approx(4)
    assert of_counts(np.array([9])).hill1 == 1
    assert of_counts(np.array([3, 1])).hill1 == pytest.approx(np.exp(-(0.75 * np.log(0.75) + 0.25 * np.log(0.25))))


def test_two_sweeps_in_one_folder(done):
    plan, folder = done
    with held(Place(folder)), pytest.raises(InputError, match="a sweep that is going on"):
        invoke(plan, "--out", folder)


def test_submitit_does_the_work(done, tmp_path):
    plan, folder = done
    chosen, place = read_plan(plan), Place(tmp_path / "out")
    with slurm_pool(tmp_path / "logs", "debug", {"slurm_partition": "short"}, 3) as pool:
        live(chosen, place, pool)
    assert told(tmp_path / "out") == {name: told(folder)[name] for name in told(tmp_path / "out")}


WRONG = {
    "base": ('base = "w.toml"', 'base = "v.toml"', "base: got v.toml"),
    "ticks": ("ticks = 80", "ticks = 0", "ticks: got 0"),
    "no ticks": ("ticks = 80", "", "ticks: got nothing"),
    "seeds": ("seeds = 2", "seeds = [1, 1]", "seeds, each once"),
    "no seeds": ("seeds = 2", "seeds = 0", "seeds: got 0"),
    "words as seeds": ("seeds = 2", 'seeds = "all"', "seeds: got 'all'"),
    "unknown key": ("every = 40", "evry = 40", "evry: got an unknown key"),
    "look": ("look = 40", "look = 60", "a multiple of every"),
    "until": ("look = 40", 'look = 40\nuntil = "alive"', "until: got 'alive'"),
    "kind": ('kind = "count"', 'kind = "coumt"', "try: count"),
    "option": ('of = "alive"', 'of = "alive"\nat = 3', "outcomes.alive.at: got an unknown key"),
    "goal": ('goal = "NOT"', 'goal = "NOTT"', "outcomes.not.goal: got 'NOTT'"),
    "space": ('goal = "NOT"', 'goal = "NOT"\nspace = "sop"', "outcomes.not.space: got 'sop'"),
    "own": ('kind = "count"\nof = "alive"', 'kind = "own.py:f"', "no file"),
    "key": ("spaces.soup.tasks.0.options.pay = 10", "spaces.sop.density = 1", "no space sop"),
    "value": ("spaces.soup.tasks.0.options.pay = 10", "spaces.soup.density = 2", "density: got 2"),
    "key of a world": (
        "spaces.soup.tasks.0.options.pay = 10",
        "spaces.soup.physics.sunlite = 2",
        "sunlite: got an unknown key",
    ),
    "no task": ("spaces.soup.tasks.0.options.pay = 10", "spaces.soup.tasks.3.fill = 2", "spaces.soup.tasks.3"),
    "factor": ("[outcomes.alive]", "[factors]\nspaces.soup.density = 1\n[outcomes.alive]", "a list of values"),
    "factor twice": ("[outcomes.alive]", "[factors]\nspaces.soup.density = [1, 1]\n[outcomes.alive]", "values, each once"),
    "outcome": ('outcome = "many"', 'outcome = "mny"', "try: many"),
    "compared factor": ('factor = "arm"', 'factor = "amr"', "try: arm"),
    "test": ('test = "fisher"', 'test = "fischer"', "test: got 'fischer'"),
    "test of another sort": ('test = "fisher"', 'test = "log-rank"', "log-rank of many"),
    "of": ('test = "fisher"', 'test = "fisher"\nof = ["rich", "poorer"]', "try: poor"),
    "name of a file": ("[outcomes.not]", "[outcomes.'../not']", "outcomes: got '../not'"),
    "name that is taken": ("[outcomes.not]", "[outcomes.runs]", "outcomes: got 'runs'"),
    "twice": ("[outcomes.alive]", "[factors]\nspaces.soup.tasks.0.options.pay = [1]\n[outcomes.alive]", "two factors change"),
    "backend": ("seeds = 2", 'seeds = 2\nbackend = "nunba"', "backend: got 'nunba'"),
    "toml": ("ticks = 80", "ticks = ", "not TOML"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_plan_gets_one_clear_message(tmp_path, case):
    before, after, message = WRONG[case]
    assert before in PLAN
    plan = write(tmp_path, PLAN.replace(before, after, 1))
    with pytest.raises(InputError, match=r"plan\.toml.*expected .*; try: ") as caught:
        jobs_of(read_plan(plan))
    assert message in str(caught.value) and len(caught.value.problems) == 1


@pytest.mark.parametrize("body", ["return 'many'", "return run.nothing", "return float('inf')"])
def test_an_own_function_that_fails_is_named(tmp_path, body):
    plan = write(tmp_path, PLAN.replace('kind = "count"\nof = "alive"', 'kind = "own.py:f"'))
    (tmp_path / "own.py").write_text(f"def f(run):\n    {body}\n")
    with pytest.raises(InputError, match=r"outcomes\.alive: got .*own\.py:f.*; try: "):
        invoke(plan, "--out", tmp_path / "out")


def test_a_damaged_result_is_named(done, tmp_path):
    shutil.copytree(done[1], tmp_path / "out")
    one = next((tmp_path / "out" / "cells").glob("*.json"))
    one.write_text(json.dumps({"key": 1})[:-1])
    with pytest.raises(InputError, match=r"a damaged file .*; try: rm "):
        invoke(done[0], "--out", tmp_path / "out")


PLANS = sorted(path for path in (ROOT / "examples" / "experiments").glob("*.toml") if "\n[outcomes." in path.read_text())


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_the_plans_of_the_examples_are_right(path):
    plan = read_plan(path)
    jobs = jobs_of(plan)
    assert plan.file.question and len({job.key for job in jobs}) == len(jobs) >= 20
