"""From the machine as found to the axes of a world: how long they are, and how far apart their openings must be.

The rule: a letter along axis a is awaited at the axis's next opening, `stretch` ticks after it was posted, so nobody waits if

    stretch_a >= ceil((p99 latency_a + bytes_a / bandwidth_a) / tick) + SLACK

and the stretch is the next power of two.  A quick link gets no shorter stretch than the world says without a machine: a
fast machine is not another universe.  Then the ruler clock must exist (Kraft), and a wider axis opens no more often than a closer one.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from topology.axes import DEFAULT_STRETCH, FAR_AXES, MAX_STRETCH, Axis
from topology.clock import KraftError, RulerClock
from topology.machine import PLACE_LEVELS, Host, Link, Machine

SLACK = 3
"""Ticks beyond latency; they absorb the jitter of ticks (docs/schedule.md)."""

MOST_IN_CORE = 2**15
"""Sites of one sm or core, which share pools; a region of more has several sm or cores for each that the machine has."""


class FitError(ValueError):
    """No stretch is long enough for a link.

    Attributes:
        axis: The axis.
        need: Ticks that the rule asks for.
    """

    def __init__(self, axis: str, need: int):
        self.axis, self.need = axis, need
        super().__init__(f"axis {axis}: needs a stretch of {need}: expected at most {MAX_STRETCH}")


def rule(latency: float, size: int, bandwidth: float, tick: float) -> int:
    """Ticks that an axis must be stretched at least: latency and tick in seconds, size in bytes, bandwidth in bytes/s."""
    return math.ceil((latency + size / bandwidth) / tick) + SLACK


def power_of_two(ticks: int) -> int:
    """The smallest power of two that is no less."""
    return 1 << max(0, ticks - 1).bit_length()


def regions_per_host(hosts: Sequence[Host]) -> int:
    """Regions of one host: one for each GPU if every host has some, and one for each rank; for a single rank one for each NUMA node.

    The host that has fewest decides, since space is a product of axes.
    """
    if all(host.gpus for host in hosts):
        return min(max(len(host.gpus), host.ranks) for host in hosts)
    if any(host.ranks > 1 for host in hosts) or len(hosts) > 1:
        return min(host.ranks for host in hosts)
    return min(host.nodes for host in hosts)


def far_lengths(machine: Machine) -> dict[str, int]:
    """Length of each far axis.

    Where racks (or rows) hold unequal numbers, the axis is flat, and so are wider ones; its contents count in the next closer
    axis, so that no host is left out.
    """
    *_, closer, region = FAR_AXES
    lengths = dict.fromkeys(FAR_AXES, 1) | {closer: len(machine.hosts), region: regions_per_host(machine.hosts)}
    places = [host.place for host in machine.hosts]
    for depth, axis in reversed(list(enumerate(PLACE_LEVELS))):
        held = Counter(place[: depth + 1] for place in places)
        if len(set(held.values())) > 1:
            break
        lengths |= {axis: len(held), closer: len(places) // len(held)}
        places, closer = list(held), axis
    return lengths


def near_lengths(machine: Machine, sites: int) -> tuple[str, dict[str, int]]:
    """Kind of the regions, and lengths of their near axes by the names of that kind: about so many sites, the machine's shape.

    A GPU region has the GPU's multiprocessors and 32 lanes; a CPU region the cores that it has for itself and the lanes of
    a vector register.  The axis between, warp or thread, is as long as the sites ask for, a power of two.
    """
    gpus = [gpu for host in machine.hosts for gpu in host.gpus]
    if gpus and all(host.gpus for host in machine.hosts):
        wide, lanes, names = min(gpu.sms for gpu in gpus) or 8, 32, ("gpu", "sm", "warp", "lane")
    else:
        share = min(host.cores // regions_per_host(machine.hosts) for host in machine.hosts)
        wide, lanes, names = max(1, share), min(host.lanes for host in machine.hosts), ("cpu", "core", "thread", "lane")
    between = power_of_two(max(1, round(sites / (wide * lanes))))
    while between * lanes > MOST_IN_CORE:
        wide, between = 2 * wide, between // 2
    return names[0], dict(zip(names[1:], (wide, between, lanes), strict=True))


def covered(axis: str, lengths: dict[str, int]) -> tuple[str, ...]:
    """Levels whose links letters along an axis may cross: its own, and those of wider axes that are flat here."""
    here = FAR_AXES.index(axis)
    wider = [name for name in FAR_AXES[:here] if lengths.get(name, 1) > 1]
    first = FAR_AXES.index(wider[-1]) + 1 if wider else 0
    return FAR_AXES[first : here + 1]


def need(machine: Machine, axis: str, lengths: dict[str, int], size: int, tick: float) -> int:
    """Ticks that the rule asks of a far axis for letters of so many bytes; 1 if none of its links was measured.

    A letter of a GPU region is copied out of the device and into the other one as well.
    """
    links = [link for level in covered(axis, lengths) if (link := machine.link(level))]
    if not links and axis == FAR_AXES[-1] and (peer := machine.link("peer")):
        links = [peer]
    copies = [link for level in ("copy-out", "copy-in") if (link := machine.link(level))]
    worst = max((rule(*_delay([link, *copies], size), tick) for link in links), default=1)
    if power_of_two(worst) > MAX_STRETCH:
        raise FitError(axis, worst)
    return worst


def _delay(links: Sequence[Link], size: int) -> tuple[float, int, float]:
    """Latency, size and bandwidth of links one after the other."""
    return sum(link.latency_p99 for link in links), size, 1 / sum(1 / link.bandwidth for link in links)


def stretch_far(needs: dict[str, int], floors: dict[str, int], near: Sequence[Axis]) -> dict[str, int]:
    """Stretches of the far axes in use.

    Args:
        needs: Ticks that the rule asks for, by axis.
        floors: What the world says without a machine; the start value where it says nothing.
        near: The axes that keep their stretch.

    Raises:
        KraftError: If the near axes leave no tick for the far ones.
        FitError: If that takes a stretch beyond `MAX_STRETCH`.
    """
    names = [name for name in FAR_AXES if name in needs]
    found: dict[str, int] = {}
    closer = 1
    for name in reversed(names):
        closer = found[name] = max(closer, power_of_two(max(needs[name], floors.get(name, DEFAULT_STRETCH[name]))))
    room = 1 - sum((Fraction(1, axis.stretch) for axis in near), Fraction())
    if room < 0 or (names and room == 0):
        raise KraftError((*near, *(Axis(name, 1, min(found[name], MAX_STRETCH)) for name in names)))
    while sum((Fraction(1, stretch) for stretch in found.values()), Fraction()) > room:
        shortest = min(found.values())
        # Of the axes that open most often, the widest: so the order of the stretches stays.
        found[next(name for name in names if found[name] == shortest)] *= 2
    for name, stretch in found.items():
        if stretch > MAX_STRETCH:
            raise FitError(name, stretch)
    RulerClock((*near, *(Axis(name, 1, stretch) for name, stretch in found.items())))
    return found
