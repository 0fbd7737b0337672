"""The application: where panels stand, what events do, and what is drawn anew.  Knows no device; `render.window` is one."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from cyberspace.errors import InputError
from render import film, palette, sighting
from render.about import Place
from render.actions import ACTIONS
from render.areas import areas_of, centre_of
from render.camera import fitted
from render.canvas import Canvas, Rect
from render.events import Event, Held
from render.keys import action_of
from render.layout import Split
from render.model import Model
from render.panels.centre import divider_at, draw_dividers, draw_title, fit_all, named, view_at
from render.panels.history import History
from render.panels.left import Left
from render.panels.over import OVER, draw_over
from render.panels.panel import Hot, Panel
from render.panels.right import Right
from render.panels.scrolled import Scrolled, Turns
from render.panels.timelines import Timelines
from render.panels.top import Top
from render.panels.universe import Universe
from render.panels.world import Middle, aimed, sight
from render.plaza import scene
from render.plaza.handling import typed
from render.plaza.side import Side
from render.plaza.visiting import PLAZA_ACTIONS, leaves
from render.tour import watch

REPEATED = ("pan", "zoom", "step", "cut_step", "brush", "walk", "climb")
"""Actions that a key held down does again and again; toggles are done once."""

ACTS_OF = {"left": "act_at", "right": "place_at"}
"""What a button of the mouse does at a place of a plaza."""

SLACK = 4
"""Pixels that a click may wander."""

Grab = Callable[[], NDArray[np.uint8]]


class App:
    """The viewer.

    Args:
        model: What is shown.
        size: (width, height) of the window.
        pictures: Folder for screenshots and films.
    """

    def __init__(self, model: Model, size: tuple[int, int], pictures: Path):
        self.model, self.pictures, self._size = model, pictures, size
        self._panels: dict[str, Panel] = {
            "top": Top(), "left": Scrolled(Left()), "right": Scrolled(Right()), "story": History(), "bottom": Timelines(),
            "middle": Middle(), "plaza": scene.Scene(), "universe": Universe(), "side": Scrolled(Side(), 620),
        }  # fmt: skip
        self._stamps: dict[str, Hashable] = {}
        self._hots: dict[str, list[Hot]] = {}
        self._held: Held | None = None
        self._dragged: tuple[Split, Rect] | None = None
        self.drawn, self.grab = 0, cast("Grab | None", None)
        self._filmed: int | None = None
        self._own: dict[str, Callable[..., None]] = {
            "pan": lambda by: sighting.drag(self.model, self.centre_area, *by),
            "zoom": lambda by: sighting.zoom_middle(self.model, self.centre_area, by),
            "centre": lambda _: sighting.centre_on(self.model, self.centre_area, self.model.chosen),
            "screenshot": lambda _: self._screenshot(),
            "film": lambda _: self._film(),
        }

    @property
    def areas(self) -> dict[str, Rect]:
        """Where each panel stands."""
        return areas_of(self._size, self.model.plaza is not None) | {
            name: box for name, _, _, box in named(self.model, self.centre)
        }

    @property
    def centre(self) -> Rect:
        """Where the views stand."""
        return centre_of(self._size)

    @property
    def centre_area(self) -> Rect:
        """Where the view in hand is drawn."""
        return next(box for _, _, view, box in named(self.model, self.centre) if view is self.model.view)

    def update(self, now: float) -> None:
        """Let time go on, in seconds."""
        self.model.update(now)
        watch(self.model)
        for _, panel, view, box in named(self.model, self.centre):
            if view.plaza is not None and view.frame is not None:
                view.plaza.remember(view.frame)
            if view.camera is None and panel == "middle":
                view.camera = fitted(sight(box), view.projection.size)
        if self.model.following and self.model.organism is not None and not self.model.view.universe:
            sighting.keep_in_sight(self.model, self.centre_area, self.model.organism.place)

    def draw(self, canvas: Canvas) -> bool:
        """Draw what has changed; whether anything has."""
        changed, model, held = False, self.model, self.model.view
        shown = {name: (panel, view) for name, panel, view, _ in named(model, self.centre)}
        areas = self.areas
        self._stamps = {name: stamp for name, stamp in self._stamps.items() if name in areas}
        for name, area in areas.items():
            panel, view = shown.get(name, (name, held))
            with model.at(view):
                mine = (id(view), view is held, len(shown)) if name in shown else ()
                stamp = (area, model.help, model.tour.stamp(), mine, self._panels[panel].stamp(model))
                if self._stamps.get(name) == stamp:
                    continue
                self._stamps[name], changed = stamp, True
                canvas.clip(area)
                self._hots[name] = self._panels[panel].draw(canvas, area, model)
                if name in shown:
                    canvas.clip(area)
                    self._hots[name] += draw_title(canvas, area, model, view is held)
                canvas.clip(None)
            self.drawn += 1
        if changed:
            draw_dividers(canvas, self.centre, model)
            self._lines(canvas)
            if draw_over(canvas, self.model, self.areas, self._hots):
                self.redraw(canvas)
        self._note_film()
        return changed

    def redraw(self, canvas: Canvas) -> None:
        """Draw everything, whether it has changed or not."""
        self._stamps.clear()
        self.draw(canvas)

    def _lines(self, canvas: Canvas) -> None:
        """Thin lines between panels."""
        top, right, story = (self.areas[name] for name in ("top", "right", "story"))
        sides = Rect(story.x - 1, right.y, 1, right.height), Rect(right.x, right.y, 1, right.height)
        for line in (*sides, Rect(story.x, story.y, story.width, 1), Rect(0, top.bottom - 1, top.width, 1)):
            canvas.fill(line, palette.EDGE)

    def handle(self, event: Event) -> None:
        """Do what an event asks for."""
        self.model.chronicle.point(event.kind, event.x, event.y)
        if event.kind == "quit":
            self.model.over = True
        elif event.kind == "size":
            self._size = (event.x, event.y)
            fit_all(self.model)
            self._stamps.clear()
        elif event.kind == "key" and self.model.writing is not None:
            typed(self.model, event.key, event.text)
        elif event.kind == "key":
            found = action_of(event.key, self.model.plaza is not None)
            if found is not None and (not event.again or found[0] in REPEATED):
                self.do(*found)
        elif self.model.help:
            if event.kind == "down":
                self.do("help")
        elif event.kind == "wheel":
            self._wheel(event)
        else:
            {"down": self._down, "up": self._up, "move": self._move}[event.kind](event)

    def do(self, action: str, argument: object = None) -> None:
        """Do an action by its name."""
        if leaves(self.model, action):
            return
        if action in self._own:
            self._own[action](argument)
        elif action in PLAZA_ACTIONS:
            PLAZA_ACTIONS[action](self.model, argument)
        elif action == "hide" and argument == "axis":
            ACTIONS["hide"](self.model, self.model.axis)
        else:
            ACTIONS[action](self.model, argument)

    def hot_at(self, x: int, y: int) -> Hot | None:
        """What can be clicked at a point."""
        for name in (OVER, *self.areas):
            for hot in reversed(self._hots.get(name, [])):
                if hot.rect.holds(x, y):
                    return hot
        return None

    def place_at(self, x: int, y: int) -> Place | None:
        """The place of the world under a point of the window."""
        return sighting.place_at(self.model, self.centre_area, x, y)

    def point_of(self, place: Place) -> tuple[int, int] | None:
        """A point of the window where a place is seen."""
        return sighting.point_of(self.model, self.centre_area, place)

    def _down(self, event: Event) -> None:
        self._dragged = divider_at(self.model, self.centre, event.x, event.y)
        if self._dragged is not None:
            return
        self.model.focus(view_at(self.model, self.centre, event.x, event.y)[0])
        hot = self.hot_at(event.x, event.y)
        self._held = Held(event.button, (event.x, event.y), (event.x, event.y), hot=hot)
        if hot is not None:
            self.do(hot.action, hot.value(event.x))
            return
        if not self.centre_area.holds(event.x, event.y):
            self._held = None
            return
        place = self.place_at(event.x, event.y)
        if self.model.plaza is not None:
            self._held = None
            if place is not None and event.button in ACTS_OF:
                self.do(ACTS_OF[event.button], place)
        elif event.button == "right" and self.model.carried is not None:
            ACTIONS["paste"](self.model, place)
        elif event.button in ("left", "right") and self.model.tool != "look" and place is not None:
            self._held.painted = set()
            self._paint(place)

    def _paint(self, place: Place) -> None:
        assert self._held is not None and self._held.painted is not None
        if place not in self._held.painted:
            self._held.painted.add(place)
            ACTIONS["paint"](self.model, place)

    def _move(self, event: Event) -> None:
        held = self._held
        if self._dragged is not None:
            self._dragged[0].drag(self._dragged[1], event.x, event.y)
            fit_all(self.model)
            return
        if held is None:
            self._hover(event.x, event.y)
            return
        dx, dy = event.x - held.last[0], event.y - held.last[1]
        held.last = (event.x, event.y)
        held.moved = held.moved or abs(event.x - held.start[0]) + abs(event.y - held.start[1]) > SLACK
        if held.hot is not None:
            if held.hot.slides:
                self.do(held.hot.action, held.hot.value(event.x))
        elif held.painted is not None:
            place = self.place_at(event.x, event.y)
            if place is not None:
                self._paint(place)
        elif held.moved and not self.model.view.universe:
            sighting.drag(self.model, self.centre_area, dx, dy)

    def _hover(self, x: int, y: int) -> None:
        """The place under the mouse is marked in all views of its space."""
        under, box = view_at(self.model, self.centre, x, y)
        with self.model.at(under):
            place = sighting.place_at(self.model, box, x, y)
        for view in self.model.views:
            view.hover = place if view.space.name == under.space.name else None

    def _up(self, event: Event) -> None:
        self._dragged = None
        held, self._held = self._held, None
        if held is None:
            return
        place = self.place_at(event.x, event.y)
        if place is not None and self.model.plaza is None:
            place = aimed(self.model, self.centre_area, event.x, event.y)
        if held.hot is not None:
            if held.hot.drags and held.moved and place is not None:
                ACTIONS["paste"](self.model, place)
        elif not held.moved and held.painted is None and held.button == "left" and place is not None:
            self.do("choose", place)

    def _wheel(self, event: Event) -> None:
        under, box = view_at(self.model, self.centre, event.x, event.y)
        with self.model.at(under):
            if box.holds(event.x, event.y) and under.plaza is not None:
                self.do("closer", 1.2**event.dy)
            elif box.holds(event.x, event.y) and not under.universe:
                if event.dx:
                    sighting.drag(self.model, box, -40 * event.dx, 40 * event.dy)
                elif event.dy:
                    sighting.zoom(self.model, box, 1.2**event.dy, event.x, event.y)
        for name, area in self.areas.items():
            if area.holds(event.x, event.y) and isinstance(panel := self._panels.get(name), Turns):
                panel.wheel(event.dy)

    def _screenshot(self) -> None:
        if self.grab is None:
            return
        path = film.free_name(self.pictures, "cyberspace", ".png")
        try:
            film.write_picture(path, self.grab())
            self.model.tell(f"picture: {path}")
        except InputError as error:
            self.model.tell(error.problems[0], wrong=True)

    def _film(self) -> None:
        """Begin a film, or end it and write it."""
        frames = self.model.filming
        if frames is None:
            self.model.filming, self._filmed = [], None
            self.model.tell("filming; ctrl+P again ends it")
            return
        self.model.filming = None
        path = film.free_name(self.pictures, "cyberspace", film.best_kind())
        try:
            film.write_film(path, frames, rate=20)
            self.model.tell(f"film of {len(frames)} frames: {path}")
        except InputError as error:
            self.model.tell(error.problems[0], wrong=True)

    def _note_film(self) -> None:
        frames, frame = self.model.filming, self.model.frame
        if frames is None or self.grab is None or frame is None or frame.tick == self._filmed:
            return
        if len(frames) >= film.MOST_FRAMES:
            self._film()
            return
        self._filmed = frame.tick
        area = self.model.scale.real(self.centre_area)
        frames.append(self.grab()[area.y : area.bottom, area.x : area.right].copy())
