"""The tree of those who live, as a table and as files; from a run or a simulation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cyberspace.analysis.phylogeny import export
from cyberspace.analysis.phylogeny.identities import identities
from cyberspace.analysis.phylogeny.kept import tree_at
from cyberspace.analysis.phylogeny.recorded import newest_first
from cyberspace.analysis.phylogeny.tree import Leaves, Tree, together
from cyberspace.api import dataset
from cyberspace.errors import system_errors
from cyberspace.law.state import WorldState
from cyberspace.law.universe import Space, Universe
from cyberspace.record.run_folder import RunFolder

if TYPE_CHECKING:
    from cyberspace.api.dataset import DataFrame


class Phylogeny:
    """Who descends from whom, of all that live at a tick: extinct branches left out, chains of only children folded.

    Args:
        tree: The tree, or the trees: one for each lineage.
        tick: When they live.

    Attributes:
        tree: As arrays, see `cyberspace.analysis.phylogeny.tree.Tree`.
        tick: The tick.
    """

    def __init__(self, tree: Tree, tick: int):
        self.tree, self.tick = tree, tick

    def __len__(self) -> int:
        return len(self.tree)

    @property
    def table(self) -> DataFrame:
        """A row for each node, parents first: cradle, born, parent (row; -1 for none), generation, living, births and distance (of the
        edge to its parent), lineage (row of the first of its lineage)."""
        tree = self.tree
        names = ("cradle", "born", "parent", "generation", "living", "births", "distance")
        return dataset.table({**{name: getattr(tree, name) for name in names}, "lineage": tree.root_of})

    @property
    def lineages(self) -> int:
        """How many of those who began a lineage have somebody alive who descends from them."""
        return len(self.tree.roots)

    @property
    def coalescence(self) -> tuple[int, int] | None:
        """Cradle and tick of birth of the last one from whom all that live descend; None if there is no such one."""
        node = self.tree.common_ancestor()
        return None if node < 0 else (int(self.tree.cradle[node]), int(self.tree.born[node]))

    def newick(self) -> str:
        """In Newick's form, a line for each lineage; branches are as long as the ticks between births."""
        return "\n".join(export.newick(self.tree))

    def to_newick(self, path: str | Path) -> None:
        """Write it in Newick's form.

        Raises:
            InputError: If the file can't be written.
        """
        with system_errors(str(path), "a file that can be written", "another file"):
            export.write_newick(self.tree, Path(path))

    def to_alife(self, path: str | Path) -> None:
        """Write it as CSV in the ALife data standard: id, ancestor_list, origin_time, destruction_time, and columns of ours.

        Raises:
            InputError: If the file can't be written.
        """
        with system_errors(str(path), "a file that can be written", "another file"):
            export.write_alife(self.tree, Path(path))

    def __repr__(self) -> str:
        living = int(np.count_nonzero(self.tree.living))
        return f"<Phylogeny at tick {self.tick:,}: {living:,} alive of {self.lineages:,} lineages, {len(self):,} nodes>"


def living_of(universe: Universe, states: Sequence[WorldState], space: Space | None) -> Leaves:
    """Who lives in a space, or in all, letters under way from there included."""
    numbers = range(len(universe.worlds)) if space is None else space.regions
    found = together([identities(universe.worlds[k], states[k]) for k in numbers])
    mine = found.living
    return Leaves(found.who[mine], found.generation[mine], found.living[mine])


def phylogeny_of(folder: RunFolder, tick: int, states: Sequence[WorldState], space: Space | None, full: bool) -> Phylogeny:
    """The tree of a run at a checkpoint; with `full` that of all births, nothing left out.

    Raises:
        InputError: If the record is damaged.
    """
    leaves = living_of(folder.universe, states, space)
    if full:
        return Phylogeny(export.unfolded(leaves, list(newest_first(folder, tick))), tick)
    return Phylogeny(tree_at(folder, tick, leaves), tick)
