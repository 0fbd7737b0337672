"""What a pool's rows tell, as figures' data: made of the ledger alone, equal rows giving equal bytes."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

from cyberspace.collective.ledger.rows import CLOSED, Experiment
from cyberspace.collective.pool.view import ROOT, SEALED, View
from cyberspace.page import Cell
from cyberspace.statistics import difference, paired_gain, t_interval

Rows = list[list[Cell]]


def journey(view: View) -> Rows:
    """number, state, value, best so far by public seeds, low and high of its interval."""
    found: Rows = []
    best: tuple[float, float, float] = (-math.inf, -math.inf, -math.inf)
    for row in view.rows:
        if row.proposal.operator == SEALED or row.state in ("queued", "claimed"):
            continue
        if row.state == "kept" and row.value is not None and row.value > best[0]:
            one = t_interval(list(row.scores.values()))
            best = one.mean, one.low, one.high
        finite = [value if math.isfinite(value) else None for value in best]
        found.append([row.number, row.state, row.value, *finite])
    return found


def candidates(view: View, most: int = 16) -> Rows:
    """Name, participant, public mean, low, high, n, sealed mean, low, high, n: the baseline, then the best."""
    sealed = {row.candidate: row for row in view.rows if row.proposal.operator == SEALED and row.scored}
    roots = [one for one in view.candidates.values() if one.operator == ROOT][:1]
    found: Rows = []
    for one in [*roots, *[one for one in view.open if one.operator != ROOT][:most]]:
        public = one.estimate
        cells: list[Cell] = [one.name, one.participant, public.mean, _finite(public.low), _finite(public.high), public.n]
        if one.name in sealed:
            found.append([*cells, *_sealed(sealed[one.name])])
        else:
            found.append([*cells, None, None, None, 0])
    return found


def _sealed(row: Experiment) -> list[Cell]:
    one = t_interval(list(row.scores.values()))
    return [one.mean, _finite(one.low), _finite(one.high), one.n]


def sealed_gains(view: View) -> Rows:
    """Candidate, gain over the baseline on sealed seeds (pairs of equal seeds), low, high, n."""
    rows = [row for row in view.rows if row.proposal.operator == SEALED and row.scored]
    root = next((row for row in rows if row.candidate.startswith(f"{ROOT}-")), None)
    found: Rows = []
    for row in rows:
        if root is not None and row is not root:
            seeds = sorted(set(row.scores) & set(root.scores))
            gain = paired_gain([row.scores[k] for k in seeds], [root.scores[k] for k in seeds])
            found.append([row.candidate, gain.mean, _finite(gain.low), _finite(gain.high), gain.n])
    return found


def contributions(view: View) -> Rows:
    """Participant, experiments, kept, crashed, lost, lineage (its candidates among the champion's ancestors), children of others."""
    line = lineage(view)
    owner = {one.name: one.participant for one in view.candidates.values()}
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    lent = Counter[str]()
    for row in view.rows:
        if row.proposal.operator not in (ROOT, SEALED) and row.state in CLOSED:
            rows[row.participant][row.state] += 1
            for name in row.proposal.parents:
                lent[owner.get(name, "")] += row.state == "kept" and owner.get(name, row.participant) != row.participant
    return [
        [
            who,
            sum(count.values()),
            count["kept"],
            count["crashed"],
            count["lost"],
            sum(owner[name] == who for name in line),
            lent[who],
        ]
        for who, count in sorted(rows.items())
    ]


def lineage(view: View) -> list[str]:
    """Names of the champion and its ancestors, the champion first."""
    found: list[str] = []
    left = [view.champion.name] if view.champion else []
    while left:
        name = left.pop(0)
        if name in view.candidates and name not in found:
            found.append(name)
            left += view.candidates[name].parents
    return found


def edges(view: View) -> Rows:
    """Lineage of all candidates: child, parent, whether it is in the champion's line."""
    line = set(lineage(view))
    return [
        [one.name, parent, int(one.name in line and parent in line)]
        for one in view.candidates.values()
        for parent in one.parents
    ]


def migrations(view: View) -> Rows:
    """The migration log: when (number of the row), operator, candidate, from, to, accepted."""
    owner = {one.name: one.participant for one in view.candidates.values()}
    return [
        [row.number, row.proposal.operator, name, owner[name], row.participant, int(row.state == "kept")]
        for row in view.rows
        if row.proposal.operator != SEALED and row.state in CLOSED
        for name in row.proposal.parents
        if name in owner and owner[name] != row.participant
    ]


def pulls(view: View) -> Rows:
    """Operator, pulls, kept, crashed, mean gain, low, high, regret: kept ones missed against the operator that was kept most often."""
    every: dict[str, list[Experiment]] = defaultdict(list)
    for row in view.rows:
        if row.proposal.operator not in (ROOT, SEALED) and row.state in ("kept", "discarded", "crashed"):
            every[row.proposal.operator].append(row)
    rates = {name: sum(row.state == "kept" for row in rows) / len(rows) for name, rows in every.items()}
    best = max(rates.values(), default=0.0)
    found: Rows = []
    for name, rows in sorted(every.items()):
        gain = t_interval([row.gain for row in rows if row.gain is not None])
        kept, crashed = (sum(row.state == state for row in rows) for state in ("kept", "crashed"))
        missed = (best - rates[name]) * len(rows)
        found.append([name, len(rows), kept, crashed, _finite(gain.mean), _finite(gain.low), _finite(gain.high), missed])
    return found


def techniques(view: View) -> Rows:
    """Flag or technique, with what else, effect on the score, low, high, n with it, n without.

    Effects of single ones are differences of means with and without (Welch); a pair's is that of both against neither.
    """
    rows, has = view.scored(), dict[int, set[str]]()
    for row in rows:
        flags = {name for name, value in row.proposal.params.items() if value is True}
        has[row.number] = flags | {one for one in row.proposal.techniques if "=" not in one}
    count = Counter(name for one in has.values() for name in sorted(one))
    names = [name for name, n in count.most_common() if 2 <= n <= len(rows) - 2][:10]
    found: Rows = []
    for k, one in enumerate(names):
        for other in names[k:]:
            with_both = [row.value for row in rows if row.value is not None and {one, other} <= has[row.number]]
            without = [row.value for row in rows if row.value is not None and not {one, other} & has[row.number]]
            if len(with_both) >= 2 and len(without) >= 2:
                gap = difference(with_both, without)
                found.append([one, other, gap.mean, gap.low, gap.high, len(with_both), len(without)])
    return found


def failures(view: View) -> Rows:
    """What did not work: number, candidate, operator, state, gain, reason; the worst first."""
    rows = [
        row for row in view.rows if row.proposal.operator not in (ROOT, SEALED) and row.state in CLOSED and row.state != "kept"
    ]
    rows.sort(key=lambda row: (row.gain is not None, row.gain or 0.0, row.number))
    return [[row.number, row.candidate, row.proposal.operator, row.state, row.gain, row.reason] for row in rows]


def predictions(view: View) -> Rows:
    """Number, predicted gain, gain: how well those who proposed knew."""
    return [
        [row.number, row.proposal.predicted, row.gain]
        for row in view.scored()
        if None not in (row.proposal.predicted, row.gain)
    ]


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def columns() -> dict[str, Sequence[str]]:
    """Heads of the tables above."""
    return {
        "journey": ("number", "state", "value", "best", "low", "high"),
        "candidates": ("candidate", "by", "public", "low", "high", "n", "sealed", "sealed low", "sealed high", "sealed n"),
        "sealed": ("candidate", "gain over the baseline", "low", "high", "n"),
        "contributions": ("participant", "experiments", "kept", "crashed", "lost", "in the champion's line", "kept by others"),
        "lineage": ("child", "parent", "champion's line"),
        "migrations": ("number", "operator", "candidate", "from", "to", "accepted"),
        "bandit": ("operator", "pulls", "kept", "crashed", "mean gain", "low", "high", "kept ones missed"),
        "techniques": ("technique", "with", "effect", "low", "high", "n with", "n without"),
        "failures": ("number", "candidate", "operator", "state", "gain", "reason"),
        "predictions": ("number", "predicted", "gain"),
    }
