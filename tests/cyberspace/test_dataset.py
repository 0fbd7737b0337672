"""A dataset as a task: read once, posed by chance, judged alike on every backend, and a part of it never shown."""

import sys

import numpy as np
import pytest
import torch
from torch.utils.data import Dataset, IterableDataset, TensorDataset

import cyberspace as cs
from cyberspace.tasks.dataset import LUCK, DatasetTask, bar
from cyberspace.tasks.load import load_task

FIVE_LINES = """import torch
from cyberspace.tasks.dataset import DatasetTask
class Sign(DatasetTask):
    def dataset(self):
        return [(torch.tensor([x, -x]), int(x > 0)) for x in range(-100, 101, 2)]
"""

WORLD = """
[spaces.pond]
kind = "gpu"
axes.lane = { length = 32 }
axes.warp = { length = 4 }
genesis = "ancestor:learner"
density = 0.5
physics = { radiation = 4, lesson = 2, lifespan = 200 }

[[spaces.pond.tasks]]
name = "sign.py:Sign"
fill = 8.0
options = { fine = 3, stretch = 20 }
"""


def of(data):
    """A task made of a dataset."""
    return type("Mine", (DatasetTask,), {"dataset": lambda self: data})


def labelled(count=60, classes=3, features=4):
    rng = np.random.default_rng(1)
    table = torch.tensor(rng.integers(-127, 128, (count, features)))
    return TensorDataset(table, torch.arange(count) % classes)


@pytest.fixture
def world(tmp_path):
    (tmp_path / "sign.py").write_text(FIVE_LINES)
    (tmp_path / "world.toml").write_text(WORLD)
    return tmp_path / "world.toml"


def test_the_same_world_on_every_backend(world, capfd):
    found = {}
    for backend in ("reference", "numba", "jax"):
        sim = cs.Simulation(world, backend=backend).advance(400)
        found[backend] = sim.digest
        assert sim.energy.balanced
        assert 0 < sim.tasks["right"] < 1
    assert len(set(found.values())) == 1, found
    assert "judged by NumPy" not in capfd.readouterr().err, "it is compiled"


def test_an_item_is_posed_by_the_random_word_and_all_are_posed_but_those_held_out():
    task = of(labelled())()
    assert (task.classes, len(task.posed.labels), len(task.held.labels)) == (3, 48, 12)
    words = np.arange(48, dtype=np.uint32)[None]
    channels, (labels,) = task.pose(np, words, 0)
    assert channels.dtype == np.int8
    np.testing.assert_array_equal(channels, task.posed.features)
    np.testing.assert_array_equal(labels, task.posed.labels)
    again, _ = task.pose(np, words + np.uint32(48 * 1000), 0)
    np.testing.assert_array_equal(again, channels)
    whole = {(*map(int, features), int(label)) for features, label in labelled()}
    parts = [
        {(*map(int, part.features[:, k]), int(part.labels[k])) for k in range(len(part.labels))}
        for part in (task.posed, task.held)
    ]
    assert parts[0] | parts[1] == whole and not parts[0] & parts[1]


def test_what_is_held_out_is_never_posed_even_if_an_item_is_there_twice():
    rows = [(torch.tensor([k // 2 % 100, k % 7]), k % 2) for k in range(0, 200)]
    task = of(rows + rows)()
    posed = {task.posed.features[:, k].tobytes() for k in range(len(task.posed.labels))}
    held = [task.held.features[:, k].tobytes() for k in range(len(task.held.labels))]
    assert held and not posed & set(held)
    assert len(of(labelled())(held_out=0).held.labels) == 0


def test_who_is_loudest_is_right_and_learns_from_mistakes_alone():
    task = of(labelled())(pay=10, fine=4)
    answers = np.array([[5, 5, 9, 0, -9, -2], [3, 5, -9, 0, -3, 1], [0, 1, 8, 0, -9, -1], [99] * 6], dtype=np.int8)
    labels = np.array([0, 0, 0, 0, 1, 0], dtype=np.int32)
    score, signal, memory = task.judge(np, answers, (labels,), np.zeros((3, 6), np.int32))
    assert score.tolist() == [[10, -4, 10, -4, 10, -4]]
    assert signal.T.tolist() == [[0] * 4, [0, -64, -64, 0], [0] * 4, [-64, 0, 0, 0], [0] * 4, [-64, -64, 0, 0]]
    assert memory.tolist() == [[1] * 6, [1, 0, 1, 0, 1, 0], [0] * 6]


def test_right_answers_are_measured_over_whole_stretches():
    task = of(labelled())(stretch=20)
    said, memory, seen = np.array([[1, 0]] + [[0, 0]] * 7, dtype=np.int8), np.zeros((3, 2), np.int32), []
    for lesson in range(45):
        labels = np.full(2, lesson % 10 == 9, dtype=np.int32)  # nine times in ten, label 0 is right
        score, _, memory = task.judge(np, said, (labels,), memory)
        seen.append(task.measure(memory)[0])
        assert task.performs(np, score, memory).tolist() == [[lesson >= 19, False]]
    assert np.isnan(seen[:19]).all() and seen[19:] == [90.0] * 26
    assert task.measure(memory)[1] == 0


@pytest.mark.parametrize(("lessons", "chance"), [(64, 1 / 3), (64, 0.5), (20, 0.4), (1000, 0.9)])
def test_the_bar_is_what_luck_does_not_reach(lessons, chance):
    draws = np.random.default_rng(1).binomial(lessons, chance, 400_000)
    assert (draws >= bar(lessons, chance)).mean() < 2 * LUCK
    assert (draws >= bar(lessons, chance) - 1).mean() > LUCK / 2


class Broken(Dataset):
    def __len__(self):
        return 9

    def __getitem__(self, index):
        raise OSError("no such file")


class Stream(IterableDataset):
    def __iter__(self):
        yield from labelled()


def pairs(*features, labels=(0, 1)):
    return [(one, label) for one, label in zip(features, labels, strict=True)] * 20


ONE = np.array([1, 2])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (Stream(), "got a Stream, which has no length"),
        (None, "got a NoneType, which has no length"),
        ([], "got 0 items with 0 different labels"),
        (pairs(ONE, ONE + 1, labels=(1, 1)), "got 40 items with 1 different labels"),
        (Broken(), "item 0: got OSError: no such file; expected a pair"),
        ([1, 2, 3], "item 0: got TypeError"),
        (pairs(ONE, ONE / 2), r"item 1: got features of float64; expected whole numbers from -127 to 127; try: \(features \* 127\)"),
        (pairs(ONE, ONE > 1), "item 1: got features of bool"),
        (pairs(ONE, ONE * 100), "item 1: got features from 100 to 200; expected -127 to 127; try: x // 2"),
        (pairs(ONE, [1, 2, 3]), "item 1: got 3 features; expected 2 features, as in item 0"),
        (pairs(ONE, [[1, 2], [3]]), "item 1: got ValueError"),
        (pairs(np.zeros(57, int), ONE), "item 0: got 57 features; expected 1 to 56 features"),
        (pairs(np.zeros(0, int), ONE), "item 0: got 0 features"),
        (pairs(ONE, ONE + 1, labels=(0, 8)), "item 1: got label 8; expected a whole number from 0 to 7"),
        (pairs(ONE, ONE + 1, labels=(0, -1)), "item 1: got label -1"),
        (pairs(ONE, ONE + 1, labels=(0, 1.0)), "item 1: got label 1.0"),
        (pairs(ONE, ONE + 1, labels=(0, "setosa")), "item 1: got label 'setosa'"),
        (pairs(ONE, ONE + 1, labels=(0, [0, 1])), r"item 1: got a label of shape \(2,\)"),
        ([(np.array([k]), k % 2 * 2) for k in range(40)], "got no posed item with label 1; expected labels 0 to 2"),
        (pairs(ONE, ONE + 1), "got 40 items, of which none is held out that is not posed as well"),
        ([(np.array([k]), int(k > 96)) for k in range(100)], "got labels of which 9.% are alike"),
    ],
)  # fmt: skip
def test_datasets_that_do_not_fit_are_refused(data, said):
    with pytest.raises(cs.InputError, match=f"^Mine.dataset(, )?:? ?({said})") as caught:
        of(data)()
    (line,) = caught.value.problems
    assert "; expected " in line and "; try: " in line and "\n" not in line


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"held_out": 1.0}, "held_out a share"), ({"held_out": "half"}, "held_out a"), ({"held_out": float("nan")}, "held_out a"),
        ({"stretch": 0}, "stretch a whole number"), ({"pay": 1.5}, "pay"), ({"batch": 3}, "batch"),
    ],
)  # fmt: skip
def test_options_that_do_not_fit_are_refused(world, options, said):
    with pytest.raises(cs.InputError, match=r"soup\.options: got .*" + said):
        load_task("sign.py:Sign", options, world.parent, "soup", 8)


def test_a_world_file_says_where_its_dataset_is_wrong(world):
    (world.parent / "sign.py").write_text(FIVE_LINES.replace("int(x > 0)", "x"))
    with pytest.raises(cs.InputError, match=r"pond\.tasks.*name: sign.py:Sign: Sign.dataset, item 0: got label -100; expected"):
        cs.Simulation(world)


def test_random_data_are_refused(world):
    (world.parent / "sign.py").write_text(FIVE_LINES.replace("[x, -x]", "[x, int(torch.randint(0, 100, ()))]"))
    with pytest.raises(cs.InputError, match="equal runs must be equal"):
        cs.Simulation(world)


def test_a_body_with_too_few_answers_is_refused(world):
    (world.parent / "sign.py").write_text(FIVE_LINES.replace("int(x > 0)", "x % 5"))
    with pytest.raises(cs.InputError, match=r"a body with 3 answer units can't say 5 labels; try body.units = 16"):
        cs.Simulation(WORLD.replace("density", "body.units = 8\ndensity").replace("sign.py", str(world.parent / "sign.py")))


def test_a_module_that_names_a_file_which_is_not_there_is_no_file_of_the_run(world):
    """As torch.classes does."""
    ghost = "import sys, types\nghost = types.ModuleType('ghost_of_a_module')\n"
    ghost += "ghost.__file__ = '_ghost.py'\nsys.modules[ghost.__name__] = ghost\n"
    (world.parent / "sign.py").write_text(ghost + FIVE_LINES)
    assert cs.Simulation(world, backend="reference").tick == 0
    sys.modules.pop("ghost_of_a_module", None)
