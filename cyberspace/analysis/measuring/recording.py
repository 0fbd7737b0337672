"""A record as the measures read it: what lived where at each sample, and what it did."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.lineages import key, rows_of
from cyberspace.analysis.measuring.living import Sample, Seen, Walk, began, depths, genotypes
from cyberspace.analysis.measuring.pedigree import Pedigree, read_pedigree
from cyberspace.errors import InputError, problem
from cyberspace.record.reading import Column, Tables, whole_rows, written
from cyberspace.record.run_folder import RunFolder
from organisms.genome import HIGHEST, LOWEST
from organisms.kin import NUMBERS, ROUND, numbers

Ints = NDArray[np.int64]

TELLERS = ("energy", "alive", "founder")
"""Fields that tell who lives, the best first: who holds no energy is dead."""


@dataclass(frozen=True)
class Alleles:
    """What genomes hold, place by place.

    Attributes:
        values: (places, n).
        low, high: The least value and the greatest.
        unit: What a place is.
    """

    values: NDArray[np.integer]
    low: int
    high: int
    unit: str


@dataclass(frozen=True)
class View:
    """The living of a sample, with all that the measures ask of them.

    Attributes:
        number: Of the sample.
        tick: Its tick.
        ticks: Since the sample before; 0 at the first.
        sample: Who lives, and from whom each descends.
        genotype: By descent, (n,).
        depth: Births since the first of the lineage, (n,).
        began: When that one was born, (n,).
        space: Number of the space that each lives in, (n,).
        performed: Goals that each performed when it was last judged, as bits, (n,); None where not recorded.
        energy: What each holds, (n,); None where not recorded.
    """

    number: int
    tick: int
    ticks: int
    sample: Sample
    genotype: Ints
    depth: Ints
    began: Ints
    space: Ints
    performed: Ints | None
    energy: Ints | None

    def __len__(self) -> int:
        return len(self.sample.site)


class Recording:
    """The record of a run, as it was when it was opened.

    Args:
        folder: The run.

    Raises:
        InputError: If nothing was recorded yet, the record is damaged, or has fewer than two samples.
    """

    def __init__(self, folder: RunFolder):
        self.folder, self.tables = folder, Tables(folder.record)
        self.spaces = list(folder.universe.spaces)
        self.names = [space.name for space in self.spaces]
        self.fields: list[dict[str, Column]] = [self.tables.columns(f"{name}/fields") for name in self.names]
        self.ticks: Ints = min((written(fields["tick"]) for fields in self.fields), key=len)
        if len(self.ticks) < 2:
            got = "1 sample" if len(self.ticks) == 1 else "no sample"
            attempt = f"cyberspace run --resume {folder.path} --ticks +{2 * folder.file.record.every}"
            raise InputError(problem(str(folder.record), got, "two samples or more", attempt))
        self.births = sum(whole_rows(self.tables.columns(f"{name}/births")) for name in self.names)
        self.goals = [folder.universe.worlds[space.first_region].goals for space in self.spaces]

    def has(self, name: str) -> bool:
        """Whether a field was sampled."""
        return all(name in fields for fields in self.fields)

    @property
    def tellable(self) -> bool:
        """Whether it was recorded who lives where."""
        return all(any(name in fields for name in TELLERS) for fields in self.fields)

    def series(self, number: int) -> dict[str, NDArray[np.generic]]:
        """The series of a space, up to the last sample that is told."""
        table = self.tables.columns(f"{self.names[number]}/series")
        many = len(self.ticks)
        return {name: np.asarray(column[:many]) for name, column in table.items()}

    def goals_of(self, number: int) -> Sequence[str]:
        """Names of the goals of a space."""
        return self.goals[number]

    def views(self) -> Iterator[View]:
        """The living of each sample in turn; none where it is not told who lives where."""
        if not self.tellable:
            return
        births = self._pedigree = read_pedigree(self.tables, self.names)
        walker = Walk(births, self.folder.universe.sites)
        firsts = np.array([self.folder.universe.worlds[space.first_region].first_site for space in self.spaces])
        before = int(self.ticks[0])
        for number, tick in enumerate(self.ticks.tolist()):
            sample = walker.take(self._seen(number, tick))
            yield self._view(births, sample, number, tick - before, firsts)
            before = tick

    def children(self, view: View, tick: int) -> Ints:
        """How many were born of each of the living of a sample, until a later one, (n,)."""
        births = self._pedigree
        parents = births.above[births.before(view.tick) : births.before(tick)]
        at = rows_of(view.sample.who, parents)
        return np.bincount(at[at >= 0], minlength=len(view)).astype(np.int64)

    def _view(self, births: Pedigree, sample: Sample, number: int, ticks: int, firsts: Ints) -> View:
        performed, energy = (self._of_living(name, number, sample) for name in ("performed", "energy"))
        space = np.searchsorted(firsts, sample.site, side="right") - 1
        return View(
            number, sample.tick, ticks, sample, genotypes(births, sample), depths(births, sample), began(births, sample),
            space.astype(np.int64), performed, energy,
        )  # fmt: skip

    def _field(self, name: str, number: int) -> Ints:
        """A field of all sites of the universe, int64 (sites,)."""
        return np.concatenate([np.asarray(fields[name][number]).ravel().astype(np.int64) for fields in self.fields])

    def _of_living(self, name: str, number: int, sample: Sample) -> Ints | None:
        return self._field(name, number)[sample.site] if self.has(name) else None

    def _seen(self, number: int, tick: int) -> Seen:
        parts = []
        for fields in self.fields:
            teller = next(name for name in TELLERS if name in fields)
            parts.append(np.asarray(fields[teller][number]).ravel().astype(np.int64) != 0)
        alive = np.concatenate(parts)
        founder = self._field("founder", number) if self.has("founder") else np.zeros(len(alive), dtype=np.int64)
        exact = self.has("cradle") and self.has("born")
        who = key(self._field("cradle", number), self._field("born", number)) if exact else None
        return Seen(tick, alive, founder, who)

    def alleles(self, view: View, number: int) -> Alleles | None:
        """Genomes of the living of a space, or what is known of them by their sketches; None where neither was sampled."""
        fields = self.fields[number]
        world = self.folder.universe.worlds[self.spaces[number].first_region]
        here = view.sample.site[view.space == number] - int(world.first_site)
        if "genome" in fields:
            found = np.asarray(fields["genome"][view.number], dtype=np.int8)
            whole = found.reshape(-1, found.shape[-1])
            return Alleles(np.ascontiguousarray(whole[here].T), LOWEST, HIGHEST, "locus")
        if "kin" in fields:
            sketches = np.asarray(fields["kin"][view.number], dtype=np.int64).ravel()[here]
            return Alleles(numbers(sketches).T.astype(np.int64), 0, ROUND - 1, f"number of a sketch of {NUMBERS}")
        return None
