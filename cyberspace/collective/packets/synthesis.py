"""What a site makes of the packets that reached it: neighbours in fingerprint, weighted by nearness and by how sure they are.

This is k-nearest-neighbour regression (Cover and Hart 1967; Nadaraya and Watson 1964), with the weights of a random-effects
meta-analysis (DerSimonian and Laird 1986), shrunk twice: toward no effect, by the prior; and by how well each packet of the inbox
is foretold by the others (leave one out), for where fingerprints tell nothing, neighbours tell nothing either.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Middle = Callable[[Floats, Floats], Floats]
TINY = 1e-12
HALF, FEW = 0.5, 3


@dataclass(frozen=True)
class Inbox:
    """What reached some sites: k places a site, of which some may be empty.

    Attributes:
        distance: Between the fingerprints of site and packet, shape (sites, k).
        action: Shape (sites, k, numbers).
        effect: Shape (sites, k).
        error: Standard errors of the effects, shape (sites, k).
        there: Whether a place holds a packet, shape (sites, k).
    """

    distance: Floats
    action: Floats
    effect: Floats
    error: Floats
    there: NDArray[np.bool_]


@dataclass(frozen=True)
class Advice:
    """What the packets say to each site.

    Attributes:
        action: Shape (sites, numbers).
        effect: Expected gain over the default, shape (sites,).
        error: Its standard error.
        skill: Share of each packet's action that the others foretell, 0 to 1.
    """

    action: Floats
    effect: Floats
    error: Floats
    skill: Floats


def advise(inbox: Inbox, width: float, prior: float, robust: bool = False) -> Advice:
    """Advice from an inbox.

    Args:
        inbox: What reached the sites.
        width: Distance of fingerprints over which outcomes stay alike (the kernel's standard deviation).
        prior: Standard deviation of effects before any packet came.
        robust: Weighted medians in place of means, and nobody's word counts for more than the median word:
            holds while less than half of the weight lies.
    """
    near = np.where(inbox.there, np.exp(-0.5 * (inbox.distance / width) ** 2), 0.0)
    error = np.where(inbox.there, inbox.error, np.inf)
    if robust:
        error = np.maximum(error, _median(np.where(inbox.there, inbox.error, 0.0), inbox.there.astype(float))[:, None])
    between = _between(inbox.effect, error, inbox.there)
    sure = near / (error**2 + between[:, None] + TINY)
    total = sure.sum(1)
    middle = _median if robust else _mean
    action = np.stack([middle(inbox.action[..., k], near) for k in range(inbox.action.shape[2])], axis=1)
    skill = _skill(inbox, near, action, middle)
    effect = middle(inbox.effect, sure) * total / (total + 1 / prior**2) * skill
    return Advice(action, effect, 1 / np.sqrt(total + 1 / prior**2), skill)


def _mean(values: Floats, weights: Floats) -> Floats:
    total = weights.sum(1)
    return np.asarray((values * weights).sum(1) / np.maximum(total, TINY))


def _median(values: Floats, weights: Floats) -> Floats:
    """Weighted median along the second axis."""
    order = np.argsort(values, axis=1)
    passed = np.cumsum(np.take_along_axis(weights, order, 1), axis=1)
    at = (passed >= HALF * passed[:, -1:]).argmax(1)
    return np.asarray(np.take_along_axis(np.take_along_axis(values, order, 1), at[:, None], 1)[:, 0])


def _between(effect: Floats, error: Floats, there: NDArray[np.bool_]) -> Floats:
    """Variance between the packets of a site beyond their own errors (DerSimonian and Laird's moment estimate)."""
    weight = np.where(there, 1 / (error**2 + TINY), 0.0)
    total, count = weight.sum(1), there.sum(1)
    mean = _mean(np.where(there, effect, 0.0), weight)
    spread = (weight * (np.where(there, effect, 0.0) - mean[:, None]) ** 2).sum(1)
    scale = total - (weight**2).sum(1) / np.maximum(total, TINY)
    return np.asarray(np.maximum(0.0, (spread - (count - 1)) / np.maximum(scale, TINY)))


def _skill(inbox: Inbox, near: Floats, action: Floats, middle: Middle) -> Floats:
    """Share of the way from the default to each packet's action that the others foretell, 0 to 1; 0 for fewer than three.

    Where gain falls with the square of the distance to what is best, this is the share of the gain that advice brings.
    """
    count = inbox.there.sum(1)
    left_out = count / np.maximum(count - 1, 1)  # what a packet weighs itself in the middle of all
    wrong = ((inbox.action - action[:, None]) ** 2).sum(2) * left_out[:, None] ** 2
    size = (inbox.action**2).sum(2)
    share = 1 - middle(wrong, near) / np.maximum(middle(size, near), TINY)
    return np.where(count >= FEW, np.clip(share, 0.0, 1.0), 0.0)
