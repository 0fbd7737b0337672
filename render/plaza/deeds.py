"""What a person does in a plaza, by name: walk, build, carry, post jobs, judge, pay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from render.about import Place
from render.model import Model
from render.plaza.avatar import HOTBAR, dweller_at
from render.plaza.board import TABLES, Form
from render.plaza.scene import Visit


def plaza(model: Model, name: str | None) -> None:
    """Enter the plaza, or leave it."""
    if model.plaza is not None:
        model.plaza = None
        model.forget("frame")
        return
    spaces = model.source.about.spaces
    offered = [s for s in (model.space, *sorted(spaces, key=lambda s: not s.plaza)) if s.walkable and name in (None, s.name)]
    if not offered:
        model.tell("no space of this world can be walked in: each has far axes; give it one with plaza = true", wrong=True)
        return
    found = next((space for space in offered if space.plaza), offered[0])
    if found is not model.space:
        model.enter(found)
    model.plaza = Visit(found, at=model.chosen or ())
    model.forget("frame")
    if model.source.about.live:
        model.source.ask_jobs(found.name)


def walk(model: Model, by: tuple[int, int]) -> None:
    """One step."""
    down, across = by
    for axis, steps in ((-2, down), (-1, across)):
        if steps:
            model.plaza.walk(model.frame, axis, steps)


def climb(model: Model, by: int) -> None:
    """Up or down."""
    model.plaza.walk(model.frame, -3, by)


def layer(model: Model, by: int) -> None:
    """Show more or fewer layers."""
    model.plaza.layers = min(max(1, model.plaza.layers + by), model.plaza.lengths[0])


def hotbar(model: Model, number: int) -> None:
    """Take something in hand."""
    model.plaza.hand = number % len(HOTBAR)


def hotbar_by(model: Model, by: int) -> None:
    """Take the next thing in hand."""
    if model.plaza is not None:
        hotbar(model, model.plaza.hand + by)


def board(model: Model, _: Any) -> None:
    """Open or close the job board."""
    model.tab = "inspect" if model.tab == "jobs" else "jobs"


def act_at(model: Model, place: Place) -> None:
    """Left: look, dig, or pick up."""
    hand = HOTBAR[model.plaza.hand]
    if hand == "look":
        model.choose(place)
        model.tab = "inspect"
    elif hand == "carry":
        model.plaza.lifted = place if dweller_at(model.frame, place) is not None else None
        model.tell("right click on an empty site puts it down" if model.plaza.lifted else "nobody lives there")
    else:
        model.source.act("block", space=model.space.name, sites=[model.space.site(place)], block="empty")


def place_at(model: Model, place: Place) -> None:
    """Right: build, or put down."""
    hand = HOTBAR[model.plaza.hand]
    if model.carried is not None and hand in ("look", "carry") and model.plaza.lifted is None:
        from render.actions import ACTIONS

        ACTIONS["paste"](model, place)
    elif hand == "carry":
        if model.plaza.lifted is not None:
            model.source.act(
                "move", space=model.space.name, site=model.space.site(model.plaza.lifted), to=model.space.site(place)
            )
            model.plaza.lifted = None
    elif hand != "look":
        keys = {"place": form_of(model).place} if hand == "vent" else {}
        model.source.act("block", space=model.space.name, sites=[model.space.site(place)], block=hand, **keys)


def form_of(model: Model) -> Form:
    """The job that is being written."""
    return model.form or Form()


def set_form(model: Model, form: Form) -> None:
    """Change the job that is being written."""
    model.form = form


def post(model: Model, _: Any) -> None:
    """Post the job."""
    form = form_of(model)
    model.source.act("post", space=model.space.name, place=form.place, job="table", table=TABLES[form.table],
                     price=form.price, answers=form.answers)  # fmt: skip


def fund(model: Model, tokens: int) -> None:
    """Put tokens into the wallet."""
    model.source.act("fund", space=model.space.name, tokens=tokens)


def close(model: Model, place: int) -> None:
    """Close a job."""
    model.source.act("close", space=model.space.name, place=place)


def judge(model: Model, verdict: tuple[int, tuple[int, int], bool]) -> None:
    """Judge an answer by hand."""
    place, who, right = verdict
    model.source.act("judge", space=model.space.name, place=place, who=list(who), right=right)


def who(model: Model, identity: tuple[int, int]) -> None:
    """Find a supplier and inspect it."""
    model.source.ask_identity(model.space.name, identity)
    model.tab = "inspect"


DEEDS: dict[str, Callable[[Model, Any], None]] = {
    "plaza": plaza, "walk": walk, "climb": climb, "layer": layer, "hotbar": hotbar, "hotbar_by": hotbar_by, "board": board,
    "act_at": act_at, "place_at": place_at, "form": set_form, "post": post, "fund": fund, "close": close, "judge": judge, "who": who,
}  # fmt: skip
"""By name."""
