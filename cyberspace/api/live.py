"""A run that goes on and is served: its tick, its state, and acts, over the wire."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np

from cyberspace.api import dataset
from cyberspace.api.dataset import Sheet, Variable
from cyberspace.api.hands import checked, refusal
from cyberspace.errors import InputError, Refused, nearest, problem
from cyberspace.wire.client import Client
from cyberspace.wire.connection import FILES, own_name

if TYPE_CHECKING:
    from cyberspace.api.dataset import Dataset
    from cyberspace.wire.client import Answer, Head


class Live:
    """A connection to a run; it is a context manager, so that it is closed.

    Args:
        folder: The run's folder.
        play: Whether to come as a player, where that is allowed.

    Raises:
        InputError: If nobody serves the run, or nobody answers.
    """

    def __init__(self, folder: Path, play: bool = True):
        names = [FILES[role] for role in (("play", "watch") if play else ("watch",))]
        files = [folder / name for name in names if (folder / name).is_file()]
        if not files:
            got, expected = "no connection file", "one that a run writes while it is served"
            raise InputError(
                problem(str(folder / names[0]), got, expected, f"cyberspace run --resume {folder} --ticks N --serve")
            )
        self._client = Client(files[0])
        try:
            self.about: Head = dict(self._ask("about")[0])
        except InputError:
            self.close()
            raise

    @property
    def tick(self) -> int:
        """Ticks that everybody has lived."""
        return int(self._ask("about")[0]["tick"])

    def state(self, *fields: str, space: str | None = None, at: Mapping[str, int | str] | None = None) -> Dataset:
        """Fields as they are now, with unit and meaning.

        Args:
            *fields: Up to eight names: those of the state, a component of one ("activity.0"), or derived ones ("age", "lineage").
            space: Name of the space; the first one if left out.
            at: By axis a place, "mean" or "max"; all of it where nothing is told.

        Raises:
            InputError: If the run refuses, with its reason.
        """
        spaces = self.about["spaces"]
        chosen = next(iter(spaces)) if space is None else space
        if chosen not in spaces:
            raise InputError(problem("space", repr(space), f"one of {', '.join(spaces)}", nearest(str(space), spaces)))
        head, arrays = self._ask("frame", space=chosen, fields=list(fields), at=dict(at or {}))
        reduced = {name for name, value in (at or {}).items() if value != "all"}
        axes = [axis for axis in spaces[chosen]["axes"] if axis["name"] not in reduced]
        about = {one["name"]: one for one in spaces[chosen]["fields"]}
        names = tuple(axis["name"] for axis in axes)
        variables = {}
        for name, values in arrays.items():
            told = about[name.partition(".")[0]]
            variables[name] = Variable(names, values, told["unit"], told["meaning"])
        places = {axis["name"]: Variable((axis["name"],), np.arange(axis["length"])) for axis in axes}
        return dataset.dataset(Sheet(variables, places, {"space": chosen, "tick": head["tick"], "seed": self.about["seed"]}))

    def act(self, kind: str, **keys: object) -> Head:
        """Take part, as `cyberspace.Simulation.put`.

        Raises:
            InputError: If it is no act, or can't be done.
        """
        act = checked(kind, keys)
        try:
            happened = self._client.told("act", act=act)[0]
            if not happened["done"]:
                raise Refused(happened["said"])
            return dict(happened)
        except Refused as refused:
            raise refusal(kind, keys, refused) from None

    def control(self, do: str, **keys: int) -> None:
        """Control the pace: "pause", "resume", "step" (ticks), "pace" (rate, in ticks per second; 0 for as fast as it goes).

        What is ordered holds until somebody ends it, or this connection is closed.

        Raises:
            InputError: If the run refuses.
        """
        name = {"name": own_name()} if "held" in self.about["pace"] else {}  # an older run knows no names
        self._ask("control", do=do, **name, **keys)

    def _ask(self, ask: str, **keys: object) -> Answer:
        try:
            return self._client.told(ask, **keys)
        except Refused as refused:
            got = f"{ask} {', '.join(f'{key}={value!r}' for key, value in keys.items())}".strip()
            raise InputError(problem("live", got, f"what the run answers ({refused})", "what `about` tells of")) from None

    def close(self) -> None:
        """Close the connection; the run goes on."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
