"""What is driven on a run that goes on: three plazas, and two people in one of them."""

from __future__ import annotations

import json
import math
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.drive.screen import Failed, Screen, changed, wait_for
from benchmarks.drive.stage import Stage
from benchmarks.drive.twin import Twin
from render.about import Place
from render.visit import HOTBAR

PLAZAS = ("strip", "square", "cube")
"""Of one, two and three dimensions; spaces of the world in the order in which K shows them after the reef."""

WALL = 1


def journal(run: Path) -> list[dict[str, object]]:
    """The acts that the run has written down."""
    files = sorted((run / "journal").glob("*"))
    return [
        json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("{")
    ]


def enter(screen: Screen, twin: Twin, name: str) -> None:
    """Go to a space by K, and enter it by G."""
    for _ in range(len(PLAZAS) + 1):
        if twin.model.space.name == name:
            break
        screen.key("k")
        twin.key("k")
    screen.key("g")
    twin.key("g")
    twin.until("a picture", lambda: twin.model.plaza is not None and twin.model.frame is not None)


def plazas(stage: Stage, run: Path) -> str:
    """Each plaza is entered, a wall is built in it, seen over the wire and in the journal, and undone."""
    told, screen = [], stage.screen()
    viewer = stage.viewer(screen, run, "--no-tour", "--name", "ada")
    asks = stage.twin(run)
    for name in PLAZAS:
        twin = stage.twin(run)
        twin.turn(1.5)  # the window has its first frames by then, too
        before = stage.shot(f"plaza-{name}-outside", screen)
        enter(screen, twin, name)
        wait_for("ada", partial(_there, asks, name, {"ada"}))
        inside = stage.shot(f"plaza-{name}", screen)
        if changed(before, inside) < 0.05:
            raise Failed(f"{name}: nothing was seen to happen")
        (place,) = [one.at for one in asks.things(name).people]
        walked = _walk(stage, screen, asks, name, place)
        built = _build(screen, twin, asks, name)
        stage.shot(f"plaza-{name}-wall", screen)
        lines = [json.dumps(act) for act in journal(run)]
        if not any('"wall"' in line and '"ada"' in line for line in lines):
            raise Failed(f"{name}: the journal does not know of a wall by ada: {lines[-3:]}")
        screen.key("ctrl+z")
        wait_for("the wall gone", partial(_is_free, asks, name, built))
        if name == "cube":
            _turned(stage, screen)
        screen.key("g")
        wait_for("nobody there", partial(_there, asks, name, set()))
        screen.key(*"k" * (len(PLAZAS) + 1 - (PLAZAS.index(name) + 1)))  # back to the reef
        twin.close()
        told.append(f"{name} {walked}")
    code = viewer.leave()
    asks.close()
    return f"{', '.join(told)}; a wall in each, in the journal, undone; the viewer ended with {code}"


def _walk(stage: Stage, screen: Screen, asks: Twin, name: str, place: tuple[int, ...]) -> str:
    """Walk until one stands elsewhere."""

    def elsewhere() -> tuple[int, ...] | None:
        people = asks.things(name).people
        return people[0].at if people and people[0].at != place else None

    for key in ("d", "a", "w", "s"):
        screen.key(key)
        try:
            there = wait_for("a step", elsewhere, 3.0)
        except Failed:
            continue
        assert there is not None
        return f"{place[-3:]} to {there[-3:]}"
    raise Failed(f"{name}: nobody can walk")


def _build(screen: Screen, twin: Twin, asks: Twin, name: str) -> Place:
    """Build a wall where nobody stands, over whoever lives there; where."""
    twin.turn(0.5)
    stands = {one.at for one in asks.things(name).people}
    shape = twin.model.space.shape
    screen.key("2", "o")
    for number in range(math.prod(shape) - 1, -1, -1):
        place = tuple(int(k) for k in np.unravel_index(number, shape))
        if place not in stands and not asks.block(name, place):
            screen.click(twin.point(place), 3)
            wait_for("a wall", partial(_is_wall, asks, name, place))
            return place
    raise Failed(f"{name}: no place for a wall")


def _there(asks: Twin, name: str, people: set[str]) -> bool:
    return {one.name for one in asks.things(name).people} == people


def _is_free(asks: Twin, name: str, place: Place) -> bool:
    return asks.block(name, place) != WALL


def _is_wall(asks: Twin, name: str, place: Place) -> bool:
    return asks.block(name, place) == WALL


def _turned(stage: Stage, screen: Screen) -> None:
    """Turn, cut a layer away, draw layers on each other: each is seen."""
    for key, what in (("q", "turned"), ("[", "cut"), ("x", "together")):
        before = screen.pixels()
        screen.key(key)
        after = stage.shot(f"plaza-cube-{what}", screen)
        if changed(before, after) < 0.002:
            raise Failed(f"cube: {what} is not seen")


def players(stage: Stage, run: Path) -> str:
    """Two people in one plaza see each other by name, and what the other has written."""
    screens = {name: stage.screen() for name in ("ada", "bob")}
    viewers = {name: stage.viewer(screen, run, "--no-tour", "--name", name) for name, screen in screens.items()}
    asks, twin = stage.twin(run), stage.twin(run)
    enter(screens["ada"], twin, "square")
    alone = stage.shot("players-ada-alone", screens["ada"])
    enter(screens["bob"], stage.twin(run), "square")
    wait_for("two people", lambda: {one.name for one in asks.things("square").people} == {"ada", "bob"})
    screens["bob"].key("a", "a", "w")
    wait_for("them apart", lambda: len({one.at for one in asks.things("square").people}) == 2)
    twin.turn(1.5)  # her window asks three times a second who is there
    met = stage.shot("players-ada-sees-bob", screens["ada"])
    if changed(alone, met) < 0.0005:
        raise Failed("ada does not see bob")
    screens["ada"].key(str(HOTBAR.index("sign") + 1))
    stands = next(one.at for one in asks.things("square").people if one.name == "ada")
    place = (*stands[:-1], stands[-1] + 2)
    before = screens["bob"].pixels()
    screens["ada"].click(twin.point(place), 3)
    screens["ada"].type("XOR pays here")
    screens["ada"].key("return")
    signs = wait_for("a sign", lambda: asks.things("square").signs)
    if (signs[0].text, signs[0].by, signs[0].at) != ("XOR pays here", "ada", place):
        raise Failed(f"another sign stands there: {signs}")
    twin.turn(1.5)
    if changed(before, stage.shot("players-bob-sees-the-sign", screens["bob"])) == 0:
        raise Failed("bob does not see the sign")
    codes = [viewer.leave() for viewer in viewers.values()]
    wait_for("nobody there", lambda: not asks.things("square").people)
    wait_for("the run's own pace", lambda: not asks.model.source.about.rate, 20.0)
    asks.close()
    twin.close()
    return f"seen by each other; a sign by {signs[0].by}; viewers ended with {codes}; the run has its own pace again"


SCENES = (plazas, players)
