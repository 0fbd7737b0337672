"""The tree of those who live, found slowly: everybody is followed to the first of the lineage, birth by birth."""

import numpy as np

from cyberspace.analysis.lineages import key
from cyberspace.analysis.phylogeny.identities import identities
from cyberspace.analysis.phylogeny.kept import read
from cyberspace.analysis.phylogeny.tree import Leaves, together
from cyberspace.api.records import births_of
from cyberspace.record.run_folder import open_run
from cyberspace.record.taken import states_at, ticks_of


def slow_tree(leaves, rows):
    """By identity of each node: that of its parent, births and loci on the edge; from a table of births, (births, 5)."""
    parents = {(site, tick): ((parent, born), distance) for tick, site, parent, born, distance in np.asarray(rows).tolist()}
    kept = {
        (int(who) & (2**31 - 1), (int(who) >> 31) - 1): int(left)
        for who, left in zip(leaves.who, leaves.generation, strict=True)
    }
    children, first = {}, set()
    for one, left in kept.items():
        while left and one in parents:
            children.setdefault(parents[one][0], set()).add(one)
            one, left = parents[one][0], left - 1
        first.add(one)
    nodes = {*kept, *first, *(one for one, below in children.items() if len(below) > 1)}
    found = {}
    for node in nodes:
        one, births, loci = node, 0, 0
        while one not in first and (one == node or one not in nodes):
            one, births, loci = parents[one][0], births + 1, loci + parents[one][1]
        found[node] = (one if births else None, births, loci)
    return found


def as_found(tree):
    """A `Tree` in the form of `slow_tree`."""
    ids = list(zip(tree.cradle.tolist(), tree.born.tolist(), strict=True))
    above = [ids[parent] if parent >= 0 else None for parent in tree.parent]
    return dict(zip(ids, zip(above, tree.births.tolist(), tree.distance.tolist(), strict=True), strict=True))


def leaves_of(identities):
    """Leaves of (cradle, born, generation), all alive."""
    rows = np.array(sorted(identities, key=lambda one: (one[1], one[0])), dtype=np.int64).reshape(-1, 3)
    return Leaves(key(rows[:, 0], rows[:, 1]), rows[:, 2], np.ones(len(rows), dtype=bool))


def check_tree(path):
    """The tree that a run has kept is that of its whole table of births, and everybody who lives is in it."""
    folder = open_run(path)
    tick = ticks_of(folder)[-1]
    states = states_at(folder, tick)
    pairs = zip(folder.universe.worlds, states, strict=True)
    leaves = together([identities(world, state) for world, state in pairs])
    kept = read(folder, tick)
    assert kept is not None
    rows = births_of(folder.record, [space.name for space in folder.universe.spaces])
    assert as_found(kept) == slow_tree(leaves, rows[rows[:, 0] < tick])
    alive = sum(int(state.region.alive.sum()) for state in states)
    assert alive <= kept.living.sum() <= len(leaves.who)
    assert (kept.children[~kept.kept & (kept.parent >= 0)] > 1).all()
    return kept, rows
