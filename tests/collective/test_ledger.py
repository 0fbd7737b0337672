"""The ledger: one script of operations gives the same rows in every storage; claims are taken once; what is lost is queued once."""

import dataclasses
import time
import uuid

import pytest

from cyberspace.collective.budgets import steps
from cyberspace.collective.ledger.ledger import ORIGIN, LeaseLost, Ledger
from cyberspace.collective.ledger.rows import Proposal
from cyberspace.collective.ledger.space import choice, flag, real, whole
from cyberspace.collective.who import Participant
from cyberspace.errors import InputError

SPACE = {"rate": real(0.001, 1, log=True), "units": whole(1, 64), "warm": flag(), "rule": choice("hebb", "delta")}
ADA, BOB = Participant("ada", "one-core", "here"), Participant("bob", "two-core", "there")


def new(place, name=None):
    where, artifacts = place
    return Ledger.open(name or uuid.uuid4().hex, where, SPACE, artifacts)


def proposal(name="a", **more):
    return Proposal(name, {"rate": 0.1, "units": 8, "warm": True, "rule": "delta"}, ("root",), "tune", 0.25, steps(100), **more)


def script(ledger):
    """Everything that may happen to a row."""
    bank = ledger.keep(b"genomes")
    ledger.enqueue(proposal("queued", techniques=("warm",), artifacts={"bank": bank}, about={"depth": 2}))
    ledger.enqueue(proposal("taken"))
    kept = ledger.claim(ADA, proposal("kept", packet="p1", code="c", config="d"))
    for seed, score in ((3, 0.5), (1, 0.75)):
        ledger.report(kept, seed, score)
    ledger.renew(kept)
    ledger.close(kept, "kept", 0.625, gain=0.125, reason="better", outcome={"bank": bank}, found={"ticks": 9})
    first = ledger.claim(BOB, predicted=-0.5)
    ledger.close(first, "discarded", -1.0)
    ledger.close(ledger.claim(ADA, proposal("crash")), "crashed", reason="ValueError: no")
    ledger.close(ledger.claim(ADA, proposal("no")), "refused", reason="too like an open claim")
    late = ledger.claim(BOB, proposal("late"), lease=-1)
    assert len(ledger.expire()) == 1
    with pytest.raises(LeaseLost):
        ledger.close(late, "kept", 1.0)
    with pytest.raises(LeaseLost):
        ledger.report(late, 0, 1.0)
    ledger.claim(ADA, proposal("open"))


def timeless(row):
    return dataclasses.replace(row, lease=float(row.lease > 0), started=float(row.started > 0), closed=float(row.closed > 0))


def test_the_same_script_gives_the_same_rows_everywhere(tmp_path, database):
    found = []
    for place in (("memory", None), (str(tmp_path / "a.log"), None), (database, tmp_path / "artifacts")):
        name = uuid.uuid4().hex
        ledger = new(place, name)
        script(ledger)
        again = ledger if place[0] == "memory" else new(place, name)
        assert again.rows() == ledger.rows()
        found.append([timeless(row) for row in again.rows()])
    assert found[0] == found[1] == found[2]
    assert [row.state for row in found[0]] == ["discarded", "queued", "kept", "crashed", "refused", "lost", "queued", "claimed"]
    kept = found[0][2]
    assert (kept.scores, kept.value, kept.gain, kept.participant, kept.found) == (
        {1: 0.75, 3: 0.5},
        0.625,
        0.125,
        "ada",
        {"ticks": 9},
    )
    assert found[0][0].proposal.predicted == -0.5 and found[0][0].hardware == "two-core"
    assert found[0][6].proposal.retry_of == 5 and found[0][6].candidate == "late"


def test_a_claim_is_written_before_it_runs_and_taken_once(place):
    ledger = new(place)
    number = ledger.enqueue(proposal())
    claim = ledger.claim(ADA)
    assert claim.number == number and ledger.row(number).state == "claimed" and ledger.row(number).participant == "ada"
    assert ledger.claim(BOB) is None
    assert 14 * 60 < ledger.row(number).lease - time.time() <= 15 * 60


def test_what_is_lost_is_queued_exactly_once(place):
    ledger = new(place)
    ledger.claim(ADA, proposal())
    assert ledger.expire() == []
    later = time.time() + 16 * 60
    assert ledger.expire(later) == [1]
    assert ledger.expire(later) == [] and ledger.expire(later + 3600) == []
    assert [row.state for row in ledger.rows()] == ["lost", "queued"]


def test_what_another_ledger_lost_is_not_done_again_here(place):
    theirs, ours = new(place), new(place)
    theirs.claim(ADA, proposal())
    theirs.expire(time.time() + 16 * 60)
    ours.adopt(theirs.row(0), {ORIGIN: "theirs"})
    assert ours.expire(time.time() + 3600) == [] and [row.state for row in ours.rows()] == ["lost"]


def test_what_its_closer_did_not_queue_is_queued_by_the_next_and_a_second_copy_is_refused(place):
    ledger = new(place)
    claim = ledger.claim(ADA, proposal(), lease=-1)
    assert ledger._lose(claim.row)  # and then it was killed
    assert ledger.expire() == []  # it may still be at it
    assert len(ledger.expire(time.time() + 120)) == 1
    ledger.enqueue(dataclasses.replace(proposal(), retry_of=claim.number))  # two looked at once
    assert ledger.claim(BOB).number == 1
    assert ledger.claim(BOB) is None
    assert [row.state for row in ledger.rows()] == ["lost", "claimed", "refused"]


def test_what_is_wanted_is_taken(place):
    ledger = new(place)
    for name in "abc":
        ledger.enqueue(proposal(name))
    assert ledger.claim(ADA, wanted=lambda row: row.candidate == "b").row.candidate == "b"
    assert ledger.claim(ADA).row.candidate == "a"


def test_artifacts_are_what_their_hash_says(place):
    ledger = new(place)
    name = ledger.keep(b"\0bank")
    assert ledger.take(name) == b"\0bank" and ledger.keep(b"\0bank") == name
    with pytest.raises(InputError, match="nothing there"):
        ledger.take("../" + name)
    if ledger.artifacts.folder is not None:
        (ledger.artifacts.folder / name).write_bytes(b"forged")
        with pytest.raises(InputError, match="another hash"):
            ledger.take(name)


def test_what_is_said_of_a_ledger(place):
    ledger = new(place)
    ledger.say("pin:a", {"by": "ada"})
    ledger.say("note:1", "look")
    ledger.say("pin:b", None)
    assert ledger.said("pin:") == {"pin:a": {"by": "ada"}, "pin:b": None}


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("sqlite:///x.db", "SQLite"),
        ("x.sqlite", "SQLite"),
        ("grpc://host:1", "gRPC"),
        ("redis://host", "Redis"),
        ("mysql+pymysql://x", "MySQL"),
        ("ftp://x/ledger.log", "postgresql"),
        ("ledger.json", r"\*\.log"),
        ("postgresql://nobody@/none?host=/nowhere", "PostgreSQL that answers"),
    ],
)
def test_places_that_are_refused(where, said):
    with pytest.raises(InputError, match=said):
        Ledger.open("x", where, artifacts=None if "." in where[:14] else __import__("pathlib").Path("/tmp/none"))


def test_refusals_by_name(tmp_path):
    ledger = new(("memory", None))
    for wrong, said in [
        ({"rate": 2.0}, "params.rate"),
        ({"rat": 0.5}, "try: rate"),
        ({"units": 1.5}, "whole"),
        ({"warm": 1}, "False or True"),
        ({"rate": float("nan")}, "nan"),
    ]:
        with pytest.raises(InputError, match=said):
            ledger.enqueue(Proposal("a", wrong))
    with pytest.raises(InputError, match="candidate"):
        ledger.enqueue(Proposal(""))
    with pytest.raises(InputError, match="about"):
        ledger.enqueue(Proposal("a", about={"x": float("inf")}))
    claim = ledger.claim(ADA, proposal())
    for verdict, value in (("kept", None), ("crashed", 1.0), ("lost", None), ("fine", 1.0), ("kept", float("nan"))):
        with pytest.raises(InputError, match=r"verdict|value"):
            ledger.close(claim, verdict, value)
    with pytest.raises(InputError, match="score"):
        ledger.report(claim, 1, float("nan"))
    with pytest.raises(InputError, match="seed"):
        ledger.report(claim, 2**31, 1.0)
    assert ledger.row(claim.number).state == "claimed"
    place = str(tmp_path / "x.log")
    Ledger.open("x", place, SPACE)
    with pytest.raises(InputError, match="another space"):
        Ledger.open("x", place, {"rate": real(0, 1)})
    assert Ledger.open("x", place).space == SPACE


@pytest.mark.parametrize("content", [b"my notes, without an end", b"my notes\n", b'{"a":1}\n', b"{"])
def test_a_file_of_something_else_is_left_as_it_is(tmp_path, content):
    path = tmp_path / "notes.log"
    path.write_bytes(content)
    if content != b"{":  # that may be a journal whose first line was torn
        with pytest.raises(InputError, match="no journal"):
            Ledger.open("x", str(path), SPACE)
        assert path.read_bytes() == content
    else:
        assert Ledger.open("x", str(path), SPACE).rows() == []


def test_a_torn_last_line_is_cut_off_and_nothing_is_lost_behind_it(tmp_path):
    path = tmp_path / "x.log"
    ledger = new((str(path), None), "x")
    ledger.enqueue(proposal("a"))
    with open(path, "ab") as file:
        file.write(b'{"op_code":4,"wor')
    other = new((str(path), None), "x")
    other.enqueue(proposal("b"))
    assert [row.candidate for row in other.rows()] == ["a", "b"] == [row.candidate for row in ledger.rows()]
