"""Verification: received, static, run, metamorphic, state, seeds, claim, entropy, sealed, statistics, gold; then a verdict."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from cyberspace.collective.golf import decide, gold, stages
from cyberspace.collective.golf.artifact import CAPS, GENOMES, MIXER, Artifact, checked
from cyberspace.collective.golf.canaries import Part
from cyberspace.collective.golf.codes import Caught
from cyberspace.collective.golf.course import Course, Rules
from cyberspace.collective.golf.loop import Passed, run
from cyberspace.collective.golf.sources import Floats
from cyberspace.collective.golf.static import flags

RECORD, ORDINARY, REJECTED, FINE = "record", "non-record", "rejected", "nothing found against it"


@dataclass(frozen=True)
class Standing:
    """What a course knows before an entry is looked at.

    Attributes:
        record: Bits per byte of each sealed block of the record's holder; None before there is one.
        looks: Comparisons with a record that the course has made so far.
        invalid: Contents, and hashes of genomes and mixers, of entries that were found invalid, each with the entry's name.
    """

    record: Floats | None = None
    looks: int = 0
    invalid: dict[str, str] = field(default_factory=dict)


@dataclass
class Report:
    """What a verification found.

    Attributes:
        entry: Name of the entry.
        content: Hash of what predicts.
        size: Bytes that count.
        verdict: record, non-record or rejected; of what was only looked at: `FINE`, or rejected.
        code: Why it is rejected, a key of `CODES`.
        detail: What was seen.
        flags: What a reader may want to look at.
        stages: What each stage said, by name, in order.
        seconds: What each stage took.
        public: Bits per byte on the public part.
        sealed: The same on the sealed part: the score.
        by_seed: The same of each seed.
        gold: Bytes that the range coder wrote of the sealed part; 0 where that was not asked for.
        blocks: Bits per byte of each sealed block.
        decision: Against the record's holder.
        walls: Which walls stood around it.
    """

    entry: str
    content: str
    size: int
    verdict: str = REJECTED
    code: str = ""
    detail: str = ""
    flags: list[str] = field(default_factory=list)
    stages: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    public: float = float("nan")
    sealed: float = float("nan")
    by_seed: list[float] = field(default_factory=list)
    gold: int = 0
    blocks: list[float] = field(default_factory=list)
    decision: decide.Decision | None = None
    walls: list[str] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """What happens in here is one stage."""
        began = time.perf_counter()
        self.stages[name] = ""
        try:
            yield
        finally:
            self.seconds[name] = round(time.perf_counter() - began, 3)


Told = Callable[[str], None]


def copied(artifact: Artifact, invalid: dict[str, str]) -> str:
    """The invalid entry that a submission has its content, its genomes or its mixer from; empty if there is none."""
    marks = [artifact.content, *(part_mark(artifact, name) for name in (GENOMES, MIXER))]
    return next((invalid[one] for one in marks if one and one in invalid), "")


def part_mark(artifact: Artifact, name: str) -> str:
    """A hash of one part, if it is long enough to be nobody else's; empty if not."""
    import hashlib

    raw = artifact.parts.get(name, b"")
    return hashlib.blake2b(name.encode() + raw, digest_size=16).hexdigest() if len(raw) >= 64 else ""


def verify(
    course: Course, artifact: Artifact, standing: Standing | None = None, seed: int | None = None, prove: bool | None = None,
    tell: Told | None = None,
) -> Report:  # fmt: skip
    """Verify a submission.

    Args:
        course: Where it plays.
        artifact: The submission.
        standing: What the course knows.
        seed: For a verification that is the same each time; None for one that nobody can foresee.
        prove: Whether the range coder proves the score; None for records alone.
        tell: Hears of each stage.

    Returns:
        The report; a rejection is one too, never an exception.
    """
    report = Report(artifact.entry, artifact.content, artifact.size)
    chance = stages.Chance() if seed is None else stages.Chance(np.random.default_rng(seed))
    try:
        _received(course.rules, artifact, standing or Standing(), report)
        _public(course, artifact, chance, report, tell or (lambda _: None))
        _sealed(course, artifact, standing or Standing(), chance, report, prove)
    except Caught as caught:
        _caught(report, caught)
    return report


def look(course: Course, artifact: Artifact, seed: int | None = None) -> Report:
    """What an author may ask for himself: all stages up to the sealed part, which is not read."""
    report = Report(artifact.entry, artifact.content, artifact.size, verdict=FINE)
    chance = stages.Chance() if seed is None else stages.Chance(np.random.default_rng(seed))
    try:
        _received(course.rules, artifact, Standing(), report)
        _public(course, artifact, chance, report, lambda _: None)
    except Caught as caught:
        _caught(report, caught)
    return report


def _caught(report: Report, caught: Caught) -> None:
    report.verdict, report.code, report.detail = REJECTED, caught.code, caught.detail
    if report.stages:
        report.stages[next(reversed(report.stages))] = str(caught)


def _received(rules: Rules, artifact: Artifact, standing: Standing, report: Report) -> None:
    with report.stage("received"):
        checked(artifact)
        if CAPS[artifact.manifest.cap] > CAPS[rules.cap]:
            raise Caught("over-cap", f"the class {artifact.manifest.cap}; this course is of {rules.cap}")
        if (parent := copied(artifact, standing.invalid)) != "":
            raise Caught("invalid-parent", parent)
        report.stages["received"] = f"{artifact.size:,} of {CAPS[artifact.manifest.cap]:,} bytes"
    with report.stage("static"):
        report.flags = flags(artifact)
        report.stages["static"] = "; ".join(report.flags) or "no flags"


def _public(course: Course, artifact: Artifact, chance: stages.Chance, report: Report, tell: Told) -> None:
    part, budget, seeds = course.public, course.rules.budget, artifact.seeds(course.rules.seeds)
    with report.stage("run"):
        points = chance.points(len(part.text) // artifact.manifest.lanes)
        passed = run(artifact.job, part.text, seeds[0], budget, points)
        report.public, report.walls = part.score(passed.costs), passed.walls
        report.stages["run"] = f"{report.public:.4f} bits per byte on the public part"
        tell(report.stages["run"])
    with report.stage("metamorphic"):
        report.stages["metamorphic"] = stages.metamorphic(artifact, part, passed, seeds[0], budget, chance)
    with report.stage("state"):
        report.stages["state"] = stages.smuggling(artifact, part, passed, seeds[0], budget)
    with report.stage("seeds"):
        passes = stages.by_seeds(artifact, part, passed, seeds, budget)
        scores = [part.score(one.costs) for one in passes]
        report.public = float(np.mean(scores))
        apart = f"{len(scores)} seeds, from {min(scores):.4f} to {max(scores):.4f}"
        report.stages["seeds"] = apart if len(scores) > 1 else "its seed does not matter"
    with report.stage("claim"):
        report.stages["claim"] = stages.claim(artifact, part, passes, seeds, budget)
    with report.stage("entropy"):
        report.stages["entropy"] = stages.entropy(part, passes, "trained-on-validation")


def _sealed(
    course: Course, artifact: Artifact, standing: Standing, chance: stages.Chance, report: Report, prove: bool | None
) -> None:
    part, rules = course.sealed(), course.rules
    seeds = chance.seeds(rules.seeds)
    with report.stage("sealed"):
        written = gold.encode(artifact.job, part.text, seeds[0], rules.budget)
        others = seeds[1:] if "seeds, from" in report.stages["seeds"] else []
        passes = [written.passed, *(run(artifact.job, part.text, seed, rules.budget) for seed in others)]
        report.by_seed = [part.score(one.costs) for one in passes]
        report.sealed = float(np.mean(report.by_seed))
        report.blocks = mean_blocks(part, passes, rules.block).tolist()
        report.stages["sealed"] = f"{report.sealed:.4f} bits per byte; {stages.entropy(part, passes, 'saw-sealed')}"
    with report.stage("statistics"):
        best = _against(np.array(report.blocks), standing, rules, chance, report)
    if best if prove is None else prove:
        with report.stage("gold"):
            report.gold = gold.prove(artifact.job, part.text, written, seeds[0], rules.budget)
            charged = written.passed.costs.sum() / 8
            report.stages["gold"] = f"{report.gold:,} bytes written and read back, {charged:,.1f} charged"
    report.verdict = RECORD if best else ORDINARY


def mean_blocks(part: Part, passes: list[Passed], size: int) -> Floats:
    """Bits per byte of each block, the mean over passes."""
    found: Floats = np.mean([decide.blocks(part, one.costs, size) for one in passes], axis=0)
    return found


def _against(blocks: Floats, standing: Standing, rules: Rules, chance: stages.Chance, report: Report) -> bool:
    """Whether an entry is a record."""
    if standing.record is None:
        report.stages["statistics"] = "the first of its course"
        return True
    shuffled = chance.draw.permutation(len(blocks))
    report.decision = found = decide.decide((standing.record - blocks)[shuffled], decide.share(rules.alpha, standing.looks + 1))
    bar = f"capital 10^{found.evidence:.1f} where a record needs 10^{found.bound:.1f}"
    report.stages["statistics"] = f"{found.outcome} than the record after {found.blocks} of {len(blocks)} blocks; {bar}"
    if found.outcome == decide.TIE:
        report.stages["statistics"] = f"not to be told from the record on {len(blocks)} blocks; {bar}"
    return found.outcome == decide.BETTER
