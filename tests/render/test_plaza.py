"""The plaza in one, two and three dimensions, and live acts, on a source that notes them."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.canvas import Rect
from render.events import Event
from render.plaza import flat, isometric, strip
from render.plaza.figures import RING
from render.plaza.looks import colour_at
from render.replay import Replay
from render.visit import HOTBAR, Visit, block_at, dweller_at
from tests.render.still_life import StillLife, space
from tests.render.test_app import Bench

LENGTHS = {1: {"lane": 20}, 2: {"warp": 9, "lane": 14}, 3: {"sm": 4, "warp": 9, "lane": 10}}


@pytest.fixture(params=[1, 2, 3])
def bench(request, tmp_path):
    found = Bench(StillLife(space("agora", LENGTHS[request.param])), tmp_path)
    found.key("g")
    return found


def shown(bench):
    """Points of the window by the place that they show."""
    area, places = bench.app.centre_area, {}
    for y in range(area.y + 2, area.bottom, 7):
        for x in range(area.x + 2, area.right, 7):
            place = bench.app.place_at(x, y)
            if place is not None:
                places.setdefault(place, (x, y))
    return places


def test_the_avatar_walks_with_the_keys_and_walls_stop_it(bench):
    visit = bench.model.plaza
    bench.model.source.arrays["agora"]["blocks"][...] = 0
    bench.turn(2)
    before = visit.at
    bench.key("d")
    assert visit.at[6] == before[6] + 1
    bench.key("a")
    assert visit.at == before
    for key, axis in (("w", 5), ("page_up", 4)):
        start = visit.at
        bench.key(key)
        moved = visit.at[axis] != start[axis]
        assert moved == (len([a for a in visit.axes if a <= axis]) > 0 and axis in visit.axes)
    start = visit.at
    walled = (*start[:6], start[6] + 1)
    bench.model.source.arrays["agora"]["blocks"][walled] = 1
    bench.turn(2)
    assert block_at(bench.model.frame, walled) == "wall"
    bench.key("d")
    assert visit.at == start
    for _ in range(40):
        bench.key("a")
    assert visit.at[6] >= 0


@pytest.mark.parametrize(("hand", "block"), [("2", "wall"), ("3", "soil"), ("4", "vent")])
def test_right_places_and_left_removes(bench, hand, block):
    place, point = next(iter(shown(bench).items()))
    bench.key(hand)
    bench.click(*point, button="right")
    bench.click(*point, button="left")
    sites = [bench.model.space.site(place)]
    (placed, keys), (removed, other) = bench.model.source.acts
    assert (placed, keys["sites"], keys["block"]) == ("block", sites, block)
    assert (removed, other["sites"], other["block"]) == ("block", sites, "empty")
    bench.key("ctrl+z")
    assert bench.model.source.acts[-1] == ("undo", {"of": 1, "space": "agora", "region": 0})


def test_organisms_are_carried(bench):
    energy = bench.model.source.arrays["agora"]["energy"]
    places = shown(bench)
    start = next(place for place in places if energy[place])
    end = next(place for place in places if not energy[place])
    bench.key("5")
    bench.click(*places[start])
    bench.click(*places[end], button="right")
    ((act, keys),) = bench.model.source.acts
    assert (act, keys["space"], keys["to"]) == ("transplant", "agora", bench.model.space.site(end))
    assert len(keys["genome"]) == 536 and bench.model.carried is not None, "a copy, which stays in hand"
    bench.click(*places[end])
    assert any("nobody is seen there" in told.text for told in bench.model.lines())


def test_looking_inspects(bench):
    place, point = next(iter(shown(bench).items()))
    bench.key("1")
    bench.click(*point)
    assert bench.model.organism.place == place
    bench.read().check_legible()


def test_the_job_board_posts_closes_judges_and_finds(bench):
    bench.key("e")
    words = " ".join(bench.read().words)
    assert (
        "wallet 1,000 tokens" in words and "XOR (0110), 50 tokens an answer, 88 answers left" in words and "12 right" in words
    )
    bench.paper.check_legible()
    bench.press("fund", 10_000)
    bench.press("post")
    bench.press("close", 0)
    bench.press("judge", (1, (9, 95), True))
    kinds = [kind for kind, _ in bench.model.source.acts]
    assert kinds == ["fund", "post", "close", "judge"]
    post = bench.model.source.acts[1][1]
    assert (post["job"], post["table"], post["price"], post["answers"], post["place"]) == ("table", "0110", 50, 100, 0)
    bench.press("who", (7, 90))
    assert bench.model.tab == "inspect" and bench.model.organism is not None


def test_every_scene_can_be_read(bench):
    assert any("you stand at" in words for words in bench.read().words)
    bench.app.handle(Event("move", *next(iter(shown(bench).values()))))
    bench.turn(3)
    bench.read().check_legible()


def test_the_wheel_looks_closer_and_tab_turns_the_hotbar(bench):
    area, visit = bench.app.centre_area, bench.model.plaza
    before = bench.read().pixels
    for _ in range(4):
        bench.app.handle(Event("wheel", area.x + 50, area.y + 50, dy=1))
    assert visit.zoom > 2 and (bench.read().pixels != before).any()
    bench.key("f")
    assert visit.zoom == 1.0
    bench.key("tab")
    assert visit.hand == 1


def test_three_dimensions_turn_and_up_is_up_on_the_screen(tmp_path):
    bench = Bench(StillLife(space("hall", LENGTHS[3])), tmp_path)
    bench.model.source.arrays["hall"]["blocks"][...] = 0
    bench.key("g")
    seen, visit, area = [], bench.model.plaza, Rect(0, 0, 700, 500)
    for _ in range(4):
        seen.append(bench.read().pixels)
        x, y = isometric.project(area, visit, *visit.here)
        start = visit.here
        bench.key("w")
        there = isometric.project(area, visit, *visit.here)
        assert there[0] > x and there[1] < y
        bench.key("s")
        assert visit.here == start
        bench.key("q")
    assert visit.turned == 0 and all((one != two).any() for one, two in pairwise(seen))
    bench.key("x")
    assert not visit.apart and (bench.read().pixels != seen[0]).any()


@pytest.mark.parametrize("size", [(900, 600), (1280, 800), (2560, 1440)])
@pytest.mark.parametrize("apart", [True, False])
def test_three_dimensions_fit_the_window(tmp_path, size, apart):
    visit = Visit(space("hall", LENGTHS[3]), apart=apart)
    area = Rect(250, 58, size[0] - 590, size[1] - 230)
    for up in range(4):
        for row, column in ((0, 0), (0, 9), (8, 0), (8, 9)):
            assert area.holds(*isometric.project(area, visit, up, row, column))


def test_a_way_to_colour_holds_in_the_plaza_too(bench):
    before = bench.read().pixels
    bench.press("field", "energy")
    assert bench.model.kind.name == "energy"
    assert (bench.read().pixels != before).any()
    place = tuple(int(k) for k in np.argwhere(bench.model.frame.arrays["energy"] > 0)[0])
    colour = colour_at(bench.model, place, dweller_at(bench.model.frame, place))
    assert colour != bench.model.context.lineages.colour(int(bench.model.frame.arrays["founder"][place]))


def test_there_is_one_tool_bar_and_on_a_record_it_only_looks(bench, finished, tmp_path):
    assert not [hot for hot in bench.app._hots["side"] if hot.action == "tool"]
    assert len([hot for hot in bench.app._hots["plaza"] if hot.action == "hotbar"]) == len(HOTBAR)
    record = Bench(Replay(finished), tmp_path)
    tools = [hot.argument for hot in record.app._hots["left"] if hot.action == "tool"]
    assert tools == ["look"]
    record.key("g", "2")
    assert [hot.argument for hot in record.app._hots["plaza"] if hot.action == "hotbar"] == [0]
    assert record.model.plaza.hand == 0 and any("nobody can act" in told.text for told in record.model.lines())


def test_a_figure_tells_what_it_answers_and_does(bench):
    arrays = bench.model.source.arrays["agora"]
    place, point = next(one for one in shown(bench).items() if arrays["energy"][one[0]] and arrays["performed"][one[0]] == 2)
    arrays["answers"][place] = 0b101
    bench.turn(2)
    bench.app.handle(Event("move", *point))
    bench.turn()
    assert "says yes with 1 3, performs XOR" in " ".join(bench.read().words)  # it may be told in two lines
    assert any("dots" in words for words in bench.paper.words)


def test_the_run_is_slowed_while_one_is_there(bench):
    assert bench.model.source.controls == [("pace", 1, 20)]
    bench.key("escape")
    assert bench.model.plaza is None and bench.model.source.controls[-1] == ("pace", 1, 0)


def test_a_wall_over_the_living_is_asked_for(bench):
    place, point = next(one for one in shown(bench).items() if bench.model.source.arrays["agora"]["energy"][one[0]])
    bench.key("2")
    bench.click(*point, button="right")
    assert not bench.model.source.acts and any("O lets you" in told.text for told in bench.model.lines())
    bench.key("o")
    bench.click(*point, button="right")
    assert bench.model.source.acts[-1][1]["clear"] and bench.model.source.acts[-1][1]["sites"] == [
        bench.model.space.site(place)
    ]


def test_a_sign_is_written_with_the_keys(bench):
    place, point = next(iter(shown(bench).items()))
    bench.key("6")
    bench.click(*point, button="right")
    for key, text in (("g", "g"), ("shift+o", "O"), ("backspace", "\b"), ("space", " "), ("e", "e"), ("x", "x")):
        bench.app.handle(Event("key", key=key, text=text))
    assert "g ex▌" in " ".join(bench.read().words)
    bench.app.handle(Event("key", key="return", text="\r"))
    assert bench.model.source.acts == [("sign", {"space": "agora", "site": bench.model.space.site(place), "text": "g ex"})]
    bench.click(*point, button="right")
    bench.app.handle(Event("key", key="escape"))
    assert bench.model.writing is None and bench.model.plaza is not None and len(bench.model.source.acts) == 1


def test_the_history_of_a_strip_scrolls_by(tmp_path):
    bench = Bench(StillLife(space("line", LENGTHS[1])), tmp_path)
    bench.key("g")
    for tick in range(101, 140):
        bench.model.source.tick = tick
        bench.turn()
    bench.turn()
    assert [tick for tick, _ in bench.model.plaza.history][-10:] == list(range(130, 140))
    row = bench.model.plaza.history[-1][1]
    arrays = bench.model.source.arrays["line"]
    np.testing.assert_array_equal(row, np.where(arrays["energy"] > 0, arrays["founder"], 0).ravel())


def test_layers_can_be_cut_away(tmp_path):
    bench = Bench(StillLife(space("hall", LENGTHS[3])), tmp_path)
    bench.key("g")
    layers = bench.model.plaza.layers
    full = bench.read().pixels
    bench.key("[")
    assert bench.model.plaza.layers == layers - 1
    assert (bench.read().pixels != full).any()


def test_leaving_brings_the_world_back(bench):
    bench.key("g")
    assert bench.model.plaza is None and "middle" in bench.app.areas


@given(st.integers(1, 12), st.integers(1, 12), st.integers(1, 12), st.data())
def test_points_and_places_belong_together(up, down, across, data):
    lengths = {name: n for name, n in (("sm", up), ("warp", down), ("lane", across)) if n > 1}
    visit = Visit(space("any", lengths))
    area = Rect(10, 20, 700, 500)
    views = {1: strip, 2: flat, 3: isometric}
    view = views[visit.dimensions]
    place = visit.at
    visit.zoom, visit.turned, visit.apart = (
        data.draw(st.sampled_from((0.5, 1.0, 3.0))),
        data.draw(st.integers(0, 3)),
        data.draw(st.booleans()),
    )
    if view is flat:
        box = flat.cell_of(area, visit, place)
        right, low = data.draw(st.integers(0, box.width - 1)), data.draw(st.integers(0, box.height - 1))
        assert flat.place_at(area, visit, box.x + right, box.y + low) == place
    elif view is isometric:
        x, y = isometric.project(area, visit, *visit.here)
        assert isometric.place_at(area, visit, round(x), round(y)) == place
    else:
        left, top, cell = strip._strip(area, visit)
        assert strip.place_at(area, visit, left + visit.here[2] * cell + cell // 2, top + 2) == place


def test_eight_answers_have_eight_places():
    assert len(set(RING)) == 8


def test_a_world_without_a_plaza_says_so(tmp_path):
    bench = Bench(StillLife(space("far", {"device": 4, "lane": 8}, plaza=False)), tmp_path)
    bench.key("g")
    assert bench.model.plaza is None
    assert any("plaza = true" in told.text for told in bench.model.lines())
