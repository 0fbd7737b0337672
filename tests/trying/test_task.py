"""task new, check and try: what a person is told of a task before a world lives by it."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import cyberspace as cs
from cyberspace import Task
from cyberspace.errors import InputError
from cyberspace.record.chance import chance_of
from cyberspace.tasks.load import load_task
from cyberspace.trying.commands import task
from cyberspace.trying.small_world import options_of, world_text
from cyberspace.worldfile.build import universe_from_text

GUIDE = Path(__file__).parents[2] / "docs" / "extend" / "code"


class Coin(Task):
    """Nobody can know it, and chance is paid for half."""

    goals = ("coin",)

    def pose(self, xp, bits, lesson):
        return xp.zeros((1, bits.shape[1]), dtype=np.int8), (bits[0] & np.uint32(1),)

    def judge(self, xp, answers, hidden, memory):
        right = (answers[:1] > 0) == (hidden[0] > 0)
        return xp.where(right, 10, 0).astype(np.int32), xp.zeros((1, right.shape[1]), dtype=np.int8), memory


class EasyCoin(Coin):
    """The same, where one paid lesson counts."""

    def performs(self, xp, score, memory):
        return score > 0


class Gift(Coin):
    """Pays whoever says nothing."""

    def judge(self, xp, answers, hidden, memory):
        score, signal, memory = super().judge(xp, answers, hidden, memory)
        return xp.where(answers[:1] > 0, 0, 40000 + 0 * score), signal, memory


class Slices(Coin):
    """Asks for words that it is not given; NumPy would be silent."""

    def pose(self, xp, bits, lesson):
        return (bits[:3] & np.uint32(1)).astype(np.int8), (bits[0],)


class Few(Coin):
    """Fails where there are many sites."""

    def pose(self, xp, bits, lesson):
        if bits.shape[1] > 400:
            raise MemoryError("too many")
        return super().pose(xp, bits, lesson)


def named(kind):
    return f"{__file__}:{kind.__name__}"


def ask(*words):
    return CliRunner().invoke(task, list(words), catch_exceptions=False)


def chance(kind):
    place = universe_from_text(world_text(named(kind), {}, sms=1), "test", Path())[0].worlds[0]
    return chance_of(place, 0)


def test_an_unknowable_coin_is_not_performed_by_chance():
    found = chance(Coin)
    assert found.level(0) <= 1 / 128 and (found.earns > 3).all() and (found.earns < 7).all()
    assert 0.3 < chance(EasyCoin).level(0) < 0.7


def test_a_goal_that_needs_nothing_is_seen():
    found = chance(Gift)
    assert found.performs[1, 0] == 1 and found.level(0) == 1 and found.earns[1] > 30000


@pytest.mark.parametrize(
    ("kind", "words"),
    [(Slices, ("bits[:3]", "words = 1", "words = 3")), (Few, ("at 512 sites", "MemoryError: too many", "any number of sites"))],
)
def test_natural_mistakes_get_the_right_message(kind, words):
    with pytest.raises(InputError) as told:
        universe_from_text(world_text(named(kind), {}, sms=1), "test", Path())
    assert len(told.value.problems) == 1 and all(word in told.value.problems[0] for word in words), told.value.problems


def test_a_new_task_is_whole(tmp_path, monkeypatch):
    """It is written once, checked by all backends, tried, and its report drawn."""
    monkeypatch.chdir(tmp_path)
    told = ask("new", "two_of_three.py")
    assert told.exit_code == 0 and "task try two_of_three.py:TwoOfThree" in told.output
    with pytest.raises(InputError, match="already"):
        ask("new", "two_of_three.py")
    for name in ("two of.py", "two.txt", "2.py"):
        with pytest.raises(InputError):
            ask("new", name)
    made = load_task("two_of_three.py:TwoOfThree", {"pay": 7}, tmp_path, "here", 8)
    assert made.pay == 7 and made.judged == 16
    checked = ask("check", "two_of_three.py:TwoOfThree")
    assert (
        "NumPy, numba, jax: the same digest" in checked.output and "random brains performs two_of_three 0.0%" in checked.output
    )
    assert "!" not in checked.output
    tried = ask("try", "two_of_three.py:TwoOfThree", "--ticks", "300", "--sms", "1", "--out", "run", "--option", "pay=50")
    assert tried.exit_code == 0 and (tmp_path / "run" / "report" / "index.html").is_file()
    about = json.loads((tmp_path / "run" / "run.json").read_text())
    assert about["described"]["tasks"][0]["chance"] == {"two_of_three": 0.0}


@pytest.mark.parametrize("name", ["preference.py:Preference", "thermostat.py:Thermostat"])
def test_the_tasks_of_the_guide_pay_and_are_compiled(name, capsys):
    world = cs.World(seed=1)
    space = world.space("w", kind="gpu", axes={"lane": 32, "warp": 4}, genesis="ancestor:learner", density=0.8)
    space.task(str(GUIDE / name), fill="auto")
    sim = cs.Simulation(world, backend="numba").advance(6400)
    assert sim.energy.balanced
    assert sum(sim.tasks.values()) > 0, "nobody performs it"
    assert "judged by NumPy" not in capsys.readouterr().err


def test_the_guide_shows_what_task_new_writes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ask("new", "majority.py")
    assert (tmp_path / "majority.py").read_text() == (GUIDE / "majority.py").read_text()


def test_what_is_not_worth_solving_is_said(capsys):
    told = ask("check", named(Gift)).output
    assert (
        "a score of 40,000 is paid as 32,767" in told
        and "! chance performs coin in 100%" in told
        and "nothing has to be solved" in told
    )


def test_options_are_what_json_makes_of_them():
    assert options_of(["pay=40", "file=a.txt", "deep=[1, 2]", 'say="x=y"']) == {
        "pay": 40,
        "file": "a.txt",
        "deep": [1, 2],
        "say": "x=y",
    }
    with pytest.raises(InputError, match="KEY=VALUE"):
        options_of(["pay"])
