"""Sources of known entropy, canaries, and a course that is what it was committed to."""

import json

import numpy as np
import pytest

from cyberspace.collective.golf.canaries import BOUND, LENGTH, saved, with_canaries
from cyberspace.collective.golf.course import make_course, open_course
from cyberspace.collective.golf.sources import MADE, Copies, Markov, draw
from cyberspace.errors import InputError


@pytest.mark.parametrize("name", MADE)
def test_a_source_says_what_it_needs_itself(name):
    source = MADE[name]()
    text, own = draw(source, 2000, np.random.default_rng(1))
    assert set(text.tolist()) <= set(source.letters)
    state, total = source.begin(), 0.0
    for byte in text.tolist():
        chances = source.chances(state)
        assert chances.sum() == pytest.approx(1)
        total -= np.log2(chances[source.letters.index(byte)])
        state = source.after(state, source.letters.index(byte))
    assert total == pytest.approx(own.sum())


def test_what_a_chain_needs_in_the_long_run_is_its_entropy():
    source = Markov(2, 4)
    _, own = draw(source, 30_000, np.random.default_rng(2))
    assert own.mean() == pytest.approx(source.entropy(), abs=0.03)


def test_copies_are_a_quarter_news():
    _, own = draw(Copies(), 48 * 20, np.random.default_rng(3))
    assert own.mean() == pytest.approx(3 / 4)


def test_no_predictor_saves_much_on_what_is_random():
    """The bound is 2^-b for any predictor; b is far away for the source itself and for one that is slightly wrong."""
    draws = np.random.default_rng(4)
    part = with_canaries("public", np.frombuffer(b"words and words " * 200, dtype=np.uint8), draws)
    assert part.known.sum() == 4 * LENGTH
    assert saved(part, np.where(part.known, 4.0, 1.0)) == pytest.approx(-2)
    lucky = np.where(part.known, 4.0 + draws.normal(0, 0.3, len(part.text)), 1.0)
    assert saved(part, lucky) < BOUND
    knows = np.where(np.arange(len(part.text)) < part.runs()[0].stop, 0.5, 4.5)
    assert saved(part, knows) > BOUND
    assert part.score(np.where(part.known, 99.0, 1.0)) == 1.0  # canaries do not count


def test_a_sealed_part_that_was_changed_is_noticed(tmp_path):
    course = make_course(tmp_path / "course", "copies", size=1024, seed=5)
    assert open_course(tmp_path / "course").rules == course.rules
    assert len(course.sealed().text) == 1024
    assert not np.array_equal(course.sealed().text, course.public.text)
    path = tmp_path / "course" / "sealed" / "sealed.npz"
    with np.load(path) as found:
        text, own = found["text"].copy(), found["own"]
    text[7] ^= 1
    np.savez_compressed(path, text=text, own=own)
    with pytest.raises(InputError, match="committed"):
        course.sealed()


def test_two_courses_without_a_seed_are_two(tmp_path):
    one, other = (make_course(tmp_path / name, "markov:1", size=1024) for name in "ab")
    assert one.rules.sealed != other.rules.sealed


def test_a_course_that_is_none(tmp_path, refuse):
    assert "no course" in refuse("golf", "board", "--course", tmp_path)
    (tmp_path / "course.json").write_text(json.dumps({"data": "docs"}))
    assert "no course" in refuse("golf", "board", "--course", tmp_path)
    assert "--data" in refuse("golf", "course", tmp_path / "a", "--data", "nothing")
    assert "--bytes" in refuse("golf", "course", tmp_path / "b", "--bytes", "10")
    assert "--bytes" in refuse("golf", "course", tmp_path / "c", "--bytes", "400000")
    assert "--cap" in refuse("golf", "course", tmp_path / "d", "--cap", "17 kB")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["course.json"]
