"""Following a line in a record: by the same rule as in a run that goes on."""

import numpy as np
import pytest

from render.freezer import Freezer
from render.kinship import Births, key
from render.model import Model
from render.recorded_line import Living, living_at, stands_for
from render.replay import Replay
from tests.cyberspace.test_lines import family, nearest


@pytest.mark.parametrize("seed", range(4))
def test_who_stands_for_somebody_is_found_by_the_rule(seed):
    rows, living, everybody = family(seed)
    births = Births(rows.astype(np.int64))
    keys = np.sort(np.array([int(key(np.int64(c), np.int64(b))) for c, b in living]))
    alive = Living(keys, np.arange(len(keys)), np.zeros(len(keys), np.uint32))
    rules = set()
    for cradle, born in everybody[-60:]:
        found, expected = stands_for((born << 31) + cradle, births, alive, 10**6), nearest(rows, living, (cradle, born))
        if expected is None or expected[1] > 24 or expected[2] > 32:
            continue
        (cradle, born), up, down = expected
        assert (found.who, found.up, found.down) == ((born << 31) + cradle, up, down)
        rules.add(found.rule)
    assert rules >= {"itself", "descendant", "relative"}
    last = everybody[-1]
    assert stands_for((last[1] << 31) + last[0], births, Living(keys[:0], keys[:0], np.zeros(0, np.uint32)), 10**6) is None
    early = stands_for((everybody[20][1] << 31) + everybody[20][0], births, alive, everybody[20][1])
    assert early is None or early.rule == "itself", "who is born later is no heir yet"


def test_a_line_is_followed_through_a_record(finished):
    model = Model(Replay(finished), Freezer())
    ticks, now = model.source.ticks().tolist(), 0.0

    def turns(many=4):
        nonlocal now
        for _ in range(many):
            now += 0.4
            model.update(now)

    turns()
    marks, counts = np.unique(model.frame.arrays["founder"][model.frame.arrays["energy"] != 0], return_counts=True)
    model.playing.tick = ticks[1]
    turns()
    source = model.source
    births = source._stored.births(0, ticks[-1])
    early, late = (living_at(source._stored, source._spaces.values(), births, tick) for tick in (ticks[1], ticks[-1]))
    mortal = early.sites[(early.marks == np.uint32(marks[counts.argmax()] & 0xFFFFFFFF)) & ~late.holds(early.keys)]
    model.go_to(model.space.place(int(mortal[0])))
    turns()
    model.following = True
    turns()
    assert model.organism.heir is not None and model.organism.tick == ticks[1]
    lives = [model.organism.identity]
    for tick in ticks[2:]:
        model.step(1)
        turns()
        assert model.frame.tick == tick and model.following
        one = model.organism
        assert one.tick == tick and one.lives and model.frame.value("energy", one.place) > 0 and one.fields["born"] <= tick
        lives.append(one.identity)
    assert len(set(lives)) > 1 and model.line.lives == len(set(lives)) and "following" in model.line.words
    model.step(-len(ticks))
    turns()
    assert model.organism.tick == ticks[0], "and back again"
