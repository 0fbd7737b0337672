"""People who leave things at random: as `tests.crowd`, with signs, chests and fenced land, in the names of several."""

import numpy as np

from cyberspace.acts.notebook import Notebook
from cyberspace.acts.perform import perform
from cyberspace.record.journal import Entry
from cyberspace.wire.protocol import check_act
from tests.crowd import Crowd

NAMES = ("", "ada", "bob")


class Leavers(Crowd):
    """Draws acts; `apply` does one with what it must know, and takes note of it."""

    kinds = (*Crowd.kinds, "sign", "store", "take", "fence")
    weights = (*Crowd.weights, 3, 3, 3, 1)

    def __init__(self, world, seed):
        super().__init__(world, seed)
        self.notebook, self.number = Notebook(), 0

    def draw(self, ground):
        """The next act, checked, as it would come over the wire."""
        act = {key: value for key, value in self.act(ground).items() if key not in ("act", "happened")}
        name = NAMES[self.rng.integers(len(NAMES))]
        return act if act["kind"] in ("fund", "pay") else check_act({**act, "by": name or act.get("by", "")})

    def do_one(self, ground, tick):
        """One act on a ground, without a journal: its kind, and whether it was done."""
        drawn = self.act(ground)
        act = self.notebook.known({**drawn, "by": NAMES[self.rng.integers(len(NAMES))] or drawn.get("by", "")}, self.world)
        happened = perform(ground, self.world, tick, self.number, act)
        self.notebook.note(Entry(self.number, tick, act), happened)
        self.remember(self.number, act, happened)
        self.number += 1
        return act["kind"], happened["done"]

    def _sign(self, ground):
        return {"site": self._site(), "text": ("", "XOR pays", "keep out")[self.rng.integers(3)]}

    def _store(self, ground):
        at = np.array([self._site() - self.world.first_site])
        return {"site": self._chest(), "name": "one", "genome": ground.look("genome", at)[:, 0].tolist(), "weights": None}

    def _chest(self):
        return int(self.world.first_site + self.rng.integers(3))

    def _take(self, ground):
        chest = self._chest()
        held = [one["n"] for one in self.notebook.chests.get(chest, [])] or [0]
        item = held[self.rng.integers(len(held))]
        return {"site": chest, "item": item, "to": self._site(), "energy": int(self.rng.integers(1, 400))}

    def _fence(self, ground):
        at = self.world.lattice.coordinates(self._site() - self.world.first_site)
        other = np.minimum(
            at + np.where(np.array(self.world.lattice.near_shape) > 1, 2, 0), np.array(self.world.lattice.near_shape) - 1
        )
        sites = (int(self.world.lattice.site(one) + self.world.first_site) for one in (at, other))
        corners = {**dict(zip(("site", "to"), sites, strict=True)), "place": int(self.rng.integers(3, 8))}
        return {**corners, "by": NAMES[self.rng.integers(1, 3)], "clear": bool(self.rng.random() < 0.6)}
