"""The built-in tasks against their truth tables, in every namespace."""

import jax.numpy as jnp
import numpy as np
import pytest

from cyberspace.tasks.logic import FUNCTIONS, Logic
from cyberspace.tasks.shift import Shift
from cyberspace.tasks.task import Task
from organisms.body import LOUD

TABLES = {  # outputs for (x, y) = 00, 10, 01, 11
    "NOT": "1010",
    "NAND": "1110",
    "AND": "0001",
    "OR-NOT": "1101",
    "OR": "0111",
    "AND-NOT": "0100",
    "NOR": "1000",
    "XOR": "0110",
    "EQU": "1001",
}
NAMESPACES = pytest.mark.parametrize("xp", [np, jnp])
SITES = 40


def words(task, block):
    return np.random.default_rng(block).integers(0, 2**32, (task.words, SITES), dtype=np.uint32)


def block_of(task, xp, answer, number=0, memory=None):
    """Scores and signals of the lessons of one block for answer(lesson, x, y) -> int8 (answers, sites)."""
    memory = xp.zeros((task.memory, SITES), dtype=np.int32) if memory is None else memory
    scores, signals, asked = [], [], []
    for lesson in range(number * task.block, (number + 1) * task.block):
        channels, hidden = task.pose(xp, xp.asarray(words(task, number)), lesson)
        assert channels.dtype == np.int8
        x, y = (np.asarray(channels[k]) > 0 for k in (0, 1))
        assert set(np.abs(np.asarray(channels)).ravel()) == {LOUD}
        score, signal, memory = task.judge(xp, xp.asarray(answer(lesson, x, y)), hidden, memory)
        scores.append(np.asarray(score))
        signals.append(np.asarray(signal))
        asked.append(x + 2 * y)
    return np.array(scores), np.array(signals), np.array(asked), memory


def says(name, unit=0, slip=None):
    """Answers of a brain whose one unit performs a function, but for a slip at one lesson; the others are silent."""

    def answer(lesson, x, y):
        said = np.full((8, SITES), -5, dtype=np.int8)
        right = np.array([int(bit) for bit in TABLES[name]])[x + 2 * y]
        said[unit] = np.where(right ^ (lesson == slip), 5, -5)
        return said

    return answer


def test_the_nine_functions_are_what_their_names_say():
    assert list(FUNCTIONS) == list(TABLES)
    for name, (function, _) in FUNCTIONS.items():
        assert "".join(str(function(v & 1, v >> 1)) for v in range(4)) == TABLES[name]


@NAMESPACES
def test_each_cycle_shows_all_four_inputs_in_an_order_of_its_own(xp):
    _, _, asked, _ = block_of(Logic(), xp, says("AND"))
    for cycle in range(4):
        assert (np.sort(asked[4 * cycle : 4 * cycle + 4], axis=0) == np.arange(4)[:, None]).all()
    orders = {tuple(column) for column in asked[:4].T}
    assert len(orders) > 10


@NAMESPACES
@pytest.mark.parametrize("name", TABLES)
def test_a_faultless_block_pays_that_function_alone_and_its_unit_feels_it(xp, name):
    scores, signals, _, _ = block_of(Logic(pay=10), xp, says(name, unit=3))
    assert not scores[:-1].any()
    assert not signals[:-1].any()
    goal = list(TABLES).index(name)
    assert (scores[-1][goal] == 10 * FUNCTIONS[name][1]).all()
    assert not np.delete(scores[-1], goal, axis=0).any()
    assert (signals[-1][3] > 0).all()
    assert not np.delete(signals[-1], 3, axis=0).any()


@NAMESPACES
@pytest.mark.parametrize("slip", [0, 7, 15])
def test_one_slip_costs_the_block(xp, slip):
    scores, _, _, memory = block_of(Logic(), xp, says("XOR", slip=slip))
    assert not scores.any()
    again, _, _, _ = block_of(Logic(), xp, says("XOR"), 1, memory)
    assert again[-1].any()


def test_two_units_may_not_share_a_block():
    def answer(lesson, x, y):
        return says("OR", unit=lesson % 2)(lesson, x, y)

    assert not block_of(Logic(), np, answer)[0].any()


def test_who_is_born_within_a_block_has_to_wait_for_the_next():
    task = Logic()
    memory = np.zeros((task.memory, SITES), dtype=np.int32)
    for lesson in range(4, task.block):
        channels, hidden = task.pose(np, words(task, 0), lesson)
        x, y = channels[0] > 0, channels[1] > 0
        score, _, memory = task.judge(np, says("NAND")(lesson, x, y), hidden, memory)
    assert not score.any()


def test_distractors_tell_nothing_about_the_inputs():
    task = Logic(distractors=6)
    shown = np.array([task.pose(np, words(task, n // 16), n)[0] for n in range(1600)]).astype(float) / LOUD
    flat = shown.transpose(1, 0, 2).reshape(8, -1)
    off = np.corrcoef(flat) - np.eye(8)
    assert np.abs(off).max() < 0.03


@NAMESPACES
def test_shift_rewards_the_bit_or_its_opposite_for_a_whole_block(xp):
    task = Shift(pay=7, fine=3)
    for number in range(3):
        right = []
        for lesson in range(number * task.block, (number + 1) * task.block):
            channels, hidden = task.pose(xp, xp.asarray(words(task, number)), lesson)
            score, signal, _ = task.judge(xp, xp.broadcast_to(channels, (8, SITES)), hidden, xp.zeros((0, SITES), np.int32))
            score, signal = np.asarray(score), np.asarray(signal)
            assert set(score.ravel()) <= {7, -3}
            assert ((score[0] > 0) == (signal[0] == 0)).all()
            assert set(signal.ravel()) <= {0, -64}
            right.append(score[0] > 0)
        assert (np.array(right) == right[0]).all()
        assert 0 < np.mean(right[0]) < 1


def test_the_input_of_shift_is_a_fair_coin():
    task = Shift()
    shown = np.array([task.pose(np, words(task, n // 128), n)[0][0] for n in range(1280)]) > 0
    assert abs(shown.mean() - 0.5) < 0.02


def test_a_task_must_say_how_it_is_done():
    with pytest.raises(NotImplementedError):
        Task().pose(np, None, 0)
