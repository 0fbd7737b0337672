"""What the answer to `things` tells, as the viewer knows it."""

from __future__ import annotations

from cyberspace.wire.things import ThingsAnswer, ThingsTold
from render.about import Place, SpaceAbout
from render.things import Chest, Deal, Person, Plot, Sign, Things


def things_of(space: SpaceAbout, told: ThingsTold | ThingsAnswer) -> Things:
    """All that people left in a space, and who is there."""
    people = told.get("people", [])
    assert isinstance(people, list)
    return Things(
        space.name,
        told["tick"],
        tuple(Sign(space.place(one["site"]), one["text"], one["by"]) for one in told["signs"]),
        tuple(
            Chest(
                space.place(one["site"]), tuple((kept["n"], kept["name"], kept["founder"], kept["by"]) for kept in one["holds"])
            )
            for one in told["chests"]
        ),
        tuple(plot_of(space, one["site"], one["to"], one["place"], one["by"], one["n"]) for one in told["plots"]),
        tuple(
            Deal(one["n"], one["place"], one["words"], one["price"], one["paid"], one["stands"], one["tick"])
            for one in told["deals"]
        ),
        tuple(
            Person(one["name"], space.place(one["site"])) for one in people if 0 <= one["site"] - space.first_site < space.sites
        ),
    )


def plot_of(space: SpaceAbout, site: int, to: int, place: int, owner: str, number: int) -> Plot:
    """Fenced land between two corners."""
    corners: list[Place] = [space.place(site), space.place(to)]
    low, high = (tuple(pick(pair) for pair in zip(*corners, strict=True)) for pick in (min, max))
    return Plot(low, high, place, owner, number)
