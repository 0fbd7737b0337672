"""The roll: written before it runs, closed once, and what descends from an invalid entry is looked at again."""

from dataclasses import replace

import pytest

from cyberspace.collective.golf.artifact import CODE, Artifact, Manifest, stated
from cyberspace.collective.golf.attacks import REMEMBERS, baseline
from cyberspace.collective.golf.board import lines, table
from cyberspace.collective.golf.course import make_course
from cyberspace.collective.golf.roll import Roll
from cyberspace.collective.golf.sheet import write_page
from cyberspace.collective.golf.verifying import verify_waiting
from cyberspace.collective.ledger.rows import MOST_LOST
from cyberspace.collective.who import here
from cyberspace.errors import InputError


@pytest.fixture
def roll(tmp_path):
    return Roll(make_course(tmp_path / "course", "markov:1", size=1024, seed=3, block=64, seeds=1))


def named(artifact, name, *parents):
    return replace(artifact, manifest=replace(artifact.manifest, name=name, author="ada", parents=parents))


def verify_all(roll):
    return [(row.name, row.status) for row, _ in verify_waiting(roll, seed=3)]


def test_from_the_queue_to_the_board(roll):
    first = roll.enter(named(baseline(0), "first"))
    second = roll.enter(named(baseline(1), "second", first.entry))
    assert (first.status, second.status, second.tries) == ("queued", "queued", 2)
    assert [one.state for one in roll.ledger.rows()] == ["queued", "queued"]
    assert verify_all(roll) == [("first", "record"), ("second", "record")]
    assert roll.holder().entry == second.entry
    assert [one.name for _, one in roll.ranked()] == ["second", "first"]
    text = table(roll)
    assert any("baseline" in line for line in text) and any("the source itself" in line for line in text)
    known = next(one for one in lines(roll) if one.name == "the source itself")
    assert all(one.sealed >= known.sealed for one in lines(roll) if one.entry and one.sealed is not None)
    page = write_page(roll)
    before = {one.name: one.read_bytes() for one in page.parent.glob("*.csv")}
    write_page(roll)
    assert before == {one.name: one.read_bytes() for one in page.parent.glob("*.csv")}
    assert "second" in page.read_text() and len(before) == 5


def test_what_descends_from_an_invalid_entry_is_queued_again(roll):
    first = roll.enter(named(baseline(0), "first"))
    verify_all(roll)
    child = roll.enter(named(baseline(1), "child", first.entry))
    verify_all(roll)
    grandchild = roll.enter(named(baseline(2), "grandchild", child.entry))
    verify_all(roll)
    again = {one.name for one in roll.invalidate(first.entry, "overclaimed", "seen by a reader")}
    assert again == {"child", "grandchild"}
    assert roll.row(first.entry).status == "rejected"
    assert {one.status for one in (roll.row(child.entry), roll.row(grandchild.entry))} == {"queued"}
    assert roll.holder() is None
    assert dict(verify_all(roll))["child"] == "record"
    copy = roll.enter(named(baseline(0), "a copy", child.entry))
    assert verify_all(roll) == [("a copy", "rejected")]
    assert roll.row(copy.entry).code == "invalid-parent"


def test_a_part_of_an_invalid_entry_is_recognised(roll):
    import lzma

    genomes = lzma.compress(roll.course.public.text.tobytes())
    roll.enter(stated(Artifact(Manifest("memory", "red team"), {CODE: REMEMBERS, "genomes.bin": genomes})))
    other = stated(
        Artifact(Manifest("memory, dressed up", "red team"), {CODE: REMEMBERS + b"\n# mine\n", "genomes.bin": genomes})
    )
    roll.enter(other)
    assert [status for _, status in verify_all(roll)] == ["rejected", "rejected"]
    assert [one.code for one in roll.rows()] == ["below-entropy", "invalid-parent"]


def test_nothing_is_lost_where_a_verification_fails(roll, monkeypatch):
    entry = roll.enter(named(baseline(0), "first")).entry
    with pytest.raises(ZeroDivisionError), roll.claimed():
        raise ZeroDivisionError
    assert [one.state for one in roll.ledger.rows()] == ["crashed", "queued"]
    assert roll.row(entry).status == "queued"
    assert verify_all(roll) == [("first", "record")]


def test_an_entry_enters_once(roll):
    roll.enter(baseline(0))
    with pytest.raises(InputError, match="on the roll already"):
        roll.enter(baseline(0))
    with pytest.raises(InputError, match="an entry of the board"):
        roll.invalidate("0" * 12, "overclaimed")
    with pytest.raises(InputError, match="--code"):
        roll.invalidate(baseline(0).entry, "overclaim")


def test_courses_share_a_ledger_anywhere_and_do_not_mix(tmp_path, place):
    where, artifacts = place
    one, other = (make_course(tmp_path / name, "markov:1", size=1024, seed=seed, seeds=1) for seed, name in enumerate("ab"))
    first = Roll(one, where, artifacts)
    entry = first.enter(named(baseline(0), "first")).entry
    assert Roll(other, where, artifacts).rows() == [] and not (one.folder / "ledger.log").exists()
    again = first if where == "memory" else Roll(one, where, artifacts)
    assert [row.name for row in again.rows()] == ["first"] and again.artifact(entry).entry == entry
    assert any("first" in line for line in table(again))


def test_what_kills_each_verification_is_not_tried_for_ever(roll):
    entry = roll.enter(named(baseline(0), "deadly")).entry
    for _ in range(MOST_LOST):
        with pytest.raises(MemoryError), roll.claimed():
            raise MemoryError("too much")
    row = roll.row(entry)
    assert (row.status, row.detail, row.invalid) == ("not verified", "MemoryError: too much", False)
    with roll.claimed() as taken:
        assert taken is None
    assert any(line.rstrip().endswith("not verified") for line in table(roll))
    roll.again(entry)
    with pytest.raises(KeyboardInterrupt), roll.claimed(entry):
        raise KeyboardInterrupt
    assert roll.row(entry).status == "queued"
    for _ in range(MOST_LOST):
        roll.ledger.claim(here(), lease=-1)
        roll.ledger.expire()
    assert roll.row(entry).status == "not verified" and "lost 3 times" in roll.row(entry).detail
