from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from render import palette
from render.about import AxisAbout, SpaceAbout
from render.context import Context, Lineages
from render.fields import BY_NAME, FIELDS, indices, needs, round_up
from render.frames import Frame
from render.projection import Cut, Projection, by_length

SHAPE = (1, 1, 1, 1, 3, 4, 5)
SPACE = SpaceAbout("s", "gpu", tuple(AxisAbout(f"a{k}", n) for k, n in enumerate(SHAPE)), goals=("NOT", "AND", "XOR"))


STRANGERS = np.array([0, 0x4444444444444444, 0x7777777777777777])


def frame(seed=0):
    random = np.random.default_rng(seed)
    alive = random.random(SHAPE) < 0.7
    arrays = {
        "energy": np.where(alive, random.integers(1, 900, SHAPE), 0),
        "founder": random.integers(1, 20, SHAPE).astype(np.uint32),
        "born": random.integers(0, 1000, SHAPE),
        "distance": random.integers(-1, 50, SHAPE),
        "performed": random.integers(0, 8, SHAPE).astype(np.uint32),
        "heard": random.integers(-127, 128, (*SHAPE, 2)).astype(np.int8),
        "learned": random.random(SHAPE).astype(np.float32),
        "blocks": random.integers(0, 4, SHAPE).astype(np.uint8),
        "kin": random.choice(STRANGERS, SHAPE),
        "copier": random.integers(0, 16, SHAPE).astype(np.uint8),
        "rule": np.zeros(SHAPE, np.uint8),
        "ancestor 20000": random.integers(1, 2**32, SHAPE).astype(np.uint32),
    }
    return Frame("s", 1000, arrays)


@pytest.mark.parametrize("kind", FIELDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("how", ["slice", "mean", "max"])
def test_whoever_lives_is_seen_and_nobody_else(kind, how):
    now, context = frame(), Context(SPACE)
    del now.arrays["blocks" if kind.name != "blocks" else "born"]
    context.lineages.count(now.arrays["founder"][now.arrays["energy"] > 0])
    context.meet(now)
    projection = Projection(SHAPE, (5, 6), ((4, Cut(2, how)),))
    picture = indices(kind, now, projection, context)
    alive = now.arrays["energy"] > 0
    expected = alive[0, 0, 0, 0, 2] if how == "slice" else alive[0, 0, 0, 0].any(axis=0)
    if kind.name != "blocks":
        np.testing.assert_array_equal(picture >= palette.FIRST, expected)
    table = palette.table(kind.colours(context))
    colours = kind.colours(context)
    assert picture.max() < palette.FIRST + len(colours)
    if kind.name != "blocks":
        assert all(table[index] != palette.rgb(palette.SPACE) for index in np.unique(picture[picture >= palette.FIRST]))


def test_scalars_are_scaled_to_a_range_that_the_legend_tells():
    now, context = frame(), Context(SPACE)
    del now.arrays["blocks"]
    picture = indices(BY_NAME["energy"], now, Projection(SHAPE, by_length(SHAPE)), context)
    assert BY_NAME["energy"].span(context) == (0, 1000)
    highest = np.unravel_index(now.arrays["energy"].argmax(), SHAPE)
    cell = Projection(SHAPE, by_length(SHAPE)).cell_of(tuple(highest))
    assert picture[cell] == picture.max() == palette.FIRST + int(now.arrays["energy"].max() * (palette.SCALE - 1) / 1000)


def test_a_mean_is_over_the_living_and_a_maximum_is_farthest_from_zero():
    arrays = {"energy": np.array([[1, 0, 1], [1, 1, 0]]), "heard": np.array([[-100, 50, 60], [90, 20, 0]])[..., None]}
    space = SpaceAbout("s", "gpu", (AxisAbout("a", 2), AxisAbout("b", 3)))
    for how, expected in (("mean", [-5, 20, 60]), ("max", [-100, 20, 60])):
        picture = indices(
            BY_NAME["messages"], Frame("s", 0, arrays), Projection((2, 3), (1,), ((0, Cut(0, how)),)), Context(space)
        )
        wanted = [palette.FIRST + int((v + 127) * (palette.SCALE - 1) / 254) for v in expected]
        assert picture.tolist() == [wanted]


def test_of_categories_the_commonest_is_shown():
    arrays = {"energy": np.array([[1, 1], [1, 0], [1, 0]]), "performed": np.array([[1, 0], [4, 7], [5, 7]])}
    space = SpaceAbout("s", "gpu", (AxisAbout("a", 3), AxisAbout("b", 2)), goals=("NOT", "AND", "XOR"))
    picture = indices(BY_NAME["task"], Frame("s", 0, arrays), Projection((3, 2), (1,), ((0, Cut(0, "mean")),)), Context(space))
    assert picture.tolist() == [[palette.FIRST + 3, palette.FIRST]]


def test_what_is_not_there_is_shown_as_unknown():
    now = frame()
    del now.arrays["learned"]
    picture = indices(BY_NAME["learned"], now, Projection(SHAPE, by_length(SHAPE)), Context(SPACE))
    assert set(np.unique(picture)) <= {palette.UNKNOWN, palette.BETWEEN}


def test_blocks_shine_through_where_nobody_lives():
    now, context = frame(), Context(SPACE)
    picture = indices(BY_NAME["energy"], now, Projection(SHAPE, (5, 6), ((4, Cut(1)),)), context)
    empty, blocks = now.arrays["energy"][0, 0, 0, 0, 1] == 0, now.arrays["blocks"][0, 0, 0, 0, 1]
    for block, index in ((1, palette.WALL), (2, palette.SOIL), (3, palette.VENT)):
        np.testing.assert_array_equal(picture == index, empty & (blocks == block))


@given(st.lists(st.lists(st.integers(1, 2**32 - 1), min_size=1, max_size=60), min_size=1, max_size=6))
def test_a_lineage_that_stays_large_keeps_its_colour_and_no_two_share_one(counts):
    lineages, before = Lineages(), {}
    for marks in counts:
        lineages.count(np.array(marks, dtype=np.uint32))
        now = {mark: lineages.colour(mark) for mark in lineages.sizes}
        assert len(set(now.values())) == len(now) == min(6, len(set(marks)))
        assert palette.OTHERS not in now.values()
        assert all(now[mark] == colour for mark, colour in before.items() if mark in now)
        before = now


def test_only_what_is_needed_is_asked_for():
    assert needs(BY_NAME["age"], SPACE) == ("born", "energy", "performed", "payoff")
    assert needs(BY_NAME["energy"], replace(SPACE, plaza=True)) == ("energy", "performed", "payoff", "blocks")
    scored = replace(SPACE, score=("text, lower is better", "bits"))
    assert needs(BY_NAME["energy"], scored) == ("energy", "performed", "payoff", "score")
    large = replace(SPACE, axes=(*SPACE.axes[:5], AxisAbout("warp", 512), AxisAbout("lane", 512)))
    assert needs(BY_NAME["age"], large) == ("born", "alive")
    assert all(kind.says and kind.title for kind in FIELDS)


@pytest.mark.parametrize(("value", "expected"), [(0.9, 1), (1, 1), (1.2, 1.5), (399, 500), (701, 1000), (0.031, 0.05)])
def test_ranges_end_at_round_numbers(value, expected):
    assert round_up(value) == pytest.approx(expected)


def test_kinship_has_a_colour_for_each_population_and_a_legend_of_the_largest():
    now, context = frame(), Context(SPACE)
    context.meet(now)
    kinship, alive = BY_NAME["kinship"], now.arrays["energy"] > 0
    assert len(context.populations.colours) == 3 and context.populations.shares.sum() == pytest.approx(1)
    rows, colours = kinship.rows(context), kinship.colours(context)
    assert [palette.rgb(colour) for colour, _ in rows] == colours and rows[0][1].endswith("% of the living are alike")
    of = context.populations.members(now.arrays["kin"])
    assert len(np.unique(of[alive])) == 3 and (of[now.arrays["kin"] == 0] == of[now.arrays["kin"] == 0][0]).all()
    assert len(BY_NAME["ancestor"].colours(context)) == 61 and len(BY_NAME["copier"].rows(context)) == 6
