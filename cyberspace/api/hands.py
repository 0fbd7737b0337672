"""Acts on a simulation: checked as over the wire, done at once, and remembered as a run's journal would."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from cyberspace.acts.history import History
from cyberspace.acts.perform import do
from cyberspace.errors import InputError, Refused, nearest, problem
from cyberspace.record.journal import Entry, Journal
from cyberspace.record.run_folder import Tenure
from cyberspace.wire.protocol import ACTS, check_act

if TYPE_CHECKING:
    from cyberspace.acts.ground import Ground
    from cyberspace.law.universe import Universe
    from cyberspace.law.world import World
    from cyberspace.record.act import Act, Happened


class Memory(Journal):
    """A journal that is on no disk.

    Args:
        past: One to begin with.
    """

    def __init__(self, past: Journal | None = None):
        super().__init__(Path(os.devnull) / "journal")
        if past is not None:
            self.entries, self.happened = list(past.entries), dict(past.happened)

    @classmethod
    def read(cls, path: Path, most: int | None = None) -> Memory:
        """What stands in a run's journal, which is left as it is even if its last line is being written; so many acts at most.

        Raises:
            InputError: If a line was changed.
        """
        made = cls()
        made._path = path
        if path.exists():
            made._read(path.read_bytes(), write=False)
            made._check_count()
        made.entries = made.entries[:most]
        return made

    def _write(self, content: bytes) -> None:
        """There is nowhere to write."""

    def note(self, tick: int, act: Act) -> Entry:
        """Take note of one act."""
        self.entries.append(Entry(len(self.entries), tick, act))
        return self.entries[-1]


class Free(Tenure):
    """The right to change what is in this process alone: nobody else has a claim to it."""

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nothing has to be held."""
        yield


class Hands(History):
    """What is done to one region of a simulation; acts of a run that it was taken from are repeated at their ticks.

    Args:
        world: The region.
        done: Acts that are in its state already.
        past: The journal so far.
    """

    def __init__(self, world: World, done: int, past: Journal | None = None):
        self.memory = Memory(past)
        super().__init__(Free(Path(), 1), world, done, self.memory)

    def put(self, ground: Ground, tick: int, act: Act) -> Happened:
        """Do an act at the start of a tick.

        Raises:
            Refused: If it can't be done; then nothing has changed.
        """
        self.need_no_past()
        act, number = self._with_past(act), len(self.memory.entries)
        happened = do(ground, self.world, tick, number, act)
        self._keep(self.memory.note(tick, act), happened)
        return {"tick": tick, "n": number, "region": int(self.world.region), **happened}


def checked(kind: str, keys: dict[str, object]) -> Act:
    """An act with all its keys, as the wire would take it.

    Raises:
        InputError: If it is none.
    """
    if kind not in ACTS:
        raise InputError(problem("put", repr(kind), f"one of {', '.join(ACTS)}", nearest(str(kind), ACTS)))
    try:
        return cast("Act", check_act({"kind": kind, **{key: _plain(value) for key, value in keys.items()}}))
    except Refused as refused:
        raise refusal(kind, keys, Refused(str(refused), f"one with the keys {', '.join(ACTS[kind])}")) from None


def refusal(kind: str, keys: dict[str, object], refused: Refused) -> InputError:
    """The error that tells why an act can't be done."""
    got = f"{kind} {', '.join(f'{key}={_short(value)}' for key, value in keys.items())}".strip()
    attempt = refused.attempt or "looking at the state first"  # over the wire the reason alone comes back
    return InputError(problem("put", got, f"an act that can be done ({refused})", attempt))


def region_of(universe: Universe, act: Act) -> int:
    """The region that an act concerns: that of its sites, or the one it names in a space, by default the first plaza.

    Raises:
        Refused: If there is no such region.
    """
    sites = act.get("sites") or [act[key] for key in ("site", "to") if key in act]
    if sites:
        return owner(universe, min(sites))
    plazas = [space for space in universe.spaces if universe.worlds[space.first_region].plaza] or universe.spaces
    chosen = next(
        (space for space in (universe.spaces if act["space"] else plazas) if act["space"] in (space.name, None)), None
    )
    if chosen is None:
        names = [space.name for space in universe.spaces]
        raise Refused(f"space: expected one of {', '.join(names)}", nearest(str(act["space"]), names))
    if act["region"] >= len(chosen.regions):
        raise Refused(f"region: expected 0 to {len(chosen.regions) - 1}", "region=0")
    return chosen.first_region + int(act["region"])


def owner(universe: Universe, site: int) -> int:
    """The region of a site.

    Raises:
        Refused: If there is no such site.
    """
    if not 0 <= site < universe.sites:
        raise Refused(f"site: expected a number from 0 to {universe.sites - 1}", "0")
    return next(int(world.region) for world in reversed(universe.worlds) if world.first_site <= site)


def _plain(value: object) -> object:
    """Arrays of any shape and tuples as the plain lists that the wire has, numbers of NumPy as plain ones."""
    if hasattr(value, "__array__"):
        flat: object = np.asarray(value).ravel().tolist() if np.ndim(value) else np.asarray(value).item()
        return flat
    return list(value) if isinstance(value, tuple | range) else value


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) < 40 else f"{text[:36]} ..."
