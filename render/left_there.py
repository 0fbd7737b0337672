"""What the answer to `things` tells, as the viewer knows it."""

from __future__ import annotations

from cyberspace.acts.notebook import Notebook
from cyberspace.record.journal import Journal, journal_path
from cyberspace.record.run_folder import RunFolder
from cyberspace.watch.things import things
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
        told["lesson"],
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


def left_at(folder: RunFolder, space: SpaceAbout, tick: int | None) -> Things:
    """What people had left in a plaza of a record at a tick (None: by now), from its journal.

    Raises:
        InputError: If the journal was changed.
    """
    region = space.first_region
    journal, notebook = Journal(journal_path(folder.path, region), write=False), Notebook()
    now = tick if tick is not None else max((entry.tick for entry in journal.entries), default=0)
    for entry in journal.entries:
        if entry.tick <= now:
            notebook.note(entry, journal.happened.get(entry.number, {}))
    return things_of(space, things(None, folder.universe.worlds[region], now, notebook))


def plot_of(space: SpaceAbout, site: int, to: int, place: int, owner: str, number: int) -> Plot:
    """Fenced land between two corners."""
    corners: list[Place] = [space.place(site), space.place(to)]
    low, high = (tuple(pick(pair) for pair in zip(*corners, strict=True)) for pick in (min, max))
    return Plot(low, high, place, owner, number)
