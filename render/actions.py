"""What a user can do, by name: the keys, the buttons and the tests all do it through this table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cyberspace.errors import InputError
from render.fields import BY_NAME, FIELDS
from render.frames import Place
from render.freezer import frozen
from render.model import EVERY, SPEEDS, TOOLS, Model
from render.projection import HOWS, Cut

FAR = 4
"""Axes that number regions; an act concerns one region."""

Do = Callable[[Model, Any], None]


def pause(model: Model, _: Any) -> None:
    """Pause or go on."""
    if model.source.about.live:
        model.source.control("resume" if model.source.about.paused else "pause")
    else:
        model.playing.on = not model.playing.on
        if model.playing.on and model.playing.tick is None:
            model.playing.tick = int(model.source.ticks()[0]) if len(model.source.ticks()) else None


def step(model: Model, count: int) -> None:
    """One step on or back."""
    if model.source.about.live:
        if count > 0:
            model.source.control("step", ticks=count * model.playing.every)
        else:
            model.tell("a run that is going on can't go back; its record can: cyberspace view RUN --record", wrong=True)
    else:
        model.playing.on = False
        model.step(count * model.playing.every)


def speed(model: Model, change: int) -> None:
    """Faster or slower."""
    at = min(max(0, SPEEDS.index(model.playing.speed) + change), len(SPEEDS) - 1)
    model.playing.speed = SPEEDS[at]
    if model.source.about.live:
        fastest = at == len(SPEEDS) - 1
        model.source.control("pace", rate=0 if fastest else SPEEDS[at] * 10)
        model.tell("as fast as it goes" if fastest else f"{SPEEDS[at] * 10} ticks per second")


def every(model: Model, _: Any) -> None:
    """Show only every n-th."""
    model.playing.every = EVERY[(EVERY.index(model.playing.every) + 1) % len(EVERY)]


def newest(model: Model, _: Any) -> None:
    """Show the newest."""
    model.playing.tick, model.playing.on = None, False
    model.forget("frame", "site")


def go_to_tick(model: Model, share: float) -> None:
    """Go to a part of a record's time, 0 to 1."""
    ticks = model.source.ticks()
    if len(ticks):
        wanted = ticks[0] + share * (ticks[-1] - ticks[0])
        model.playing.tick, model.playing.on = int(ticks[abs(ticks - wanted).argmin()]), False
        model.forget("frame", "site")


def show_field(model: Model, name: str) -> None:
    """Colour the world by a field."""
    model.show(kind=BY_NAME[name])


def next_field(model: Model, change: int) -> None:
    """The next field."""
    model.show(kind=FIELDS[(FIELDS.index(model.kind) + change) % len(FIELDS)])


def roll(model: Model, _: Any) -> None:
    """Roll the order of the axes."""
    model.show(projection=model.projection.rolled())


def swap(model: Model, _: Any) -> None:
    """Swap down and across."""
    order = model.projection.order
    model.show(projection=replace(model.projection, order=(*order[:-2], *order[:-3:-1])))


def hide(model: Model, axis: int) -> None:
    """Hide an axis behind a slice, or show it again."""
    model.axis = axis
    projection = model.projection
    if axis in projection.order:
        place = model.hover or model.chosen
        model.show(projection=projection.hide(axis, Cut(place[axis] if place else 0)))
    else:
        model.show(projection=projection.show(axis))


def how(model: Model, axis: int | None) -> None:
    """Slice, mean or maximum over a hidden axis."""
    axis = model.axis if axis is None else axis
    cut = model.projection.hidden.get(axis)
    if cut is not None:
        after = replace(cut, how=HOWS[(HOWS.index(cut.how) + 1) % len(HOWS)])
        model.show(projection=model.projection.hide(axis, after))
        model.axis = axis


def cut_at(model: Model, wanted: tuple[int, float]) -> None:
    """Move the slice of a hidden axis: (axis, share of its length)."""
    axis, share = wanted
    place = min(int(share * model.space.shape[axis]), model.space.shape[axis] - 1)
    cut = model.projection.hidden.get(axis, Cut())
    model.axis = axis
    model.show(projection=model.projection.hide(axis, replace(cut, place=place)))


def cut_step(model: Model, change: int) -> None:
    """The next place of the axis in hand."""
    cut = model.projection.hidden.get(model.axis)
    if cut is not None:
        length = model.space.shape[model.axis]
        model.show(projection=model.projection.hide(model.axis, replace(cut, place=(cut.place + change) % length)))


def next_axis(model: Model, _: Any) -> None:
    """Take the next axis in hand."""
    used = [axis for axis, length in enumerate(model.space.shape) if length > 1] or [0]
    model.axis = next((axis for axis in used if axis > model.axis), used[0])


def next_space(model: Model, name: str | None) -> None:
    """Look at the next space, or at the one of a name."""
    spaces = model.source.about.spaces
    at = next(k for k, space in enumerate(spaces) if space.name == (name or model.space.name))
    model.enter(spaces[at if name else (at + 1) % len(spaces)])


def fit(model: Model, _: Any) -> None:
    """See all."""
    model.camera = None


def tab(model: Model, name: str) -> None:
    """Turn to a page of the right panel."""
    model.tab = name
    if name == "tree":
        grow_tree(model, None)


def grow_tree(model: Model, _: Any) -> None:
    """Draw the lineage tree of the chosen organism's lineage, or of all."""
    founder = int(model.organism.fields.get("founder", 0)) if model.organism is not None else None
    model.tree, model.tab = None, "tree"
    model.source.ask_tree(model.space.name, model.playing.tick, founder or None)


def fold(model: Model, change: int) -> None:
    """Fold closer or farther relatives."""
    model.fold = min(max(0, model.fold + change), 400)


def follow(model: Model, _: Any) -> None:
    """Follow the chosen organism."""
    if model.organism is not None:
        model.following = not model.following


def largest(model: Model, mark: int | None) -> None:
    """Find somebody of the largest lineage, or of the lineage of a mark."""
    frame, sizes = model.frame, model.context.lineages.sizes
    if frame is None or "founder" not in frame.arrays or not sizes:
        model.show(kind=BY_NAME["lineage"])
        model.tell("now the lineages are shown; once more finds the largest")
        return
    import numpy as np

    from render.fields import alive

    wanted = mark or next(iter(sizes))
    members = np.argwhere(alive(frame.arrays) & (frame.arrays["founder"] == wanted))
    if not len(members):
        model.tell("nobody of this lineage is in sight", wrong=True)
        return
    place = [int(k) for k in members[len(members) // 2]]
    for axis, cut in model.projection.hidden.items():
        place[axis] = cut.place if frame.arrays["founder"].shape[axis] == 1 else place[axis]
    model.go_to(tuple(place))
    model.tab = "inspect"
    model.tell(f"a member of lineage {wanted:08x}, which counts {sizes.get(wanted, len(members)):,}")


def choose(model: Model, place: Place | None) -> None:
    """Inspect who lives at a place."""
    model.choose(place)
    model.tab = "inspect"


def tool(model: Model, name: str | None) -> None:
    """Take a tool in hand, or the next one."""
    model.tool = name or TOOLS[(TOOLS.index(model.tool) + 1) % len(TOOLS)]


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


def copy(model: Model, _: Any) -> None:
    """Copy the chosen organism, to be put down elsewhere."""
    if model.organism is None:
        model.tell("choose an organism first: click on it", wrong=True)
        return
    try:
        model.carried = frozen(model.organism, f"{model.organism.fields.get('founder', 0):08x}", model.source.about.title)
    except InputError as error:
        model.tell(error.problems[0], wrong=True)
        return
    model.tell(f"you carry a copy of {model.carried.name}; paste it on an empty site")


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
    energy = max(1, model.space.physics.get("newborn_energy", 200))
    model.source.act(
        "transplant", space=model.space.name, to=model.space.site(place), genome=list(model.carried.genome),
        weights=list(model.carried.weights), founder=model.carried.founder, energy=energy,
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


def undo(model: Model, _: Any) -> None:
    """Undo one's own last act."""
    if model.acts:
        last = model.acts.pop()
        model.source.act("undo", of=last.number, space=last.space, region=last.region)
    else:
        model.tell("you have done nothing that could be undone", wrong=True)


def show_help(model: Model, _: Any) -> None:
    """Show or leave this help."""
    model.help = not model.help


def back(model: Model, _: Any) -> None:
    """Leave what is open."""
    if model.help:
        model.help = False
    elif model.carried is not None or model.tool != "look":
        model.carried, model.tool = None, "look"
    elif model.plaza is not None:
        model.plaza = None
    else:
        model.choose(None)


def leave(model: Model, _: Any) -> None:
    """Quit; the run goes on."""
    model.over = True


ACTIONS: dict[str, Do] = {
    "pause": pause, "step": step, "speed": speed, "every": every, "newest": newest, "go_to_tick": go_to_tick,
    "field": show_field, "next_field": next_field, "roll": roll, "swap": swap, "hide": hide, "how": how, "cut_at": cut_at,
    "cut_step": cut_step, "next_axis": next_axis, "space": next_space, "fit": fit, "tab": tab, "tree": grow_tree, "fold": fold,
    "follow": follow, "largest": largest, "choose": choose, "tool": tool, "brush": brush, "paint": paint, "copy": copy,
    "paste": paste, "freeze": freeze, "thaw": thaw, "undo": undo, "help": show_help, "back": back, "quit": leave,
}  # fmt: skip
"""By name."""
