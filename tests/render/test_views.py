"""Views side by side: split, focus, dividers, what is asked for in turn, and layouts that are remembered."""

import json

import pytest

from render.arrangement import Layouts
from render.events import Event
from render.fields import BY_NAME
from render.freezer import Freezer
from render.layout import MOST, boxes, dividers
from render.model import Model
from render.panels.centre import split_view
from render.projection import Cut
from tests.render.still_life import StillLife, space
from tests.render.test_app import Bench


def source(**keys):
    found = StillLife(
        space("reef", {"lane": 16, "warp": 8, "sm": 2}), space("agora", {"lane": 8, "warp": 8}, first_site=256), **keys
    )
    found.about = type(found.about)(**{**vars(found.about), "run": "/runs/one"})
    return found


@pytest.fixture
def bench(tmp_path):
    return Bench(source(), tmp_path)


def test_each_view_has_its_own_space_colour_slice_and_camera(bench):
    bench.key("ctrl+right")
    one, other = bench.model.views
    assert bench.model.view is other and one.picture is not None and other.picture is not None
    bench.key("5", "h", "z")
    assert (one.kind.name, other.kind.name) == ("lineage", "task")
    assert one.projection != other.projection and one.camera != other.camera
    bench.key("k")
    assert (one.space.name, other.space.name, bench.model.space.name) == ("reef", "agora", "agora")
    bench.turn(6)
    assert {view.frame.space for view in bench.model.views} == {"reef", "agora"}


def test_a_click_takes_a_view_in_hand_and_the_same_place_is_marked_in_all_views_of_its_space(bench):
    bench.key("ctrl+right")
    (one, left), (other, _) = boxes(bench.model.layout, bench.app.centre)
    bench.app.handle(Event("move", left.x + left.width // 2, left.y + left.height // 2))
    assert one.hover is not None and other.hover == one.hover and bench.model.view is other
    bench.click(left.x + left.width // 2, left.y + left.height // 2)
    assert bench.model.view is one and bench.model.chosen == one.hover
    bench.key("ctrl+n")
    assert bench.model.view is other and bench.model.chosen == one.hover  # it is the same space
    bench.key("k")
    bench.key("ctrl+n")
    assert bench.model.chosen is None


def test_there_are_at_most_so_many_views_and_the_last_one_stays(bench):
    bench.key("ctrl+right", "ctrl+down", "ctrl+down", "ctrl+down")
    assert len(bench.model.views) == MOST and "close one" in bench.model.lines()[-1].text
    for _, box in boxes(bench.model.layout, bench.app.centre):
        assert box.width > 40 and box.height > 40
    bench.key("ctrl+w", "ctrl+w", "ctrl+w", "ctrl+w")
    assert len(bench.model.views) == 1 and "only view" in bench.model.lines()[-1].text
    bench.press("split", True)
    assert len(bench.model.views) == 2


def test_a_divider_is_dragged(bench):
    bench.key("ctrl+right")
    ((split, rect, line),) = dividers(bench.model.layout, bench.app.centre)
    y = line.y + 100
    bench.app.handle(Event("down", line.x + 1, y, button="left"))
    bench.app.handle(Event("move", rect.x + rect.width // 4, y))
    bench.app.handle(Event("up", rect.x + rect.width // 4, y, button="left"))
    bench.turn(1)
    assert split.share == pytest.approx(0.25, abs=0.01) and bench.model.chosen is None


def test_a_run_is_asked_for_one_frame_at_a_time_and_views_take_turns(tmp_path):
    from_run = source()
    model = Model(from_run, Freezer(tmp_path))
    split_view(model, True)
    split_view(model, False)
    for view, name in zip(model.views, ("lineage", "task", "energy"), strict=True):
        view.kind = BY_NAME[name]
    for k in range(60):
        before = len(from_run.queries)
        model.update(k * 0.1)
        assert len(from_run.queries) - before <= 1
    asked = [from_run.queries.count(view.query) for view in model.views]
    assert min(asked) >= 18 and max(asked) - min(asked) <= 2


def test_a_view_in_a_plaza_beside_the_world(bench):
    bench.key("ctrl+right", "g")
    one, other = bench.model.views
    assert one.plaza is None and other.plaza is not None and "side" in bench.app.areas
    bench.key("ctrl+n")
    assert bench.model.plaza is None and "left" in bench.app.areas and other.plaza is not None
    bench.key("ctrl+n", "ctrl+w")
    assert ("pace", 1, 0) in bench.model.source.controls and len(bench.model.views) == 1


def test_a_layout_is_set_up_again(bench, tmp_path):
    bench.key("ctrl+right", "5", "ctrl+down", "k", "u")
    bench.model.views[0].projection = bench.model.views[0].projection.hide(4, Cut(1, "mean"))
    bench.model.tab = "physics"
    layouts = Layouts(tmp_path / "config" / "layouts.json")
    layouts.keep(bench.model)
    again = Bench(source(), tmp_path)
    layouts.restore(again.model)
    again.turn(6)
    told = [(v.space.name, v.kind.name, v.projection, v.universe) for v in again.model.views]
    assert told == [(v.space.name, v.kind.name, v.projection, v.universe) for v in bench.model.views]
    assert again.model.tab == "physics" and again.model.views.index(again.model.view) == 2 and again.read().words


@pytest.mark.parametrize("spoil", [
    lambda text: "{", lambda text: "[]", lambda text: text.replace('"version": 1', '"version": 2'),
    lambda text: text.replace('"reef"', '"moor"'), lambda text: text.replace('"lineage"', '"mood"'),
    lambda text: text.replace('"held": 1', '"held": 7'), lambda text: text.replace('"share": 0.5', '"share": "wide"'),
    lambda text: text.replace('"order": [', '"order": [99, '), lambda text: text.replace('"cuts": []', '"cuts": [[4, 9, "slice"]]'),
    lambda text: text.replace('"one": {', '"one": {}, "was": {'),
])  # fmt: skip
def test_a_layout_that_can_not_be_read_is_told_in_one_line_and_the_window_begins_afresh(tmp_path, spoil):
    layouts, model = Layouts(tmp_path / "layouts.json"), Model(source(), Freezer(tmp_path))
    split_view(model, True)
    layouts.keep(model)
    text = layouts.file.read_text()
    assert spoil(text) != text
    layouts.file.write_text(spoil(text))
    again = Model(source(), Freezer(tmp_path))
    layouts.restore(again)
    (told,) = again.lines()
    assert told.wrong and str(layouts.file) in told.text and len(again.views) == 1
    again.update(1.0)
    layouts.keep(again)
    assert json.loads(layouts.file.read_text())["version"] == 1
