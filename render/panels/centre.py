"""The middle of the window: views side by side, each with its name and buttons, one of them in hand."""

from __future__ import annotations

from collections.abc import Callable

from render import palette
from render.canvas import Canvas, Rect
from render.layout import MOST, Split, boxes, close, dividers, split, views
from render.model import Model
from render.panels.panel import Hot, button
from render.panels.titles import title_buttons, title_width
from render.panels.world import CRUMBS
from render.view import View


def panel_of(view: View) -> str:
    """Name of the panel that draws a view."""
    return "universe" if view.universe else "plaza" if view.plaza is not None else "middle"


def named(model: Model, rect: Rect) -> list[tuple[str, str, View, Rect]]:
    """Each view: a name of its own (that of its panel for the one in hand), its panel, itself, and where it stands."""
    return [
        (panel_of(view) if view is model.view else f"view {k}", panel_of(view), view, box)
        for k, (view, box) in enumerate(boxes(model.layout, rect))
    ]


def view_at(model: Model, rect: Rect, x: int, y: int) -> tuple[View, Rect]:
    """The view under a point and where it stands; the one in hand elsewhere."""
    known = boxes(model.layout, rect)
    return next(((view, box) for view, box in known if box.holds(x, y)), next(one for one in known if one[0] is model.view))


def divider_at(model: Model, rect: Rect, x: int, y: int) -> tuple[Split, Rect] | None:
    """The split whose divider is under a point, and where it stands."""
    return next(((one, box) for one, box, line in dividers(model.layout, rect) if line.inset(-1).holds(x, y)), None)


def draw_dividers(canvas: Canvas, rect: Rect, model: Model) -> None:
    """The bars between views."""
    for _, _, line in dividers(model.layout, rect):
        canvas.fill(line, palette.BAR)


def draw_title(canvas: Canvas, rect: Rect, model: Model, held: bool) -> list[Hot]:
    """Buttons at the right end of the line above a view; where there are several, a line below it tells the one in hand."""
    items, many = title_buttons(canvas, rect, model), len(model.views)
    x = rect.right - title_width(items)
    hots = []
    canvas.fill(Rect(x - 6, rect.y, rect.right - x + 6, CRUMBS), palette.PANEL)
    if held and many > 1:
        canvas.fill(Rect(rect.x, rect.y, rect.width, 2), palette.ACCENT)
    for (words, action, argument, on), width in items:
        box = Rect(x, rect.y + 2, width, CRUMBS - 4)
        button(canvas, box, words, on)
        hots.append(Hot(box, action, argument))
        x += width + 3
    return hots


def split_view(model: Model, across: bool) -> None:
    """A view more, beside the one in hand or below it, of the same."""
    if len(model.views) >= MOST:
        model.tell(f"there are {MOST} views; close one first", wrong=True)
        return
    new = model.view.like()
    model.layout = split(model.layout, model.view, new, across)
    fit_all(model)
    model.focus(new)


def close_view(model: Model, _: object) -> None:
    """Close the view in hand."""
    if len(model.views) == 1:
        model.tell("this is the only view", wrong=True)
        return
    gone = model.view
    model.layout = close(model.layout, gone)
    fit_all(model)
    model.focus(model.views[0])


def next_view(model: Model, _: object) -> None:
    """Take the next view in hand."""
    known = views(model.layout)
    model.focus(known[(known.index(model.view) + 1) % len(known)])


def universe(model: Model, _: object) -> None:
    """Show the map of the universe in this view, or the space again."""
    model.view.universe = not model.view.universe
    model.hover = None


def fit_all(model: Model) -> None:
    """Every view sees all of its picture again."""
    for view in model.views:
        view.camera = None


VIEW_ACTIONS: dict[str, Callable[..., None]] = {
    "split": split_view, "close_view": close_view, "next_view": next_view, "universe": universe,
}  # fmt: skip
"""By name."""
