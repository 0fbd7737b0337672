"""What a user can do with the story of a run: jump to what was new, choose a branch, light up descendants."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from render.chronicle import words
from render.model import Model


def jump(model: Model, tick: int) -> None:
    """Go to the sample of a record that is nearest to a tick."""
    ticks = model.source.ticks()
    if len(ticks):
        model.playing.tick, model.playing.on = int(ticks[np.abs(ticks - tick).argmin()]), False
        model.forget("frame", "site")


def mark(model: Model, number: int) -> None:
    """Go to where and when something was new, in a record; of a run that goes on it is told."""
    story = model.chronicle.story
    if story is None or not 0 <= number < len(story.marks):
        return
    one = story.marks[number]
    live = model.source.about.live
    model.tell(words(one) + ("; to go there: cyberspace view RUN --record" if live else ""))
    if one.born >= 0 or one.cradle >= 0:
        light(model, (one.cradle, one.born), off=False)
    if live:
        return
    space = next((space for space in model.source.about.spaces if space.name == one.space), model.space)
    if space is not model.space:
        model.enter(space)
    jump(model, one.tick)
    if 0 <= one.site - model.space.first_site < model.space.sites:
        model.go_to(model.space.place(one.site))


def branch(model: Model, _: object) -> None:
    """Choose the branch under the mouse, and go to the tick there in a record."""
    chronicle = model.chronicle
    found = chronicle.under(*chronicle.pointer)
    if found is None or chronicle.story is None:
        return
    tick, number = found
    if not model.source.about.live:
        jump(model, tick)
    one = chronicle.story.muller.branches[number] if number >= 0 else None
    light(model, None if one is None else (one.cradle, one.born), off=False)


def light(model: Model, who: tuple[int, int] | None, off: bool = True) -> None:
    """Light up all that descend from somebody; once more, or for nobody, all are seen as before."""
    if who is not None and who == model.chronicle.wanted and not off:
        return
    model.chronicle.light(model.source, None if who == model.chronicle.wanted else who)
    model.forget("frame")
    model.show()


def kin(model: Model, _: object) -> None:
    """Light up who descends from the chosen organism."""
    if model.organism is not None:
        light(model, model.organism.identity)


def scroll(model: Model, count: int) -> None:
    """Older marks on the page, or newer ones."""
    marks = model.chronicle.story.marks if model.chronicle.story is not None else ()
    model.chronicle.first = min(max(0, model.chronicle.first + count), max(0, len(marks) - 1))


TELLING: dict[str, Callable[..., None]] = {"mark": mark, "branch": branch, "light": light, "kin": kin, "scroll": scroll}
"""By name."""
