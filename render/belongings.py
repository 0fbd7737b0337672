"""What people left at a place of the space that is shown, and in whose name one acts."""

from __future__ import annotations

from cyberspace.wire.messages import Json
from render.about import Place
from render.model import Model
from render.things import Chest, Plot, Sign, Things


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
