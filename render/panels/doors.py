"""Links and beaches in the picture of a space: doors at the edges of regions, and what goes through them."""

from __future__ import annotations

from render import palette
from render.camera import Camera
from render.canvas import SMALL, Canvas, Rect, fit
from render.door import Door
from render.links import Everywhere, Passage, region_at, region_name
from render.model import Model
from render.panels.panel import Hot

SAND, FAR_AWAY = "#E3C77A", "#9FC6F2"
"""Of beaches, and of doors along far axes."""

WIDE, DEEP, ROOM = 26, 7, 110
"""Pixels of a door, how deep it is, and how wide the part of a region beside it must be for words."""

MOST = 128
"""Doors of a space that are drawn; of more, those of the region that is pointed at or chosen."""


def colour_of(door: Door) -> str:
    """The colour of a door."""
    return SAND if door.beach else FAR_AWAY


def doors_here(model: Model) -> list[Door]:
    """The doors of the space in hand, or of one region of it where there are many."""
    space = model.space
    mine = [one for one in model.source.about.doors if space.first_region <= one.region < space.first_region + space.regions]
    place = model.hover or model.chosen
    if len(mine) > MOST:
        mine = [one for one in mine if place is not None and one.region == region_at(space, place)]
    return mine


def rate(passage: Passage | None, tick: int, stretch: int) -> str:
    """Organisms in 1,000 ticks, of the openings that were counted; a record tells only of letters that carried somebody, so ticks count."""
    if passage is None:
        return "0"
    ticks = passage.all.letters * stretch if passage.last.messages >= 0 else tick - passage.since
    found = 1000 * passage.all.organisms / max(1, ticks)
    return f"{found:,.0f}" if found >= 10 else f"{found:.1f}"


def crossing(known: Everywhere | None, door: Door) -> str:
    """What went out and came in, in 1,000 ticks."""
    if known is None:
        return "asking"
    out, back = known.passage(door.region, door.other), known.passage(door.other, door.region)
    return f"{rate(out, known.tick, door.stretch)} out, {rate(back, known.tick, door.stretch)} in a 1,000 ticks"


def glow(door: Door, tick: int) -> float:
    """1 when it opens, fading until it opens again."""
    opened = door.opened(tick + 1)
    return 0.0 if opened is None else 1 - (tick - opened) / door.stretch


def draw_doors(canvas: Canvas, area: Rect, camera: Camera, model: Model) -> list[Hot]:
    """The doors of the regions that are seen; each can be clicked, which leads to the other side."""
    hots: list[Hot] = []
    taken: dict[tuple[int, int], int] = {}
    tick = model.frame.tick if model.frame else 0
    for door in doors_here(model):
        boxes = model.projection.box_of(door.low, door.high)
        if not boxes:
            continue
        box = camera.box(area, *boxes[0])
        if door.beach:
            for one in boxes[:MOST]:
                _shore(canvas, camera.box(area, *one))
        key = door.region, door.side
        number = taken[key] = taken.get(key, -1) + 1
        place = _place(box, door, number)
        if not area.overlaps(place):
            continue
        canvas.fill(place.inset(-1), palette.SPACE)
        canvas.fill(place, palette.mixed(palette.CONTROL, colour_of(door), 0.35 + 0.65 * glow(door, tick)))
        hots.append(Hot(place.inset(-2), "through", door))
        if box.width >= ROOM:
            there, name = region_name(model.source.about.spaces, door.other), "beach" if door.beach else door.name
            words = f"{there}: {crossing(model.everywhere, door)}, {name} every {door.stretch:,}"
            words = fit(canvas, words, box.width - 12, SMALL)
            y = place.y - 16 if door.side > 0 else place.bottom + 1
            x = min(max(box.x + 4, place.x), max(box.x + 4, box.right - canvas.width(words, SMALL) - 6))
            canvas.fill(Rect(x - 2, y, canvas.width(words, SMALL) + 4, 15), palette.PANEL)
            canvas.text(x, y, words, colour_of(door), SMALL)
            hots.append(Hot(Rect(x - 2, y, canvas.width(words, SMALL) + 4, 15), "through", door))
    return hots


def _place(box: Rect, door: Door, number: int) -> Rect:
    """Where a door is: at the lower edge of its region if the other lies behind it, else at the upper; of several, under each other."""
    wide = min(WIDE, max(6, box.width // 3))
    x = box.x + box.width // 2 - wide // 2
    step = number * (DEEP + 18)
    return Rect(x, box.bottom - DEEP - step, wide, DEEP) if door.side > 0 else Rect(x, box.y + step, wide, DEEP)


def _shore(canvas: Canvas, box: Rect) -> None:
    """The edge of a beach: a line of waves all around."""
    step, high = 8, 3
    for y in (box.y, box.bottom - 1):
        points = [(float(x), float(y + (high if k % 2 else -high))) for k, x in enumerate(range(box.x, box.right + 1, step))]
        if len(points) > 1:
            canvas.line(points, SAND, 2)
    for x in (box.x, box.right - 1):
        points = [(float(x + (high if k % 2 else -high)), float(y)) for k, y in enumerate(range(box.y, box.bottom + 1, step))]
        if len(points) > 1:
            canvas.line(points, SAND, 2)


def through(model: Model, door: Door) -> None:
    """Go to the region on the other side of a door."""
    enter_region(model, door.other)


def enter_region(model: Model, region: int) -> None:
    """Look at a region, in the view in hand."""
    space = next(one for one in model.source.about.spaces if one.first_region <= region < one.first_region + one.regions)
    if space is not model.space:
        model.enter(space)
    model.view.universe, model.hover = False, None
    model.tell(f"this is {region_name(model.source.about.spaces, region)}")
    place = space.place(space.first_site + (region - space.first_region) * (space.sites // space.regions))
    model.reveal(place)
