"""A record and its checkpoints as a source of what is seen, of a run that is over or still grows.

Samples count only when their coordinate `tick`, written last, is there.  Between samples nothing is known; at a checkpoint every
quantity is.  Nothing in the run's folder is written or removed.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cyberspace.law.state import SITE_FIELDS, VENT
from cyberspace.record import checkpoint, store
from cyberspace.record.run_folder import open_run
from cyberspace.watch.account import account
from cyberspace.wire.messages import Account
from organisms.body import ANSWER, MESSAGE
from organisms.genome import WEIGHT_PER_ALLELE
from render.about import About, Place
from render.frames import Answer, Frame, Organism, Query, Series, Told, Tree
from render.kinship import COLUMNS, Births
from render.spaces import space_about
from render.stored import first_row, saved_region, written

LOOK_SECONDS = 0.5
"""How often the folder is looked at for new samples."""

MOST_BIRTHS = 2_000_000
"""Rows of births that are read at once, the newest before the tick in question."""

ACCOUNTED = {"alive", "energy", "payoff", "block", "weights", "activity"}
"""Fields that an organism's energy account is made of."""

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
        self._folder = open_run(path)
        universe = self._folder.universe
        self._spaces = {space.name: space for space in universe.spaces}
        self._abouts = {space.name: space_about(universe, space) for space in universe.spaces}
        self._looked, self._samples = -np.inf, np.zeros(0, dtype=np.int64)
        self._saved: dict[int, Path] = {}
        self._root: Any = None
        self._cache: dict[tuple[Path, str, str], NDArray[Any]] = {}
        self._births: tuple[Any, Births] | None = None
        self._answers: list[Answer] = []
        self._query: Query | None = None
        self._look()

    @property
    def about(self) -> About:
        """What is watched."""
        run = self._folder
        says = (
            ""
            if len(self.ticks())
            else f"no sample yet; try: cyberspace run --resume {run.path} --ticks {run.file.record.every}"
        )
        return About(run.path.resolve().name, run.universe.seed, tuple(self._abouts.values()), says=says)

    def ticks(self) -> NDArray[np.int64]:
        """Ticks of complete samples and of checkpoints."""
        self._look()
        return np.union1d(self._samples, np.array(list(self._saved), dtype=np.int64))

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

    def ask_jobs(self, space: str) -> None:
        """A record has no job board."""

    def control(self, do: str, ticks: int = 1, rate: int = 0) -> None:
        """A record stands still."""

    def act(self, kind: str, **keys: Any) -> None:
        """What is recorded can't be changed."""
        attempt = f"cyberspace run --resume {self._folder.path} --ticks N --serve, then cyberspace view {self._folder.path}"
        self._answers.append(Told(f"this is a record: nobody can act in it; try: {attempt}", wrong=True))

    def poll(self) -> list[Answer]:
        """The answers."""
        if self._query is not None:
            query, self._query = self._query, None
            self._try(lambda: self._frame(query))
        answers, self._answers = self._answers, []
        return answers

    def close(self) -> None:
        """Nothing is held open."""

    def _try(self, answer: Any) -> None:
        """A run that goes on may drop a checkpoint while it is read: that is told, not raised."""
        try:
            self._answers.append(answer())
        except (OSError, KeyError, ValueError) as error:
            self._cache.clear()
            self._looked = -np.inf
            self._answers.append(Told(f"could not read the run just now ({type(error).__name__}: {error})", wrong=True))

    def _look(self) -> None:
        if time.monotonic() - self._looked < LOOK_SECONDS:
            return
        self._looked = time.monotonic()
        saved = {
            int(path.name.removeprefix(checkpoint.PREFIX)): path for path in checkpoint.checkpoints(self._folder.checkpoints)
        }
        if saved != self._saved:
            self._saved = saved
            self._cache = {key: values for key, values in self._cache.items() if key[0] in saved.values()}
        try:
            self._root = store.open_group(self._folder.record, "r")
            last = list(self._spaces)[-1]  # the space that is written last
            self._samples = written(self._root[f"{last}/fields/tick"])
        except (OSError, KeyError):
            self._root, self._samples = None, np.zeros(0, dtype=np.int64)

    def _frame(self, query: Query) -> Frame | Told:
        ticks = self.ticks()
        if not len(ticks):
            return Told(self.about.says, wrong=True)
        tick = int(
            ticks[max(0, int(np.searchsorted(ticks, query.tick, side="right")) - 1)] if query.tick is not None else ticks[-1]
        )
        arrays: dict[str, NDArray[Any]] = {}
        missing: dict[str, str] = {}
        for name in query.names:
            found = self._array(query.space, name, tick)
            if found is None:
                missing[name] = self._why(name, tick)
            else:
                arrays[name] = found
        if "energy" not in arrays and "alive" not in arrays:
            tellers = (self._array(query.space, name, tick) for name in ("alive", "founder"))
            found = next((array for array in tellers if array is not None), None)
            everywhere = np.ones(self._spaces[query.space].lattice.shape, dtype=bool)
            arrays["alive"] = everywhere if found is None else found != 0
        return Frame(query.space, tick, arrays, missing)

    def _why(self, name: str, tick: int) -> str:
        raw = {
            "blocks": "block",
            "distance": "cradle and born",
            "learned": "weights and genome",
            "heard": "activity",
            "answers": "activity",
        }
        where = ", ".join(f"{saved:,}" for saved in self._saved) or "none yet"
        return f"{raw.get(name, name)} not in this sample: name it in record.fields, or go to a checkpoint (tick {where})"

    def _array(self, space: str, name: str, tick: int) -> NDArray[Any] | None:
        """A quantity at a tick, (7 axes, components...)."""
        if name in SITE_FIELDS:
            return self._stored(space, name, tick)
        if name == "blocks":
            block = self._stored(space, "block", tick)
            return None if block is None else np.minimum(block, VENT)
        made = {"heard": self._heard, "answers": self._answered, "distance": self._distance, "learned": self._learned}
        return made[name](space, tick) if name in made else None

    def _stored(self, space: str, name: str, tick: int) -> NDArray[Any] | None:
        at = int(np.searchsorted(self._samples, tick))
        if (
            self._root is not None
            and at < len(self._samples)
            and self._samples[at] == tick
            and name in self._root[f"{space}/fields"]
        ):
            return np.asarray(self._root[f"{space}/fields/{name}"][at])
        if tick not in self._saved:
            return None
        path = self._saved[tick]
        if (path, space, name) not in self._cache:
            regions = [saved_region(path, region, name) for region in self._spaces[space].regions]
            values = np.stack(regions)
            self._cache[path, space, name] = values.reshape(*self._spaces[space].lattice.shape, *values.shape[2:])
        return self._cache[path, space, name]

    def _heard(self, space: str, tick: int) -> NDArray[Any] | None:
        activity = self._stored(space, "activity", tick)
        return None if activity is None else activity[..., MESSAGE : MESSAGE + 2]

    def _answered(self, space: str, tick: int) -> NDArray[Any] | None:
        activity = self._stored(space, "activity", tick)
        if activity is None:
            return None
        return np.packbits(activity[..., ANSWER : ANSWER + 8] > 0, axis=-1, bitorder="little")[..., 0]

    def _distance(self, space: str, tick: int) -> NDArray[Any] | None:
        cradle, born = self._stored(space, "cradle", tick), self._stored(space, "born", tick)
        if cradle is None or born is None:
            return None
        births = self._births_between(int(born.min(initial=0)), tick)
        return births.distances(cradle.ravel(), born.ravel()).reshape(cradle.shape)

    def _learned(self, space: str, tick: int) -> NDArray[Any] | None:
        saved = (self._saved.get(tick, Path()), space, "learned")
        if saved not in self._cache:
            genome, weights = self._stored(space, "genome", tick), self._stored(space, "weights", tick)
            if genome is None or weights is None:
                return None
            flat = weights.reshape(*weights.shape[:-2], -1)
            inborn = genome[..., : flat.shape[-1]].astype(np.int16) * WEIGHT_PER_ALLELE
            self._cache[saved] = np.abs(flat - inborn).mean(axis=-1, dtype=np.float32)
        return self._cache[saved]

    def _births_between(self, first: int, last: int) -> Births:
        """Births in all spaces from one tick to another, at most `MOST_BIRTHS` of the newest of each."""
        if self._root is None:
            return Births(np.zeros((0, len(COLUMNS)), dtype=np.int64))
        groups = [self._root[f"{space}/births"] for space in self._spaces]
        spans = []
        for group in groups:
            whole = min(group[name].shape[0] for name in COLUMNS)
            stop = first_row(group["tick"], last, whole)
            spans.append((max(first_row(group["tick"], first, whole), stop - MOST_BIRTHS), stop))
        if self._births is None or self._births[0] != spans:
            parts = [
                np.stack([np.asarray(group[name][begin:stop]).astype(np.int64) for name in COLUMNS], axis=1)
                for group, (begin, stop) in zip(groups, spans, strict=True)
            ]
            self._births = (spans, Births(np.concatenate(parts)))
        return self._births[1]

    def _before(self, tick: int | None) -> int | None:
        """The newest checkpoint not after a tick, else the oldest."""
        known = sorted(self._saved)
        return next((t for t in reversed(known) if tick is None or t <= tick), known[0] if known else None)

    def _organism(self, space: str, place: Place, tick: int | None) -> Organism | Told:
        ticks = self.ticks()
        now = int(ticks[-1]) if tick is None and len(ticks) else tick
        fields = self._fields_at(space, place, now)
        note = ""
        if now not in self._saved:
            saved = self._before(now)
            note = f"brain and genome are known at checkpoints only (tick {', '.join(f'{t:,}' for t in self._saved) or 'none'})"
            if saved is not None and not {"genome", "weights"} <= fields.keys():
                fields, now = self._fields_at(space, place, saved), saved
                note = f"as it stood at the checkpoint of tick {saved:,}"
        if now is None or not fields:
            return Told("nothing is known of this place at this tick", wrong=True)
        parents, children = [], []
        if "cradle" in fields and "born" in fields:
            births = self._births_between(0, now)
            parents = births.ancestors(int(fields["cradle"]), int(fields["born"]), ANCESTORS)
            children = births.children(int(fields["cradle"]), int(fields["born"]))
        return Organism(space, place, now, fields, tuple(parents), tuple(children), note, self._account(space, now, fields))

    def _account(self, space: str, tick: int, fields: dict[str, Any]) -> Account | None:
        """The account of an organism that lived in a space at a tick; None where one of the fields that it is made of is not known."""
        if not fields.keys() >= ACCOUNTED:
            return None
        world = self._folder.universe.worlds[self._spaces[space].first_region]
        known = (fields[name] for name in ("energy", "payoff", "block", "weights", "activity"))
        return account(world, tick, bool(fields["alive"]), *known)

    def _fields_at(self, space: str, place: Place, tick: int | None) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name in SITE_FIELDS if tick is not None else ():
            values = self._stored(space, name, int(tick or 0))
            if values is not None:
                value = values[place]
                found[name] = value if np.ndim(value) else int(value)
        return found

    def _found(self, space: str, who: tuple[int, int]) -> Organism | Told:
        tick = self._before(None)
        if tick is not None:
            alive, cradle, born = (np.asarray(self._stored(space, name, tick)) for name in ("alive", "cradle", "born"))
            places = np.argwhere(alive & (cradle == who[0]) & (born == who[1]))
            if len(places):
                return self._organism(space, tuple(int(k) for k in places[0]), tick)
        return Told("it does not live at the newest checkpoint", wrong=True)

    def _series(self, space: str) -> Series:
        if self._root is None:
            return Series(space, np.zeros(0, dtype=np.int64), {})
        group = self._root[f"{space}/series"]
        ticks = written(group["tick"])
        count = len(ticks)
        found = {name: np.asarray(group[name][:count]).astype(np.float64) for name in ("alive", "held", "pools", "births")}
        births, faithful = np.diff(found["births"]), np.diff(np.asarray(group["faithful"][:count]))
        share = np.where(births > 0, faithful / np.maximum(1, births), np.nan)
        found["heredity"] = np.concatenate([[np.nan] * min(1, count), share])
        shares = np.asarray(group["shares"][:count]).astype(np.float64)
        found |= {f"goal {goal}": shares[:, k] for k, goal in enumerate(self._abouts[space].goals)}
        return Series(space, ticks, found)

    def _tree(self, space: str, tick: int | None, founder: int | None) -> Tree | Told:
        saved = self._before(tick)
        if saved is None:
            return Told("the lineage tree needs a checkpoint; none was written yet", wrong=True)
        names = ("alive", "cradle", "born", "founder")
        alive, cradle, born, mark = (np.ravel(np.asarray(self._stored(space, name, saved))) for name in names)
        living = np.flatnonzero(alive & ((mark == founder) if founder else True))
        chosen = living[:: max(1, len(living) // TREE_LEAVES)]
        births = self._births_between(0, saved)
        nodes = births.tree(cradle[chosen].astype(np.int64), born[chosen].astype(np.int64))
        return Tree(saved, nodes, f"{len(chosen):,} of {len(living):,} living at tick {saved:,}")
