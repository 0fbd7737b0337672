"""Views as pictures without a window: the same panels, drawn on paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cyberspace.errors import InputError, problem
from render import palette
from render.about import AxisAbout
from render.app import App
from render.canvas import LARGE, Rect
from render.fields import BY_NAME
from render.frames import Frames
from render.freezer import Freezer
from render.model import Model
from render.panels.left import legend_lines
from render.panels.world import Middle
from render.paper import Paper
from render.plaza import visiting
from render.projection import HOWS, Cut
from render.scaled import Scaled

VIEWS = (*BY_NAME, "window", "plaza")
"""A field alone with its legend, the whole window, or the plaza."""

SIDE, HEAD = 230, 36


@dataclass(frozen=True)
class Shot:
    """What a picture shows.

    Attributes:
        view: One of `VIEWS`.
        space: Name of the space; the first by default.
        hide: Cuts: axis name and a place, "mean" or "max".
        size: (width, height) in pixels.
    """

    view: str = "lineage"
    space: str | None = None
    hide: tuple[tuple[str, str], ...] = ()
    size: tuple[int, int] = (1280, 800)


def prepare(source: Frames, shot: Shot) -> Model:
    """A model that shows what a shot asks for.

    Raises:
        InputError: If there is no such view, space or axis.
    """
    if shot.view not in VIEWS:
        raise InputError(problem("--view", repr(shot.view), f"one of {', '.join(VIEWS)}"))
    model = Model(source, Freezer())
    names = [space.name for space in source.about.spaces]
    if shot.space is not None:
        if shot.space not in names:
            raise InputError(problem("--space", repr(shot.space), f"one of {', '.join(names)}"))
        model.enter(source.about.spaces[names.index(shot.space)])
    projection = model.projection
    for name, what in shot.hide:
        axis = _axis(name, model.space.axes)
        projection = projection.hide(axis, _cut(name, what, model.space.shape[axis]))
    model.show(BY_NAME.get(shot.view, model.kind), projection)
    if shot.view == "plaza":
        visiting.plaza(model, shot.space)
        if model.plaza is None:
            raise InputError(problem("--view plaza", "a world without one", "a space without far axes"))
    return model


def _axis(name: str, axes: tuple[AxisAbout, ...]) -> int:
    used = [axis.name for axis in axes if axis.length > 1]
    if name not in used:
        raise InputError(problem("--hide", repr(name), f"one of the axes {', '.join(used)}"))
    return next(k for k, axis in enumerate(axes) if axis.name == name)


def _cut(name: str, what: str, length: int) -> Cut:
    if what in HOWS[1:]:
        return Cut(0, what)
    if not what.isdigit() or int(what) >= length:
        raise InputError(problem(f"--hide {name}", repr(what), f"a place from 0 to {length - 1}, mean or max", f"{name}=0"))
    return Cut(int(what))


def shoot(model: Model, shot: Shot, ticks: list[int] | None) -> Iterator[NDArray[np.uint8]]:
    """Pictures, (height, width, 3), at ticks of a record (None: the newest); but for ticks that a run that goes on has dropped.

    Raises:
        InputError: If a tick can't be read.
    """
    app = App(model, model.scale.fit(shot.size), Path())
    for number, tick in enumerate([None] if ticks is None else ticks):
        model.playing.tick = tick
        model.forget("frame", "series")
        for turn in range(2):  # one asks, the next takes the answer
            app.update(float(10 * number + turn))
        wrong = [one.text for _, one in model.told if one.wrong]
        model.told.clear()
        if wrong and tick is not None and (model.frame is None or model.frame.tick != tick):
            if tick not in model.source.ticks():
                continue
            raise InputError(*wrong[:1])
        yield draw(app, shot).pixels


def draw(app: App, shot: Shot) -> Paper:
    """One picture of what the application shows now."""
    sheet, model = Paper(*shot.size), app.model
    paper = Scaled(sheet, model.scale)
    if shot.view in ("window", "plaza"):
        app.redraw(paper)
        return sheet
    width, height = paper.rect.width, paper.rect.height
    tick = f"tick {model.frame.tick:,}" if model.frame else "no frame"
    paper.fill(paper.rect, palette.PANEL)
    paper.text(12, 8, f"{model.source.about.title}   {tick}", palette.TEXT, LARGE, bold=True)
    legend_lines(paper, Rect(12, HEAD + 8, SIDE - 24, height - HEAD), model)
    model.camera = None
    Middle().draw(paper, Rect(SIDE, HEAD, width - SIDE, height - HEAD), model)
    return sheet
