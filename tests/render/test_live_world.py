"""The world's view of a live run, on a source that notes what it is asked."""

import pytest

from render.events import Event
from render.freezer import Frozen
from tests.render.still_life import StillLife, space
from tests.render.test_app import Bench
from tests.render.test_plaza import LENGTHS


class TestLiveWorld:
    """The world's view of a live run."""

    @pytest.fixture
    def bench(self, tmp_path):
        return Bench(
            StillLife(space("reef", {"device": 2, "sm": 3, "warp": 8, "lane": 8}), space("agora", LENGTHS[2])), tmp_path
        )

    def test_time_is_the_runs(self, bench):
        bench.key("space", ".", "+", "-")
        assert bench.model.source.controls == [("pause", 1, 0), ("step", 1, 0), ("pace", 1, 50)], "it goes as fast as it can"
        bench.key(",")
        assert any("--record" in told.text for told in bench.model.lines())

    def test_frames_are_asked_for_one_at_a_time_and_only_what_is_shown(self, bench):
        asked = len(bench.model.source.queries)
        bench.turn(5)
        assert len(bench.model.source.queries) == asked + 5
        bench.app.do("hide", 4)
        bench.turn()
        assert bench.model.source.queries[-1].at == ((0, 0), (1, 0), (2, 0), (4, 0))

    def test_the_brush_paints_a_square_of_its_size_inside_the_region(self, bench):
        bench.key("t", "b", "b")
        place = (0, 0, 0, 1, 2, 4, 4)
        bench.click(*bench.app.point_of(place))
        ((kind, keys),) = bench.model.source.acts
        places = {bench.model.space.place(site) for site in keys["sites"]}
        assert kind == "block" and keys["block"] == "wall"
        assert places == {(0, 0, 0, 1, 2, warp, lane) for warp in (3, 4, 5) for lane in (3, 4, 5)}

    def test_dragging_paints_each_place_once(self, bench):
        bench.key("t", "t")
        points = [bench.app.point_of((0, 0, 0, 0, 0, 2, lane)) for lane in (1, 2, 3)]
        bench.app.handle(Event("down", *points[0], button="left"))
        for point in [*points, points[0]]:
            bench.app.handle(Event("move", *point))
        bench.app.handle(Event("up", *points[0], button="left"))
        assert len(bench.model.source.acts) == 3 and bench.model.source.acts[0][1]["block"] == "soil"

    def test_a_copy_is_pasted_where_the_mouse_points(self, bench):
        bench.key("l")
        bench.key("ctrl+c")
        place = (0, 0, 0, 1, 1, 1, 1)
        bench.app.handle(Event("move", *bench.app.point_of(place)))
        bench.key("ctrl+v")
        ((kind, keys),) = bench.model.source.acts
        assert kind == "transplant" and keys["to"] == bench.model.space.site(place)
        assert len(keys["genome"]) == 536 and len(keys["weights"]) == 512

    def test_a_frozen_organism_is_dragged_onto_the_world(self, bench):
        kept = bench.model.freezer.put(Frozen("adam", 16, 16, (1,) * 536, (2,) * 512, 9))
        bench.press("tab", "freezer")
        (hot,) = [hot for hot in bench.app._hots["right"] if hot.drags]
        end = bench.app.point_of((0, 0, 0, 0, 1, 1, 1))
        bench.app.handle(Event("down", hot.rect.x + 5, hot.rect.y + 5, button="left"))
        bench.app.handle(Event("move", *end))
        bench.app.handle(Event("up", *end, button="left"))
        ((kind, keys),) = bench.model.source.acts
        assert kind == "transplant" and keys["founder"] == 9 and kept == "adam"

    def test_one_of_another_body_is_not_put_down(self, bench):
        bench.model.carried = Frozen("odd", 8, 8, (1,) * 200, (2,) * 128, 9)
        bench.app.handle(Event("move", *bench.app.point_of((0, 0, 0, 0, 1, 1, 1))))
        bench.key("ctrl+v")
        assert not bench.model.source.acts
        assert any("8 units" in told.text for told in bench.model.lines())

    def test_spaces_are_changed_and_their_plaza_entered(self, bench):
        bench.key("k")
        assert bench.model.space.name == "agora"
        bench.key("k")
        assert bench.model.space.name == "reef"
        bench.key("g")
        assert bench.model.space.name == "agora" and bench.model.plaza is not None

    def test_regions_are_outlined_and_the_axis_that_opens_is_lit(self, bench):
        from render.panels.top import glow

        axis = bench.model.space.axes[6]
        assert glow(axis, axis.offset) == 1.0
        assert glow(axis, axis.offset + axis.stretch - 1) < 1.0
        opens = {tick: bench.model.space.opens(tick) for tick in range(64)}
        assert set(opens.values()) <= {3, 4, 5, 6, None}
        bench.read().check_legible()
