"""Random worlds, as the text of world files."""

from __future__ import annotations

import math
from pathlib import Path

from hypothesis import strategies as st

from cyberspace.law.world import World
from cyberspace.worldfile.build import universe_from_text
from topology import FAR_AXES

HERE = Path(__file__).parent

LOGIC = (
    '[[spaces.w.tasks]]\nname = "logic"\noptions = {{ cycles = {cycles}, distractors = {distractors}, pay = 40 }}\n{where}\n'
)
SHIFT = '[[spaces.w.tasks]]\nname = "shift"\nfill = 0.5\noptions = {{ fine = {fine} }}\n{where}\n'
OWN = '[[spaces.w.tasks]]\nname = "row_task.py:Row"\n{where}\n'
BY_NUMPY = '[[spaces.w.tasks]]\nname = "traced_tasks.py:Sorts"\n{where}\n'


def world(text: str, seed: int | None = None) -> World:
    """The first region of the universe that a text describes."""
    return universe_from_text(text, "test.toml", HERE, seed)[0].worlds[0]


@st.composite
def axes(draw: st.DrawFn, kind: str) -> dict[str, tuple[int, bool]]:
    """Some of the axes with lengths 1, odd and even, curled or not; at most 300 sites."""
    near = ["sm", "warp", "lane"] if kind == "gpu" else ["core", "thread", "lane"]
    names = draw(st.lists(st.sampled_from(near), min_size=1, max_size=3, unique=True))
    if draw(st.booleans()):
        names.append(draw(st.sampled_from(["row", "rack", "host", "device"])))
    found, sites = {}, 1
    for name in names:
        fits = [n for n in (1, 2, 3, 5, 8, 12, 33, 64) if n * sites <= 300]
        length = draw(st.sampled_from(fits)) if name in near else 1
        sites *= length
        found[name] = (length, draw(st.booleans()))
    return found


@st.composite
def tasks(draw: st.DrawFn, lattice: dict[str, tuple[int, bool]], near: list[str]) -> str:
    """No task, one of them, or two on different parts of the longest axis."""
    texts = [
        LOGIC.replace("{cycles}", str(draw(st.integers(1, 8)))).replace("{distractors}", str(draw(st.integers(0, 6)))),
        SHIFT.replace("{fine}", str(draw(st.sampled_from([0, 9])))),
        draw(st.sampled_from([OWN, BY_NUMPY])),
    ]
    chosen = draw(st.lists(st.sampled_from(texts), max_size=2, unique=True))
    if len(chosen) < 2:
        return "".join(text.replace("{where}", "").replace("{{", "{").replace("}}", "}") for text in chosen)
    longest = max((name for name in lattice if name in near), key=lambda name: lattice[name][0])
    length = lattice[longest][0]
    if length < 2:
        return ""
    halves = [f"where = {{ {longest} = [0, {length // 2}] }}", f"where = {{ {longest} = [{length // 2}, {length}] }}"]
    pairs = zip(chosen, halves, strict=True)
    return "".join(text.replace("{{", "{").replace("}}", "}").replace("{where}", half) for text, half in pairs)


@st.composite
def world_texts(draw: st.DrawFn) -> str:
    """The text of a world in which much happens in few ticks."""
    kind = draw(st.sampled_from(["gpu", "cpu"]))
    near = ["sm", "warp", "lane"] if kind == "gpu" else ["core", "thread", "lane"]
    lattice = draw(axes(kind))
    lines = ["[world]", f"seed = {draw(st.integers(0, 2**32 - 1))}", "[spaces.w]", f'kind = "{kind}"']
    lines += [f"axes.{name} = {{ length = {n}, curled = {str(c).lower()} }}" for name, (n, c) in lattice.items()]
    units, senses = draw(st.sampled_from([8, 16, 32])), draw(st.sampled_from([8, 16, 32]))
    lines.append(f"body = {{ units = {units}, senses = {senses}, shift = {draw(st.integers(3, 7))} }}")
    genesis = draw(st.sampled_from(["soup", "soup", "ancestor:learner", "ancestor:replicator"]))
    lines.append(
        f'genesis = "{genesis}"\ndensity = {draw(st.sampled_from([0.3, 0.8]))}\ntide = {draw(st.sampled_from([1, 3, 8]))}'
    )
    lines.append(f'rule = "{draw(st.sampled_from(["hebbian", "hebbian", "none"]))}"')
    physics = {
        "spark": draw(st.sampled_from([0, 30])),
        "lifespan": draw(st.sampled_from([40, 250])),
        "sunlight": draw(st.integers(3, 30)),
        "radiation": draw(st.sampled_from([0.0, 0.45, 4.0])),
        "silent": draw(st.integers(0, 16)),
        "spore": 20,
        "cap": draw(st.sampled_from([300, 3000])),
    }
    lines.append("physics = { copy = 0.005, move = 0.5, " + ", ".join(f"{k} = {v}" for k, v in physics.items()) + " }")
    return "\n".join(lines) + "\n" + draw(tasks(lattice, near))


@st.composite
def universe_texts(draw: st.DrawFn, backends: tuple[str, ...] = ("numba",), two: bool = False) -> str:
    """The text of a world file with 2 to 16 regions in one to three spaces of either kind, with far axes, beaches and paces.

    With `two`, in two spaces joined by a beach, with one far axis each at most: JAX compiles each way of each space.
    """
    units = draw(st.sampled_from([8, 16]))
    lines = ["[world]", f"seed = {draw(st.integers(0, 2**32 - 1))}", f"far_tide = {draw(st.sampled_from([1, 4, 64]))}"]
    spaces: dict[str, tuple[str, dict[str, int]]] = {}
    regions = 0
    for name in draw(st.sampled_from([("a", "b")] if two else [("a",), ("a", "b"), ("a", "b", "c")])):
        kind = draw(st.sampled_from(["gpu", "cpu"]))
        near = ["sm", "warp", "lane"] if kind == "gpu" else ["core", "thread", "lane"]
        lengths = {
            axis: draw(st.sampled_from([1, 2, 3, 5, 8]))
            for axis in draw(st.lists(st.sampled_from(near), min_size=1, unique=True))
        }
        room = max(1, 16 - regions - 2)
        for axis in draw(st.lists(st.sampled_from(["rack", "device"]), max_size=1 if two else 2, unique=True)):
            count = draw(
                st.sampled_from(
                    [n for n in (1, 2, 3, 4) if n * math.prod(v for k, v in lengths.items() if k in FAR_AXES) <= room]
                )
            )
            lengths[axis] = count
        if name == "a" and regions_of(lengths) == 1:
            if two:
                lengths.pop("rack", None)
            lengths["device"] = draw(st.sampled_from([2, 3, 4]))
        regions += regions_of(lengths)
        spaces[name] = (kind, lengths)
        lines += [f"[spaces.{name}]", f'kind = "{kind}"', f'backend = "{draw(st.sampled_from(backends))}"']
        lines += [
            f"axes.{axis} = {{ length = {n}, curled = {str(draw(st.booleans())).lower()} }}" for axis, n in lengths.items()
        ]
        lines.append(f"body = {{ units = {units}, senses = 16, shift = 4 }}")
        lines.append(f'genesis = "{draw(st.sampled_from(["soup", "ancestor:replicator"]))}"\ndensity = 0.6\ntide = 3')
        if draw(st.booleans()):
            lines.append("pace = 0.5")
        lines.append("physics = { copy = 0.001, move = 0.05, spore = 20, sunlight = 15, spark = 40, lifespan = 100 }")
        if draw(st.booleans()):
            lines.append(f'[[spaces.{name}.tasks]]\nname = "logic"')
    if "b" in spaces:
        lines += _beach(draw, "a", "b", spaces)
    if "c" in spaces:
        lines += _beach(draw, draw(st.sampled_from(["a", "b"])), "c", spaces)
    return "\n".join(lines) + "\n[record]\nevery = 50\ncheckpoint_every = 200\n"


def regions_of(lengths: dict[str, int]) -> int:
    """Regions of a space with such axes."""
    return math.prod(n for axis, n in lengths.items() if axis in FAR_AXES)


def _beach(draw: st.DrawFn, one: str, two: str, spaces: dict[str, tuple[str, dict[str, int]]]) -> list[str]:
    """A beach between single regions of two spaces, along a part of an axis of each that is long enough."""
    shores, size = [], draw(st.integers(1, min(max(_near(spaces[name][1]).values()) for name in (one, two))))
    for name in (one, two):
        lengths = spaces[name][1]
        along = max(_near(lengths), key=lambda axis: lengths[axis])
        place = {axis: draw(st.integers(0, n - 1)) for axis, n in lengths.items() if axis != along}
        low = draw(st.integers(0, lengths[along] - size))
        shores.append(", ".join([f"{along} = [{low}, {low + size}]", *(f"{axis} = {at}" for axis, at in place.items())]))
    text = ", ".join(f"{{ {shore} }}" for shore in shores)
    return ["[[beaches]]", f'between = ["{one}", "{two}"]', f"shores = [{text}]", "stretch = 64"]


def _near(lengths: dict[str, int]) -> dict[str, int]:
    return {axis: n for axis, n in lengths.items() if axis not in FAR_AXES}


@st.composite
def plaza_texts(draw: st.DrawFn) -> str:
    """The text of such a world that is a plaza."""
    text = draw(world_texts())
    soil = draw(st.integers(1, 20))
    text = text.replace("physics = { ", f"plaza = true\ntokens = {draw(st.integers(0, 20000))}\nphysics = {{ soil = {soil}, ")
    named = '[[spaces.w.tasks]]\nname = "human"\n[[spaces.w.tasks]]'
    return text.replace("[[spaces.w.tasks]]", named, 1) if draw(st.booleans()) else text
