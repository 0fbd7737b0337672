"""sense: what every organism perceives before it thinks."""

from __future__ import annotations

from typing import Any

import numpy as np

from cyberspace.law.state import Region
from cyberspace.law.world import MAX_ENERGY, Moment, World
from organisms.body import MESSAGE, SIGNAL

ENERGY_BITS = MAX_ENERGY.bit_length() + 1
"""Gifts may lift a holder above the cap until it pays."""


def bit_length(xp: Any, value: Any) -> Any:
    """Bits of each number from 0 to 2^ENERGY_BITS - 1, int32."""
    bits = xp.zeros(value.shape, dtype=np.int32)
    for k in range(ENERGY_BITS):
        bits = bits + (value >= 1 << k).astype(np.int32)
    return bits


def fit_channels(xp: Any, world: World, channels: Any) -> Any:
    """As many channels as the body senses: the first of the task's, zeros after them; int8 (channels, sites)."""
    have = channels[: world.body.channels]
    missing = xp.zeros((world.body.channels - have.shape[0], world.sites), dtype=np.int8)
    return xp.concatenate([have, missing], axis=0)


def look(xp: Any, region: Region, now: Moment) -> tuple[Any, Any]:
    """Whether each site's partner is inhabited, bool (sites,), and its messages, int8 (2, sites), at the end of the last tick."""
    partner = xp.maximum(now.partner, 0)
    met = (now.partner >= 0) & region.alive[partner]
    return met, xp.where(met, region.activity[MESSAGE : MESSAGE + 2][:, partner], 0)


def sense(xp: Any, world: World, region: Region, now: Moment, seen: tuple[Any, Any], channels: Any, answer_now: Any) -> Any:
    """Inputs of every brain, int8 (senses + units, sites): the senses, then the last activities.

    `seen` is what is known of the partner: from `look`, or from a letter.
    """
    full = xp.ones(world.sites, dtype=np.int8)
    met, heard = seen
    rows = [
        full * np.int8(SIGNAL),
        (8 * bit_length(xp, region.energy)).clip(0, 127),
        full * xp.asarray(now.sense_axis).clip(0, 127).astype(np.int8),
        met * np.int8(SIGNAL),
        heard[0],
        heard[1],
        region.payoff,
        full * xp.asarray(SIGNAL * answer_now).astype(np.int8),
    ]
    senses = xp.stack([row.astype(np.int8) for row in rows])
    return xp.concatenate([senses, fit_channels(xp, world, channels), region.activity], axis=0)
