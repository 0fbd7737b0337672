"""What was found out about the chosen organism, in sections of the inspector: needed for, compare, lesson."""

from __future__ import annotations

from cyberspace.analysis.dissection.knockouts import Needed
from render import palette
from render.canvas import SMALL, Canvas, Rect, fit, wrap
from render.model import Model
from render.panels.lesson import draw_lesson
from render.panels.needed import draw_needed
from render.panels.panel import Button, Hot, buttons
from render.study import SECTIONS, Comparison, Lesson, Subject

LINE = 17


def draw_sections(canvas: Canvas, area: Rect, y: int, model: Model) -> tuple[list[Hot], int]:
    """The buttons that turn to a section, and the row below."""
    items: list[Button] = [(name, "section", name, name == model.study.section) for name in SECTIONS]
    hots, below = buttons(canvas, area.x, y, area.width, items)
    return hots, below + 2


def draw_study(canvas: Canvas, area: Rect, model: Model) -> list[Hot]:
    """The open section; where it can be clicked."""
    study = model.study
    hots: list[Hot] = []
    y = area.y
    if study.section == "compare":
        same = study.marked is not None and study.chosen is not None and study.marked.identity == study.chosen.identity
        items: list[Button] = [
            ("mark this one (I)", "compare", None, same),
            ("with its parent", "parent", None, bool(study.parents)),
        ]
        hots, y = buttons(canvas, area.x, y, area.width, items)
    found = study.finding()
    rest = Rect(area.x, y, area.width, area.bottom - y)
    if isinstance(found, Needed):
        return hots + draw_needed(canvas, rest, model, found)
    if isinstance(found, Lesson):
        return hots + draw_lesson(canvas, rest, model, found)
    if isinstance(found, Comparison):
        return hots + draw_comparison(canvas, rest, model, found)
    words = found if isinstance(found, str) else _meanwhile(model)
    for line in wrap(canvas, words, area.width, SMALL):
        canvas.text(area.x, y, line, palette.WARNING if isinstance(found, str) else palette.FAINT, SMALL)
        y += LINE
    return hots


def _meanwhile(model: Model) -> str:
    study = model.study
    if study.chosen is None:
        return "of this organism genome and weights are not known at this tick, or it lives no more"
    if study.section == "compare" and not study.parents:
        marked = study.marked
        if marked is None:
            return "Mark one, then choose another: what differs is told gene by gene. With its parent, that is the mutation."
        return f"Marked: the one {marked.name}. Now choose another organism."
    return "trying it …"


def _side(canvas: Canvas, area: Rect, y: int, what: str, one: Subject) -> int:
    canvas.text(area.x, y, what, palette.FAINT, SMALL)
    canvas.text(area.x + 40, y, fit(canvas, one.name, area.width - 40, SMALL), palette.TEXT, SMALL)
    return y + LINE


def draw_comparison(canvas: Canvas, area: Rect, model: Model, found: Comparison) -> list[Hot]:
    """Two organisms gene by gene."""
    y = _side(canvas, area, _side(canvas, area, area.y + 2, "older", found.old), "newer", found.new)
    share = 100 * len(found.rows) / found.loci
    told = f"{len(found.rows):,} of {found.loci:,} genes differ ({share:.1f} %)"
    canvas.text(area.x, y, told if found.rows else "their genomes are the same", palette.TEXT, SMALL, bold=True)
    y += LINE + 2
    both = ", ".join(found.both)
    for words, colour in (
        (f"the newer performs as well: {', '.join(found.gained)}" if found.gained else "", palette.CATEGORIES[2]),
        (f"the newer no longer performs: {', '.join(found.lost)}" if found.lost else "", palette.WARNING),
        (
            (f"both perform {both}" if both else "neither performs anything" if not found.gained + found.lost else ""),
            palette.TEXT,
        ),
        ("each tried alone for 80 lessons, where the chosen one lives", palette.FAINT),
    ):
        for line in wrap(canvas, words, area.width, SMALL):
            canvas.text(area.x, y, line, colour, SMALL)
            y += LINE
    y += 4
    return _genes(canvas, Rect(area.x, y, area.width, area.bottom - y), model, found)


def _genes(canvas: Canvas, area: Rect, model: Model, found: Comparison) -> list[Hot]:
    """The list of genes, as far as there is room, and buttons to the rest of it."""
    room = max(1, (area.height - 2 * LINE - 30) // LINE)
    first = min(model.study.first, max(0, len(found.rows) - room))
    y, numbers = area.y, area.right - 92
    if found.rows:
        for x, words in ((area.x, "gene"), (numbers, "older"), (numbers + 46, "newer")):
            canvas.text(x, y, words, palette.FAINT, SMALL)
        y += LINE
    for row in found.rows[first : first + room]:
        name = row.name if row.part == "connection" else f"{row.part} {row.name}"
        canvas.text(area.x, y, fit(canvas, name, numbers - area.x - 6, SMALL), palette.TEXT, SMALL)
        canvas.text(numbers, y, f"{row.old:+d}" if row.old else "0", palette.TEXT, SMALL)
        canvas.text(numbers + 46, y, f"{row.new:+d}" if row.new else "0", palette.ACCENT, SMALL)
        y += LINE
    if len(found.rows) <= room:
        return []
    canvas.text(area.x, y, f"{first + 1} to {min(first + room, len(found.rows))} of {len(found.rows)}", palette.FAINT, SMALL)
    items: list[Button] = [("before", "more", -room, False), ("further", "more", room, False)]
    return buttons(canvas, area.right - 130, y, 130, items)[0]
