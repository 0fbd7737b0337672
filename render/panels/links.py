"""The page of links: each door of the region that is looked at, when it opens, and what crosses it both ways."""

from __future__ import annotations

from collections.abc import Hashable

from render import palette
from render.canvas import SMALL, Canvas, Rect, fit, wrap
from render.door import Door
from render.links import Everywhere, Passage, region_at, region_name
from render.model import Model
from render.panels.doors import colour_of, rate
from render.panels.panel import ROW, Hot, button
from render.words import counted


def region_of(model: Model) -> int:
    """The region of the place that is pointed at or chosen; the first one of the space otherwise."""
    place = model.hover or model.chosen
    return region_at(model.space, place) if place is not None else model.space.first_region


def stamp(model: Model) -> Hashable:
    """What the page shows."""
    return region_of(model), id(model.everywhere), model.frame and model.frame.tick


def draw_links(canvas: Canvas, area: Rect, model: Model) -> list[Hot]:
    """Draw it."""
    about, region, known = model.source.about, region_of(model), model.everywhere
    tick = model.frame.tick if model.frame else 0
    canvas.text(area.x, area.y, region_name(about.spaces, region), palette.TEXT, bold=True)
    y, hots = area.y + 24, list[Hot]()
    mine = [door for door in about.doors if door.region == region]
    note = known.note if known is not None else "" if not mine else "asking …"
    for line in wrap(canvas, note if mine else "No link leads out of this region.", area.width, SMALL):
        canvas.text(area.x, y, line, palette.FAINT, SMALL)
        y += 16
    for door in mine:
        if y + 110 > area.bottom:
            break
        box = Rect(area.x, y + 6, area.width, ROW)
        button(canvas, box, f"to {region_name(about.spaces, door.other)}")
        canvas.fill(Rect(box.x, box.y, 4, box.height), colour_of(door))
        hots.append(Hot(box, "through", door))
        y = box.bottom + 4
        for words in lines(door, known, tick):
            canvas.text(area.x, y, fit(canvas, words, area.width, SMALL), palette.TEXT, SMALL)
            y += 16
    return hots


def lines(door: Door, known: Everywhere | None, tick: int) -> list[str]:
    """What is told of a door."""
    opened = door.opened(tick)
    when = "not opened yet" if opened is None else f"opened {tick - opened:,} ticks ago"
    kind = "beach" if door.beach else f"along {door.name}"
    found = [f"{kind}, every {door.stretch:,} ticks", f"{when}, opens in {door.opens(tick) - tick:,}"]
    if known is None:
        return found
    out, back = known.passage(door.region, door.other), known.passage(door.other, door.region)
    return [*found, f"out: {_told(out, known, door)}", f"in: {_told(back, known, door)}"]


def _told(passage: Passage | None, known: Everywhere, door: Door) -> str:
    if passage is None:
        return "nothing yet"
    last = passage.last
    said = f", {last.messages:,} messages" if last.messages >= 0 else ""
    return f"{counted(last.organisms, 'organism')}{said} last; {rate(passage, known.tick, door.stretch)} a 1,000 ticks"
