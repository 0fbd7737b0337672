"""Every panel of the viewer with much to show: on made-up runs that go on, and on a record."""

import numpy as np

from render.app import App
from render.events import Event
from render.fields import BY_NAME
from render.frames import Branch as Node
from render.frames import Tree
from render.freezer import Freezer
from render.model import Model
from render.replay import Replay
from render.score import Score
from render.things import Chest, Deal, Person, Plot, Sign, Things
from tests.render.still_life import StillLife, space

PLAZAS = {"strip": {"lane": 20}, "flat": {"warp": 9, "lane": 14}, "solid": {"sm": 4, "warp": 9, "lane": 10}}
WIDE = {"row": 2, "rack": 2, "host": 4, "device": 4, "sm": 4, "warp": 8, "lane": 8}
GOALS = ("NOT", "NAND", "AND", "OR", "AND-NOT", "OR-NOT", "NOR", "XOR", "EQU")


def things(name):
    """All that people can leave."""
    at = (0, 0, 0, 0, 0, 2, 3)
    return Things(
        name, 100, 4,
        (Sign(at, "here be dragons, and whoever walks on is eaten by them at once", "ada"),),
        (Chest((0, 0, 0, 0, 0, 3, 3), ((0, "a long name of an organism", 7, "ada"), (1, "two", 0, ""))),),
        (Plot((0, 0, 0, 0, 0, 4, 4), (0, 0, 0, 0, 0, 6, 6), 3, "ada", 5),),
        (Deal(3, 0, "0110", 50, 12_000, True, 40, "ada"), Deal(2, 1, "101 to be judged", 10, 0, False, 3)),
        (Person("grace", (0, 0, 0, 0, 0, 1, 1)),),
    )  # fmt: skip


class Much(StillLife):
    """A still life with a tree, scores and more tasks."""

    def ask_tree(self, name, tick, founder):
        nodes = [Node(k, 10 * k, k // 2 - (k == 0), 20, 40 - k, (3, 1, 2)) for k in range(24)]
        self.answers.append(Tree(400, tuple(nodes), "24 ancestors of 200 of the living"))

    def ask_series(self, name):
        super().ask_series(name)
        one = self.answers.pop()
        wave = np.sin(one.ticks / 50) + 2
        values = {**one.values, **{f"goal {goal}": wave / (k + 5) for k, goal in enumerate(GOALS)}}
        spread = np.stack([wave * part for part in (0.2, 0.4, 0.5, 0.7, 0.9, 1.1)], axis=1)
        self.answers.append(
            type(one)(one.space, one.ticks, values, (Score("next letter", "bits per letter", "lower", spread),))
        )


def made(name, lengths, plaza, tmp_path, size, live=True, goals=GOALS):
    """An application on a made-up run."""
    from dataclasses import replace

    shown = replace(space(name, lengths, plaza), goals=goals)
    source = Much(shown, live=live)
    source.left = things(name)
    return App(Model(source, Freezer(tmp_path / "freezer")), size, tmp_path)


class Viewer:
    """An application that is driven by keys, and drawn when it is asked for."""

    def __init__(self, app):
        self.app, self.model, self.now = app, app.model, 0.0
        self.turn(6)

    def turn(self, times=2, seconds=0.6):
        for _ in range(times):
            self.now += seconds
            self.app.update(self.now)

    def key(self, *names):
        for name in names:
            self.app.handle(Event("key", key=name))
            self.turn()

    def do(self, action, argument=None):
        self.app.do(action, argument)
        self.turn()

    def point(self):
        """Move the mouse to somebody who lives."""
        alive = self.model.frame.arrays["energy"] > 0
        place = tuple(int(k) for k in np.argwhere(alive)[len(alive) // 2])
        spot = self.app.point_of(place) if self.model.plaza is None else None
        area = self.app.centre_area
        x, y = spot or (area.x + area.width // 2, area.y + area.height // 2)
        self.app.handle(Event("move", x, y))
        self.model.choose(self.model.hover or place)
        self.turn(3)


def everything(tmp_path, finished, size):
    """(name, viewer) of every panel in turn, once what was told is gone; one viewer is used for several."""
    for name, viewer in _everything(tmp_path, finished, size):
        viewer.turn(1, seconds=9)
        yield name, viewer


def _everything(tmp_path, finished, size):
    yield from _world("record", Viewer(App(Model(Replay(finished), Freezer(tmp_path / "kept")), size, tmp_path)), ("story",))
    yield from _world("live", Viewer(made("reef", WIDE, False, tmp_path, size)), ("story", "market"))
    for kind, lengths in PLAZAS.items():
        yield from _plaza(kind, Viewer(made("agora", lengths, True, tmp_path, size)))


def _world(name, viewer, more):
    yield name, viewer
    viewer.point()
    yield f"{name} inspect", viewer
    viewer.key("w", "ctrl+c")
    yield f"{name} follow", viewer
    for tab in ("tree", "freezer", "physics", *more[:1]):
        viewer.do("tab", tab)
        yield f"{name} {tab}", viewer
    viewer.do("tab", "inspect")
    for field in BY_NAME:
        viewer.do("field", field)
        yield f"{name} {field}", viewer
    viewer.do("hide", 4)
    viewer.do("how", 4)
    yield f"{name} hidden axis", viewer
    viewer.key("f1")
    yield f"{name} help", viewer


def _plaza(name, viewer):
    viewer.do("field", "task")
    yield f"{name} outside", viewer
    viewer.key("g")
    viewer.turn(4)
    yield name, viewer
    viewer.point()
    yield f"{name} inspect", viewer
    for tab in ("jobs", "market", "chest", "physics"):
        viewer.do("tab", tab)
        viewer.model.chosen = (0, 0, 0, 0, 0, 3, 3)
        viewer.turn(3)
        yield f"{name} {tab}", viewer
    viewer.key("z", "z")
    yield f"{name} closer", viewer
    viewer.key("6")
    viewer.do("write_name")
    yield f"{name} name", viewer
    viewer.key("escape", "f1")
    yield f"{name} help", viewer
