"""The box: what it holds, that it charges what stands there, and that states come back as they were."""

import os
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from cyberspace.collective.golf.attacks import BREAKERS, PAIRS, breaker
from cyberspace.collective.golf.box.harness import Box, Budget, Job
from cyberspace.collective.golf.box.states import Unwritable, read_state, write_state
from cyberspace.collective.golf.codes import CODES, Caught
from cyberspace.collective.golf.loop import log_softmax, resumed, run

TEXT = np.frombuffer(b"the rain in spain stays mainly in the plain, they say; " * 4, dtype=np.uint8)
HONEST = PAIRS.replace(b"@", b"")
SHORT = Budget(5.0, 2.0, 1 << 30)


@pytest.mark.parametrize("code", [one for one in BREAKERS if one not in ("not-deterministic", "state")])
def test_what_breaks_out_is_refused_by_name(code):
    with pytest.raises(Caught) as caught:
        run(breaker(code).job, TEXT, budget=SHORT)
    assert caught.value.code == code
    assert CODES[code] in str(caught.value)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"import os\nos.execv('/bin/true', ['true'])", "forks"),
        (b"import posix\nposix.fork()", "forks"),
        (b"import _thread", "forks"),
        (b"import os\nos.remove('/tmp/golf-nothing')", "writes"),
        (b"import os\nos.open('/tmp/golf-nothing', os.O_RDONLY)", "reads"),
        (b"import os\nos.listdir('/')", "reads"),
        (b"from pydoc_data import topics", "reads"),
        (b"import urllib.request", "network"),
        (b"import sys\nsys.exit(0)", "coverage"),
        (b"import os\nos._exit(0)", "coverage"),
        (b"import os\nos.kill(os.getppid(), 9)", "forbidden-call"),
        (b"def f(", "crash"),
    ],
)
def test_so_is_what_else_one_may_try(body, code):
    with pytest.raises(Caught) as caught:
        run(Job(body + b"\ndef init(params): return 0\ndef step(state, byte): return 0, [0] * 256\n"), TEXT, budget=SHORT)
    assert caught.value.code == code


def test_processor_time_is_limited():
    code = b"def init(params): return 0\ndef step(state, byte):\n    sum(range(3_000_000))\n    return 0, [0] * 256\n"
    with pytest.raises(Caught) as caught:
        run(Job(code), np.tile(TEXT, 20), budget=Budget(1.0, 30.0))
    assert caught.value.code == "time"


def test_a_box_leaves_no_process_and_no_open_end():
    before = len(os.listdir("/proc/self/fd"))
    with Box(Job(HONEST)) as box:
        number = box._number
    time.sleep(0.01)
    assert not os.path.exists(f"/proc/{number}")
    assert len(os.listdir("/proc/self/fd")) <= before + 1  # the nursery's door


@pytest.mark.skipif(os.uname().machine not in ("x86_64", "aarch64"), reason="no list of system calls for this machine")
def test_all_walls_stand_here():
    with Box(Job(HONEST)) as box:
        assert {"limits", "calls", "audit"} <= set(box.walls)


def test_the_harness_charges_what_stands_there():
    passed = run(Job(HONEST), TEXT)
    counts, last, wanted = np.full((256, 256), 0.05), 0, [8.0]
    for byte, after in zip(TEXT[:-1].tolist(), TEXT[1:].tolist(), strict=True):
        counts[last, byte] += 1
        last = byte
        wanted.append(-np.log2(counts[byte, after] / counts[byte].sum()))
    np.testing.assert_allclose(passed.costs, wanted, rtol=1e-12)
    assert passed.bits_per_byte < 8


def test_logits_that_are_shifted_cost_the_same():
    logits = np.random.default_rng(1).normal(0, 5, (3, 256))
    assert np.exp(log_softmax(logits)).sum(axis=1) == pytest.approx([1, 1, 1])
    np.testing.assert_allclose(log_softmax(logits + 700), log_softmax(logits), atol=1e-9)


def test_lanes_are_texts_side_by_side():
    code = b"import numpy as np\ndef init(params): return np.zeros((params['lanes'], 256))\n"
    code += b"def step(state, byte):\n    state[np.arange(len(byte)), byte] += 1\n    return state, state\n"
    passed = run(Job(code, lanes=4), TEXT[:203])
    assert (passed.costs[[0, 50, 100, 150, 200, 201, 202]] == 8).all()
    single = code.replace(b"params['lanes']", b"1").replace(b"len(byte)", b"1").replace(b"state, state\n", b"state, state[0]\n")
    alone = run(Job(single), TEXT[50:100])
    np.testing.assert_allclose(passed.costs[50:100], alone.costs)


def test_a_fresh_process_goes_on_from_a_state():
    passed = run(Job(HONEST), TEXT, points=frozenset([20, 90]))
    assert [resumed(Job(HONEST), TEXT, passed, step, 50, 0) for step in (20, 90)] == [None, None]


leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5) | st.binary(max_size=5)
shapes = arrays.array_shapes(min_dims=0, max_dims=3, max_side=3, min_side=0)
leaves |= arrays.arrays(st.sampled_from(["i1", "<f4", "<u8"]), shapes, fill=st.nothing())
trees = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(st.text(max_size=3), inner)
)


def same(one, other):
    if isinstance(one, np.ndarray):
        kind = isinstance(other, np.ndarray) and (one.dtype, one.shape) == (other.dtype, other.shape)
        return kind and one.tobytes() == other.tobytes()
    if isinstance(one, dict):
        return type(other) is dict and list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return type(one) is type(other) and len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


@settings(max_examples=40)
@given(trees)
def test_a_state_comes_back_as_it_was(state):
    assert same(state, read_state(write_state(state)))


@pytest.mark.parametrize("state", [object(), {1, 2}, [lambda: 0], np.array([None]), {"a": open}])
def test_a_state_that_runs_or_is_no_tree_is_refused(state):
    with pytest.raises(Unwritable):
        write_state(state)
