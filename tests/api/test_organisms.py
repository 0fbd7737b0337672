"""Organisms as files: out of a run, into a file, into a genesis, into a branch, into the freezer."""

import json

import numpy as np
import pytest

import cyberspace as cs
from cyberspace.analysis.specimens import about, lines
from cyberspace.api.choosing import _best
from cyberspace.api.commands import organism
from cyberspace.errors import InputError
from cyberspace.law.settlers import Settlers
from cyberspace.record.own_files import FILES
from cyberspace.specimens import Specimens, read_specimens, together
from organisms.genome import WEIGHT_PER_ALLELE
from tests.api.worlds import POND

AXES = "density = 0.3\naxes.lane = { length = 8 }\naxes.device = { length = 2, stretch = 16 }"
TWO = POND.replace("axes.lane = { length = 8 }", AXES).replace("spark = 20", "spark = 0")
"""Two regions of 16 sites."""

STILL = TWO.replace("density = 0.3\n", "").replace("seed = 7", "seed = 8")


def make(folder, text=TWO, ticks=40):
    cs.Simulation(text).advance(ticks).save(folder)
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with a run `a` at tick 40, and `all.npz`, all that live there."""
    home = tmp_path_factory.mktemp("organisms")
    run = cs.open_run(make(home / "a"))
    run.organisms().save(home / "all.npz")
    together([run.organisms()] * 3).save(home / "many.npz")
    return home


@pytest.fixture(scope="module")
def everybody(home):
    return cs.load_organisms(home / "all.npz")


def command(*arguments):
    organism.main([str(one) for one in arguments], standalone_mode=False)


def test_a_file_holds_who_lives_as_it_lives(home, everybody):
    state = cs.open_run(home / "a").state()
    alive = state.alive.values.ravel()
    sites = np.flatnonzero(alive)
    np.testing.assert_array_equal(everybody.columns["site"], sites)
    for name in ("energy", "founder", "cradle", "born", "generation"):
        np.testing.assert_array_equal(everybody.columns[name], getattr(state, name).values.ravel()[sites])
    genome, weights = (getattr(state, name).values for name in ("genome", "weights"))
    np.testing.assert_array_equal(everybody.genome, genome.reshape(len(alive), -1)[sites])
    np.testing.assert_array_equal(everybody.weights, weights.reshape(len(alive), 16, 32)[sites])
    (origin,) = everybody.origins
    assert (origin["space"], origin["rule"], origin["tick"]) == ("pond", "hebbian", 40)


def test_a_file_written_again_is_the_same_file(home, everybody):
    assert everybody.content() == (home / "all.npz").read_bytes()
    assert read_specimens(everybody.content(), "x").digest(True) == everybody.digest(True)


def test_one_organism_is_saved_from_a_run_and_from_a_simulation(home, tmp_path):
    run = cs.open_run(home / "a")
    site = int(run.organisms(count=1).columns["site"][0])
    one = run.organism(site)
    one.save(tmp_path / "one.npz")
    run.simulation().organism(site).save(tmp_path / "same.npz")
    first, second = (cs.load_organisms(tmp_path / name) for name in ("one.npz", "same.npz"))
    np.testing.assert_array_equal(first.genome[0], one.genome)
    np.testing.assert_array_equal(first.weights[0], one.brain.values)
    assert first.digest(True) == second.digest(True)
    with pytest.raises(InputError, match="a file that is there"):
        one.save(tmp_path / "one.npz")
    dead = next(k for k in range(32) if k not in run.organisms().columns["site"])
    with pytest.raises(InputError, match="nobody lives"):
        run.organism(dead).save(tmp_path / "dead.npz")


def test_the_ancestors_of_one_are_those_that_the_simulation_tells(home):
    run, simulation = cs.open_run(home / "a"), cs.Simulation(TWO).advance(40)
    sites = run.organisms().columns["site"]
    told = [run.organism(int(site)).ancestry for site in sites]
    assert told == [simulation.organism(int(site)).ancestry for site in sites] and any(told)


def test_a_file_is_told_in_words(everybody):
    told = about(everybody)
    assert told["organisms"] == len(everybody) == len(told["each"]) and told["loci"] == 536
    assert json.loads(json.dumps(told)) == told
    text = "\n".join(lines(everybody))
    assert (
        "16 units, 16 senses, shift 5" in text
        and f"organisms {len(everybody)}, of" in text
        and text.count("\n- ") == len(everybody)
    )
    assert lines(together([everybody, everybody]))[-1] == f"and {2 * len(everybody) - 20} more"


def test_several_files_become_one(everybody):
    both = together([everybody[:3], everybody[5:7]])
    np.testing.assert_array_equal(both.genome, everybody.genome[[0, 1, 2, 5, 6]])
    assert both.origins == everybody.origins and read_specimens(both.content(), "x").digest(False) == both.digest(False)


def settled(home, genesis, more=""):
    text = STILL.replace("axes.device", f'genesis = "{genesis}"\n{more}\naxes.device')
    (home / "world.toml").write_text(text)
    return home / "world.toml"


def test_organisms_are_dealt_in_turn_over_the_regions(home, everybody):
    for learned in (False, True):
        more = "density = 1.0\n" + ("learned = true" if learned else "")
        state = cs.Simulation(settled(home, "file:all.npz", more)).state
        turn = np.concatenate([(k + 2 * np.arange(16)) % len(everybody) for k in range(2)])
        np.testing.assert_array_equal(state.genome.values.reshape(32, -1), everybody.genome[turn])
        np.testing.assert_array_equal(state.founder.values.ravel(), everybody.columns["founder"][turn])
        inborn = everybody.genome[turn][:, :512].reshape(32, 16, 32).astype(int) * WEIGHT_PER_ALLELE
        expected = everybody.weights[turn] if learned else inborn
        np.testing.assert_array_equal(state.weights.values.reshape(32, 16, 32), expected)


def test_every_organism_gets_its_turn_somewhere():
    for count in range(1, 9):
        for regions in (1, 2, 3, 4):
            seen = set()
            for first in range(regions):
                place = Settlers(np.zeros((1, count), np.int8), np.ones(count, np.uint32), None, first % count, regions)
                seen |= set(place.turn(count).tolist())
            assert seen == set(range(count))


def test_a_run_is_a_genesis_and_the_same_as_its_file(home):
    one, other = cs.Simulation(settled(home, "from:a@40")), cs.Simulation(settled(home, "file:all.npz"))
    assert one.digest == other.digest and one.identity != other.identity


def test_what_counts_is_part_of_the_identity(home, everybody):
    world = settled(home, "file:part.npz")
    found = []
    for part, more in ((everybody[:3], ""), (everybody[:4], ""), (everybody[:3], "learned = true"), (everybody[:3], "")):
        part.save(home / "part.npz", force=True)
        found.append(cs.Simulation(settled(home, "file:part.npz", more)).identity)
    assert len(set(found)) == 3 and found[0] == found[3] and world.exists()


@pytest.mark.parametrize("genesis", ["file:copy.npz", "from:gone@40"])
def test_the_organisms_travel_with_the_run(home, everybody, genesis):
    everybody.save(home / "copy.npz", force=True)
    (home / "gone").symlink_to(home / "a")
    run, name = home / genesis[:4], settled(home, genesis)
    cs.Simulation(name).save(run)
    expected = cs.Simulation(name).advance(20).digest
    here = cs.Simulation(name)
    (home / "copy.npz").unlink()
    (home / "gone").unlink()
    assert cs.open_run(run).simulation().advance(20).digest == expected
    assert len(list((run / FILES).rglob("*.npz"))) == 1
    branch = cs.open_run(run).fork(home / f"{genesis[:4]}-fork", **{"spaces.pond.physics.upkeep": 4})
    assert branch.simulation().advance(1).tick == 1
    if genesis.startswith("from"):
        here.fork(seed=4).save(home / "from-saved")
    (one,) = (run / FILES).rglob("*.npz")
    one.write_bytes(b"x")
    with pytest.raises(InputError, match="another file than the run was started with"):
        cs.open_run(run)


def test_backends_agree_on_settlers_and_on_those_who_are_placed(home, everybody):
    world = settled(home, "file:all.npz", "learned = true\ndensity = 0.5")
    digests = set()
    for backend in ("reference", "numba", "jax"):
        simulation = cs.Simulation(world, backend=backend)
        (free,) = np.nonzero(~simulation.state.alive.values.ravel())
        one = everybody[2]
        weights = one.weights[0].ravel().tolist()
        simulation.put("transplant", to=int(free[0]), genome=one.genome[0].tolist(), weights=weights, energy=100)
        digests.add(simulation.advance(24).digest)
    assert len(digests) == 1


def test_organisms_are_placed_by_acts_of_a_branch(home, tmp_path, everybody):
    everybody[:2].save(tmp_path / "two.npz")
    before = cs.open_run(home / "a").facts
    command("import", tmp_path / "two.npz", home / "a", "--learned", "--energy", "77", "--out", tmp_path / "b")
    facts = cs.open_run(tmp_path / "b").facts
    assert facts["alive"] == before["alive"] + 2 and facts["energy"]["balanced"]
    assert facts["origin"]["digest"] == before["digest"] == cs.open_run(home / "a").facts["digest"]
    assert "2 of" in facts["origin"]["placed"]
    acts = [json.loads(line) for path in (tmp_path / "b" / "journal").glob("*.jsonl") for line in path.read_text().splitlines()]
    assert [one["act"]["energy"] for one in acts if "act" in one] == [77, 77]
    run = cs.open_run(tmp_path / "b")
    assert run.simulation().advance(30).digest == cs.open_run(tmp_path / "b").simulation(backend="numba").advance(30).digest


def test_the_command_chooses(home, tmp_path, everybody, capsys):
    command("export", home / "a", "--at", "40", "--count", "3", "--out", tmp_path / "x.npz")
    assert len(cs.load_organisms(tmp_path / "x.npz")) == 3
    site = int(everybody.columns["site"][4])
    command("export", home / "a", "--site", site, "--out", tmp_path / "y.npz")
    np.testing.assert_array_equal(cs.load_organisms(tmp_path / "y.npz").genome[0], everybody.genome[4])
    command("show", tmp_path / "x.npz", "--json")
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["organisms"] == 3


def test_the_best_are_the_richest_who_perform(home, everybody):
    performs = everybody.performs.copy()
    performs[[1, 3, 5], 0] = True
    made = Specimens(everybody.body, everybody.genome, everybody.weights, everybody.columns, everybody.goals, performs)
    found = _best([made], everybody.goals[0], 2)
    energy = everybody.columns["energy"]
    assert found.columns["energy"].tolist() == sorted(energy[[1, 3, 5]], reverse=True)[:2]


WORLDS = {
    "no file": ("file:nix.npz", "", "spaces.pond.genesis: got file:nix.npz (no file"),
    "a folder": ("file:a", "", "a folder"),
    "a folder in place of a name": ("file:", "", "a folder"),
    "no npz": ("file:world.toml", "", "none of ours"),
    "another body": ("file:all.npz", "body.units = 24", "organisms of another body (16 units"),
    "another slope": ("file:all.npz", "body.shift = 6", "shift 5; 536 loci); expected 16 units, 16 senses, shift 6"),
    "no run": ("from:nix@40", "", "from:nix@40: "),
    "no tick": ("from:a", "", "checkpoints of 40; try: from:a@40"),
    "no number": ("from:a@x", "", "checkpoints of 40; try: from:a@40"),
    "no checkpoint": ("from:a@41", "", "from:a@41: got 41; expected one of 40, the ticks of its checkpoints; try: 40"),
    "a run of another body": ("from:a@40", "body.senses = 24", "organisms of another body"),
    "weights of a soup": ("soup", "learned = true", "pond.learned: got true"),
    "a word like it": ("files:x", "", "file:FILE.npz, from:RUN@TICK"),
}


@pytest.mark.parametrize("name", WORLDS)
def test_a_genesis_that_is_none_is_refused(home, name):
    genesis, more, expected = WORLDS[name]
    with pytest.raises(InputError) as caught:
        cs.Simulation(settled(home, genesis, more))
    assert len(caught.value.problems) == 1 and expected in caught.value.problems[0]


COMMANDS = {
    "a site where nobody lives": (("export", "a", "--site", "DEAD", "--out", "q.npz"), "where nobody lives"),
    "no site": (("export", "a", "--site", "99", "--out", "q.npz"), "a site from 0 to 31"),
    "two choices": (("export", "a", "--site", "1", "--best", "EQU", "--out", "q.npz"), "another choice"),
    "no goal": (("export", "a", "--best", "EQ", "--out", "q.npz"), "try: EQU"),
    "nobody who does it": (("export", "a", "--best", "EQU", "--out", "q.npz"), "none of"),
    "no space": (("export", "a", "--space", "lake", "--out", "q.npz"), "expected one of pond"),
    "no checkpoint": (("export", "a", "--at", "3", "--out", "q.npz"), "got 3; expected one of 40"),
    "a file in the way": (("export", "a", "--out", "all.npz"), "a file that is there"),
    "no place": (("export", "a", "--out", "nix/q.npz"), "a place where a file can be written"),
    "more than there is room for": (("import", "many.npz", "a", "--out", "q"), "free sites"),
    "a site that is taken": (("import", "all.npz", "a", "--count", "1", "--site", "LIVING", "--out", "q"), "somebody lives there"),
    "a site of nowhere": (("import", "all.npz", "a", "--count", "1", "--site", "99", "--out", "q"), "a site of pond, from 0 to 31"),
    "too few sites": (("import", "all.npz", "a", "--count", "2", "--site", "1", "--out", "q"), "one for each of 2"),
    "too much energy": (("import", "all.npz", "a", "--count", "1", "--energy", "999999", "--out", "q"), "at most the cap"),
    "a folder in use": (("import", "all.npz", "a", "--count", "1", "--out", "a"), "a place that is in use"),
}  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_can_not_be_done_leaves_nothing(home, everybody, name, monkeypatch):
    said, expected = COMMANDS[name]
    sites = everybody.columns["site"].tolist()
    words = {"DEAD": next(k for k in range(32) if k not in sites), "LIVING": sites[0]}
    monkeypatch.chdir(home)
    before = sorted(home.iterdir())
    with pytest.raises(InputError) as caught:
        command(*(words.get(one, one) for one in said))
    assert len(caught.value.problems) == 1 and expected in caught.value.problems[0]
    assert sorted(home.iterdir()) == before


def test_the_score_that_a_task_measures_goes_along(tmp_path):
    text = POND.replace('name = "logic"', 'name = "stream"').replace("spark = 20", "lesson = 2")
    simulation = cs.Simulation(text).advance(60)
    simulation.save(tmp_path / "a")
    found = cs.open_run(tmp_path / "a").organisms()
    (place,) = simulation.universe.worlds[0].tasks
    expected = place.task.measure(simulation.regions[0].engine.look("memory"))[found.columns["site"]]
    np.testing.assert_array_equal(found.columns["score"], expected)
    assert np.isfinite(expected).any() and found.origins[0]["unit"] == place.task.unit
    assert f"score {expected[np.isfinite(expected)][0]:.4g} {place.task.unit}".strip() in "\n".join(lines(found))
