"""Worlds as objectives: a world file lived in this process under changed numbers, for so many ticks, from a bank of genomes."""

from __future__ import annotations

import copy
import math
import tempfile
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from cyberspace.collective.ledger.space import Gene, Params, Space, Value, check, written
from cyberspace.collective.objective.objective import Outcome, hash_of
from cyberspace.errors import InputError, problem

if TYPE_CHECKING:
    from cyberspace.api.simulation import Simulation
    from cyberspace.specimens import Origin, Specimens

Content = dict[str, object]


class Dead(Exception):
    """Nobody lives, or nobody was judged yet: there is no score, which is a crash and no bad score."""


MOST_TICKS = 64
"""Between two looks at the clock."""

BANK = 32
"""Organisms that are kept of a world."""


class WorldObjective:
    """A world: its score is that of the median organism, or the share of goals that are performed.

    Args:
        text: Of the world file, with one space that matters.
        genes: By name: the dotted key below the space ("physics.sunlight", "tasks.0.options.par") and what it may be.
        score: Column of the scores of its first task that says one ("median", "best", "95 %"), or "tasks", the mean share of goals.
        backend: Name of the backend.
        folder: Of the examples, where Python files that the text names lie ("8_text"); code of anywhere else is refused.
    """

    living = True

    def __init__(
        self, text: str, genes: Mapping[str, tuple[str, Gene]], score: str = "median", backend: str = "numba", folder: str = ""
    ):
        self._text, self._genes, self._score, self._backend, self._folder = text, dict(genes), score, backend, folder
        try:
            self._tables = cast(Content, tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise InputError(problem("objective: world", str(error), "a world file", "cyberspace examples")) from None
        spaces = cast("dict[str, Content]", self._tables.get("spaces", {}))
        if not spaces:
            raise InputError(problem("objective: world", "no space", "a world file with a space", "[spaces.soup]"))
        self._space = next(iter(spaces))
        self.name = f"world of {self._space}"
        self.space: Space = {name: gene for name, (_, gene) in self._genes.items()}
        self.start: Params = {name: _at(spaces[self._space], path, name) for name, (path, _) in self._genes.items()}
        check(self.space, self.start)
        self._files()
        self.blocks: Sequence[Sequence[str]] = [[name] for name in self._genes]
        self.config = hash_of(self.content())

    def evaluate(self, params: Mapping[str, Value], bank: bytes, seed: int, amount: float, clock: float = math.inf) -> Outcome:
        """Live it for so many ticks, or until the clock says stop, which begins when the world is made and its first tick was lived."""
        with self._lived(params, bank, seed) as sim:
            _live(sim, int(amount), clock)
            return Outcome(
                self._scored(sim),
                self._bank(sim),
                float(sim.tick),
                {"alive": float(np.sum(sim.regions[0].engine.look("alive")))},
            )

    def mixed(self, one: bytes, other: bytes, seed: int) -> bytes:
        """Half of each bank, by lot."""
        from cyberspace.specimens import together

        rng, parts = np.random.default_rng(seed), []
        for content in (one, other):
            found = _organisms(content)
            parts.append(found[np.sort(rng.permutation(len(found))[: max(1, min(BANK // 2, len(found)))])])
        return together(parts).content()

    def transplanted(
        self, params: Mapping[str, Value], bank: bytes, donor: bytes, seed: int, amount: float, clock: float = math.inf
    ) -> bytes:
        """The region's bank after a second region, begun with the donor's bank, was joined to it by a beach of its whole lane axis."""
        with self._joined(params, bank, donor, seed) as sim:
            _live(sim, int(amount), clock)
            return self._bank(sim)

    def averaged(
        self,
        params: Sequence[Mapping[str, Value]],
        banks: Sequence[bytes],
        every: int,
        seed: int,
        amount: float,
        clock: float = math.inf,
    ) -> bytes:
        """Both live apart; every so many ticks the learned weights of their banks are averaged, organism by organism, and both go on."""
        if every < 1:
            raise InputError(problem("average: every", every, "at least 1 tick", "100"))
        now, rounds = list(banks), max(1, math.ceil(int(amount) / every))
        for step in range(rounds):
            for k, values in enumerate(params):
                with self._lived(values, now[k], seed + step) as sim:
                    _live(sim, min(every, max(1, int(amount) - step * every)), clock / rounds / len(params))
                    now[k] = self._bank(sim)
            now = _averaged(now)
        return now[0]

    def content(self) -> dict[str, object]:
        """As JSON."""
        return {
            "objective": "world", "text": self._text, "score": self._score, "backend": self._backend, "folder": self._folder,
            "paths": {name: path for name, (path, _) in self._genes.items()}, "genes": written(self.space),
        }  # fmt: skip

    def _changed(self, params: Mapping[str, Value]) -> Content:
        tables = copy.deepcopy(self._tables)
        space = cast("dict[str, Content]", tables["spaces"])[self._space]
        for name, value in params.items():
            _put(space, self._genes[name][0], value)
        space |= self._files()
        if self._backend:
            space["backend"] = self._backend
        return tables

    def _files(self) -> Content:
        """Rule and genesis of the space, with the Python files of the examples in their place: no other code is ever run for a pool."""
        space, found = cast("dict[str, Content]", self._tables["spaces"])[self._space], Content()
        for key in ("rule", "genesis"):
            value = str(space.get(key, ""))
            if ".py" not in value:
                continue
            from cyberspace.api.examples import home

            kind, rest = ("ancestor:", value[9:]) if value.startswith("ancestor:") else ("", value)
            name, _, what = rest.partition(":")
            file = home() / self._folder / name
            if not self._folder or "/" in name or ".." in self._folder or not file.is_file():
                raise InputError(problem(f"objective: {key}", value, "code of an example, with its folder", "a built-in one"))
            found[key] = f"{kind}{file}:{what}" if kind else _thing(str(file), what)
        return found

    @contextmanager
    def _lived(self, params: Mapping[str, Value], bank: bytes, seed: int) -> Iterator[Simulation]:
        with tempfile.TemporaryDirectory() as folder:
            tables = self._changed(params)
            if bank:
                _begin(cast("dict[str, Content]", tables["spaces"])[self._space], bank, Path(folder) / "bank.npz")
            yield self._simulation(tables, seed)

    @contextmanager
    def _joined(self, params: Mapping[str, Value], bank: bytes, donor: bytes, seed: int) -> Iterator[Simulation]:
        with tempfile.TemporaryDirectory() as folder:
            tables = self._changed(params)
            spaces = cast("dict[str, Content]", tables["spaces"])
            host = spaces[self._space]
            other = copy.deepcopy(host)
            for space, content, name in ((host, bank, "host"), (other, donor, "donor")):
                if content:
                    _begin(space, content, Path(folder) / f"{name}.npz")
            spaces["donor"] = other
            cast("Content", tables.setdefault("world", {}))["far_tide"] = 1
            shore = {"lane": [0, _length(host, "lane")]}
            tables["beaches"] = [{"between": [self._space, "donor"], "shores": [shore, shore], "stretch": 16}]
            yield self._simulation(tables, seed)

    def _simulation(self, tables: Content, seed: int) -> Simulation:
        from cyberspace.api.simulation import Simulation

        return Simulation(tables, seed=seed, threads=1)

    def _scored(self, sim: Simulation) -> float:
        if self._score == "tasks":
            found = sim.shares(self._space)
            if not found:
                raise Dead("nobody was judged")
            return float(np.mean(list(found.values())))
        from cyberspace.record.scores import COLUMNS, scored, scores_of, spreads

        world = sim.universe.worlds[0]
        told = scored(world)
        if not told:
            raise InputError(problem("objective: score", self._score, "a task that says a score", "score = tasks"))
        values = spreads(world, (scores_of(world, state) for state in [sim.regions[0].state(sim.tick)]))
        value = float(np.asarray(values)[0, COLUMNS.index(self._score)])
        if not math.isfinite(value):
            raise Dead("nobody lives, or nobody was judged yet")
        return -value if told[0].better == "lower" else value

    def _bank(self, sim: Simulation) -> bytes:
        from cyberspace.record.taken import take

        states = [region.state(sim.tick) for region in sorted(sim.regions, key=lambda one: int(one.world.region))]
        found = take(sim.universe, states, sim.universe.spaces[0], "pool", sim.tick)
        if found is None:
            return b""
        chosen = np.linspace(0, len(found) - 1, min(BANK, len(found))).astype(np.int64)
        # The identity of a world that began with a bank tells in which folder that lay; where a bank comes from, the ledger knows.
        origins = tuple(
            cast("Origin", {key: value for key, value in one.items() if key != "identity"}) for one in found.origins
        )
        return replace(found[chosen], origins=origins).content()


def _live(sim: Simulation, ticks: int, seconds: float) -> None:
    """Live for so many ticks, or until the clock says stop, which is late by hardly more than a tick.

    The clock begins after a first tick, since that may have to compile the kernels: minutes on a machine that never did.
    """
    if math.isinf(seconds):
        sim.advance(ticks)
        return
    sim.advance(1)
    begin, last, chunk = time.perf_counter(), ticks, 1
    while sim.tick < last and (left := seconds - (time.perf_counter() - begin)) > 0:
        before = time.perf_counter()
        sim.advance(min(chunk, last - sim.tick))
        took = time.perf_counter() - before
        chunk = max(1, chunk // 2) if took > left / 4 else min(MOST_TICKS, 2 * chunk) if took < left / 16 else chunk


@cache
def _thing(file: str, name: str) -> object:
    """A name in a file of the examples, the same object each time: its kernels are compiled once."""
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location(f"example_{Path(file).stem}", file)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, name)


def _organisms(content: bytes) -> Specimens:
    from cyberspace.specimens import read_specimens

    return read_specimens(content, "bank")


def _averaged(banks: Sequence[bytes]) -> list[bytes]:
    """Each bank with the mean of all their weights, where shapes agree; organisms are paired in their order."""
    if not all(banks):
        return list(banks)
    found = [_organisms(content) for content in banks]
    if len({(one.body, one.weights.shape[1:]) for one in found}) > 1:
        return list(banks)
    count = min(map(len, found))
    mean = np.rint(np.mean([one.weights[:count].astype(np.float64) for one in found], axis=0)).astype(np.int8)
    return [replace(one[slice(0, count)], weights=mean).content() for one in found]


def _begin(space: Content, bank: bytes, path: Path) -> None:
    path.write_bytes(bank)
    space["genesis"], space["learned"] = f"file:{path}", True


def _length(space: Content, axis: str) -> int:
    value = cast("dict[str, object]", space["axes"])[axis]
    return int(cast(int, cast("dict[str, object]", value)["length"] if isinstance(value, dict) else value))


def _at(table: Content, path: str, name: str) -> Value:
    here: object = table
    for key in path.split("."):
        try:
            here = here[int(key)] if isinstance(here, list) else cast(Content, here)[key]
        except (KeyError, IndexError, TypeError, ValueError):
            raise InputError(
                problem(f"genes.{name}", f"{path}, which the world does not say", "a key of its space", "saying it")
            ) from None
    return cast(Value, here)


def _put(table: Content, path: str, value: Value) -> None:
    here: object = table
    *way, last = path.split(".")
    for key in way:
        here = here[int(key)] if isinstance(here, list) else cast(Content, here)[key]
    cast(Content, here)[last] = value
