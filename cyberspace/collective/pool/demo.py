"""`cyberspace pool demo`: two processes improve a small world of text together, then sealed seeds say what it was worth."""

from __future__ import annotations

import tempfile
from pathlib import Path

from cyberspace.collective.budgets import steps
from cyberspace.collective.ledger.ledger import Ledger
from cyberspace.collective.objective.named import objective_named
from cyberspace.collective.pool import journey
from cyberspace.collective.pool.pool import Pool, Settings
from cyberspace.collective.pool.replay import replay
from cyberspace.collective.pool.report import write_report
from cyberspace.collective.pool.sealed import reveal, seal
from cyberspace.collective.pool.working import Place, joined, work_together
from cyberspace.collective.who import Participant, here
from cyberspace.page import text_table

TICKS = 400


def demo(folder: Path, objective: str = "bytes", experiments: int = 24, processes: int = 2, seed: int = 1) -> list[str]:
    """Live a whole pool; the lines that end it, a table with a baseline row."""
    folder.mkdir(parents=True, exist_ok=True)
    begun = Path(tempfile.mkdtemp(prefix="pool-", dir=folder))
    place, chosen = Place("demo", str(begun / "ledger.log")), objective_named(objective)
    ledger = Ledger.open(place.name, place.where, chosen.space)
    secret = seal(ledger, 5)
    pool = Pool(ledger, chosen, here("demo"), Settings(seeds=(1, 2), budget=steps(TICKS)), seed)
    pool.begin()
    work_together(place, Participant("worker", pool.who.hardware, pool.who.host), processes, experiments, seed)
    pool = joined(ledger, pool.who)
    reveal(pool, secret)
    view = pool.view()
    again = replay(ledger)
    page = write_report(view, f"Pool: {chosen.name}", begun / "report")
    heads = journey.columns()
    lines = [*text_table(heads["bandit"], journey.pulls(view)), ""]
    lines += [*text_table(heads["contributions"], journey.contributions(view)), ""]
    lines += [*text_table(heads["candidates"], journey.candidates(view, 3)), ""]
    lines += [*text_table(heads["sealed"], journey.sealed_gains(view)), ""]
    follow = "all follow" if not again.faults else f"{len(again.faults)} do not follow: {again.faults[0]}"
    return [*lines, f"replayed {again.rows} verdicts from the ledger: {follow}", f"page: {page}", f"ledger: {place.where}"]
