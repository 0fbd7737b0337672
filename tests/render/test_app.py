"""The application, driven by events, drawn on paper."""

import numpy as np
import pytest

from render.actions import ACTIONS
from render.app import App
from render.canvas import Rect
from render.events import Event
from render.fields import FIELDS
from render.freezer import Freezer
from render.keys import KEYS, action_of, groups, key_of
from render.model import Model
from render.plaza.visiting import PLAZA_ACTIONS
from render.replay import Replay
from render.scale import LEAST
from tests.render.recording import Recording

SIZE = (1280, 800)


class Bench:
    """An application with a clock that the test turns."""

    def __init__(self, source, folder, size=SIZE):
        self.app = App(Model(source, Freezer(folder / "freezer")), size, folder)
        self.model, self.now, self.size = self.app.model, 0.0, size
        self.paper = Recording(*size)
        self.app.grab = lambda: self.paper.pixels
        self.turn(2)

    def turn(self, times=1, seconds=0.6):
        for _ in range(times):
            self.now += seconds
            self.app.update(self.now)
            self.app.draw(self.paper)

    def key(self, *names):
        for name in names:
            self.app.handle(Event("key", key=name))
            self.turn(2)

    def click(self, x, y, button="left"):
        self.app.handle(Event("move", x, y))
        self.app.handle(Event("down", x, y, button=button))
        self.app.handle(Event("up", x, y, button=button))
        self.turn(2)

    def press(self, action, argument=None):
        """Click the button that does something."""
        hots = [hot for panel in self.app._hots.values() for hot in panel if hot.action == action]
        (hot,) = [hot for hot in hots if argument is None or hot.argument == argument][:1]
        self.click(hot.rect.x + hot.rect.width // 2, hot.rect.y + hot.rect.height // 2)

    def read(self):
        """All texts, drawn anew."""
        self.paper = Recording(*self.size)
        self.app.redraw(self.paper)
        return self.paper


@pytest.fixture
def bench(finished, tmp_path):
    return Bench(Replay(finished), tmp_path)


def living(bench):
    """A place where somebody lives."""
    return tuple(int(k) for k in np.argwhere(bench.model.frame.arrays["energy"] > 0)[5])


def test_the_newest_frame_is_shown_and_found_again_by_its_pixels(bench):
    assert bench.model.frame.tick == 230
    place = living(bench)
    assert bench.app.place_at(*bench.app.point_of(place)) == place


def test_every_field_can_be_shown_by_key_and_by_button(bench):
    for number, kind in enumerate(FIELDS[:10]):
        bench.key(key_of(number))
        assert bench.model.kind is kind
        assert kind.says.split()[0] in " ".join(bench.read().words)
    for kind in FIELDS:
        bench.press("field", kind.name)
        assert bench.model.kind is kind


def test_common_ancestors_are_looked_for_farther_back_each_time(bench):
    for depth in (1_000, 5_000, 20_000, 100_000, 1_000):
        bench.key("o")
        assert bench.model.kind.needs == (f"ancestor {depth}",)
    ACTIONS["next_field"](bench.model, 1)
    assert bench.model.kind is FIELDS[0]


def test_a_click_inspects_and_the_inspector_tells(bench):
    place = living(bench)
    bench.click(*bench.app.point_of(place))
    assert bench.model.organism.place == place
    words = bench.read().words
    fields = bench.model.organism.fields
    assert f"lineage {fields['founder']:08x}" in words
    assert any(text.startswith(f"{fields['energy']:,} of at most") for text in words)
    assert any("•" in text and ("copies" in text or "hands on" in text) for text in words)
    assert "reproduce" in words and "bias" in words
    assert any("ancestor" in text and "known" in text for text in words)


def test_hovering_tells_the_place_and_marks_partners_on_every_axis(bench):
    place = living(bench)
    before = bench.paper.pixels.copy()
    x, y = bench.app.point_of(place)
    bench.app.handle(Event("move", x, y))
    bench.turn()
    assert bench.model.hover == place
    told = bench.read().words
    assert any("thread" in one and "paid" in one and "energy" in one + told[k + 1] for k, one in enumerate(told[:-1]))
    changed = (bench.paper.pixels != before).any(axis=2)
    for axis, about in enumerate(bench.model.space.axes):
        for there in about.partners(place[axis]):
            if there is not None:
                point = bench.app.point_of((*place[:axis], there, *place[axis + 1 :]))
                near = changed[point[1] - 30 : point[1] + 30, point[0] - 30 : point[0] + 30]
                assert near.any(), about.name


def test_dragging_moves_and_the_wheel_zooms_around_the_mouse(bench):
    place = living(bench)
    x, y = bench.app.point_of(place)
    for event in (
        Event("down", x, y, button="left"),
        Event("move", x + 50, y + 20),
        Event("up", x + 50, y + 20, button="left"),
    ):
        bench.app.handle(event)
    assert bench.app.place_at(x + 50, y + 20) == place
    assert bench.model.chosen is None
    zoom = bench.model.camera.zoom
    bench.app.handle(Event("wheel", x + 50, y + 20, dy=2))
    assert bench.model.camera.zoom > zoom
    assert bench.app.place_at(x + 50, y + 20) == place
    bench.key("f")
    assert bench.model.camera.zoom == zoom


def test_the_keyboard_alone_pans_and_zooms(bench):
    start = bench.model.camera
    bench.key("z", "left", "up")
    assert bench.model.camera.zoom > start.zoom
    bench.key("shift+z")
    assert bench.model.camera.zoom == pytest.approx(start.zoom)


def test_axes_are_hidden_sliced_averaged_rolled_and_swapped(bench):
    bench.press("hide", 4)
    assert 4 in bench.model.projection.hidden
    bench.key("]")
    assert bench.model.projection.hidden[4].place == 1
    bench.press("how", 4)
    assert bench.model.projection.hidden[4].how == "mean"
    bench.key("m")
    assert bench.model.projection.hidden[4].how == "max"
    (slide,) = [hot for hot in bench.app._hots["left"] if hot.slides]
    bench.click(slide.rect.x + 1, slide.rect.y + 5)
    assert bench.model.projection.hidden[4].place == 0
    bench.press("hide", 4)
    order = bench.model.projection.order
    bench.key("r")
    assert bench.model.projection.order == (order[-1], *order[:-1])
    bench.key("r", "r", "x")
    assert bench.model.projection.order == (order[0], order[2], order[1])
    for place in [living(bench)]:
        assert bench.app.place_at(*bench.app.point_of(place)) == place


def test_time_in_a_record_steps_plays_and_slides(bench):
    bench.key(",")
    assert bench.model.frame.tick == 200
    bench.key(",", ".")
    assert bench.model.frame.tick == 200
    (slide,) = [hot for hot in bench.app._hots["bottom"] if hot.slides]
    bench.click(slide.rect.x, slide.rect.y + 3)
    assert bench.model.frame.tick == 0
    bench.key("space")
    bench.turn(10, seconds=0.2)
    assert bench.model.frame.tick == 230
    bench.key("space", "space", "end")
    assert bench.model.frame.tick == 230


def test_a_key_held_down_walks_on_but_toggles_once(bench):
    for again in (False, True, True):
        bench.app.handle(Event("key", key="f1", again=again))
    assert bench.model.help
    bench.key("f1")
    left = bench.model.camera.left
    for again in (False, True, True):
        bench.app.handle(Event("key", key="right", again=again))
    assert bench.model.camera.left == pytest.approx(left + 180 / bench.model.camera.zoom)


def test_every_nth_only(bench):
    bench.app.do("go_to_tick", 0.0)
    bench.key("v")
    assert bench.model.playing.every == 2
    bench.key(".")
    assert bench.model.frame.tick == 100


def test_the_largest_lineage_is_found_followed_and_its_tree_drawn(bench):
    bench.key("l")
    mark = bench.model.organism.fields["founder"]
    sizes = bench.model.context.lineages.sizes
    assert sizes[mark] == max(sizes.values())
    bench.key("w")
    assert bench.model.following
    bench.key("y")
    assert bench.model.tree.nodes
    assert any("fold below" in text for text in bench.read().words)
    bench.press("fold", 4)
    assert bench.model.fold == 16


def test_an_organism_is_frozen_thawed_and_carried(bench, tmp_path):
    bench.key("l")
    bench.key("ctrl+f")
    (name,) = bench.model.freezer.names()
    kept = bench.model.freezer.get(name)
    np.testing.assert_array_equal(kept.genome, bench.model.organism.brain["genome"])
    bench.key("escape")
    assert bench.model.carried is None
    bench.press("thaw", name)
    assert bench.model.carried == kept


def test_acting_on_a_record_says_how_to_act(bench):
    bench.key("t")
    assert bench.model.tool == "look"  # nothing else is offered
    bench.model.tool = "wall"
    bench.click(*bench.app.point_of(living(bench)))
    assert any("--serve" in told.text for told in bench.model.lines())


def test_the_help_is_the_table_of_keys(bench):
    bench.key("f1")
    words = bench.read().words
    for one in KEYS:
        assert one.words in words, one
    bench.key("escape")
    assert not bench.model.help


def test_a_screenshot_and_a_film_are_written(bench, tmp_path):
    bench.key("p")
    assert (tmp_path / "cyberspace-001.png").stat().st_size > 1000
    bench.app.do("go_to_tick", 0.0)
    bench.turn()
    bench.key("ctrl+p")
    for _ in range(3):
        bench.key(".")
    bench.key("ctrl+p")
    (film,) = [*tmp_path.glob("*.mp4"), *tmp_path.glob("*.gif")]
    assert film.stat().st_size > 500


@pytest.mark.parametrize("size", [(900, 600), (1280, 800), (1920, 1080), (700, 500)])
def test_a_window_of_any_size_is_laid_out_without_overlap(finished, tmp_path, size):
    bench = Bench(Replay(finished), tmp_path)
    bench.app.handle(Event("size", *size))
    bench.turn(2)
    areas = list(bench.app.areas.values())
    cover = np.zeros((max(size[1], LEAST[1]), max(size[0], LEAST[0])), dtype=int)
    for area in areas:
        cover[area.y : area.bottom, area.x : area.right] += 1
    assert (cover == 1).all()


@pytest.mark.parametrize(
    "keys", [[], ["l"], ["l", "y"], ["ctrl+f"], ["f1"], ["2"], ["5"], ["g"], ["g", "e"], ["t", "l", "ctrl+f"]]
)
def test_every_text_can_be_read(bench, keys):
    bench.key(*keys)
    bench.app.handle(Event("move", 600, 300))
    bench.turn()
    paper = bench.read()
    assert len(paper.written) > 20
    paper.check_legible()


def test_nothing_is_drawn_while_nothing_changes(bench):
    while bench.model.chronicle.story is None:  # it is read bit by bit
        bench.turn(3, seconds=0.001)
    drawn = bench.app.drawn
    bench.turn(50, seconds=0.001)
    assert bench.app.drawn == drawn


def test_only_what_changed_is_drawn(bench):
    bench.turn(20, seconds=1.0)
    drawn = bench.app.drawn
    bench.app.handle(Event("move", *bench.app.point_of(living(bench))))
    bench.turn(1, seconds=0.001)
    assert bench.app.drawn == drawn + 1


def test_every_key_does_something_that_exists_and_no_key_does_two_things(bench):
    known = {*ACTIONS, *PLAZA_ACTIONS, *bench.app._own}
    for one in KEYS:
        assert one.action in known
    for plaza in (False, True):
        keys = [key for one in KEYS if (one.group == "plaza") == plaza for key in one.keys]
        assert len(keys) == len(set(keys))
    assert action_of("w", plaza=True) == ("walk", (-1, 0))
    assert action_of("w", plaza=False) == ("follow", None)
    assert action_of("ctrl+z", plaza=True) == ("undo", None)
    assert action_of("f12", plaza=False) is None
    assert sum(len(keys) for keys in groups().values()) == len(KEYS)


def test_every_action_is_described():
    assert all(do.__doc__ for do in (*ACTIONS.values(), *PLAZA_ACTIONS.values()))


def test_what_is_outside_of_the_world_is_no_place_and_quitting_ends_it(bench):
    area = bench.app.centre_area
    bench.click(area.x + 1, area.bottom - 1)
    assert bench.app.place_at(area.x + 1, area.bottom - 1) is None and bench.model.chosen is None
    assert Rect(0, 0, 2, 2).holds(1, 1) and not Rect(0, 0, 2, 2).holds(2, 0)
    bench.app.handle(Event("quit"))
    assert bench.model.over
