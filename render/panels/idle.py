"""What the inspector shows while nobody is chosen: who lives here, by lineage, each to be found by a click."""

from __future__ import annotations

from render import palette
from render.canvas import SMALL, Canvas, Rect, fit, wrap
from render.model import Model
from render.panels.panel import Hot
from render.words import counted


def draw_idle(canvas: Canvas, area: Rect, model: Model, hint: str) -> list[Hot]:
    """Draw it; where it can be clicked."""
    y = area.y
    for line in wrap(canvas, hint, area.width):
        canvas.text(area.x, y, line, palette.FAINT)
        y += 20
    lineages, hots = model.context.lineages, list[Hot]()
    if not lineages.sizes:
        return hots
    canvas.text(area.x, y + 8, fit(canvas, f"who lives in {model.space.name}", area.width), palette.TEXT, bold=True)
    y += 32
    for mark, size in lineages.sizes.items():
        canvas.fill(Rect(area.x, y + 2, 12, 12), lineages.colour(mark))
        canvas.text(
            area.x + 18,
            y,
            fit(canvas, f"lineage {mark:08x}: {counted(size, 'member')}", area.width - 18, SMALL),
            palette.TEXT,
            SMALL,
        )
        hots.append(Hot(Rect(area.x, y, area.width, 17), "largest", mark))
        y += 19
    rest = lineages.kinds - len(lineages.sizes)
    if rest > 0:
        canvas.text(area.x + 18, y, f"and {counted(rest, 'smaller one')}", palette.FAINT, SMALL)
    return hots
