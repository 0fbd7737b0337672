"""Packets between worlds of text, with runs whose truth is known: what worlds measure of themselves, and that what is sent adds up."""

import numpy as np
import pytest

from benchmarks import packet_worlds, sources
from benchmarks.packet_worlds import Town, lived, summary
from benchmarks.sources import NAMES, SCALES, config_of, features, source
from cyberspace.collective.packets.packet import MOST


class Truth:
    """Runs of worlds in which the best scale follows from the text; nothing else matters."""

    def __init__(self):
        self.best = {}

    def score(self, reader, action, seed):
        if reader.text not in self.best:
            self.best[reader.text] = 2 * (0.5 - features(reader.text.read_bytes(), 2)["entropy 2"])
        noise = np.random.default_rng([seed, reader.number, *np.abs(np.rint(100 * action)).astype(int)]).normal(0, 0.05)
        return -((action[0] - self.best[reader.text]) ** 2) + noise


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(packet_worlds, "ROUNDS", 6)
    monkeypatch.setattr(sources, "SYMBOLS", 2048)


def test_a_source_is_a_function_of_its_draws():
    one, other = (source(np.random.default_rng(7)) for _ in range(2))
    assert one == other
    assert set(one) == {48, 49}


def test_entropies_fall_with_the_length_of_contexts_and_tell_noise_from_rule():
    coin = bytes(48 + np.random.default_rng(0).integers(0, 2, 4096).astype(np.uint8))
    turns = bytes([48, 49] * 2048)
    noise, rule = features(coin, 2), features(turns, 2)
    assert noise["entropy 2"] == pytest.approx((1 - 0.5) / 0.3, abs=0.01)
    assert rule["entropy 0"] == pytest.approx((1 - 0.5) / 0.3, abs=0.01)
    assert rule["entropy 1"] == pytest.approx(-0.5 / 0.3, abs=0.01)


def test_actions_become_configs_that_exist():
    assert config_of(np.zeros(3)) == {"scale": 6, "lifespan": 2000, "sunlight": 6}
    wild = config_of(np.array([99.0, -99.0, 99.0]))
    assert wild["scale"] == SCALES[-1]
    assert (wild["lifespan"], wild["sunlight"]) == (125, 12)


def test_what_is_sent_withheld_and_adopted_adds_up(small, tmp_path):
    row = lived("packets", 1, Truth(), tmp_path)
    told, withheld = map(np.array, row["all"])
    assert row["funnel"]["delivered"] >= told[:, 0].sum() > 0
    assert row["funnel"]["adopted"] == np.array(row["acted"][0])[:, 0].sum()
    assert row["funnel"]["beneficial"] <= row["funnel"]["adopted"] <= row["funnel"]["delivered"]
    assert 0 < withheld[:, 0].sum() < told[:, 0].sum()
    assert 0 < row["largest packet"] <= MOST
    assert summary([row]) == []  # a seed that not all ways have lived
    quiet = lived("no packets", 1, Truth(), tmp_path)
    assert quiet["packets"] == quiet["funnel"]["delivered"] == 0


def test_where_the_best_follows_from_the_text_packets_help_and_shuffled_ones_help_less(small, tmp_path):
    rows = [lived(way, seed, Truth(), tmp_path) for seed in (1, 2) for way in packet_worlds.WAYS]
    helped, shuffled, _ = summary(rows)
    assert helped["benefit where it is acted on"][1] > 0
    assert helped["benefit where it is acted on"][0] > shuffled["benefit where it is acted on"][0]


def test_shuffled_fingerprints_are_those_of_others(small, tmp_path):
    plain, shuffled = (Town(way, 1, Truth(), tmp_path) for way in packet_worlds.WAYS[:2])
    prints = [[one.print for one in town.readers] for town in (plain, shuffled)]
    assert prints[0] != prints[1]
    assert sorted(prints[0]) == sorted(prints[1])
    assert len(NAMES) == len(shuffled.readers[0].at)
