"""Who waits for what: when the links of a region open, and when a letter is due."""

from __future__ import annotations

from dataclasses import dataclass

from cyberspace.law.world import World
from topology import LinkEnd, RulerClock
from topology.link import NOBODY


@dataclass(frozen=True)
class Opening:
    """A link opens.

    Attributes:
        tick: The tick that the region lives then.
        end: Index into `World.ends`.
        number: How often the link opened before.
    """

    tick: int
    end: int
    number: int


def opening_tick(clock: RulerClock, axis: int, number: int) -> int:
    """Tick of the universe at which an axis opens for the n-th time."""
    return clock.offsets[axis] + number * clock.axes[axis].stretch


def next_opening(world: World, tick: int) -> Opening | None:
    """The first opening of a link that is lived at or after a tick; None without links."""
    clock, found = world.meetings.clock, None
    for index, end in enumerate(world.ends):
        # An opening is lived before the next one of its link, so this one or the one after it is meant.
        number = max(0, (tick - clock.offsets[end.axis]) // clock.axes[end.axis].stretch)
        while (lived := end.lived(clock, number)) < tick:
            number += 1
        if found is None or lived < found.tick:
            found = Opening(lived, index, number)
    return found


def sender(end: LinkEnd, opening: int) -> int:
    """The region whose letter is due at an opening: the one that was met at the opening before; `NOBODY` if there was none."""
    return end.partner(opening - 1) if opening > 0 else NOBODY


def settled_tick(receiver: World, axis: int, opening: int) -> int:
    """The tick in which the receiver settles a letter that was posted at an opening."""
    end = next(end for end in receiver.ends if end.axis == axis)
    return end.lived(receiver.meetings.clock, opening + 1)
