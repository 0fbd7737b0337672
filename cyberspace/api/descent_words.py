"""A line of descent in words, a line for each birth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cyberspace.analysis.phylogeny.line import ALONE, Mutation, Step, counts

NAMED = 4
"""Mutations of a birth that are named on its line, at most; what does something is named first."""


def told(line: Sequence[Step], every: bool = False) -> Iterator[str]:
    """The line, the first of it first.

    Args:
        line: The steps.
        every: Births at which no gene changed as well; else they are counted.
    """
    yield f"{'gen.':>6} {'tick':>11} {'site':>7}  {'effect':<12} {'earns':>7}  what changed"
    skipped = 0
    for k, step in enumerate(line):
        if k and k + 1 < len(line) and not every and not step.mutations and step.effect == "neutral":
            skipped += 1
            continue
        if skipped:
            yield f"{'':>6} {'':>11} {'':>7}  {_births(skipped)} without a change"
            skipped = 0
        yield _step(step)
    found = counts(line)
    parts = [f"{count:,} {name}" for name, count in found.items() if count and name != "first"]
    yield f"{_births(len(line) - 1)}: {', '.join(parts) or 'none'}"


def _births(count: int) -> str:
    return f"{count:,} birth{'s' if count != 1 else ''}"


def _step(step: Step) -> str:
    earned = "?" if step.does is None else f"{step.does.earned:,}"
    words = [*(f"gains {goal}" for goal in step.gains), *(f"loses {goal}" for goal in step.loses)]
    if step.effect == "first":
        words = ["the first" if step.does is None else f"the first; performs {', '.join(step.does.performs) or 'nothing'}"]
    elif step.does is None:
        words = [f"{step.distance:,} genes; its genome is not known"]
    words += _mutations(step)
    born = "start" if step.born < 0 else f"{step.born:,}"
    return f"{step.generation:>6,} {born:>11} {step.cradle:>7,}  {step.effect:<12} {earned:>7}  {'; '.join(words) or 'no gene changed'}"


def _mutations(step: Step) -> list[str]:
    if len(step.mutations) > ALONE:
        return [f"{len(step.mutations):,} genes changed"]
    order = sorted(step.mutations, key=lambda one: one.effect in ("neutral", "unknown"))
    words = [in_words(one, len(step.mutations) > 1) for one in order[:NAMED]]
    left = len(order) - NAMED
    return [*words, f"and {left} more"] if left > 0 else words


def in_words(mutation: Mutation, alone: bool = False) -> str:
    """A mutation in words: the gene, from what to what; and with `alone` what it does by itself."""
    change = mutation.change
    words = f"{change.part} {change.name}: {change.old} to {change.new}"
    return f"{words} (alone {mutation.effect})" if alone and mutation.effect != "unknown" else words
