"""The whole universe as a map: hosts as boxes, ranks in them, regions in these, and links as lines between regions."""

from __future__ import annotations

from collections.abc import Hashable

from render import palette
from render.canvas import SMALL, Canvas, Rect, fit
from render.door import Door
from render.links import Everywhere, RegionNow, region_name, space_of
from render.model import Model
from render.panels.doors import colour_of, glow, rate
from render.panels.panel import PAD, Hot
from render.panels.world import CRUMBS, draw_told

KINDS = {"gpu": "#56B4E9", "cpu": "#E69F00"}
"""The colour of a region's kind."""

HEAD, GAP, LEAST = 18, 14, 8
"""Pixels of the name of a box, between boxes, and of a region at least."""

NAMED = 24
"""Regions up to which links have words."""

Line = tuple[tuple[float, float], tuple[float, float], int, Door]
"""A link on the map: its ends, the height of a region there, and the door."""


class Universe:
    """The map."""

    def stamp(self, model: Model) -> Hashable:
        """What is told."""
        return (
            id(model.everywhere),
            model.frame and model.frame.tick,
            tuple(told.text for told in model.lines()),
            model.space.name,
        )

    def draw(self, canvas: Canvas, rect: Rect, model: Model) -> list[Hot]:
        """Draw it."""
        canvas.fill(rect, palette.SPACE)
        canvas.fill(Rect(rect.x, rect.y, rect.width, CRUMBS), palette.PANEL)
        known = model.everywhere
        words = "universe: " + ("asking …" if known is None else told(known))
        canvas.text(rect.x + PAD, rect.y + 3, fit(canvas, words, rect.width - 2 * PAD, SMALL), palette.TEXT, SMALL)
        area = Rect(rect.x, rect.y + CRUMBS, rect.width, rect.height - CRUMBS)
        hots: list[Hot] = []
        if known is not None:
            places = _boxes(canvas, area.inset(GAP), model, known)
            lines = _links(canvas, places, model, known)
            for region in known.regions:
                if region.region in places:
                    _region(canvas, places[region.region], model, known, region)
                    hots.append(Hot(places[region.region], "enter_region", region.region))
            _words(canvas, lines, known)
        draw_told(canvas, area, model)
        return hots


def told(known: Everywhere) -> str:
    """The universe in a line: how many regions, and who is behind."""
    first, last = min(one.tick for one in known.regions), max(one.tick for one in known.regions)
    words = f"{len(known.regions):,} regions at tick {last:,}"
    waits = sum(one.awaits >= 0 for one in known.regions)
    words += f", the slowest {last - first:,} behind, {waits} wait" if known.hosts else f"; {known.note}"
    return words


def _groups(model: Model, known: Everywhere) -> list[tuple[str, list[tuple[str, list[int]]]]]:
    """Hosts with their ranks and their regions; of a record, spaces with their regions."""
    if not known.hosts:
        spaces = model.source.about.spaces
        return [
            (
                "",
                [
                    (space.name, [one.region for one in known.regions if space_of(spaces, one.region) is space])
                    for space in spaces
                ],
            )
        ]
    hosts: dict[str, list[tuple[str, list[int]]]] = {}
    for rank, host in enumerate(known.hosts):
        hosts.setdefault(host, []).append((f"rank {rank}", [one.region for one in known.regions if one.rank == rank]))
    return list(hosts.items())


def _boxes(canvas: Canvas, area: Rect, model: Model, known: Everywhere) -> dict[int, Rect]:
    """Where each region is drawn, after the boxes around it were."""
    found: dict[int, Rect] = {}
    hosts = _groups(model, known)
    for (host, ranks), box in zip(hosts, _grid(area, len(hosts)), strict=True):
        inner = box
        if host:
            canvas.box(box, palette.EDGE)
            canvas.text(box.x + 6, box.y + 3, fit(canvas, f"host {host}", box.width - 12, SMALL), palette.FAINT, SMALL)
            inner = Rect(box.x + 8, box.y + HEAD + 6, box.width - 16, box.height - HEAD - 14)
        for (rank, regions), part in zip(ranks, _grid(inner, len(ranks)), strict=True):
            canvas.box(part, palette.CONTROL)
            canvas.text(part.x + 6, part.y + 3, fit(canvas, rank, part.width - 12, SMALL), palette.FAINT, SMALL)
            within = Rect(part.x + 10, part.y + HEAD + 6, part.width - 20, part.height - HEAD - 16)
            cells = _grid(within, len(regions), 2 * GAP)
            found |= {region: _middle(cell) for region, cell in zip(regions, cells, strict=True)}
    return found


def _middle(cell: Rect) -> Rect:
    """At most so large a part of a cell, in its middle, that lines between regions are seen."""
    width, height = min(cell.width, 190), min(cell.height * 3 // 4, 84)
    return Rect(cell.x + (cell.width - width) // 2, cell.y + (cell.height - height) // 2, width, height)


def _grid(area: Rect, count: int, gap: int = GAP) -> list[Rect]:
    """So many equal parts, in rows, as square as can be."""
    if not count:
        return []
    columns = max(range(1, count + 1), key=lambda n: min(area.width / n, 1.8 * area.height / -(-count // n)))
    rows = -(-count // columns)
    width = max(LEAST, (area.width - gap * (columns - 1)) // columns)
    height = max(LEAST, (area.height - gap * (rows - 1)) // rows)
    return [
        Rect(area.x + k % columns * (width + gap), area.y + k // columns * (height + gap), width, height) for k in range(count)
    ]


def _links(canvas: Canvas, places: dict[int, Rect], model: Model, known: Everywhere) -> list[Line]:
    """A line for each link, brighter as it opens; those beside which words are to stand."""
    words: list[Line] = []
    drawn = set[tuple[int, int, str]]()
    for door in model.source.about.doors:
        key = (*sorted((door.region, door.other)), door.name)
        if key in drawn or not {door.region, door.other} <= places.keys():
            continue
        drawn.add(key)  # type: ignore[arg-type]
        one, other = places[door.region], places[door.other]
        a, b = _point(one), _point(other)
        colour = palette.mixed(palette.CONTROL, colour_of(door), 0.4 + 0.6 * glow(door, known.tick))
        canvas.line([a, b], colour, 3 if door.beach else 2)
        if len(places) <= NAMED:
            words.append((a, b, one.height, door))
    return words


def _words(canvas: Canvas, lines: list[Line], known: Everywhere) -> None:
    """What goes over each link, where there is room beside other words."""
    written: list[Rect] = []
    for a, b, high, door in lines:
        out, back = (known.passage(*pair) for pair in ((door.region, door.other), (door.other, door.region)))
        forth, home = ("→", "←") if b >= a else ("←", "→")
        flows = f"{forth}{rate(out, known.tick, door.stretch)} {home}{rate(back, known.tick, door.stretch)}"
        words = f"{'beach' if door.beach else door.name} every {door.stretch:,}: {flows} a 1,000"
        level = abs(b[1] - a[1]) < HEAD  # then they stand below the line, where no region is
        if level and canvas.width(words, SMALL) > abs(b[0] - a[0]) - 12:
            words = flows
        width = canvas.width(words, SMALL) + 6
        for share in (0.5, 0.35, 0.65):
            x, y = (a[k] + share * (b[k] - a[k]) for k in (0, 1))
            box = Rect(round(x - width / 2), round(y - 8 + (high / 2 + 10 if level else 0)), width, 16)
            if not any(box.overlaps(other) for other in written):
                break
        written.append(box)
        canvas.fill(box, palette.SPACE)
        canvas.text(box.x + 3, box.y, words, colour_of(door), SMALL)


def _point(box: Rect) -> tuple[float, float]:
    return box.x + box.width / 2, box.y + box.height / 2


def _region(canvas: Canvas, box: Rect, model: Model, known: Everywhere, one: RegionNow) -> None:
    spaces = model.source.about.spaces
    space = space_of(spaces, one.region)
    canvas.fill(box, palette.PANEL)
    canvas.box(box, palette.ACCENT if space is model.space else palette.EDGE)
    canvas.fill(Rect(box.x, box.y, 5, box.height), KINDS.get(space.kind, palette.FAINT))
    last = max(region.tick for region in known.regions)
    lines = [region_name(spaces, one.region), f"{space.kind}, {'? living' if one.alive < 0 else f'{one.alive:,} living'}"]
    if known.hosts:
        behind = f"{last - one.tick:,} behind" if one.tick < last else "in front"
        lines.append(f"{behind}, waits for {region_name(spaces, one.awaits)}" if one.awaits >= 0 else behind)
        alone = 1e6 / one.micros if one.micros else 0
        lines.append(f"could make {alone:,.0f} ticks/s" if alone else "speed not known yet")
    for k, words in enumerate(lines):
        if 6 + 16 * (k + 1) <= box.height and box.width > 40:
            text = fit(canvas, words, box.width - 16, SMALL)
            canvas.text(box.x + 11, box.y + 5 + 17 * k, text, palette.TEXT if k == 0 else palette.FAINT, SMALL)
