"""What is asked for, and painted, for the views of a window, one after the other: a run gives those who watch little of its time."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from render.chronicle import Chronicle
from render.fields import needs
from render.frames import Frame, Frames, Query
from render.pace import Playing
from render.painter import Subject
from render.view import View

ASK_SECONDS, LOOK_SECONDS, PATIENCE = 1 / 120, 0.5, 8.0
"""Least time between two frames of a live run, of a growing record, and until one asks again for what did not come."""


class Looker(Protocol):
    """Whoever has views; `render.model.Model` is one."""

    source: Frames
    view: View
    playing: Playing
    chronicle: Chronicle
    now: float

    @property
    def views(self) -> list[View]:
        """All of them; `view` is the one in hand."""


class Looking:
    """Frames of all views: of a live run one is under way at a time, and views take turns.

    Attributes:
        under_way: The view that waits for the answer to its query; None if none does.
    """

    def __init__(self) -> None:
        self.under_way: View | None = None
        self._since, self._new = -np.inf, False

    def forget(self, view: View) -> None:
        """Ask for a view at once."""
        view.query = None
        if self.under_way is view:
            self.under_way = None

    def ask(self, model: Looker) -> None:
        """Ask for the frame of the view whose turn it is: what nobody asked for before comes first, then who waited longest.

        What was never asked for takes the place of a look for something newer that is under way.
        """
        live, now = model.source.about.live, model.now
        asks = [(view, query_of(model, view)) for view in model.views if not view.universe]
        fresh = [(view, query) for view, query in asks if query != view.query]
        waits = self.under_way in model.views and live and now - self._since < PATIENCE
        if waits and self._new:
            fresh = [one for one in fresh if one[0] is self.under_way]
        rest = ASK_SECONDS if live else LOOK_SECONDS
        due = [(v, q) for v, q in asks if now - v.asked >= (rest if live or q.tick is None else np.inf)]
        chosen = fresh or ([] if waits else due)
        if chosen:
            view, query = min(chosen, key=lambda one: one[0].asked)
            view.asked, view.query = now, query
            self.under_way, self._since, self._new = view, now, bool(fresh)
            model.source.ask_frame(query)

    def take(self, model: Looker, frame: Frame) -> None:
        """Give a frame to the views that asked for it."""
        took = [view for view in model.views if view.query is not None and view.query == frame.query]
        if frame.query is None or (self.under_way is not None and self.under_way.query == frame.query):
            took, self.under_way = took or [self.under_way or model.view], None
        for view in took:
            if frame.space == view.space.name and is_due(model, view, frame.tick):
                view.stale = view.stale or view.frame is None or not _same(model, frame, view.frame)
                view.frame = frame

    def paint(self, model: Looker) -> None:
        """Go on with the picture of the view in hand, and begin another if it must be."""
        view, frame = model.view, model.view.frame
        if view.universe:
            return
        if (view.stale or view.painter.moved(view.camera)) and frame is not None and fits(view, frame):
            live = model.source.about.live
            subject = Subject(view.kind, frame, view.projection, view.context, view.space, model.chronicle, view.camera, live)
            view.stale = view.stale and not view.painter.begin(subject, model.now)
        view.picture = view.painter.turn() or view.picture


def query_of(model: Looker, view: View) -> Query:
    """What a view needs; of a live run only the places that it shows."""
    at = tuple((axis, cut.place) for axis, cut in view.projection.hidden.items() if cut.how == "slice")
    names = tuple(dict.fromkeys((*needs(view.kind, view.space), *model.chronicle.needs)))
    if view.plaza is not None:
        names = tuple(dict.fromkeys((*names, "energy", "founder", "answers", "performed")))
    sliced = model.source.about.live and view.plaza is None
    return Query(view.space.name, names, model.playing.tick, at if sliced else ())


def fits(view: View, frame: Frame) -> bool:
    """Whether a frame holds all places that the projection shows; one that was asked for before may not."""
    hidden, shape = view.projection.hidden, view.space.shape
    whole = [axis for axis in range(len(shape)) if axis not in hidden or hidden[axis].how != "slice"]
    return all(values.shape[axis] == shape[axis] for values in frame.arrays.values() for axis in whole)


def is_due(model: Looker, view: View, tick: int) -> bool:
    """Whether a frame is shown: of a live run only every so many-th tick."""
    if view.frame is None or not model.source.about.live:
        return True
    return not view.frame.tick < tick < view.frame.tick + model.playing.every


def _same(model: Looker, one: Frame, other: Frame) -> bool:
    """Whether two frames are the same; those of a live run are if they are one."""
    tellers = [(frame.tick, frame.arrays.keys(), frame.missing) for frame in (one, other)]
    return one is other or (not model.source.about.live and tellers[0] == tellers[1])
