"""What people left in a region beside its state: signs, chests, fenced land, and the jobs posted so far.

All of it follows from the journal, act by act, so it costs no state, and a resume has it again.  What an act must know of it is written
into the act before it is done (`Notebook.known`), so that an act stays a pure function of the region and the act.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from cyberspace.law.world import World
from cyberspace.record.act import Act, DealKept, Happened, Kept, PlotKept, SignLeft
from cyberspace.record.journal import Entry

ANYBODY = ("fund", "pay", "sign", "undo")
"""Acts that fenced land keeps nobody from; an undo is kept out where the act that it takes back is."""

DEALS = 64
"""Jobs that are remembered, the newest."""


@dataclass
class Notebook:
    """What people left in a region.

    Attributes:
        signs: By site; one without a text was taken down.
        chests: By site, organisms in the order in which they came.
        plots: Fenced land by the number of its act.
        deals: Jobs by the number of the act that posted them, the newest `DEALS`.
    """

    signs: dict[int, SignLeft] = field(default_factory=dict)
    chests: dict[int, list[Kept]] = field(default_factory=dict)
    plots: dict[int, PlotKept] = field(default_factory=dict)
    deals: dict[int, DealKept] = field(default_factory=dict)

    def known(self, act: Act, world: World) -> Act:
        """An act with what it has to know."""
        kind = act["kind"]
        if kind == "sign":
            act = {**act, "lies": self.signs.get(act["site"])}
        elif kind in ("store", "take"):
            here = self.chests.get(act["site"], [])
            act = {**act, "held": len(here), "kept": next((one for one in here if one["n"] == act.get("item")), None)}
        elif kind == "undo" and "act" in act:
            act = self._of_undo(act)
        barred = self._barred(act, world)
        return {**act, "barred": barred} if barred else act

    def _of_undo(self, act: Act) -> Act:
        past, number = act["act"], act["of"]
        if past["kind"] == "sign":
            return {**act, "lies": self.signs.get(past["site"])}
        if past["kind"] == "store":
            return {**act, "kept": next((one for one in self.chests.get(past["site"], []) if one["n"] == number), None)}
        if past["kind"] == "take":
            return {**act, "held": len(self.chests.get(past["site"], []))}
        return act

    def _barred(self, act: Act, world: World) -> str:
        """Why fenced land keeps an act out; empty if it does not."""
        by, fresh = act.get("by", ""), act["kind"] == "fence"
        if act["kind"] == "undo" and "act" in act:
            act = act["act"]
        if not self.plots or act["kind"] in ANYBODY:
            return ""
        sites = [*act.get("sites", []), *(act[key] for key in ("site", "to") if key in act)]  # type: ignore[literal-required]
        if act["kind"] == "fence":
            sites = (box(world, act["site"], act["to"]) + int(world.first_site)).tolist()
        vent = act["kind"] != "block" or act["block"] == "vent"
        for plot in self.plots.values():
            inside = bool(set(sites) & set(plot["sites"]))
            here = "place" in act and vent and act["place"] == plot["place"]
            if (inside or here) and (by != plot["by"] or fresh):
                what = "this land" if inside else f"place {plot['place']} of the board"
                return f"{what} is {plot['by']}'s"
            if inside and act["kind"] in ("transplant", "take") and not act["wallet"]:
                return "on fenced land an organism is paid for from the wallet (wallet=true)"
            if act["kind"] == "block" and inside and (act["block"] == "soil" or (act["block"] == "vent" and not here)):
                return "fenced land has no soil, and vents of its own place alone"
            if act["kind"] == "block" and act["block"] == "vent" and here and not set(sites) <= set(plot["sites"]):
                return f"vents of place {plot['place']} stand on its fenced land alone"
        return ""

    def note(self, entry: Entry, happened: Happened) -> None:
        """Take note of an act that was written down, and of what happened at it."""
        act = entry.act
        if not happened.get("done"):
            return
        if act["kind"] == "undo":
            self._note_undo(act, entry)
        elif act["kind"] in NOTE:
            NOTE[act["kind"]](self, entry, act, happened)

    def _note_undo(self, act: Act, entry: Entry) -> None:
        past, number = act["act"], act["of"]
        if past["kind"] == "sign":
            before = past.get("lies")
            empty: SignLeft = {"text": "", "by": "", "tick": entry.tick, "n": entry.number}
            self.signs[past["site"]] = before if before is not None else empty
        elif past["kind"] == "store":
            self._drop(past["site"], number)
        elif past["kind"] == "take" and (kept := past.get("kept")) is not None:
            self.chests.setdefault(past["site"], []).append(kept)
        elif past["kind"] == "fence":
            self.plots.pop(number, None)
        elif past["kind"] == "post":
            self.deals.pop(number, None)

    def _drop(self, site: int, number: int) -> None:
        left = [one for one in self.chests.get(site, []) if one["n"] != number]
        self.chests[site] = left
        if not left:
            del self.chests[site]

    def _sign(self, entry: Entry, act: Act, happened: Happened) -> None:
        self.signs[act["site"]] = {"text": act["text"], "by": act.get("by", ""), "tick": entry.tick, "n": entry.number}

    def _store(self, entry: Entry, act: Act, happened: Happened) -> None:
        one: Kept = {
            "n": entry.number, "name": act["name"], "by": act.get("by", ""), "genome": act["genome"],
            "weights": act["weights"], "founder": act["founder"],
        }  # fmt: skip
        self.chests.setdefault(act["site"], []).append(one)

    def _take(self, entry: Entry, act: Act, happened: Happened) -> None:
        self._drop(act["site"], act["item"])

    def _fence(self, entry: Entry, act: Act, happened: Happened) -> None:
        self.plots[entry.number] = {
            "n": entry.number, "site": act["site"], "to": act["to"], "sites": happened["sites"], "place": act["place"],
            "by": act["by"], "tick": entry.tick,
        }  # fmt: skip

    def _post(self, entry: Entry, act: Act, happened: Happened) -> None:
        for deal in self.deals.values():  # one whose time was over leaves its place without a close
            if deal["place"] == act["place"]:
                deal["stands"] = False
        self.deals[entry.number] = {
            "n": entry.number, "tick": entry.tick, "place": act["place"], "job": act["job"], "table": act["table"],
            "inputs": act["inputs"], "expected": act["expected"], "price": act["price"], "answers": act["answers"],
            "back": 0, "stands": True,
        }  # fmt: skip
        while len(self.deals) > DEALS:
            del self.deals[next(iter(self.deals))]

    def _close(self, entry: Entry, act: Act, happened: Happened) -> None:
        for deal in self.deals.values():
            if deal["place"] == act["place"] and deal["stands"]:
                deal["stands"], deal["back"] = False, happened.get("back", 0)


NOTE: dict[str, Callable[[Any, Entry, Act, Happened], None]] = {
    "sign": Notebook._sign, "store": Notebook._store, "take": Notebook._take, "fence": Notebook._fence,
    "post": Notebook._post, "close": Notebook._close,
}  # fmt: skip
"""What is noted of an act that was done, by its kind."""


def box(world: World, one: int, other: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Sites, numbered within the region, between two corners numbered through the universe; empty where one is not of it."""
    corners = np.array([one, other]) - int(world.first_site)
    if ((corners < 0) | (corners >= world.sites)).any():
        return np.zeros(0, dtype=np.int64)
    at = np.sort(world.lattice.coordinates(corners), axis=1)
    grid = np.meshgrid(*(np.arange(low, high + 1) for low, high in at), indexing="ij")
    return world.lattice.site(np.stack([part.ravel() for part in grid]))
