"""A record and its checkpoints as a source of what is seen, of a run that is over or still grows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cyberspace.errors import InputError, legible
from cyberspace.law.state import SITE_FIELDS
from cyberspace.record import checkpoint
from cyberspace.record.reading import written
from cyberspace.record.run_folder import open_run
from cyberspace.record.score_curves import score_curves
from cyberspace.watch.account import account
from cyberspace.watch.introduction import beaches
from cyberspace.wire.messages import Account, Json
from render.about import About, Place
from render.errands import Errands
from render.frames import Answer, Frame, Kin, Organism, Query, Series, Told, Tree
from render.heirs import Ended, Heir
from render.kin_tree import tree_colours
from render.kinship import key, last_goals
from render.layout import MOST
from render.left_there import left_at
from render.links import doors_of
from render.recorded_line import living_at, nearest, stands_for
from render.recorded_links import beaches_of, everywhere
from render.score import Score
from render.spaces import space_about
from render.stored import Stored

BRAIN = ("genome", "weights", "activity")
"""What is known of a brain."""

ACCOUNTED = {"alive", "energy", "payoff", "block"}
"""Fields that an organism's energy account is made of, beside the brain."""

ANCESTORS = 24
TREE_LEAVES = 160


class Replay:
    """The run in a folder, as `render.frames.Frames`.

    Args:
        path: The folder.

    Raises:
        InputError: If it is no run.
    """

    def __init__(self, path: str | Path):
        self._folder = open_run(path, rest=True)
        universe = self._folder.universe
        self._spaces = {space.name: space for space in universe.spaces}
        self._abouts = {
            space.name: space_about(universe, space, self._folder.file.spaces[space.name]) for space in universe.spaces
        }
        self._doors = doors_of(tuple(self._abouts.values()), beaches_of(universe, beaches(universe)))
        self._stored = Stored(self._folder)
        self.errands = Errands(self._folder)
        self._answers: list[Answer] = []
        self._query: Query | None = None
        self._last: dict[tuple[Query, int, int], Frame] = {}
        if self.damage:
            self._answers.append(Told(self.damage, wrong=True))

    @property
    def damage(self) -> str:
        """What is wrong with the record, of which nothing is shown then; empty if nothing is."""
        return self._stored.damage

    @property
    def about(self) -> About:
        """What is watched."""
        run = self._folder
        says = (
            ""
            if len(self.ticks())
            else f"no sample yet; try: cyberspace run --resume {run.path} --ticks {run.file.record.every}"
        )
        where = run.path.resolve()
        return About(
            legible(where.name),
            run.universe.seed,
            tuple(self._abouts.values()),
            says=says,
            kin=self._stored.samples_kin,
            run=str(where),
            leaves=True,
            doors=self._doors,
        )

    def ticks(self) -> NDArray[np.int64]:
        """Ticks of complete samples and of checkpoints."""
        return self._stored.ticks()

    def ask_frame(self, query: Query) -> None:
        """Answered at the next poll."""
        self._query = query

    def ask_organism(self, space: str, place: Place, tick: int | None) -> None:
        """Answered from the record at this tick, or else from the newest checkpoint before it."""
        self._try(lambda: self._organism(space, place, tick))

    def ask_series(self, space: str) -> None:
        """Answered at the next poll."""
        self._try(lambda: self._series(space))

    def ask_tree(self, space: str, tick: int | None, founder: int | None) -> None:
        """Answered from the newest checkpoint before the tick."""
        self._try(lambda: self._tree(space, tick, founder))

    def ask_identity(self, space: str, who: tuple[int, int]) -> None:
        """Where it lives at the newest checkpoint."""
        self._try(lambda: self._found(space, who))

    def ask_line(
        self, space: str, who: tuple[int, int] | None, place: Place, tick: int | None, founder: int | None = None
    ) -> None:
        """Who stands for it at this tick, as far as births are recorded."""
        self._try(lambda: self._line(space, who, place, tick, founder))

    def ask_story(self) -> None:
        """Told bit by bit, of a record that has samples."""
        samples = self._stored.samples()
        if len(samples):
            self.errands.tell_story(int(samples[-1]))

    def ask_clade(self, who: tuple[int, int]) -> None:
        """Found bit by bit."""
        self.errands.find_clade(*who)

    def ask_everywhere(self, tick: int | None) -> None:
        """Answered at the next poll."""
        ticks = self.ticks()
        if len(ticks):
            self._try(lambda: everywhere(self._stored, self._folder.universe, int(ticks[-1]) if tick is None else tick))

    def ask_jobs(self, space: str) -> None:
        """A record has no job board."""

    def ask_things(self, space: str, name: str, at: Place | None, tick: int | None) -> None:
        """What the journal holds, as it stood at a tick."""
        if self._abouts[space].plaza:
            self._try(lambda: left_at(self._folder, self._abouts[space], tick))

    def control(self, do: str, ticks: int = 1, rate: int = 0) -> None:
        """A record stands still."""

    def act(self, kind: str, **keys: Json) -> None:
        """What is recorded can't be changed."""
        attempt = f"cyberspace run --resume {self._folder.path} --ticks N --serve, then cyberspace view {self._folder.path}"
        self._answers.append(Told(f"this is a record: nobody can act in it; try: {attempt}", wrong=True))

    def poll(self) -> list[Answer]:
        """The answers."""
        if self._query is not None:
            query, self._query = self._query, None
            self._try(lambda: self._frame(query))
        if self.errands.busy:
            self._try_all(self.errands.work)
        answers, self._answers = self._answers, []
        return answers

    def close(self) -> None:
        """Nothing is held open."""

    def _try(self, answer: Callable[[], Answer]) -> None:
        self._try_all(lambda: [answer()])

    def _try_all(self, answers: Callable[[], list[Answer]]) -> None:
        """A run that goes on may drop a checkpoint while it is read: that is told, not raised."""
        try:
            self._answers += answers()
        except (OSError, KeyError, ValueError, checkpoint.Gone) as error:
            self._stored.forget()
            self._answers.append(Told(f"could not read the run just now ({type(error).__name__}: {error})", wrong=True))
        except InputError as error:
            self._stored.forget()
            self._answers.append(Told(str(error), wrong=True))

    def _frame(self, query: Query) -> Frame | Told:
        ticks = self.ticks()
        if not len(ticks):
            return Told(self.about.says, wrong=True)
        tick = int(
            ticks[max(0, int(np.searchsorted(ticks, query.tick, side="right")) - 1)] if query.tick is not None else ticks[-1]
        )
        key = query, tick, self._stored.looks
        if key in self._last:
            return self._last[key]
        arrays: dict[str, NDArray[np.generic]] = {}
        missing: dict[str, str] = {}
        for name in query.names:
            found = self._stored.quantity(query.space, name, tick)
            if found is None:
                missing[name] = self._stored.why(name)
            else:
                arrays[name] = found
        if "energy" not in arrays and "alive" not in arrays:
            tellers = (self._stored.quantity(query.space, name, tick) for name in ("alive", "founder"))
            found = next((array for array in tellers if array is not None), None)
            everywhere = np.ones(self._spaces[query.space].lattice.shape, dtype=bool)
            arrays["alive"] = everywhere if found is None else found.astype(bool)
        frame = Frame(query.space, tick, arrays, missing, query)
        self._last = dict([*self._last.items()][1 - MOST :]) | {key: frame}
        return frame

    def _organism(self, space: str, place: Place, tick: int | None) -> Organism | Told:
        ticks, saved = self.ticks(), self._stored.saved
        now = int(ticks[-1]) if tick is None and len(ticks) else tick
        fields, brain = self._fields_at(space, place, now)
        note = ""
        if now not in saved:
            before = self._stored.before(now)
            note = f"brain and genome are known at checkpoints only (tick {', '.join(f'{t:,}' for t in saved) or 'none'})"
            if before is not None and not {"genome", "weights"} <= brain.keys():
                (fields, brain), now = self._fields_at(space, place, before), before
                note = f"as it stood at the checkpoint of tick {before:,}"
        if now is None or not (fields or brain):
            return Told("nothing is known of this place at this tick", wrong=True)
        parents: list[Kin] = []
        children: list[Kin] = []
        if "cradle" in fields and "born" in fields:
            births = self._stored.births(0, now)
            parents = births.ancestors(fields["cradle"], fields["born"], ANCESTORS)
            children = births.children(fields["cradle"], fields["born"])
        account = self._account(space, now, fields, brain)
        return Organism(space, place, now, fields, brain, tuple(parents), tuple(children), note, account)

    def _line(
        self, space: str, who: tuple[int, int] | None, place: Place, tick: int | None, founder: int | None
    ) -> Organism | Ended | Told:
        ticks, spaces = self.ticks(), list(self._spaces.values())
        if not len(ticks):
            return Told(self.about.says, wrong=True)
        now = int(ticks[-1]) if tick is None else tick
        births = self._stored.births(0, int(ticks[-1]))
        living, here = living_at(self._stored, spaces, births, now), self._abouts[space]
        if who is None:
            meant = living.at(here.site(place))
            if meant is None:
                return self._organism(space, place, now)
            who = meant & (2**31 - 1), meant >> 31
        found = stands_for(int(key(*map(np.int64, who))), births, living, now)  # type: ignore[arg-type]
        found = found or nearest(living, (founder or 0) & (2**32 - 1), self._spaces[space], here.first_site, place)
        if found is None:
            return Ended(who, now)
        site = living.site(found.who)
        at = next(about for about in self._abouts.values() if about.first_site <= site < about.first_site + about.sites)
        (fields, brain), there = self._fields_at(at.name, at.place(site), now), at.place(site)
        fields |= {"cradle": found.who & (2**31 - 1), "born": found.who >> 31, "alive": 1}
        parents = tuple(births.ancestors(fields["cradle"], fields["born"], ANCESTORS))
        children = tuple(one for one in births.children(fields["cradle"], fields["born"]) if one.born <= now)
        note = "" if "genome" in brain else "brain and genome are known at checkpoints only"
        heir = Heir(who, found.rule, found.up, found.down, place)
        return Organism(
            at.name, there, now, fields, brain, parents, children, note, self._account(at.name, now, fields, brain), heir
        )

    def _account(self, space: str, tick: int, fields: dict[str, int], brain: dict[str, NDArray[np.int8]]) -> Account | None:
        """The account of an organism that lived in a space at a tick; None where one of the fields that it is made of is not known."""
        if not (fields.keys() >= ACCOUNTED and brain.keys() >= set(BRAIN)):
            return None
        world, lives = self._folder.universe.worlds[self._spaces[space].first_region], bool(fields["alive"])
        known = (fields["energy"], fields["payoff"], fields["block"], brain["weights"], brain["activity"])
        return account(world, tick, lives, *known)

    def _fields_at(self, space: str, place: Place, tick: int | None) -> tuple[dict[str, int], dict[str, NDArray[np.int8]]]:
        """What is known of a place: fields of one number, and the brain."""
        fields: dict[str, int] = {}
        brain: dict[str, NDArray[np.int8]] = {}
        for name in SITE_FIELDS if tick is not None else ():
            values = self._stored.field(space, name, tick or 0)
            if values is not None and name in BRAIN:
                brain[name] = values[place].astype(np.int8)
            elif values is not None and values.ndim == len(place):
                fields[name] = int(values[place])
        return fields, brain

    def _found(self, space: str, who: tuple[int, int]) -> Organism | Told:
        tick = self._stored.before(None)
        if tick is not None:
            alive, cradle, born = (np.asarray(self._stored.field(space, name, tick)) for name in ("alive", "cradle", "born"))
            places = np.argwhere(alive & (cradle == who[0]) & (born == who[1]))
            if len(places):
                return self._organism(space, tuple(int(k) for k in places[0]), tick)
        return Told("it does not live at the newest checkpoint", wrong=True)

    def _series(self, space: str) -> Series:
        if self._stored.root is None:
            return Series(space, np.zeros(0, dtype=np.int64), {})
        table = self._stored.root.columns(f"{space}/series")
        ticks = written(table["tick"])
        count = len(ticks)
        found = {name: np.asarray(table[name][:count], dtype=np.float64) for name in ("alive", "held", "pools", "births")}
        births, faithful = np.diff(found["births"]), np.diff(np.asarray(table["faithful"][:count], dtype=np.int64))
        share = np.where(births > 0, faithful / np.maximum(1, births), np.nan)
        found["heredity"] = np.concatenate([[np.nan] * min(1, count), share])
        shares = np.asarray(table["shares"][:count], dtype=np.float64)
        found |= {f"goal {goal}": shares[:, k] for k, goal in enumerate(self._abouts[space].goals)}
        curves = score_curves(self._stored.root, space)
        scores = (Score(one.name, one.unit, one.better, curves.values[:count, one.number]) for one in curves.told)
        return Series(space, ticks, found, tuple(scores))

    def _tree(self, space: str, tick: int | None, founder: int | None) -> Tree | Told:
        saved = self._stored.before(tick)
        if saved is None:
            return Told("the lineage tree needs a checkpoint; none was written yet", wrong=True)
        names = ("alive", "cradle", "born", "founder", "performed")
        alive, cradle, born, mark, did = (np.ravel(np.asarray(self._stored.field(space, name, saved))) for name in names)
        living = np.flatnonzero(alive & ((mark == founder) if founder else True))
        chosen = living[:: max(1, len(living) // TREE_LEAVES)]
        births = self._stored.births(0, saved)
        last = last_goals(did[chosen], len(self._abouts[space].goals))
        nodes = births.tree(cradle[chosen].astype(np.int64), born[chosen].astype(np.int64), last)
        kin = self._stored.quantity(space, "kin", saved)
        colours = () if kin is None else tree_colours(nodes, cradle, born, alive.astype(bool), np.ravel(kin).astype(np.int64))
        return Tree(saved, nodes, f"{len(chosen):,} of {len(living):,} living at tick {saved:,}", colours)
