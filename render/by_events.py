"""Time lapse by events: a film stays where something is new, and hurries through what lies between."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cyberspace.analysis.story.marks import Mark
from render.chronicle import words

QUIET, EACH, MOST = 60, 24, 1200
"""Frames for what lies between events, frames for each event, and frames at most, where their number is not asked for."""

NEAR = 1.0
"""Samples before and after an event within which time is slow: the width of a bell."""

AFTER = 0.35
"""Part of the frames between two events in which the first of them is still told."""

TOLD = 3
"""Events of one sample that a line tells; of more the number."""


def frames(ticks: Sequence[int], marks: Sequence[Mark], count: int | None = None) -> list[tuple[int, str]]:
    """(tick of a sample, what happens) of each frame: most of them around events, in the order of time.

    Args:
        ticks: Ticks of the samples, at least one, in order.
        marks: What happened; those outside of the ticks are left out.
        count: Frames; by default as many as give time to read.
    """
    at = np.asarray(ticks, dtype=np.int64)
    inside = [mark for mark in marks if at[0] <= mark.tick <= at[-1]]
    events: dict[int, list[Mark]] = {}
    for mark in inside:
        events.setdefault(int(np.searchsorted(at, mark.tick)), []).append(mark)
    count = count or min(MOST, QUIET + EACH * len(events)) if events or count else min(QUIET, len(at))
    numbers = np.arange(len(at), dtype=np.float64)
    slow = sum((np.exp(-(((numbers - sample) / NEAR) ** 2)) for sample in events), np.zeros(len(at)))
    weight = QUIET / len(at) + slow * (EACH * len(events) / max(1e-9, float(slow.sum())))
    edges = np.cumsum(weight) / weight.sum()
    shown = np.searchsorted(edges, (np.arange(count) + 0.5) / count).clip(0, len(at) - 1)
    told = {sample: _words(some) for sample, some in events.items()}
    return [(int(at[sample]), caption) for sample, caption in zip(shown, _captions(shown.tolist(), told), strict=True)]


def _captions(shown: list[int], told: dict[int, str]) -> list[str]:
    """What each frame says: the newest event, for a part of the frames until the next."""
    newest = [max((sample for sample in told if sample <= at), default=-1) for at in shown]
    found: list[str] = []
    for number, sample in enumerate(newest):
        first = newest.index(sample)
        of = newest.count(sample)
        stays = sample >= 0 and number - first < max(EACH, AFTER * of)
        found.append(told[sample] if stays else "")
    return found


def _words(marks: list[Mark]) -> str:
    """What happened at one sample, in a line."""
    said = list(dict.fromkeys(words(mark).partition(": ")[2] for mark in marks))
    more = f"; and {len(said) - TOLD} more" if len(said) > TOLD else ""
    return f"tick {marks[0].tick:,}: {'; '.join(said[:TOLD])}{more}"
