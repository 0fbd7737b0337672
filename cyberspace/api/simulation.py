"""A universe that lives in this process: any number of regions, on any backends, told about in tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np

from cyberspace.analysis.phylogeny.folding import fold
from cyberspace.analysis.phylogeny.recorded import births as births_rows
from cyberspace.api import dataset
from cyberspace.api.births import births_table, crossings_table
from cyberspace.api.forking import changed
from cyberspace.api.hands import checked, owner, refusal, region_of
from cyberspace.api.living import Backends, Living, backends_of, space_named, whole
from cyberspace.api.organism import Organism, organism_of
from cyberspace.api.phylogeny import Phylogeny, living_of
from cyberspace.api.progress import shown
from cyberspace.api.saving import save
from cyberspace.api.scores import scores_now
from cyberspace.api.setting import Setting, Source, read_setting
from cyberspace.api.sheets import axis_names, site_at, state_sheet
from cyberspace.errors import InputError, Refused, problem
from cyberspace.law.almanac import Event, coming, events_between
from cyberspace.law.energy import Ledger
from cyberspace.law.genesis import genesis
from cyberspace.law.universe import Space, Universe
from cyberspace.record.chance import measure_chance
from cyberspace.record.samples import MEASURED, chances, rule_shares, shares, take_sample
from cyberspace.record.scores import NEEDED
from cyberspace.run.local import LocalRegion
from cyberspace.run.runtime import LAST_TICK
from cyberspace.watch.genealogy import Genealogy
from cyberspace.watch.look import Seen
from cyberspace.worldfile.memory import check_memory

if TYPE_CHECKING:
    from cyberspace.api.dataset import DataFrame, Dataset
    from cyberspace.record.act import Happened


class Simulation:
    """A universe at a tick; it starts at tick 0 as `cyberspace run` does, and lives the same ticks to the bit.

    Args:
        world: A world file's path, its text, its tables as a dict, or a `cyberspace.World`.
        backend: Name of the backend ("numba", "jax", "reference"), names by space, or several that the regions take in turn.
        seed: Instead of the world file's, 0 to 2^32 - 1.
        threads: Threads of each numba region; as many as are free if left out, and no more than that, with a warning.

    Raises:
        InputError: If the world, the seed or a backend is wrong, with the message of the command line.
    """

    def __init__(self, world: Source, *, backend: Backends = "", seed: int | None = None, threads: int | None = None) -> None:
        setting = read_setting(world, seed)
        backends = backends_of(setting.universe, backend)
        check_memory(setting.universe.worlds, setting.name)
        states = [genesis(one) for one in setting.universe.worlds]
        with setting.given():
            self._setting, self._living = setting, Living(setting.universe, states, 0, backends, threads)

    @classmethod
    def _of(cls, setting: Setting, living: Living) -> Self:
        """A simulation of regions that live already."""
        made = cls.__new__(cls)
        made._setting, made._living = setting, living
        return made

    @property
    def universe(self) -> Universe:
        """All that never changes: clock, spaces, and the world of each region."""
        return self._setting.universe

    @property
    def identity(self) -> str:
        """Digest of the world and the seed, 32 hex digits; a run of the same world carries the same."""
        return self.universe.identity

    @property
    def tick(self) -> int:
        """Ticks of the universe that everybody has lived."""
        return self._living.tick

    @property
    def regions(self) -> list[LocalRegion]:
        """The regions, for those who measure or test; let none of them live on by itself."""
        return self._living.regions

    @property
    def digest(self) -> str:
        """Digest of the whole state, 64 hex digits, as `cyberspace inspect` tells it: equal on every backend."""
        return self._living.digest()

    def advance(
        self,
        ticks: int,
        *,
        every: int | None = None,
        call: Callable[[Simulation], object] | None = None,
        progress: bool = False,
    ) -> Self:
        """Live so many ticks of the universe.

        Args:
            ticks: How many.
            every: Ticks between two calls; at the end alone if left out.
            call: Called with the simulation; when it returns False, the simulation stops there.
            progress: Tell how it goes on, in a terminal or in the cell of a notebook.

        Returns:
            The simulation itself.

        Raises:
            InputError: If a number is wrong.
            KeyboardInterrupt: After Ctrl-C, once all regions have reached the same tick; it can go on from there.
        """
        last = self.tick + whole("ticks", ticks, 0, LAST_TICK - self.tick)
        step = max(1, last - self.tick) if every is None else whole("every", every, 1, LAST_TICK)
        with shown(self.universe, self.regions, self.tick, last, progress) as note:
            while self.tick < last:
                self._living.live(min(last, self.tick + step), note)
                if call is not None and call(self) is False:
                    break
        return self

    @property
    def state(self) -> Dataset:
        """The whole state: each quantity over the axes of space, with unit and meaning.

        Axes are row, rack, host, device, sm, warp and lane (core, thread and lane on a cpu); `site` numbers the sites.  With several
        spaces, names are "reef.energy" over "reef.lane".  Arrays are copies.
        """
        return dataset.together({space.name: self._space(space) for space in self.universe.spaces})

    def space(self, name: str) -> Dataset:
        """The state of one space, with plain names; see `state`.

        Raises:
            InputError: If there is no such space.
        """
        return self._space(space_named(self.universe, name))

    def _space(self, space: Space) -> Dataset:
        states = self._living.states()[space.first_region : space.regions.stop]
        return dataset.dataset(state_sheet(self.universe, space, states, self.tick))

    @property
    def energy(self) -> Ledger:
        """The ledger of the universe, audited region by region and with the letters under way; all in units of energy.

        Raises:
            LawBroken: If it does not balance, which is a defect.
        """
        return self._living.audit()

    @property
    def births(self) -> DataFrame:
        """Births since this object was made: tick, space, site, parent (its cradle), parent_born, distance (loci); by tick and site.

        The newest 2^24 are kept.
        """
        return births_table(self.universe, self._living.tables.births())

    def phylogeny(self, *, space: str | None = None) -> Phylogeny:
        """Who descends from whom, of all that live now, in one space or in all; as far back as `births` goes.

        Raises:
            InputError: If there is no such space.
        """
        chosen = None if space is None else space_named(self.universe, space)
        leaves = living_of(self.universe, self._living.states(), chosen)
        return Phylogeny(fold(leaves, births_rows(self._living.tables.births().astype(np.int64))), self.tick)

    @property
    def crossings(self) -> DataFrame:
        """Who crossed a link since this object was made: tick, what, sender and receiver (regions), energy, founder."""
        return crossings_table(self.universe, self._living.tables.crossings())

    @property
    def events(self) -> list[Event]:
        """What happened by the timetables of its world since tick 0, in order; empty where nothing changes."""
        return events_between(self.universe, 0, self.tick, self._living.begun())

    def coming(self, most: int = 10) -> list[Event]:
        """What is to come, as far as it is known beforehand: so many events at most."""
        return coming(self.universe, self.tick, self._living.begun(), whole("most", most, 1, LAST_TICK))

    @property
    def tasks(self) -> dict[str, float] | dict[str, dict[str, float]]:
        """Share of the living that performed each goal when it was last judged; by space where there are several."""
        found = {space.name: self.shares(space.name) for space in self.universe.spaces}
        return next(iter(found.values())) if len(found) == 1 else found

    def shares(self, space: str) -> dict[str, float]:
        """`tasks` of one space.

        Raises:
            InputError: If there is no such space.
        """
        chosen, states = space_named(self.universe, space), self._living.states(MEASURED)
        return shares(self.universe, {k: take_sample(self.universe.worlds[k], states[k]) for k in chosen.regions})

    def rules(self, space: str) -> dict[str, float]:
        """Share of the living that have each learning rule, in a space where a gene chooses one; empty in others.

        Raises:
            InputError: If there is no such space.
        """
        chosen, states = space_named(self.universe, space), self._living.states((*MEASURED, "genome"))
        return rule_shares(self.universe, {k: take_sample(self.universe.worlds[k], states[k]) for k in chosen.regions})

    @property
    def scores(self) -> DataFrame:
        """How the score of each task that says one is spread over the living now: tick, space, task, unit, quantiles and the best."""
        return scores_now(self.universe, self._living.states((*MEASURED, *NEEDED)), self.tick)

    @property
    def chance(self) -> dict[str, float]:
        """Share of random brains, or of such that say the same whatever they are asked, that performs each goal; measured when it is
        first asked for, some seconds for each task, and left out where a judgement takes too long for that."""
        for space in self.universe.spaces:
            world = self.universe.worlds[space.first_region]
            for number in range(len(world.tasks)):
                measure_chance(world, number)
        return chances(self.universe)

    def organism(self, site: int | None = None, *, space: str | None = None, **place: int) -> Organism:
        """Who lives at a site.

        Args:
            site: Its number in the universe, as `state.site` and the births tell it; or
            space: Name of its space, which may be left out where there is one, and
            **place: its place along the axes of the space; 0 along those left out.

        Raises:
            InputError: If there is no such place.
        """
        if site is None:
            site = site_at(self.universe, space_named(self.universe, space), place)
        try:
            number = owner(self.universe, site)
        except Refused:
            raise InputError(problem("organism", site, f"a site from 0 to {self.universe.sites - 1}", "0")) from None
        region = self._living.region(number)
        chosen = self.universe.space_of(number)
        seen = Seen(region.world, number - chosen.first_region, region.tick, region.engine.look, Genealogy(0))
        at = site - int(region.world.first_site)
        who = [int(region.engine.look(name)[at]) for name in ("cradle", "born")]
        return organism_of(seen, at, list(axis_names(chosen).values()), self._living.tables.ancestry(who[0], who[1]))

    def put(self, kind: str, **keys: object) -> Happened:
        """Take part: any act that people may do over the wire, by its kind (`cyberspace.wire.protocol.ACTS` lists their keys).

        Returns:
            "said", the tick of its effect, its number "n" in its region, and what else the act tells.

        Raises:
            InputError: If it is no act, or can't be done; then nothing has changed.
        """
        act = checked(kind, keys)
        try:
            number = region_of(self.universe, act)
            region = self._living.region(number)
            return self._living.hands[number].put(region.engine, region.tick, act)
        except Refused as refused:
            raise refusal(kind, keys, refused) from None

    def save(self, folder: str | Path) -> None:
        """Keep it as a run: a folder that `cyberspace run --resume`, `inspect`, `report` and `view` take.

        It holds the world, a checkpoint, one sample, the births and crossings since this object was made, and what was `put`.

        Raises:
            InputError: If the folder is in use or can't be written, or an object of the world is in no file; then nothing is left.
        """
        self._living.audit()  # a run never keeps what does not balance
        save(Path(folder), self._setting, self._living)

    def fork(
        self, *, seed: int | None = None, backend: Backends | None = None, threads: int | None = None, **changes: object
    ) -> Simulation:
        """Another simulation that goes on from this state; this one stays as it is.

        Args:
            seed: Another seed; the same chance as here if left out.
            backend: Other backends.
            threads: Other threads.
            **changes: Other numbers of the world: {"spaces.soup.physics.sunlight": 6}, or nested tables; None takes a key away.

        Raises:
            InputError: If a key or a value is wrong, or the change does not fit the state (body, lattice, links, pace, goals).
        """
        here = self._living
        setting = changed(self._setting, self.universe.seed if seed is None else seed, changes)
        backends = here.backends if backend is None else backends_of(setting.universe, backend)
        past = [one.memory for one in here.hands]
        threads = here.threads if threads is None else threads
        with setting.given():
            living = Living(setting.universe, here.states(), here.tick, backends, threads, past)
        return type(self)._of(setting, living)

    def __repr__(self) -> str:
        spaces = ", ".join(space.name for space in self.universe.spaces)
        return f"<Simulation of {spaces}: {self.universe.sites:,} sites, seed {self.universe.seed}, tick {self.tick:,}>"
