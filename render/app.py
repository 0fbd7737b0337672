"""The application: where panels stand, what events do, and what is drawn anew.  Knows no device; `render.window` is one."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cyberspace.errors import InputError
from render import film, palette
from render.about import Place
from render.actions import ACTIONS
from render.areas import areas_of
from render.camera import Camera
from render.canvas import Canvas, Rect
from render.events import Event, Held
from render.keys import action_of
from render.model import Model
from render.panels.help import draw_help
from render.panels.history import History
from render.panels.left import Left
from render.panels.panel import Hot, Panel
from render.panels.right import Right
from render.panels.scrolled import Scrolled, Turns
from render.panels.timelines import Timelines
from render.panels.top import Top
from render.panels.world import Middle, aimed, camera_of, sight
from render.plaza import scene
from render.plaza.handling import typed
from render.plaza.side import Side
from render.plaza.visiting import PLAZA_ACTIONS, leaves

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
        self.model, self.pictures = model, pictures
        self._size = size
        self._panels: dict[str, Panel] = {
            "top": Top(), "left": Scrolled(Left()), "right": Scrolled(Right()), "story": History(), "bottom": Timelines(),
            "middle": Middle(), "plaza": scene.Scene(), "side": Scrolled(Side(), 620),
        }  # fmt: skip
        self._stamps: dict[str, Hashable] = {}
        self._hots: dict[str, list[Hot]] = {}
        self._held: Held | None = None
        self.drawn = 0
        self.grab: Grab | None = None
        self._filmed: int | None = None
        self._own: dict[str, Callable[..., None]] = {
            "pan": lambda by: self._drag(*by),
            "zoom": lambda by: self._zoom(by, *self._centre()),
            "centre": lambda _: self._centre_on(self.model.chosen),
            "screenshot": lambda _: self._screenshot(),
            "film": lambda _: self._film(),
        }

    @property
    def areas(self) -> dict[str, Rect]:
        """Where each panel stands."""
        return areas_of(self._size, self.model.plaza is not None)

    @property
    def centre_area(self) -> Rect:
        """Where the world or the plaza is drawn."""
        areas = self.areas
        return areas["middle"] if "middle" in areas else areas["plaza"]

    def update(self, now: float) -> None:
        """Let time go on, in seconds."""
        self.model.update(now)
        if self.model.plaza is not None and self.model.frame is not None:
            self.model.plaza.remember(self.model.frame)
        if self.model.camera is None and self.model.plaza is None:
            camera_of(self.model, self.centre_area)
        if self.model.following and self.model.organism is not None:
            self._keep_in_sight(self.model.organism.place)

    def draw(self, canvas: Canvas) -> bool:
        """Draw what has changed; whether anything has."""
        changed = False
        for name, area in self.areas.items():
            stamp = (area, self.model.help, self._panels[name].stamp(self.model))
            if self._stamps.get(name) == stamp:
                continue
            self._stamps[name], changed = stamp, True
            canvas.clip(area)
            self._hots[name] = self._panels[name].draw(canvas, area, self.model)
            canvas.clip(None)
            self.drawn += 1
        if changed:
            self._lines(canvas)
            if self.model.help:
                draw_help(canvas, canvas.rect)
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
            self._size, self.model.camera = (event.x, event.y), None
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
        for name in self.areas:
            for hot in reversed(self._hots.get(name, [])):
                if hot.rect.holds(x, y):
                    return hot
        return None

    def place_at(self, x: int, y: int) -> Place | None:
        """The place of the world under a point of the window."""
        area = self.centre_area
        if self.model.plaza is not None:
            return scene.place_at(self.model.plaza, area, x, y)
        if not sight(area).holds(x, y):
            return None
        return self.model.projection.place_at(*camera_of(self.model, area).cell(sight(area), x, y))

    def point_of(self, place: Place) -> tuple[int, int] | None:
        """A point of the window where a place is seen."""
        cell = self.model.projection.cell_of(place)
        if cell is None:
            return None
        area = self.centre_area
        box = camera_of(self.model, area).box(sight(area), *cell)
        return box.x + box.width // 2, box.y + box.height // 2

    def _down(self, event: Event) -> None:
        hot = self.hot_at(event.x, event.y)
        self._held = Held(event.button, (event.x, event.y), (event.x, event.y))
        if hot is not None:
            self._held.hot = hot
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
        if held is None:
            self.model.hover = self.place_at(event.x, event.y)
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
        elif held.moved:
            self._drag(dx, dy)

    def _up(self, event: Event) -> None:
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
        if self.centre_area.holds(event.x, event.y) and self.model.plaza is None:
            if event.dx:
                self._drag(-40 * event.dx, 40 * event.dy)
            elif event.dy:
                self._zoom(1.2**event.dy, event.x, event.y)
        elif self.centre_area.holds(event.x, event.y):
            self.do("closer", 1.2**event.dy)
        for name, area in self.areas.items():
            if area.holds(event.x, event.y) and isinstance(panel := self._panels[name], Turns):
                panel.wheel(event.dy)

    def _centre(self) -> tuple[int, int]:
        area = sight(self.centre_area)
        return area.x + area.width // 2, area.y + area.height // 2

    def _zoom(self, factor: float, x: int, y: int) -> None:
        area = self.centre_area
        self._look_through(camera_of(self.model, area).zoomed(sight(area), factor, x, y))

    def _drag(self, dx: float, dy: float) -> None:
        self._look_through(camera_of(self.model, self.centre_area).moved(dx, dy))

    def _look_through(self, camera: Camera) -> None:
        area = self.centre_area
        self.model.camera = camera.kept(sight(area), self.model.projection.size)

    def _centre_on(self, place: Place | None) -> None:
        cell = self.model.projection.cell_of(place) if place is not None else None
        if cell is not None:
            area = self.centre_area
            self.model.camera = camera_of(self.model, area).centred(sight(area), *cell)

    def _keep_in_sight(self, place: Place) -> None:
        point = self.point_of(place)
        if point is None:
            self.model.reveal(place)
        elif not sight(self.centre_area).inset(30).holds(*point):
            self._centre_on(place)

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
