"""What lies in a run's folder at a tick: samples and checkpoints, read while the run may still write.

Samples count only when their coordinate `tick`, written last, is there.  Between samples nothing is known; at a checkpoint every
quantity is.  Nothing in the run's folder is written or removed.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cyberspace.errors import InputError, problem
from cyberspace.law.state import SITE_FIELDS, SPARE, VENT
from cyberspace.record import checkpoint, store
from cyberspace.record.reading import Tables, first_row, open_record, written
from cyberspace.record.run_folder import RunFolder
from cyberspace.record.scores import score_of_each
from organisms.body import ANSWER, MAX_ANSWERS, MESSAGE
from organisms.genome import WEIGHT_PER_ALLELE
from organisms.traits import TRAITS
from render.kinship import COLUMNS, Births, key

LOOK_SECONDS = 0.5
"""How often the folder is looked at for new samples."""

MOST_BIRTHS = 2_000_000
"""Rows of births that are read at once, the newest before the tick in question."""

MESSAGES = 2

MIX = 0x5851F42D4C957F2D
"""Makes marks of identities that differ in few bits differ in many: Knuth's multiplier for 64 bits."""

RAW = {
    "blocks": "block",
    "distance": "cradle and born",
    "learned": "weights and genome",
    "heard": "activity",
    "answers": "activity",
    "score": "memory",
    "ancestor": "cradle and born",
}
"""Fields of the state that quantities of the viewer are made of."""

Values = NDArray[np.generic]
Signature = tuple[tuple[str, int, int], ...]
"""Path, time of the last change, and size of some files."""


def saved_region(path: Path, region: int, name: str) -> Values | None:
    """A quantity of one region in a checkpoint, (sites, components...); None where its world has none of it."""
    part = path / f"{checkpoint.SHARD}{region:06d}" / "state.zarr"
    with checkpoint.held(path):
        try:
            group = store.open_group(part, "r")
            return None if name in SPARE and name not in group else np.moveaxis(store.read(group, name), -1, 0)
        except Exception as error:  # zarr and its codecs raise what they like
            got = f"a file that is missing or was changed ({type(error).__name__})"
            raise InputError(problem(f"{part / name}", got, "what the run wrote", checkpoint.OLDER)) from None


class Stored:
    """The samples, checkpoints and births of a run.

    Args:
        folder: The run's folder.

    Attributes:
        saved: Folders of the checkpoints, by tick.
        root: The record, if there is one.
        damage: What is wrong with it; empty if nothing is.
        looks: How often something new was found; what was read before stays as it is until then.
    """

    def __init__(self, folder: RunFolder):
        self._folder = folder
        self._spaces = {space.name: space for space in folder.universe.spaces}
        self._loci = {space.name: folder.universe.worlds[space.first_region].loci for space in folder.universe.spaces}
        self._looked, self._samples = -np.inf, np.zeros(0, dtype=np.int64)
        self._signed: Signature | None = None
        self.looks = 0
        self.saved: dict[int, Path] = {}
        self.root: Tables | None = None
        self.damage = ""
        self._ticks: tuple[int, NDArray[np.int64]] | None = None
        self._cache: dict[tuple[Path, str, str], Values] = {}
        self._births: tuple[Sequence[tuple[int, int]], Births] | None = None
        self.look()

    def forget(self) -> None:
        """Read everything anew."""
        self._cache.clear()
        self._looked, self._signed = -np.inf, None

    def look(self) -> None:
        """Look for what is new, now and then."""
        if time.monotonic() - self._looked < LOOK_SECONDS:
            return
        self._looked = time.monotonic()
        signed = self._signature()
        if signed == self._signed:
            return
        self._signed, self.looks = signed, self.looks + 1
        folders = checkpoint.checkpoints(self._folder.checkpoints)
        saved = {int(path.name.removeprefix(checkpoint.PREFIX)): path for path in folders}
        if saved != self.saved:
            self.saved = saved
            self._cache = {key: values for key, values in self._cache.items() if key[0] in saved.values()}
        self.damage = ""
        try:
            self.root, self._samples = open_record(self._folder.record), np.zeros(0, dtype=np.int64)
            if self.root is not None:
                last = list(self._spaces)[-1]  # the space that is written last
                self._samples = written(self.root.column(f"{last}/fields/tick"))
        except InputError as error:  # its checkpoints may be whole
            self.root, self.damage = None, str(error)

    def _signature(self) -> Signature:
        """What changes when something is kept: the checkpoints that are there, and the files of the samples' ticks, written last."""
        last = list(self._spaces)[-1]
        counted = sorted((self._folder.record / last / "fields" / "tick").rglob("*"))
        files = [self._folder.record, *sorted(self._folder.record.glob("*.json")), *counted, self._folder.checkpoints]
        found = []
        for path in files:
            try:
                about = path.stat()
            except OSError:  # it has just gone
                continue
            found.append((str(path), about.st_mtime_ns, about.st_size))
        return tuple(found)

    def ticks(self) -> NDArray[np.int64]:
        """Ticks of complete samples and of checkpoints."""
        self.look()
        if self._ticks is None or self._ticks[0] != self.looks:
            self._ticks = self.looks, np.union1d(self._samples, np.array(list(self.saved), dtype=np.int64))
        return self._ticks[1]

    @property
    def samples_kin(self) -> bool:
        """Whether every sample tells who is alike by genome."""
        return self.root is not None and all(f"{space}/fields/kin" in self.root for space in self._spaces)

    def samples(self) -> NDArray[np.int64]:
        """Ticks of complete samples."""
        self.look()
        return self._samples

    def before(self, tick: int | None) -> int | None:
        """The newest checkpoint that is not after a tick, else the oldest."""
        known = sorted(self.saved)
        return next((t for t in reversed(known) if tick is None or t <= tick), known[0] if known else None)

    def why(self, name: str) -> str:
        """Why a quantity is not there between checkpoints."""
        where = ", ".join(f"{saved:,}" for saved in self.saved) or "none yet"
        return f"{RAW.get(name.split()[0], name)} not in this sample: name it in record.fields, or go to a checkpoint (tick {where})"

    def quantity(self, space: str, name: str, tick: int) -> Values | None:
        """A quantity of the viewer at a tick, (axes of space..., components...)."""
        if name in SITE_FIELDS:
            return self.field(space, name, tick)
        if name == "blocks":
            block = self.field(space, "block", tick)
            return None if block is None else np.minimum(block, VENT)
        if name in TRAITS:
            return self._trait(space, name, tick)
        if name.startswith("ancestor "):
            return self._ancestor(space, int(name.split()[1]), tick)
        made = {
            "heard": self._heard,
            "answers": self._answered,
            "distance": self._distance,
            "learned": self._learned,
            "score": self._score,
        }
        return made[name](space, tick) if name in made else None

    def field(self, space: str, name: str, tick: int) -> Values | None:
        """A field of the state at a tick, (axes of space..., components...); None if it is not there."""
        at = int(np.searchsorted(self._samples, tick))
        if self.root is not None and at < len(self._samples) and self._samples[at] == tick:
            path = f"{space}/fields/{name}"
            if path in self.root:
                return self.root.column(path)[at]
        if tick not in self.saved:
            return None
        key = self.saved[tick], space, name
        if key not in self._cache:
            parts = [saved_region(key[0], region, name) for region in self._spaces[space].regions]
            found = [part for part in parts if part is not None]
            if len(found) < len(parts):  # all regions of a space are alike
                return None
            values = np.stack(found)
            self._cache[key] = values.reshape(*self._spaces[space].lattice.shape, *values.shape[2:])
        return self._cache[key]

    def first_site(self, space: str) -> int:
        """Number, in the universe, of the first site of a space."""
        return int(self._folder.universe.worlds[self._spaces[space].first_region].first_site)

    def births(self, first: int, last: int) -> Births:
        """Births in all spaces from one tick to another, at most `MOST_BIRTHS` of the newest of each."""
        if self.root is None:
            return Births(np.zeros((0, len(COLUMNS)), dtype=np.int64))
        tables, spans = [self.root.columns(f"{space}/births") for space in self._spaces], []
        for table in tables:
            whole = min(table[name].shape[0] for name in COLUMNS)
            stop = first_row(table["tick"], last, whole)
            spans.append((max(first_row(table["tick"], first, whole), stop - MOST_BIRTHS), stop))
        if self._births is None or self._births[0] != spans:
            parts = [
                np.stack([np.asarray(table[name][begin:stop], dtype=np.int64) for name in COLUMNS], axis=1)
                for table, (begin, stop) in zip(tables, spans, strict=True)
            ]
            self._births = (spans, Births(np.concatenate(parts)))
        return self._births[1]

    def _heard(self, space: str, tick: int) -> Values | None:
        activity = self.field(space, "activity", tick)
        return None if activity is None else activity[..., MESSAGE : MESSAGE + MESSAGES]

    def _answered(self, space: str, tick: int) -> Values | None:
        activity = self.field(space, "activity", tick)
        if activity is None:
            return None
        said = activity[..., ANSWER : ANSWER + MAX_ANSWERS].astype(np.int8) > 0
        return np.packbits(said, axis=-1, bitorder="little")[..., 0]

    def _score(self, space: str, tick: int) -> Values | None:
        alive, memory, block = (self.field(space, name, tick) for name in ("alive", "memory", "block"))
        if alive is None or memory is None or block is None:
            return None
        regions, worlds = self._spaces[space].regions, self._folder.universe.worlds
        lives, kept, built = (values.reshape(len(regions), -1, *values.shape[7:]) for values in (alive, memory, block))
        found = [
            score_of_each(worlds[region], tick, lives[k].astype(bool), kept[k].T, built[k]) for k, region in enumerate(regions)
        ]
        return np.stack(found).reshape(alive.shape)

    def _distance(self, space: str, tick: int) -> Values | None:
        cradle, born = self.field(space, "cradle", tick), self.field(space, "born", tick)
        if cradle is None or born is None:
            return None
        cradles, ticks = cradle.ravel().astype(np.int64), born.ravel().astype(np.int64)
        births = self.births(int(ticks.min(initial=0)), tick)
        return births.distances(cradles, ticks).reshape(cradle.shape)

    def _trait(self, space: str, name: str, tick: int) -> Values | None:
        """A trait as it was sampled, or of the genomes of a checkpoint."""
        there = self.root is not None and f"{space}/fields/{name}" in self.root and tick in self._samples
        sampled = self.field(space, name, tick) if there else None  # a checkpoint between samples has genomes alone
        if sampled is not None or tick not in self.saved:
            return sampled
        key = self.saved[tick], space, name
        if key not in self._cache:
            genome, loci = self.field(space, "genome", tick), self._loci[space]
            if genome is None:
                return None
            flat = genome.reshape(-1, genome.shape[-1]).astype(np.int8).T
            self._cache[key] = TRAITS[name].compute(loci, flat).reshape(genome.shape[:-1])
        return self._cache[key]

    def _ancestor(self, space: str, depth: int, tick: int) -> Values | None:
        """A mark of whoever was the ancestor so many ticks before, uint32; the oldest that is known of those who have none."""
        cradle, born = self.field(space, "cradle", tick), self.field(space, "born", tick)
        if cradle is None or born is None:
            return None
        births = self.births(max(0, tick - depth), tick)
        cradles, ticks = births.back(cradle.ravel().astype(np.int64), born.ravel().astype(np.int64), tick - depth)
        return (key(cradles, ticks) * MIX >> 32 | 1).astype(np.uint32).reshape(cradle.shape)

    def _learned(self, space: str, tick: int) -> Values | None:
        key = (self.saved[tick], space, "learned") if tick in self.saved else None
        if key in self._cache:
            return self._cache[key]
        genome, weights = self.field(space, "genome", tick), self.field(space, "weights", tick)
        if genome is None or weights is None:
            return None
        flat = weights.reshape(*weights.shape[:-2], -1).astype(np.int16)
        inborn = genome[..., : flat.shape[-1]].astype(np.int16) * np.int16(WEIGHT_PER_ALLELE)
        learned: NDArray[np.float32] = np.abs(flat - inborn).mean(axis=-1, dtype=np.float32)
        if key is not None:
            self._cache[key] = learned
        return learned
