"""Pay of some functions alone, by lot, and without limit: the same bits on every backend, in regions and after a stop; and who is paid."""

import numpy as np
import pytest

import cyberspace as cs
from benchmarks.scale_worlds import LESSON, WINDOW, fills, tables
from cyberspace.analysis.inspect_run import inspect_run
from cyberspace.backends.backend import make_backend
from cyberspace.backends.xla.tasks import unfit_for_kernels
from cyberspace.errors import InputError
from cyberspace.law.digest import digest
from cyberspace.law.energy import audit
from cyberspace.law.genesis import genesis
from cyberspace.law.state import TALLY
from cyberspace.tasks.logic import FUNCTIONS, Logic
from cyberspace.tasks.pays import need_lot, need_pays
from cyberspace.worldfile.build import universe_from_text
from tests.laws.test_kernels import WIDTH
from tests.laws.test_regions import live
from tests.laws.test_resume import go_on, run
from tests.strategies import HERE, world

WORLD = """
[world]
seed = 7
[spaces.w]
kind = "gpu"
axes.lane = { length = 8 }
axes.warp = { length = 4 }
axes.sm = { length = 2 }
axes.device = { length = 1 }
body = { units = 16, senses = 16, shift = 3 }
genesis = "ancestor:learner"
density = 0.9
physics = { spark = 20, lifespan = 60, sunlight = 30, spore = 20, radiation = 2.0, lesson = 1 }
TASKS
[record]
every = 100
checkpoint_every = 100
"""
TASK = '[[spaces.w.tasks]]\nname = "{0}"\noptions = {{ {1} }}\nfill = 3\nwhere = {{ sm = [{2}, {3}] }}\n'
LADDER = "../examples/11_ladder/ladder.py:Ladder"
ARMS = {
    "logic": (
        ("logic", "cycles = 1, blocks = 1, pays = { EQU = 6, AND = 2 }"),
        ("logic", "cycles = 1, distractors = 1, lot = 2"),
    ),
    "ladder": ((LADDER, "blocks = 1"), (LADDER, "pays = { PARITY = 9 }, lot = 1")),
}
STOPS = (1, 40, 100)


def text_of(arm, regions=1):
    tasks = "".join(TASK.format(*task, k, k + 1) for k, task in enumerate(ARMS[arm]))
    return WORLD.replace("TASKS", tasks).replace("axes.device = { length = 1 }", f"axes.device = {{ length = {regions} }}")


def walk(backend):
    found, tick = [], 0
    for stop in STOPS:
        backend.advance(stop - tick)
        audit(backend.state())
        tick = stop
        found.append(digest(backend.state()))
    return found, backend.state().tally.tolist()


@pytest.mark.parametrize("arm", ARMS)
def test_all_live_the_same_everywhere(arm):
    place = world(text_of(arm))
    expected = walk(make_backend("reference", place, genesis(place)))
    assert expected[1][TALLY.index("paid")] > 0
    assert not unfit_for_kernels(place, WIDTH)
    for name, options in (("numba", {"threads": 1}), ("jax", {})):
        assert walk(make_backend(name, place, genesis(place), **options)) == expected, name


def test_regions_and_a_stop_change_nothing(tmp_path):
    universe = universe_from_text(text_of("logic", 2), "test.toml", HERE)[0]
    expected = live(universe, ["reference"], STOPS)
    assert live(universe, ["numba", "reference"], STOPS) == expected
    (tmp_path / "w.toml").write_text(text_of("logic", 2))
    run(tmp_path / "w.toml", tmp_path / "whole", 100)
    run(tmp_path / "w.toml", tmp_path / "parts", 70)
    go_on(tmp_path / "parts", 100)
    assert inspect_run(tmp_path / "parts") == inspect_run(tmp_path / "whole")


def said(sites, x, y, name):
    """Answers of a brain whose first unit performs a function."""
    want = np.array([FUNCTIONS[name][0](int(a), int(b)) for a, b in zip(x, y, strict=True)])
    answers = np.full((8, sites), -5, dtype=np.int8)
    answers[0] = np.where(want > 0, 5, -5)
    return answers


def block(task, name, sites=4096):
    """Scores, signals and who performs at the end of enough blocks of a perfect performer."""
    memory, draw = np.zeros((task.memory, sites), dtype=np.int32), np.random.default_rng(1)
    for lesson in range(task.block * task.blocks):
        if lesson % task.block == 0:
            bits = draw.integers(0, 2**32, (task.words, sites), dtype=np.uint32)
        shown, hidden = task.pose(np, bits, lesson)
        answers = said(sites, shown[0] > 0, shown[1] > 0, name)
        score, signal, memory = task.judge(np, answers, hidden, memory)
        assert lesson % task.block == task.block - 1 or not (score.any() or signal.any())
    return score, signal, task.performs(np, score, memory)


def test_by_lot_pay_has_nothing_to_do_with_what_is_answered():
    score, signal, does = block(Logic(lot=3), "AND")
    share = (score > 0).mean(axis=1)
    assert np.abs(share - 1 / 8).max() < 4 * np.sqrt(1 / 8 * 7 / 8 / 4096)
    assert (score.max(axis=1) == [120 * worth for _, worth in FUNCTIONS.values()]).all()
    goal = list(FUNCTIONS).index("AND")
    assert does[goal].all() and (signal[0] == 64).all(), "what is performed, and learned from, stays what it is"


def test_what_is_not_named_is_neither_paid_nor_felt_but_counts_as_performed():
    score, signal, does = block(Logic(pays={"EQU": 6}), "AND")
    assert not score.any() and not signal.any() and does[list(FUNCTIONS).index("AND")].all()
    score, signal, _ = block(Logic(pays={"EQU": 7, "NOT": 1}), "EQU")
    assert (score[-1] == 7 * 120).all() and (signal[0] == 64).all() and not score[:-1].any()


def test_by_lot_as_much_is_paid_as_flows_in():
    """The control's total is that of the run it is compared with: what flows in by its timetable is paid, but for a rest in the pools."""
    paid = [5000, 21_007, 40_000]
    values = fills(paid, 512)
    course = f"{{ table = {{ key = 'fill', at = {[WINDOW * k for k in range(3)]}, values = {values} }} }}"
    text = f"""
[spaces.w]
kind = "gpu"
axes.lane = {{ length = 32 }}
axes.warp = {{ length = 16 }}
genesis = "ancestor:replicator"
density = 1.0
physics = {{ lesson = {LESSON} }}
events = [{course}]
[[spaces.w.tasks]]
name = "logic"
options = {{ lot = 3 }}
"""
    living = live(universe_from_text(text, "test.toml", HERE)[0], ["numba"], [WINDOW, 2 * WINDOW, 3 * WINDOW])
    [tally] = living[1]
    assert abs(tally[TALLY.index("fill")] - sum(paid)) < len(FUNCTIONS) * WINDOW // LESSON
    assert 0 <= tally[TALLY.index("fill")] - tally[TALLY.index("paid")] < 0.01 * sum(paid)


def test_pools_as_large_as_all_may_claim_pay_every_claim():
    """The arm without sharing: what its pools hold covers EQU for everybody, and they are full again at every block."""
    place = cs.Simulation(tables("whole", 1024, []), backend="reference").universe.worlds[0]
    [task] = place.tasks
    assert task.cap >= 1024 * task.task.worth.max() and task.fill * task.task.judged >= task.cap


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("lot = 9", "lot a whole number from 0 to 8"),
        ("lot = true", "lot a whole number from 0 to 8"),
        ("lot = 0.5", "lot a whole number from 0 to 8"),
        ("pays = {}", "pays a table that names one function or more"),
        ("pays = 'EQU'", "pays a table that names one function or more"),
        ("pays = { EQ = 6 }", "EQU?"),
        ("pays = { EQU = 0 }", "pays.EQU a whole number from 1 to 270"),
        ("pays = { EQU = 271 }", "pays.EQU a whole number from 1 to 270"),
        ("pays = { EQU = true }", "pays.EQU a whole number"),
    ],
)
def test_wrong_pay_is_told(options, told):
    text = WORLD.replace("TASKS", TASK.format("logic", options, 0, 1))
    with pytest.raises(InputError) as error:
        universe_from_text(text, "test.toml", HERE)
    [line] = error.value.problems
    assert told in line and "spaces.w.tasks[0].options" in line


def test_what_tasks_say_of_their_pay_is_checked():
    assert need_lot(3) == 3 and need_pays(None, {"A": 1}) == {"A": 1} and need_pays({"A": 2}, {"A": 1}) == {"A": 2}
