"""A backend: two others side by side, so that the first difference between them stops the run."""

import copy

import numpy as np

from cyberspace import LawBroken
from cyberspace.backends.backend import make_backend
from cyberspace.law.digest import digest


class Twins:
    """A region in numba and the same region in NumPy."""

    def __init__(self, world, state):
        self._fast = make_backend("numba", world, copy.deepcopy(state))
        self._plain = make_backend("reference", world, copy.deepcopy(state))
        self._region = world.region

    def advance(self, ticks):
        """Live so many ticks, at none of which a link opens."""
        return self._same(self._fast.advance(ticks), self._plain.advance(ticks))

    def cross(self, index, opening, due):
        """Live one tick, at which a link opens: what happened, and the letter."""
        (span, letter), (other, same) = self._fast.cross(index, opening, due), self._plain.cross(index, opening, due)
        if bytes(letter) != bytes(same):
            raise LawBroken(f"region {self._region}: two letters at opening {opening}")
        return self._same(span, other), letter

    def _same(self, span, other):
        equal = np.array_equal(span.tally, other.tally) and np.array_equal(span.births, other.births)
        if not equal or digest(self._fast.state()) != digest(self._plain.state()):
            raise LawBroken(f"region {self._region}: numba and NumPy differ before tick {self._plain.state().tick}")
        return span

    def look(self, name, sites=None):
        """One array of the state as it is now."""
        return self._fast.look(name, sites)

    def put(self, name, values, sites=None):
        """Replace one array of the state, or its columns at some sites."""
        self._fast.put(name, values, sites)
        self._plain.put(name, values, sites)

    def flow(self, name, amount):
        """Add to one of the sums."""
        self._fast.flow(name, amount)
        self._plain.flow(name, amount)

    def state(self, *fields):
        """The state, as arrays that are not touched again."""
        return self._fast.state(*fields)
