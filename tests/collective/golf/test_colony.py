"""A colony as a submission answers as the world's law does, bit for bit, and mixes as the score does."""

import numpy as np
import pytest

from cyberspace.analysis.score.colony import cost, mix
from cyberspace.analysis.score.reading import lay_out, read
from cyberspace.analysis.score.score import find_text, readers_of
from cyberspace.collective.golf.artifact import GENOMES, MIXER
from cyberspace.collective.golf.colony import pack
from cyberspace.collective.golf.colony.port import grow
from cyberspace.collective.golf.course import make_course
from cyberspace.collective.golf.loop import run
from cyberspace.collective.golf.templates import colony as template
from cyberspace.errors import InputError
from cyberspace.record.run_folder import open_run
from cyberspace.run import runtime
from cyberspace.run.crew import Plan
from cyberspace.tasks.corpus import REACH
from organisms.learning.table import RULES

BYTES = 60


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    course = make_course(tmp_path_factory.mktemp("golf") / "course", "markov:2", size=4096, seed=2)
    grow(course, course.folder / "port", 24, warp=1, backend="reference")
    return course.folder / "port"


def slots_of(niche, niches):
    """Who is awake in each niche."""
    slots = np.full((niches, int(np.bincount(niche).max())), -1, dtype=np.int32)
    taken = np.zeros(niches, dtype=int)
    for k, one in enumerate(niche.tolist()):
        slots[one, taken[one]] = k
        taken[one] += 1
    return slots


@pytest.mark.parametrize("newborn", [True, False])
def test_a_colony_answers_as_the_law_does(port, newborn, monkeypatch):
    monkeypatch.setattr(pack, "WARM", 512)
    artifact = pack.pack(port, "colony", newborn=newborn)
    folder = open_run(str(port))
    _, world, place = find_text(folder, None)
    colony, weights, _, mixer = template.unpack({"genomes": artifact.parts[GENOMES], "mixer": artifact.parts[MIXER]})
    assert len(weights) >= 8
    region = pack.newest_states(folder)[1][0].region
    readers = readers_of(world, region, colony["site"].astype(np.int32) - np.int32(world.first_site), newborn)
    assert np.array_equal(readers.weights, weights)
    task = place.task
    room = pack.room_of(world, task, slots_of(colony["niche"], len(task.corpus.order)))
    at = np.arange(REACH, BYTES, dtype=np.int32)
    said, told = read(room, readers, REACH, BYTES, True), lay_out(task, at, np.zeros(1, dtype=np.int32), 0)[1]
    mixed = mix(said, told, room.awake(at), task.scale, mixer, colony["step"])
    passed = run(artifact.job, task.corpus.text[:BYTES], points=frozenset([30]))
    np.testing.assert_allclose(passed.costs[REACH:], cost(mixed.chances, told).reshape(-1, 8).sum(axis=1), rtol=1e-9)
    assert np.any(np.abs(said) > 0)


def test_a_rule_is_taken_along_or_refused():
    assert b"def tuned" in pack.rule_source(open_rule())
    with pytest.raises(InputError, match="needs nothing but its lines"):
        pack.rule_source(needy())
    assert pack.rule_source(RULES["none"]) == b""


def open_rule():
    from cyberspace.collective.golf.colony.reader import tuned

    return tuned


def needy():
    from organisms.learning.rule import rule

    @rule
    def reaches(weight, pre, post, signal, genes, dither):
        return weight + BYTES

    return reaches


def test_a_run_that_predicts_no_text_is_refused(tmp_path, short, refuse):
    runtime.go(runtime.begin(short, tmp_path / "run", None, None), Plan(4, 4, quiet=True))
    assert "text" in refuse("golf", "new", tmp_path / "new", "--from", tmp_path / "run")
    assert not (tmp_path / "new").exists()
