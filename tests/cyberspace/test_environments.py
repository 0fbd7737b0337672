"""Environments of others as tasks: equal digests on every backend, resumes that begin them anew, and what is refused."""

import os
import signal
import sys
from pathlib import Path

import numpy as np
import pytest

import cyberspace as cs
from cyberspace.tasks.environments import Functional, Replayed
from cyberspace.tasks.environments.control import EPISODES, KEPT, LAST, STEPS, SUM
from cyberspace.tasks.environments.table import Table, table_of
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


class Short(Replayed):
    name, seen = "CartPole-v1", ((-1, 1),) * 4


@pytest.mark.parametrize("kind", ["Pole", "Cart"])
def test_backends_agree_and_pay(kind, request):
    if kind == "Pole":  # numbers with a point are the same where they are compiled alike
        request.getfixturevalue("as_shipped")
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
    assert cs.open_run(tmp_path / "run").simulation(backend="reference").advance(14).digest == one.digest


def test_what_is_remembered_of_episodes():
    task = Short(longest=5)
    memory, bits = np.zeros((task.memory, 3), np.int32), np.arange(6, dtype=np.uint32).reshape(2, 3)
    answers = np.zeros((8, 3), np.int8)
    for step in range(5):
        shown, hidden = task.pose(np, bits + np.uint32(step), 0, memory)
        score, signal, memory = task.judge(np, answers, hidden, memory)
        assert shown.shape == (4, 3) and (score == task.pay).all() and not signal.any()  # it was cut, nobody let it fall
    assert (memory[SUM] == 5).all() and (memory[EPISODES] == 1).all() and (memory[LAST] == 5).all() and not memory[STEPS].any()
    assert (task.measure(memory) == 5).all() and not task.performs(np, score, memory).any()


def test_who_lets_it_fall_is_fined_and_feels_it():
    sys.path.insert(0, str(POLE.parent))
    try:
        from pole import Cart, Pole
    finally:
        sys.path.remove(str(POLE.parent))
    answers = np.zeros((8, 1), np.int8)
    answers[1] = 5  # always to the right
    for task in (Pole(), Cart()):
        memory, falls = np.zeros((task.memory, 1), np.int32), []
        for step in range(30):
            bits = np.array([[step], [7]], np.uint32)
            score, signal, memory = task.judge(np, answers, task.pose(np, bits, step, memory)[1], memory)
            assert score[0, 0] in (20, -180) and signal.any() == (score[0, 0] == -180)
            if score[0, 0] == -180:
                assert signal[:, 0].tolist() == [0, -64, 0, 0, 0, 0, 0, 0]
                falls.append(memory[LAST, 0])
        assert len(falls) >= 2 and all(8 <= length <= 11 for length in falls)  # as long as CartPole takes to fall to one side


def test_processes_play_what_one_plays_and_are_replaced():
    one, two = Short(), Short(processes=2)
    kept = np.zeros((one.memory - KEPT, 5), np.int32)
    kept[0] = np.arange(5)
    steps = np.array([0, 1, 2, 3, 4], np.int32)
    for _ in range(2):
        found = [task._played(kept, steps) for task in (one, two)]
        for part in ("observed", "reward", "ended", "cut"):
            np.testing.assert_array_equal(getattr(found[0], part), getattr(found[1], part))
        (pid,) = two._pools[0]._processes
        os.kill(pid, signal.SIGKILL)
    for pool in two._pools:
        pool.shutdown()


def test_regions_of_one_process_do_not_chase_each_other_off():
    task = Short()
    begun = [0]
    begin = task._desk._begin
    task._desk._begin = lambda *given: (begin(*given), begun.append(1))
    kept = np.zeros((2, task.memory - KEPT, 4), np.int32)
    kept[:, 0] = np.arange(8).reshape(2, 4) + 9
    for step in range(6):
        for region in kept:
            task._played(region, np.full(4, step, np.int32))
    assert sum(begun) == 8


def test_observations_are_cut_and_scaled():
    table = Table(np.float32([-1, 0]), np.float32([1, 10]), np.arange(2, dtype=np.int32))
    shown = table.senses(np, np.array([[-3, -1, 0, 0.5, 9, np.nan], [0, 5, 10, 20, -1, np.inf]], np.float32))
    np.testing.assert_array_equal(shown, [[-127, -127, 0, 64, 127, 0], [-127, 0, 127, 127, -127, 127]])


def test_an_environment_tells_its_own_bounds_and_actions():
    class Lake(Replayed):
        name = "FrozenLake-v1"

    class Pendulum(Replayed):
        name, actions = "Pendulum-v1", [[-2.0], [0.0], [2.0]]

    lake, pendulum = Lake(), Pendulum()
    assert (lake.table.low.tolist(), lake.table.high.tolist(), lake.table.acts.tolist()) == ([0], [15], [0, 1, 2, 3])
    assert pendulum.table.high.tolist() == [1, 1, 8] and pendulum.table.acts.dtype == np.float32
    answers = np.zeros((8, 1), np.int8)
    memory, bits = np.zeros((pendulum.memory, 1), np.int32), np.ones((2, 1), np.uint32)
    score, _, _ = pendulum.judge(np, answers, pendulum.pose(np, bits, 0, memory)[1], memory)
    assert -17 * pendulum.pay < score[0, 0] < 0  # what it costs not to stand upright


def test_a_functional_environment_with_a_table_of_actions():
    gymnax = pytest.importorskip("gymnax")

    class Own(Functional):
        actions = ((-2.0,), (2.0,))

        def environment(self):
            return gymnax.make("Pendulum-v1")

    task = Own()
    answers = np.zeros((8, 2), np.int8)
    answers[1, 1] = 1
    memory, bits = np.zeros((task.memory, 2), np.int32), np.ones((2, 2), np.uint32)
    shown, hidden = task.pose(np, bits, 0, memory)
    _, _, after = task.judge(np, answers, hidden, memory)
    assert (shown[:, 0] == shown[:, 1]).all() and (
        task.pose(np, bits, 1, after)[0][2, 0] < task.pose(np, bits, 1, after)[0][2, 1]
    )


OWN = """
import numpy as np
from types import SimpleNamespace as Box
from cyberspace.tasks.environments import Functional, Replayed

class Env:
    observation_space = Box(shape=(2,), low=np.float32([-1, -1]), high=np.float32([1, 1]))
    action_space = Box(shape=(), n=2)
    def reset(self, seed):
        self.steps = 0
        return np.zeros(2, np.float32), {}
    def step(self, action):
        self.steps += 1
        return np.zeros(2, np.float32), 1.0, self.steps > 5, False, {}

class Own(Replayed):
    def environment(self):
        return Env()
"""

GYM = """
from cyberspace.tasks.environments import Replayed
class Own(Replayed):
    seen = [(-1, 1)] * 4
"""


def env(**methods):
    """An environment of one's own that does something else in these methods, or has something else in these attributes."""
    lines = [
        f"def _other(self{', seed' if key == 'reset' else ', action' if key == 'step' else ''}):\n    {body}\nEnv.{key} = _other"
        if key in ("reset", "step")
        else f"Env.{key} = {body}"
        for key, body in methods.items()
    ]
    return "\n".join([OWN, *lines])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GYM + '    name = "NoSuchThing-v9"', "NoSuchThing"),
        (GYM + '    name = "CartPole-v1"\n    seen = [(-1, 1)]', "got 1 for an observation of 4 numbers; expected a pair"),
        (GYM + '    name = "CartPole-v1"\n    seen = []', "number 1 of the observation is without bounds (-inf to inf)"),
        (GYM + '    name = "CartPole-v1"\n    actions = 3', "got 3 for an environment that has 2"),
        (GYM + '    name = "CartPole-v1"\n    actions = [0, 2]', "expected a table of actions in Discrete(2)"),
        (GYM + '    name = "CartPole-v1"\n    seen = [(1, 1)] * 4', "where low is less than high"),
        (GYM + '    name = "CartPole-v1"\n    seen = 4', "got 4; expected a pair"),
        (GYM + '    name = "Pendulum-v1"\n    seen = []', "a table, an action for each answer unit"),
        (GYM + '    name = "Blackjack-v1"\n    seen = []', "an observation that is an array of numbers"),
        (GYM + '    name = "CartPole-v1"\n    actions = [0]', "got 1; expected 2 to 8"),
        (GYM + '    name = "CartPole-v1"\n    made_with = {"speed": 3}', "an environment that gymnasium.make can make"),
        (env(reset="raise RuntimeError('no reset')"), "Env.reset: got RuntimeError: no reset"),
        (env(step="raise RuntimeError('no step')"), "Env.step: got RuntimeError: no step"),
        (
            env(step="return np.zeros(3), 1.0, False, False, {}"),
            "an observation of shape (3,); expected shape (2,), as at first",
        ),
        (env(step="return np.zeros(2), 1.0, False, {}"), "Env.step: got ValueError: not enough values"),
        (env(step="return np.zeros(2), float('nan'), False, False, {}"), "a reward of nan"),
        (env(step="return np.random.default_rng().random(2), 1.0, False, False, {}"), "equal runs must be equal"),
        (env(reset="return np.zeros(80), {}"), "80 numbers; expected 1 to 56"),
        (env(observation_space="None"), "an observation that is an array of numbers"),
        (env(observation_space="Box(shape=(2,))"), "without bounds (nan to nan)"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, text, told):
    (tmp_path / "own.py").write_text(text)
    with pytest.raises(cs.InputError) as refused:
        cs.Simulation(WORLD.format(name=f"{tmp_path}/own.py:Own"))
    (line,) = refused.value.problems
    assert told in line and "own.py:Own" in line and "; expected " in line and "; try: " in line


JAXED = """
import jax
import jax.numpy as jnp
from cyberspace.tasks.environments import Functional

class Env:
    def reset(self, key, params):
        return jnp.zeros(2), jnp.float32(0)
    def step(self, key, state, action, params):
        return jnp.zeros(2), state, 1.0 * action, state > 1, state > 2, {}

class Own(Functional):
    seen, actions = [(-1, 1)] * 2, 2
    def environment(self):
        return Env(), None
"""


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("[(-1, 1)] * 2", "()", "without bounds (nan to nan)"),
        ("[(-1, 1)] * 2", "[(-1, 1)] * 3", "got 3 for an observation of 2 numbers"),
        ("actions = [(-1, 1)] * 2, 2", "actions = [(-1, 1)] * 2, 0", "a table, an action for each answer unit"),
        ("return Env(), None", "import no_such_package", "No module named 'no_such_package'"),
        ("return Env(), None", "return gymnax.make('x')", "environment: got NameError"),
        ("return Env(), None", "return Env()", "environment: got TypeError"),
        (
            "return jnp.zeros(2), jnp.float32(0)",
            "raise RuntimeError('no reset')",
            "environment.reset: got RuntimeError: no reset",
        ),
        ("return jnp.zeros(2), jnp.float32(0)", "return jnp.zeros(2)", "environment.reset: got a ShapeDtypeStruct"),
        ("return jnp.zeros(2), state", "return jnp.zeros(3), state", "an observation of shape (3,); expected shape (2,)"),
        ("return jnp.zeros(2), state", "return jnp.zeros(2), jnp.zeros(3)", "environment.step"),
        (", state > 2, {}", ", {}", "environment.step: got 5 parts; expected (observation, state, reward"),
        ("1.0 * action", "jnp.zeros(2)", "a number each for reward"),
        ("1.0 * action", "1.0 if action else 2.0", "environment.step: got TracerBoolConversionError"),
    ],
)
def test_a_functional_environment_that_does_not_fit_is_refused(tmp_path: Path, before, after, told):
    assert before in JAXED
    (tmp_path / "own.py").write_text(JAXED.replace(before, after))
    with pytest.raises(cs.InputError) as refused:
        cs.Simulation(WORLD.format(name=f"{tmp_path}/own.py:Own"))
    (line,) = refused.value.problems
    assert told in line and "own.py:Own" in line and "; expected " in line and "; try: " in line


@pytest.mark.parametrize("package", ["gymnasium", "gymnax"])
def test_a_package_that_is_missing_is_told(monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(
        cs.InputError, match=rf"{package}.*; expected .* installed; try: pip install 'cyberspace\[environments\]'"
    ):
        simulation("Cart" if package == "gymnasium" else "Pole")


def test_one_that_raises_in_the_middle_of_a_run_ends_it_with_a_message(tmp_path, refuse):
    text = env(step="self.steps += 1\n    return np.zeros(2), 1.0, [False][self.steps > 30], False, {}")
    (tmp_path / "own.py").write_text(text)
    (tmp_path / "w.toml").write_text(WORLD.format(name="own.py:Own"))
    told = refuse("run", tmp_path / "w.toml", "--ticks", 200, "--out", tmp_path / "run", "--backend", "reference")
    assert "Env.step: got IndexError" in told


def test_jax_tells_of_one_that_raises_as_others_do(tmp_path):
    (tmp_path / "own.py").write_text(
        env(step="self.steps += 1\n    return np.zeros(2), 1.0, [False][self.steps > 16], False, {}")
    )
    lives = cs.Simulation(WORLD.format(name=f"{tmp_path}/own.py:Own"), backend="jax")
    with pytest.raises(cs.InputError, match=r"^Env\.step: got IndexError: .*; expected .*; try: [^\n]*$"):
        lives.advance(60)


def test_a_table_needs_two_actions():
    with pytest.raises(cs.InputError, match="expected 2 to 8"):
        table_of([(0, 1)], [0], (1,), None, None)
