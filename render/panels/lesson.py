"""The last lesson of the chosen organism, step by step."""

from __future__ import annotations

import numpy as np

from cyberspace.analysis.dissection.lesson import Step
from organisms.body import ANSWER, SENSES, BodyPlan
from render import palette
from render.canvas import SMALL, Canvas, Rect, fit, wrap
from render.model import Model
from render.panels.brain import draw_brain
from render.panels.panel import Hot, buttons
from render.study import Lesson

LINE = 17
BRAIN = 330
"""Height of the drawn brain, at most."""


def draw_lesson(canvas: Canvas, area: Rect, model: Model, found: Lesson) -> list[Hot]:
    """The section; where it can be clicked."""
    steps, space = found.told.steps, model.space
    at = min(model.study.step, len(steps) - 1)
    step = steps[at]
    hots, y = buttons(
        canvas, area.x, area.y, area.width,
        [("back (shift+J)", "lesson", -1, False), ("on (J)", "lesson", 1, False), ("its newest lesson", "retake", None, False)],
    )  # fmt: skip
    kind = "it counts" if step.ends else "it thinks"
    words = f"{at + 1} of {len(steps)}, tick {step.lived << _pace(found):,}, lesson {step.lesson:,}: {kind}"
    canvas.text(area.x, y, fit(canvas, words, area.width, SMALL, True), palette.TEXT, SMALL, bold=True)
    y += LINE
    below = 3 * LINE + LINE * _rows(step) + 2 * LINE
    room = min(BRAIN, area.bottom - y - below)
    if room >= 100:
        sensed = step.inputs[: space.senses].astype(np.float64)
        draw_brain(canvas, Rect(area.x, y + 2, area.width, room), found.subject.weights, step.activity, sensed)
        y += room + 4
    y = _said(canvas, area, y, step, BodyPlan(space.units, space.senses), space.goals)
    for line in wrap(canvas, _trust(found), area.width, SMALL):
        if y + LINE > area.bottom:
            break
        canvas.text(area.x, y, line, palette.FAINT if found.told.agrees == 1 else palette.WARNING, SMALL)
        y += LINE
    return hots


def _pace(found: Lesson) -> int:
    """log2 of the ticks of the universe for each that its region lives."""
    last = found.told.steps[-1].lived + 1
    return max(0, (found.subject.tick // max(1, last)).bit_length() - 1)


def _rows(step: Step) -> int:
    return min(9, len(step.wanted)) if step.ends else 0


def _said(canvas: Canvas, area: Rect, y: int, step: Step, body: BodyPlan, goals: tuple[str, ...]) -> int:
    """What it was shown, what it answers, and at the end what was wanted and paid; the row below."""
    shown = step.inputs[len(SENSES) : body.senses]
    channels = ", ".join(f"{'+' if value > 0 else '−'}{abs(int(value))}" for value in _used(shown))
    canvas.text(area.x, y, fit(canvas, f"shown: {channels or 'nothing'}", area.width, SMALL), palette.TEXT, SMALL)
    y += LINE
    said = step.activity[ANSWER : ANSWER + body.answers]
    answers = " ".join("yes" if value > 0 else "no" for value in said)
    canvas.text(area.x, y, fit(canvas, f"its answers: {answers}", area.width, SMALL), palette.TEXT, SMALL)
    y += LINE
    for goal in list(step.wanted)[: _rows(step)]:
        want, pay = step.wanted[goal], step.paid.get(goal, 0)
        agreeing = [str(k) for k, value in enumerate(said) if want and (value > 0) == (want > 0)]
        name = goals[goal] if goal < len(goals) else str(goal)
        words = f"{name}: wants {'yes' if want > 0 else 'no' if want < 0 else 'what is not told'}"
        if want:
            words += f": {'answers ' if agreeing else ''}{', '.join(agreeing) or 'no answer unit'} did"
        canvas.text(area.x, y, fit(canvas, words, area.width - 76, SMALL), palette.TEXT if agreeing else palette.FAINT, SMALL)
        paid = f"paid {pay:+,}" if pay else ""
        canvas.text(area.right - canvas.width(paid, SMALL), y, paid, palette.ACCENT, SMALL)
        y += LINE
    return y


def _used(shown: np.ndarray[tuple[int, ...], np.dtype[np.int8]]) -> list[int]:
    """Channels up to the last that shows something."""
    used = np.flatnonzero(shown)
    return shown[: int(used[-1]) + 1].tolist() if len(used) else []


def _trust(found: Lesson) -> str:
    units = len(found.subject.weights)
    same = round(found.told.agrees * units)
    taken = "somebody silent" if found.told.met else "nobody"
    if same == units:
        return f"Replayed; its last step is what all {units} units said in the run (it met {taken})."
    return (
        f"Replayed; in its last step {same} of {units} units say what they said in the run: what its neighbours told it, "
        "and what it had learned or held by then, is not kept."
    )
