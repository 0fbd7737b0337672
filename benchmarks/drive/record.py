"""What is driven on a record: the guided tour, a click on the Muller plot, two organisms side by side, a very large window."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.drive.screen import Failed, Viewer, changed
from benchmarks.drive.stage import AT_FIRST, SAME, Stage
from benchmarks.drive.twin import Twin
from render.study import Comparison
from render.tour import is_done, step_of


def tour(stage: Stage, record: Path) -> str:
    """The tour comes by itself the first time, is taken as it says, and does not come again."""
    screen = stage.screen()
    viewer, twin = stage.viewer(screen, record), stage.twin(record)
    twin.until("the story", lambda: twin.model.chronicle.story is not None)
    twin.key("f2")
    stage.same("tour-comes", screen, twin, AT_FIRST)
    taken = []
    while twin.model.tour.on:
        step = step_of(twin.model)
        before, due = screen.pixels(), step.done is not None and not step.done(twin.model)
        if step.name == "story":
            at = branch_point(twin)
            screen.click(at)
            twin.click(at)
        elif step.key:
            screen.key(step.key)
            twin.key(step.key)
        twin.until(step.title, lambda: is_done(twin.model))
        stage.same(f"tour-{step.name}", screen, twin)
        if due and changed(before, screen.pixels()) == 0:
            raise Failed(f"nothing was seen to happen in the step {step.name}")
        taken.append(step.name)
        screen.key("return")
        twin.key("return")
    stage.same("tour-over", screen, twin)
    if not (viewer.home / "config" / "cyberspace" / "tour").is_file():
        raise Failed("that the tour was shown is not remembered")
    viewer.leave()
    twin.close()
    again, fresh = (
        Viewer(screen, record, viewer.home, "--layout", "fresh"),
        stage.twin(record),
    )  # how it was left is remembered, too
    fresh.until("the story", lambda: fresh.model.chronicle.story is not None)
    stage.same("tour-not-again", screen, fresh, AT_FIRST)
    again.leave()
    fresh.close()
    return f"{len(taken)} steps: {', '.join(taken)}; remembered, and not shown again"


def branch_point(twin: Twin) -> tuple[int, int]:
    """A point of the plot, a third of the way, where a branch is."""
    twin.turn(0.2)
    chronicle = twin.model.chronicle
    plot = chronicle.plot
    for x in range(plot.x + plot.width // 3, plot.right):
        for y in range(plot.bottom - 3, plot.y, -2):
            if (chronicle.under(x, y) or (0, -1))[1] >= 0:
                return x, y
    raise Failed("the plot has no branch")


def muller(stage: Stage, record: Path) -> str:
    """A click on the Muller plot goes to the tick there, and lights up who descends from the first of the branch."""
    screen = stage.screen()
    viewer, twin = stage.viewer(screen, record, "--no-tour"), stage.twin(record)
    twin.until("the story", lambda: twin.model.chronicle.story is not None)
    first = twin.model.frame.tick if twin.model.frame else -1
    stage.same("muller-before", screen, twin, AT_FIRST)
    before, at = screen.pixels(), branch_point(twin)
    screen.click(at)
    twin.click(at)
    twin.until("the descendants", lambda: twin.model.chronicle.descendants is not None)
    stage.same("muller", screen, twin)
    frame = twin.model.frame
    assert frame is not None
    if frame.tick == first or changed(before, screen.pixels()) < 0.01:
        raise Failed(f"the click did not go anywhere: tick {frame.tick}")
    if not twin.model.chronicle.count:
        raise Failed("nobody is lit up")
    screen.key("escape")
    twin.key("escape")
    stage.same("muller-dark", screen, twin)
    viewer.leave()
    twin.close()
    return f"from tick {first:,} to {frame.tick:,}; {twin.model.chronicle.wanted is None and 'lit up, and dark again'}"


def comparison(stage: Stage, record: Path) -> str:
    """Two organisms are compared gene by gene: one is marked, the other clicked on."""
    screen = stage.screen()
    viewer, twin = stage.viewer(screen, record, "--no-tour"), stage.twin(record)
    twin.until("the story", lambda: twin.model.chronicle.story is not None)
    stage.same("comparison-before", screen, twin, AT_FIRST)
    for one in (screen, twin):
        one.key("l", "l")  # the lineages are shown, then a member of the largest is found
    twin.until("an organism", lambda: twin.model.study.chosen is not None)
    stage.same("comparison-chosen", screen, twin)
    for one in (screen, twin):
        one.key("i")
    assert twin.model.frame is not None and twin.model.chosen is not None
    living = (tuple(int(k) for k in place) for place in np.argwhere(twin.model.frame.arrays["energy"] > 0))
    other = next(place for place in living if place != twin.model.chosen and twin.app.point_of(place) is not None)
    at = twin.where(other)
    screen.click(at)
    twin.click(at)
    twin.until("the comparison", lambda: isinstance(twin.model.study.finding(), Comparison))
    stage.same("comparison", screen, twin)
    found = twin.model.study.finding()
    assert isinstance(found, Comparison)
    if not found.rows:
        raise Failed("two organisms of a soup differ in no gene")
    viewer.leave()
    twin.close()
    return (
        f"{len(found.rows)} of {found.loci:,} genes differ; gained {found.gained or 'nothing'}, lost {found.lost or 'nothing'}"
    )


def large(stage: Stage, record: Path) -> str:
    """A window of 3840 x 2160: all of it is drawn, and what is clicked is what is meant."""
    screen = stage.screen((3840, 2160))
    viewer, twin = stage.viewer(screen, record, "--no-tour"), stage.twin(record, (3840, 2160))
    twin.until("the story", lambda: twin.model.chronicle.story is not None)
    stage.same("large", screen, twin, AT_FIRST)
    alive = np.argwhere(twin.model.frame.arrays["energy"] > 0) if twin.model.frame is not None else np.zeros((0, 7))
    place = tuple(int(k) for k in alive[len(alive) // 2])
    at = twin.where(place)
    screen.click(at)
    twin.click(at)
    twin.until("the organism", lambda: twin.model.organism is not None)
    stage.same("large-inspected", screen, twin)
    screen.key("f1")
    twin.key("f1")
    stage.same("large-help", screen, twin)
    viewer.leave()
    twin.close()
    return f"the same as is drawn without a window, but for {SAME:.0%} at most; inspected at {place}"


SCENES = (tour, muller, comparison, large)
