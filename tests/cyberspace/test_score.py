"""Scores on held-out text: the world's laws, nothing seen before it is predicted, and nothing below the entropy of a source."""

import json
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from cyberspace.analysis.score.colony import best_mix, cost, even_weights, mix, own_cost
from cyberspace.analysis.score.models import compressed, hashed_mixer, order_n
from cyberspace.analysis.score.reading import Readers, Room, keys, lay_out, quiet_senses, read
from cyberspace.analysis.score.score import score_run
from cyberspace.api.scoring import score
from cyberspace.errors import InputError
from cyberspace.record.run_folder import open_run
from cyberspace.run import runtime
from cyberspace.run.crew import Plan
from cyberspace.tasks import markov
from cyberspace.tasks.bytes import Bytes
from organisms.ancestors import learner
from organisms.body import ANSWER, SIGNAL, BodyPlan
from organisms.genome import Loci, inborn_weights
from organisms.learning.hebbian import hebbian
from organisms.learning.rule import learn
from organisms.think import squash, weighted_sum

TEXT = (b"the cat sat on the mat. a cat is not a mat, and the mat is no cat. " * 40)[:2400]
COUNT = 5


@pytest.fixture
def text(tmp_path):
    (tmp_path / "some.txt").write_bytes(TEXT)
    return tmp_path / "some.txt"


def readers_for(body, seed=3):
    """Organisms with random genomes, and delta learners."""
    loci, draw = Loci(body), np.random.default_rng(seed)
    genome = draw.integers(-2, 3, (loci.count, COUNT)).astype(np.int8)
    genome[:, 0] = learner(loci)
    genome[loci.rates] = draw.integers(0, 3, (body.units, COUNT))
    genome[loci.rule.start + 2, 1:3] = 1
    weights = np.ascontiguousarray(np.moveaxis(inborn_weights(loci, genome), -1, 0))
    activity = np.zeros((COUNT, body.units), dtype=np.int8)
    return Readers(
        np.arange(7, 7 + COUNT, dtype=np.int32), genome.T.copy(), weights, activity, quiet_senses(np.full(COUNT, 80))
    )


def all_awake(body, task, ticks=1):
    slots = np.tile(np.arange(COUNT, dtype=np.int32), (len(task.corpus.order), 1))
    return Room(body, hebbian, ticks, (5, 1), task, slots)


@pytest.mark.parametrize("ticks", [1, 2])
def test_they_think_and_learn_by_the_laws(text, ticks):
    """A few bytes, read by the compiled pass and by the text over arrays: the same answers, weights and activities."""
    body, task = BodyPlan(16, 64, 5), Bytes(text, shows="slots")
    readers, room = readers_for(body), all_awake(body, task, ticks)
    expected, first, last = readers.copy(), 100, 106
    said = read(room, readers, first, last, True, tick=11)
    shown, told = lay_out(task, np.arange(first, last, dtype=np.int32), np.zeros(1, dtype=np.int32), body.channels)
    weights, activity = np.moveaxis(expected.weights, 0, -1), expected.activity.T
    for t in range(len(told)):
        for tick in range(ticks):
            senses = expected.senses.T.copy()
            senses[-1] = SIGNAL if tick == ticks - 1 else 0
            inputs = np.concatenate([senses, np.tile(shown[0, t][:, None], (1, COUNT)), activity])
            activity = squash(np, weighted_sum(np, weights, inputs), body.shift)
        answer = activity[ANSWER + t % 8].astype(int)
        np.testing.assert_array_equal(said[t], answer)
        error = np.where(told[t], task.error[answer + 127], -task.error[127 - answer])
        signal = np.zeros((8, COUNT), dtype=np.int8)
        signal[t % 8] = error
        k0, k1 = keys(room, np.array([11 + t * ticks + ticks - 1]))
        genome = expected.genome.T
        weights = learn(np, hebbian, Loci(body), genome, weights, inputs, inputs[:0], activity, signal, (k0, k1), expected.site)
    np.testing.assert_array_equal(readers.weights, np.moveaxis(weights, -1, 0))
    np.testing.assert_array_equal(readers.activity, activity.T)
    assert (readers.weights != expected.weights).any()


def test_no_byte_is_seen_before_it_is_predicted(tmp_path):
    """Texts that differ from a place on are predicted alike up to and including the bits that first differ, by all and by the colony."""
    at, found = 1500, []
    for name, tail in (("one", b"x"), ("two", b"\x87")):
        (tmp_path / name).write_bytes(TEXT[:at] + tail + TEXT[at + 1 :])
        body, task = BodyPlan(16, 64, 7), Bytes(tmp_path / name, shows="slots", orders=(0, 1), niches=(1, 4))
        readers, slots = readers_for(body), np.array([[0, 1], [2, -1], [3, -1], [4, -1], [4, -1]], dtype=np.int32)
        room = replace(all_awake(body, task), slots=slots)
        said = read(room, readers, at - 50, at + 10, True)
        span = np.arange(at - 50, at + 10, dtype=np.int32)
        told, awake = lay_out(task, span, np.zeros(1, dtype=np.int32), 0)[1], room.awake(span)
        found.append((said, mix(said, told, awake, task.scale, even_weights(COUNT, 8, awake), 0.01).chances))
    same = 50 * 8 + 1  # the first bit of the byte that differs is the first that may tell
    for one, two in zip(*found, strict=True):
        np.testing.assert_array_equal(one[:same], two[:same])
        assert (one[same:] != two[same:]).any()


def test_reading_in_pieces_is_reading_at_once(text):
    body, task = BodyPlan(16, 64, 7), Bytes(text, shows="slots")
    once, twice, room = readers_for(body), readers_for(body), all_awake(body, task)
    whole = read(room, once, 200, 260, True)
    parts = [read(room, twice, 200, 230, True), read(room, twice, 230, 260, True, tick=30 * 8)]
    np.testing.assert_array_equal(whole, np.concatenate(parts))
    assert read(room, replace(once), 200, 202, False).shape == (16, COUNT)


def test_a_colony_of_one_that_is_trusted_is_that_one():
    draw = np.random.default_rng(1)
    said, told = draw.integers(-127, 128, (80, 1)).astype(np.int8), draw.integers(0, 2, 80).astype(np.uint8)
    awake = np.zeros((10, 1), dtype=np.int32)
    mixed = mix(said, told, awake, 24, np.ones((1, 8)), 0.0)
    np.testing.assert_allclose(cost(mixed.chances, told), own_cost(said, told, 24)[:, 0], rtol=1e-9)
    assert best_mix(said, told, awake, 24, np.ones((1, 8))).rate > 0


def test_models_know_what_they_should():
    """A text of two letters in turn: a bit a letter for order 0, nothing for order 1; a model of a text's order is near its entropy."""
    turns = np.frombuffer(b"ab" * 2000, dtype=np.uint8)
    assert 0.99 < order_n(turns, 2000, 0) < 1.05 and order_n(turns, 2000, 1) < 0.02
    assert hashed_mixer(turns, 2000) < 0.05 and compressed(turns, 2000)["gzip alone"] < 0.3
    for name in markov.MARKOV:
        source = markov.markov_text(name, 40_000)
        least, order = markov.own_cost(name, source, 10_000), int(name[-1])
        assert abs(least - markov.entropy(name)) < 0.02
        assert least < order_n(source, 10_000, order, 1) < 1.01 * least < order_n(source, 10_000, order - 1, 1)


WORLD = """
[world]
seed = 5
[spaces.w]
kind = "gpu"
backend = "reference"
axes.lane = { length = 8 }
body = { senses = 40, shift = 7 }
genesis = "ancestor:learner"
physics = { lesson = 1 }
[[spaces.w.tasks]]
name = "TASK"
"""


@pytest.fixture
def run(tmp_path, text):
    world = WORLD.replace(
        "TASK", 'bytes"\noptions = { text = "some.txt", shows = "slots", orders = [0, 1], niches = [1, 3], passage = "'
    )
    (tmp_path / "w.toml").write_text(world.replace('passage = "', "passage = 2 }").replace('}"', "}"))
    folder = runtime.begin(tmp_path / "w.toml", tmp_path / "run", None, None)
    runtime.go(folder, Plan(16, 8, quiet=True))
    return tmp_path / "run"


def test_a_run_is_scored(run):
    told = CliRunner().invoke(score, [str(run), "--warm", "400", "--bytes", "100", "--json"], catch_exceptions=False)
    found = json.loads(told.stdout)
    assert found["held"] == 100 and found["warm"] == 400 and found["training"] == 2100 and 1 <= found["organisms"] <= 8
    for way in ("learning", "still"):
        assert 0 < found[way]["colony"] < 12 and found[way]["best"] < 12
    assert found["size"]["genomes"] == found["organisms"] * (16 * 56 + 16 + 8) // 2
    assert {"order 0", "order 3 alone", "gzip alone", "xz after the training part", "hashed mixer"} <= set(found["others"])
    plain = CliRunner().invoke(score, [str(run), "--bytes", "50", "--warm", "300", "--newborn", "--corpus", "markov:1"])
    assert plain.exit_code == 0 and "colony" in plain.stdout and "50 bytes held out of markov:1" in plain.stdout
    assert "entropy of the source             0.572" in plain.stdout


def test_what_cannot_be_scored(run, tmp_path):
    for corpus, said in (("gone.txt", "No such file"), (str(tmp_path), "directory"), ("markov:7", "markov:7")):
        with pytest.raises(InputError, match=said):
            score_run(open_run(run), corpus)
    (tmp_path / "short").write_bytes(b"short")
    with pytest.raises(InputError, match="1,024 bytes or more"):
        score_run(open_run(run), tmp_path / "short")
    with pytest.raises(InputError, match="space pond"):
        score_run(open_run(run), space="pond")
    (tmp_path / "v.toml").write_text(WORLD.replace("TASK", "logic"))
    with pytest.raises(InputError, match="no task bytes"):
        score_run(runtime.begin(tmp_path / "v.toml", tmp_path / "other", None, None))
