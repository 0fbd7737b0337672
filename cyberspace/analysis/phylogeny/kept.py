"""The tree that a run keeps as it goes, and the file that holds it.

At every tick at which something is recorded, rank 0 has the births of all regions since the last such tick and who lives, and folds
them into the tree when there are many, or a checkpoint is written.  The file is written after each checkpoint.  It holds nothing that
the table of births does not tell, so it is never relied on: a run that starts where the file is not, and a tree in which somebody is
missing (people can bring back to life whom they erased), fold the table itself, once, and come to the same tree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.lineages import rows_of
from cyberspace.analysis.phylogeny.folding import fold
from cyberspace.analysis.phylogeny.recorded import births, folded
from cyberspace.analysis.phylogeny.tree import EMPTY, Leaves, Tree, together
from cyberspace.errors import InputError
from cyberspace.record.checkpoint import manifest_of, name_of
from cyberspace.record.run_folder import RunFolder

FILE = "phylogeny.npz"
"""In a run's folder."""

NAMES = tuple(one.name for one in fields(Tree))


MANY = 4
"""So many births for each of those who live are folded at once, at least, so that a birth costs the same however many live."""


class Kept:
    """The tree of a run that goes on.

    Args:
        folder: The run.
        tick: Where it starts.
    """

    def __init__(self, folder: RunFolder, tick: int):
        self._folder, self.tick = folder, tick
        self.tree = EMPTY if tick == 0 else read(folder, tick)
        self._since: list[NDArray[np.int32]] = []
        self._now: tuple[int, Sequence[Leaves]] = (tick, ())
        self._lost = False

    def note(self, tick: int, leaves: Sequence[Leaves], rows: Sequence[NDArray[np.int32]]) -> None:
        """Who must be in the tree at a tick, and all births since the last one: parts of `SpanResult`, (births, 5)."""
        self._now = tick, leaves
        self._since += rows
        if sum(map(len, self._since)) >= MANY * max(2**16, sum(len(one.who) for one in leaves)):
            self.grow()

    def grow(self) -> None:
        """Fold all births that were told; where the table of births is needed and damaged, there is no tree any more."""
        tick, leaves = self._now
        if tick == self.tick or self._lost:
            self._since = []
            return
        now, since = together(leaves), births(np.concatenate(self._since).astype(np.int64))
        tree = None if self.tree is None else fold(now, since, self.tree.rows)
        try:
            if tree is None or (self.tree is not None and missing(tree, self.tree)):
                tree = folded(now, self._folder, self.tick, since)
        except InputError:
            tree, self._lost = None, True
        self.tree, self.tick, self._since = tree, tick, []

    def save(self, digest: str) -> None:
        """Write the file, all of it or nothing, for the checkpoint of this digest.

        Raises:
            OSError: If the disk is full or fails.
        """
        self.grow()
        if self.tree is None:
            return
        path = self._folder.path / FILE
        begun = path.with_name(f".{FILE}")
        arrays = {name: getattr(self.tree, name) for name in NAMES}
        with begun.open("wb") as file:
            np.savez(file, tick=self.tick, digest=digest, **arrays)
        begun.replace(path)


def read(folder: RunFolder, tick: int) -> Tree | None:
    """The tree that a run has kept with a checkpoint; None if it has not, or the file is damaged."""
    try:
        digest = manifest_of(folder.checkpoints / name_of(tick))["digest"]
        with np.load(folder.path / FILE, allow_pickle=False) as file:
            if int(file["tick"]) != tick or str(file["digest"]) != digest:
                return None
            return Tree(*(file[name] for name in NAMES))
    except (InputError, OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None


def missing(tree: Tree, before: Tree) -> bool:
    """Whether somebody in a tree has parents whom an earlier tree has dropped."""
    roots = tree.roots[tree.generation[tree.roots] > 0]
    return bool((rows_of(before.who, tree.who[roots]) < 0).any())


def tree_at(folder: RunFolder, tick: int, leaves: Leaves) -> Tree:
    """The tree of some of those who live at a checkpoint of a run: out of the tree that it keeps, else out of its table of births.

    Raises:
        InputError: If the record is damaged.
    """
    known = read(folder, tick)
    if known is not None:
        found = fold(leaves, known.rows)
        if not missing(found, known):
            return found
    return folded(leaves, folder, tick)
