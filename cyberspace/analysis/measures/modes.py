"""MODES: change, novelty, complexity and ecology of those components that persist.

Dolson, Vostinar, Wiser, Ofria: The MODES toolbox: measurements of open-ended dynamics in evolving systems (Artificial Life 25, 2019).
What is there for a moment alone, since mutation brings it again and again, is filtered out first: of a sample only those organisms
count who have descendants living so many generations later.  Of the components of those who persist are told

- change: how many were not among those that persisted of the sample before;
- novelty: how many were never among those that persisted;
- complexity: the most complex one's;
- ecology: Shannon's entropy of how the persisting share in them, in bits.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.measures.diversity import diversity


@dataclass(frozen=True)
class Hallmarks:
    """What MODES tells of a sample.

    Attributes:
        change: Components that did not persist of the sample before.
        novelty: Components that never persisted before.
        complexity: Of the most complex component; not a number where nobody persists.
        ecology: Entropy of the shares of components, in bits.
        persist: Organisms that passed the filter.
    """

    change: int
    novelty: int
    complexity: float
    ecology: float
    persist: int


@dataclass
class Modes:
    """Takes those who persist of each sample in turn.

    Attributes:
        before: Components that persisted of the sample before.
        seen: All that ever did.
    """

    before: frozenset[Hashable] = frozenset()
    seen: set[Hashable] = field(default_factory=set)

    def take(self, components: NDArray[np.integer], complexity: NDArray[np.number]) -> Hallmarks:
        """What is told of a sample.

        Args:
            components: Component of each organism that persists, (n,).
            complexity: Of the component of each, (n,).
        """
        here = frozenset[Hashable](np.unique(components).tolist())
        found = Hallmarks(
            len(here - self.before),
            len(here - self.seen),
            float(complexity.max()) if len(complexity) else float("nan"),
            diversity(components).shannon,
            len(components),
        )
        self.before = here
        self.seen |= here
        return found


def persisting(ancestor: NDArray[np.integer], size: int) -> NDArray[np.bool_]:
    """Which of `size` organisms have descendants, bool (size,); `ancestor` is the number of each descendant's, -1 where not known."""
    found = np.zeros(size, dtype=bool)
    found[ancestor[ancestor >= 0]] = True
    return found
