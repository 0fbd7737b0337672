"""The guided tour: what it says can be done, what counts as done, and who is shown it."""

from dataclasses import replace

import pytest

from render.events import Event
from render.paper import Paper
from render.replay import Replay
from render.tour import STEPS, begin, is_done, step_of
from render.touring import Shown, wanted
from tests.render import test_app
from tests.render.still_life import StillLife, space

SIZE = (900, 600)


class Bench(test_app.Bench):
    """As there, on paper that remembers no texts but when they are read."""

    def __init__(self, source, folder, size=SIZE):
        super().__init__(source, folder, size)
        self.read()

    def read(self):
        paper, self.paper = super().read(), Paper(*self.size)
        self.app.redraw(self.paper)
        return paper


def take(bench, clicks):
    """Take the tour as it says, but for clicks that are given by name; the names of the steps in their order."""
    taken = []
    while bench.model.tour.on and len(taken) <= len(STEPS):
        step = step_of(bench.model)
        taken.append(step.name)
        if step.name in clicks:
            clicks[step.name]()
        elif step.key:
            bench.key(step.key)
        bench.turn(3)
        assert is_done(bench.model) or step.name == "paid", step.name
        bench.key("return")
    return taken


def box(bench):
    """Where the box of the tour stands."""
    return next(hot.rect for hot in bench.app._hots["over"] if hot.action == "tour_rest")


def test_on_a_record_the_tour_leads_through_what_a_record_has(finished, tmp_path):
    bench = Bench(Replay(finished), tmp_path)
    bench.key("f2")
    assert step_of(bench.model).name == "welcome"
    taken = take(bench, {"walk": lambda: None})
    assert {"lineage", "largest", "task", "brain", "time", "end"} <= set(taken)
    assert not {"pause", "resume", "copy", "post"} & set(taken)
    assert not bench.model.tour.on and not bench.app._hots["over"]


def test_in_a_run_that_goes_on_it_leads_into_the_plaza_and_back(tmp_path):
    source = StillLife(space("agora", {"warp": 8, "lane": 12}))
    control = source.control

    def obey(do, **keys):
        control(do, **keys)
        source.about = replace(source.about, paused=do == "pause")

    source.control = obey
    bench = Bench(source, tmp_path)
    bench.key("f2")
    steps = take(bench, {"vent": lambda: None, "settle": lambda: None, "post": lambda: bench.press("post")})
    assert [name for name in steps if name in ("pause", "copy", "resume", "plaza", "board", "post", "leave", "end")] == [
        "pause", "copy", "resume", "plaza", "board", "post", "leave", "end"]  # fmt: skip
    assert "time" not in steps and bench.model.plaza is None
    assert any(kind == "post" for kind, _ in source.acts)


def test_who_begins_it_in_a_plaza_is_told_of_the_plaza_alone(tmp_path):
    bench = Bench(StillLife(space("agora", {"warp": 8, "lane": 12})), tmp_path)
    bench.key("g", "f2")
    assert step_of(bench.model).name == "walk"
    bench.key("backspace")
    assert step_of(bench.model).name == "walk"


def test_the_box_says_the_key_and_takes_clicks_only_where_it_stands(finished, tmp_path):
    bench = Bench(Replay(finished), tmp_path)
    bench.key("f2", "return")
    step = step_of(bench.model)
    assert step.asks in bench.read().words and f"Press {step.key}" in step.asks
    bench.read().check_legible()
    rect, drawn = box(bench), bench.model.kind
    bench.click(rect.x + 3, rect.y + 3)
    assert bench.model.chosen is None and bench.model.kind is drawn
    area = bench.app.centre_area
    free = next((x, y) for x in range(area.x + 20, area.right, 9) for y in range(area.y + 40, area.bottom, 9)
                if not rect.holds(x, y) and bench.app.place_at(x, y) is not None)  # fmt: skip
    bench.click(*free)
    assert bench.model.chosen is not None
    bench.press("tour_skip")
    assert not bench.model.tour.on


def test_nothing_of_the_box_stays_behind(finished, tmp_path):
    bench = Bench(Replay(finished), tmp_path)
    while bench.model.chronicle.story is None:
        bench.turn()
    bench.turn(20)  # what was told is gone
    before = bench.paper.pixels.copy()
    bench.key("f2")
    assert (bench.paper.pixels != before).any()
    bench.key("f2")
    bench.turn(20)
    assert (bench.paper.pixels == before).all()


@pytest.mark.parametrize("size", [(900, 600), (3840, 2160)])
def test_the_box_stands_inside_of_windows_of_all_sizes(finished, tmp_path, size):
    bench = Bench(Replay(finished), tmp_path, size)
    bench.key("f2")
    for _ in STEPS:
        if bench.model.tour.on:
            rect = box(bench)
            assert rect.x >= 0 and rect.y >= 0 and rect.right <= size[0] and rect.bottom <= size[1]
        bench.app.handle(Event("key", key="return"))
        bench.turn()
    assert not bench.model.tour.on


def test_every_step_has_a_name_of_its_own_and_names_its_key():
    assert len({step.name for step in STEPS}) == len(STEPS)
    for step in STEPS:
        assert bool(step.does) == (step.done is not None), step.name
        assert "{key}" not in step.does or step.key, step.name
        assert step.action or step.panel or not step.done, step.name


def test_it_is_shown_once_where_somebody_sees_it(tmp_path):
    shown = Shown(tmp_path / "settings" / "tour")
    assert not wanted(None, shown, display=False)
    assert wanted(None, shown, display=True)
    assert not wanted(None, shown, display=True)
    assert wanted(True, shown, display=True) and not wanted(False, shown, display=True)
    (tmp_path / "file").touch()
    assert not wanted(None, Shown(tmp_path / "file" / "tour"), display=True)  # it would come every time


def test_the_settings_say_where_it_is_remembered(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert Shown().note() and (tmp_path / "cyberspace" / "tour").is_file() and Shown().before()


def test_beginning_it_again_begins_it_anew(finished, tmp_path):
    bench = Bench(Replay(finished), tmp_path)
    bench.key("f2", "return", "return")
    begin(bench.model)
    begin(bench.model)
    assert bench.model.tour.on and bench.model.tour.at == 0 and not bench.model.tour.done
