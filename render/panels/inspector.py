"""Who lives here: energy account, brain, copier in words, parents and children."""

from __future__ import annotations

from collections.abc import Hashable

from organisms.words import copier_words, learning_words
from render import palette
from render.canvas import NORMAL, SMALL, Canvas, Point, Rect, wrap
from render.frames import Kin, Organism
from render.lines import RULE
from render.model import Model
from render.panels.brain import draw_brain
from render.panels.idle import draw_idle
from render.panels.panel import PAD, Hot, buttons, pair, written
from render.panels.studied import draw_sections, draw_study
from render.study import SECTIONS
from render.words import counted, energy_lines, performed_names, place_words, sensed

HINT = "Click on an organism to inspect it, or press L for a member of the largest lineage."
BRAIN_LEAST, BRAIN_MOST = 210, 330


def draw_inspector(canvas: Canvas, area: Rect, model: Model) -> list[Hot]:
    """Draw the page; where it can be clicked."""
    one = model.organism
    if one is None:
        y = area.y
        if model.chosen is None:
            return draw_idle(canvas, area, model, HINT)
        words = f"asking for {place_words(model.space, model.chosen)} …"
        for line in wrap(canvas, words, area.width):
            canvas.text(area.x, y, line, palette.FAINT)
            y += 20
        return []
    hots, y = _head(canvas, area, model, one)
    sections, y = draw_sections(canvas, area, y, model)
    hots += sections
    if model.study.section != SECTIONS[0]:
        return hots + draw_study(canvas, Rect(area.x, y, area.width, area.bottom - y), model)
    if "energy" in one.fields:
        for entry in energy_lines(one, model.space):
            y = pair(canvas, area.x, y, area.width, entry.name, entry.value)
        y = _history(canvas, Rect(area.x, y + 2, area.width, 34), model)
    kin = 5 * 17 + 10
    if "weights" in one.brain:
        room = min(BRAIN_MOST, area.bottom - y - kin - 4 * 17)
        if room >= BRAIN_LEAST // 2:
            draw_brain(
                canvas,
                Rect(area.x, y + 4, area.width, room),
                one.brain["weights"],
                one.brain.get("activity"),
                sensed(one, model.space),
            )
            y += room + 6
    if "genome" in one.brain:
        genome, genes = one.brain["genome"], model.space.genes
        for words in (*copier_words(genes, genome), learning_words(genes, genome)):
            for k, line in enumerate(wrap(canvas, words, area.width - 10, SMALL)):
                canvas.text(area.x, y, f"• {line}" if k == 0 else f"   {line}", palette.TEXT, SMALL)
                y += 17
    return hots + _kin(canvas, Rect(area.x, y + 4, area.width, area.bottom - y), model, one)


def _head(canvas: Canvas, area: Rect, model: Model, one: Organism) -> tuple[list[Hot], int]:
    fields, y = one.fields, area.y
    mark = fields.get("founder", 0)
    canvas.fill(Rect(area.x, y + 2, 14, 14), model.context.lineages.colour(mark))
    title = f"lineage {mark:08x}" if one.lives else "nobody lives here now"
    canvas.text(area.x + 20, y, title, palette.TEXT, NORMAL, bold=True)
    y += 20
    y = written(canvas, area, y, place_words(model.space, one.place), palette.FAINT) + 1
    if "born" in fields:
        age = one.tick - fields["born"]
        words = f"born at tick {fields['born']:,}, age {age:,}, generation {fields.get('generation', 0):,}"
        y = written(canvas, area, y, words, palette.FAINT) + 1
    done = performed_names(one, model.space.goals)
    y = written(canvas, area, y, "performs " + (", ".join(done) or "no task")) + 3
    items = [("follow (W)", "follow", None, model.following), ("copy", "copy", None, False), ("freeze", "freeze", None, False),
             ("tree (Y)", "tree", None, False)]  # fmt: skip
    hots, y = buttons(canvas, area.x, y, area.width, items)
    rule = RULE if model.following and not model.line.words else ""
    for line in wrap(canvas, model.line.words or rule, area.width, SMALL):
        canvas.text(area.x, y, line, palette.ACCENT, SMALL)
        y += 16
    for line in wrap(canvas, one.note, area.width, SMALL):
        canvas.text(area.x, y, line, palette.WARNING, SMALL)
        y += 16
    return hots, y


def _history(canvas: Canvas, area: Rect, model: Model) -> int:
    """Its energy while it was watched; the row below."""
    points = list(model.history)
    if len(points) < 3:
        return area.y
    first, last = points[0][0], points[-1][0]
    most = max(1, *(energy for _, energy in points))
    curve: list[Point] = [
        (area.x + (tick - first) / max(1, last - first) * area.width, area.bottom - 1 - energy / most * (area.height - 2))
        for tick, energy in points
    ]
    canvas.box(area, palette.EDGE)
    canvas.line(curve, palette.CATEGORIES[0], 2)
    canvas.text(area.x + 3, area.y + 1, f"energy held, since tick {first:,}", palette.FAINT, SMALL)
    return area.bottom + 4


def _kin(canvas: Canvas, area: Rect, model: Model, one: Organism) -> list[Hot]:
    """Parents and children; those that live can be clicked."""
    hots: list[Hot] = []
    y = area.y
    ancestors, children = (
        f"{counted(len(kin), *what) if kin else f'no {what[1]}'} known"
        for kin, what in ((one.parents, ("ancestor", "ancestors")), (one.children, ("child", "children")))
    )
    for title, kin in ((ancestors, one.parents), (children, one.children)):
        if y + 17 > area.bottom:
            break
        canvas.text(area.x, y, f"{title}: tick of birth (loci that differ)" if kin else title, palette.FAINT, SMALL)
        x = area.x + PAD
        y += 17 if kin else 0
        if y + 17 > area.bottom:
            break
        for relative in kin:
            words = _kin_words(relative)
            width = canvas.width(words, SMALL)
            if x + width > area.right:
                break
            canvas.text(x, y, words, palette.ACCENT if relative.place else palette.TEXT, SMALL)
            if relative.place is not None:
                hots.append(Hot(Rect(x, y, width, 17), "choose", relative.place))
            x += width + PAD
        y += 17
    return hots


def _kin_words(relative: Kin) -> str:
    difference = f" ({relative.distance})" if relative.distance >= 0 else ""
    return f"{relative.born:,}{difference}"


def stamp(model: Model) -> Hashable:
    """What the page shows."""
    one = model.organism
    slots = tuple(model.context.lineages.slots)
    return (
        model.chosen,
        one and (one.identity, one.tick, one.note, len(one.children)),
        model.following,
        model.line.words,
        len(model.history),
        slots,
        one is None and tuple(model.context.lineages.sizes.items()),
        model.study.stamp(),
    )
