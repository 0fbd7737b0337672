"""Tables of the law: numbers of the physics, axes, senses, fields of the state, flows, letters, streams, acts."""

from __future__ import annotations

from collections.abc import Iterator

from cyberspace.law import letters, state
from cyberspace.law.kinds import KINDS, upkeep, work_of
from cyberspace.law.physics import NUMBERS
from cyberspace.wire.protocol import ACTS
from house import markdown, worldfile
from organisms import bits, body
from organisms.traits import TRAITS
from topology import axes as space_axes


def physics_numbers() -> Iterator[str]:
    """The numbers of the physics: key, start value, range, unit, meaning."""
    rows = []
    for one in NUMBERS:
        between = worldfile.value_range({"minimum": one.low, "maximum": one.high})
        rows.append((f"`{one.key}`", f"`{one.start}`", between, one.unit, one.meaning))
    yield from markdown.rows(("key", "start value", "range", "unit", "meaning"), rows)


def kinds() -> Iterator[str]:
    """The kinds of regions that are built in, with what a full brain of the start values owes."""
    price = next(one.start for one in NUMBERS if one.key == "upkeep")
    plan = body.BodyPlan()
    rows = []
    for name, kind in KINDS.items():
        work = (kind.base, kind.per_synapse, kind.per_unit)
        start = ", ".join(f"`{key}` {value}" for key, value in kind.start.items()) or "none"
        full, half = (upkeep(int(price or 0), work_of(work, plan.synapses // k, plan.units // k)) for k in (1, 2))
        rows.append((f"`{name}`", ", ".join(f"`{axis}`" for axis in kind.axes), *work, start, full, half))
    head = (
        "kind",
        "near axes",
        "base",
        "per synapse",
        "per unit",
        "start values that differ",
        "a full brain owes",
        "half of one",
    )
    yield from markdown.rows(head, rows)


def axes() -> Iterator[str]:
    """The axes with their start values."""
    rows = []
    for name in space_axes.SPACE_AXES:
        far = name in space_axes.FAR_AXES
        other = "" if far else f"`{KINDS['cpu'].calls(name)}`"
        curled = "yes" if name in space_axes.DEFAULT_CURLED else "no"
        rows.append((f"`{name}`", other, "far" if far else "near", space_axes.DEFAULT_STRETCH[name], curled))
    yield from markdown.rows(("axis", "on a CPU", "near or far", "stretch, start value", "curled"), rows)


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


def traits() -> Iterator[str]:
    """What is told by a genome alone."""
    rows = [(f"`{name}`", f"`{one.dtype}`", one.unit, one.meaning) for name, one in TRAITS.items()]
    yield from markdown.rows(("trait", "type", "unit", "meaning"), rows)


def flows() -> Iterator[str]:
    """What is added up in every region."""
    groups = {"in": state.INFLOWS, "heat": state.HEATS, "letters": state.POSTS, "count": state.COUNTS}
    rows = [(f"`{name}`", group, meaning) for group, told in groups.items() for name, meaning in told.items()]
    yield from markdown.rows(("name", "side of the ledger", "meaning"), rows)


def letter() -> Iterator[str]:
    """The fields of a letter, in the order of its bytes."""
    rows = []
    for one in letters.LETTER:
        told = one.metadata
        rows.append((f"`{one.name}`", f"`{told['dtype']}`", ", ".join((*told["axes"], told["per"]))))
    yield from markdown.rows(("field", "type", "axes"), rows)


def streams() -> Iterator[str]:
    """The streams of randomness."""
    rows = [(name, getattr(bits, name), meaning) for name, meaning in bits.STREAMS.items()]
    yield from markdown.rows(("stream", "number", "used for"), rows)


def acts() -> Iterator[str]:
    """What people may do."""
    rows = [(f"`{kind}`", ", ".join(f"`{key}`" for key in keys)) for kind, keys in ACTS.items()]
    yield from markdown.rows(("act", "keys"), rows)
