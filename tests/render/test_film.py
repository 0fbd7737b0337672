"""Films and pictures of every view without a window: by samples, by events, single ticks, sheets."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from cyberspace.analysis.story.marks import Mark
from cyberspace.errors import InputError
from render.by_events import frames
from render.fields import _top
from render.filming import Wish, make
from render.foot import Foot, draw_foot
from render.palette import SPACE, rgb
from render.portraits import VIEWS
from render.replay import Replay
from render.still import Roll, Shot, draw, go_to, prepare
from tests.conftest import cyberspace
from tests.render.recording import Recording

SMALL = (640, 480)
HOME = Path(__file__).parents[2]

WORLD = """
[world]
seed = 3
[spaces.pond]
kind = "gpu"
axes.lane = { length = 8 }
axes.warp = { length = 8 }
genesis = "ancestor:replicator"
density = 0.5
[[spaces.pond.tasks]]
name = "logic"
[spaces.cube]
kind = "gpu"
plaza = true
axes.lane = { length = 4 }
axes.warp = { length = 4 }
axes.sm = { length = 3 }
genesis = "ancestor:replicator"
density = 0.6
[record]
every = 50
checkpoint_every = 100
fields = ["energy", "founder", "performed", "kin"]
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run of two spaces, one of them a plaza of three dimensions: samples every 50 ticks to tick 200."""
    folder = tmp_path_factory.mktemp("film")
    (folder / "two.toml").write_text(WORLD)
    done = cyberspace("run", folder / "two.toml", "--ticks", 200, "--out", folder / "run", "--quiet")
    assert done.returncode == 0, done.stderr
    return folder / "run"


def picture(run, **shot):
    """The pixels of the newest picture."""
    shot = Shot(size=SMALL, **shot)
    source = Replay(run)
    (pixels,) = Roll(prepare(source, shot), shot, [200])
    return pixels


@pytest.mark.parametrize("view", [view for view in VIEWS if view not in ("blocks", "ancestor")])
def test_every_view_is_drawn(run, view):
    pixels = picture(run, view=view, space="pond" if view not in ("plaza", "universe") else None)
    assert pixels.shape == (480, 640, 3)
    assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > 20
    title, rest = pixels[:36], pixels[60:420]
    assert (title != title[0, 0]).any() and (rest != rest[0, 0]).any()


def test_a_plaza_of_three_dimensions_and_what_people_built_are_drawn(run):
    assert (picture(run, view="plaza", space="cube") != picture(run, view="plaza", space="pond")).any()
    assert picture(run, view="blocks", space="cube").shape == (480, 640, 3)


def test_the_universe_shows_every_space(run, monkeypatch):
    from render import still

    monkeypatch.setattr(still, "Paper", Recording)
    shot = Shot("universe", size=(1280, 800))
    from render.app import App

    app = App(prepare(Replay(run), shot), shot.size, run)
    assert go_to(app, 200)
    words = " ".join(draw(app, shot).words)
    assert "pond: 1 region, 64 sites" in words and "cube: 1 region, 48 sites" in words
    assert "tick 200" in words


def test_what_is_known_at_no_tick_is_refused_with_its_reason(run):
    shot = Shot("ancestor", size=SMALL)
    with pytest.raises(InputError, match="ancestor"):
        list(Roll(prepare(Replay(run), shot), shot, [50]))


def test_the_muller_plot_grows(run):
    shot, source = Shot("muller", size=SMALL), Replay(run)
    row = [pixels[240, 52:390] for pixels in Roll(prepare(source, shot), shot, [50, 200])]
    early, late = ((one != rgb(SPACE)).any(axis=1).sum() for one in row)
    assert 60 < early < 120 and late > 300


def test_a_field_that_is_zero_everywhere_is_drawn():
    assert _top(np.zeros(9), np.ones(9, bool), 0.0) == 1.0


def test_a_film_of_the_window_waits_for_what_happened(run, monkeypatch):
    from render import still
    from render.app import App

    monkeypatch.setattr(still, "Paper", Recording)
    shot = Shot("window", size=(1280, 800))
    app = App(prepare(Replay(run), shot), shot.size, run)
    go_to(app, 200)
    words = " ".join(draw(app, shot).words)
    assert "what happened:" in words and "reading what happened" not in words


def test_pictures_of_ticks_alone_and_together(run, tmp_path):
    shot = Shot(size=SMALL)
    said = make(Replay(run), shot, tmp_path / "one.png", Wish(at=(90,)), 20)
    assert "tick 100" in said and Image.open(tmp_path / "one.png").size == SMALL
    said = make(Replay(run), shot, tmp_path / "four.png", Wish(("kinship", "lineage"), at=(0, 50, 100, 200)), 20)
    assert "8 pictures" in said and "0, 50, 100, 200" in said
    assert len(np.unique(np.asarray(Image.open(tmp_path / "four.png")).reshape(-1, 3), axis=0)) > 20
    for wish, out, words in (
        (Wish(("window", "task"), at=(0, 50)), "a.png", "'window' at several ticks"),
        (Wish(("kinship", "task")), "a.gif", "2 of them"),
        (Wish(at=(50,)), "a.gif", "a film of single ticks"),
    ):
        with pytest.raises(InputError, match=words):
            make(Replay(run), shot, tmp_path / out, wish, 20)


def test_a_film_by_events_says_what_happens(run, tmp_path):
    shot = Shot("kinship", size=SMALL, marks=True)
    said = make(Replay(run), shot, tmp_path / "events.gif", Wish(("kinship",), count=10), 20)
    assert "10 frames" in said
    with Image.open(tmp_path / "events.gif") as film:
        assert 1 < film.n_frames <= 10  # frames that are equal are joined by GIF


def test_the_foot_says_tick_and_event(run):
    model = prepare(Replay(run), Shot("kinship"))
    paper = Recording(*SMALL)
    draw_foot(paper, paper.rect, Foot(0, 200, "tick 90: NOT is performed"), 90, model)
    assert {"tick 0", "200", "tick 90: NOT is performed"} <= set(paper.words)
    paper.check_legible()


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.integers(0, 10_000), min_size=1, max_size=60, unique=True),
    st.lists(st.integers(0, 10_000), max_size=6),
    st.integers(1, 200),
)
def test_frames_go_forward_and_stay_where_something_happens(ticks, events, count):
    ticks = sorted(ticks)
    made = frames(ticks, [Mark(tick, "sweep", f"sweep {tick}") for tick in events], count)
    shown = [tick for tick, _ in made]
    assert len(made) == count and shown == sorted(shown) and set(shown) <= set(ticks)
    for tick, words in made:
        if words:
            assert int(words.split()[1].strip(":").replace(",", "")) <= tick


def test_most_frames_are_spent_around_events():
    ticks = list(range(0, 100_000, 1000))
    made = frames(ticks, [Mark(50_000, "sweep", "a sweep")], 100)
    near = sum(abs(tick - 50_000) <= 3000 for tick, _ in made)
    assert near > 25  # of 100 samples, 7 lie there
    assert "a sweep" in dict(made)[50_000] and dict(made)[ticks[0]] == ""
    assert len({tick for tick, _ in frames(ticks, [], 50)}) == 50


def test_every_view_stands_in_the_table_of_the_docs():
    page = (HOME / "docs/people.md").read_text()
    for view in VIEWS:
        assert f"`{view}`" in page, view
