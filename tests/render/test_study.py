"""The inspector's sections: what is found out about an organism, and what is shown of it."""

import time
from pathlib import Path

import numpy as np
import pytest

from cyberspace.analysis.dissection.genes import differences
from cyberspace.analysis.dissection.knockouts import Needed
from cyberspace.analysis.dissection.recorded import find
from cyberspace.record.checkpoint import load, newest
from cyberspace.record.run_folder import open_run
from organisms.body import BodyPlan
from organisms.genome import Loci
from render.app import App
from render.freezer import Freezer
from render.model import Model
from render.paper import Paper
from render.replay import Replay
from render.study import Comparison, Lesson


@pytest.fixture
def app(finished, tmp_path):
    app = App(Model(Replay(finished), Freezer(tmp_path)), (1024, 768), tmp_path)
    turn(app, 3)
    frame = app.model.frame
    app.model.playing.tick = 200  # a checkpoint
    app.model.forget("frame")
    turn(app, 3)
    living = np.argwhere(app.model.frame.arrays["energy"] > 0)
    assert frame is not None and len(living) > 1
    app.model.go_to(tuple(int(k) for k in living[0]))
    turn(app, 3)
    app.others = [tuple(int(k) for k in one) for one in living[1:]]
    return app


def turn(app, times=1):
    for _ in range(times):
        app.update(app.model.now + 1)


def found(app, section):
    app.do("section", section)
    until = time.monotonic() + 30
    while time.monotonic() < until:
        turn(app)
        if app.model.study.finding() is not None:
            break
        time.sleep(0.02)
    paper = Paper(1024, 768)
    app.redraw(paper)
    return app.model.study.finding()


def test_sections_are_found_out_and_drawn(app):
    needed = found(app, "needed for")
    assert isinstance(needed, Needed) and len(needed.parts) > app.model.space.units
    lesson = found(app, "lesson")
    assert isinstance(lesson, Lesson) and lesson.told.steps
    last = len(lesson.told.steps) - 1
    app.do("lesson", -1)
    assert app.model.study.step == max(0, last - 1)
    app.do("lesson", 1)
    assert app.model.study.step == last and lesson.told.steps[last].lived == 199


def test_two_are_compared_gene_by_gene(app):
    app.do("compare")
    turn(app)
    one = app.model.study.marked
    app.model.go_to(app.others[-1])
    turn(app, 3)
    told = found(app, "compare")
    other = app.model.study.taken
    assert isinstance(told, Comparison) and {told.old.identity, told.new.identity} == {one.identity, other.identity}
    assert len(told.rows) == int((one.genome != other.genome).sum())
    for row in told.rows:
        assert (row.old, row.new) == (told.old.genome[row.locus], told.new.genome[row.locus])


def test_a_run_whose_folder_is_away_says_so(app):
    app.model.source.__class__ = type("Away", (Replay,), {"about": property(lambda self: _away(Replay.about.fget(self)))})
    assert "not at hand" in found(app, "needed for")


def _away(about):
    from dataclasses import replace

    return replace(about, run="/no/such/run")


def test_who_lived_at_a_checkpoint_is_found(finished):
    folder = open_run(finished, rest=True)
    path, _ = newest(folder.checkpoints)
    region = load(path)[0].region
    site = int(np.flatnonzero(region.alive)[0])
    who = int(region.cradle[site]), int(region.born[site])
    one = find(folder, [(-7, 0), who])
    assert one is not None and (one.which, one.site) == (1, site)
    np.testing.assert_array_equal(one.genome, region.genome[:, site])
    assert find(folder, [(-7, 0)]) is None


def test_every_gene_has_a_name():
    loci = Loci(BodyPlan(), rules=2)
    names = [(one.part, one.name) for one in differences(loci, np.zeros(loci.count, np.int8), np.ones(loci.count, np.int8))]
    assert len(names) == loci.count == len(set(names))
    assert names[0] == ("connection", "bias → reproduce") and names[loci.copier.start] == ("copier", "a")


def test_hovering_tells_functions_by_name(app):
    from render.panels.hovered import hovered

    frame = app.model.frame
    assert "performed" in frame.arrays or "performed" in frame.missing
    place = app.others[0]
    app.model.hover = place
    if "performed" in frame.arrays:
        assert "performs" in hovered(app.model)
    if "payoff" in frame.arrays:
        assert "last lesson paid" in hovered(app.model)
    assert " energy" in hovered(app.model)
    assert Path(app.model.source.about.run).is_dir()
