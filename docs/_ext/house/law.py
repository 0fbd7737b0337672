"""Tables of the law: numbers of the physics, axes, senses, fields of the state, flows, letters, streams, acts."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

from cyberspace.law import letters, state
from cyberspace.wire.protocol import ACTS
from cyberspace.worldfile import schema
from house import markdown, worldfile
from organisms import bits, body
from topology import axes as space_axes

PHYSICS = {
    "sunlight": ("energy per tick", "income of every living site"),
    "soil": ("energy per tick", "what soil adds to sunlight, in a plaza"),
    "upkeep": ("energy per tick", "price of living, charged as the kind of the region says"),
    "copy": ("energy per locus and unit of stretch", "price of copying a genome"),
    "move": ("energy per unit of stretch", "price of moving"),
    "cap": ("energy", "what an organism holds at most; what is above it turns to heat"),
    "spore": ("energy", "a spore is written only above it"),
    "newborn": ("energy", "what genesis and sparks give to a random organism"),
    "gift": ("log2", "a gift is energy / 2^gift"),
    "fire": ("activity", "an act happens when its unit is above it"),
    "lifespan": ("ticks", "mean life: death by chance comes with probability 1/lifespan per tick"),
    "radiation": ("hits per birth", "expected number of loci that are hit"),
    "spark": ("ticks", "mean time until a spark falls on an empty site; 0 switches it off"),
    "silent": ("1/16", "share of the alleles made by chance that are 0"),
    "lesson": ("ticks", "length of a lesson"),
}


def physics_numbers() -> Iterator[str]:
    """The numbers of the physics: key, start value, range, unit, meaning."""
    yield from markdown.rows(("key", "start value", "range", "unit", "meaning"), _number_rows())


def _number_rows() -> list[tuple[str, ...]]:
    """Rows of `physics_numbers`; the one place that knows where the numbers are declared."""
    if find_spec("cyberspace.law.physics"):
        numbers = import_module("cyberspace.law.physics").NUMBERS
        return [(f"`{one.key}`", str(one.start), _between(one.low, one.high), one.unit, one.meaning) for one in numbers]
    found = schema.PhysicsTable.model_json_schema()["properties"]
    return [
        (f"`{key}`", str(facts.get("default")), worldfile.value_range(facts), *PHYSICS[key]) for key, facts in found.items()
    ]


def _between(low: object, high: object) -> str:
    return worldfile.value_range({"minimum": low, "maximum": high})


def axes() -> Iterator[str]:
    """The seven axes with their start values."""
    cpu = {own: name for name, own in space_axes.CPU_NAMES.items()}
    body_rows = []
    for name in space_axes.SPACE_AXES:
        far = name in space_axes.FAR_AXES
        other = "" if far else f"`{cpu[name]}`"
        curled = "yes" if name in space_axes.DEFAULT_CURLED else "no"
        body_rows.append((f"`{name}`", other, "far" if far else "near", space_axes.DEFAULT_STRETCH[name], curled))
    yield from markdown.rows(("axis", "on a CPU", "near or far", "stretch, start value", "curled"), body_rows)


def senses() -> Iterator[str]:
    """The senses that every world has."""
    rows = [(k, f"`{name}`", what) for k, (name, what) in enumerate(body.SENSES)]
    yield from markdown.rows(("input", "sense", "what it shows"), rows)


def actuators() -> Iterator[str]:
    """What the first units do."""
    rows = [(k, f"`{name}`", what) for k, (name, what) in enumerate(body.ACTUATORS)]
    yield from markdown.rows(("unit", "actuator", "what it does"), rows)


def quantities() -> Iterator[str]:
    """The fields of the state."""
    rows = [
        (f"`{one.name}`", f"`{one.dtype}`", ", ".join((*one.components, "site")), one.unit, one.meaning)
        for one in state.QUANTITIES
    ]
    yield from markdown.rows(("field", "type", "axes", "unit", "meaning"), rows)


FLOWS = {
    "sunlight": "income of the living",
    "fill": "what flowed into pools",
    "genesis": "given to those who were there at tick 0, and to sparks",
    "soil": "income of those who live on soil",
    "people": "brought in by people",
    "upkeep": "paid for living",
    "overflow": "above the cap",
    "fines": "taken by tasks",
    "death": "held by those who died",
    "copying": "paid for births",
    "moving": "paid for moves",
    "lost": "came in a letter and could not settle",
    "taken": "taken out by people",
    "sent": "left with letters",
    "received": "came with letters",
    "alive": "population, summed over ticks",
    "births": "spores that settled",
    "faithful": "births within 5 % Hamming distance of the parent",
    "sparks": "random organisms that arose",
    "deaths": "organisms that died",
    "paid": "energy paid from pools",
    "acts": "acts of people",
}


def flows() -> Iterator[str]:
    """What is added up in every region."""
    groups = {"in": state.INFLOWS, "heat": state.HEATS, "letters": state.POSTS, "count": state.COUNTS}
    rows = [(f"`{name}`", group, FLOWS.get(name, name)) for group, names in groups.items() for name in names]
    yield from markdown.rows(("name", "side of the ledger", "meaning"), rows)


def letter() -> Iterator[str]:
    """The fields of a letter, in the order of its bytes."""
    rows = []
    for per, table in (("place", letters.PER_PLACE), ("slot", letters.PER_SLOT)):
        rows += [(f"`{row[0]}`", f"`{row[1]}`", ", ".join((*row[2], per))) for row in table]
    yield from markdown.rows(("field", "type", "axes"), rows)


def streams() -> Iterator[str]:
    """The streams of randomness."""
    names = re.findall(r"[A-Z]+", next(line for line in inspect.getsource(bits).splitlines() if line.startswith("GENESIS")))
    what = {
        "GENESIS": "genomes at tick 0",
        "LIFE": "who dies by chance, where a spark falls; who lives at tick 0",
        "NOISE": "the copier's noise",
        "RADIATION": "hits of a child",
        "SPARK": "genomes of sparks",
        "LEARN": "dither of the learning rule",
        "PEOPLE": "lineages that people bring",
        "TASK": "bits of the first task; the others count up from it",
    }
    yield from markdown.rows(("stream", "number", "used for"), [(name, getattr(bits, name), what[name]) for name in names])


def acts() -> Iterator[str]:
    """What people may do."""
    rows = [(f"`{kind}`", ", ".join(f"`{key}`" for key in keys)) for kind, keys in ACTS.items()]
    yield from markdown.rows(("act", "keys"), rows)
