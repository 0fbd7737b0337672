"""What stands in the heads of a run's answers, as the viewer knows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from cyberspace.errors import one_line
from cyberspace.wire.lines import LineAnswer
from cyberspace.wire.messages import (
    AnswererTold,
    FrameAnswer,
    JobsAnswer,
    JobTold,
    OrganismTold,
    PaceTold,
    SeriesAnswer,
    SpaceTold,
    SupplierTold,
)
from cyberspace.wire.protocol import Arrays
from cyberspace.wire.things import ThingsAnswer, ThingsTold
from cyberspace.wire.universe import BeachTold, UniverseAnswer
from render.about import AxisAbout, Genes, NumberAbout, Place, SpaceAbout
from render.board import Giver, Job, Jobs
from render.frames import Frame, Kin, Organism, Series
from render.heirs import Heir
from render.links import BeachAbout, Carried, Everywhere, Passage, RegionNow, Shore
from render.score import Score
from render.things import Chest, Deal, Person, Plot, Sign, Things
from topology import SPACE_AXES

SCALARS = ("alive", "energy", "payoff", "cradle", "born", "parent", "parent_born", "generation", "founder")
"""What is told of an organism as one number each."""

VENT = 3
"""What the viewer calls a vent, whichever place of the board it belongs to."""

INPUT_BITS, TABLE_BITS = 8, 4
"""Bits that a job can show and ask for, and rows of a truth table of two inputs."""


def space_of(name: str, told: SpaceTold, first_region: int) -> SpaceAbout:
    """A space, from what `about` tells of it."""
    axes = {axis["axis"]: axis for axis in told["axes"]}
    found = []
    for axis in SPACE_AXES:
        one = axes.get(axis)
        if one is None:
            found.append(AxisAbout(told["calls"].get(axis, axis), 1))
        else:
            pace = 0 if one["far"] else told["pace"]
            stretch, offset = (0, 0) if one["offset"] is None else (one["stretch"] << pace, one["offset"] << pace)
            found.append(AxisAbout(one["name"], one["length"], stretch, offset, one["curled"]))
    physics = tuple(NumberAbout(**one) for one in told["numbers"])
    loci = told["loci"]
    score = next(((one["meaning"], one["unit"]) for one in told["fields"] if one["name"] == "score"), ("", ""))
    genes = Genes(slice(*loci["rates"]), slice(*loci["rule"]), slice(*loci["copier"]))
    return SpaceAbout(
        name, told["kind"], tuple(found), told["body"]["units"], told["body"]["senses"], tuple(told["goals"]), physics,
        first_site=told["first_site"], plaza=told["plaza"], first_region=first_region, genes=genes,
        shift=told["body"].get("shift"), chance=told.get("chance", {}), rules=tuple(told.get("rules", ())), score=score,
    )  # fmt: skip


def beach_of(told: BeachTold, stretch: int, offset: int) -> BeachAbout:
    """A beach; its stretch and first opening stand in the clock."""
    ends = (
        Shore(one["region"], (one["partners"][0], one["partners"][1]), tuple(one["low"]), tuple(one["high"]))
        for one in told["ends"]
    )
    return BeachAbout(told["name"], stretch, offset, tuple(ends))


def everywhere_of(told: UniverseAnswer, tick: int) -> Everywhere:
    """How all regions are, from what `universe` tells."""
    regions = tuple(RegionNow(**one) for one in told["regions"])
    passages = (
        Passage(one["from"], one["to"], one["since"], one["tick"], Carried(**one["last"]), Carried(**one["all"]))
        for one in told["traffic"]
    )
    return Everywhere(tick, tuple(one_line(host)[:100] for host in told["hosts"]), regions, tuple(passages))


class PaceAbout(TypedDict):
    """What `render.about.About` says of how a run goes."""

    paused: bool
    rate: int
    speed: float
    held: str


def pace_of(told: PaceTold) -> PaceAbout:
    """How a run goes; one of before this was told does not say who holds it."""
    held = one_line(str(told.get("held", "")))[:200]
    return {
        "paused": bool(told.get("paused")),
        "rate": int(told.get("rate", 0)),
        "speed": float(told.get("ticks_per_second", 0.0)),
        "held": held,
    }


def frame_of(
    space: SpaceAbout, known: list[str], told: FrameAnswer, arrays: Arrays, names: dict[str, str], missing: dict[str, str],
    at: dict[str, int],
) -> Frame:  # fmt: skip
    """A frame, from what `frame` tells.

    Args:
        space: The space.
        known: Names of its axes that the run knows.
        told: The answer.
        arrays: Its arrays.
        names: By name of a quantity what the wire calls it.
        missing: Why a quantity is not there.
        at: The place of each axis of which one was asked for.
    """
    shape = tuple(axis.length if axis.name in known and axis.name not in at else 1 for axis in space.axes)
    found: dict[str, NDArray[np.generic]] = {}
    for name, called in names.items():
        values = arrays[called].reshape(shape)
        found[name] = values
        if name == "heard":
            found[name] = values[..., None]
        elif name == "learned":
            found[name] = values.astype(np.float32) / np.float32(space.units * (space.units + space.senses))
        elif name == "blocks":
            found[name] = np.minimum(values, VENT)
    return Frame(space.name, int(told["tick"]), found, missing)


def organism_of(space: SpaceAbout, told: OrganismTold, arrays: Arrays, place: Place, tick: int) -> Organism:
    """Somebody, from what `site` tells."""
    known: Mapping[str, object] = told
    fields = {name: int(value) for name in SCALARS if isinstance(value := known[name], int)}
    fields["performed"] = sum(1 << space.goals.index(goal) for goal in told["performs"])
    brain = {name: arrays[name].astype(np.int8) for name in ("genome", "weights", "activity")}
    parents = tuple(Kin(int(cradle), int(born)) for cradle, born in told["ancestors"])
    if parents and told["heredity"] >= 0:
        parents = (Kin(parents[0].cradle, parents[0].born, told["heredity"]), *parents[1:])
    return Organism(space.name, place, tick, fields, brain, parents, account=told["account"])


def heir_of(space: SpaceAbout, told: LineAnswer, arrays: Arrays, place: Place | None) -> Organism:
    """Who stands for somebody, from what `line` tells of it; the question was about a place, or about an identity."""
    organism = told["organism"]
    assert organism is not None and told["who"] is not None
    found = organism_of(space, organism, arrays, space.place(organism["site"]), told["tick"])
    heir = Heir(identity_of(told["who"]), str(told["rule"]), int(told["up"]), int(told["down"]), place)
    return replace(found, heir=heir)


def identity_of(told: Sequence[int]) -> tuple[int, int]:
    """An identity (cradle, born)."""
    cradle, born = told
    return int(cradle), int(born)


def series_of(space: str, told: SeriesAnswer, arrays: Arrays) -> Series:
    """Timelines."""
    values = {"alive": arrays["population"], "heredity": arrays["heredity"], "held": arrays["energy"]}
    values |= {f"goal {goal}": arrays["shares"][:, k] for k, goal in enumerate(told["goals"])}
    ticks = arrays["tick"].astype(np.int64)
    scores = tuple(
        Score(name, unit, better, arrays["scores"][:, k].astype(np.float64))
        for k, (name, unit, better) in enumerate(told.get("scores", ()))
    )
    return Series(space, ticks, {name: array.astype(np.float64) for name, array in values.items()}, scores)


def jobs_of(space: SpaceAbout, told: JobsAnswer) -> Jobs:
    """The job board."""
    jobs = tuple(
        Job(job["place"], job["kind"], job_words_of(job), job["price"], job["escrow"] // max(1, job["price"]))
        for job in told["jobs"]
    )
    givers = tuple(giver_of(space, one) for one in told["answers"])
    best = tuple(giver_of(space, one, one["ancestors"]) for one in told["suppliers"])
    escrow = sum(job["escrow"] for job in told["jobs"])
    return Jobs(space.name, told["tick"], told["wallet"], escrow, (told["vents"], told["inhabited"]), jobs, givers, best)


def job_words_of(job: JobTold) -> str:
    """What a job asks for, in short."""
    if job["kind"] == "table":
        return "".join(str(job["table"] >> k & 1) for k in range(TABLE_BITS))
    shown = "".join(str(job["inputs"] >> k & 1) if job["shown"] >> k & 1 else "" for k in range(INPUT_BITS))
    asked = "".join(str(job["expected"] >> k & 1) if job["asked"] >> k & 1 else "-" for k in range(INPUT_BITS))
    return f"{shown} to be judged" if job["kind"] == "hand" else f"{shown} wants {asked.rstrip('-')}"


def giver_of(space: SpaceAbout, told: AnswererTold | SupplierTold, ancestors: list[tuple[int, int]] | None = None) -> Giver:
    """Somebody at a vent."""
    line = tuple((int(cradle), int(born)) for cradle, born in ancestors or ())
    inside = 0 <= told["site"] - space.first_site < space.sites
    return Giver(
        told["place"], (told["cradle"], told["born"]), space.place(told["site"]) if inside else None, told["founder"],
        told["said"], told["right"], line,
    )  # fmt: skip


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


def plot_of(space: SpaceAbout, site: int, to: int, place: int, owner: str, number: int) -> Plot:
    """Fenced land between two corners."""
    corners: list[Place] = [space.place(site), space.place(to)]
    low, high = (tuple(pick(pair) for pair in zip(*corners, strict=True)) for pick in (min, max))
    return Plot(low, high, place, owner, number)
