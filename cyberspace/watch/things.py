"""What people left in a plaza, as those who watch see it."""

from __future__ import annotations

from cyberspace.acts.ground import ROW, escrow_row
from cyberspace.acts.notebook import Notebook
from cyberspace.errors import Refused
from cyberspace.law.world import World
from cyberspace.record.act import DealKept
from cyberspace.watch.look import Look
from cyberspace.wire.things import DealTold, ThingsTold

SIGNS, CHESTS, PLOTS = 256, 128, 64
"""The newest of each that are told."""


def things(look: Look | None, world: World, tick: int, notebook: Notebook) -> ThingsTold:
    """All of it, the newest last; jobs only where there is a look at the board.

    Raises:
        Refused: If the region is no plaza.
    """
    if not world.plaza:
        raise Refused(f"{world.space} is no plaza")
    signs = sorted((one["n"], site) for site, one in notebook.signs.items() if one["text"])
    return {
        "tick": tick,
        "lesson": int(world.physics.lesson_ticks << world.pace),
        "signs": [
            {
                "site": site,
                "text": notebook.signs[site]["text"],
                "by": notebook.signs[site]["by"],
                "tick": notebook.signs[site]["tick"],
            }
            for _, site in signs[-SIGNS:]
        ],
        "chests": [
            {
                "site": site,
                "holds": [
                    {"n": one["n"], "name": one["name"], "by": one["by"], "founder": one["founder"] or 0} for one in kept
                ],
            }
            for site, kept in list(notebook.chests.items())[-CHESTS:]
        ],
        "plots": [
            {"n": one["n"], "site": one["site"], "to": one["to"], "place": one["place"], "by": one["by"], "tick": one["tick"]}
            for one in list(notebook.plots.values())[-PLOTS:]
        ],
        "deals": [_deal(look, world, one) for one in notebook.deals.values()] if look is not None else [],
    }


def _deal(look: Look, world: World, one: DealKept) -> DealTold:
    jobs = look("jobs")
    stands = (
        one["stands"] and int(jobs[ROW["number"], one["place"]]) == one["n"] + 1 and int(jobs[ROW["kind"], one["place"]]) > 0
    )
    left = int(look("pools")[escrow_row(world) + one["place"], 0]) if stands else one["back"]
    return {
        "n": one["n"], "tick": one["tick"], "place": one["place"], "words": asked(one), "price": one["price"],
        "answers": one["answers"], "paid": one["price"] * one["answers"] - left, "stands": stands,
    }  # fmt: skip


def asked(one: DealKept) -> str:
    """What a job asks for, in short, as the board says it."""
    if one["job"] == "table":
        return str(one["table"])
    if one["job"] == "hand":
        return f"{one['inputs']} to be judged"
    return f"{one['inputs']} wants {one['expected']}"
