"""What a person does in a plaza, by name: walk, build, carry, post jobs, judge, pay."""

from __future__ import annotations

from collections.abc import Callable

from render.about import Place
from render.acting import lift, paste
from render.job_form import TABLES, JobForm
from render.model import Model
from render.visit import HOTBAR, Visit, dweller_at


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


def here(model: Model) -> Visit:
    """The visit that goes on."""
    assert model.plaza is not None
    return model.plaza


def walk(model: Model, by: tuple[int, int]) -> None:
    """One step."""
    down, across = by
    for axis, steps in ((-2, down), (-1, across)):
        if steps:
            here(model).walk(model.frame, axis, steps)


def climb(model: Model, by: int) -> None:
    """Up or down."""
    here(model).walk(model.frame, -3, by)


def layer(model: Model, by: int) -> None:
    """Show more or fewer layers."""
    visit = here(model)
    visit.layers = min(max(1, visit.layers + by), visit.lengths[0])


def hotbar(model: Model, number: int) -> None:
    """Take something in hand."""
    here(model).hand = number % len(HOTBAR)


def hotbar_by(model: Model, by: int) -> None:
    """Take the next thing in hand."""
    hotbar(model, here(model).hand + by)


def board(model: Model, _: object) -> None:
    """Open or close the job board."""
    model.tab = "inspect" if model.tab == "jobs" else "jobs"


def act_at(model: Model, place: Place) -> None:
    """Left: look, dig, or pick up."""
    visit = here(model)
    hand = HOTBAR[visit.hand]
    if hand == "look":
        model.choose(place)
        model.tab = "inspect"
    elif hand == "carry":
        if dweller_at(model.frame, place) is not None:
            lift(model, place)
        else:
            model.tell("nobody is seen there")
    else:
        model.source.act("block", space=model.space.name, sites=[model.space.site(place)], block="empty")


def place_at(model: Model, place: Place) -> None:
    """Right: build, or put down."""
    visit = here(model)
    hand = HOTBAR[visit.hand]
    if hand == "carry" or (hand == "look" and model.carried is not None):
        paste(model, place)
    elif hand != "look":
        keys = {"place": model.form.place} if hand == "vent" else {}
        model.source.act("block", space=model.space.name, sites=[model.space.site(place)], block=hand, **keys)


def set_form(model: Model, form: JobForm) -> None:
    """Change the job that is being written."""
    model.form = form


def post(model: Model, _: object) -> None:
    """Post the job."""
    form = model.form
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


PLAZA_ACTIONS: dict[str, Callable[..., None]] = {
    "plaza": plaza, "walk": walk, "climb": climb, "layer": layer, "hotbar": hotbar, "hotbar_by": hotbar_by, "board": board,
    "act_at": act_at, "place_at": place_at, "form": set_form, "post": post, "fund": fund, "close": close, "judge": judge, "who": who,
}  # fmt: skip
"""By name; each takes the model and its own argument."""
