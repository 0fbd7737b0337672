"""Budgets of a pool: seconds end a world's run by the clock, and no two kinds ever stand in one ranking."""

import dataclasses
import time

import pytest
from click.testing import CliRunner

from cyberspace.collective import budgets
from cyberspace.collective.budgets import budget_of, normalised, steps, wallclock
from cyberspace.collective.ledger.ledger import Ledger
from cyberspace.collective.ledger.rows import Proposal
from cyberspace.collective.objective import world
from cyberspace.collective.objective.landscape import Landscape
from cyberspace.collective.objective.named import small_bytes
from cyberspace.collective.pool.archive import bring, export
from cyberspace.collective.pool.commands import pool
from cyberspace.collective.pool.pool import Pool, Settings
from cyberspace.collective.pool.replay import replay
from cyberspace.collective.pool.view import view_of
from cyberspace.collective.who import Participant, hardware_class
from cyberspace.errors import InputError


def begun(budget, who=None, ledger=None):
    objective = Landscape("blocks")
    ledger = ledger or Ledger.open("pool", "memory", objective.space)
    return Pool(ledger, objective, who or Participant("ada", hardware_class(), "here"), Settings((1, 2), budget))


class Clock:
    """A clock on which each look takes a hundredth of a second."""

    now = 0.0

    def perf_counter(self):
        self.now += 0.01
        return self.now


def test_seconds_end_a_world_and_steps_end_it_alike_everywhere(monkeypatch):
    one = small_bytes("reference")
    assert one.evaluate(one.start, b"", 1, 24, 3600.0) == one.evaluate(one.start, b"", 1, 24)
    bank = one.evaluate(one.start, b"", 1, 24).bank
    begin = time.perf_counter()
    assert one.transplanted(one.start, bank, bank, 1, 10**6, 0.1)
    assert one.averaged([one.start] * 2, [bank] * 2, 10**6, 1, 10**6, 0.1)
    assert time.perf_counter() - begin < 60
    monkeypatch.setattr(world, "time", Clock())
    ticks = [one.evaluate(one.start, b"", 1, 2**31 - 1, seconds).cost for seconds in (0.3, 0.3, 0.6)]
    assert 4 < ticks[0] == ticks[1] < ticks[2] < 1000


def test_a_pool_of_seconds_lives(tmp_path, monkeypatch):
    monkeypatch.setattr(budgets, "measure", lambda seconds: budgets.REFERENCE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for budget in (wallclock(0.5), normalised(0.5)):
        made = begun(budget)
        made.begin()
        assert made.step().scored and made.step().proposal.budget == budget
        with pytest.raises(InputError, match="same scores again"):
            replay(made.ledger, made.objective)
        assert replay(made.ledger).faults == ()


@pytest.mark.parametrize("other", [steps(2), wallclock(1), normalised(1)])
def test_another_budget_is_refused_wherever_it_comes_in(other, tmp_path):
    made = begun(steps(1))
    made.begin()
    with pytest.raises(InputError, match="ranking"):
        begun(other, ledger=made.ledger)
    queued = made.ledger.enqueue(
        dataclasses.replace(made.ledger.row(0).proposal, candidate="x-#1", operator="tune", budget=other)
    )
    assert made.step().number != queued and made.ledger.row(queued).state == "queued"
    export(made.ledger, tmp_path / "a.zip")
    mixed = Ledger.open("mixed", "memory", made.objective.space)
    claim = mixed.claim(made.who, Proposal("y-#1", made.objective.start, budget=other, config=made.objective.config))
    mixed.close(claim, "kept", 1.0)
    with pytest.raises(InputError, match="ranking"):
        view_of([*made.ledger.rows(), *mixed.rows()])
    foreign = begun(other)
    claim = foreign.ledger.claim(made.who, Proposal("y-#1", made.objective.start, budget=other))
    foreign.ledger.close(claim, "kept", 1.0)
    before = foreign.ledger.rows()
    with pytest.raises(InputError, match="ranking"):
        bring(foreign.ledger, tmp_path / "a.zip")
    assert foreign.ledger.rows() == before


def test_seconds_of_other_hardware_are_looked_at_and_not_added_to():
    made = begun(wallclock(5, "fast"), Participant("ada", "fast", "here"))
    made.begin()
    bob = Pool(made.ledger, made.objective, Participant("bob", "slow", "there"))
    assert bob.view().champion is not None
    for call in (bob.begin, bob.step, lambda: bob.offer(made.objective.start)):
        with pytest.raises(InputError, match="wallclock:5:fast and wallclock:5:slow"):
            call()
    assert len(made.ledger.rows()) == 1
    with pytest.raises(InputError, match="seeds"):
        Pool(made.ledger, made.objective, made.who, Settings((1, 2, 3), made.settings.budget))


def test_what_a_person_asks_for():
    assert budget_of("steps") == steps(400) and budget_of("steps", 7) == steps(7)
    assert budget_of("normalised", None, 2.5) == normalised(2.5) and budget_of("wallclock", None, 1) == wallclock(1)
    for words, said in (
        (("step",), "try: steps"),
        (("steps", None, 3.0), "try: --budget wallclock"),
        (("wallclock",), "try: --seconds"),
        (("wallclock", 5, 3.0), "5 steps"),
        (("normalised", None, float("nan")), "above 0"),
        (("wallclock", None, -1.0), "above 0"),
    ):
        with pytest.raises(InputError, match=said):
            budget_of(*words)


def test_a_pool_of_seconds_by_the_command(tmp_path):
    words = ["run", "--ledger", str(tmp_path / "x.log"), "--objective", "smooth", "--experiments", "2", "--seeds", "1"]
    found = CliRunner().invoke(pool, [*words, "--budget", "wallclock", "--seconds", "0.5"])
    assert found.exception is None and len(found.output.splitlines()) == 3
    again = CliRunner().invoke(pool, [*words, "--budget", "wallclock", "--seconds", "0.7"])
    assert isinstance(again.exception, InputError) and "wallclock:0.5" in str(again.exception)
