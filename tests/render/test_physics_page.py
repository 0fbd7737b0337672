"""The page of a space's physics."""

from cyberspace.law.physics import NUMBERS
from render.replay import Replay
from tests.render.test_app import Bench


def test_the_physics_are_told_with_units_and_meanings(finished, tmp_path):
    bench = Bench(Replay(finished), tmp_path)
    bench.press("tab", "physics")
    words = bench.read().words
    for one in NUMBERS:
        assert one.key in words and any(text[:12] == one.meaning[:12] for text in words), one.key
    assert "12 energy/tick" in words and "100 ticks" in words, "the world file's numbers"
