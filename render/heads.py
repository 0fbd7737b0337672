"""What stands in the heads of a run's answers, as the viewer knows it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from render.about import AxisAbout, SpaceAbout
from render.frames import Giver, Series

FAR_NAMES = ("row", "rack", "host", "device")
NEAR_NAMES = ("sm", "warp", "lane")
Head = dict[str, Any]
Arrays = dict[str, NDArray[Any]]


def space_of(name: str, told: Head, first_region: int) -> SpaceAbout:
    """A space, from what `about` tells of it."""
    axes = {axis["axis"]: axis for axis in told["axes"]}
    called = {"sm": "core", "warp": "thread"} if told["kind"] == "cpu" else {}
    found = []
    for axis in (*FAR_NAMES, *NEAR_NAMES):
        one = axes.get(axis)
        if one is None:
            found.append(AxisAbout(called.get(axis, axis), 1))
        else:
            pace = 0 if one["far"] else told["pace"]
            opens = one["offset"] is not None
            stretch, offset = (one["stretch"] << pace, one["offset"] << pace) if opens else (0, 0)
            found.append(AxisAbout(one["name"], one["length"], stretch, offset, one["curled"]))
    physics = {key: value for key, value in told["physics"].items() if isinstance(value, int)}
    return SpaceAbout(
        name, told["kind"], tuple(found), told["body"]["units"], told["body"]["senses"], tuple(told["goals"]), physics,
        first_site=told["first_site"], plaza=told["plaza"], first_region=first_region,
    )  # fmt: skip


def series_of(space: str, head: Head, arrays: Arrays) -> Series:
    """Timelines."""
    values = {"alive": arrays["population"], "heredity": arrays["heredity"], "held": arrays["energy"]}
    values |= {f"goal {goal}": arrays["shares"][:, k] for k, goal in enumerate(head["goals"])}
    return Series(space, arrays["tick"], {name: array.astype(np.float64) for name, array in values.items()})


def job_words_of(job: Head) -> str:
    """What a job asks for, in short."""
    if job["kind"] == "table":
        return "".join(str(job["table"] >> k & 1) for k in range(4))
    shown = "".join(str(job["inputs"] >> k & 1) if job["shown"] >> k & 1 else "" for k in range(8))
    asked = "".join(str(job["expected"] >> k & 1) if job["asked"] >> k & 1 else "-" for k in range(8))
    return f"{shown} to be judged" if job["kind"] == "hand" else f"{shown} wants {asked.rstrip('-')}"


def giver_of(space: SpaceAbout, told: Head) -> Giver:
    """Somebody at a vent."""
    ancestors = tuple((int(cradle), int(born)) for cradle, born in told.get("ancestors", []))
    inside = 0 <= told["site"] - space.first_site < space.sites
    return Giver(
        told["place"], (told["cradle"], told["born"]), space.place(told["site"]) if inside else None, told["founder"],
        told["said"], told["right"], ancestors,
    )  # fmt: skip
