"""A source without a run: spaces full of made-up organisms, which notes what it is asked to do."""

import numpy as np

from cyberspace.law.physics import NUMBERS
from render.about import About, AxisAbout, NumberAbout, SpaceAbout
from render.board import Giver, Job, Jobs
from render.frames import Acted, Frame, Organism, Series
from render.things import Things

NAMES = ("row", "rack", "host", "device", "sm", "warp", "lane")


def space(name, lengths, plaza=True, first_site=0):
    axes = tuple(
        AxisAbout(axis, lengths.get(axis, 1), *((2 ** (7 - k), 2 ** (6 - k)) if axis in lengths else ()))
        for k, axis in enumerate(NAMES)
    )
    physics = tuple(NumberAbout(one.key, one.start, one.unit, one.meaning) for one in NUMBERS)
    return SpaceAbout(name, "gpu", axes, goals=("NOT", "XOR"), physics=physics, plaza=plaza, first_site=first_site)


class StillLife:
    """As `render.frames.Frames`."""

    def __init__(self, *spaces, live=True, seed=0):
        self.about = About("still life", 0, spaces, live=live, acts=True, leaves=True)
        self.left, self.stands = Things(spaces[0].name, 100), None
        self.random = np.random.default_rng(seed)
        self.arrays = {space.name: self._make(space) for space in spaces}
        self.story, self.sought = None, []
        self.tick, self.answers, self.acts, self.controls, self.queries = 100, [], [], [], []

    def _make(self, space):
        alive = self.random.random(space.shape) < 0.6
        return {
            "energy": np.where(alive, self.random.integers(1, 900, space.shape), 0).astype(np.int32),
            "founder": self.random.integers(1, 12, space.shape).astype(np.uint32),
            "born": self.random.integers(0, 100, space.shape).astype(np.int32),
            "distance": self.random.integers(-1, 40, space.shape).astype(np.int16),
            "performed": self.random.integers(0, 4, space.shape).astype(np.uint32),
            "heard": self.random.integers(-127, 128, (*space.shape, 1)).astype(np.int8),
            "learned": self.random.random(space.shape).astype(np.float32),
            "kin": self.random.choice(np.array([0, 0x4444444444444444]), space.shape),
            "copier": self.random.integers(0, 16, space.shape).astype(np.uint8),
            "rule": np.zeros(space.shape, np.uint8),
            "answers": self.random.integers(0, 256, space.shape).astype(np.uint8),
            "blocks": np.where(self.random.random(space.shape) < 0.2, self.random.integers(1, 4, space.shape), 0).astype(
                np.uint8
            ),
        }

    def ticks(self):
        return np.zeros(0, dtype=np.int64)

    def ask_frame(self, query):
        self.queries.append(query)
        arrays = {**self.arrays[query.space], "alive": self.arrays[query.space]["energy"] > 0}
        missing = {name: "not told" for name in query.names if name not in arrays}
        self.answers.append(
            Frame(query.space, self.tick, {name: arrays[name] for name in query.names if name in arrays}, missing)
        )

    def ask_organism(self, space, place, tick):
        arrays = self.arrays[space]
        fields = {"energy": int(arrays["energy"][place]), "founder": int(arrays["founder"][place]), "cradle": 1, "born": 2}
        fields["alive"] = int(arrays["energy"][place] > 0)
        brain = {
            "genome": self.random.integers(-8, 8, 536).astype(np.int8),
            "weights": self.random.integers(-128, 128, (16, 32)).astype(np.int8),
            "activity": self.random.integers(-127, 128, 16).astype(np.int8),
        }
        account = {"energy": fields["energy"], "sunlight": 4, "soil": 0, "upkeep": 3, "copy": 10, "move": 2, "spore_above": 120,
                   "cap": 3000, "payoff": 0, "reproduces": True, "moves": True}  # fmt: skip
        self.answers.append(Organism(space, place, self.tick, fields, brain, account=account))

    def ask_identity(self, space, who):
        self.ask_organism(space, (0,) * 7, None)

    def ask_line(self, space, who, place, tick, founder=None):
        self.ask_organism(space, place, None)

    def ask_series(self, space):
        ticks = np.arange(0, 500, dtype=np.int64)
        curve = np.sin(ticks / 50) + 2
        names = ("alive", "heredity", "held", "pools", "goal NOT", "goal XOR")
        self.answers.append(Series(space, ticks, dict.fromkeys(names, curve / 4)))

    def ask_tree(self, space, tick, founder):
        pass

    def ask_story(self):
        if self.story is not None:
            self.answers.append(self.story)

    def ask_clade(self, who):
        self.sought.append(who)

    def ask_everywhere(self, tick):
        pass

    def ask_jobs(self, space):
        giver = Giver(0, (7, 90), (0, 0, 0, 0, 0, 0, 3), 5, "01100000", 12, ((6, 70), (5, 60)))
        job = Job(0, "table", "0110", 50, 88)
        hand = Job(1, "hand", "101 to be judged", 10, 5)
        judged = Giver(1, (9, 95), (0, 0, 0, 0, 0, 0, 4), 6, "11100000", 0)
        self.answers.append(Jobs(space, self.tick, 1000, 4400, (4, 2), (job, hand), (giver, judged), (giver,)))

    def ask_things(self, space, name, at, tick):
        self.answers.append(self.left)
        self.stands = name, at

    def control(self, do, ticks=1, rate=0):
        self.controls.append((do, ticks, rate))

    def act(self, kind, **keys):
        self.acts.append((kind, keys))
        self.answers.append(Acted(len(self.acts) - 1, kind, self.tick, "done", True, keys.get("space", ""), 0))

    def poll(self):
        answers, self.answers = self.answers, []
        return answers

    def close(self):
        pass
