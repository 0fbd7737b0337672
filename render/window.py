"""The one door to pygame (the package pygame-ce): a window as a canvas, and its events.

Only display and font are initialised: a viewer needs no sound, and servers have none.
"""

from __future__ import annotations

import os
import sys
import time
from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray

from cyberspace.errors import InputError, problem
from render import palette
from render.app import App
from render.canvas import NORMAL, Picture, Point, Rect, font_file, gather
from render.events import Event
from render.palette import rgb
from render.panels.centre import named
from render.panels.world import sight
from render.scaled import Scaled, in_units

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
os.environ.setdefault("SDL_WINDOWS_DPI_AWARENESS", "permonitorv2")  # pixels are the display's own, not blown up

try:
    import pygame
except ImportError:  # an extra; told when a window is asked for
    pygame = None  # type: ignore[assignment]

FPS = 60

SETTLED, IDLE = 0.5, 0.1
"""Seconds after the last change from which a turn is made only when something happens, or after so many seconds."""

LABELS = 4000
"""Rendered texts that are kept."""

SYMBOLS = "+-=?.,[]/"
"""Keys that are named by what they type."""

UNSEEN = ("dummy", "offscreen", "evdev", "KMSDRM", "kmsdrm")
"""Drivers that SDL falls back to where there is no display."""


def check_pygame() -> None:
    """Check that the right package is there.

    Raises:
        InputError: If it is missing, or shadowed by the old one.
    """
    if pygame is None:
        raise InputError(problem("pygame", "no such package", "pygame-ce", "pip install 'cyberspace[view]'"))
    if not getattr(pygame, "IS_CE", 0):
        got = f"the old package pygame {getattr(getattr(pygame, 'version', None), 'ver', '')}".strip()
        cure = "pip uninstall -y pygame pygame-ce && pip install pygame-ce"
        raise InputError(problem("pygame", got, "pygame-ce, which has the same name", cure))


def is_seen() -> bool:
    """Whether there is a display that somebody sees."""
    named = os.environ.get("SDL_VIDEODRIVER")
    if named is not None:
        return named not in UNSEEN
    return sys.platform != "linux" or bool({"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys())


class Window:
    """A window to draw on, as `render.canvas.Canvas`.

    Args:
        size: (width, height) in pixels.
        title: Its title.

    Raises:
        InputError: If there is no pygame-ce or no display.
    """

    def __init__(self, size: tuple[int, int], title: str):
        check_pygame()
        asked = "SDL_VIDEODRIVER" in os.environ
        try:
            if not asked and not is_seen():
                raise pygame.error("neither DISPLAY nor WAYLAND_DISPLAY is set")
            pygame.display.init()
            if not asked and pygame.display.get_driver() in UNSEEN:
                raise pygame.error(f"only the driver {pygame.display.get_driver()}")
            pygame.font.init()
            self._screen = pygame.display.set_mode(_within_desktop(size), pygame.RESIZABLE)
        except pygame.error as error:
            pygame.display.quit()
            cure = "a desktop, or ssh -X, or pictures without a window: cyberspace film RUN --out view.png"
            raise InputError(problem("display", f"none ({error})", "a display to open a window on", cure)) from None
        pygame.display.set_caption(title)
        pygame.key.set_repeat(300, 40)
        self._labels: OrderedDict[tuple[str, str, int, bool], pygame.Surface] = OrderedDict()
        self._fonts: dict[tuple[int, bool], pygame.font.Font] = {}
        self._mouse = (0, 0)
        self._held: set[int] = set()
        self._early: list[pygame.event.Event] = []
        self._exposed = True

    @property
    def rect(self) -> Rect:
        """All of it."""
        return Rect(0, 0, *self._screen.get_size())

    def clip(self, rect: Rect | None) -> None:
        """Draw only inside a rectangle."""
        self._screen.set_clip(None if rect is None else (rect.x, rect.y, rect.width, rect.height))

    def fill(self, rect: Rect, colour: str) -> None:
        """A filled rectangle."""
        self._screen.fill(rgb(colour), (rect.x, rect.y, rect.width, rect.height))

    def box(self, rect: Rect, colour: str, width: int = 1) -> None:
        """The outline of a rectangle."""
        pygame.draw.rect(self._screen, rgb(colour), (rect.x, rect.y, rect.width, rect.height), width)

    def line(self, points: list[Point], colour: str, width: int = 1) -> None:
        """A line through points."""
        if width == 1:
            pygame.draw.aalines(self._screen, rgb(colour), False, points)
        else:
            pygame.draw.lines(self._screen, rgb(colour), False, points, width)

    def polygon(self, points: list[Point], colour: str) -> None:
        """A filled polygon."""
        pygame.draw.polygon(self._screen, rgb(colour), points)

    def circle(self, centre: Point, radius: float, colour: str, width: int = 0) -> None:
        """A disc, or a circle of a width."""
        pygame.draw.aacircle(self._screen, rgb(colour), centre, radius, width)

    def text(self, x: float, y: float, words: str, colour: str, size: int = NORMAL, bold: bool = False) -> int:
        """One line of text; its width."""
        label = self._label(words, colour, size, bold)
        self._screen.blit(label, (x, y))
        return int(label.get_width())

    def width(self, words: str, size: int = NORMAL, bold: bool = False) -> int:
        """Width of a line of text."""
        return int(self._font(size, bold).size(words)[0])

    def image(self, picture: Picture, target: Rect, left: float, top: float, zoom: float) -> None:
        """Part of a picture, as palette indices."""
        inside, seen = gather(picture, target, left, top, zoom)
        if inside.width and inside.height:
            surface = pygame.image.frombuffer(seen, (inside.width, inside.height), "P")
            surface.set_palette(picture.table)
            self._screen.blit(surface, (inside.x, inside.y))

    def pixels(self) -> NDArray[np.uint8]:
        """What is seen, (height, width, 3)."""
        return np.ascontiguousarray(pygame.surfarray.array3d(self._screen).swapaxes(0, 1))

    def events(self) -> list[Event]:
        """What the user did since; never waits."""
        early, self._early = self._early, []
        found = [self._event(event) for event in (*early, *pygame.event.get())]
        return [event for event in found if event is not None]

    def wait(self, seconds: float) -> None:
        """Sleep until the user does something, or for so many seconds."""
        event = pygame.event.wait(round(1000 * seconds))
        if event.type != pygame.NOEVENT:
            self._early.append(event)

    def flip(self, changed: bool = True) -> None:
        """Show what was drawn, if anything was, or if the screen has lost what was shown."""
        if changed or self._exposed:
            pygame.display.flip()
            self._exposed = False

    def close(self) -> None:
        """Close the window."""
        pygame.display.quit()

    def _font(self, size: int, bold: bool) -> pygame.font.Font:
        if (size, bold) not in self._fonts:
            self._fonts[size, bold] = pygame.font.Font(font_file(bold), size)
        return self._fonts[size, bold]

    def _label(self, words: str, colour: str, size: int, bold: bool) -> pygame.Surface:
        key = (words, colour, size, bold)
        label = self._labels.pop(key, None)
        if label is None:
            label = self._font(size, bold).render(words, True, rgb(colour))
            if len(self._labels) >= LABELS:
                self._labels.popitem(last=False)
        self._labels[key] = label
        return label

    def _event(self, event: pygame.event.Event) -> Event | None:
        kind = event.type
        if kind in (pygame.MOUSEMOTION, pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
            self._mouse = event.pos
        x, y = self._mouse
        self._exposed = self._exposed or kind in (pygame.WINDOWEXPOSED, pygame.WINDOWRESTORED, pygame.WINDOWSHOWN)
        if kind == pygame.QUIT:
            return Event("quit")
        if kind == pygame.WINDOWSIZECHANGED:
            return Event("size", event.x, event.y)
        if kind == pygame.KEYUP:
            self._held.discard(event.key)
        if kind == pygame.KEYDOWN:
            again = event.key in self._held
            self._held.add(event.key)
            return Event("key", x, y, key=key_name(event.key, event.mod, event.unicode), again=again, text=event.unicode)
        if kind == pygame.MOUSEMOTION:
            return Event("move", x, y)
        if kind in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
            name = {1: "left", 2: "middle", 3: "right"}.get(event.button)
            return Event("down" if kind == pygame.MOUSEBUTTONDOWN else "up", x, y, button=name) if name else None
        if kind == pygame.MOUSEWHEEL:
            return Event("wheel", x, y, dx=event.precise_x, dy=event.precise_y)
        if kind == pygame.MULTIGESTURE and abs(event.pinched) > 0.002:
            return Event("wheel", x, y, dy=40 * event.pinched)
        return None


def _within_desktop(size: tuple[int, int]) -> tuple[int, int]:
    """A size that the first desktop has room for; the driver "dummy" has room for any."""
    sizes = pygame.display.get_desktop_sizes()
    if not sizes or pygame.display.get_driver() in UNSEEN:
        return size
    return min(size[0], sizes[0][0]), min(size[1], sizes[0][1])


def key_name(key: int, mods: int, typed: str) -> str:
    """What the table of keys calls a key."""
    name: str = pygame.key.name(key).replace(" ", "_").removeprefix("keypad_").strip("[]") or typed
    if typed in SYMBOLS and typed and not mods & (pygame.KMOD_CTRL | pygame.KMOD_META):
        return typed
    shift = "shift+" if mods & pygame.KMOD_SHIFT and len(name) == 1 else ""
    ctrl = "ctrl+" if mods & (pygame.KMOD_CTRL | pygame.KMOD_META) else ""
    return f"{ctrl}{shift}{name.lower()}"


def turn(window: Window, app: App) -> bool:
    """One turn: events, time, drawing; whether anything happened."""
    scale = app.model.scale
    events = in_units(scale, window.events(), (window.rect.width, window.rect.height))
    for event in events:
        app.handle(event)
    for _, panel, view, box in named(app.model, app.centre):
        view.painter.sight, view.painter.factor = sight(box) if panel == "middle" else None, scale.factor
    app.update(time.monotonic())
    changed = app.draw(Scaled(window, scale))
    window.flip(changed)
    return changed or bool(events)


def show(app: App, size: tuple[int, int], turns: int | None = None, fps: int = FPS) -> None:
    """Open a window on an application until the user leaves it (or for so many turns)."""
    window = Window(size, f"cyberspace: {app.model.source.about.title}")
    try:
        app.grab = window.pixels
        window.fill(window.rect, palette.SPACE)
        pace, happened = pygame.time.Clock(), time.monotonic()
        while not app.model.over and (turns is None or turns > 0):
            if turn(window, app) or app.model.playing.on:
                happened = time.monotonic()
            pace.tick(fps)
            if time.monotonic() - happened > SETTLED:
                window.wait(IDLE)
            turns = None if turns is None else turns - 1
    finally:
        app.model.source.close()
        window.close()
