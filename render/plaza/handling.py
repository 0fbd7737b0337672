"""What is done with the things of a plaza: blocks, signs, chests, fenced land, names; and lines of words that one writes."""

from __future__ import annotations

from collections.abc import Callable

from cyberspace.wire.messages import Json
from cyberspace.wire.protocol import NAME
from render.about import Place
from render.belongings import by, chest_at, plot_at, sign_at
from render.model import Model
from render.visit import HOTBAR, Visit, Writing, dweller_at


def look(model: Model, place: Place) -> None:
    """Inspect what is at a place, and read what stands there."""
    model.choose(place)
    model.tab = "inspect"
    sign = sign_at(model, place)
    if sign is not None:
        model.tell(f"“{sign.text}”{f' ({sign.by})' if sign.by else ''}")


def build(model: Model, visit: Visit, place: Place, block: str) -> None:
    """Put a block."""
    keys: dict[str, Json] = {"place": model.form.place} if block == "vent" else {}
    if block == "wall" and dweller_at(model.frame, place) is not None:
        if not model.source.about.leaves:
            model.tell("somebody lives there: no wall can be built", wrong=True)
            return
        if not visit.over:
            model.tell("somebody lives there: O lets you build over the living, who then die", wrong=True)
            return
        keys["clear"] = True
    model.source.act("block", space=model.space.name, sites=[model.space.site(place)], block=block, **keys, **by(model))


def _leaves(model: Model) -> bool:
    if not model.source.about.leaves:
        model.tell("this run knows no signs, chests and fences: it is of an older cyberspace", wrong=True)
    return model.source.about.leaves


def read_sign(model: Model, place: Place) -> None:
    """Left, with a sign in hand: read."""
    sign = sign_at(model, place)
    model.tell(f"“{sign.text}”{f' ({sign.by})' if sign.by else ''}" if sign else "no sign stands there; right click writes one")


def write_sign(model: Model, place: Place) -> None:
    """Right, with a sign in hand: write."""
    if _leaves(model):
        sign = sign_at(model, place)
        model.writing = Writing("sign", sign.text if sign else "", place)


def open_chest(model: Model, place: Place) -> None:
    """Left, with a chest in hand: show what it holds."""
    chest = chest_at(model, place)
    if chest is None:
        model.tell("no chest stands there; copy an organism (ctrl+C), then right click puts it into one")
        return
    model.chosen, model.tab = place, "chest"


def put_in_chest(model: Model, place: Place) -> None:
    """Right, with a chest in hand: put what one carries into it, or put down what was taken out."""
    visit = model.plaza
    assert visit is not None
    if not _leaves(model):
        return
    if visit.taken is not None:
        at, number = visit.taken
        energy = max(1, model.space.number("newborn"))
        model.source.act("take", space=model.space.name, site=model.space.site(at), item=number, to=model.space.site(place),
                         energy=energy, wallet=True, **by(model))  # fmt: skip
        visit.taken = None
    elif model.carried is not None:
        one = model.carried
        name = "".join(sign for sign in one.name if sign.isprintable()).strip()[:NAME].strip() or "organism"
        model.source.act("store", space=model.space.name, site=model.space.site(place), name=name, genome=list(one.genome),
                         weights=list(one.weights), founder=one.founder or None, **by(model))  # fmt: skip
    else:
        model.tell("nothing is carried: look at an organism and copy it (ctrl+C) first", wrong=True)


def take_out(model: Model, which: tuple[Place, int]) -> None:
    """Take an organism out of a chest, to be put down with a right click."""
    visit = model.plaza
    if visit is None:
        return
    visit.taken = which
    visit.hand = HOTBAR.index("chest")
    model.tell("right click on an empty site puts it down; its energy comes from the wallet")


def first_corner(model: Model, place: Place) -> None:
    """Left, with a fence in hand: one corner of the land."""
    visit = model.plaza
    assert visit is not None
    plot = plot_at(model, place)
    if plot is not None:
        model.tell(
            f"this land is {plot.owner}'s, with place {plot.place} of the board; its owner opens it in the panel on the left"
        )
    else:
        visit.corner = place
        model.tell(f"one corner; right click on the other fences the land, with place {model.form.place} of the board (E)")


def second_corner(model: Model, place: Place) -> None:
    """Right, with a fence in hand: the other corner."""
    visit = model.plaza
    assert visit is not None
    if not _leaves(model):
        return
    if visit.corner is None:
        model.tell("left click on one corner first", wrong=True)
        return
    keys: dict[str, Json] = {"clear": True} if visit.over else {}
    model.source.act("fence", space=model.space.name, site=model.space.site(visit.corner), to=model.space.site(place),
                     place=model.form.place, by=model.name or "somebody", **keys)  # fmt: skip
    visit.corner = None


def open_land(model: Model, number: int) -> None:
    """Take the fence around one's own land down."""
    region = 0
    model.source.act("undo", of=number, space=model.space.name, region=region, **by(model))


def write_name(model: Model, _: object) -> None:
    """Change one's name."""
    model.writing = Writing("name", model.name)


def written(model: Model, _: object = None) -> None:
    """Take the line that was written."""
    line, model.writing = model.writing, None
    if line is None:
        return
    text = line.text.strip()
    if line.what == "name":
        model.name = text or model.name
        model.forget("things")
    elif line.at is not None:
        model.source.act("sign", space=model.space.name, site=model.space.site(line.at), text=text, **by(model))


def typed(model: Model, key: str, text: str) -> None:
    """A key that was pressed while a line is written."""
    line = model.writing
    if line is None:
        return
    if key in ("return", "enter"):
        written(model)
    elif key == "escape":
        model.writing = None
    elif key == "backspace":
        line.text = line.text[:-1]
    elif text and text.isprintable() and not key.startswith("ctrl+") and len(line.text) < line.most:
        line.text += text


THINGS: dict[str, Callable[[Model, Place], None]] = {"sign": read_sign, "chest": open_chest, "fence": first_corner}
"""What left does with a thing in hand."""

PLACED: dict[str, Callable[[Model, Place], None]] = {"sign": write_sign, "chest": put_in_chest, "fence": second_corner}
"""What right does with it."""

HANDLING: dict[str, Callable[..., None]] = {
    "take_out": take_out,
    "open_land": open_land,
    "write_name": write_name,
    "written": written,
    "open_chest": open_chest,
}
"""Actions, by name."""
