"""A run in its folder, at rest or going on: facts, series, fields, births, lineages and states, as tables; nothing there is written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.inspect_run import Facts, facts_of, newest_states
from cyberspace.analysis.lineages import key, lineages, rows_of
from cyberspace.api import dataset
from cyberspace.api.births import births_table
from cyberspace.api.branching import branch
from cyberspace.api.choosing import chosen
from cyberspace.api.hands import Memory, owner
from cyberspace.api.live import Live
from cyberspace.api.living import Backends, Living, backends_of, space_named, whole
from cyberspace.api.organism import Organism
from cyberspace.api.phylogeny import Phylogeny, phylogeny_of
from cyberspace.api.recorded import Recorded
from cyberspace.api.records import births_of, fields_of, series_of
from cyberspace.api.scores import recorded_scores
from cyberspace.api.setting import Setting
from cyberspace.api.sheets import state_sheet
from cyberspace.api.simulation import Simulation
from cyberspace.api.stored import stored_organism
from cyberspace.errors import InputError, Refused, problem
from cyberspace.law.almanac import Event, coming, events_between
from cyberspace.law.genesis import genesis
from cyberspace.law.state import TALLY, WorldState
from cyberspace.law.universe import Space, Universe
from cyberspace.record import run_folder
from cyberspace.record.journal import journal_path
from cyberspace.record.origin import origin_of, places_in
from cyberspace.record.taken import states_at, ticks_of
from cyberspace.run.extinction import extinct, extinctions
from cyberspace.run.runtime import LAST_TICK
from cyberspace.specimens import Specimens

if TYPE_CHECKING:
    from cyberspace.api.dataset import DataFrame, Dataset


class RunSpace:
    """One space of a run, with plain names.

    Args:
        run: The run.
        space: The space.
    """

    def __init__(self, run: Run, space: Space):
        self._run, self._space = run, space

    @property
    def series(self) -> Dataset:
        """See `Run.series`."""
        return series_of(self._run.record, self._space, self._run.chance)

    @property
    def fields(self) -> Dataset:
        """See `Run.fields`."""
        return fields_of(self._run.record, self._run.universe, self._space)

    @property
    def scores(self) -> DataFrame:
        """See `Run.scores`."""
        return recorded_scores(self._run.record, [self._space.name])

    @property
    def births(self) -> DataFrame:
        """See `Run.births`."""
        return births_table(self._run.universe, births_of(self._run.record, [self._space.name]))

    def state(self, tick: int | None = None) -> Dataset:
        """See `Run.state`."""
        at, states = self._run.states(tick)
        return _state(self._run.universe, self._space, states, at)


class Run(Recorded):
    """What a run holds.  What it tells is read anew each time, so a run that goes on tells more and more.

    Args:
        folder: The run.
    """

    def space(self, name: str) -> RunSpace:
        """One of its spaces.

        Raises:
            InputError: If there is none of this name.
        """
        return RunSpace(self, space_named(self.universe, name))

    @property
    def facts(self) -> Facts:
        """What `cyberspace inspect` tells: tick, seed, sites, alive, births, heredity, energy, tasks, chance, scores, digest.

        Raises:
            InputError: If it has no whole checkpoint.
        """
        refused: list[str] = []
        return facts_of(self._folder, *newest_states(self._folder, refused), refused)

    @property
    def ticks(self) -> list[int]:
        """Ticks of its checkpoints, the oldest first; empty if there is none; no error."""
        return ticks_of(self._folder)

    @property
    def tick(self) -> int:
        """Tick of its newest checkpoint; 0 if there is none."""
        return max(self.ticks, default=0)

    @property
    def lineages(self) -> DataFrame:
        """Every lineage that had a birth, the oldest first.

        Columns: cradle and born of its first organism, births, first and last birth (ticks), depth (most generations), and, where it
        lives at the newest checkpoint, living and founder (its mark; else 0).

        Raises:
            InputError: If nothing was recorded yet, or it has checkpoints and none is whole.
        """
        rows = births_of(self.record, self.spaces).astype(np.int64)
        found = lineages(rows)
        living, founder = np.zeros(len(found.births), dtype=np.int64), np.zeros(len(found.births), dtype=np.uint32)
        for state in self.states()[1] if self.ticks else []:
            there = np.flatnonzero(state.region.alive)
            who = key(state.region.cradle[there].astype(np.int64), state.region.born[there].astype(np.int64))
            at = rows_of(key(rows[:, 1], rows[:, 0]), who)
            own = rows_of(key(found.cradle, found.born), who)  # those who began a lineage and are alive
            number = np.where(at >= 0, found.of[np.maximum(at, 0)], own) if len(rows) else own
            there, number = there[number >= 0], number[number >= 0]
            np.add.at(living, number, 1)
            founder[number] = state.region.founder[there]
        columns = {name: getattr(found, name) for name in ("cradle", "born", "births", "first", "last", "depth")}
        return dataset.table({**columns, "living": living, "founder": founder})

    def phylogeny(self, tick: int | None = None, *, space: str | None = None, full: bool = False) -> Phylogeny:
        """Who descends from whom, of all that live at a checkpoint: see `cyberspace.api.phylogeny.Phylogeny`.

        Args:
            tick: Of the checkpoint; the newest if left out.
            space: Of those who live there alone.
            full: Every birth, those of the extinct as well, and nothing folded.

        Raises:
            InputError: If there is no such space, no whole checkpoint of this tick, or the record is damaged.
        """
        at, states = self.states(tick)
        chosen = None if space is None else space_named(self.universe, space)
        return phylogeny_of(self._folder, at, states, chosen, full)

    @property
    def events(self) -> list[Event]:
        """What happened by the timetables of its world until its newest checkpoint, in order; empty where nothing changes.

        Raises:
            InputError: If it has no whole checkpoint.
        """
        tick, states = self.states()
        return events_between(self.universe, 0, tick, {k: state.begun for k, state in enumerate(states)})

    def coming(self, most: int = 10) -> list[Event]:
        """What is to come after its newest checkpoint, as far as it is known beforehand: so many events at most.

        Raises:
            InputError: If it has no whole checkpoint.
        """
        tick, states = self.states()
        return coming(
            self.universe, tick, {k: state.begun for k, state in enumerate(states)}, whole("most", most, 1, LAST_TICK)
        )

    def states(self, tick: int | None = None) -> tuple[int, list[WorldState]]:
        """Tick and states of all regions in a checkpoint, the newest if none is named; checked.

        Raises:
            InputError: If there is no whole checkpoint of this tick.
        """
        if tick is None:
            return newest_states(self._folder)
        return tick, states_at(self._folder, tick)

    def state(self, tick: int | None = None) -> Dataset:
        """The whole state in a checkpoint, the newest if no tick is named; as `cyberspace.Simulation.state`.

        Raises:
            InputError: If there is no whole checkpoint of this tick.
        """
        at, states = self.states(tick)
        return dataset.together({space.name: _state(self.universe, space, states, at) for space in self.universe.spaces})

    def simulation(
        self, tick: int | None = None, *, backend: Backends = "", threads: int | None = None, replay: bool = True
    ) -> Simulation:
        """A simulation that goes on from a checkpoint as the run did, to the bit; the run itself stays as it is.

        Args:
            tick: Of the checkpoint, or 0 where it all began; the newest checkpoint if left out.
            backend: As for `cyberspace.Simulation`; left out, what the run was started with.
            threads: Threads of each numba region.
            replay: Whether what people did after this tick is done again; nothing can be `put` before that.

        Raises:
            InputError: If there is no whole checkpoint of this tick, or a backend is wrong.
        """
        folder = run_folder.open_run(self.path)  # to be lived, not only read
        universe = folder.universe
        begins = tick == 0 and 0 not in self.ticks and origin_of(folder.path) is None
        at, states = (0, [genesis(world) for world in universe.worlds]) if begins else self.states(tick)
        dead = {region for event in extinctions(folder) if event["tick"] == at for region in event["regions"]}
        states = [extinct(universe.worlds[k], one) if k in dead else one for k, one in enumerate(states)]
        world = folder.path / run_folder.WORLD
        setting = Setting(
            world.read_text(encoding="utf-8"),
            str(world),
            folder.path,
            folder.file,
            universe,
            places=places_in(folder.path) | dict(universe.files),
        )
        done = [None if replay else int(state.tally[TALLY.index("acts")]) for state in states]
        past = [Memory.read(journal_path(folder.path, k), most) for k, most in enumerate(done)]
        backends = backends_of(universe, backend or folder.backend)
        return Simulation._of(setting, Living(universe, states, at, backends, threads, past))

    def organism(self, site: int, tick: int | None = None) -> Organism:
        """Who lives at a site at a checkpoint, the newest if no tick is named; as `cyberspace.Simulation.organism`, with `save`.

        Raises:
            InputError: If there is no such site, or no whole checkpoint of this tick.
        """
        at, states = self.states(tick)
        try:
            number = owner(self.universe, site)
        except Refused:
            raise InputError(problem("organism", site, f"a site from 0 to {self.universe.sites - 1}", "0")) from None
        return stored_organism(self.universe, states[number], at, site, self._births(), str(self.path))

    def organisms(
        self, tick: int | None = None, *, best: str | None = None, count: int | None = None, space: str | None = None
    ) -> Specimens:
        """Organisms at a checkpoint, as `cyberspace organism export` chooses them; `save` writes them into a file.

        Args:
            tick: Of the checkpoint; the newest if left out.
            best: Those that perform this goal, who hold most energy first; one of them if no count is given.
            count: So many of them; all if left out.
            space: Of this space alone.

        Raises:
            InputError: If there is nobody of this kind, or no whole checkpoint of this tick.
        """
        at, states = self.states(tick)
        return chosen(self.universe, states, str(self.path), at, None, best, count, space)

    def fork(
        self, out: str | Path, *, tick: int | None = None, seed: int | None = None, replay: bool = True, **changes: object
    ) -> Run:
        """A run of its own that goes on from a checkpoint of this one, as `cyberspace fork` makes it; this one stays as it is.

        Args:
            out: A new or empty folder.
            tick: Of the checkpoint; the newest if left out.
            seed: Another seed; the same chance as here if left out.
            replay: Whether what people did after this tick is done again.
            **changes: Other values of the world: {"spaces.soup.physics.upkeep": 4}, or nested tables; None takes a key away.

        Raises:
            InputError: If a key or a value is wrong, the change does not fit the state, or the folder is in use.
        """
        branch(self.path, out, tick, seed, changes, replay)
        return open_run(out)

    def _births(self) -> NDArray[np.int64] | None:
        return births_of(self.record, self.spaces).astype(np.int64) if self._folder.record.is_dir() else None

    def live(self, *, play: bool = True) -> Live:
        """A connection to the run, if it goes on and is served; as a player if its play.json can be read, else as a watcher.

        Raises:
            InputError: If nobody serves it.
        """
        return Live(self.path, play)

    def __repr__(self) -> str:
        return f"<Run {self.path}: {', '.join(self.spaces)}, seed {self.universe.seed}, tick {self.tick:,}>"


def open_run(folder: str | Path) -> Run:
    """The run in a folder.

    Raises:
        InputError: If it is no run, a newer cyberspace made it, or its world file is not the one that it was started with.
    """
    return Run(run_folder.open_run(folder, rest=True))


def _state(universe: Universe, space: Space, states: list[WorldState], tick: int) -> Dataset:
    return dataset.dataset(state_sheet(universe, space, states[space.first_region : space.regions.stop], tick))
