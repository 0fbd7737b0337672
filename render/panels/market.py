"""The market of a plaza: who answers what, at which price, how reliably, and from whom it descends; and the jobs posted so far."""

from __future__ import annotations

from collections.abc import Hashable

from render import palette
from render.belongings import things_of
from render.board import Giver, Jobs
from render.canvas import SMALL, Canvas, Rect, wrap
from render.model import Model
from render.panels.jobs import _head, table_name
from render.panels.panel import Hot, written
from render.words import counted

BLOCK = 16
"""Lessons of a block, after which one is paid."""


def stamp(model: Model) -> Hashable:
    """What the page shows."""
    known = things_of(model)
    return model.jobs, known and known.deals


def reliability(model: Model, jobs: Jobs, giver: Giver) -> tuple[int, int]:
    """(blocks in which it was right, blocks that it can have had at most: since its birth, or since the job was posted).

    It may have come to the vent later, so the share is the least that it can be.
    """
    known = things_of(model)
    since = max((deal.since for deal in known.deals if deal.place == giver.place and deal.stands), default=0) if known else 0
    lesson = known.lesson if known else 1
    blocks = (jobs.tick - max(since, giver.who[1])) // (BLOCK * lesson)
    return giver.right, max(giver.right, blocks)


def draw_market(canvas: Canvas, area: Rect, model: Model) -> list[Hot]:
    """Draw the page; where it can be clicked."""
    jobs, y = model.jobs, area.y
    if not model.source.about.live or jobs is None or jobs.space != model.space.name:
        words = "The market is that of a run that goes on; enter its plaza (G)." if jobs is None else "asking for the board …"
        for line in wrap(canvas, words, area.width):
            canvas.text(area.x, y, line, palette.FAINT)
            y += 20
        return []
    hots: list[Hot] = []
    for job in jobs.jobs:
        y = _head(
            canvas,
            area,
            y,
            f"place {job.place}: {table_name(job.words)} at {job.price} tokens an answer, {job.left:,} answers left",
        )
        found, y = _suppliers(canvas, area, y, model, jobs, job.place)
        hots += found
    if not jobs.jobs:
        canvas.text(area.x, y, "No job stands. Post one on the page jobs (E).", palette.FAINT, SMALL)
        y += 22
    _deals(canvas, area, y + 6, model)
    return hots


def _suppliers(canvas: Canvas, area: Rect, y: int, model: Model, jobs: Jobs, place: int) -> tuple[list[Hot], int]:
    """The most reliable ones at the vents of a place."""
    here = [one for one in jobs.givers if one.place == place]
    line = {one.who: one.ancestors for one in jobs.best}
    rated = sorted(((reliability(model, jobs, one), one) for one in here), key=lambda pair: -pair[0][0] / max(1, pair[0][1]))
    hots: list[Hot] = []
    right = sum(1 for (good, _), _ in rated if good)
    words = f"{counted(len(here), 'organism')} at its vents, {right:,} of them right at least once"
    y = written(canvas, area, y, words, palette.FAINT) + 2
    for (good, of), one in [pair for pair in rated if pair[0][0]][:4]:
        if y + 34 > area.bottom:
            break
        canvas.fill(Rect(area.x, y + 2, 12, 12), model.context.lineages.colour(one.founder))
        share = f"right in {good:,} of at most {counted(of, 'block')} ({100 * good // max(1, of)} % of them)"
        older = " < ".join(f"{born:,}" for _, born in (one.who, *line.get(one.who, ())))
        beside = Rect(area.x + 18, y, area.width - 18, 0)
        low = written(canvas, beside, y, share)
        low = written(canvas, beside, low, f"lineage {one.founder:08x}, born at tick {older}", palette.FAINT)
        hots.append(Hot(Rect(area.x, y, area.width, low - y), "who", one.who))
        y = low + 2
    return hots, y


def _deals(canvas: Canvas, area: Rect, y: int, model: Model) -> None:
    """Jobs that were posted so far, the newest first."""
    known = things_of(model)
    if known is None or not known.deals or y + 40 > area.bottom:
        return
    y = _head(canvas, area, y, "jobs so far, the newest first")
    for deal in reversed(known.deals):
        if y + 33 > area.bottom:
            break
        state = "stands" if deal.stands else "closed"
        words = (
            f"tick {deal.since:,}: {table_name(deal.words)} at {deal.price} tokens, {deal.paid:,} tokens paid so far, {state}"
        )
        y = written(canvas, area, y, words) + 1
