"""Many pictures on one sheet: a space at several ticks, a row of them for each field that it is coloured by."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from cyberspace.errors import InputError, problem
from render import palette
from render.app import App
from render.camera import FARTHEST, Camera
from render.canvas import LARGE, SMALL, Canvas, Rect, fit
from render.fields import BY_NAME
from render.frames import Frames
from render.panels.left import legend_lines
from render.paper import Paper
from render.portraits import HEAD, PAD, SIDE
from render.still import Roll, Shot, go_to, prepare

GAP, LINE = 6, 18
"""Pixels between pictures, and of the line above each."""


def draw_sheet(source: Frames, views: Sequence[str], shot: Shot, ticks: Sequence[int]) -> Paper:
    """The sheet.

    Raises:
        InputError: If a view is no field, or what it shows is not known at a tick.
    """
    strange = [view for view in views if view not in BY_NAME]
    if strange:
        raise InputError(problem("--view", f"{strange[0]!r} at several ticks", f"one of {', '.join(BY_NAME)}", "one --at"))
    paper = Paper(*shot.size)
    paper.fill(paper.rect, palette.PANEL)
    words = f"{source.about.title}   ticks {ticks[0]:,} to {ticks[-1]:,}"
    paper.text(PAD, 8, fit(paper, words, shot.size[0] - 2 * PAD, LARGE, bold=True), palette.TEXT, LARGE, bold=True)
    high = (shot.size[1] - HEAD) // len(views)
    for row, view in enumerate(views):
        _band(paper, Rect(0, HEAD + row * high, shot.size[0], high), source, replace(shot, view=view), ticks)
    return paper


def _band(canvas: Canvas, area: Rect, source: Frames, shot: Shot, ticks: Sequence[int]) -> None:
    """The pictures of one field, with the legend of the last of them."""
    model = prepare(source, shot)
    app, roll = App(model, shot.size, Path()), Roll(model, shot, ticks)
    room = Rect(area.x + SIDE, area.y, area.width - SIDE - PAD, area.height)
    down, across = model.projection.size
    columns = _columns(len(ticks), room, down / across)
    rows = -(-len(ticks) // columns)
    wide, high = room.width // columns, room.height // rows
    for number, tick in enumerate(ticks):
        if not go_to(app, tick) or roll.why(tick):
            raise InputError(
                problem(f"--at {tick}", roll.unknown.get(tick, "a tick that is gone"), "ticks at which it is known")
            )
        cell = Rect(room.x + number % columns * wide, room.y + number // columns * high, wide - GAP, high - GAP)
        canvas.text(cell.x, cell.y, f"tick {model.frame.tick if model.frame else tick:,}", palette.TEXT, SMALL)
        inside = Rect(cell.x, cell.y + LINE, cell.width, cell.height - LINE)
        camera = _camera(inside, model.projection.size)
        if model.picture is not None:
            canvas.image(model.picture, inside, camera.left, camera.top, camera.zoom)
    y = legend_lines(canvas, Rect(area.x + PAD, area.y + LINE, SIDE - 2 * PAD, area.height - LINE), model)
    canvas.text(area.x + PAD, y + 4, f"(at tick {ticks[-1]:,})", palette.FAINT, SMALL)


def _camera(area: Rect, size: tuple[int, int]) -> Camera:
    """All of a picture, as large as there is room: small ones in whole pixels a cell would lose up to half of it."""
    zoom = min(area.width / size[1], area.height / size[0])
    whole = math.floor(zoom) if zoom >= 3 or zoom % 1 < 0.05 else zoom
    return Camera(zoom=max(FARTHEST, whole)).centred(area, size[0] / 2 - 0.5, size[1] / 2 - 0.5)


def _columns(count: int, room: Rect, shape: float) -> int:
    """How many pictures stand in a row, so that they are as large as can be; `shape` is height by width of one."""

    def width(columns: int) -> float:
        rows = -(-count // columns)
        return min(room.width / columns - GAP, (room.height / rows - GAP - LINE) / shape)

    return max(range(1, count + 1), key=lambda columns: (round(width(columns)), -columns))
