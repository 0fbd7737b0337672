"""What each unit of the chosen organism is needed for, and which connections are."""

from __future__ import annotations

import numpy as np

from cyberspace.analysis.dissection.knockouts import LOCUS, UNIT, Needed
from organisms.body import BodyPlan
from organisms.words import input_names, unit_names
from render import palette
from render.canvas import SMALL, Canvas, Rect, fit, wrap
from render.model import Model
from render.palette import mixed
from render.panels.panel import Hot, buttons

LINE = 17
NAME, BAR = 84, 70
"""Widths of a unit's name and of its bar, in pixels."""


def draw_needed(canvas: Canvas, area: Rect, model: Model, found: Needed) -> list[Hot]:
    """The section; where it can be clicked."""
    space, y = model.space, area.y + 2
    taken = model.study.taken
    goals = space.goals
    names = [goals[goal] for goal in found.goals if goal < len(goals)]
    does = _names(goals, found.performs)
    total = int(found.trials.earned[:, 0].sum())
    head = f"alone for {found.lessons} lessons{', learning' if found.learns else ''} it performs {does or 'nothing'} and earns {total:,}"
    for line in wrap(canvas, head, area.width, SMALL):
        canvas.text(area.x, y, line, palette.TEXT, SMALL)
        y += LINE
    if total <= 0 and not found.performs:
        canvas.text(area.x, y, fit(canvas, f"of {', '.join(names)}: nothing to lose", area.width, SMALL), palette.FAINT, SMALL)
        y += LINE
    y = _units(canvas, Rect(area.x, y + 4, area.width, area.bottom - y), found, goals, BodyPlan(space.units, space.senses))
    if y + 60 < area.bottom:
        y = _map(
            canvas, Rect(area.x, y + 6, area.width, area.bottom - y - 34), found, goals, BodyPlan(space.units, space.senses)
        )
    tick = f"as it was at tick {taken.tick:,}" if taken is not None else ""
    if y + 24 <= area.bottom:
        canvas.text(area.x, y + 5, fit(canvas, tick, area.width - 80, SMALL), palette.FAINT, SMALL)
        return buttons(canvas, area.right - 76, y, 76, [("as it is now", "retake", None, False)])[0]
    return []


def _names(goals: tuple[str, ...], bits: int) -> str:
    return ", ".join(goal for k, goal in enumerate(goals) if bits >> k & 1)


def _units(canvas: Canvas, area: Rect, found: Needed, goals: tuple[str, ...], body: BodyPlan) -> int:
    """A line a unit: what is left of its earnings without it, as a bar, and what it no longer performs; those that matter first."""
    y, left = area.y, found.left
    canvas.text(area.x, y, "without", palette.FAINT, SMALL)
    canvas.text(area.x + NAME, y, "it earns", palette.FAINT, SMALL)
    canvas.text(area.x + NAME + BAR + 44, y, "and performs", palette.FAINT, SMALL)
    y += LINE
    columns = [found.of(UNIT, unit) for unit in range(body.units)]
    order = sorted(range(body.units), key=lambda unit: (_rank(found, columns[unit]), unit))
    rows = max(1, (area.bottom - y - 150) // LINE)
    for unit in order[:rows]:
        at = columns[unit]
        after = int(found.trials.performs[at])
        lost, gained = found.performs & ~after, after & ~found.performs
        canvas.text(area.x, y, fit(canvas, unit_names(body)[unit], NAME - 4, SMALL), palette.TEXT, SMALL)
        share = float(left[at])
        if np.isfinite(share):
            bar = Rect(area.x + NAME, y + 4, BAR, 8)
            canvas.fill(bar, palette.CONTROL)
            canvas.fill(Rect(bar.x, bar.y, round(BAR * min(1.0, max(0.0, share))), 8), palette.CATEGORIES[0])
            canvas.text(bar.right + 4, y, f"{100 * share:.0f} %", palette.TEXT, SMALL)
        words = f"no {_names(goals, lost)}" if lost else ("more: " + _names(goals, gained) if gained else "the same")
        room = area.width - NAME - BAR - 44
        colour = palette.WARNING if lost else palette.TEXT if gained else palette.FAINT
        canvas.text(area.x + NAME + BAR + 44, y, fit(canvas, words, room, SMALL), colour, SMALL)
        y += LINE
    if rows < body.units:
        canvas.text(area.x, y, f"and {body.units - rows} units that matter less", palette.FAINT, SMALL)
        y += LINE
    return y


def _rank(found: Needed, at: int) -> float:
    """Small for a unit without which much is lost."""
    lost = bin(found.performs & ~int(found.trials.performs[at])).count("1")
    share = float(found.left[at])
    return -10.0 * lost + (share if np.isfinite(share) else 1.0)


def _map(canvas: Canvas, area: Rect, found: Needed, goals: tuple[str, ...], body: BodyPlan) -> int:
    """Connections as a grid, units down and inputs across: the brighter, the more is lost without one; the row below."""
    own = (found.kinds == LOCUS) & (found.parts < body.synapses)
    parts, left = found.parts[own], found.left[own]
    lost = np.array([bin(found.performs & ~int(bits)).count("1") for bits in found.trials.performs[own]])
    hurts = np.clip(np.nan_to_num(1 - left, nan=0.0), 0, 1)
    needs = (hurts > 0.005) | (lost > 0)
    words = f"connections: {int(needs.sum())} of {len(parts)} matter (units down, inputs across)"
    canvas.text(area.x, area.y, fit(canvas, words, area.width, SMALL), palette.TEXT, SMALL)
    y = area.y + LINE + 1
    wide, high = max(2, (area.width - 2) // body.inputs), max(2, min(10, (area.bottom - y - 3 * LINE) // body.units))
    canvas.fill(Rect(area.x, y, wide * body.inputs, high * body.units), palette.SPACE)
    for part, hurt, gone in zip(parts.tolist(), hurts.tolist(), lost.tolist(), strict=True):
        unit, source = divmod(part, body.inputs)
        colour = palette.WARNING if gone else mixed(palette.CONTROL, palette.CATEGORIES[0], hurt)
        canvas.fill(Rect(area.x + source * wide, y + unit * high, max(1, wide - 1), max(1, high - 1)), colour)
    y += high * body.units + 2
    if len(parts):
        worst = int(np.lexsort((-hurts, -lost))[0])
        unit, source = divmod(int(parts[worst]), body.inputs)
        told = f"orange: a function is lost. Most: {input_names(body)[source]} → {unit_names(body)[unit]}"
        canvas.text(area.x, y, fit(canvas, told, area.width, SMALL), palette.FAINT, SMALL)
    y += LINE
    if found.performs and y + LINE <= area.bottom:
        gone = ~found.trials.performs[own]
        counts = [
            f"{goals[goal]} {int((gone >> np.uint32(goal) & 1).sum())}" for goal in found.goals if found.performs >> goal & 1
        ]
        told = f"connections that each function needs: {', '.join(counts)}"
        canvas.text(area.x, y, fit(canvas, told, area.width, SMALL), palette.TEXT, SMALL)
        y += LINE
    return y
