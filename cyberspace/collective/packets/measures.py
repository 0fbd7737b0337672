"""What is measured of routers: recall, links, what packets bring through them; rows of tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from cyberspace.collective.packets.community import Community, community
from cyberspace.collective.packets.fingerprint import distances
from cyberspace.collective.packets.routers.router import Router
from cyberspace.collective.packets.routers.table import ROUTERS
from cyberspace.collective.packets.trial import STAGES, Outcome, Setting, Trial, benefit, shuffle
from cyberspace.statistics import t_interval

RECALLED, ASKED = 20, 500
NONE, SHUFFLED = "no packets", "exact, shuffled fingerprints"
BASE = Setting()


@dataclass(frozen=True)
class Row:
    """A row of a table.

    Attributes:
        way: Router, or what was done instead.
        sites: Of a community.
        seeds: Communities.
        links: Links a site that packets went over.
        recall: Share of the 20 most alike sites that the router finds.
        score: Mean gain over the default at the end.
        score_low, score_high: Its 95 % interval over the seeds (Student's t); infinite for one.
        benefit: Gain a delivery, against those withheld.
        benefit_low, benefit_high: Its 95 % interval.
        packets: Packets made.
        potential, reachable, delivered, adopted, beneficial: The funnel, pairs of packet and site.
        useful: Share of what was delivered that would truly have helped.
    """

    way: str
    sites: int
    seeds: int
    links: float
    recall: float
    score: float
    score_low: float
    score_high: float
    benefit: float
    benefit_low: float
    benefit_high: float
    packets: int
    potential: int
    reachable: int
    delivered: int
    adopted: int
    beneficial: int
    useful: float


def recall(router: Router, people: Community, seed: int = 0) -> float:
    """Share of the 20 most alike sites that a router finds, of sites drawn at random."""
    origin = np.random.default_rng(seed).choice(len(people.prints), min(ASKED, len(people.prints)), replace=False)
    found = router.route(origin, people.prints[origin], RECALLED).sites
    apart = distances(people.prints[origin], people.prints)
    apart[np.arange(len(origin)), origin] = np.inf
    limit = np.partition(apart, RECALLED - 1, axis=1)[:, RECALLED - 1 : RECALLED]
    near = (np.take_along_axis(apart, np.maximum(found, 0), 1) <= limit) & (found >= 0)
    return float(near.sum(1).clip(max=RECALLED).mean() / RECALLED)


def tried(way: str, sites: int, seeds: Sequence[int], setting: Setting = BASE) -> Row:
    """A row: some communities, each with a router made for it.

    Args:
        way: Name of a router, `NONE` or `SHUFFLED`.
        sites: Of each community.
        seeds: One a community.
        setting: How it goes.
    """
    setting = replace(setting, talk=setting.talk and way != NONE)
    outcomes: list[Outcome] = []
    recalls = []
    for seed in seeds:
        people = community(sites, seed)
        shown = shuffle(people, seed) if way == SHUFFLED else people
        router = ROUTERS.get(way, ROUTERS["exact"])(shown.prints, seed)
        recalls.append(recall(router, people) if way in ROUTERS else np.nan)
        outcomes.append(Trial(shown, router, setting, seed).run())
    return row(way, outcomes, float(np.mean(recalls)))


def row(way: str, outcomes: Sequence[Outcome], recalled: float) -> Row:
    """What some outcomes say together."""
    score = t_interval([one.score[-1] for one in outcomes])
    gain, low, high = benefit(outcomes)
    funnel = {stage: sum(one.funnel[stage] for one in outcomes) for stage in STAGES}
    useful = sum(one.useful["delivered"] for one in outcomes) / max(1, funnel["delivered"])
    sizes = outcomes[0].sites, len(outcomes), float(np.mean([one.links for one in outcomes]))
    made = sum(one.packets for one in outcomes)
    return Row(way, *sizes, recalled, score.mean, score.low, score.high, gain, low, high, made, **funnel, useful=useful)


def told(rows: Sequence[Row]) -> list[str]:
    """Rows as lines of a table."""
    sizes = (30, 8, 7, 22, 27, 11, 8, 9, 8)
    heads = ("way", "recall", "links", "score at the end", "benefit a delivery", "delivered", "useful", "adopted", "helped")
    lines = ["".join(f"{head:{'<' if head == 'way' else '>'}{size}}" for head, size in zip(heads, sizes, strict=True))]
    for one in rows:
        score = f"{one.score:.2f} ({one.score_low:.2f} to {one.score_high:.2f})"
        gain = "-" if np.isnan(one.benefit) else f"{one.benefit:+.3f} ({one.benefit_low:+.3f} to {one.benefit_high:+.3f})"
        found = "-" if np.isnan(one.recall) else f"{one.recall:.2f}"
        sent = f"{one.delivered:>11,}{one.useful:>8.0%}{one.adopted:>9,}{one.beneficial:>8,}"
        lines.append(f"{one.way:30}{found:>8}{one.links:>7.1f}{score:>22}{gain:>27}{sent}")
    return lines


def as_table(rows: Sequence[Row]) -> list[dict[str, object]]:
    """Rows for a file: what is not finite is None."""
    return [
        {key: None if isinstance(value, float) and not np.isfinite(value) else value for key, value in asdict(one).items()}
        for one in rows
    ]
