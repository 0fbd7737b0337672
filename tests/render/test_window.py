"""The real window: with mouse and keys under Xvfb where that is installed, and with posted events under SDL's dummy driver.

The pictures that it takes are kept in runs/window.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from render import attach, window
from render.app import App
from render.events import Event
from render.fields import indices
from render.frames import Frame, Query
from render.freezer import Freezer
from render.model import Model
from render.replay import Replay
from tests.render.serving import serving, until, wait_until
from tests.render.still_life import StillLife, space

SIZE = (1280, 800)
PICTURES = Path(__file__).parents[2] / "runs" / "window"


@pytest.fixture
def dummy(monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")


@pytest.fixture
def opened(dummy, tmp_path):
    """Opens a window on a source."""
    windows = []

    def open_on(source, size=SIZE):
        app = App(Model(source, Freezer(tmp_path / "freezer")), size, tmp_path)
        made = window.Window(size, "test")
        app.grab = made.pixels
        windows.append(made)
        for _ in range(3):
            window.turn(made, app)
        return made, app

    yield open_on
    for made in windows:
        made.close()


def post(*events):
    """Post events as SDL would; (name, attributes)."""
    for name, attributes in events:
        window.pygame.event.post(window.pygame.event.Event(getattr(window.pygame, name), attributes))


def press(made, app, key, mod=0, unicode=""):
    post(("KEYDOWN", {"key": key, "mod": mod, "unicode": unicode, "scancode": 0}))
    post(("KEYUP", {"key": key, "mod": mod, "unicode": unicode, "scancode": 0}))
    for _ in range(3):
        window.turn(made, app)


def click(made, app, x, y, button=1):
    attributes = {"pos": (x, y), "rel": (0, 0), "buttons": (0, 0, 0), "touch": False}
    post(("MOUSEMOTION", attributes), ("MOUSEBUTTONDOWN", {"pos": (x, y), "button": button}))
    post(("MOUSEBUTTONUP", {"pos": (x, y), "button": button}))
    for _ in range(3):
        window.turn(made, app)


def test_what_the_window_shows_is_what_the_camera_says(opened, finished):
    made, app = opened(Replay(finished))
    pixels, picture = made.pixels(), app.model.picture
    for place in [(0, 0, 0, 0, 1, 2, 3), (0, 0, 0, 0, 0, 5, 15)]:
        x, y = app.point_of(place)
        row, column = app.model.projection.cell_of(place)
        assert tuple(pixels[y, x]) == picture.table[picture.indices[row, column]]


def test_posted_events_do_what_the_user_would(opened, finished):
    pygame = window.pygame
    made, app = opened(Replay(finished))
    alive = app.model.frame.arrays["energy"] > 0
    place = tuple(int(k) for k in np.argwhere(alive)[5])
    click(made, app, *app.point_of(place))
    assert app.model.organism.place == place
    press(made, app, pygame.K_2, unicode="2")
    assert app.model.kind.name == "energy"
    press(made, app, pygame.K_COMMA, unicode=",")
    assert app.model.frame.tick == 200
    press(made, app, pygame.K_F1)
    assert app.model.help
    press(made, app, pygame.K_ESCAPE)
    zoom = app.model.camera.zoom
    post(("MOUSEWHEEL", {"x": 0, "y": 1, "precise_x": 0.0, "precise_y": 1.0, "flipped": False, "touch": False}))
    window.turn(made, app)
    assert app.model.camera.zoom > zoom
    post(("WINDOWSIZECHANGED", {"x": 1000, "y": 700}))
    window.turn(made, app)
    assert app.areas["right"].right == 1000
    press(made, app, pygame.K_q, mod=pygame.KMOD_CTRL)
    assert app.model.over


def test_a_trackpad_pans_and_pinches(opened, finished):
    made, app = opened(Replay(finished))
    x, y = app.point_of((0, 0, 0, 0, 0, 3, 3))
    post(("MOUSEMOTION", {"pos": (x, y), "rel": (0, 0), "buttons": (0, 0, 0), "touch": False}))
    window.turn(made, app)
    left, zoom = app.model.camera.left, app.model.camera.zoom
    post(("MOUSEWHEEL", {"x": 1, "y": 0, "precise_x": 0.7, "precise_y": 0.1, "flipped": False, "touch": False}))
    window.turn(made, app)
    assert app.model.camera.left > left and app.model.camera.zoom == zoom
    post(("MULTIGESTURE", {"pinched": 0.05, "x": 0.5, "y": 0.5, "rotated": 0.0, "num_fingers": 2, "touch_id": 1}))
    window.turn(made, app)
    assert app.model.camera.zoom > zoom


def test_the_same_panels_stand_in_the_window_as_on_paper(opened, finished):
    from render.paper import Paper

    made, app = opened(Replay(finished))
    paper = Paper(*SIZE)
    app.redraw(paper)
    app.redraw(made)
    differs = (np.abs(paper.pixels.astype(int) - made.pixels().astype(int)).max(axis=2) > 40).mean()
    assert differs < 0.02  # text is rendered by two libraries


def test_no_sound_is_opened(opened, finished):
    opened(Replay(finished))
    assert window.pygame.mixer.get_init() is None
    assert not window.pygame.joystick.get_init()


@pytest.mark.parametrize(("typed", "key", "mod", "name"), [
    ("+", "K_PLUS", 0, "+"), ("?", "K_SLASH", "KMOD_SHIFT", "?"), ("Z", "K_z", "KMOD_SHIFT", "shift+z"), ("", "K_z", "KMOD_CTRL", "ctrl+z"),
    ("", "K_z", "KMOD_META", "ctrl+z"), ("", "K_PAGEUP", 0, "page_up"), (" ", "K_SPACE", 0, "space"), ("7", "K_KP7", 0, "7"),
    ("[", "K_LEFTBRACKET", 0, "["), ("", "K_LEFT", 0, "left"), ("", "K_F1", 0, "f1"),
])  # fmt: skip
def test_keys_are_named_as_in_the_table(dummy, typed, key, mod, name):
    pygame = window.pygame
    pygame.display.init()
    assert window.key_name(getattr(pygame, key), getattr(pygame, mod) if mod else 0, typed) == name


def test_a_large_world_is_drawn_exactly(opened):
    made, app = opened(StillLife(space("plain", {"warp": 1024, "lane": 1024})))
    model = app.model
    for event in (None, Event("wheel", 600, 300, dy=9), Event("wheel", 500, 250, dy=-6)):
        if event is not None:
            app.handle(event)
        wait_until(
            lambda: (window.turn(made, app), not model.view.painter.busy and not model.view.painter.moved(model.camera))[1],
            "paint",
        )
        whole = indices(model.kind, model.frame, model.projection, model.context)
        pixels, picture = made.pixels(), model.picture
        assert picture.indices.size < whole.size
        for x, y in ((500, 200), (611, 333), (700, 400)):
            row, column = model.projection.cell_of(app.place_at(x, y))
            assert picture.at(row, column) == whole[row, column]
            assert tuple(pixels[y, x]) == picture.table[whole[row, column]]


needs_display = pytest.mark.skipif(
    shutil.which("Xvfb") is None or shutil.which("xdotool") is None, reason="Xvfb and xdotool are not installed"
)


class Desktop:
    """A screen of its own, with a mouse and a keyboard."""

    def __init__(self):
        read, write = os.pipe()
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
            pass_fds=(write,), stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(write)
        with os.fdopen(read) as told:
            self.name = f":{told.readline().strip()}"
        self.environment = {**os.environ, "DISPLAY": self.name}
        self.environment.pop("SDL_VIDEODRIVER", None)

    def tool(self, *arguments):
        return subprocess.run(
            ["xdotool", *map(str, arguments)], env=self.environment, capture_output=True, text=True, timeout=60, check=False
        ).stdout

    def open(self, what, pictures):
        """Open the viewer; it stands when it takes a picture."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        command = [str(Path(sys.executable).parent / "cyberspace"), "view", str(what), "--no-tour", "--pictures", str(pictures)]
        self.viewer = subprocess.Popen(command, env=self.environment, stderr=subprocess.PIPE, text=True)

        def stands():
            assert self.viewer.poll() is None, self.viewer.stderr.read()
            self.key("p")
            return list(pictures.glob("*.png"))

        wait_until(stands, "a picture")

    def key(self, *keys):
        for key in keys:
            self.tool("key", key)
            time.sleep(0.4)

    def click(self, x, y, button=1):
        self.tool("mousemove", x, y)
        time.sleep(0.15)
        self.tool("click", button)
        time.sleep(0.4)

    def close(self):
        for process in (getattr(self, "viewer", None), self.server):
            if process is not None and process.poll() is None:
                process.terminate()
                process.wait(20)


@pytest.fixture
def desktop():
    found = Desktop()
    yield found
    found.close()


def newest_picture(folder, before):
    """The first new picture that is there as a whole."""

    def taken():
        for path in sorted(set(folder.glob("*.png")) - before):
            try:
                with Image.open(path) as picture:
                    picture.load()
                    return path
            except (OSError, SyntaxError):  # it is being written
                continue
        return None

    return wait_until(taken, "a picture")


@needs_display
def test_mouse_and_keys_on_a_real_window_change_the_world(desktop, tmp_path):
    with serving(tmp_path) as run:
        mine = attach.open_source(str(run))
        app = App(Model(mine, Freezer(tmp_path / "freezer")), SIZE, tmp_path)  # knows where things stand
        desktop.environment["XDG_DATA_HOME"] = str(tmp_path)
        desktop.open(run, tmp_path)
        desktop.key("g", "e")
        app.do("plaza")
        wait_until(lambda: (app.update(time.monotonic()), app.model.picture is not None)[1], "a picture")
        agora = app.model.space
        from render.plaza import flat, scene

        cell = scene.view_of(app.centre_area)

        where = {place: flat.cell_of(cell, app.model.plaza, place) for place in [(0, 0, 0, 0, 0, 2, 3), (0, 0, 0, 0, 0, 5, 6)]}
        assert agora.name == "agora"
        desktop.key("3")
        for box in where.values():
            desktop.click(box.x + 20, box.y + 20, button=3)

        def blocks(places=tuple(where)):
            mine.ask_frame(Query("agora", ("blocks",)))
            found = until(mine.poll, Frame).arrays["blocks"]
            return [int(found[place]) for place in places]

        def taken_back(place):
            """Whether soil that is placed and at once taken back is gone: not if somebody moved in meanwhile, seldom in a slow world."""
            box = flat.cell_of(cell, app.model.plaza, place)
            desktop.click(box.x + 20, box.y + 20, button=3)
            wait_until(lambda: blocks([place]) == [2], "soil")
            desktop.key("ctrl+z")
            deadline = time.monotonic() + 10
            while blocks([place]) != [0] and time.monotonic() < deadline:
                time.sleep(0.1)
            return blocks([place]) == [0]

        def stands(*expected):
            """Wait until the world holds these blocks."""
            wait_until(lambda: blocks() == list(expected), f"blocks {expected}")

        def paused(expected):
            """Wait until the run stands still, or goes on."""
            wait_until(lambda: (blocks(), mine.about.paused == expected)[1], "a pause" if expected else "an end of the pause")

        stands(2, 2)
        before = set(tmp_path.glob("*.png"))
        desktop.key("p")
        shutil.copy(newest_picture(tmp_path, before), PICTURES / "plaza.png")
        mine.control("pace", rate=20)
        assert any(taken_back((0, 0, 0, 0, 0, 6, lane)) for lane in (1, 2, 3, 7, 8))
        mine.control("pace", rate=0)
        desktop.key("g", "space")
        paused(True)
        desktop.key("space", "k", "l")
        before = set(tmp_path.glob("*.png"))
        desktop.key("p")
        picture = newest_picture(tmp_path, before)
        shutil.copy(picture, PICTURES / "reef.png")
        assert len(np.unique(np.asarray(Image.open(picture)).reshape(-1, 3), axis=0)) > 50
        paused(False)
        desktop.key("ctrl+q")
        assert desktop.viewer.wait(60) == 0
        mine.close()


@needs_display
def test_a_record_is_replayed_in_a_real_window(desktop, finished, tmp_path):
    desktop.environment["XDG_DATA_HOME"] = str(tmp_path)
    desktop.open(finished, tmp_path)
    for keys, name in ((("l",), "record"), (("y",), "tree"), (("F1",), "help")):
        desktop.key(*keys)
        before = set(tmp_path.glob("*.png"))
        desktop.key("p")
        shutil.copy(newest_picture(tmp_path, before), PICTURES / f"{name}.png")
    desktop.viewer.terminate()
    assert desktop.viewer.wait(60) == 0, "a signal closes the window"
