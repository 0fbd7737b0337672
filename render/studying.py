"""What a user can do with the study of an organism: sections of the inspector, comparing, going through a lesson."""

from __future__ import annotations

from collections.abc import Callable

from render.model import Model
from render.study import SECTIONS, Lesson, again, mark


def section(model: Model, name: str | None) -> None:
    """Turn to a section of the inspector; to the next one without a name."""
    study = model.study
    study.turn_to(name or SECTIONS[(SECTIONS.index(study.section) + 1) % len(SECTIONS)])
    model.tab = "inspect"


def compare(model: Model, _: object) -> None:
    """Mark the chosen organism, and say what to do next."""
    study = model.study
    if study.chosen is None:
        model.tell("choose somebody who lives and whose genome is known first", wrong=True)
        return
    mark(study)
    section(model, "compare")
    model.tell("now choose another one" if study.marked is not None else "nobody is marked any more", about="compare")


def parent(model: Model, _: object) -> None:
    """Compare the chosen organism with its parent: where it lives, or as a checkpoint has it; else with the nearest ancestor of those."""
    one = model.organism
    if one is None or not one.parents:
        model.tell("its parent is not known", wrong=True)
        return
    section(model, "compare")
    kin = one.parents[0]
    if kin.place is not None:
        model.study.marked, model.study.parents = model.study.chosen, ()
        model.go_to(kin.place)
        return
    model.study.parents, model.study.of = tuple((kin.cradle, kin.born) for kin in one.parents), one.identity


def lesson(model: Model, by: int) -> None:
    """A step on or back in the lesson."""
    study = model.study
    if study.section != "lesson":
        section(model, "lesson")
        return
    found = study.finding()
    if isinstance(found, Lesson):
        study.step = min(max(0, min(study.step, len(found.told.steps) - 1) + by), len(found.told.steps) - 1)


def retake(model: Model, _: object) -> None:
    """Study the chosen organism as it is now."""
    again(model.study)


def more(model: Model, by: int) -> None:
    """Rows farther down or up in a comparison."""
    model.study.first = max(0, model.study.first + by)


STUDYING: dict[str, Callable[..., None]] = {
    "section": section, "compare": compare, "parent": parent, "lesson": lesson, "retake": retake, "more": more,
}  # fmt: skip
"""By name."""
