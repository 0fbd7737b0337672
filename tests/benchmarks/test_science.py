"""What stands in the results of an experiment needn't be lived again."""

import json
from pathlib import Path

from benchmarks.science import RESULTS, restore
from cyberspace.sweep.cells import jobs_of
from cyberspace.sweep.plan import read_plan
from cyberspace.sweep.sweep import done_of
from cyberspace.sweep.work import Place

PLAN = Path(__file__).parents[2] / "examples" / "experiments" / "heredity.toml"


def test_finished_runs_are_restored_and_nothing_else(tmp_path):
    jobs, place = jobs_of(read_plan(PLAN)), Place(tmp_path / "sweep")
    results = RESULTS / "science-heredity.json"
    known = {one["key"]: one for one in json.loads(results.read_text())["runs"]}
    assert len(known) == len(jobs) == 40
    known.pop(jobs[0].key)
    (tmp_path / "some.json").write_text(json.dumps({"runs": list(known.values())}))
    assert restore(tmp_path / "nothing.json", place, jobs) == 0
    assert restore(tmp_path / "some.json", place, jobs) == 39
    assert done_of(place, jobs) == known
