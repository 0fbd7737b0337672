"""`cyberspace dissect` and `run.dissect`: from a run, from a file, against another; what is wrong is told in one line."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

import cyberspace as cs
from cyberspace.api.dissecting import dissect
from cyberspace.api.subjects import Choice, subject_of
from cyberspace.errors import InputError
from tests.api.worlds import POND, genome

BARE = POND.replace('backend = "reference"', 'backend = "reference"\ngenesis = "empty"')
"""The pond, with nobody in it to begin with."""

HUMAN = """
[world]
seed = 1
[spaces.square]
kind = "gpu"
backend = "reference"
genesis = "empty"
plaza = true
axes.lane = { length = 8 }
"""

OWN = """
import numpy as np
from cyberspace.tasks.task import Task

class Moody(Task):
    goals = ("mood",)

    def pose(self, xp, bits, lesson):
        return xp.zeros((1, bits.shape[1]), dtype=np.int8), ()

    def judge(self, xp, answers, hidden, memory):
        if answers.shape[1] == 19:  # the whole organism, sixteen units and two loci: what only a dissection asks
            raise ValueError("not today")
        return xp.zeros((1, answers.shape[1]), dtype=np.int32), xp.zeros((1, answers.shape[1]), dtype=np.int8), memory
"""


def saved(folder, world=BARE, site=3):
    sim = cs.Simulation(world)
    sim.put("transplant", to=site, genome=genome(sim), energy=100)
    sim.save(folder)
    return folder


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run with a replicator at site 3."""
    return saved(tmp_path_factory.mktemp("dissect") / "run")


def invoke(*words):
    return CliRunner().invoke(dissect, [str(word) for word in words])


def test_a_run_is_dissected_into_a_page_tables_and_json(run, tmp_path):
    words = ("--site", 3, "--neighbours", 60, "--pairs", 20, "--against", f"{run}:3", "--repeats", 2, "--lessons", 16)
    told = invoke(run, *words, "--out", tmp_path / "page.html", "--csv", tmp_path / "csv", "--json")
    assert told.exit_code == 0, told.output
    found = json.loads(told.stdout)
    assert (found["site"], found["lived_at"], found["space"]) == (3, 3, "pond")
    assert found["copier"]["words"] == "copies itself exactly" and found["neighbourhood"]["tried"] == 60
    assert [part["name"] for part in found["knock_outs"]["parts"] if part["kind"] == "locus"] == ["bias → reproduce", "a"]
    assert len(found["competition"]["bouts"]) == 2
    page = (tmp_path / "page.html").read_text()
    assert page.count("<img") == 5 and "copies itself exactly" in page
    assert (tmp_path / "csv" / "loci.csv").read_text().startswith("number,part,name,allele,loses")
    plain = invoke(run, "--site", 3, "--neighbours", 0, "--lessons", 16)
    assert plain.exit_code == 0 and "copies itself exactly" in plain.output and "bias → reproduce" in plain.output


def test_python_takes_the_same_from_a_run(run):
    found = cs.open_run(run).dissect(3, neighbours=40, lessons=16)
    assert found.neighbourhood.tried == 40 and found.epistasis is None and found.competition is None
    again = cs.open_run(run).dissect(who=f"{found.cradle}@{found.born}", where=5, neighbours=None, lessons=16)
    assert (again.lived_at, again.site, again.neighbourhood) == (3, 5, None)
    json.dumps(found.content(), allow_nan=False)


def test_a_file_is_tried_in_the_world_that_is_named(run, tmp_path):
    cs.open_run(run).organism(site=3).save(tmp_path / "one.npz")
    (tmp_path / "pond.toml").write_text(BARE)
    subject, _ = subject_of(tmp_path / "one.npz", Choice(world=str(tmp_path / "pond.toml")))
    assert subject.lab.site == 3 and subject.site == 3  # the world is the one that it comes from
    home, _ = subject_of(tmp_path / "one.npz", Choice(where=6))
    assert home.lab.site == 6 and np.array_equal(home.genome, subject.genome)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--site", 99), "got 99; expected a whole number from 0 to 15"),
        (("--site", -1), "got -1; expected a whole number from 0 to 15"),
        (("--site", 3, "--best", "EQU"), "--site and --best; expected one of them"),
        (("--who", "3"), "expected CRADLE@BORN"),
        (("--who", "3@999"), "somebody who lived at a checkpoint"),
        (("--best", "equ"), "expected one of NOT"),
        (("--space", "pont"), "expected one of pond; try: pond"),
        (("--tick", 7), "the ticks of its checkpoints"),
        (("--site", 3, "--where", 77), "--where: got 77"),
        (("--site", 3, "--lessons", 3), "judge after 16"),
        (("--site", 3, "--energy", 5000), "the most that anybody holds"),
        (("--site", 3, "--against", "nix"), "--against: got nix"),
        (("--site", 3, "--world", "x.toml"), "none for a run"),
        (("--site", 3, "--out", "."), "a file for the page"),
        (("--site", 3, "--backend", "abacus"), "backend: got 'abacus'"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(run, words, told):
    result = invoke(run, *words)
    assert isinstance(result.exception, InputError), result.output
    (line,) = result.exception.problems
    assert told in line and "; try: " in line


def test_an_empty_site_names_a_neighbour_who_lives(run):
    alive = cs.open_run(run).states()[1][0].region.alive
    empty = int(np.flatnonzero(~alive)[0])
    with pytest.raises(InputError, match=f"{empty}, where nobody lives; .* try: --site"):
        cs.open_run(run).dissect(empty)


def test_a_file_without_a_world_is_told_so(run, tmp_path):
    found = cs.open_run(run).organism(site=3).kept
    found.origins[0].pop("run", None)
    found.save(tmp_path / "lost.npz")
    with pytest.raises(InputError, match="a world to try it in; try: --world"):
        subject_of(tmp_path / "lost.npz", Choice())
    with pytest.raises(InputError, match="the number of an organism, 0 to 0"):
        subject_of(tmp_path / "lost.npz", Choice(who="1", world=str(run)))


def test_where_people_alone_pose_tasks_nothing_can_be_tried(tmp_path):
    run = cs.open_run(saved(tmp_path / "run", HUMAN))
    with pytest.raises(InputError, match="people alone pose tasks; expected a task that can be tried"):
        run.dissect(3)


def test_a_task_that_raises_is_told_in_one_line(tmp_path):
    (tmp_path / "own.py").write_text(OWN)
    (tmp_path / "w.toml").write_text(HUMAN.replace("plaza = true", "") + '[[spaces.square.tasks]]\nname = "own.py:Moody"\n')
    saved(tmp_path / "run", tmp_path / "w.toml")
    with pytest.raises(InputError, match="Moody, which raised ValueError: not today"):
        cs.open_run(tmp_path / "run").dissect(3)
