"""The tables of docs/teams.md, out of benchmarks/results/teams.json.

python -m benchmarks.team_tables [--results benchmarks/results/teams.json] [--page docs/teams.md]
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from benchmarks.teams import PLACES, RESULTS

PAGE = Path(__file__).parents[1] / "docs" / "teams.md"
Cells = dict[str, dict[str, Any]]


def told(interval: list[float]) -> str:
    """A mean with its interval."""
    mean, low, high = interval
    return f"{mean:.3f} ({low:.3f} to {high:.3f})"


def table(head: list[str], rows: list[list[str]]) -> str:
    """A table in Markdown."""
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def relay(cells: Cells) -> str:
    head = ["seed", "right answers", "faultless %", "net pay a lesson", "chains held still"]
    head += [
        "pay: nobody silent",
        *(f"member {k + 1} silent" for k in range(PLACES)),
        "alone, all",
        "alone, the best again",
        "CPU s",
    ]
    rows = []
    for seed, cell in cells.items():
        knock, alone = cell["knock"], cell["alone"]
        silent = [told(knock[name]) for name in ("nobody", *(f"member {k}" for k in range(PLACES)))]
        by_self = [told(alone["right"]), told(alone["best again"])] if alone["organisms"] else ["-", "-"]
        row = [
            seed,
            told(cell["right"]),
            f"{100 * cell['faultless']:.1f}",
            f"{cell['income']:.0f}",
            f"{knock['chains'][0]:.0f}",
        ]
        rows.append([*row, *silent, *by_self, f"{cell['cpu_s']:.0f}"])
    return table(head, rows)


def refine(cells: Cells) -> str:
    head = [
        "seed",
        "mines right",
        "mills right",
        "mills that work",
        "their right answers",
        "the same, mines silent",
        "founders of mines, mills, both",
    ]
    head += ["working mills of founders of both %", "best mill everywhere: as mines", "as mills", "CPU s"]
    rows = []
    for seed, cell in cells.items():
        founders, best = cell["founders"], cell["best mill everywhere"]
        row = [seed, told(cell["mine"]), told(cell["mill"]), f"{cell['working']['mill']} of {cell['living']['mill']}"]
        row += [
            told(cell["mills"]),
            told(cell["mills, mines silent"]),
            ", ".join(str(founders[k]) for k in ("mine", "mill", "both")),
        ]
        row += [
            f"{100 * cell['mills of founders of both']:.0f}",
            told(best["mine"]),
            told(best["mill"]),
            f"{cell['cpu_s']:.0f}",
        ]
        rows.append(row)
    return table(head, rows)


def memory(cells: Cells) -> str:
    head = ["seed", "performs %", "right answers of all, held still", "of the best, in a life of other draws", "CPU s"]
    rows = []
    for seed, cell in cells.items():
        share = 100 * next(iter(cell["performs"].values()))
        rows.append([seed, f"{share:.1f}", told(cell["all"]), told(cell["best"]), f"{cell['cpu_s']:.0f}"])
    return table(head, rows)


TABLES = {"relay": relay, "refine": refine, "stream": memory, "recall 4": memory, "recall 16": memory}


def written(page: str, results: dict[str, Cells]) -> str:
    """The page with a table behind each mark `<!-- table: PART -->`, in place of what stood between it and `<!-- end -->`."""
    for part, make in TABLES.items():
        mark, end = f"<!-- table: {part} -->\n", "<!-- end -->"
        if mark in page:
            before, rest = page.split(mark, 1)
            cells = dict(sorted(results.get(part, {}).items(), key=lambda cell: int(cell[0])))
            page = before + mark + "\n" + make(cells) + "\n\n" + end + rest.split(end, 1)[1]
    return page


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--page", type=Path, default=PAGE)
    options = parser.parse_args()
    options.page.write_text(written(options.page.read_text(), json.loads(options.results.read_text())))


if __name__ == "__main__":
    main()
