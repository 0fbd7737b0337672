"""Objectives by what a ledger says of them, and those that have a name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from cyberspace.collective.ledger.space import Written, choice, read, real, whole
from cyberspace.collective.objective.landscape import Landscape
from cyberspace.collective.objective.objective import Objective
from cyberspace.collective.objective.world import WorldObjective
from cyberspace.errors import InputError, nearest, problem

BYTES = """
[world]
seed = 1

[spaces.text]
kind = "gpu"
backend = "numba"
body = { senses = 24, units = 16, shift = 7 }
rule = "text.py:tuned"
genesis = "ancestor:text.py:steady"
axes.lane = { length = 16 }
physics = { lesson = 1, lifespan = 2000, spark = 0, sunlight = 4, upkeep = 3 }

[[spaces.text.tasks]]
name = "bytes"
options.text = "markov:2"
options.symbol = 1
options.shows = "slots"
options.slots = 16
options.banks = 1
options.loud = 119
options.orders = [2]
options.par = 800
options.scale = 48
"""
"""The small world of text of the examples, begun with answers that say too little and lives that are short."""


def small_bytes(backend: str = "numba") -> WorldObjective:
    """The small world of text, with six genes; its score is minus the bits that the median organism needs for a symbol."""
    physics = {name: f"physics.{name}" for name in ("sunlight", "upkeep", "lifespan")}
    options = {name: f"tasks.0.options.{name}" for name in ("loud", "scale", "slots")}
    ranges = {
        "sunlight": real(3, 12), "upkeep": real(1, 6), "lifespan": whole(200, 20000, log=True), "slots": choice(8, 12, 16),
        "scale": whole(4, 64, log=True), "loud": choice(17, 34, 51, 68, 85, 102, 119),
    }  # fmt: skip
    genes = {name: (path, ranges[name]) for name, path in (physics | options).items()}
    return WorldObjective(BYTES, genes, "median", backend, "8_text")


NAMES: dict[str, Callable[[], Objective]] = {
    "blocks": lambda: Landscape("blocks"),
    "scrambled": lambda: Landscape("scrambled"),
    "smooth": lambda: Landscape("smooth", blocks=1, width=1, reals=6),
    "bytes": small_bytes,
}
"""By name, for the command line."""


def objective_named(name: str) -> Objective:
    """One of `NAMES`.

    Raises:
        InputError: If there is none of this name.
    """
    if name not in NAMES:
        raise InputError(problem("objective", repr(name), f"one of {', '.join(NAMES)}", nearest(name, NAMES)))
    return NAMES[name]()


def objective_of(content: Mapping[str, object]) -> Objective:
    """The objective that `content()` told of; it is data, and nothing of it is run but what the world file names here.

    Raises:
        InputError: If it is none.
    """
    told = dict(content)
    kind = told.pop("objective", "")
    try:
        if kind == "landscape":
            return Landscape(**told)  # type: ignore[arg-type]
        if kind == "world":
            genes, paths = read(cast("dict[str, Written]", told["genes"])), cast("dict[str, str]", told["paths"])
            pairs = {name: (paths[name], gene) for name, gene in genes.items()}
            return WorldObjective(str(told["text"]), pairs, str(told["score"]), str(told["backend"]), str(told["folder"]))
    except (KeyError, TypeError, ValueError):
        pass
    raise InputError(
        problem("objective", f"{str(kind)[:40]!r} with other keys", "a landscape or a world", "a ledger of this version")
    )
