"""What a user can do, by name: the keys, the buttons and the tests all do it through this table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from render import groups
from render.about import Place
from render.acting import brush, copy, freeze, paint, paste, thaw, tool, undo
from render.context import alive
from render.fields import BY_NAME, FIELDS
from render.model import Model
from render.pace import EVERY, SPEEDS, faster, rate_words, slower
from render.panels.centre import VIEW_ACTIONS
from render.panels.doors import enter_region, through
from render.projection import HOWS, Cut
from render.studying import STUDYING
from render.telling import TELLING
from render.tour import TOURING

Do = Callable[..., None]
"""Takes the model, and an argument of its own kind."""


def pause(model: Model, _: object) -> None:
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
    about = model.source.about
    if about.live:
        rate = faster(about) if change > 0 else slower(about)
        if rate != about.rate:
            model.source.control("pace", rate=rate)
        model.tell(rate_words(rate), about="pace")
    else:
        at = min(max(0, SPEEDS.index(model.playing.speed) + change), len(SPEEDS) - 1)
        model.playing.speed = SPEEDS[at]


def full_speed(model: Model, _: object) -> None:
    """As fast as it goes."""
    if model.source.about.live:
        model.source.control("pace", rate=0)
        model.tell(rate_words(0), about="pace")
    else:
        model.playing.speed = SPEEDS[-1]


def every(model: Model, _: object) -> None:
    """Show only every n-th."""
    model.playing.every = EVERY[(EVERY.index(model.playing.every) + 1) % len(EVERY)]


def newest(model: Model, _: object) -> None:
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
    names = [kind.name for kind in FIELDS]
    model.show(kind=FIELDS[(names.index(model.kind.name) + change) % len(FIELDS)])


def depth(model: Model, _: object) -> None:
    """Colour by ancestors, and farther back each time."""
    now = model.kind.needs[0].split()
    at = groups.DEPTHS.index(int(now[1])) + 1 if model.kind.name == "ancestor" else 0
    ticks = groups.DEPTHS[at % len(groups.DEPTHS)]
    says = f"who descends from the same ancestor of {ticks:,} ticks ago"
    model.show(kind=replace(BY_NAME["ancestor"], needs=(f"ancestor {ticks}",), says=says))


def roll(model: Model, _: object) -> None:
    """Roll the order of the axes."""
    model.show(projection=model.projection.rolled())


def swap(model: Model, _: object) -> None:
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


def next_axis(model: Model, _: object) -> None:
    """Take the next axis in hand."""
    used = [axis for axis, length in enumerate(model.space.shape) if length > 1] or [0]
    model.axis = next((axis for axis in used if axis > model.axis), used[0])


def next_space(model: Model, name: str | None) -> None:
    """Look at the next space, or at the one of a name."""
    spaces = model.source.about.spaces
    at = next(k for k, space in enumerate(spaces) if space.name == (name or model.space.name))
    model.enter(spaces[at if name else (at + 1) % len(spaces)])


def fit(model: Model, _: object) -> None:
    """See all."""
    model.camera = None


def tab(model: Model, name: str) -> None:
    """Turn to a page of the right panel."""
    model.tab = name
    if name == "tree":
        grow_tree(model, None)


def grow_tree(model: Model, _: object) -> None:
    """Draw the lineage tree of the chosen organism's lineage, or of all."""
    founder = model.organism.fields.get("founder", 0) if model.organism is not None else None
    model.tree, model.tab = None, "tree"
    model.source.ask_tree(model.space.name, model.playing.tick, founder or None)


def fold(model: Model, change: int) -> None:
    """Fold closer or farther relatives."""
    model.fold = min(max(0, model.fold + change), 400)


def follow(model: Model, _: object) -> None:
    """Follow the line of the chosen organism."""
    if model.organism is not None and model.organism.lives:
        model.following = not model.following
        model.forget("site")


def largest(model: Model, mark: int | None) -> None:
    """Find somebody of the largest lineage, or of the lineage of a mark."""
    frame, sizes = model.frame, model.context.lineages.sizes
    if frame is None or "founder" not in frame.arrays or not sizes:
        model.show(kind=BY_NAME["lineage"])
        model.tell("now the lineages are shown; once more finds the largest")
        return
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


def show_help(model: Model, _: object) -> None:
    """Show or leave this help."""
    model.help = not model.help


def back(model: Model, _: object) -> None:
    """Leave what is open."""
    if model.help:
        model.help = False
    elif model.carried is not None or model.tool != "look":
        model.carried, model.tool = None, "look"
    elif model.chronicle.wanted is not None:
        TELLING["light"](model, None)
    else:
        model.choose(None)


def scale(model: Model, steps: int) -> None:
    """Text and panels larger or smaller by steps; 0: as window and display want them."""
    model.tell(model.scale.change(steps), about="scale")


def leave(model: Model, _: object) -> None:
    """Quit; the run goes on."""
    model.over = True


ACTIONS: dict[str, Do] = {
    "pause": pause, "step": step, "speed": speed, "full_speed": full_speed, "every": every, "newest": newest, "go_to_tick": go_to_tick,
    "field": show_field, "next_field": next_field, "depth": depth, "roll": roll, "swap": swap, "hide": hide, "how": how, "cut_at": cut_at,
    "cut_step": cut_step, "next_axis": next_axis, "space": next_space, "fit": fit, "tab": tab, "tree": grow_tree, "fold": fold,
    "follow": follow, "largest": largest, "choose": choose, "tool": tool, "brush": brush, "paint": paint, "copy": copy,
    "paste": paste, "freeze": freeze, "thaw": thaw, "undo": undo, "help": show_help, "scale": scale, "back": back, "quit": leave,
    "through": through, "enter_region": enter_region, **TELLING, **STUDYING, **TOURING, **VIEW_ACTIONS,
}  # fmt: skip
"""By name."""
