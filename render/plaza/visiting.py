"""What a person does in a plaza, by name: walk, build, carry, post jobs, judge, pay."""

from __future__ import annotations

from collections.abc import Callable

from render.about import Place
from render.acting import lift, paste
from render.belongings import by
from render.job_form import TABLES, JobForm
from render.model import Model
from render.plaza import isometric
from render.plaza.handling import HANDLING, PLACED, THINGS, build, look
from render.plaza.looks import hands
from render.plaza.pace import give_back, slow
from render.projection import Projection, by_length, start
from render.visit import HOTBAR, MOST_DIMENSIONS, Visit, dweller_at


def plaza(model: Model, name: str | None) -> None:
    """Enter the plaza, or leave it."""
    if model.plaza is not None:
        leave(model)
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
    model.show(projection=Projection(found.shape, by_length(found.shape)))
    model.forget("frame", "things")
    slow(model)
    if model.source.about.live:
        model.source.ask_jobs(found.name)


def leave(model: Model, _: object = None) -> None:
    """Leave the plaza: the world is shown as before, and the run goes at its own pace."""
    if model.plaza is None:
        return
    model.plaza = None
    model.show(projection=start(model.space.shape))
    model.forget("frame")
    if all(view.plaza is None for view in model.views):
        give_back(model)


def here(model: Model) -> Visit:
    """The visit that goes on."""
    assert model.plaza is not None
    return model.plaza


def walk(model: Model, step: tuple[int, int]) -> None:
    """One step."""
    down, across = step
    visit = here(model)
    if visit.dimensions == MOST_DIMENSIONS:
        down, across = (round(part) for part in isometric.steps(visit, down, across))
    for axis, steps in ((-2, down), (-1, across)):
        if steps:
            here(model).walk(model.frame, axis, steps)


def climb(model: Model, steps: int) -> None:
    """Up or down."""
    here(model).walk(model.frame, -3, steps)


def layer(model: Model, change: int) -> None:
    """Show more or fewer layers."""
    visit = here(model)
    visit.layers = min(max(1, visit.layers + change), visit.lengths[0])


def turn(model: Model, quarters: int) -> None:
    """Turn the view by quarters (three dimensions)."""
    here(model).turned = (here(model).turned + quarters) % 4


def apart(model: Model, _: object) -> None:
    """Draw layers apart, or on each other (three dimensions)."""
    here(model).apart = not here(model).apart


def closer(model: Model, factor: float) -> None:
    """Look closer; 0 shows all again."""
    here(model).zoom = min(8.0, max(0.5, here(model).zoom * factor)) if factor else 1.0


def over(model: Model, _: object) -> None:
    """Build walls over those who live there, or never."""
    visit = here(model)
    visit.over = not visit.over
    model.tell("a wall is built over whoever lives there, who dies" if visit.over else "no wall is built where somebody lives")


def hotbar(model: Model, number: int) -> None:
    """Take something in hand."""
    offered = hands(model)
    if number >= len(offered):
        model.tell(
            f"{HOTBAR[number % len(HOTBAR)]}: nobody can act here; try cyberspace run --serve, and the key of play.json",
            wrong=True,
        )
        return
    here(model).hand = number


def hotbar_by(model: Model, steps: int) -> None:
    """Take the next thing in hand."""
    hotbar(model, (here(model).hand + steps) % len(hands(model)))


def board(model: Model, _: object) -> None:
    """Open or close the job board."""
    model.tab = "inspect" if model.tab == "jobs" else "jobs"


def act_at(model: Model, place: Place) -> None:
    """Left: look, dig, or pick up."""
    visit = here(model)
    hand = HOTBAR[visit.hand]
    if hand == "look":
        look(model, place)
    elif hand in THINGS:
        THINGS[hand](model, place)
    elif hand == "carry":
        if dweller_at(model.frame, place) is not None:
            lift(model, place)
        else:
            model.tell("nobody is seen there")
    else:
        model.source.act("block", space=model.space.name, sites=[model.space.site(place)], block="empty", **by(model))


def place_at(model: Model, place: Place) -> None:
    """Right: build, or put down."""
    visit = here(model)
    hand = HOTBAR[visit.hand]
    if hand == "carry" or (hand == "look" and model.carried is not None):
        paste(model, place)
    elif hand in PLACED:
        PLACED[hand](model, place)
    elif hand != "look":
        build(model, visit, place, hand)


def set_form(model: Model, form: JobForm) -> None:
    """Change the job that is being written."""
    model.form = form


def post(model: Model, _: object) -> None:
    """Post the job."""
    form = model.form
    model.source.act("post", space=model.space.name, place=form.place, job="table", table=TABLES[form.table],
                     price=form.price, answers=form.answers, **by(model))  # fmt: skip


def fund(model: Model, tokens: int) -> None:
    """Put tokens into the wallet."""
    model.source.act("fund", space=model.space.name, tokens=tokens)


def close(model: Model, place: int) -> None:
    """Close a job."""
    model.source.act("close", space=model.space.name, place=place, **by(model))


def judge(model: Model, verdict: tuple[int, tuple[int, int], bool]) -> None:
    """Judge an answer by hand."""
    place, who, right = verdict
    model.source.act("judge", space=model.space.name, place=place, who=list(who), right=right, **by(model))


def who(model: Model, identity: tuple[int, int]) -> None:
    """Find a supplier and inspect it."""
    model.source.ask_identity(model.space.name, identity)
    model.tab = "inspect"


LEAVES: dict[str, Callable[[Model], bool]] = {
    "space": lambda model: True,
    "close_view": lambda model: len(model.views) > 1,
    "universe": lambda model: True,
    "back": lambda model: not model.help and model.carried is None and model.tool == "look",
}
"""Actions of the world that leave the plaza first, and when."""


def leaves(model: Model, action: str) -> bool:
    """Leave the plaza before an action of the world that can't be done there; whether that was all of it."""
    if model.plaza is None or action not in LEAVES or not LEAVES[action](model):
        return False
    leave(model)
    return action == "back"


PLAZA_ACTIONS: dict[str, Callable[..., None]] = {
    "plaza": plaza, "leave_plaza": leave, "walk": walk, "climb": climb, "layer": layer, "turn": turn, "apart": apart,
    "closer": closer, "over": over, "hotbar": hotbar, "hotbar_by": hotbar_by, "board": board, **HANDLING, "act_at": act_at,
    "place_at": place_at, "form": set_form, "post": post, "fund": fund, "close": close, "judge": judge, "who": who,
}  # fmt: skip
"""By name; each takes the model and its own argument."""
