"""The lineage tree: time runs to the right, close relatives are folded into one."""

from __future__ import annotations

from dataclasses import dataclass

from render import palette
from render.canvas import SMALL, Canvas, Rect, fit, wrap
from render.frames import Branch, Tree
from render.model import Model
from render.panels.panel import Hot, buttons


@dataclass(frozen=True)
class Twig:
    """A node of a folded tree.

    Attributes:
        node: Number of its oldest member among the tree's nodes.
        parent: Number of its parent among the twigs; -1 for a root.
        living: How many of the living are folded into it or descend from it.
        last: Tick of the youngest birth folded into it.
        folded: How many nodes it holds.
    """

    node: int
    parent: int
    living: int
    last: int
    folded: int


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
    return [Twig(oldest[k], parents[k], nodes[oldest[k]].living, last[k], folded[k]) for k in range(len(oldest))]


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


def draw_tree(canvas: Canvas, area: Rect, model: Model) -> list[Hot]:
    """Draw the page; where it can be clicked."""
    items = [(f"fold below {model.fold} loci", "fold", 0, False), ("less", "fold", -4, False), ("more", "fold", 4, False)]
    hots, y = buttons(canvas, area.x, area.y, area.width, items)
    tree = model.tree
    note = (
        "growing the tree …"
        if tree is None
        else f"{tree.note}; a dot is a group of close relatives, as large as many live; colours are those of kinship"
    )
    for line in wrap(canvas, note, area.width, SMALL):
        canvas.text(area.x, y, line, palette.FAINT, SMALL)
        y += 16
    if tree is None or not tree.nodes:
        return hots
    _branches(canvas, Rect(area.x, y + 6, area.width - 60, area.bottom - y - 26), tree, model.fold)
    return hots


def colour(tree: Tree, twig: Twig, plain: int) -> str:
    """The colour of a twig, that of its oldest member; one of the plain ones where the tree has no colours."""
    return tree.colours[twig.node] if tree.colours else palette.CATEGORIES[plain]


def _branches(canvas: Canvas, area: Rect, tree: Tree, threshold: int) -> None:
    twigs = fold(tree.nodes, threshold)
    row = rows(twigs)
    lines = max(1.0, max(row.values()) + 1)
    first, last = min(node.born for node in tree.nodes), max(tree.tick, 1)

    def at(tick: int, number: int) -> tuple[float, float]:
        return area.x + 8 + (tick - first) / max(1, last - first) * (area.width - 16), area.y + (
            row[number] + 0.5
        ) * area.height / lines

    for number, twig in enumerate(twigs):
        x, y = at(tree.nodes[twig.node].born, number)
        canvas.line([(x, y), (max(x, at(twig.last, number)[0]), y)], colour(tree, twig, 1), 2)
        if twig.parent >= 0:
            canvas.line([(x, at(0, twig.parent)[1]), (x, y)], palette.EDGE, 1)
    labels: list[Rect] = []
    for number, twig in sorted(enumerate(twigs), key=lambda item: -item[1].living):
        x, y = at(max(twig.last, tree.nodes[twig.node].born), number)
        canvas.circle((x, y), 2 + min(6.0, twig.living**0.5), colour(tree, twig, 0))
        words = fit(canvas, f"{twig.living}" if twig.folded == 1 else f"{twig.living} of {twig.folded}", 64, SMALL)
        label = Rect(int(x) + 11, int(y) - 7, canvas.width(words, SMALL), 14)
        if not any(label.overlaps(other) for other in labels):
            canvas.text(label.x, label.y, words, palette.TEXT, SMALL)
            labels.append(label)
    canvas.text(area.x, area.bottom + 2, f"tick {max(first, 0):,}", palette.FAINT, SMALL)
    words = f"tick {tree.tick:,}"
    canvas.text(area.right - canvas.width(words, SMALL), area.bottom + 2, words, palette.FAINT, SMALL)
