"""Colours of the branches of a Muller plot, for the window and for figures."""

from __future__ import annotations

from cyberspace.analysis.story.muller import Muller
from render.palette import mixed

PALER, DARKER = 0.42, 0.38
"""How far a colour goes towards the ink, or towards the ground, where all of the palette are taken."""


def branch_colours(plot: Muller, colours: tuple[str, ...], ink: str, ground: str) -> list[str]:
    """A colour for each branch; those that touch differ in hue, and in lightness where there are more of them than colours.

    Args:
        plot: The branches.
        colours: The palette's.
        ink: What stands out from the ground.
        ground: The ground.
    """
    order = list(dict.fromkeys(number for number in plot.layers()[0] if number >= 0))
    tiers = ((ground, 0.0), (ink, PALER), (ground, DARKER), (ink, PALER / 2))
    found = dict[int, str]()
    for place, number in enumerate(order):
        towards, part = tiers[place // len(colours) % len(tiers)]
        found[number] = mixed(colours[place % len(colours)], towards, part)
    return [found[number] for number in range(len(plot.branches))]
