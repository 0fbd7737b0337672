"""The middle of the window: the picture of the world and what is marked on it."""

from __future__ import annotations

from collections.abc import Hashable
from itertools import product

import numpy as np

from render import palette
from render.about import Place
from render.camera import Camera, fitted
from render.canvas import NORMAL, SMALL, Canvas, Rect, wrap
from render.model import Model
from render.panels.doors import draw_doors
from render.panels.hovered import hovered
from render.panels.panel import PAD, Hot
from render.panels.titles import title_buttons, title_width
from render.words import place_words

CRUMBS, MOST_CRUMBS = 22, 4
"""Height of the line above the picture, and lines that it has at most."""

MOST_TILES, MOST_REGIONS, MOST_BOXES = 2048, 256, 64
"""Tiles in which the same inner place is marked and regions that are outlined (of more, none), and outlines of one of them."""

SMALL_CELL, AIM = 5, 6
"""Pixels of a cell below which a click means the nearest organism, and how far from it that may be."""

PARTNERS = ("#F0E442", "#FFFFFF")
"""Outlines of the partner at even and at odd openings."""


def sight(rect: Rect) -> Rect:
    """The part of the middle that shows the picture."""
    return Rect(rect.x, rect.y + CRUMBS, rect.width, rect.height - CRUMBS)


def camera_of(model: Model, rect: Rect) -> Camera:
    """The model's camera; fitted anew where there is none."""
    if model.camera is None:
        model.camera = fitted(sight(rect), model.projection.size)
    return model.camera


def aimed(model: Model, rect: Rect, x: int, y: int) -> Place | None:
    """The place that a click means: where cells are small, that of the nearest organism that is seen within some pixels."""
    area, camera, frame = sight(rect), camera_of(model, rect), model.frame
    row, column = camera.cell(area, x, y)
    place = model.projection.place_at(row, column)
    if camera.zoom >= SMALL_CELL or frame is None or not frame.arrays.keys() & {"alive", "energy"}:
        return place
    reach = int(AIM / camera.zoom)
    offsets = sorted(product(range(-reach, reach + 1), repeat=2), key=lambda by: by[0] ** 2 + by[1] ** 2)
    teller = "alive" if "alive" in frame.arrays else "energy"
    around = (model.projection.place_at(row + down, column + across) for down, across in offsets)
    return next((there for there in around if there is not None and frame.value(teller, there)), place)


class Middle:
    """The picture."""

    def stamp(self, model: Model) -> Hashable:
        """Picture, camera, and what is marked."""
        number = model.picture.number if model.picture else None
        marks = (model.hover, model.chosen, model.tool, model.brush, model.carried and model.carried.name)
        told = tuple(told.text for told in model.lines())
        about, tick = model.source.about, model.frame and model.frame.tick
        told += (about.says, about.line)
        return number, model.camera, model.projection, marks, told, tick, id(model.everywhere)

    def draw(self, canvas: Canvas, rect: Rect, model: Model) -> list[Hot]:
        """Draw it; a click is told by the camera, not by what is drawn."""
        area = sight(rect)
        canvas.fill(area, palette.SPACE)
        canvas.clip(area)
        camera, hots = camera_of(model, rect), list[Hot]()
        crumb = crumb_of(canvas, rect, breadcrumb(model), title_width(title_buttons(canvas, rect, model)))
        if model.picture is not None:
            canvas.image(model.picture, area, camera.left, camera.top, camera.zoom)
            _outlines(canvas, area, camera, model)
            hots = draw_doors(canvas, area, camera, model)
            _marks(canvas, area, camera, model, rect.y + tall(crumb))
        else:
            _advice(canvas, area, model)
        draw_told(canvas, area, model)
        canvas.clip(rect)
        draw_crumb(canvas, rect, crumb)
        canvas.clip(None)
        return hots


def crumb_of(canvas: Canvas, rect: Rect, words: str, taken: int) -> list[str]:
    """The line above the picture, in as many as it needs; so much at its right end is taken by buttons."""
    return wrap(canvas, words, rect.width - 2 * PAD - taken, SMALL)[:MOST_CRUMBS]


def tall(lines: list[str]) -> int:
    """Height of the line above the picture; what is below it on the picture is hidden."""
    return CRUMBS + 16 * (max(1, len(lines)) - 1)


def draw_crumb(canvas: Canvas, rect: Rect, lines: list[str]) -> None:
    """Draw it."""
    canvas.fill(Rect(rect.x, rect.y, rect.width, tall(lines)), palette.PANEL)
    for k, line in enumerate(lines):
        canvas.text(rect.x + PAD, rect.y + 3 + 16 * k, line, palette.TEXT, SMALL)


def breadcrumb(model: Model) -> str:
    """What is under the mouse; else where one looks: what is nested in what, and what is cut."""
    if model.hover is not None:
        return f"{place_words(model.space, model.hover)}{hovered(model)}"
    projection, axes = model.projection, model.space.axes
    down, across = projection.inner
    inner = " × ".join(axes[axis].name for axis in (down, across) if axis is not None)
    parts = [axes[axis].name for axis in projection.order[:-2]] + [inner]
    cuts = [
        f"{axes[axis].name} {cut.place if cut.how == 'slice' else cut.how}"
        for axis, cut in projection.hidden.items()
        if axes[axis].length > 1
    ]
    line = f"{model.source.about.line}   ·   " if model.source.about.line else ""
    colour = f", {model.kind.title}" if len(model.views) > 1 else ""
    words = f"{line}{model.space.name}{colour}: " + " › ".join(part for part in parts if part)
    if cuts:
        words += f"  [{', '.join(cuts)}]"
    return words


def _outlines(canvas: Canvas, area: Rect, camera: Camera, model: Model) -> None:
    """Regions, and parts that the space names, such as beaches."""
    space, projection = model.space, model.projection
    if 1 < space.regions <= MOST_REGIONS:
        for coordinates in product(*(range(length) for length in space.far)):
            low = (*coordinates, *(0 for _ in space.near))
            high = (*(at + 1 for at in coordinates), *space.near)
            for box in projection.box_of(low, high)[:MOST_BOXES]:
                canvas.box(camera.box(area, *box), palette.EDGE)
    for name, low, high in () if model.source.about.doors else space.marks:
        for k, box in enumerate(projection.box_of(low, high)[:MOST_BOXES]):
            outline = camera.box(area, *box)
            canvas.box(outline, palette.WARNING)
            if k == 0:
                canvas.fill(Rect(outline.x, outline.y - 16, canvas.width(name, SMALL) + 4, 16), palette.PANEL)
                canvas.text(outline.x + 2, outline.y - 16, name, palette.WARNING, SMALL)


def _marks(canvas: Canvas, area: Rect, camera: Camera, model: Model, top: int) -> None:
    """Who is under the mouse and who is chosen; names stand below `top`."""
    projection = model.projection
    if model.hover is not None:
        _same_place(canvas, area, camera, model, model.hover)
        _partners(canvas, area, camera, model, model.hover, top)
        cell = projection.cell_of(model.hover)
        if cell is not None:
            reach = model.brush if model.tool != "look" else 1
            first = (cell[0] - (reach - 1) // 2, cell[1] - (reach - 1) // 2)
            colour = palette.TEXT if model.carried is None else palette.ACCENT
            _frame(canvas, camera.box(area, *first, reach, reach), colour)
    if model.chosen is not None:
        cell = projection.cell_of(model.chosen)
        if cell is not None:
            _frame(canvas, camera.box(area, *cell), palette.ACCENT, 3)


def _frame(canvas: Canvas, cell: Rect, colour: str, width: int = 2) -> None:
    """An outline around a cell that is seen even where cells are small."""
    room = max(width, 5 - cell.width // 2)
    canvas.box(cell.inset(-room), "#000000", width + 1)
    canvas.box(cell.inset(-room), colour, width)


def _same_place(canvas: Canvas, area: Rect, camera: Camera, model: Model, place: Place) -> None:
    """The same inner place in all tiles."""
    projection = model.projection
    tiles = [range(projection.shape[axis]) for axis in projection.order[:-2]]
    if not tiles or int(np.prod([len(tile) for tile in tiles])) > MOST_TILES:
        return
    for outer in product(*tiles):
        other = list(place)
        for axis, at in zip(projection.order[:-2], outer, strict=True):
            other[axis] = at
        cell = projection.cell_of(tuple(other))
        if cell is not None:
            canvas.box(camera.box(area, *cell).inset(-2), palette.FAINT)


def _partners(canvas: Canvas, area: Rect, camera: Camera, model: Model, place: Place, top: int) -> None:
    """Whom a place meets on every axis, at even and at odd openings."""
    named: list[Rect] = []
    for number, axis in enumerate(model.space.axes):
        if axis.length <= 1:
            continue
        for colour, there in zip(PARTNERS, axis.partners(place[number]), strict=True):
            if there is None:
                continue
            cell = model.projection.cell_of((*place[:number], there, *place[number + 1 :]))
            if cell is None:
                continue
            box = camera.box(area, *cell)
            _frame(canvas, box, colour, 1)
            if camera.zoom >= 14 or number not in model.projection.inner:
                width = canvas.width(axis.name, SMALL) + 4
                plate = Rect(min(box.right + 2, area.right - width), max(top, min(box.y - 2, area.bottom - 16)), width, 16)
                if box.overlaps(area) and not any(plate.overlaps(other) for other in named):
                    named.append(plate)
                    canvas.fill(plate, palette.PANEL)
                    canvas.text(plate.x + 2, plate.y, axis.name, palette.TEXT, SMALL)


def _advice(canvas: Canvas, area: Rect, model: Model) -> None:
    """What to do while there is nothing to see."""
    words = model.source.about.says or "waiting for the first frame …"
    y = area.y + area.height // 2 - 30
    for line in wrap(canvas, words, min(620, area.width - 40)):
        canvas.text(area.x + (area.width - canvas.width(line)) // 2, y, line, palette.TEXT)
        y += 22


def draw_told(canvas: Canvas, area: Rect, model: Model) -> None:
    """Draw what was told lately, the newest at the bottom."""
    y = area.bottom - 6
    for told in reversed(model.lines()):
        for line in reversed(wrap(canvas, told.text, area.width - 40)):
            y -= 22
            canvas.fill(Rect(area.x + 10, y, canvas.width(line) + 16, 22), palette.PANEL)
            canvas.text(area.x + 18, y + 2, line, palette.WARNING if told.wrong else palette.TEXT, NORMAL)
