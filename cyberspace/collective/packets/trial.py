"""A trial of packets: a community works on, some deliveries are withheld at random, and what the others brought is measured.

Every site runs one experiment a round, whatever reached it: either a small step of its own, or the action that its inbox
advises.  An experiment measures candidate and present action side by side, and the better one is kept.  Who kept something tells it
in a packet.  A delivery is withheld with a chance of 0.2, and the packet is then lost to that site: the difference between the two is
the benefit, caused by nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from cyberspace.collective.packets.community import ACTION, Community
from cyberspace.collective.packets.inboxes import Inboxes, Letter
from cyberspace.collective.packets.routers.router import Ints, Router
from cyberspace.collective.packets.synthesis import advise

Floats = NDArray[np.float64]
WITHHELD = 0.2
STEP = 0.35
"""Standard deviation of a step of one's own, in each number of an action; what is best has one of 1."""

REPEATS = 4
"""Measurements an experiment."""

LIE = 12.0
"""Gain that a liar tells of, for an action at random: more than anybody has."""


@dataclass(frozen=True)
class Setting:
    """How a trial goes.

    Attributes:
        rounds: Experiments a site.
        k: Sites that a packet is sent to.
        ttl: How far it may go.
        liars: Share of the sites whose packets lie.
        churn: Share of the sites that leave in a round; each is replaced by one that begins anew.
        robust: Whether sites synthesise by medians.
        talk: Whether packets are sent at all.
        shuffled: Whether fingerprints are dealt out at random: a control that must bring nothing.
    """

    rounds: int = 24
    k: int = 8
    ttl: int = 128
    liars: float = 0.0
    churn: float = 0.0
    robust: bool = False
    talk: bool = True
    shuffled: bool = False


STAGES = ("potential", "reachable", "delivered", "adopted", "beneficial")


@dataclass
class Outcome:
    """What a trial found.

    Attributes:
        funnel: Pairs of packet and site by stage (`STAGES`).
        useful: Of those reachable and delivered, pairs whose action would truly have helped.
        told: By site: rounds in which a delivery came, and the gain in them; shape (sites, 2).
        withheld: The same of deliveries that were withheld.
        score: Mean true gain over the default by round, of those who don't lie.
        packets: Packets that were made.
        used: Links over which a packet went, as pairs of sites.
    """

    sites: int
    funnel: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STAGES, 0))
    useful: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STAGES[1:3], 0))
    told: Floats = field(init=False)
    withheld: Floats = field(init=False)
    score: list[float] = field(default_factory=list)
    packets: int = 0
    used: set[tuple[int, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.told, self.withheld = np.zeros((self.sites, 2)), np.zeros((self.sites, 2))

    @property
    def links(self) -> float:
        """Links that packets went over, a site."""
        return len(self.used) / self.sites


def benefit(outcomes: Sequence[Outcome], seed: int = 0, repeats: int = 2000) -> tuple[float, float, float]:
    """Gain a delivery over what is gained without it: the difference and its 95 % interval, by a bootstrap over the sites of all."""
    sums = np.concatenate([np.concatenate([one.told, one.withheld], axis=1) for one in outcomes])
    count = len(sums)
    drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), repeats) @ sums
    with np.errstate(invalid="ignore", divide="ignore"):
        apart = drawn[:, 1] / drawn[:, 0] - drawn[:, 3] / drawn[:, 2]
        n, gain, m, other = sums.sum(0)
        found = gain / n - other / m
    low, high = np.nanquantile(apart, (0.025, 0.975)) if np.isfinite(apart).any() else (np.nan, np.nan)
    return float(found), float(low), float(high)


def shuffle(people: Community, seed: int) -> Community:
    """The same sites with each other's fingerprints."""
    return replace(people, prints=np.random.default_rng(seed).permutation(people.prints))


class Trial:
    """A community at work.

    Args:
        people: The community.
        router: Made of the community's fingerprints.
        setting: How it goes.
        seed: Of all that is drawn.
    """

    def __init__(self, people: Community, router: Router, setting: Setting, seed: int):
        self._people, self._router, self._setting = people, router, setting
        self._draws = np.random.default_rng(seed)
        count = len(people.prints)
        self._sites = np.arange(count)
        self._lies = self._draws.random(count) < setting.liars
        self._at = np.zeros((count, ACTION))
        self._known = np.zeros(count)  # each site's last unbiased measurement of what it has
        self._inboxes = Inboxes(people.prints, ACTION)
        self._letter = Letter.empty(ACTION)
        self.outcome = Outcome(count)
        self._width = _width(people.prints, self._draws)

    def run(self) -> Outcome:
        """Live all rounds."""
        for _ in range(self._setting.rounds):
            self._churn()
            arrived, held, adopted = self._deliver()
            gain = self._experiment(adopted)
            for sites, sums in ((arrived, self.outcome.told), (held, self.outcome.withheld)):
                sums[sites, 0] += 1
                sums[sites, 1] += gain[sites]
            advised = adopted[0]
            self.outcome.funnel["beneficial"] += int((gain[advised] > 0).sum())
            truth = self._people.gain(slice(None), self._at)
            self.outcome.score.append(float(truth[~self._lies].mean()))
        return self.outcome

    def _churn(self) -> None:
        gone = self._draws.random(len(self._sites)) < self._setting.churn
        self._at[gone], self._known[gone] = 0.0, 0.0
        self._inboxes.empty(gone)

    def _deliver(self) -> tuple[Ints, Ints, tuple[Ints, Floats]]:
        """Sites that got a packet, those from whom one was withheld, and who adopts what."""
        nobody = np.empty(0, np.int64)
        letter, setting = self._letter, self._setting
        if not setting.talk or not len(letter.author):
            return nobody, nobody, (nobody, np.empty((0, ACTION)))
        routed = self._router.route(letter.author, self._people.prints[letter.author], setting.k)
        reached = routed.within(setting.ttl)
        self._count(routed.sites, reached)
        packet, column = np.nonzero(reached)
        site = routed.sites[packet, column]
        apart = self._inboxes.apart(site, letter.author[packet])
        first = np.lexsort((apart, site))  # of several packets the nearest comes; the others are too late
        _, index = np.unique(site[first], return_index=True)
        packet, site = packet[first][index], site[first][index]
        comes = self._draws.random(len(site)) >= WITHHELD
        arrived, held = site[comes], site[~comes]
        self._inboxes.put(arrived, letter, packet[comes])
        helps = self._helps(site[comes], letter.action[packet[comes]])
        self.outcome.funnel["delivered"] += len(arrived)
        self.outcome.useful["delivered"] += int(helps.sum())
        self.outcome.used.update(zip(letter.author[packet[comes]].tolist(), arrived.tolist(), strict=True))
        advice = advise(self._inboxes.of(arrived), self._width, prior=3.0, robust=setting.robust)
        adopts = advice.effect > np.maximum(self._known[arrived], 0)
        self.outcome.funnel["adopted"] += int(adopts.sum())
        return arrived, held, (arrived[adopts], advice.action[adopts])

    def _count(self, sites: Ints, reached: NDArray[np.bool_]) -> None:
        """Count who could use the packets, and whom they reach; of many packets a sample stands for all."""
        letter, count = self._letter, len(self._sites)
        some = self._draws.choice(len(letter.author), min(64, len(letter.author)), replace=False)
        helps = self._helps(self._sites, np.broadcast_to(letter.action[some], (count, len(some), ACTION)))
        self.outcome.funnel["potential"] += round(helps.sum() * len(letter.author) / len(some))
        packet, column = np.nonzero(reached)
        self.outcome.funnel["reachable"] += len(packet)
        self.outcome.useful["reachable"] += int(self._helps(sites[packet, column], letter.action[packet]).sum())

    def _helps(self, sites: Ints, action: Floats) -> NDArray[np.bool_]:
        has = self._people.gain(sites, self._at[sites])
        gain = self._people.gain(sites, action)
        return np.asarray(gain > has.reshape(has.shape + (1,) * (gain.ndim - 1)))

    def _experiment(self, adopted: tuple[Ints, Floats]) -> Floats:
        """Everybody's experiment of this round; the gain of each as measured anew, apart from what was selected on."""
        people, draws = self._people, self._draws
        error = people.noise / np.sqrt(REPEATS)
        candidate = self._at + STEP * draws.standard_normal(self._at.shape)
        candidate[adopted[0]] = adopted[1]
        before, after = people.gain(slice(None), self._at), people.gain(slice(None), candidate)
        keeps = after - before + error * np.sqrt(2) * draws.standard_normal(len(before)) > 0
        gain = np.where(keeps, after - before, 0.0)
        self._at[keeps] = candidate[keeps]
        self._known[keeps] = (after + error * draws.standard_normal(len(after)))[keeps]
        sealed = gain + np.where(keeps, error * np.sqrt(2) * draws.standard_normal(len(gain)), 0.0)
        self._tell(keeps, error)
        return sealed

    def _tell(self, keeps: NDArray[np.bool_], error: float) -> None:
        """Packets of those who kept something; liars tell of wonders."""
        author = self._sites[keeps]
        lies = self._lies[author]
        action, effect = self._at[author].copy(), self._known[author].copy()
        action[lies] = self._draws.standard_normal((int(lies.sum()), ACTION))
        effect[lies] = LIE
        self._letter = Letter(author, action, effect, np.where(lies, error / 10, error))
        self.outcome.packets += len(author)


def _width(prints: NDArray[np.int8], draws: np.random.Generator) -> float:
    """Distance over which outcomes are taken to be alike: half of what two sites at random are apart, in the middle."""
    one, other = (draws.integers(0, len(prints), 1000) for _ in range(2))
    apart = np.linalg.norm(prints[one].astype(float) - prints[other], axis=1)
    return float(np.median(apart) / 2) or 1.0
