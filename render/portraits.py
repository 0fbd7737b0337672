"""Views as pictures: one table of what can be drawn without a window, each with its legend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from render import palette
from render.app import App
from render.canvas import LARGE, SMALL, Canvas, Rect, fit
from render.fields import BY_NAME
from render.growing import draw_growing
from render.model import Model
from render.panels import tree
from render.panels.left import legend_lines
from render.panels.world import Middle
from render.words import counted

SIDE, HEAD, PAD = 230, 36, 12
"""Width of a legend, height of a title, margin."""

Portrait = Callable[[Canvas, Rect, App], None]


@dataclass(frozen=True)
class View:
    """What a picture shows.

    Attributes:
        says: What it is, in a line.
        draw: Draws it.
        story: Whether it tells what happened.
        tree: Whether it shows the tree of life.
        whole: Whether it is all of the window, with its own scale of time.
    """

    says: str
    draw: Portrait
    story: bool = False
    tree: bool = False
    whole: bool = False


def title(canvas: Canvas, area: Rect, model: Model, words: str = "") -> None:
    """The run, the tick, and what is shown."""
    tick = f"tick {model.frame.tick:,}" if model.frame else "no frame"
    canvas.fill(area, palette.PANEL)
    line = fit(
        canvas, f"{model.source.about.title}   {tick}{f'   {words}' if words else ''}", area.width - 2 * PAD, LARGE, bold=True
    )
    canvas.text(area.x + PAD, area.y + 8, line, palette.TEXT, LARGE, bold=True)


def colours(canvas: Canvas, area: Rect, app: App) -> None:
    """A space by a field, with the field's legend."""
    title(canvas, area, app.model)
    legend_lines(canvas, Rect(area.x + PAD, area.y + HEAD + 8, SIDE - 2 * PAD, area.height - HEAD), app.model)
    app.model.camera = None
    Middle().draw(canvas, Rect(area.x + SIDE, area.y + HEAD, area.width - SIDE, area.height - HEAD), app.model)


def window(canvas: Canvas, area: Rect, app: App) -> None:
    """The window, or the plaza in it."""
    app.redraw(canvas)


def muller(canvas: Canvas, area: Rect, app: App) -> None:
    """The Muller plot, up to the tick."""
    model = app.model
    title(canvas, area, model, "branches of the tree of life")
    tick = model.frame.tick if model.frame else 0
    draw_growing(canvas, Rect(area.x, area.y + HEAD, area.width, area.height - HEAD), model, tick)


def life(canvas: Canvas, area: Rect, app: App) -> None:
    """The tree of life of a space."""
    title(canvas, area, app.model, f"tree of life of {app.model.space.name}")
    tree.draw_figure(canvas, Rect(area.x + PAD, area.y + HEAD + 6, area.width - 2 * PAD, area.height - HEAD - 6), app.model)


def universe(canvas: Canvas, area: Rect, app: App) -> None:
    """All spaces side by side, each by the field that it can be seen by, with its legend."""
    model, spaces = app.model, app.model.source.about.spaces
    title(canvas, area, model, f"the universe: {counted(len(spaces), 'space')}")
    columns = next(n for n in range(1, len(spaces) + 1) if n * n >= len(spaces))
    rows = -(-len(spaces) // columns)
    wide, high = area.width // columns, (area.height - HEAD) // rows
    for number, space in enumerate(spaces):
        if space is not model.space:
            look_at(app, space.name)
        cell = Rect(area.x + number % columns * wide, area.y + HEAD + number // columns * high, wide, high)
        side = min(SIDE - 30, cell.width // 3)
        canvas.fill(cell, palette.PANEL)
        words = fit(canvas, f"{space.name}: {counted(space.regions, 'region')}, {space.sites:,} sites", side, SMALL)
        canvas.text(cell.x + PAD, cell.y + 4, words, palette.ACCENT, SMALL)
        legend_lines(canvas, Rect(cell.x + PAD, cell.y + 24, side - PAD, cell.height - 28), model)
        model.camera = None
        Middle().draw(canvas, Rect(cell.x + side, cell.y, cell.width - side - 4, cell.height - 4), model)
    look_at(app, spaces[0].name)


def look_at(app: App, name: str) -> None:
    """Show another space of the same tick, by the same field."""
    model, kind = app.model, app.model.kind
    model.enter(next(space for space in model.source.about.spaces if space.name == name))
    model.show(kind=kind)
    settle(app)


def settle(app: App) -> None:
    """Two turns: one asks, the next takes the answer."""
    for _ in range(2):
        app.update(app.model.now + 1.0)


VIEWS = {
    **{name: View(kind.says, colours) for name, kind in BY_NAME.items()},
    "window": View("the window as a whole", window, story=True, whole=True),
    "plaza": View("a space to walk in: flat, in three dimensions, or as a strip", window, story=True, whole=True),
    "muller": View(
        "the Muller plot as it grows: who held how much of the living, with marks of what was new", muller, story=True
    ),
    "tree": View("the tree of life, coloured by function and by kinship, at each checkpoint", life, tree=True),
    "universe": View("all spaces side by side", universe),
}
"""By the name that `--view` takes."""
