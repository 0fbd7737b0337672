"""People at random: acts that can mostly be done, and some that can't."""

import numpy as np

from cyberspace.acts.perform import perform
from cyberspace.law.state import VENT
from cyberspace.tasks.job import PLACES
from cyberspace.wire.protocol import check_act


class Crowd:
    """Draws acts from what it sees of a region; remembers what happened, so that it can take things back.

    `weights` of the kinds of acts, in the order of `kinds`.
    """

    kinds = ("fund", "block", "move", "transplant", "erase", "post", "close", "judge", "pay", "undo")
    weights = (1, 5, 4, 3, 1, 2, 1, 1, 3, 4)

    def __init__(self, world, seed):
        self.world, self.rng, self.past = world, np.random.default_rng(seed), []
        chances = np.array(self.weights) / sum(self.weights)
        self._kinds = iter(())
        self._draw = lambda: iter(self.rng.choice(self.kinds, 4096, p=chances).tolist())

    def act(self, ground):
        """The next act, checked, with what an undo must know."""
        kind = next(self._kinds, None)
        if kind is None:
            self._kinds = self._draw()
            kind = next(self._kinds)
        if kind == "undo":
            return self._undo()
        return check_act({"kind": kind, **getattr(self, f"_{kind}")(ground)})

    def remember(self, number, act, happened):
        """Take note of what happened at an act."""
        if happened["done"]:
            self.past = [*self.past[-63:], (number, act, happened)]

    def do(self, ground, tick, number, count):
        """So many acts on a ground; the acts and what happened."""
        done = []
        for k in range(count):
            act = self.act(ground)
            happened = perform(ground, self.world, tick, number + k, act)
            self.remember(number + k, act, happened)
            done.append((act, happened))
        return done

    def _undo(self):
        if not self.past:
            return check_act({"kind": "undo", "of": 0})
        number, act, happened = self.past.pop(int(self.rng.integers(len(self.past))))
        return check_act({"kind": "undo", "of": number}) | {"act": act, "happened": happened}

    def _site(self):
        return int(self.world.first_site + self.rng.integers(self.world.sites))

    def _living(self, ground):
        alive = ground.look("alive")
        for _ in range(8):
            site = self._site()
            if alive[site - self.world.first_site]:
                return site
        return self._site()

    def _who(self, ground):
        at = np.array([self._living(ground) - self.world.first_site])
        return [int(ground.look(name, at)[0]) for name in ("cradle", "born")]

    def _fund(self, ground):
        return {"tokens": int(self.rng.integers(1, 2000))}

    def _block(self, ground):
        sites = {self._site() for _ in range(self.rng.integers(1, 9))}
        block = ("empty", "wall", "soil", "vent", "vent")[self.rng.integers(5)]
        return {"sites": sorted(sites), "block": block, "place": int(self.rng.integers(3))}

    def _move(self, ground):
        return {"site": self._living(ground), "to": self._site()}

    def _transplant(self, ground):
        at = np.array([self._site() - self.world.first_site])
        genome = ground.look("genome", at)[:, 0].tolist()
        weights = ground.look("weights", at).ravel().tolist() if self.rng.random() < 0.5 else None
        wallet = self.world.plaza and bool(self.rng.random() < 0.7)
        return {
            "to": self._site(),
            "genome": genome,
            "weights": weights,
            "energy": int(self.rng.integers(1, 400)),
            "wallet": wallet,
        }

    def _erase(self, ground):
        return {"sites": sorted({self._living(ground) for _ in range(self.rng.integers(1, 4))})}

    def _post(self, ground):
        job = ("table", "bits", "hand")[self.rng.integers(3)]
        about = {
            "place": int(self.rng.integers(3)),
            "job": job,
            "price": int(self.rng.integers(1, 60)),
            "answers": int(self.rng.integers(1, 9)),
        }
        table = ("0011", "1100", "0110", "1111", "0000")[self.rng.integers(5)]
        return about | {"table": table, "inputs": "10", "expected": ("1", "0", "-0", "11111111")[self.rng.integers(4)]}

    def _close(self, ground):
        return {"place": int(self.rng.integers(4))}

    def _judge(self, ground):
        vents = np.flatnonzero((ground.look("block") >= VENT) & ground.look("alive"))
        if not len(vents):
            return {"place": 0, "who": [0, 0], "right": True}
        at = vents[self.rng.integers(len(vents))][None]
        place = (int(ground.look("block", at)[0]) - VENT) % PLACES
        who = [int(ground.look(name, at)[0]) for name in ("cradle", "born")]
        return {"place": place, "who": who, "right": bool(self.rng.random() < 0.6)}

    def _pay(self, ground):
        return {"who": self._who(ground), "tokens": int(self.rng.integers(1, 100))}
