"""Tasks of one's own on numba: what is compiled of their text is what NumPy makes of it; what can't be is judged by NumPy, and told."""

import contextlib
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cyberspace.backends.backend import make_backend
from cyberspace.backends.cpu import agreed, lessons
from cyberspace.backends.cpu.formula import Untraceable
from cyberspace.backends.cpu.select import bit_count, quotient, rest
from cyberspace.backends.cpu.traced import TracedText, trace
from cyberspace.law.digest import digest
from cyberspace.law.genesis import genesis
from cyberspace.tasks.logic import Logic
from cyberspace.tasks.shift import Shift
from organisms.body import ANSWER
from tests import traced_tasks
from tests.adding.fast_task import Parity
from tests.row_task import Row
from tests.strategies import HERE, world
from tests.traced_tasks import REFUSED, Everything, Plain

ANSWERS, SITES = 6, 9
WORLD = """
[world]
seed = 4
[spaces.w]
kind = "gpu"
axes.lane = { length = 32 }
axes.sm = { length = 3 }
body = { units = 32, senses = 16, shift = 4 }
genesis = "ancestor:learner"
density = 0.6
physics = { sunlight = 12, upkeep = 4, spark = 60, lesson = 1 }
[[spaces.w.tasks]]
name = "traced_tasks.py:Plain"
"""


def functions(text):
    """A text as Python has it, without numba."""
    names = {"np": np, "bit_count": bit_count, "quotient": quotient, "rest": rest, "choose": lambda c, a, b: a if c else b}
    exec(text.text, names | {"scratch": np.zeros}, names)
    return names["pose"], names["judge"]


def compare(task, lessons=(0, 1, 2, 3, 5, 6, 1000)):
    """What was traced against NumPy, in some lessons."""
    text = trace(task, ANSWERS, 8)
    pose, judge = functions(text)
    draw = np.random.Generator(np.random.PCG64(3))
    memory = np.zeros((max(1, task.memory), SITES), dtype=np.int32)
    for lesson in lessons:
        bits = draw.integers(0, 2**32, (task.words, SITES), dtype=np.uint32)
        activity = draw.integers(-127, 128, (SITES, ANSWER + ANSWERS)).astype(np.int8)
        activity[::3] //= 50
        answers = np.ascontiguousarray(activity[:, ANSWER:].T)
        said = ((answers > 0).astype(np.uint32) << np.arange(ANSWERS, dtype=np.uint32)[:, None]).sum(axis=0, dtype=np.uint32)
        where, before = draw.random(SITES) < 0.8, memory[: task.memory].copy()
        channels, score = np.zeros((SITES, text.channels), np.int8), np.zeros((len(task.goals), SITES), np.int32)
        did, signals = np.zeros(score.shape, bool), np.zeros((ANSWERS, SITES), np.int8)
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pose(bits, lesson, text.tables, np.ones(SITES, bool), memory, channels, 0)
            judge(bits, said, activity, lesson, text.tables, where, memory.copy(), memory, score, did, signals, 0, 0, 0)
            shown, hidden = task.pose(np, bits, lesson)
            wanted, signal, after = task.judge(np, answers, hidden, before)
        np.testing.assert_array_equal(channels.T, shown[:8])
        np.testing.assert_array_equal(score, wanted)
        np.testing.assert_array_equal(did, np.broadcast_to(task.performs(np, wanted, after), did.shape))
        np.testing.assert_array_equal(signals, np.where(where, np.broadcast_to(signal, signals.shape), 0))
        np.testing.assert_array_equal(memory[: task.memory], np.where(where, after, before))


@pytest.mark.parametrize("kind", [Plain, Everything, Row, Parity, Shift, Logic])
def test_what_is_traced_is_what_numpy_says(kind):
    compare(kind())


TYPES = (np.int8, np.uint8, np.int16, np.int32, np.uint32, np.int64, np.bool_)
PAIRS = [
    "add",
    "subtract",
    "multiply",
    "floor_divide",
    "remainder",
    "bitwise_and",
    "bitwise_or",
    "bitwise_xor",
    "maximum",
    "minimum",
    "left_shift",
    "right_shift",
]
PAIRS += ["equal", "not_equal", "less", "less_equal", "greater", "greater_equal", "logical_and", "logical_or", "logical_xor"]
SINGLE = ["negative", "absolute", "sign", "invert", "bitwise_count", "logical_not", "square", "positive"]
LEAVES = st.sampled_from(
    ["bits", "answers", "memory", "lesson", 0, 1, 3, 8, -1, -7, 200, 70000, np.int8(-128), np.uint32(2**31)]
)


def grow(inner):
    """Formulas made of others."""
    return st.one_of(
        st.tuples(st.sampled_from(PAIRS), inner, inner),
        st.tuples(st.sampled_from(SINGLE), inner),
        st.tuples(st.just("where"), inner, inner, inner),
        st.tuples(st.just("astype"), inner, st.sampled_from(TYPES)),
        st.tuples(st.sampled_from(["sum", "max", "cumsum", "any", "argmax"]), inner),
        st.tuples(st.just("table"), inner, st.integers(1, 20)),
    )


FORMULAS = st.recursive(LEAVES, grow, max_leaves=12)


def evaluate(xp, formula, given):
    """The value of a formula."""
    if not isinstance(formula, tuple):
        return given.get(formula, formula) if isinstance(formula, str) else formula
    name, *parts = formula
    if name == "astype":
        return xp.asarray(evaluate(xp, parts[0], given)).astype(parts[1])
    values = [evaluate(xp, part, given) for part in parts]
    if name in ("sum", "max", "cumsum", "any", "argmax"):
        rows = xp.stack([xp.broadcast_to(xp.asarray(values[0]), given["answers"].shape), given["answers"]])
        found = getattr(rows, name)(axis=0)
        return found[0] if name == "cumsum" else found
    if name == "table":
        return xp.asarray(np.arange(values[1], dtype=np.int32) ** 2)[xp.asarray(values[0]).astype(np.int32) % values[1]]
    if name == "where":
        return xp.where(xp.asarray(values[0]) != 0, *values[1:])
    return getattr(xp, name)(*values)


class Composed(Plain):
    """A task of formulas that were drawn."""

    goals, words, memory, block = ("a", "b"), 2, 2, 4

    def __init__(self, *formulas):
        self.formulas = formulas

    def rows(self, xp, formula, given, kind):
        value = xp.asarray(evaluate(xp, formula, given))
        return xp.broadcast_to(value, (ANSWERS, given["answers"].shape[1]))[:2].astype(kind)

    def pose(self, xp, bits, lesson):
        given = {
            "bits": bits[:1],
            "lesson": lesson,
            "memory": bits[1:],
            "answers": xp.broadcast_to(bits[:1], (ANSWERS, bits.shape[1])),
        }
        return self.rows(xp, self.formulas[0], given, np.int8), (bits, lesson)

    def judge(self, xp, answers, hidden, memory):
        given = {"bits": hidden[0][:1], "lesson": hidden[1], "memory": memory[:1], "answers": answers}
        score, after = (self.rows(xp, formula, given, np.int32) for formula in self.formulas[1:])
        return score, (answers // 2).astype(np.int8), after


@given(FORMULAS, FORMULAS, FORMULAS)
@settings(max_examples=100, deadline=None)
def test_any_formula_is_what_numpy_says(one, two, three):
    task = Composed(one, two, three)
    draw = np.random.Generator(np.random.PCG64(3))
    bits = draw.integers(0, 2**32, (2, SITES), dtype=np.uint32)
    try:
        with np.errstate(all="ignore"):
            task.judge(
                np, bits.view(np.int8)[:, :SITES].repeat(3, axis=0), task.pose(np, bits, 3)[1], np.zeros((2, SITES), np.int32)
            )
    except (TypeError, ValueError, OverflowError):
        return  # NumPy refuses it as well
    try:
        trace(task, ANSWERS, 8)
    except Untraceable as error:
        if "it computes with float64" in str(error) or "Python needs" in str(error):
            return
        raise
    with contextlib.suppress(OverflowError):  # NumPy refuses it in another lesson
        compare(task, (0, 1, 6))


def lived(text, ticks):
    """The same world by two backends, and how its task is judged by the second."""
    place = world(text)
    start = genesis(place)
    one, other = make_backend("reference", place, start), make_backend("numba", place, start)
    one.advance(ticks)
    other.advance(ticks)
    assert digest(other.state()) == digest(one.state())
    return other._lessons._tasks[0].text


@pytest.mark.filterwarnings("ignore:divide by zero")
@pytest.mark.parametrize(
    "name", ["traced_tasks.py:Everything", "row_task.py:Row", str(HERE / "../examples/2_tasks/echo.py:Echo")]
)
def test_a_task_that_was_traced_lives_as_in_the_reference(name, capsys):
    assert isinstance(lived(WORLD.replace("traced_tasks.py:Plain", name), 24), TracedText)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("kind", REFUSED)
def test_a_task_that_cannot_be_compiled_says_why_once_and_lives_as_in_the_reference(kind, capsys, monkeypatch):
    monkeypatch.setattr(agreed, "_TOLD", set())
    text = WORLD.replace("Plain", kind.__name__)
    assert lived(text, 12) is None
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert f"traced_tasks.py:{kind.__name__} is judged by NumPy between spans, which is slower: " in told
    assert kind.reason in told
    make_backend("numba", world(text), genesis(world(text)))
    assert capsys.readouterr().err == ""


def test_numpy_is_the_law(capsys, monkeypatch):
    """A task that says something else than it was compiled to say."""
    monkeypatch.setattr(agreed, "_TOLD", set())
    place = world(WORLD)
    task = traced_tasks.Fickle()
    object.__setattr__(place.tasks[0], "task", task)
    assert make_backend("numba", place, genesis(place))._lessons._tasks[0].text is None
    assert task.reason in capsys.readouterr().err


def test_who_has_a_text_of_his_own_is_not_traced(monkeypatch):
    monkeypatch.setattr(lessons, "trace", lambda *given: pytest.fail("traced"))
    place = world(WORLD.replace("traced_tasks.py:Plain", "logic"))
    make_backend("numba", place, genesis(place))
