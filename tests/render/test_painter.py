from dataclasses import replace

import numpy as np
import pytest

from render import painter, palette
from render.about import AxisAbout, SpaceAbout
from render.camera import Camera, fitted
from render.canvas import Rect, cells_of, gather
from render.chronicle import Chronicle
from render.context import Context
from render.fields import BY_NAME, FIELDS, indices
from render.painter import Painter, Subject
from render.populations import Members, find
from render.projection import Cut, Projection, by_length
from tests.render.test_fields import SHAPE, SPACE, frame

SIGHT = Rect(10, 20, 60, 40)


def subject(kind, projection, camera, live=False):
    return Subject(kind, frame(), projection, Context(SPACE), SPACE, Chronicle(), camera, live)


def painted(made, what):
    assert made.begin(what, 0.0)
    picture = None
    while picture is None:
        picture = made.turn()
    return picture


@pytest.fixture
def hurried(monkeypatch):
    monkeypatch.setattr(painter, "SMALL", 0)
    monkeypatch.setattr(painter, "STRIP", 7)
    made = Painter()
    made.sight = SIGHT
    return made


@pytest.mark.parametrize("kind", FIELDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("camera", [Camera(0, 0, 3.0), Camera(-4.3, -2.0, 2.2), Camera(1.2, 0.7, 0.4), fitted(SIGHT, (4, 5))])
@pytest.mark.parametrize("shown", [Projection(SHAPE, by_length(SHAPE)), Projection(SHAPE, (5, 6), ((4, Cut(2)),))])
def test_what_is_seen_is_painted_as_all_of_it_would_be(hurried, kind, camera, shown):
    what = subject(kind, shown, camera)
    picture = painted(hurried, what)
    whole = Painter()
    expected = painted(whole, replace(what, context=Context(SPACE)))
    assert picture.rows is not None and expected.rows is None
    for one, other in zip(gather(picture, SIGHT, camera.left, camera.top, camera.zoom),
                          gather(expected, SIGHT, camera.left, camera.top, camera.zoom), strict=True):  # fmt: skip
        np.testing.assert_equal(one, other)
    row, column = int(picture.rows[0]), int(picture.columns[-1])
    assert picture.at(row, column) == expected.indices[row, column] and picture.at(-7, 0) is None


def test_a_picture_is_made_step_by_step_and_one_of_another_manner_takes_its_place(hurried, monkeypatch):
    monkeypatch.setattr(painter, "TURN", -1.0)
    what = subject(BY_NAME["energy"], Projection(SHAPE, by_length(SHAPE)), Camera(0, 0, 3.0))
    assert hurried.begin(what, 0.0) and hurried.turn() is None and hurried.busy
    assert not hurried.begin(replace(what, camera=Camera(1, 1, 3.0)), 0.0), "what was begun is done first"
    assert hurried.begin(replace(what, kind=BY_NAME["task"]), 0.0), "another way of colouring is not"
    pictures = [hurried.turn() for _ in range(40)]
    (done,) = [one for one in pictures if one is not None]
    assert done.table[palette.FIRST] == palette.rgb(palette.IDLE) and not hurried.busy
    assert hurried.moved(Camera(1, 1, 3.0)) and not hurried.moved(Camera(0, 0, 3.0))


def test_a_mean_is_made_of_all_places(hurried):
    what = subject(BY_NAME["energy"], Projection(SHAPE, (5, 6), ((4, Cut(0, "mean")),)), Camera(0, 0, 3.0))
    picture = painted(hurried, what)
    assert picture.rows is None
    np.testing.assert_array_equal(picture.indices, indices(what.kind, what.frame, what.projection, what.context))


def test_cells_that_pixels_show():
    assert cells_of(0.0, 10, 2.0, 100).tolist() == [0, 1, 2, 3, 4]
    assert cells_of(-2.0, 4, 0.5, 100).tolist() == [1, 3, 5]
    assert cells_of(-50.0, 4, 1.0, 100).tolist() == [0] and cells_of(300.0, 4, 1.0, 100).tolist() == [99]


def test_members_are_remembered_as_they_were_found():
    random = np.random.default_rng(4)
    kinds = random.integers(0, 2**63 - 1, 30)
    sketches = np.concatenate(
        [[0, -1], random.choice(kinds, 6000) ^ (random.random(6000) < 0.3) * random.integers(0, 16, 6000)]
    )
    populations = find(sketches)
    members = Members(populations)
    for part in (sketches, sketches[::-1].reshape(2, -1), sketches):
        np.testing.assert_array_equal(members.of(part), populations.members(part))


def test_a_part_of_a_large_space_is_seen_from_far_away(hurried):
    space = SpaceAbout(
        "s", "gpu", tuple(AxisAbout(f"a{k}", n) for k, n in enumerate((1, 1, 1, 1, 1, 400, 300))), goals=("NOT",)
    )
    energy = np.arange(120_000).reshape(space.shape)
    what = Subject(BY_NAME["energy"], replace(frame(), arrays={"energy": energy}), Projection(space.shape, (5, 6)), Context(space),
                   space, Chronicle(), fitted(SIGHT, (400, 300)), True)  # fmt: skip
    picture = painted(hurried, what)
    assert picture.indices.shape == (len(picture.rows), len(picture.columns)) and picture.indices.size < 1000
