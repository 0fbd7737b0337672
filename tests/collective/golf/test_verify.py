"""Verification: the red team is caught with the right code, the honest are not, and a record is proved by the range coder."""

import numpy as np
import pytest

from cyberspace.collective.golf import gold
from cyberspace.collective.golf.attacks import attacks, baseline, breaker
from cyberspace.collective.golf.claims import claiming
from cyberspace.collective.golf.codes import Caught
from cyberspace.collective.golf.course import make_course
from cyberspace.collective.golf.honest import KINDS, honest
from cyberspace.collective.golf.verify import ORDINARY, RECORD, REJECTED, Standing, verify

SIZE = 1024


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return make_course(tmp_path_factory.mktemp("golf") / "course", "docs", size=SIZE, seed=3, block=64, seeds=2, seconds=30.0)


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return make_course(
        tmp_path_factory.mktemp("golf") / "source", "markov:1", size=SIZE, seed=3, block=64, seeds=2, seconds=30.0
    )


@pytest.fixture(scope="module")
def team(course):
    return {one.name: one for one in attacks(course)}


NAMES = [
    "scores that do not sum to one", "a second pass over the same bytes", "training on validation", "a claim over half of the bytes",
    "it ends in the middle", "a wrong byte count", "the best of many seeds", "one byte over the cap", "state kept in a global",
    "state kept in a file", "a copy of an invalid parent",
]  # fmt: skip


def test_the_team_is_whole(team):
    assert sorted(team) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_an_attack_is_caught_with_its_code(course, team, name):
    one = team[name]
    report = verify(course, one.artifact, one.standing, seed=4)
    assert (report.verdict, report.code) == (REJECTED, one.code), report.stages


def test_a_score_below_the_entropy_is_invalid_by_itself(source):
    one = next(one for one in attacks(source) if one.name == "training on validation")
    assert verify(source, one.artifact, seed=4).code == "below-entropy" == one.code


@pytest.mark.parametrize("code", ["not-deterministic", "state"])
def test_what_the_box_alone_does_not_see(course, code):
    assert verify(course, breaker(code), seed=4).code == code


@pytest.mark.parametrize("number", range(len(KINDS)))
def test_an_honest_entry_is_not_rejected(course, number):
    artifact = honest(course, number)
    report = verify(course, claiming(course, artifact) if number % 2 else artifact, seed=number)
    assert report.verdict == RECORD, (report.code, report.detail)
    assert report.gold * 8 >= report.sealed  # the first of a course is a record, so it was written and read back
    assert {"run", "metamorphic", "state", "seeds", "claim", "entropy", "sealed", "statistics", "gold"} <= set(report.stages)


def test_what_is_better_is_a_record_and_the_same_again_is_not(course):
    first = verify(course, baseline(0), seed=5)
    better = verify(course, baseline(2), Standing(np.array(first.blocks)), seed=5)
    assert (first.verdict, better.verdict) == (RECORD, RECORD)
    assert better.sealed < first.sealed
    again = verify(course, baseline(2), Standing(np.array(better.blocks), 1), seed=6)
    assert again.verdict == ORDINARY and again.decision.mean == 0
    assert verify(course, baseline(0), Standing(np.array(better.blocks), 1), seed=6).decision.outcome == "worse"


@pytest.mark.parametrize("number", [1, 6])
def test_the_range_coder_reads_back_every_byte(course, number):
    job, text = honest(course, number).job, course.sealed().text[:601]
    written = gold.encode(job, text, 9)
    assert np.array_equal(gold.decode(job, written, len(text), 9), text)
    charged = written.passed.costs.sum()
    assert charged - 64 <= 8 * written.bytes <= charged + gold.SLACK_BITS + gold.SLACK_BYTE * len(text)


def test_a_code_that_reads_back_to_another_text_is_no_gold(course):
    job, text = baseline(1).job, course.sealed().text[:300]
    written = gold.encode(job, text, 9)
    other = text.copy()
    other[150] ^= 1
    with pytest.raises(Caught, match="gold"):
        gold.prove(job, other, written, 9)
    written.passed.costs[:] = 0.1
    with pytest.raises(Caught, match="gold"):
        gold.prove(job, text, written, 9)
