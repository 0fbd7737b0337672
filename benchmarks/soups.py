"""The soups that speeds are measured on: a small one after takeover, and larger ones made of copies of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import cyberspace as cs
from cyberspace.law.state import SITE_FIELDS, WorldState
from cyberspace.law.world import World


def world_of(sites: int, task: str = "logic", kind: str = "gpu", units: int = 16) -> World:
    """A world of so many sites in sms of 1,024, whose body has so many units."""
    made = cs.World(seed=1)
    names = {"gpu": ("lane", "warp", "sm"), "cpu": ("lane", "thread", "core")}[kind]
    axes = dict(zip(names, (32, 32, sites // 1024), strict=True))
    made.space("soup", kind=kind, axes=axes, genesis="ancestor:replicator", body={"units": units}).task(task)
    return cs.Simulation(made, backend="reference").universe.worlds[0]


def tiled(sites: int, state: WorldState) -> WorldState:
    """The state of a larger world made of copies of a smaller one's; sms are the slowest axis, so copies are whole sms."""
    times = sites // state.region.sites
    fields = {name: np.tile(getattr(state.region, name), times) for name in (*SITE_FIELDS, "pools")}
    return replace(state, region=replace(state.region, **fields))
