"""The lineage tree: time runs to the right, close relatives are folded into one; coloured by what their living descendants do.

A click on a node lights up who descends from it in the world.
"""

from __future__ import annotations

from dataclasses import dataclass

from cyberspace.analysis.story.marks import Mark
from render import palette
from render.canvas import SMALL, Canvas, Point, Rect, fit, wrap
from render.fields import BY_NAME
from render.frames import Branch, Tree
from render.groups import Row
from render.model import Model
from render.panels.history import draw_symbol
from render.panels.panel import Hot, buttons

NOTE = (
    "a dot is a group of close relatives; the number beside it says how many of them and of their descendants live.  "
    "Dot and bar have the colours of what these do, lines those of kinship, where it is known.  Click one to light them up."
)

FEW = 4
"""One in so many of the living that descend from a node performs something where it is coloured by that, at least."""

BAR = 26
"""Width of the bar beside a node."""


@dataclass(frozen=True)
class Twig:
    """A node of a folded tree.

    Attributes:
        node: Number of its oldest member among the tree's nodes.
        parent: Number of its parent among the twigs; -1 for a root.
        living: How many of the living are folded into it or descend from it.
        last: Tick of the youngest birth folded into it.
        folded: How many nodes it holds.
        does: What the living that descend from it do, as in `render.frames.Branch`.
    """

    node: int
    parent: int
    living: int
    last: int
    folded: int
    does: tuple[int, ...] = ()


def fold(nodes: tuple[Branch, ...], threshold: int) -> list[Twig]:
    """Join every node to its parent's twig unless it lies at least `threshold` loci from the twig's oldest member.

    Distances add up along the tree, so a child that drifts away step by step leaves its relatives at last.
    """
    twig_of: dict[int, int] = {}
    away: dict[int, int] = {}
    oldest: list[int] = []
    parents: list[int] = []
    last: list[int] = []
    folded: list[int] = []
    for number, node in enumerate(nodes):
        far = away.get(node.parent, 0) + max(0, node.distance)
        if node.parent < 0 or far >= threshold > 0 or threshold == 0:
            twig_of[number], away[number] = len(oldest), 0
            oldest.append(number)
            parents.append(-1 if node.parent < 0 else twig_of[node.parent])
            last.append(node.born)
            folded.append(1)
        else:
            twig = twig_of[number] = twig_of[node.parent]
            away[number] = far
            last[twig] = max(last[twig], node.born)
            folded[twig] += 1
    return [
        Twig(first, parents[k], nodes[first].living, last[k], folded[k], nodes[first].does) for k, first in enumerate(oldest)
    ]


def colour_of(does: tuple[int, ...], rows: list[Row]) -> str:
    """The colour of the goal that most of some living perform as their last; that of none where few of them perform anything."""
    if not does or len(does) > len(rows):
        return palette.OTHERS
    best = max(range(len(does)), key=lambda k: (k > 0, does[k]) if sum(does[1:]) * FEW >= sum(does) else (k == 0, 0))
    return rows[best][0] if best else palette.OTHERS


def rows(twigs: list[Twig]) -> dict[int, float]:
    """Row of each twig: leaves one below the other, a parent in the middle of its children."""
    children: dict[int, list[int]] = {}
    for number, twig in enumerate(twigs):
        children.setdefault(twig.parent, []).append(number)
    found: dict[int, float] = {}
    count = 0
    stack = [(number, False) for number in sorted(children.get(-1, []), key=lambda k: twigs[k].living)]
    while stack:
        number, done = stack.pop()
        mine = children.get(number, [])
        if not mine:
            found[number], count = float(count), count + 1
        elif done:
            found[number] = sum(found[k] for k in mine) / len(mine)
        else:
            stack.append((number, True))
            stack += [(k, False) for k in reversed(mine)]
    return found


def coalescence(nodes: tuple[Branch, ...]) -> int | None:
    """When the last one was born from whom all descend who are in a tree; None if there is no such one, or it is the only one alive."""
    total = sum(node.living for node in nodes if node.parent < 0)
    found = [node.born for node in nodes if node.living == total]
    return found[-1] if found and total > 1 else None


def swept_from(model: Model, node: Branch) -> Mark | None:
    """The mark of the sweep that began with somebody, if one did."""
    marks = () if model.chronicle.story is None else model.chronicle.story.marks
    return next((one for one in marks if one.kind == "sweep" and (one.cradle, one.born) == (node.cradle, node.born)), None)


def draw_tree(canvas: Canvas, area: Rect, model: Model) -> list[Hot]:
    """Draw the page; where it can be clicked."""
    items = [(f"fold below {model.fold} loci", "fold", 0, False), ("less", "fold", -4, False), ("more", "fold", 4, False)]
    hots, y = buttons(canvas, area.x, area.y, area.width, items)
    return hots + draw_figure(canvas, Rect(area.x, y, area.width, area.bottom - y), model)


def draw_figure(canvas: Canvas, area: Rect, model: Model) -> list[Hot]:
    """Draw the tree with its legend; where it can be clicked."""
    tree, y = model.tree, area.y
    note = "growing the tree …" if tree is None else f"{tree.note}; {NOTE}"
    for line in wrap(canvas, note, area.width, SMALL):
        canvas.text(area.x, y, line, palette.FAINT, SMALL)
        y += 16
    if tree is None or not tree.nodes:
        return []
    kinds = BY_NAME["task"].rows
    legend = kinds(model.context) if kinds else []
    y = _legend(canvas, Rect(area.x, y + 2, area.width, 0), legend)
    return _branches(canvas, Rect(area.x, y + 6, area.width - 90, area.bottom - y - 26), tree, model, legend)


def _legend(canvas: Canvas, area: Rect, legend: list[Row]) -> int:
    """The colours of the goals in rows; the row below."""
    x, y = area.x, area.y
    for colour, words in legend[1:]:
        width = 13 + canvas.width(words, SMALL) + 8
        if x > area.x and x + width > area.right:
            x, y = area.x, y + 16
        canvas.fill(Rect(x, y + 3, 9, 9), colour)
        canvas.text(x + 13, y, words, palette.TEXT, SMALL)
        x += width
    return y + 18


def _branches(canvas: Canvas, area: Rect, tree: Tree, model: Model, legend: list[Row]) -> list[Hot]:
    twigs = fold(tree.nodes, model.fold)
    row = rows(twigs)
    lines = max(1.0, max(row.values()) + 1)
    first, last = min(node.born for node in tree.nodes), max(tree.tick, 1)

    def at(tick: int, number: int) -> tuple[float, float]:
        return area.x + 8 + (tick - first) / max(1, last - first) * (area.width - 16), area.y + (
            row[number] + 0.5
        ) * area.height / lines

    for number, twig in enumerate(twigs):
        x, y = at(tree.nodes[twig.node].born, number)
        own = tree.colours[twig.node] if tree.colours else colour_of(twig.does, legend)  # kinship, where it is known
        canvas.line([(x, y), (max(x, at(twig.last, number)[0]), y)], own, 2)
        if twig.parent >= 0:
            canvas.line([(x, at(0, twig.parent)[1]), (x, y)], palette.EDGE, 1)
    born = coalescence(tree.nodes)
    if born is not None:
        x = at(max(born, first), 0)[0]
        canvas.line([(x, area.y), (x, area.bottom)], palette.FAINT, 1)
        words = f"all descend from one born at {max(born, 0):,}"
        canvas.text(max(area.x, min(x + 4, area.right - canvas.width(words, SMALL))), area.y - 2, words, palette.FAINT, SMALL)
    order = sorted(range(len(twigs)), key=lambda number: -twigs[number].living)
    ends = {number: at(max(twigs[number].last, tree.nodes[twigs[number].node].born), number) for number in order}
    hots: list[Hot] = []
    for number in order:
        (x, y), twig = ends[number], twigs[number]
        node, size = tree.nodes[twig.node], 2 + min(6.0, twig.living**0.5)
        canvas.circle((x, y), size, colour_of(twig.does, legend))
        if (swept := swept_from(model, node)) is not None:
            draw_symbol(canvas, at(node.born, number), swept, model)
        if (node.cradle, node.born) == model.chronicle.wanted:
            canvas.circle((x, y), size + 2, palette.ACCENT, 2)
        hots.append(Hot(Rect(int(x) - 8, int(y) - 7, 16, 14), "light", (node.cradle, node.born)))
    _labels(canvas, [(ends[number], twigs[number]) for number in order], legend)
    canvas.text(area.x, area.bottom + 2, f"tick {max(first, 0):,}", palette.FAINT, SMALL)
    words = f"tick {tree.tick:,}"
    canvas.text(area.right - canvas.width(words, SMALL), area.bottom + 2, words, palette.FAINT, SMALL)
    return hots[::-1]  # the largest is drawn below, and clicked last


def _labels(canvas: Canvas, twigs: list[tuple[Point, Twig]], legend: list[Row]) -> None:
    """What the living do and how many they are, beside every node that has room for it."""
    labels: list[Rect] = []
    for (x, y), twig in twigs:
        words = fit(canvas, f"{twig.living:,}", 64, SMALL)
        label = Rect(int(x) + 11, int(y) - 7, BAR + 5 + canvas.width(words, SMALL), 14)
        if not any(label.overlaps(other) for other in labels):
            canvas.fill(label, palette.PANEL)
            _bar(canvas, Rect(label.x, label.y + 4, BAR, 7), twig.does, legend)
            canvas.text(label.x + BAR + 5, label.y, words, palette.TEXT, SMALL)
            labels.append(label)


def _bar(canvas: Canvas, rect: Rect, does: tuple[int, ...], legend: list[Row]) -> None:
    """What some living do, as parts of a bar: nothing, or the last of the goals that each performs."""
    total, x = max(1, sum(does)), float(rect.x)
    canvas.fill(rect, palette.CONTROL)
    for k, count in enumerate(does[: len(legend)]):
        width = rect.width * count / total
        canvas.fill(Rect(round(x), rect.y, round(x + width) - round(x), rect.height), legend[k][0] if k else palette.OTHERS)
        x += width
