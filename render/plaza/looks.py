"""How an organism of a plaza looks: the colour of the chosen way to colour, and in a word what it does."""

from __future__ import annotations

from render import palette
from render.about import Place
from render.job_form import TABLES
from render.model import Model
from render.palette import NOBODY
from render.visit import HOTBAR, Dweller

JOB_GOAL = "job_"
"""What the names of the board's goals begin with; the place of the board follows."""


def colour_at(model: Model, place: Place, one: Dweller) -> str:
    """The colour of who lives at a place, by the field that the world is coloured by."""
    picture, cell = model.picture, model.projection.cell_of(place)
    if model.kind.name == "blocks":
        return palette.OTHERS
    index = picture.at(*cell) if picture is not None and cell is not None else None
    if picture is None or index is None:
        return model.context.lineages.colour(one.founder)
    if index in (NOBODY, palette.WALL, palette.SOIL, palette.VENT):  # of a frame before this one
        return model.context.lineages.colour(one.founder)
    red, green, blue = picture.table[index]
    return f"#{red:02X}{green:02X}{blue:02X}"


def does(model: Model, one: Dweller) -> list[str]:
    """What it performs, in words; a job of the board by what is asked there."""
    return [goal_words(model, goal) for k, goal in enumerate(model.space.goals) if one.performed >> k & 1]


def goal_words(model: Model, goal: str) -> str:
    """A goal in a word; that of a place of the board by the truth table that is asked there now."""
    if not goal.startswith(JOB_GOAL) or not goal[len(JOB_GOAL) :].isdigit():
        return goal
    place = int(goal[len(JOB_GOAL) :])
    jobs = model.jobs.jobs if model.jobs is not None and model.jobs.space == model.space.name else ()
    asked = next((job.words for job in jobs if job.place == place), "")
    return next((name for name, table in TABLES.items() if table == asked), f"job {place}")


def hands(model: Model) -> tuple[str, ...]:
    """What can be taken in hand: nothing but looking where nobody can act."""
    about = model.source.about
    if not about.acts:
        return HOTBAR[:1]
    return HOTBAR if model.space.plaza else tuple(name for name in HOTBAR if name not in palette.BLOCKS)
