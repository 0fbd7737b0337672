"""Environments of others as tasks: equal digests on every backend, resumes that begin them anew, and what is refused."""

from pathlib import Path

import numpy as np
import pytest

import cyberspace as cs
from cyberspace.tasks.environments import Replayed, seats
from cyberspace.tasks.environments.control import EPISODES, KEPT, LAST, STEPS, SUM, senses
from tests.strategies import HERE

POLE = HERE.parent / "examples" / "10_control" / "pole.py"
WORLD = """
[world]
seed = 3
[spaces.w]
kind = "gpu"
axes.lane = {{ length = 8 }}
axes.warp = {{ length = 4 }}
genesis = "ancestor:learner"
physics = {{ lesson = 2, radiation = 2.0, spark = 40, lifespan = 60 }}
[[spaces.w.tasks]]
name = "{name}"
"""


def simulation(kind, backend="reference"):
    return cs.Simulation(WORLD.format(name=f"{POLE}:{kind}"), backend=backend)


@pytest.mark.parametrize("kind", ["Pole", "Cart"])
def test_backends_agree_and_pay(kind):
    found = {name: simulation(kind, name).advance(24) for name in ("reference", "numba", "jax")}
    assert len({one.digest for one in found.values()}) == 1
    one = found["reference"].advance(60)
    region = one.regions[0].engine.state().region
    task = one.universe.worlds[0].tasks[0].task
    assert one.energy.balanced and region.memory[EPISODES].max() > 0
    lengths = task.measure(region.memory[: task.memory])
    assert np.nanmax(lengths) > 8 and task.unit == "steps an episode"


def test_a_resume_begins_environments_anew(tmp_path):
    one = simulation("Cart").advance(30)
    one.save(tmp_path / "run")
    one.advance(14)
    seats._SEATS.clear()
    assert cs.open_run(tmp_path / "run").simulation(backend="reference").advance(14).digest == one.digest


def test_what_is_remembered_of_episodes():
    class Short(Replayed):
        name, seen, actions = "CartPole-v1", [(-1, 1)] * 4, 2

    task = Short(longest=5)
    memory, bits = np.zeros((task.memory, 3), np.int32), np.arange(6, dtype=np.uint32).reshape(2, 3)
    answers = np.zeros((8, 3), np.int8)
    for step in range(5):
        shown, hidden = task.pose(np, bits + np.uint32(step), 0, memory)
        score, signal, memory = task.judge(np, answers, hidden, memory)
        assert shown.shape == (4, 3) and (score == task.pay).all() and not signal.any()  # it was cut, nobody let it fall
    assert (memory[SUM] == 5).all() and (memory[EPISODES] == 1).all() and (memory[LAST] == 5).all() and not memory[STEPS].any()
    assert (task.measure(memory) == 5).all() and not task.performs(np, score, memory).any()


def test_processes_play_what_one_plays():
    class Two(Replayed):
        name, seen, actions = "CartPole-v1", [(-1, 1)] * 4, 2

    one, two = Two(), Two(processes=2)
    kept = np.zeros((one.memory - KEPT, 5), np.int32)
    kept[0] = np.arange(5)
    steps = np.array([0, 1, 2, 3, 4], np.int32)
    found = [task._played(kept, steps) for task in (one, two)]
    np.testing.assert_array_equal(found[0].observed, found[1].observed)
    np.testing.assert_array_equal(found[0].reward, found[1].reward)
    for pool in two._pools:
        pool.shutdown()


def test_observations_are_cut_and_scaled():
    shown = senses(np, [(-1, 1), (0, 10)], np.array([[-3, -1, 0, 0.5, 9], [0, 5, 10, 20, -1]], np.float32))
    np.testing.assert_array_equal(shown, [[-127, -127, 0, 64, 127], [-127, 0, 127, 127, -127]])


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('name = "NoSuchThing-v9"', "NoSuchThing"),
        ('name = "CartPole-v1"\n    seen = [(-1, 1)]', "an observation of 4 numbers"),
        ('name = "CartPole-v1"\n    actions = 3', "actions = 3 for an environment that has 2"),
        ('name = "CartPole-v1"\n    seen = [(1, 1)] * 4', "a pair (low, high)"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, body, told):
    text = f"from cyberspace.tasks.environments import Replayed\nclass Own(Replayed):\n    seen = [(-1, 1)] * 4\n    {body}\n"
    (tmp_path / "own.py").write_text(text)
    with pytest.raises(cs.InputError) as refused:
        cs.Simulation(WORLD.format(name=f"{tmp_path}/own.py:Own"))
    assert len(refused.value.problems) == 1 and told in refused.value.problems[0]
