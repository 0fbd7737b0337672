"""How a user takes part outside of the plaza: brush, copies, freezer, undo."""

from __future__ import annotations

from dataclasses import replace

from cyberspace.errors import InputError
from render.about import FAR, Place
from render.belongings import by, plot_at
from render.freezer import frozen
from render.model import TOOLS, Model


def tools(model: Model) -> tuple[str, ...]:
    """What can be taken in hand: nothing but looking where nobody can act, and no blocks where none can stand."""
    if not model.source.about.acts:
        return TOOLS[:1]
    return TOOLS if model.space.plaza else tuple(name for name in TOOLS if name in ("look", "erase"))


def tool(model: Model, name: str | None) -> None:
    """Take a tool in hand, or the next one."""
    offered = tools(model)
    model.tool = name or offered[(offered.index(model.tool) + 1) % len(offered) if model.tool in offered else 0]


def brush(model: Model, change: int) -> None:
    """A larger or smaller brush."""
    model.brush = min(max(1, model.brush + change), 32)


def paint(model: Model, place: Place) -> None:
    """Use the tool in hand around a place."""
    sites = brushed(model, place)
    if model.tool == "erase":
        model.source.act("erase", space=model.space.name, sites=sites)
    elif model.tool != "look":
        block = "empty" if model.tool == "remove" else model.tool
        model.source.act("block", space=model.space.name, sites=sites, block=block)


def brushed(model: Model, place: Place) -> list[int]:
    """Sites under the brush: a square along the two innermost axes, inside the region."""
    down, across = model.projection.inner
    spans = []
    for axis, length in enumerate(model.space.shape):
        reach = model.brush - 1 if axis in (down, across) and axis >= FAR else 0
        first = place[axis] - reach // 2
        spans.append(range(max(0, first), min(length, first + reach + 1)))
    sites: list[Place] = [()]
    for span in spans:
        sites = [(*site, k) for site in sites for k in span]
    return [model.space.site(site) for site in sites]


def copy(model: Model, _: object) -> None:
    """Copy the chosen organism, to be put down elsewhere."""
    if model.organism is None:
        model.tell("choose an organism first: click on it", wrong=True)
        return
    try:
        name = f"{model.organism.fields.get('founder', 0):08x}"
        model.carried = frozen(model.organism, name, model.source.about.title, model.space.shift)
    except InputError as error:
        model.tell(error.problems[0], wrong=True)
        return
    model.tell(f"you carry a copy of {model.carried.name}; paste it on an empty site")


def lift(model: Model, place: Place) -> None:
    """Pick up a copy of whoever is seen at a place; it stays in hand whatever becomes of the original meanwhile."""
    model.carried = None
    model.choose(place)
    model.once = lambda: copy(model, None)


def paste(model: Model, place: Place | None) -> None:
    """Put the copy down."""
    place = place or model.hover or model.chosen
    if model.carried is None or place is None:
        model.tell(
            "nothing is carried: copy an organism first" if model.carried is None else "point at an empty site", wrong=True
        )
        return
    if (model.carried.units, model.carried.senses) != (model.space.units, model.space.senses):
        told = f"this organism has {model.carried.units} units and {model.carried.senses} senses; here a body has "
        model.tell(f"{told}{model.space.units} and {model.space.senses}", wrong=True)
        return
    if None not in (model.carried.shift, model.space.shift) and model.carried.shift != model.space.shift:
        model.tell(f"this organism has a body of shift {model.carried.shift}; here it is {model.space.shift}", wrong=True)
        return
    energy = max(1, model.space.number("newborn"))
    model.source.act(
        "transplant", space=model.space.name, to=model.space.site(place), genome=list(model.carried.genome),
        weights=list(model.carried.weights), founder=model.carried.founder, energy=energy, **by(model),
        **({"wallet": True} if plot_at(model, place) else {}),
    )  # fmt: skip


def freeze(model: Model, name: str | None) -> None:
    """Keep the chosen organism in the freezer on disk."""
    copy(model, None)
    if model.organism is not None and model.carried is not None:
        kept = model.freezer.put(replace(model.carried, name=name or model.carried.name))
        model.tab = "freezer"
        model.tell(f"kept as {kept} in {model.freezer.folder}")


def thaw(model: Model, name: str) -> None:
    """Carry an organism from the freezer."""
    try:
        model.carried = model.freezer.get(name)
    except InputError as error:
        model.tell(error.problems[0], wrong=True)
        return
    model.tell(f"you carry {name}; put it down on an empty site")


def undo(model: Model, _: object) -> None:
    """Undo one's own last act."""
    if model.acts:
        last = model.acts.pop()
        model.source.act("undo", of=last.number, space=last.space, region=last.region)
    else:
        model.tell("you have done nothing that could be undone", wrong=True)
