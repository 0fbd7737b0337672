"""Tasks that hang on more than what they are given: found before anything runs, or by asking twice while it does."""

import numpy as np
import pytest

import cyberspace as cs
from cyberspace.backends.xla.region import JaxDevice
from cyberspace.errors import InputError
from cyberspace.law.genesis import genesis
from cyberspace.run import runtime
from cyberspace.run.crew import Plan
from cyberspace.tasks.logic import Logic
from cyberspace.tasks.shift import Shift
from cyberspace.tasks.trial import same, try_elsewhere, try_task
from cyberspace.worldfile.build import load_universe
from organisms.arrays import NUMPY
from tests.conftest import TINY
from tests.own_task import Echo

OWN = """
import os, random, time
import numpy as np
from cyberspace import Task
COUNT = [0]
{head}

class Own(Task):
    goals = ("own",)
    memory = 1
    {body}
    def pose(self, xp, bits, lesson):
        {pose}
        return xp.ones((1, bits.shape[1]), dtype=np.int8), ()
    def judge(self, xp, answers, hidden, memory):
        gain = 3
        {judge}
        one = xp.ones((1, answers.shape[1]), dtype=np.int8)
        return (one.astype(np.int32) * gain).astype(np.int32), one, memory
"""
IMPURE = {
    "numpy's own random numbers": ({"judge": "gain = np.random.randint(0, 99)"}, "judge: another score"),
    "Python's": ({"judge": "gain = random.randrange(99)"}, "judge: another score"),
    "a clock": ({"judge": "gain = int(time.time()) // 3600 % 1000"}, "judge: another score"),
    "another clock": ({"judge": "gain = time.monotonic_ns() % 9973"}, "judge: another score"),
    "the environment": ({"judge": "gain = len(os.environ)"}, "judge: another score"),
    "an attribute": ({"judge": "self.gain = getattr(self, 'gain', 0) + 1; gain = self.gain"}, "judge: another score"),
    "an attribute of the class": ({"body": "n = 0", "judge": "Own.n += 1; gain = Own.n"}, "judge: another score"),
    "a global name": ({"judge": "COUNT[0] += 1; gain = COUNT[0]"}, "judge: another score"),
    "numbers drawn when it is made": (
        {"body": "def __init__(self):\n        self.gain = np.random.randint(0, 2**14)", "judge": "gain = self.gain"}, "made anew",
    ),
    "memory that is written": ({"judge": "memory += 1"}, "judge: memory was changed in place"),
    "answers that are written": ({"judge": "answers[:] = 0"}, "judge: answers was changed in place"),
    "bits that are written": ({"pose": "bits[:] = 0"}, "pose: bits was changed in place"),
    "what is posed": ({"pose": "COUNT[0] += 1; return xp.ones((1, bits.shape[1]), dtype=np.int8), (COUNT[0],)"}, "something else hidden"),
    "an error now and then": ({"pose": "if lesson == 4: raise KeyError(lesson)"}, "raised KeyError: 4"),
    "its memory": ({"body": "memory = -1"}, "memory = -1"),
    "its fill": ({"body": "fill = float('nan')"}, "fill = nan"),
}  # fmt: skip


@pytest.fixture
def world(tmp_path):
    """Writes a world, and the file of its task."""

    def write(**parts):
        whole = {"head": "", "body": "pass", "pose": "pass", "judge": "pass", **parts}
        (tmp_path / "own.py").write_text(OWN.format(**whole))
        (tmp_path / "w.toml").write_text(TINY.replace('"logic"', '"own.py:Own"').replace('"numba"', '"reference"'))
        return tmp_path / "w.toml"

    return write


@pytest.mark.parametrize("case", IMPURE)
def test_a_task_that_is_not_a_function_is_refused(world, case):
    parts, told = IMPURE[case]
    state = np.random.get_state()[1].tolist()
    with pytest.raises(InputError) as caught:
        load_universe(world(**parts))
    assert told in str(caught.value) and "own.py:Own" in str(caught.value) and "mending Own" in str(caught.value)
    if "random" not in str(parts):
        assert np.random.get_state()[1].tolist() == state, "the program's own random numbers stay as they are"


ELSEWHERE = {
    "random numbers at its import": "GAIN = int(np.random.default_rng().integers(1, 30000))",
    "the order of a set": "GAIN = 1 + ''.join({'a', 'b', 'c', 'd', 'e', 'f'}).index('a') + 6 * ''.join({'u', 'v', 'w', 'x'}).index('u')",
    "the environment": "GAIN = len(os.environ.get('HOME', ''))",
}


@pytest.mark.parametrize("case", ELSEWHERE)
def test_what_hangs_on_the_process_is_refused(world, tmp_path, case):
    with pytest.raises(InputError, match="than when the run was made"):
        runtime.begin(world(head=ELSEWHERE[case], judge="gain = GAIN"), tmp_path / "run", None, None)
    assert not (tmp_path / "run").exists()


def test_what_shows_late_is_found_while_it_runs(world, tmp_path):
    late = "gain = 3 + (np.random.randint(9999) if hidden[0] > 20 else 0)"
    source = world(pose="return xp.ones((1, bits.shape[1]), dtype=np.int8), (lesson,)", judge=late)
    assert runtime.go(runtime.begin(source, tmp_path / "run", None, None), Plan(10, 5, quiet=True)) == 10
    with pytest.raises(InputError, match=r"task Own at tick \d+ in region 0: got judge: another score"):
        runtime.go(runtime.begin(source, tmp_path / "checked", None, None), Plan(120, 10, quiet=True, check_tasks=True))


def test_a_task_that_says_something_else_in_jax(world):
    (place,) = load_universe(world(judge="gain = 3 if xp is np or 'numpy' in type(answers).__module__ else 4"))[0].worlds
    with pytest.raises(InputError, match="task Own in JAX: got judge: another score; expected the same bits"):
        JaxDevice(place, genesis(place))


@pytest.mark.parametrize("make", [Logic, Shift, Echo])
def test_good_tasks_are_good(make):
    differs, digest = try_task(make(), make, 8)
    assert not differs and len(digest) == 32
    assert try_task(make(), make, 8) == ([], digest)
    assert not try_elsewhere(make(), 8, NUMPY)


def test_an_ancestor_is_the_same_each_time(world, tmp_path):
    source = world(head="def first(loci):\n    return np.random.randint(-8, 8, loci.count).astype(np.int8)")
    source.write_text(source.read_text().replace("physics =", 'genesis = "ancestor:own.py:first"\nphysics ='))
    with pytest.raises(cs.InputError, match="another genome when it was asked again"):
        load_universe(source)


def test_what_is_the_same():
    assert same((1, np.zeros(2)), (1, np.zeros(2))) and same({"a": "x"}, {"a": "x"})
    assert not same(1, 1.0) and not same(np.zeros(2, np.int8), np.zeros(2, np.int32)) and not same((1,), (1, 2))
