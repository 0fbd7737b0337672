"""The story of a run as it is seen: what is new, the strip of branches, descendants lit up, the tree by function."""

from itertools import pairwise

import numpy as np
import pytest

from cyberspace.analysis.story.marks import KINDS, Mark
from cyberspace.analysis.story.muller import Branch, Muller
from cyberspace.analysis.story.story import tell
from cyberspace.analysis.story.told import Story
from cyberspace.record import checkpoint
from cyberspace.record.run_folder import open_run
from render.app import App
from render.chronicle import DIM, Chronicle
from render.clade import Clade
from render.clades import Descendants
from render.events import Event
from render.fields import BY_NAME
from render.frames import Branch as Node
from render.frames import Frame
from render.freezer import Freezer
from render.kinship import last_goals
from render.model import Model
from render.panels.tree import colour_of
from render.replay import Replay
from render.seen import Seen
from render.story import branch_colours
from tests.render.recording import Recording
from tests.render.still_life import StillLife, space

TICKS = np.arange(0, 500, 50)
ONES = np.ones(len(TICKS), np.float32)
MARKS = (
    Mark(100, "function", "NOT is performed by 2.0% of the living", "pond", site=5),
    Mark(200, "sweep", "a branch sweeps: the offspring of one born at tick 60 are 70% of the living", cradle=9, born=60),
    Mark(300, "extinction", "lineage 00000007 dies out; it was 30% of the living"),
    Mark(350, "catastrophe", "catastrophe: 50 % die", "pond"),
    Mark(350, "amphibian", "born in pond of a parent from sea, one has a child there", "pond", 3, 2, 90),
    Mark(400, "rule", "learning rule local is had by more than half of the living", "pond"),
    Mark(450, "event", "upkeep = 4", "pond"),
)
PLOT = Muller(TICKS, (Branch(1, 5, 7, -1, 0.5 * ONES), Branch(9, 60, 7, 0, 0.25 * ONES)), 0.05)


def viewer(tmp_path, live=False, seen=None, story=None):
    source = StillLife(space("pond", {"lane": 8, "warp": 8}), live=live)
    source.story = story or Story(450, MARKS, PLOT)
    app = App(Model(source, Freezer(tmp_path / "freezer"), chronicle=Chronicle(seen)), (1280, 800), tmp_path)
    for now in range(0, 12, 2) if live else range(4):
        app.update(float(now))
    paper = Recording(1280, 800)
    app.redraw(paper)
    return app, source, paper


def press(app, x, y):
    for kind in ("move", "down", "up"):
        app.handle(Event(kind, x, y, button="left"))


def test_a_click_on_a_branch_lights_it_up_and_escape_ends_that(tmp_path):
    app, source, _ = viewer(tmp_path, live=True)
    plot = app.model.chronicle.plot
    assert plot.width > 400 and plot.height > 40
    press(app, plot.x + plot.width // 2, plot.bottom - plot.height // 4)  # the lower half is the first branch alone
    assert source.sought == [(1, 5)] and app.model.chronicle.branch == 0
    press(app, plot.x + plot.width // 2, plot.bottom - int(0.6 * plot.height))
    assert source.sought[-1] == (9, 60)
    app.handle(Event("key", key="escape"))
    assert app.model.chronicle.wanted is None and app.model.chronicle.needs == ()


def test_the_strip_says_what_is_under_the_mouse(tmp_path):
    app, _, paper = viewer(tmp_path)
    assert any("7 marks" in words and "5 %" in words for words in paper.words)
    chronicle = app.model.chronicle
    app.handle(Event("move", int(chronicle.x_of(100)), chronicle.plot.y - 5))
    app.redraw(paper)
    assert any(words.startswith("tick 100: pond: NOT is performed") for words in paper.words)
    app.handle(Event("move", int(chronicle.x_of(100)), chronicle.plot.bottom - 4))
    app.redraw(paper)
    assert any("born at tick 5: 75% of the living, 50% without its own branches" in words for words in paper.words)


def test_a_mark_of_a_live_run_is_told_and_how_to_go_there(tmp_path):
    app, source, _ = viewer(tmp_path, live=True)
    app.do("mark", 1)
    told = app.model.lines()[-1].text
    assert "tick 200" in told and "--record" in told and source.sought == [(9, 60)]


def test_what_is_new_since_one_looked_is_told_and_kept(tmp_path):
    seen = Seen(tmp_path / "deep" / "seen.json")
    first, *_ = viewer(tmp_path, seen=seen, story=Story(200, MARKS[:2], PLOT))
    assert first.model.chronicle.since is None and not first.model.lines()  # who never looked is told of no news
    assert Seen(tmp_path / "deep" / "seen.json").before("") == 200
    app, _, paper = viewer(tmp_path, seen=seen)
    assert app.model.chronicle.unread() == list(MARKS[2:])
    assert "5 things are new since you looked at tick 200" in app.model.lines()[0].text
    app.do("tab", "story")
    app.redraw(paper)
    assert {"new since you looked at tick 200", "before tick 201"} <= set(paper.words)
    third, *_ = viewer(tmp_path, seen=seen)
    assert third.model.chronicle.unread() == []


def test_news_of_a_run_that_goes_on_are_told_as_they_come(tmp_path):
    app, source, _ = viewer(tmp_path, live=True, story=Story(200, MARKS[:2], PLOT))
    assert not app.model.lines()
    source.story = Story(300, MARKS[:3], PLOT)
    app.update(14.0)
    app.update(15.0)
    assert [one.text for one in app.model.lines()] == ["new: tick 300: lineage 00000007 dies out; it was 30% of the living"]


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"a": "b"}', '{"": {}}'])
def test_a_file_of_what_was_seen_that_cannot_be_read_is_as_none(tmp_path, text):
    (tmp_path / "seen.json").write_text(text)
    seen = Seen(tmp_path / "seen.json")
    assert seen.before("") is None
    seen.note("", 3)
    assert seen.before("") == 3
    (tmp_path / "file").write_text("")
    Seen(tmp_path / "file" / "seen.json").note("", 3)  # can't be written: nothing happens


def test_the_page_and_the_strip_are_legible_for_every_kind(tmp_path):
    assert {mark.kind for mark in MARKS} == set(KINDS)
    app, _, paper = viewer(tmp_path)
    app.do("tab", "story")
    app.redraw(paper)
    paper.check_legible()
    assert sum(words.startswith("tick ") and ": " in words for words in paper.words) >= len(MARKS)
    assert sum(hot.action == "mark" for hot in app._hots["right"]) == len(MARKS)
    assert sum(hot.action == "mark" for hot in app._hots["story"]) == len(MARKS)


def test_descendants_are_told_by_identity_and_grow_with_what_a_live_run_shows():
    pond = space("pond", {"lane": 4})
    clade = Clade(0, 10, np.array([20], np.int32), np.array([1], np.int32), np.array([True]))
    arrays = {"energy": [1, 1, 1, 0], "cradle": [1, 2, 3, 0], "born": [20, 30, 31, 10],
              "parent": [0, 1, 8, -1], "parent_born": [10, 20, 9, -1]}  # fmt: skip
    found = Descendants(clade)

    def at(tick, arrays):
        return Frame("pond", tick, {name: np.array(v, np.int32).reshape(pond.shape) for name, v in arrays.items()})

    assert found.lit(at(40, arrays), pond).ravel().tolist() == [True, True, False, False]
    arrays |= {"cradle": [2, 2, 3, 0], "born": [44, 30, 31, 10], "parent": [2, 1, 8, -1], "parent_born": [30, 20, 9, -1]}
    assert found.lit(at(50, arrays), pond).ravel().tolist() == [True, True, False, False]  # a grandchild of one that was seen


def test_descendants_in_a_record_are_those_born_last_at_a_site_of_the_same_lineage():
    pond = space("pond", {"lane": 4}, first_site=10)
    ticks, sites, mine = (
        np.array([10, 20, 30, 35], np.int32),
        np.array([10, 11, 12, 11], np.int32),
        np.array([1, 1, 1, 0], bool),
    )
    frame = Frame("pond", 33, {"energy": np.ones(pond.shape, np.int32), "founder": np.array([7, 7, 8, 7]).reshape(pond.shape)})
    found = Descendants(Clade(10, 10, ticks, sites, mine))
    assert found.lit(frame, pond).ravel().tolist() == [True, True, False, False]
    late = Frame("pond", 40, frame.arrays)
    assert found.lit(late, pond).ravel().tolist() == [True, False, False, False]


def test_a_record_lights_up_exactly_the_descendants_at_a_checkpoint(finished, tmp_path):
    (state,) = checkpoint.load(checkpoint.checkpoints(open_run(finished).checkpoints)[-1])
    region = state.region
    here = int(np.flatnonzero(region.alive & (region.parent >= 0))[0])
    who = (int(region.parent[here]), int(region.parent_born[here]))
    model = Model(Replay(finished), Freezer(tmp_path))
    model.update(0.0)
    model.chronicle.light(model.source, who)
    for now in range(1, 30):
        model.update(float(now))
    lit = model.chronicle.descendants.lit(model.frame, model.space).ravel()
    parents = {}
    from cyberspace.api.runs import open_run as opened

    for row in opened(finished).births.itertuples():
        parents[row.site, row.tick] = (row.parent, row.parent_born)
    for site in range(len(lit)):
        one = (int(region.cradle[site]), int(region.born[site]))
        while one != who and one in parents:
            one = parents[one]
        assert lit[site] == (bool(region.alive[site]) and one == who)
    assert lit[here] and model.chronicle.count == lit.sum()
    assert (model.picture.indices == DIM).sum() == (region.alive & ~lit).sum()


def test_the_story_of_a_run_tells_its_samples(finished):
    story = tell(open_run(finished, rest=True))
    assert story.tick == 200 and not story.note
    assert story.muller.ticks.tolist() == [0, 50, 100, 150, 200]
    total = np.sum([one.own for one in story.muller.branches], axis=0) + story.muller.rest
    np.testing.assert_allclose(total, 1, atol=0.05)
    assert list(story.marks) == sorted(story.marks) and all(mark.kind in KINDS for mark in story.marks)


def test_nodes_have_the_colour_of_what_most_of_those_do_who_do_anything():
    rows = BY_NAME["task"].rows(type("Context", (), {"space": space("pond", {"lane": 2})}))
    assert last_goals(np.array([0, 1, 2, 3]), 2).tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]]
    assert last_goals(np.array([0, 1]), 0).tolist() == [[1], [1]]
    none = colour_of((), rows)
    assert colour_of((10, 1, 0), rows) == none == colour_of((3, 0, 0), rows)
    assert colour_of((3, 1, 0), rows) == rows[1][0] and colour_of((3, 1, 2), rows) == rows[2][0]
    assert Node(1, 2, -1, 0, 3).does == ()


def test_neighbours_in_the_plot_differ_in_colour():
    branches = tuple(Branch(k, k, 7, k - 1 if k % 3 else -1, ONES / 30) for k in range(24))
    colours = branch_colours(Muller(TICKS, branches, 0.05), ("#112233", "#445566", "#778899"), "#FFFFFF", "#000000")
    assert len(colours) == 24
    assert all(one != other for one, other in pairwise(colours))
