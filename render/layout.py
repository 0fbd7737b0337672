"""How the middle of the window is split among views: a tree of splits whose leaves are views."""

from __future__ import annotations

from dataclasses import dataclass

from render.canvas import Rect
from render.view import View

MOST = 4
"""Views at a time."""

DIVIDER, LEAST = 5, 0.15
"""Pixels between two views, and the least share of a split."""


@dataclass(eq=False)
class Split:
    """Two parts side by side.

    Attributes:
        across: Whether they stand beside each other; else one above the other.
        share: Share of the first.
        one: The left or upper part.
        other: The right or lower one.
    """

    across: bool
    share: float
    one: Node
    other: Node

    def halves(self, rect: Rect) -> tuple[Rect, Rect, Rect]:
        """Where the first part, the divider and the second part are."""
        x, y, width, height = rect.x, rect.y, rect.width, rect.height
        if self.across:
            at = round(self.share * (width - DIVIDER))
            return (
                Rect(x, y, at, height),
                Rect(x + at, y, DIVIDER, height),
                Rect(x + at + DIVIDER, y, width - at - DIVIDER, height),
            )
        at = round(self.share * (height - DIVIDER))
        return Rect(x, y, width, at), Rect(x, y + at, width, DIVIDER), Rect(x, y + at + DIVIDER, width, height - at - DIVIDER)

    def drag(self, rect: Rect, x: int, y: int) -> None:
        """Move the divider to a point of the window."""
        share = (x - rect.x) / max(1, rect.width) if self.across else (y - rect.y) / max(1, rect.height)
        self.share = min(1 - LEAST, max(LEAST, share))


Node = View | Split


def views(node: Node) -> list[View]:
    """The views, from the upper left on."""
    return [node] if isinstance(node, View) else [*views(node.one), *views(node.other)]


def boxes(node: Node, rect: Rect) -> list[tuple[View, Rect]]:
    """Where each view stands."""
    if isinstance(node, View):
        return [(node, rect)]
    one, _, other = node.halves(rect)
    return [*boxes(node.one, one), *boxes(node.other, other)]


def dividers(node: Node, rect: Rect) -> list[tuple[Split, Rect, Rect]]:
    """Each split, where it stands, and its divider."""
    if isinstance(node, View):
        return []
    one, line, other = node.halves(rect)
    return [(node, rect, line), *dividers(node.one, one), *dividers(node.other, other)]


def split(node: Node, view: View, new: View, across: bool) -> Node:
    """The tree with a new view beside, or below, one of it."""
    if isinstance(node, View):
        return Split(across, 0.5, node, new) if node is view else node
    node.one, node.other = split(node.one, view, new, across), split(node.other, view, new, across)
    return node


def close(node: Node, view: View) -> Node:
    """The tree without a view; the last one stays."""
    if isinstance(node, View):
        return node
    for gone, stays in ((node.one, node.other), (node.other, node.one)):
        if gone is view:
            return stays
    node.one, node.other = close(node.one, view), close(node.other, view)
    return node
