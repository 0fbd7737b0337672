"""Who is better, decided one block after the other, with bounds that hold whenever one stops.

The difference of two entries over a block of text is d.  Under the null, that they are equally good and it is by chance which of them does
better on a block, d is symmetric about 0, and 1 + s tanh(lambda d) has the mean 1 for any lambda that was fixed before (1 + tanh(x) is
exp(x) / cosh(x); de la Pena 1999).  So the product over blocks is a fair game, and it ever exceeds 1/alpha with a chance of at most alpha
(Ville).  lambda is learned from the blocks before.  Nothing is assumed of tails, variance or scale, but symmetry is.  Where a candidate
gains a little on most blocks and loses much on a few, it does not hold; so the whole has to agree, by a t-test that corrects for skewness
(Johnson 1978).  What both together do under six nulls is measured in benchmarks/golf.py.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from cyberspace.collective.golf.canaries import Part
from cyberspace.collective.golf.sources import Floats
from cyberspace.statistics import skewed_p, wealth

BETTER, WORSE, TIE = "better", "worse", "tie"


@dataclass(frozen=True)
class Decision:
    """What blocks say.

    Attributes:
        outcome: better, worse, or tie where neither was shown.
        blocks: After how many blocks.
        evidence: log10 of the game's capital for `better`, at that time.
        bound: log10 of what it has to exceed.
        mean: Mean difference of all blocks, bits per byte; above 0 the candidate needs less.
    """

    outcome: str
    blocks: int
    evidence: float
    bound: float
    mean: float


def share(alpha: float, look: int) -> float:
    """What comparison number `look`, from 1, may spend of alpha: all of them together spend no more than alpha."""
    return alpha * 6 / (math.pi**2 * look**2)


def decide(differences: Floats, alpha: float) -> Decision:
    """Whether a candidate is better than another.

    Args:
        differences: Cost of the other less that of the candidate, in bits per byte, of blocks in the order in which they are looked at.
        alpha: Chance of a wrong decision, in each direction, at most.
    """
    limit = -math.log(alpha)
    mean = float(differences.mean()) if len(differences) else 0.0
    up, down = wealth(differences), wealth(-differences)
    first_up, first_down = (int(np.argmax(one >= limit)) if (one >= limit).any() else len(one) for one in (up, down))
    at = min(first_up, first_down)
    outcome = TIE
    if at < len(differences):
        sign, said = (1, BETTER) if first_up < first_down else (-1, WORSE)
        outcome = said if skewed_p(sign * differences) <= alpha else TIE
    last = min(at, len(differences) - 1)
    return Decision(outcome, last + 1, float(up[last]) / math.log(10) if len(up) else 0.0, limit / math.log(10), mean)


def blocks(part: Part, costs: Floats, size: int) -> Floats:
    """Bits per byte of each block over what is scored, float64 (blocks,); a last block that is not full counts for the one before."""
    scored = costs[part.scored]
    count = max(1, len(scored) // size)
    edges = np.arange(count) * size
    sizes = np.diff([*edges.tolist(), len(scored)])
    found: Floats = np.add.reduceat(scored, edges) / sizes
    return found


def order(count: int, seed: int) -> np.ndarray:  # type: ignore[type-arg]
    """The order in which blocks are looked at: drawn after the entry was received."""
    return np.random.default_rng(seed).permutation(count)


def groups(costs: list[Floats], alpha: float, seed: int) -> list[int]:
    """The tie group of each entry, from 0, for entries from the best to the worst by blocks; a group ends where its first is better."""
    found, head, number = [], 0, 0
    for k, one in enumerate(costs):
        shuffled = order(len(one), seed)
        if k and decide((one - costs[head])[shuffled], alpha).outcome == BETTER:
            head, number = k, number + 1
        found.append(number)
    return found
