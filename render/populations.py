"""Populations: who is alike by genome among the living, and one colour for each, the same for the same genomes in every run and view.

Organisms of one population differ from each other by chance mutations, each by others, as much as populations do: a colour for each
genome would be noise.  So a colour is that of what those alike have in common: the mean of their sketches (`organisms.kin`), found
by mean shift (Fukunaga, Hostetler, 1975), which only takes what lives at the tick that is shown.  From there a fixed map leads to the
colour: hue, lightness and chroma each go round as sums of a sketch's circles do, so that small differences are large ones of colour.
There is less room among colours than among genomes: where the map gives two populations that are kin like colours, these part a
little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from organisms.kin import CIRCLE, NUMBERS, ROUND, points
from render import oklab, palette
from render.palette import RGB

ALIKE = 5.5
"""Distance of sketches up to which two organisms draw each other to one place: that of some 3 % of the loci."""

APART = 4.2
"""Distance between the means of two populations; nearer ones are one."""

FAR = 10.0
"""Distance from its population beyond which an organism belongs to none; strangers are some 14 apart."""

BORDER, KINDRED, ROUNDS, ASKED = 1.0, 4.5, 3, 2**15
"""How near the middle between two populations one is in doubt, the distance of those who have a vote on it (some 1 % of the loci), rounds
in which the voters decide on each other, and living up to which there are any."""

SAMPLE, COUNTED, SHIFTS, LLOYD = 512, 2048, 3, 2
"""Living that are compared with each other, and counted; steps of the mean shift, and of the means over members after it."""

MOST = 200
"""Populations that have a colour."""

LIGHTNESS, CHROMA = (0.66, 0.26), (0.70, 0.30)
"""Middle and swing of OKLab's lightness, and of chroma as a share of what a screen shows."""

WIDE = 5
"""Circles of a sketch whose angles are added up for one of a colour: 5 % of the loci turn their sum by some 100 degrees."""

SPREAD, SMALL, STEPS = 40, 0.01, 12
"""Populations of which those that are kin part in colour, the share from which on they do so fully, and steps in which they do."""

KIN, TOLD_APART = (6.0, 10.0, 13.0), 18.0
"""Distances of kin: from the first to the second they part fully, from the third on not at all; and how far they do, see `SEEN`."""

SEEN = np.array([95.0, 150.0, 150.0])
"""What a step of L, a and b counts, so that lengths are about those of CIEDE2000."""

BLIND = np.array([[1.0, 0.0, 1.0], [1.0, 1.0, 0.0]])
"""What about is left of L, a and b to those who do not tell red from green, and to those who do not tell blue from yellow."""

AT_ONCE, MUCH = 2**14, 2**16
"""Sketches whose populations are found at once, and of whom some are drawn by lot."""

FEW, SLOT_BITS = 2**12, 20
SLOTS, SPREADS = 2**SLOT_BITS, np.uint64(0x9E3779B97F4A7C15)
"""Sketches from which on their populations are remembered, and a table of them by the highest bits of a product (Knuth's hashing)."""

PAIRS = np.concatenate([np.tile(CIRCLE, (ROUND, 1)), np.repeat(CIRCLE, ROUND, axis=0)], axis=1)
"""The places on two circles that a byte of a sketch tells, (256, 4)."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Populations:
    """The populations among some living.

    Attributes:
        centres: Mean place of each, (populations, 32), as `organisms.kin.points` has it, the largest first.
        shares: Their shares of the living.
        colours: Their colours.
        voters: Some of the living, (voters, 32), by whom those are placed who stand between two populations.
        votes: The population of each.
    """

    centres: Floats
    shares: NDArray[np.float64]
    colours: tuple[RGB, ...]
    voters: Floats
    votes: NDArray[np.int64]

    def members(self, sketches: NDArray[np.int64]) -> NDArray[np.uint8]:
        """The population of each sketch, in the shape of the sketches; `len(self.colours)` for none."""
        flat = sketches.ravel()
        found = np.full(flat.shape, len(self.colours), dtype=np.uint8)
        for first in range(0, len(flat), AT_ONCE) if len(self.centres) else ():
            places = _points(flat[first : first + AT_ONCE])
            found[first : first + AT_ONCE] = _voted(
                places, *_nearest(places, self.centres, bool(len(self.voters))), self.voters, self.votes
            )
        return found.reshape(sketches.shape)


class Members:
    """Which population each sketch belongs to: as `Populations.members` says, which is asked once for each sketch.

    Args:
        populations: The populations.
    """

    def __init__(self, populations: Populations):
        self._populations = populations
        self._keys = np.zeros(0, dtype=np.int64)
        self._found = np.zeros(0, dtype=np.uint8)

    def of(self, sketches: NDArray[np.int64]) -> NDArray[np.uint8]:
        """The population of each sketch, in the shape of the sketches."""
        if sketches.size < FEW:
            return self._populations.members(sketches)
        if not len(self._keys):  # slot 0 must hold another key than 0, which it is the slot of
            self._keys, self._found = np.zeros(SLOTS, dtype=np.int64), np.zeros(SLOTS, dtype=np.uint8)
            self._keys[0] = -1
        slot = (sketches.view(np.uint64) * SPREADS >> np.uint64(64 - SLOT_BITS)).view(np.int64)
        found, other = self._found.take(slot, mode="clip"), self._keys.take(slot, mode="clip") != sketches
        if other.any():
            new, which = np.unique(sketches[other], return_inverse=True)
            of, at = self._populations.members(new), slot[other]
            found[other] = of[which]
            self._keys[at] = sketches[other]
            self._found[at] = self._populations_of(at, new, of)
        return found

    def _populations_of(self, at: NDArray[np.int64], new: NDArray[np.int64], of: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """What belongs into slots whose keys were just written, of which several may have wanted the same one."""
        return of[np.searchsorted(new, self._keys[at])]


NOWHERE = np.zeros((0, 2 * NUMBERS), np.float32)
NONE = Populations(NOWHERE, np.zeros(0), (), NOWHERE, np.zeros(0, np.int64))


def _points(sketches: NDArray[np.int64]) -> Floats:
    """As `organisms.kin.points`, two numbers at once; sketches (n,)."""
    octets = np.ascontiguousarray(sketches, dtype="<i8").view(np.uint8)
    return PAIRS.take(octets, axis=0).reshape(-1, 2 * NUMBERS)


def squares(one: Floats, other: Floats) -> Floats:
    """Squared distance of every pair, (ones, others)."""
    found: Floats = (one * one).sum(axis=1)[:, None] + (other * other).sum(axis=1)[None] - 2 * (one @ other.T)
    return found


def colours_of(centres: Floats) -> NDArray[np.uint8]:
    """The colours of mean places, (n, 3); the map is fixed, and closed as the circles are."""
    return oklab.pixels(_mapped(centres))


def _mapped(centres: Floats) -> NDArray[np.float64]:
    """Colours (L, a, b): each of three sums of five circles is an angle, the hue and the phases of waves of lightness and of chroma."""
    circles = centres.astype(np.float64).reshape(-1, NUMBERS, 2)
    angles = np.arctan2(circles[..., 1], circles[..., 0])
    hue, light, strong = (angles[:, WIDE * k : WIDE * (k + 1)].sum(axis=1) for k in range(3))
    lightness = LIGHTNESS[0] + LIGHTNESS[1] * np.sin(light)
    chroma = (CHROMA[0] + CHROMA[1] * np.sin(strong)) * oklab.most_chroma(lightness, hue)
    return oklab.polar(lightness, chroma, hue)


def _spread(centres: Floats, shares: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The colours of the populations of one tick: where the map gives like colours to two that are kin but not alike, they part.

    They part for everybody, since each of `BLIND` is told apart: the smaller one yields, so that what is large stays as it is.
    """
    found = _mapped(centres)
    some = slice(0, SPREAD)
    places, weight = found[some] * SEEN, shares[some] ** 2
    away = np.sqrt(squares(centres[some], centres[some]).clip(0)).astype(np.float64)
    wanted = TOLD_APART * ((away - APART) / (KIN[0] - APART)).clip(0, 1) * ((KIN[2] - away) / (KIN[2] - KIN[1])).clip(0, 1)
    rare = np.minimum.outer(shares[some], shares[some]).clip(0, SMALL) / SMALL  # what comes and goes moves nobody at once
    force = wanted, 1.05 * rare * weight[None] / (weight[:, None] + weight[None]) / len(BLIND)
    for _ in range(STEPS):
        between = places[:, None] - places[None]
        moved = sum((_push(between * seen, *force) for seen in BLIND), np.zeros_like(places))
        places = oklab.shown((places + moved) / SEEN, LIGHTNESS) * SEEN
    found[some] = places / SEEN
    return oklab.pixels(found)


def _push(between: NDArray[np.float64], wanted: NDArray[np.float64], force: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each colour is pushed by all that are nearer than is wanted, (n, 3), by what is seen between every two, (n, n, 3)."""
    length = np.sqrt((between**2).sum(axis=2)) + 1e-3
    push = (wanted - length).clip(0) / length * force
    found: NDArray[np.float64] = (between * push[:, :, None]).sum(axis=1)
    return found


def find(sketches: NDArray[np.int64]) -> Populations:
    """The populations of some living, by their sketches (organisms,)."""
    if not len(sketches):
        return NONE
    counted = points(_drawn(sketches))
    some = counted[:SAMPLE]
    peaks, density = some, np.zeros(len(some))
    for _ in range(SHIFTS):
        near = (squares(peaks, some) < ALIKE**2).astype(np.float32)
        density = near.sum(axis=1)
        peaks = (near @ some) / np.maximum(1, density)[:, None]
    centres = _apart(peaks[density > 1], density[density > 1])
    sizes = np.zeros(0)
    for _ in range(LLOYD):
        centres, sizes = _means(counted, centres)
        centres = _apart(centres, sizes)
    centres, sizes = _means(counted, centres)
    order = np.argsort(-sizes, kind="stable")[:MOST]
    shares = sizes[order] / len(counted)
    colours = tuple((int(red), int(green), int(blue)) for red, green, blue in _spread(centres[order], shares))
    return Populations(centres[order], shares, colours, *_voters(counted, centres[order], len(sketches)))


def _nearest(places: Floats, centres: Floats, asked: bool = True) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The population of each point by the nearest centre, `len(centres)` for none, and, where that is asked, who stands between two."""
    away = squares(places, centres)
    nearest = away.argmin(axis=1)
    least = np.take_along_axis(away, nearest[:, None], axis=1)[:, 0]
    far = least > FAR**2
    own = np.where(far, len(centres), nearest)
    if not asked:
        return own, np.zeros(len(own), dtype=np.bool_)
    np.put_along_axis(away, nearest[:, None], np.inf, axis=1)
    other = away.argmin(axis=1)
    between = np.sqrt(((centres[nearest] - centres[other]) ** 2).sum(axis=1)) + 1e-3
    margin = np.take_along_axis(away, other[:, None], axis=1)[:, 0] - least
    return own, ~far & (margin < 2 * BORDER * between)


def _voted(
    places: Floats, own: NDArray[np.int64], doubt: NDArray[np.bool_], voters: Floats, votes: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The population of each point: of those in doubt, that of most of the voters who are alike; its own counts as half a vote."""
    found, some = own.copy(), np.flatnonzero(doubt)
    if not len(voters) or not len(some):
        return found
    said = np.zeros((len(voters), int(max(votes.max(), own[some].max())) + 1), dtype=np.float32)
    said[np.arange(len(votes)), votes] = 1
    counts = (squares(places[some], voters) < KINDRED**2).astype(np.float32) @ said
    counts[np.arange(len(some)), own[some]] += 0.5
    found[some] = counts.argmax(axis=1)
    return found


def _voters(counted: Floats, centres: Floats, living: int) -> tuple[Floats, NDArray[np.int64]]:
    """Who has a vote among those that were counted, and the population of each: they vote on each other first, some rounds."""
    if len(centres) < 2 or living > ASKED:
        return NOWHERE, np.zeros(0, np.int64)
    own, doubt = _nearest(counted, centres)
    known = own < len(centres)
    counted, own, doubt = counted[known], own[known], doubt[known]
    votes = own
    for _ in range(ROUNDS):
        votes = _voted(counted, votes, doubt, counted, votes)
    return counted, votes


def _drawn(sketches: NDArray[np.int64]) -> NDArray[np.int64]:
    """Up to `COUNTED` of some sketches, by a lot that each draws for itself: who is born or dies changes little of who is chosen."""
    some = np.sort(sketches[:: -(-len(sketches) // MUCH)])
    first = np.flatnonzero(np.concatenate([[True], some[1:] != some[:-1]]))
    twins = np.arange(len(some)) - np.repeat(
        first, np.diff([*first, len(some)])
    )  # so that of a clone some are chosen, not all or none
    lots = (some.view(np.uint64) ^ twins.astype(np.uint64) * SPREADS) * SPREADS
    lots = (lots ^ lots >> np.uint64(32)) * SPREADS
    return some[np.argsort(lots)[:COUNTED]]


def _apart(places: Floats, weights: NDArray[np.float64]) -> Floats:
    """Points of which none is near one of more weight."""
    left = places[np.argsort(-weights, kind="stable")]
    found: list[Floats] = []
    while len(left) and len(found) < MOST:
        found.append(left[0])
        left = left[squares(left, left[:1])[:, 0] > APART**2]
    return np.array(found, dtype=np.float32).reshape(-1, 2 * NUMBERS)


def _means(places: Floats, centres: Floats) -> tuple[Floats, NDArray[np.float64]]:
    """Means and numbers of the points that are nearest to each centre and not far from it; centres that have none are left out."""
    if not len(centres):
        return centres, np.zeros(0)
    away = squares(places, centres)
    which = away.argmin(axis=1)
    near = np.take_along_axis(away, which[:, None], axis=1)[:, 0] <= FAR**2
    sizes = np.bincount(which[near], minlength=len(centres)).astype(np.float64)
    sums = (np.arange(len(centres))[:, None] == which[near]).astype(np.float64) @ places[near].astype(np.float64)
    held = sizes > 0
    return (sums[held] / sizes[held][:, None]).astype(np.float32), sizes[held]


def painted(
    sketches: NDArray[np.int64], alive: NDArray[np.bool_], ground: str, alone: str = palette.OTHERS
) -> NDArray[np.uint8]:
    """A picture of the living, (..., 3), for sketches (...); `alone` are those who are like few."""
    found = find(sketches[alive])
    table = np.array([*found.colours, palette.rgb(alone), palette.rgb(ground)], dtype=np.uint8)
    return table[np.where(alive, found.members(sketches), len(table) - 1)]
