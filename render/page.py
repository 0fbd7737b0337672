"""The page of a report: tables and figures of every space, and what crosses between them."""

from __future__ import annotations

import html
from collections.abc import Iterable
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.ecology import LIFESPANS, amphibians, traffic
from cyberspace.analysis.inspect_run import Facts, newest_states, score_words
from cyberspace.analysis.story.told import Story
from cyberspace.analysis.transplant import TICKS, Transplant, transplants
from cyberspace.errors import legible
from cyberspace.record.scores import Scored
from render import palette
from render.life_tree import TREE
from render.muller import story_section
from render.source import Source
from topology import Beach

FIGURES = ("heredity", "tasks", "population", "energy", "lineages", "kinship")
"""In the order of the page; scores come after the tasks."""

CAPTIONS = {
    "heredity": "Of the births since the sample before, the share whose genome differs from the parent's at 5 % of the loci or fewer.",
    "tasks": "Of the living, the share that performs each function, and the share of random brains that does so by chance.",
    "population": "How many live, how many sites there are, and births, counted per 100 ticks so that they fit beside.",
    "energy": "Units of energy per tick, in the whole space: what came in is above zero, what turned to heat below.",
    "lineages": "Each pixel is a site, each tile a place of the outer axes; who descends from the same founder has one colour.",
    "tree": "A line for each of those who live, back to where it meets others; in the colours of the branches in the plot above.",
    "kinship": "Each pixel is a site; those alike by genome have one colour, whoever their founder was.  White: nobody.",
}
"""What each figure shows, and in which units."""

EVENTS = 40
"""Events of timetables that are listed, at most."""


def figure_file(sources: list[Source], source: Source, name: str) -> str:
    """Name of a figure's file; with the space's where there are several."""
    return f"{name}.png" if len(sources) == 1 else f"{source.space}-{name}.png"


def score_name(one: Scored) -> str:
    """What the figure of a score is called."""
    return f"score-{one.name}".replace(" ", "-")


def figure_names(source: Source) -> list[str]:
    """Names of the figures of a space, in the order of the page."""
    scores = [score_name(one) for one in source.scores.told]
    return [*FIGURES[:2], *scores, *FIGURES[2:]]


def _chance(facts: Facts, goal: str) -> str:
    return f" (by chance {facts['chance'][goal]:.1%})" if goal in facts["chance"] else ""


def write_page(sources: list[Source], story: Story | None = None, measured: str = "") -> str:
    """The HTML page of a run, with its story and its statistics if these are known."""
    facts, folder = sources[0].facts, sources[0].folder
    rows: dict[str, object] = {
        "world": legible(folder.path / "world.toml"),
        "seed": facts["seed"],
        "ticks lived": f"{facts['tick']:,}",
        "regions": f"{facts['regions']:,}",
        "sites in all regions": f"{facts['sites']:,}",
        "alive at the end": f"{facts['alive']:,} organisms",
        "births since the start": f"{facts['births']:,}",
        "deepest line of descent": f"{max(source.generation for source in sources):,} generations",
        "heredity of late": "no births"
        if facts["heredity"] is None
        else f"{facts['heredity']:.1%} of births within 5 % of the parent",
        "energy ledger": "balanced to the unit" if facts["energy"]["balanced"] else "NOT BALANCED",
        "digest": facts["digest"],
    }
    rows |= {f"performs {goal}": f"{share:.1%} of the living{_chance(facts, goal)}" for goal, share in facts["tasks"].items()}
    rows |= {f"score of {name}": score_words(fact) for name, fact in facts.get("scores", {}).items()}
    parts, title = [], html.escape(legible(folder.path.name))
    for source in sources:
        if len(sources) > 1:
            parts.append(f"<h2>{html.escape(source.space)}</h2>")
        files = ((name, figure_file(sources, source, name)) for name in figure_names(source))
        parts += [_figure(name, file) for name, file in files]
    parts += [] if story is None else [story_section(story), _figure(TREE.stem, TREE.name)]
    parts += [measured] if measured else []
    parts += [_events(sources)] if any(source.events for source in sources) else []
    if len(folder.universe.worlds) > 1:
        parts.append(_links(sources))
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>cyberspace: {title}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; color: {palette.INK}; padding: 0 1rem }}
th {{ text-align: left; padding-right: 1.5rem; font-weight: 600 }} td {{ overflow-wrap: anywhere; padding-right: 1.5rem }}
figcaption {{ font-size: 14px; color: #555 }} img {{ max-width: 100%; height: auto }} figure {{ margin: 1.5rem 0 }}
</style></head><body>
<h1>{title}</h1>
{"".join(parts)}
{_table([], ((key, value) for key, value in rows.items()))}
</body></html>
"""


def _figure(name: str, file: str) -> str:
    said = f"<figcaption>{html.escape(CAPTIONS[name])}</figcaption>" if name in CAPTIONS else ""
    return f'<figure><img src="{quote(file)}" alt="{name}">{said}</figure>'


def _events(sources: list[Source]) -> str:
    """What happened by the timetables, the newest of it."""
    events = sorted(event for source in sources for event in source.events)
    rows = [(f"{one.tick:,}", one.space, one.what, ", ".join(map(str, one.regions)) or "all") for one in events[-EVENTS:]]
    left = f"<p>The newest {EVENTS} of {len(events):,}.</p>" if len(events) > EVENTS else ""
    return "<h2>What changed</h2>" + left + _table(["tick", "space", "what", "regions"], rows)


def _links(sources: list[Source]) -> str:
    """What crosses between regions, and what that says of the lineages."""
    folder = sources[0].folder
    head = ["from", "to", "spores", "movers", "energy they carried", "energy given", "lineages that sent most (mark: letters)"]
    rows = [
        (t.origin, t.target, f"{t.spores:,}", f"{t.movers:,}", f"{t.energy:,}", f"{t.gifts:,}",
         ", ".join(f"{mark:08x}: {count:,}" for mark, count in t.lineages))
        for t in traffic(folder.universe, folder.record)
    ]  # fmt: skip
    parts = ["<h2>Traffic</h2>", _table(head, rows)]
    beaches = any(isinstance(axis, Beach) for axis in folder.universe.clock.axes)
    if beaches and not folder.lives:
        parts.append("<p>No transplant: it would live code of the world's own, which a report does not load.</p>")
    for one in transplants(folder.universe, newest_states(folder)[1]) if folder.lives else ():
        parts += [f"<h2>Reciprocal transplant over {html.escape(one.beach)}</h2>", _transplant(one)]
        parts.append(_amphibians(sources, one.sides))
    return "\n".join(parts)


def _transplant(found: Transplant) -> str:
    def cell(rates: NDArray[np.float64]) -> str:
        grown = rates[np.isfinite(rates)]
        died = f", {len(rates) - len(grown)} of {len(rates)} died out" if len(grown) < len(rates) else ""
        return f"{grown.mean():+.2f} ({grown.min():+.2f} to {grown.max():+.2f}){died}" if len(grown) else "died out"

    rows = [(f"from {side}", *(cell(found.growth[k, place]) for place in (0, 1))) for k, side in enumerate(found.sides)]
    text = (
        f"<p>Growth, ln(after / before) per 1,000 ticks, over {TICKS} ticks in a region of the newest state that was emptied; "
    )
    return text + "mean and range of three.</p>" + _table(["", *(f"in {side}" for side in found.sides)], rows)


def _amphibians(sources: list[Source], sides: tuple[str, str]) -> str:
    folder = sources[0].folder
    found = amphibians(folder.universe, folder.record, *sides)
    if found is None:
        return "<p>Amphibians: not known, since the field `founder` was not recorded or nobody dies of age.</p>"
    if not found:
        return f"<p>No amphibian: no lineage lived on both sides for more than {LIFESPANS} lifespans.</p>"
    longest = "; ".join(f"{mark:08x} for {span:,} ticks" for mark, span in list(found.items())[:6])
    return f"<p>Amphibians, lineages that lived on both sides for more than {LIFESPANS} lifespans: {len(found)}, longest {longest}.</p>"


def _table(head: list[str], rows: Iterable[tuple[object, ...]]) -> str:
    lines = ["".join(f"<th>{html.escape(name)}</th>" for name in head)] if head else []
    for first, *rest in rows:
        lines.append(f"<th>{html.escape(str(first))}</th>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in rest))
    return "<table>\n" + "\n".join(f"<tr>{line}</tr>" for line in lines) + "\n</table>"
