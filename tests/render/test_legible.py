"""Every text of every panel can be read: nothing cut, hidden or written over, 12 px at least, 4.5:1 against what is below it."""

import pytest

from render.scale import Scale
from render.scaled import Scaled
from tests.render.layout import Layout
from tests.render.recording import Recording
from tests.render.views import everything

ON_TOP = ("NOT", "NAND", "AND", "OR")
"""Words of organisms, over which a plate may lie in a plaza."""


def excused(view, fault):
    """Whether a plate lies over an organism, or the line that is written over a plate."""
    over = fault.startswith("written over")
    return (over and ("name" in view or fault.removeprefix("written over: ").strip("'") in ON_TOP)) or "name" in view


@pytest.mark.parametrize(("size", "wish"), [((800, 600), None), ((1024, 768), None), ((3840, 2160), None)])
def test_no_text_is_cut_hidden_or_small(finished, tmp_path, size, wish):
    scale = Scale(wish)
    units, seen = scale.fit(size), 0
    for view, viewer in everything(tmp_path, finished, units):
        layout = Layout(*size)
        viewer.app.redraw(Scaled(layout, scale))
        faults = [fault for fault in layout.faults() if not excused(view, fault)]
        assert not faults, (view, faults)
        cut = [text.words for text in layout.texts if text.words.endswith("…") and not text.words.startswith("reading what")]
        assert not cut, (view, cut)
        seen += len(layout.texts)
    assert seen > 1000


def test_every_text_has_contrast_against_what_is_below_it(finished, tmp_path):
    seen = 0
    for view, viewer in everything(tmp_path, finished, (1280, 800)):
        if view.split()[-1] in (
            "strip",
            "flat",
            "solid",
            "inspect",
            "tree",
            "story",
            "jobs",
            "market",
            "chest",
            "physics",
            "help",
        ):
            paper = Recording(1280, 800)
            viewer.app.redraw(paper)
            paper.check_legible()
            seen += 1
    assert seen > 15


def test_the_layout_sees_what_is_wrong():
    layout = Layout(200, 100)
    layout.text(0, 0, "whole", "#FFFFFF")
    assert not layout.faults()
    layout.text(3, 4, "over it", "#FFFFFF")
    layout.text(180, 50, "beyond the edge", "#FFFFFF")
    layout.text(0, 80, "small", "#FFFFFF", 11)
    kinds = [fault.split(":")[0] for fault in layout.faults()]
    assert sorted(kinds) == ["out of its panel", "overlap", "too small"]
