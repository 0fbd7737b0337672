"""Two people in the plaza of a run that goes on: names, signs, chests, land; and the record of what they left."""

import time

import pytest

from render.app import App
from render.attach import open_source
from render.events import Event
from render.freezer import Freezer
from render.left_there import left_at
from render.model import Model
from render.replay import Replay
from tests.render.recording import Recording
from tests.render.serving import serving

WORLD = """
[world]
seed = 7

[spaces.plaza]
kind = "gpu"
plaza = true
backend = "reference"
tokens = 10000
axes.lane = { length = 10 }
axes.warp = { length = 8 }
genesis = "ancestor:learner"
density = 0.3
"""


class Visitor:
    """A viewer on a live run."""

    def __init__(self, run, folder, name):
        self.app = App(Model(open_source(str(run)), Freezer(folder), name=name), (1280, 800), folder)
        self.model, self.paper, self.company = self.app.model, Recording(1280, 800), [self]

    def until(self, holds, what):
        deadline = time.monotonic() + 60
        while not holds():
            assert time.monotonic() < deadline, f"{what}: {[told.text for told in self.model.lines()]}"
            for one in self.company:
                one.app.update(time.monotonic())
            time.sleep(0.01)
        self.app.draw(self.paper)

    def words(self):
        self.paper = Recording(1280, 800)
        self.app.redraw(self.paper)
        self.paper.check_legible()
        return " ".join(self.paper.words)

    def type(self, text):
        for sign in text:
            self.app.handle(Event("key", key=sign, text=sign))
        self.app.handle(Event("key", key="return", text="\r"))

    def at(self, *cell):
        return self.model.plaza.place(0, *cell)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("company"), text=WORLD) as folder:
        yield folder


def test_two_people_meet_in_a_plaza(run, tmp_path):
    ada, bob = Visitor(run, tmp_path, "ada"), Visitor(run, tmp_path, "bob")
    ada.company = bob.company = [ada, bob]
    for one in (ada, bob):
        one.app.do("plaza")
        one.until(lambda one=one: one.model.frame is not None and one.model.things is not None, "a first sight")
    bob.app.do("walk", (1, 0))
    bob.until(lambda: [who.name for who in bob.model.things.people] == ["ada"], "ada")
    ada.until(lambda: [(who.name, who.at) for who in ada.model.things.people] == [("bob", bob.model.plaza.at)], "bob")
    assert "bob is here" in ada.words()

    ada.app.do("hotbar", 5)
    ada.app.do("place_at", ada.at(2, 3))
    ada.type("XOR pays 50, g leaves")
    bob.until(lambda: [(one.text, one.by) for one in bob.model.things.signs] == [("XOR pays 50, g leaves", "ada")], "the sign")
    assert bob.model.plaza is not None and "XOR pays 50, g leaves" in bob.words()

    ada.app.do("hotbar", 7)
    ada.app.do("over")
    ada.app.do("act_at", ada.at(4, 4))
    ada.app.do("place_at", ada.at(6, 7))
    bob.until(
        lambda: [(one.owner, one.low, one.high) for one in bob.model.things.plots] == [("ada", bob.at(4, 4), bob.at(6, 7))],
        "land",
    )
    bob.app.do("hotbar", 1)
    bob.app.do("act_at", bob.at(4, 4))
    bob.until(lambda: any("this land is ada's" in told.text for told in bob.model.lines()), "a refusal")

    bob.app.do("largest", None)
    bob.until(lambda: bob.model.organism is not None or bob.app.do("largest", None), "somebody")
    bob.app.do("copy")
    bob.app.do("hotbar", 6)
    bob.app.do("place_at", bob.at(0, 0))
    ada.until(lambda: len(ada.model.things.chests) == 1, "the chest")
    ada.app.do("open_chest", ada.at(0, 0))
    assert "take out" in ada.words()
    ada.app.do("take_out", (ada.at(0, 0), ada.model.things.chests[0].holds[0][0]))
    before = len(ada.model.acts)
    ada.app.do("place_at", ada.at(5, 5))
    ada.until(lambda: any(told.text.startswith("take:") for told in ada.model.lines()), "an answer")
    assert len(ada.model.acts) in (before, before + 1)  # somebody may live there by now
    ada.app.do("tab", "market")
    ada.until(lambda: ada.model.jobs is not None, "the board")
    ada.words()
    for one in (ada, bob):
        one.app.do("plaza")
        one.model.source.close()

    record = Replay(run)
    left = left_at(record._folder, record.about.spaces[0], None)
    assert [one.text for one in left.signs] == ["XOR pays 50, g leaves"] and [one.owner for one in left.plots] == ["ada"]
    assert not left_at(record._folder, record.about.spaces[0], 0).plots
