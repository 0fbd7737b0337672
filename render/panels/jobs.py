"""The job board: what is asked, at what price, who answered, who is paid; and a form to post a job."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

from cyberspace.wire.protocol import PLACES
from render import palette
from render.board import Jobs
from render.canvas import NORMAL, SMALL, Canvas, Rect, fit, wrap
from render.job_form import TABLES
from render.model import Model
from render.panels.panel import ROW, Button, Hot, buttons, written
from render.words import counted

PRICES, AMOUNTS = (10, 50, 100, 500), (10, 100, 1000)


def stamp(model: Model) -> Hashable:
    """What the page shows."""
    return model.jobs, model.form, model.source.about.acts


def table_name(words: str) -> str:
    """A truth table by its name, where it has one."""
    return next((f"{name} ({table})" for name, table in TABLES.items() if table == words), words)


def draw_jobs(canvas: Canvas, area: Rect, model: Model) -> list[Hot]:
    """Draw the page; where it can be clicked."""
    about, jobs, y = model.source.about, model.jobs, area.y
    if not about.live:
        words = "Jobs are posted to a run that is going on: start it with cyberspace run --serve, then cyberspace view RUN."
        for line in wrap(canvas, words, area.width):
            canvas.text(area.x, y, line, palette.FAINT)
            y += 20
        return []
    if jobs is None or jobs.space != model.space.name:
        canvas.text(area.x, y, "asking for the board …", palette.FAINT)
        return []
    words = f"wallet {jobs.wallet:,} tokens, in escrow {jobs.escrow:,} tokens"
    y = written(canvas, area, y, words, size=NORMAL, bold=True) + 4
    hots, y = buttons(
        canvas, area.x, y, area.width, [("put 10,000 in", "fund", 10_000, False), ("put 100,000 in", "fund", 100_000, False)]
    )
    more, y = _form(canvas, area, y + 4, model)
    hots += more
    more, y = _jobs(canvas, area, y + 6, jobs)
    hots += more
    more, y = _givers(canvas, area, y + 6, model, jobs)
    return hots + more + _best(canvas, area, y + 6, model, jobs)


def _head(canvas: Canvas, area: Rect, y: int, words: str) -> int:
    lines = wrap(canvas, words, area.width - 8, SMALL, bold=True)
    canvas.fill(Rect(area.x, y, area.width, 2 + 16 * len(lines)), palette.BAR)
    for k, line in enumerate(lines):
        canvas.text(area.x + 4, y + 1 + 16 * k, line, palette.ACCENT, SMALL, bold=True)
    return y + 6 + 16 * len(lines)


def _form(canvas: Canvas, area: Rect, y: int, model: Model) -> tuple[list[Hot], int]:
    form = model.form
    y = _head(canvas, area, y, "a new job")
    rows: list[list[Button]] = [
        [(name, "form", replace(form, table=name), name == form.table) for name in TABLES],
        [(f"{price} tokens", "form", replace(form, price=price), price == form.price) for price in PRICES],
        [(f"{count:,} answers", "form", replace(form, answers=count), count == form.answers) for count in AMOUNTS],
        [(f"place {k}", "form", replace(form, place=k), k == form.place) for k in range(PLACES)],
        [(f"post {form.table} for {form.price * form.answers:,} tokens", "post", None, False)],
    ]
    hots: list[Hot] = []
    for row in rows:
        more, y = buttons(canvas, area.x, y, area.width, row, ROW - 2)
        hots += more
    return hots, y


def _jobs(canvas: Canvas, area: Rect, y: int, jobs: Jobs) -> tuple[list[Hot], int]:
    y = _head(canvas, area, y, f"jobs ({counted(jobs.vents[0], 'vent')}, {jobs.vents[1]} inhabited)")
    hots: list[Hot] = []
    for job in jobs.jobs:
        words = f"place {job.place}: {table_name(job.words)}, {job.price} tokens an answer, {job.left:,} answers left"
        more, _ = buttons(canvas, area.right - 52, y - 2, 52, [("close", "close", job.place, False)], 18)
        hots += more
        y = 4 + written(canvas, Rect(area.x, y, area.width - 64, 0), y, words)
    if not jobs.jobs:
        canvas.text(area.x, y, "none stands", palette.FAINT, SMALL)
        y += 18
    return hots, y


def _givers(canvas: Canvas, area: Rect, y: int, model: Model, jobs: Jobs) -> tuple[list[Hot], int]:
    y = _head(canvas, area, y, "answers now")
    hots: list[Hot] = []
    by_hand = {job.place for job in jobs.jobs if job.kind == "hand"}
    for giver in jobs.givers[: max(1, (area.bottom - y - 130) // 18)]:
        canvas.fill(Rect(area.x, y + 2, 12, 12), model.context.lineages.colour(giver.founder))
        judged = giver.place in by_hand
        words = f"place {giver.place}: {giver.said}, right {counted(giver.right, 'time')}, born at tick {giver.who[1]:,}"
        room = area.width - 18 - (110 if judged else 0)
        lines = wrap(canvas, words, room, SMALL)
        for k, line in enumerate(lines):
            canvas.text(area.x + 18, y + 15 * k, line, palette.TEXT if giver.right else palette.FAINT, SMALL)
        if giver.at is not None:
            hots.append(Hot(Rect(area.x, y, room, 17), "choose", giver.at))
        if judged:
            items: list[Button] = [
                (word, "judge", (giver.place, giver.who, word == "right"), False) for word in ("right", "wrong")
            ]
            hots += buttons(canvas, area.right - 104, y - 1, 104, items, 17)[0]
        y += 3 + 15 * len(lines)
    return hots, y


def _best(canvas: Canvas, area: Rect, y: int, model: Model, jobs: Jobs) -> list[Hot]:
    if y + 40 > area.bottom:
        return []
    y = _head(canvas, area, y, "best suppliers")
    hots: list[Hot] = []
    for giver in jobs.best[: max(1, (area.bottom - y) // 18)]:
        canvas.fill(Rect(area.x, y + 2, 12, 12), model.context.lineages.colour(giver.founder))
        line = " < ".join(f"{born:,}" for _, born in (giver.who, *giver.ancestors))
        words = f"{giver.right:,} right, lineage {giver.founder:08x}: {line}"
        canvas.text(area.x + 18, y, fit(canvas, words, area.width - 18, SMALL), palette.TEXT, SMALL)
        hots.append(Hot(Rect(area.x, y, area.width, 17), "who", giver.who))
        y += 18
    return hots
