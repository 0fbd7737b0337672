"""What amphibians.toml measures: lineages that live on both sides of the beach, and the reciprocal transplant over it."""

from functools import lru_cache

import numpy as np

from cyberspace.analysis import ecology, transplant
from cyberspace.api.living import space_named

REEF, SHORE = "reef", "shore"


def _amphibians(run):
    """Ticks that each amphibian lineage lived on both sides, by its mark; longest first."""
    return ecology.amphibians(run.universe, run.record, REEF, SHORE) or {}


def lineages(run):
    """How many lineages were amphibians."""
    return len(_amphibians(run))


def longest(run):
    """Ticks of the longest life of a lineage on both sides; None without an amphibian."""
    return next(iter(_amphibians(run).values()), None)


def living(run):
    """Share of those who live at the end that belong to an amphibian lineage."""
    marks = np.concatenate([np.asarray(state.region.founder)[np.asarray(state.region.alive)] for state in run.states()[1]])
    return float(np.isin(marks, list(_amphibians(run))).mean()) if len(marks) else None


@lru_cache(maxsize=1)
def _growth(run):
    """Growth at home and away, ln(after / before) per 1,000 ticks, float (2, 2): origin, place; reef first.

    Of the regions at the beach, the first of each space, whether there is a beach or not; not a number where nobody lives in one of them.
    """
    states = run.states()[1]
    first = [space_named(run.universe, name).first_region for name in (REEF, SHORE)]
    sides = [(run.universe.worlds[k], states[k]) for k in first]
    if not all(state.region.alive.any() for _, state in sides):
        return np.full((2, 2), np.nan)
    return transplant.reciprocal(sides).mean(axis=2)


def _told(number):
    """A rate, or None: where all died there is none."""
    return float(number) if np.isfinite(number) else None


def reef_in_reef(run):
    """Growth of organisms of the reef in the reef."""
    return _told(_growth(run)[0, 0])


def reef_on_shore(run):
    """Growth of organisms of the reef on the shore."""
    return _told(_growth(run)[0, 1])


def shore_in_reef(run):
    """Growth of organisms of the shore in the reef."""
    return _told(_growth(run)[1, 0])


def shore_on_shore(run):
    """Growth of organisms of the shore on the shore."""
    return _told(_growth(run)[1, 1])


def local_in_reef(run):
    """How much better the reef's own grow there than those of the shore (Kawecki and Ebert, Ecology Letters 7:1225, 2004)."""
    growth = _growth(run)
    return _told(growth[0, 0] - growth[1, 0]) if np.isfinite(growth[:, 0]).all() else None


def local_on_shore(run):
    """The same of the shore."""
    growth = _growth(run)
    return _told(growth[1, 1] - growth[0, 1]) if np.isfinite(growth[:, 1]).all() else None
