"""The keys: one table that binds them and that the help is made of."""

from __future__ import annotations

from dataclasses import dataclass

from render.fields import FIELDS
from render.visit import HOTBAR


@dataclass(frozen=True)
class Binding:
    """A key and what it does.

    Attributes:
        keys: Names of keys that do it, with "ctrl+" or "shift+" before them.
        action: Name of the action.
        argument: Its argument.
        words: What the help says.
        group: Heading of the help; keys of "plaza" hold there only, those of "world" everywhere else.
    """

    keys: tuple[str, ...]
    action: str
    argument: object
    words: str
    group: str


def _key(keys: str, action: str, argument: object, words: str, group: str) -> Binding:
    return Binding(tuple(keys.split()), action, argument, words, group)


def key_of(field: int) -> str:
    """The key of a field by its number: 1 to 9, then 0; "" for those that have none."""
    return str((field + 1) % 10) if field < 10 else ""


KEYS = (
    _key("space", "pause", None, "pause, or go on", "time"),
    _key(". n", "step", 1, "one step on", "time"),
    _key(",", "step", -1, "one step back (record)", "time"),
    _key("+ =", "speed", 1, "faster", "time"),
    _key("-", "speed", -1, "slower", "time"),
    _key("v", "every", None, "show every 1, 2, 5, 10, 50, 300 only", "time"),
    _key("end", "newest", None, "the newest", "time"),
    *(_key(key_of(k), "field", kind.name, f"colour by {kind.title}", "colours") for k, kind in enumerate(FIELDS) if key_of(k)),
    _key("o", "depth", None, "ancestors, farther back each time", "colours"),
    _key("f", "fit", None, "see all", "sight"),
    _key("z", "zoom", 1.25, "closer (or wheel, or pinch)", "sight"),
    _key("shift+z", "zoom", 0.8, "farther", "sight"),
    _key("left", "pan", (60, 0), "to the left (or drag)", "sight"),
    _key("right", "pan", (-60, 0), "to the right", "sight"),
    _key("up", "pan", (0, 60), "up", "sight"),
    _key("down", "pan", (0, -60), "down", "sight"),
    _key("c", "centre", None, "centre on the chosen organism", "sight"),
    _key("k", "space", None, "the next space", "sight"),
    _key("r", "roll", None, "roll the order of the axes", "axes"),
    _key("x", "swap", None, "swap down and across", "axes"),
    _key("tab", "next_axis", None, "take the next axis in hand", "axes"),
    _key("h", "hide", "axis", "hide or show the axis in hand", "axes"),
    _key("m", "how", None, "slice, mean or maximum over it", "axes"),
    _key("[", "cut_step", -1, "its place before", "axes"),
    _key("]", "cut_step", 1, "its next place", "axes"),
    _key("l", "largest", None, "a member of the largest lineage", "organisms"),
    _key("w", "follow", None, "follow the chosen one", "organisms"),
    _key("y", "tree", None, "its lineage tree", "organisms"),
    _key("d", "section", None, "the next section of the inspector", "organisms"),
    _key("i", "compare", None, "mark it, to compare another one with it", "organisms"),
    _key("j", "lesson", 1, "its last lesson, a step on", "organisms"),
    _key("shift+j", "lesson", -1, "a step back", "organisms"),
    _key("ctrl+c", "copy", None, "copy the chosen one", "organisms"),
    _key("ctrl+v", "paste", None, "paste at the mouse", "organisms"),
    _key("ctrl+f", "freeze", None, "keep it in the freezer", "organisms"),
    _key("t", "tool", None, "look, wall, soil, vent, remove, erase", "acts"),
    _key("b", "brush", 1, "a larger brush", "acts"),
    _key("shift+b", "brush", -1, "a smaller brush", "acts"),
    _key("ctrl+z", "undo", None, "undo your last act", "acts"),
    _key("g", "plaza", None, "enter or leave the plaza", "acts"),
    _key("ctrl+right", "split", True, "a view beside this one", "views"),
    _key("ctrl+down", "split", False, "a view below it", "views"),
    _key("ctrl+w", "close_view", None, "close the view in hand", "views"),
    _key("ctrl+n", "next_view", None, "the next view (or click it)", "views"),
    _key("u", "universe", None, "the universe as a map, and back", "views"),
    _key("p", "screenshot", None, "a picture of the window", "window"),
    _key("ctrl+p", "film", None, "begin or end a film of the view", "window"),
    _key("ctrl++ ctrl+= ctrl+shift+=", "scale", 1, "larger text and panels", "window"),
    _key("ctrl+-", "scale", -1, "smaller", "window"),
    _key("ctrl+0", "scale", 0, "as window and display want them", "window"),
    _key("f1 ? shift+/", "help", None, "this help", "window"),
    _key("f2", "tour", None, "the guided tour, or its end", "window"),
    _key("return enter", "tour_next", None, "the tour: next", "window"),
    _key("backspace", "tour_back", None, "the tour: back", "window"),
    _key("escape", "back", None, "leave what is open", "window"),
    _key("ctrl+q", "quit", None, "quit; the run goes on", "window"),
    _key("w up", "walk", (-1, 0), "walk up", "plaza"),
    _key("s down", "walk", (1, 0), "walk down", "plaza"),
    _key("a left", "walk", (0, -1), "walk left", "plaza"),
    _key("d right", "walk", (0, 1), "walk right", "plaza"),
    _key("page_up", "climb", 1, "climb (three dimensions)", "plaza"),
    _key("page_down", "climb", -1, "descend", "plaza"),
    _key("[", "layer", -1, "cut a layer away", "plaza"),
    _key("]", "layer", 1, "show a layer more", "plaza"),
    _key("q", "turn", 1, "turn by a quarter (three dimensions)", "plaza"),
    _key("shift+q", "turn", -1, "turn back", "plaza"),
    _key("x", "apart", None, "layers apart, or on each other", "plaza"),
    _key("z", "closer", 1.25, "closer (or wheel)", "plaza"),
    _key("shift+z", "closer", 0.8, "farther", "plaza"),
    _key("f", "closer", 0, "see all", "plaza"),
    _key("o", "over", None, "build over the living, or not", "plaza"),
    _key("tab", "hotbar_by", 1, "the next thing in hand", "plaza"),
    _key("e", "board", None, "open or close the job board", "plaza"),
    *(_key(str(k + 1), "hotbar", k, f"hand: {name}", "plaza") for k, name in enumerate(HOTBAR)),
)
"""In the order of the help."""

PLAZA = "plaza"


def action_of(key: str, plaza: bool) -> tuple[str, object] | None:
    """(action, argument) of a key; in the plaza its own keys come first."""
    for own in (True, False) if plaza else (False,):
        for one in KEYS:
            if key in one.keys and (one.group == PLAZA) == own:
                return one.action, one.argument
    return None


def groups() -> dict[str, list[tuple[str, str]]]:
    """The help: headings, and (keys, words) under each."""
    found: dict[str, list[tuple[str, str]]] = {}
    for one in KEYS:
        found.setdefault(one.group, []).append((" ".join(one.keys[:2]), one.words))
    return found
