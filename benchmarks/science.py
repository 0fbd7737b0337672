"""What a sweep of examples/experiments found, into docs/science and benchmarks/results: tables, data and figures.

    python -m benchmarks.science heredity --out runs/sweeps/heredity

Writes benchmarks/results/science-NAME.json, docs/science/NAME-OUTCOME.png, and, between the two marks in docs/science/NAME.md, the tables.

    python -m benchmarks.science heredity --out runs/sweeps/heredity --restore

lays the finished runs of that file into the folder of a sweep instead, which then lives only those that are left.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
from collections.abc import Sequence
from pathlib import Path

from cyberspace.page import Cell, picture
from cyberspace.sweep.cells import Job, jobs_of
from cyberspace.sweep.figures import figure_of
from cyberspace.sweep.plan import read_plan
from cyberspace.sweep.sweep import done_of, held
from cyberspace.sweep.tables import comparison_table, gather, summary_table
from cyberspace.sweep.work import Place, write_whole

HOME = Path(__file__).parents[1]
PAGES, RESULTS = HOME / "docs" / "science", HOME / "benchmarks" / "results"
MARKS = "<!-- found -->", "<!-- so far -->"


def cell_text(cell: Cell) -> str:
    """A cell in a page."""
    if cell is None:
        return "-"
    return f"{cell:.3g}" if isinstance(cell, float) else f"{cell:,}" if isinstance(cell, int) else cell


def markdown(head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """A table in a page; columns in which nothing stands are left out."""
    kept = [k for k in range(len(head)) if any(row[k] not in (None, "") for row in rows)]
    lines = [[head[k] for k in kept], ["---"] * len(kept), *([cell_text(row[k]) for k in kept] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def restore(results: Path, place: Place, jobs: Sequence[Job]) -> int:
    """Lay the finished runs of a file of results into the folder of a sweep, but for those that are there; how many of the plan's then are.

    A run's key names its world, its length and its seed, so that those of another plan do no harm.
    """
    known = json.loads(results.read_text(encoding="utf-8"))["runs"] if results.exists() else []
    with held(place):
        for one in known:
            if not place.result(one["key"]).exists():
                write_whole(place.result(one["key"]), json.dumps(one, indent=1) + "\n")
    return len(done_of(place, list(jobs)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--out", type=Path, required=True, help="folder of the sweep")
    parser.add_argument("--restore", action="store_true", help="write nothing but the finished runs of the results into --out")
    options = parser.parse_args()
    path = HOME / "examples" / "experiments" / f"{options.name}.toml"
    plan = read_plan(path)
    jobs = jobs_of(plan)
    results = RESULTS / f"science-{options.name}.json"
    if options.restore:
        print(f"{options.out}: {restore(results, Place(options.out), jobs)} of {len(jobs)} runs")
        return
    known = done_of(Place(options.out), jobs)
    cells = gather(plan, [{**known[job.key], "values": list(job.values)} for job in jobs if job.key in known])
    head, rows = summary_table(cells)
    tested = comparison_table(cells) if plan.file.compare else ([], [])
    found = {
        "plan": str(path.relative_to(HOME)),
        "question": plan.file.question,
        "command": f"cyberspace sweep {path.relative_to(HOME)} --out runs/sweeps/{options.name}",
        "finished": len(known),
        "planned": len(jobs),
        "processor_seconds": round(sum(one["seconds"] for one in known.values())),
        "host": f"{platform.machine()}, {os.cpu_count()} cores",
        "summary": [dict(zip(head, row, strict=True)) for row in rows],
        "comparisons": [dict(zip(tested[0], row, strict=True)) for row in tested[1]],
        "runs": [known[job.key] | {"values": list(job.values)} for job in jobs if job.key in known],
    }
    RESULTS.mkdir(exist_ok=True)
    results.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    PAGES.mkdir(exist_ok=True)
    parts = [
        f"{found['finished']} of {found['planned']} runs are finished, of {plan.file.ticks:,} ticks at most; "
        f"{found['processor_seconds']:,} seconds "
        f"of one core ({found['host']}, shared with other work).",
        markdown(head, rows),
        *([markdown(*tested)] if tested[1] else []),
    ]
    for outcome in plan.outcomes.values():
        (PAGES / f"{options.name}-{outcome.name}.png").write_bytes(picture(figure_of(cells, outcome)))
        parts.append(f"![{outcome.name}]({options.name}-{outcome.name}.png)")
    parts.append(f"`{found['command']}`, then `python -m benchmarks.science {options.name} --out runs/sweeps/{options.name}`")
    page = PAGES / f"{options.name}.md"
    bare = "\n".join([f"# {options.name}", "", plan.file.question, "", *MARKS, ""])
    text = page.read_text(encoding="utf-8") if page.exists() else bare
    between = re.escape(MARKS[0]) + ".*" + re.escape(MARKS[1])
    whole = "\n\n".join([MARKS[0], *parts, MARKS[1]])
    page.write_text(re.sub(between, lambda _: whole, text, flags=re.DOTALL), encoding="utf-8")
    print(f"{page}: {found['finished']} of {found['planned']} runs")


if __name__ == "__main__":
    main()
