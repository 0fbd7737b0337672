"""A community with a known truth: sites whose problems are alike where their contexts are, so that what helps whom can be counted.

What is best at a site is a smooth function of its context (random Fourier features: Rahimi and Recht 2007), of mean zero over the
community, so that no action helps everybody; a score falls with the square of the distance to what is best.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cyberspace.collective.packets.fingerprint import fingerprints
from cyberspace.collective.packets.routers.lattice import grid

Floats = NDArray[np.float64]
CONTEXT, ACTION, FEATURES = 5, 8, 64
SMOOTH = 0.35
"""Standard deviation of the frequencies: contexts a distance of 1 apart want actions that differ by about a third."""

WAVES = 2
"""Longest waves along each axis that contexts are made of, where neighbours are alike."""


@dataclass(frozen=True)
class Community:
    """Sites, and what is best at each.

    Attributes:
        prints: Fingerprints, shape (sites, 64).
        best: The best action of each, as a difference from the default, shape (sites, ACTION).
        noise: Standard deviation of one measurement of a score.
    """

    prints: NDArray[np.int8]
    best: Floats
    noise: float

    def gain(self, sites: NDArray[np.int64] | slice, action: Floats) -> Floats:
        """True gain of actions over the default at sites; actions have shape (sites, ..., ACTION)."""
        best = self.best[sites]
        shape = best.shape[:1] + (1,) * (action.ndim - 2) + best.shape[1:]
        best = best.reshape(shape)
        return np.asarray((best**2).sum(-1) - ((action - best) ** 2).sum(-1))


def community(sites: int, seed: int, alike: float = 0.5, noise: float = 2.0) -> Community:
    """A community on a lattice.

    Args:
        sites: How many; as many of them as fill a lattice of near-even edges.
        seed: Of contexts and truth.
        alike: Share of the variance of contexts that neighbours on the lattice have in common, 0 to 1.
        noise: Standard deviation of a measurement; scores have one of about 3.
    """
    draws = np.random.default_rng(seed)
    shape = grid(sites)
    field = _field(shape, draws)
    own = draws.standard_normal(field.shape)
    context = np.sqrt(alike) * field + np.sqrt(1 - alike) * own
    frequency = SMOOTH * draws.standard_normal((CONTEXT, FEATURES))
    waves = np.sin(context @ frequency + draws.uniform(0, 2 * np.pi, FEATURES))
    best = waves @ draws.standard_normal((FEATURES, ACTION))
    best -= best.mean(0)
    prints = fingerprints([f"context {number}" for number in range(CONTEXT)], context)
    return Community(prints, best / best.std(0), noise)


def _field(shape: tuple[int, int, int], draws: np.random.Generator) -> Floats:
    """Contexts that change slowly over a lattice on curled axes, shape (sites, CONTEXT), each of variance 1."""
    at = np.stack([axis.ravel() / length for axis, length in zip(np.indices(shape), shape, strict=True)], axis=1)
    waves = np.stack([axis.ravel() for axis in np.indices((2 * WAVES + 1,) * 3)], axis=1) - WAVES
    angle = 2 * np.pi * at @ waves.T
    parts = np.concatenate([np.cos(angle), np.sin(angle)], axis=1)
    field = parts @ draws.standard_normal((parts.shape[1], CONTEXT))
    return np.asarray((field - field.mean(0)) / field.std(0))
