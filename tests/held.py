"""A state in memory that people act on: what an act means without a backend."""

from dataclasses import fields, replace

import numpy as np

from cyberspace.acts.perform import perform
from cyberspace.law.state import TALLY, Region


class Held:
    """A ground, see `cyberspace.acts.ground.Ground`; the state itself is not touched."""

    def __init__(self, state):
        self._state = state
        self._arrays = {field.name: np.array(getattr(state.region, field.name)) for field in fields(Region)}
        self._tally = state.tally.copy()

    def look(self, name, sites=None):
        array = self._arrays[name]
        return array if sites is None else array[..., sites]

    def put(self, name, values, sites=None):
        self._arrays[name][... if sites is None else (..., sites)] = values

    def flow(self, name, amount):
        self._tally[TALLY.index(name)] += amount

    def state(self):
        arrays = {name: array.copy() for name, array in self._arrays.items()}
        return replace(self._state, region=Region(**arrays), tally=self._tally.copy())


def apply(world, state, acts):
    """The state after some acts at its tick, and what happened at each."""
    ground, first = Held(state), int(state.tally[TALLY.index("acts")])
    happened = [perform(ground, world, state.tick, first + k, act) for k, act in enumerate(acts)]
    return ground.state(), happened
