"""What an author may say of his own entry: measured as a verification measures it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cyberspace.collective.golf.artifact import Artifact, Claim, stated
from cyberspace.collective.golf.course import Course
from cyberspace.collective.golf.loop import run
from cyberspace.collective.golf.stages import by_seeds


def measured(course: Course, artifact: Artifact) -> Claim:
    """The mean over the seeds that the content gives, on the scored bytes of the public part.

    Raises:
        Caught: If the submission breaks a rule of the box.
    """
    part, seeds, budget = course.public, artifact.seeds(course.rules.seeds), course.rules.budget
    passes = by_seeds(artifact, part, run(artifact.job, part.text, seeds[0], budget), seeds, budget)
    bits = float(np.mean([part.score(one.costs) for one in passes]))
    return Claim(round(bits, 6), int(part.scored.sum()), tuple(seeds) if len(passes) > 1 else ())


def claiming(course: Course, artifact: Artifact) -> Artifact:
    """The same with that claim in its manifest."""
    return stated(replace(artifact, manifest=replace(artifact.manifest, claim=measured(course, artifact))))
