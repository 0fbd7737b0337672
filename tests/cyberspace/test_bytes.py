"""Text as a task: what is shown, what it costs and pays, what is held out, and the text that travels with a run."""

import json
import os
import shutil

import numpy as np
import pytest

from cyberspace.errors import InputError
from cyberspace.record.run_folder import open_run
from cyberspace.run import runtime
from cyberspace.run.crew import Plan
from cyberspace.tasks.bytes import UNIT, Bytes
from cyberspace.tasks.corpus import REACH, TOPICS, read_text
from cyberspace.worldfile.build import load_universe

SITES = 64
WORLD = """
[world]
seed = 5
[spaces.w]
kind = "gpu"
backend = "reference"
axes.lane = { length = 8 }
body = { senses = 24 }
genesis = "ancestor:learner"
physics = { lesson = 1 }
[[spaces.w.tasks]]
name = "bytes"
options = OPTIONS
"""
TEXT = bytes(range(32, 127)) * 20


@pytest.fixture
def text(tmp_path):
    (tmp_path / "some.txt").write_bytes(TEXT)
    return tmp_path / "some.txt"


def pose(task, lesson, seed=1):
    bits = np.random.default_rng(seed).integers(0, 2**32, (1, SITES), dtype=np.uint32)
    return task.pose(np, bits, lesson, np.arange(SITES, dtype=np.int32))


def read_back(task, seed):
    """Bytes that a passage poses to each site, (bytes, sites), and what its channels tell of the byte before each."""
    posed, before = [], []
    for lesson in range(task.block):
        channels, (k, bit, last) = pose(task, lesson, seed)
        assert k == lesson % 8 and last == (lesson == task.block - 1)
        told = channels[8:]
        assert (told[: lesson % 8] != 0).all() and not told[lesson % 8 :].any()
        posed.append(bit)
        before.append(np.packbits(channels[:8] > 0, axis=0)[0])
    whole = np.packbits(np.array(posed).reshape(-1, 8, SITES), axis=1)[:, 0]
    return whole, np.array(before[::8])


def test_a_passage_is_read_on_and_shows_the_byte_before(text):
    task = Bytes(text, passage=3)
    posed, before = read_back(task, 1)
    np.testing.assert_array_equal(before[1:], posed[:-1])
    assert len(set(posed[0].tolist())) > 20


def test_the_tail_is_never_posed(tmp_path):
    path = tmp_path / "two.txt"
    path.write_bytes(b"a" * 1500 + b"Z" * 500)
    task = Bytes(path, held=4, passage=16)
    assert task.corpus.split == 1500
    for seed in range(5):
        posed, _ = read_back(task, seed)
        assert set(posed.ravel().tolist()) == {ord("a")}


def test_niches_share_out_the_text(text):
    """Each place before the tail stands in one niche of each order, and in a niche stand all places after one context, or none."""
    corpus = Bytes(text, orders=(0, 1, 2), niches=(1, 7, 11)).corpus
    for row, (first, niches) in enumerate(((0, 1), (1, 7), (8, 11))):
        used = [niche for niche in range(first, first + niches) if (corpus.niche_of[row, REACH : corpus.split] == niche).any()]
        parts = [corpus.places[corpus.first[niche] :][: corpus.count[niche]] for niche in used]
        np.testing.assert_array_equal(np.sort(np.concatenate(parts)), np.arange(REACH, corpus.split))
        for niche, part in zip(used, parts, strict=True):
            assert set(corpus.niche_of[row, part].tolist()) == {niche}
    of = {}
    for at in range(REACH, corpus.split):
        assert of.setdefault(corpus.text[at - 1], corpus.niche_of[1, at]) == corpus.niche_of[1, at]


def test_slots_are_one_of_each_bank(text):
    task = Bytes(text, shows="slots", slots=30, banks=3, loud=100, orders=(1,), niches=(4,))
    shown, _ = pose(task, 5)
    assert shown.shape == (30, SITES) and set(np.unique(shown).tolist()) == {0, 100}
    assert ((shown > 0).reshape(3, 10, SITES).sum(axis=1) == 1).all()


def test_what_an_answer_costs_and_pays(text):
    """Silence costs a bit a bit and earns nothing; an answer costs log2(1 + exp(-a / scale)), and what is saved in a passage is paid."""
    task = Bytes(text, passage=2, scale=24, pay=16)
    for said in (0, 48, -127):
        memory, paid = np.zeros((3, SITES), dtype=np.int32), []
        for lesson in range(task.block):
            _, hidden = pose(task, lesson)
            answers = np.full((8, SITES), said, dtype=np.int8)
            score, signal, memory = task.judge(np, answers, hidden, memory)
            k, bit, _ = hidden
            chance = 1 / (1 + np.exp(-said / 24))
            np.testing.assert_array_equal(signal[k], np.round(127 * (bit - chance)))
            assert not np.delete(signal, k, axis=0).any()
            paid.append(score[0])
        ones = np.unpackbits(np.array([read_back(task, 1)[0]]).astype(np.uint8)[0], axis=0).sum(axis=0)
        cost = ones * np.log2(1 + np.exp(-said / 24)) + (16 - ones) * np.log2(1 + np.exp(said / 24))
        np.testing.assert_allclose(memory[0] / UNIT, cost, atol=16 / UNIT)
        np.testing.assert_allclose(task.measure(np.maximum(memory, [[0], [128], [0]]))[:1] * 16, cost[:1], atol=0.1)
        assert not np.array(paid[:-1]).any() and (paid[-1] == np.maximum(0, 16 * UNIT - memory[0]) * 16 // UNIT).all()
    assert (memory[1] == 16).all() and not memory[2].any()


def test_sums_are_halved_before_they_run_over(text):
    task = Bytes(text)
    _, hidden = pose(task, 0)
    memory = np.full((3, SITES), 2**19, dtype=np.int32)
    memory[0] = 1_500_000_000
    _, _, after = task.judge(np, np.zeros((8, SITES), np.int8), hidden, memory)
    assert (after[0] == 750_000_000 + UNIT).all() and (after[1] == 2**18 + 1).all()


def test_everybody_has_a_text():
    text = read_text(Bytes().corpus.text is not None and __import__("pydoc_data.topics").topics.__file__)
    assert len(text) > 300_000 and bytes(text[:4]).isascii()


def write(tmp_path, options):
    (tmp_path / "w.toml").write_text(WORLD.replace("OPTIONS", options))
    return tmp_path / "w.toml"


def test_the_text_travels_with_the_run_and_belongs_to_it(tmp_path, text, monkeypatch):
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(text, home / "some.txt")
    world = write(home, '{ text = "some.txt" }')
    identity = load_universe(world)[0].identity
    folder = runtime.begin(world, tmp_path / "run", None, None)
    runtime.go(folder, Plan(20, 10, quiet=True))
    (home / "some.txt").write_bytes(TEXT[::-1])
    assert load_universe(world)[0].identity != identity
    shutil.rmtree(home)
    shutil.move(tmp_path / "run", tmp_path / "elsewhere")
    os.chdir(tmp_path)
    again = open_run(tmp_path / "elsewhere")
    assert again.universe.identity == identity
    assert bytes(again.universe.worlds[0].tasks[0].task.corpus.text) == TEXT
    kept = next((tmp_path / "elsewhere" / "files").rglob("some.txt"))
    kept.write_bytes(TEXT[1:])
    with pytest.raises(InputError, match="another file than the run was started with"):
        open_run(tmp_path / "elsewhere")


def test_the_default_travels_too(tmp_path):
    folder = runtime.begin(write(tmp_path, "{ }"), tmp_path / "run", None, None)
    assert json.loads((folder.path / "run.json").read_text())["kept"][TOPICS]["file"].endswith("topics.py")


BAD = {
    "missing": ('{ text = "gone.txt" }', "no file"),
    "empty": ('{ text = "empty.txt" }', "0 bytes"),
    "too short": ('{ text = "short.txt" }', "1,024 bytes or more"),
    "a folder": ('{ text = "folder" }', "no file"),
    "no name": ("{ text = 3 }", "the name of a file"),
    "no source": ('{ text = "markov:9" }', "markov:9"),
    "lists of other lengths": ("{ orders = [0, 1] }", "lists of the same length"),
    "an order too long": ("{ orders = [9] }", "orders whole numbers"),
    "no niche": ("{ niches = [0] }", "niches and sites"),
    "no list": ("{ orders = 2 }", "lists of the same length"),
    "all is held out": ("{ held = 1 }", "held from 2"),
    "a fraction": ("{ pay = 1.5 }", "pay a whole number"),
    "shown otherwise": ('{ shows = "words" }', "bits, slots"),
    "symbols": ("{ symbol = 4 }", "symbol 8, or 1"),
}


@pytest.mark.parametrize("case", list(BAD))
def test_bad_input(tmp_path, case):
    (tmp_path / "empty.txt").touch()
    (tmp_path / "short.txt").write_text("short")
    (tmp_path / "folder").mkdir()
    options, expected = BAD[case]
    with pytest.raises(InputError) as caught:
        load_universe(write(tmp_path, options))
    assert len(caught.value.problems) == 1 and expected in caught.value.problems[0], caught.value.problems
