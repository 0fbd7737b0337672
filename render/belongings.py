"""What people left at a place of the space that is shown, and in whose name one acts."""

from __future__ import annotations

import getpass

from cyberspace.wire.messages import Json
from cyberspace.wire.protocol import NAME
from render.about import Place
from render.model import Model
from render.things import Chest, Plot, Sign, Things


def name_of(given: str | None) -> str:
    """The name that one is seen by: the one given, else that of the login, without what can't be printed."""
    try:
        name = given if given is not None else getpass.getuser()
    except (OSError, KeyError):  # nobody logs in to a bare container
        name = ""
    return "".join(sign for sign in name if sign.isprintable()).strip()[:NAME].strip()


def by(model: Model) -> dict[str, Json]:
    """The key of an act that says who acts, where the run knows of it."""
    return {"by": model.name} if model.source.about.leaves and model.name else {}


def things_of(model: Model) -> Things | None:
    """What is known of the space that is shown."""
    known = model.things
    return known if known is not None and known.space == model.space.name else None


def sign_at(model: Model, place: Place) -> Sign | None:
    """The sign at a place."""
    known = things_of(model)
    return next((one for one in known.signs if one.at == place), None) if known else None


def chest_at(model: Model, place: Place) -> Chest | None:
    """The chest at a place."""
    known = things_of(model)
    return next((one for one in known.chests if one.at == place), None) if known else None


def plot_at(model: Model, place: Place) -> Plot | None:
    """The fenced land at a place."""
    known = things_of(model)
    for one in known.plots if known else ():
        if all(low <= at <= high for low, at, high in zip(one.low, place, one.high, strict=True)):
            return one
    return None
