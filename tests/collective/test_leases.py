"""Leases: renewed for as long as an experiment runs, so that it is done once; and what kills whoever runs it is not queued for ever."""

import multiprocessing
import os
import signal
import threading
import time
import uuid

import pytest

from cyberspace.collective.ledger.careful import Unreachable
from cyberspace.collective.ledger.ledger import LeaseLost, Ledger
from cyberspace.collective.ledger.renewing import renewing
from cyberspace.collective.ledger.rows import MOST_LOST, Proposal
from cyberspace.collective.objective.landscape import Landscape
from cyberspace.collective.pool.pool import Pool, Settings
from cyberspace.collective.swarm import worker as workers
from cyberspace.collective.swarm.landscape import Landscape as Hill
from cyberspace.collective.swarm.proposers.table import proposer
from cyberspace.collective.swarm.worker import Rules, Worker
from cyberspace.collective.who import Participant

ADA, BOB = Participant("ada", "h", "here"), Participant("bob", "h", "there")
SHORT, SLOW = 1.5, 3.5
"""Seconds of a lease, and of an experiment that takes longer."""


class Sleepy(Landscape):
    """A landscape on which all but the beginning takes its time, for whoever comes first."""

    slept = 0

    def evaluate(self, params, bank, seed, *terms):
        if params != self.start and not self.slept:
            self.slept += 1
            time.sleep(SLOW)
        return super().evaluate(params, bank, seed, *terms)


def test_an_experiment_that_takes_longer_than_its_lease_is_done_once(tmp_path):
    one, where = Sleepy("blocks"), str(tmp_path / "x.log")
    ledger = Ledger.open("x", where, one.space)
    slow = Pool(ledger, one, ADA, Settings(seeds=(1,)))
    slow.begin()
    slow.lease = SHORT
    thread = threading.Thread(target=slow.step)
    thread.start()
    other = Ledger.open("x", where)
    while thread.is_alive():
        assert other.expire() == [] and other.claim(BOB) is None
        time.sleep(0.05)
    thread.join()
    assert [row.state for row in ledger.rows()] in (["kept", "kept"], ["kept", "discarded"])
    assert one.slept == 1 and ledger.row(1).participant == "ada" and ledger.row(1).closed - ledger.row(1).started > SLOW


def test_without_renewal_it_would_be_lost():
    ledger = Ledger.open("x", "memory")
    claim = ledger.claim(ADA, Proposal("a"), lease=0.05)
    time.sleep(0.1)
    assert ledger.expire() == [1]
    with pytest.raises(LeaseLost):
        ledger.close(claim, "kept", 1.0)


def test_a_worker_of_a_swarm_renews_too(monkeypatch):
    ledger, hill = Ledger.open("x", "memory", Hill(1).space), Hill(1)
    score = hill.score
    monkeypatch.setattr(hill, "score", lambda *words: time.sleep(SLOW / 2) or score(*words))
    claim = ledger.claim
    monkeypatch.setattr(ledger, "claim", lambda *words: claim(*words, lease=SHORT))
    worker = Worker(ADA, 0, ledger, hill, proposer("random"), Rules("none", 2, 1), None, 1)
    thread = threading.Thread(target=worker.step)
    thread.start()
    while thread.is_alive():
        assert ledger.expire() == []
        time.sleep(0.05)
    assert [row.state for row in ledger.rows()] == ["kept"] and ledger.row(0).proposal.operator == workers.START


def test_a_worker_that_slept_through_its_lease_goes_on(monkeypatch):
    ledger, hill = Ledger.open("x", "memory", Hill(1).space), Hill(1)
    monkeypatch.setattr(hill, "score", lambda *words: (ledger.expire(time.time() + 3600) and 0.0) or 0.0)
    row = Worker(ADA, 0, ledger, hill, proposer("random"), Rules("none", 2, 1), None, 1).step()
    assert row.state == "lost" and [one.state for one in ledger.rows()] == ["lost", "queued"]


def test_a_storage_that_does_not_answer_is_asked_again_and_a_lost_claim_is_not():
    called = []

    def renew():
        called.append(1)
        raise Unreachable("gone") if len(called) < 3 else LeaseLost("over")

    with renewing(renew, 0.03):
        time.sleep(0.5)
    assert len(called) == 3


def killed(where, name):
    """Take what is queued, or make it, and be killed by it."""
    ledger = Ledger.open(name, where)
    assert ledger.claim(Participant(f"p{os.getpid()}"), None if ledger.rows() else Proposal("poison"), lease=0.0)
    os.kill(os.getpid(), signal.SIGKILL)


def test_what_kills_whoever_runs_it_is_closed_and_others_go_on(tmp_path):
    where, start = str(tmp_path / "x.log"), multiprocessing.get_context("forkserver")
    ledger = Ledger.open("x", where)
    for _ in range(MOST_LOST):
        process = start.Process(target=killed, args=(where, "x"))
        process.start()
        process.join()
        assert process.exitcode == -signal.SIGKILL
        ledger.expire(time.time() + 1)
    ledger.expire(time.time() + 3600)
    rows = ledger.rows()
    assert [row.state for row in rows] == ["lost", "lost", "crashed"] and ledger.claim(BOB) is None
    assert rows[-1].reason == "lost 3 times: whoever ran it was killed, or did not come back"
    ledger.enqueue(Proposal("good"))
    assert ledger.claim(BOB).row.candidate == "good"


def test_times_are_counted_for_each_experiment(place):
    where, artifacts = place
    ledger = Ledger.open(uuid.uuid4().hex, where, None, artifacts)
    for name in "ab":
        ledger.claim(ADA, Proposal(name), lease=-1)
    assert len(ledger.expire()) == 2
    while (claim := ledger.claim(ADA, lease=-1)) is not None:
        ledger.expire()
        if claim.row.candidate == "b":
            break
    states = {name: [row.state for row in ledger.rows() if row.candidate == name] for name in "ab"}
    assert states == {"a": ["lost", "lost", "queued"], "b": ["lost", "lost", "queued"]}
    assert ledger.expire(most=1) == [] and not [row for row in ledger.rows() if row.state == "claimed"]


def test_a_thousand_short_experiments_need_one_thread_between_them():
    before = threading.active_count()
    for _ in range(1000):
        with renewing(lambda: None, 900):
            pass
    called = []
    with renewing(lambda: called.append(1), 900), renewing(lambda: called.append(2), 0.03):  # the later one is due before
        time.sleep(0.5)
    assert threading.active_count() <= before + 1 and set(called) == {2}
