"""A world file that fits a machine: a template, or a soup of the machine's shape, with far axes as the machine has them."""

from __future__ import annotations

import copy
import shutil
import tomllib
from pathlib import Path
from typing import NotRequired, TypedDict, cast

from cyberspace.errors import InputError, problem
from cyberspace.worldfile.schema import parse_world_file
from cyberspace.worldfile.toml_text import toml_text
from topology import FAR_AXES, Axis, KraftError
from topology.axes import CPU_NAMES, DEFAULT_STRETCH
from topology.fit import FitError, far_lengths, near_lengths, need, stretch_far
from topology.machine import Machine

MACHINE = "machine.json"


class AxisContent(TypedDict):
    """An axis as a world file has it."""

    length: int
    stretch: NotRequired[int]
    curled: NotRequired[bool]


class TaskContent(TypedDict):
    """A task as a world file has it, as far as its file is concerned."""

    name: str


class SpaceContent(TypedDict, total=False):
    """A space as a world file has it, as far as this module looks at it or writes it."""

    kind: str
    backend: str
    genesis: str
    axes: dict[str, AxisContent]
    tasks: list[TaskContent]


class Content(TypedDict):
    """A world file of one space, checked by `parse_world_file`."""

    world: NotRequired[dict[str, object]]
    spaces: dict[str, SpaceContent]


def read_template(path: str) -> Content:
    """The content of a world file of one space.

    Raises:
        InputError: If it can't be read, is no world file, or has not one space.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(problem(path, f"an unreadable file ({error})", "a world file in TOML")) from None
    parsed = parse_world_file(text, path)
    content = cast(Content, tomllib.loads(text))
    if len(parsed.spaces) != 1 or "beaches" in content:
        got = f"{len(parsed.spaces)} spaces{' and beaches' if 'beaches' in content else ''}"
        raise InputError(problem(f"{path}: spaces", got, "one space without beaches, to be fitted to the machine"))
    for name, axis in the_space(content)["axes"].items():
        try:
            Axis(CPU_NAMES.get(name, name), axis["length"], axis.get("stretch", 1))
        except ValueError as error:
            raise InputError(f"{path}: {error}") from None
    return content


def the_space(content: Content) -> SpaceContent:
    """The table of the only space."""
    return next(iter(content["spaces"].values()))


def soup(machine: Machine, sites: int) -> Content:
    """A world of about so many sites a region, in the shape of a machine."""
    kind, lengths = near_lengths(machine, sites)
    space: SpaceContent = {
        "kind": kind,
        "backend": "jax" if kind == "gpu" else "numba",
        "genesis": "soup",
        "axes": {name: {"length": length} for name, length in reversed(lengths.items())},
        "tasks": [{"name": "logic"}],
    }
    return {"world": {"seed": 1}, "spaces": {"found": space}}


def one_region(content: Content) -> Content:
    """The same world without its far axes and its machine: what a tick is measured with."""
    content = copy.deepcopy(content)
    content.get("world", {}).pop("machine", None)
    the_space(content)["axes"] = {name: axis for name, axis in the_space(content)["axes"].items() if name not in FAR_AXES}
    return content


def fit(content: Content, machine: Machine) -> Content:
    """The world with far axes that fit a machine; it names the machine's file.

    Lengths that the world gives stay; far axes that it leaves out are as long as the machine has them. Stretches that it
    gives stay unless the machine needs longer ones.

    Raises:
        InputError: If the near axes leave no tick for the far ones, or a link is too slow for any stretch.
    """
    content = copy.deepcopy(content)
    axes = the_space(content)["axes"]
    given = {name: axes[name] for name in FAR_AXES if name in axes}
    lengths = far_lengths(machine) | {name: axis["length"] for name, axis in given.items()}
    used = [name for name in FAR_AXES if lengths[name] > 1 or name in given]
    near = [_near(name, axis) for name, axis in axes.items() if name not in FAR_AXES]
    floors = {name: axis["stretch"] for name, axis in given.items() if "stretch" in axis}
    try:
        needs = {name: need(machine, name, lengths, machine.pace.letter, machine.pace.seconds) for name in used}
        stretches = stretch_far(needs, floors, near)
    except KraftError as error:
        raise InputError(f"axes: {error}") from None
    except FitError as error:
        got = f"a link that needs a stretch of {error.need:,}"
        raise InputError(problem(f"axes.{error.axis}", got, "a quicker link or a longer tick", "--sites with more")) from None
    for name in used:
        axes[name] = {**axes.get(name, {"length": lengths[name]}), "stretch": stretches[name]}
    content["world"] = {**content.get("world", {}), "machine": MACHINE}
    return content


def _near(name: str, axis: AxisContent) -> Axis:
    own = CPU_NAMES.get(name, name)
    return Axis(own, axis["length"], axis.get("stretch", DEFAULT_STRETCH[own]))


def bring_tasks(content: Content, source: Path, target: Path) -> Content:
    """The world with its task files copied beside it, from the folder of one world file to that of another."""
    content = copy.deepcopy(content)
    for task in the_space(content).get("tasks", []):
        file, colon, member = task["name"].partition(":")
        if file.endswith(".py"):
            shutil.copyfile(source / file, target / Path(file).name)
            task["name"] = Path(file).name + colon + member
    return content


def world_file_text(content: Content, source: str) -> str:
    """The text of a fitted world file."""
    head = f"# Written by cyberspace measure from {source} and {MACHINE}, which is part of the identity of its runs.\n"
    return head + toml_text({"world": content["world"], **content})
