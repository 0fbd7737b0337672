"""Balance: regions are given to ranks so that the busiest one has as little to do as can be."""

from __future__ import annotations

from collections.abc import Sequence


def balance(costs: Sequence[float], ranks: int) -> tuple[int, ...]:
    """Rank of each region: each rank gets neighbours in lattice order, and the one with most work gets as little as can be.

    Args:
        costs: What a tick of each region costs, in any unit, above 0.
        ranks: Ranks; each gets at least one region.

    Raises:
        ValueError: If there are more ranks than regions.
    """
    if ranks > len(costs):
        raise ValueError(f"{ranks} ranks for {len(costs)} regions")
    low, high = max(costs), sum(costs)
    for _ in range(60):  # halving the interval: beyond the precision of a float
        middle = (low + high) / 2
        low, high = (low, middle) if _needed(costs, middle) <= ranks else (middle, high)
    found: list[int] = []
    used, rank = 0.0, 0
    for region, cost in enumerate(costs):
        left = len(costs) - region
        full = used + cost > high * (1 + 1e-9)
        if found and rank + 1 < ranks and (full or left <= ranks - rank - 1) and used > 0:
            rank, used = rank + 1, 0.0
        found.append(rank)
        used += cost
    return tuple(found)


def _needed(costs: Sequence[float], most: float) -> int:
    """Ranks needed if none may cost more than so much."""
    ranks, used = 1, 0.0
    for cost in costs:
        if used + cost > most:
            ranks, used = ranks + 1, 0.0
        used += cost
    return ranks
