"""A run goes slowly while a person is in a plaza, and at its own pace again when that person leaves."""

from __future__ import annotations

from render.model import Model

VISITED = 20
"""Ticks per second while one is there."""


def slow(model: Model) -> None:
    """Slow a live run down; it is told what that means and how to undo it."""
    about = model.source.about
    if not (about.live and about.acts):
        return
    model.source.control("pace", rate=VISITED)
    model.tell(
        f"while you are in the plaza the whole run goes at {VISITED} ticks a second; + and - change that, leaving (G) gives it back"
    )


def give_back(model: Model) -> None:
    """Let a live run go as fast as it goes."""
    about = model.source.about
    if about.live and about.acts:
        model.source.control("pace", rate=0)
        model.tell("the run goes at its own pace again")
