"""The box of the guided tour: over everything, beside what it points to; only its own buttons take clicks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from render import palette
from render.canvas import LARGE, NORMAL, Canvas, Rect, wrap
from render.model import Model
from render.panels.panel import Button, Hot, buttons
from render.tour import STEPS, Step, is_done, step_of

WIDE, PAD, LINE, GAP = 380, 14, 19, 26
"""Width of the box, its margin, height of a line, and the distance from what it points to."""


def draw_tour(canvas: Canvas, model: Model, areas: Mapping[str, Rect], hots: list[Hot]) -> list[Hot]:
    """Draw the step that one is at, if the tour is shown; where it can be clicked."""
    if not model.tour.on or model.help:
        return []
    step, done = step_of(model), is_done(model)
    target = pointed(step, areas, hots)
    says = wrap(canvas, step.says, WIDE - 2 * PAD)
    asks = wrap(canvas, step.asks, WIDE - 2 * PAD - 22)
    high = 2 * PAD + 30 + LINE * (len(says) + len(asks)) + 8 * bool(asks) + 34
    window = Rect(0, 0, max(area.right for area in areas.values()), max(area.bottom for area in areas.values()))
    box = placed(WIDE, high, target, window, areas.get("middle") or areas.get("plaza") or window)
    _arrow(canvas, box, target)
    canvas.fill(box, palette.PANEL)
    canvas.box(box, palette.ACCENT, 2)
    x, y = box.x + PAD, box.y + PAD
    canvas.text(x, y, step.title, palette.TEXT, LARGE, bold=True)
    y += 30
    for line in says:
        canvas.text(x, y, line, palette.TEXT)
        y += LINE
    y += 8 * bool(asks)
    if asks:
        _tick(canvas, Rect(x, y + 2, 14, 14), done)
    for line in asks:
        canvas.text(x + 22, y, line, palette.ACCENT if not done else palette.FAINT, NORMAL)
        y += LINE
    last = model.tour.at >= len(STEPS) - 1
    items: list[Button] = [("end (Enter)" if last else "next (Enter)", "tour_next", None, done), ("back", "tour_back", None, False),
                           *([] if last else [("skip the tour (F2)", "tour_skip", None, False)])]  # fmt: skip
    found, _ = buttons(canvas, x, box.bottom - PAD - 22, WIDE - 2 * PAD, items)
    _progress(canvas, Rect(box.x + 2, box.bottom - 5, box.width - 4, 3), model.tour.at)
    return [Hot(box, "tour_rest", target), *found]


def pointed(step: Step, areas: Mapping[str, Rect], hots: list[Hot]) -> Rect | None:
    """What a step points to: the button that does it, if that is seen, or else a panel."""
    button = next((hot.rect for hot in hots if (hot.action, hot.argument) == step.action), None)
    return button or areas.get(step.panel)


def placed(width: int, height: int, target: Rect | None, window: Rect, centre: Rect) -> Rect:
    """Where the box stands: where it hides as little as can be of what it points to, and then of the world."""
    middle = Rect((window.width - width) // 2, (window.height - height) // 2, width, height)
    if target is None:
        return middle

    def hidden(box: Rect) -> int:
        return 10 * shared(box, target) + shared(box, centre)

    return min((_within(box, window) for box in _places(middle, target, window, centre)), key=hidden)


def shared(one: Rect, other: Rect) -> int:
    """Pixels that two rectangles share."""
    across = min(one.right, other.right) - max(one.x, other.x)
    down = min(one.bottom, other.bottom) - max(one.y, other.y)
    return max(0, across) * max(0, down)


def _places(box: Rect, target: Rect, window: Rect, centre: Rect) -> Iterator[Rect]:
    """At the bottom of the window, below the world; to the right of what it points to, to the left, below and above."""
    yield Rect(centre.x + (centre.width - box.width) // 2, window.bottom - box.height - 4, box.width, box.height)
    y, x = target.y + min(0, (target.height - box.height) // 2), target.x + (target.width - box.width) // 2
    yield Rect(target.right + GAP, y, box.width, box.height)
    yield Rect(target.x - GAP - box.width, y, box.width, box.height)
    yield Rect(x, target.bottom + GAP, box.width, box.height)
    yield Rect(x, target.y - GAP - box.height, box.width, box.height)


def _within(box: Rect, window: Rect) -> Rect:
    x = min(max(window.x + 4, box.x), max(window.x + 4, window.right - box.width - 4))
    return Rect(x, min(max(window.y + 4, box.y), max(window.y + 4, window.bottom - box.height - 4)), box.width, box.height)


def _arrow(canvas: Canvas, box: Rect, target: Rect | None) -> None:
    """An outline of what is pointed to, and a line to it where the box stands apart."""
    if target is None:
        return
    outline = target.inset(-3) if target.width < 300 else target.inset(1)
    canvas.box(outline, "#000000", 4)
    canvas.box(outline, palette.ACCENT, 2)
    if box.overlaps(outline):
        return
    x = min(max(box.x + box.width // 2, outline.x), outline.right)
    y = min(max(box.y + box.height // 2, outline.y), outline.bottom)
    near = (min(max(x, box.x), box.right), min(max(y, box.y), box.bottom))
    canvas.line([near, (x, y)], "#000000", 4)
    canvas.line([near, (x, y)], palette.ACCENT, 2)
    canvas.circle((x, y), 4, palette.ACCENT)


def _tick(canvas: Canvas, rect: Rect, done: bool) -> None:
    """A box that is ticked when the step is done."""
    canvas.box(rect, palette.TEXT if not done else palette.ACCENT)
    if done:
        middle = rect.y + rect.height // 2
        canvas.line([(rect.x + 3, middle), (rect.x + 6, rect.bottom - 4), (rect.right - 3, rect.y + 3)], palette.ACCENT, 2)


def _progress(canvas: Canvas, rect: Rect, at: int) -> None:
    canvas.fill(rect, palette.CONTROL)
    canvas.fill(Rect(rect.x, rect.y, rect.width * (at + 1) // len(STEPS), rect.height), palette.ACCENT)
