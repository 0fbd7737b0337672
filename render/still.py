"""Views as pictures without a window: the same panels, drawn on paper, at the ticks that are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cyberspace.errors import InputError, problem
from render import palette
from render.about import AxisAbout
from render.app import App
from render.canvas import Rect
from render.events import Event
from render.fields import BY_NAME
from render.foot import HIGH, Foot, draw_foot
from render.frames import Frames
from render.freezer import Freezer
from render.model import Model
from render.paper import Paper
from render.plaza import visiting
from render.portraits import VIEWS, settle
from render.projection import HOWS, Cut
from render.scaled import Scaled

Pixels = NDArray[np.uint8]

TURNS = 100_000
"""Turns that are waited for what happened to be told."""


@dataclass(frozen=True)
class Shot:
    """What a picture shows.

    Attributes:
        view: One of `VIEWS`.
        space: Name of the space; the first by default.
        hide: Cuts: axis name and a place, "mean" or "max".
        size: (width, height) in pixels.
        marks: Whether what happened stands on the scale of time.
    """

    view: str = "lineage"
    space: str | None = None
    hide: tuple[tuple[str, str], ...] = ()
    size: tuple[int, int] = (1280, 800)
    marks: bool = False


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
    if (VIEWS[shot.view].story or shot.marks) and len(source.ticks()):
        hear(model)
    return model


def hear(model: Model) -> None:
    """Wait until it is told what happened.

    Raises:
        InputError: If the record does not tell.
    """
    for _ in range(TURNS):
        if model.chronicle.story is not None:
            return
        model.update(model.now + 1.0)
        wrong = [told.text for _, told in model.told if told.wrong]
        if wrong:
            raise InputError(wrong[-1])
    raise InputError(problem("what happened", "a record that does not tell it", "samples"))


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


@dataclass
class Roll:
    """Pictures, (height, width, 3), at ticks of a record, one after the other as they are drawn.

    Args:
        model: What is shown.
        shot: How.
        ticks: The ticks, None for the newest; those that a run that goes on has dropped are passed over.
        captions: What is said of each; nothing by default.

    Attributes:
        unknown: Why, and at which ticks what is shown is not known: these are passed over where there are others.
    """

    model: Model
    shot: Shot
    ticks: Sequence[int] | None
    captions: Sequence[str] = ()
    unknown: dict[int, str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Pixels]:
        """The pictures.

        Raises:
            InputError: If a tick can't be read, or what is shown is known at none.
        """
        app, drawn, last = App(self.model, self.shot.size, Path()), 0, None
        captions = [*self.captions, *[""] * len(self.ticks or (0,))]
        for tick, caption in zip((None,) if self.ticks is None else self.ticks, captions, strict=False):
            if last is None or last[0] != (tick, caption):
                if not go_to(app, tick):
                    continue
                if self.why(tick):
                    continue
                last = (tick, caption), draw(app, self.shot, self._foot(caption)).pixels
            drawn += 1
            yield last[1]
        if not drawn and self.unknown:
            raise InputError(
                problem(f"--view {self.shot.view}", next(iter(self.unknown.values())), "ticks at which it is known")
            )

    def why(self, tick: int | None) -> str:
        """Why what is shown is not known at a tick, the one that is shown now; empty if it is."""
        model = self.model
        if VIEWS[self.shot.view].tree:
            why = grow(model)
        else:
            missing = model.frame.missing if model.frame is not None else {}
            needs = model.kind.needs if self.shot.view in BY_NAME else ()
            why = next((missing[name] for name in needs if name in missing), "")
        if why:
            self.unknown[-1 if tick is None else tick] = why
        return why

    def _foot(self, caption: str) -> Foot | None:
        ticks = self.model.source.ticks()
        if not len(ticks) or (VIEWS[self.shot.view].whole and not caption and not self.shot.marks):
            return None
        return Foot(int(ticks[0]), int(ticks[-1]), caption, self.shot.marks)


def go_to(app: App, tick: int | None) -> bool:
    """Show a tick of a record; whether it is there.

    Raises:
        InputError: If it can't be read.
    """
    model = app.model
    model.playing.tick = tick
    model.forget("frame", "series")
    settle(app)
    wrong = [one.text for _, one in model.told if one.wrong]
    model.told.clear()
    if wrong and tick is not None and (model.frame is None or model.frame.tick != tick):
        if tick not in model.source.ticks():
            return False
        raise InputError(*wrong[:1])
    return True


def grow(model: Model) -> str:
    """Fetch the tree of life of the tick that is shown; why there is none, or nothing."""
    model.tree = None
    model.source.ask_tree(model.space.name, model.playing.tick, None)
    model.update(model.now + 1.0)
    wrong = [one.text for _, one in model.told if one.wrong]
    model.told.clear()
    return "" if model.tree is not None and model.tree.nodes else (wrong or ["nobody lives"])[0]


def draw(app: App, shot: Shot, foot: Foot | None = None) -> Paper:
    """One picture of what the application shows now."""
    sheet, view, scale = Paper(*shot.size), VIEWS[shot.view], app.model.scale
    app.handle(Event("size", *scale.fit(shot.size)))
    paper = Scaled(sheet, scale)
    paper.fill(paper.rect, palette.PANEL)
    area = paper.rect if foot is None else Rect(0, 0, paper.rect.width, paper.rect.height - HIGH)
    if view.whole:
        app.handle(Event("size", area.width, area.height))
    view.draw(paper, area, app)
    if foot is not None and app.model.frame is not None:
        room = Rect(0, area.bottom, area.width, HIGH)
        draw_foot(paper, room, foot, app.model.frame.tick, app.model)
    return sheet
