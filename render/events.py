"""What a user does with mouse and keys, whatever device it comes from."""

from __future__ import annotations

from dataclasses import dataclass

from render.about import Place
from render.panels.panel import Hot


@dataclass(frozen=True)
class Event:
    """Something that the user did.

    Attributes:
        kind: "key", "down", "up", "move", "wheel", "size" or "quit".
        x: Column of the mouse; new width for "size".
        y: Row of the mouse; new height for "size".
        button: "left", "middle" or "right".
        key: Name of the key, with "ctrl+" or "shift+".
        dx: Wheel to the right.
        dy: Wheel up.
        again: Whether the key is held down and repeats.
        text: What the key types, if it types something.
    """

    kind: str
    x: int = 0
    y: int = 0
    button: str = ""
    key: str = ""
    dx: float = 0.0
    dy: float = 0.0
    again: bool = False
    text: str = ""


@dataclass
class Held:
    """What the mouse holds down.

    Attributes:
        button: Which button holds it.
        start: The point where it went down.
        last: The point where it was last.
        hot: What it went down on, if that is a slider or can be dragged.
        moved: Whether it has moved since by more than a click may.
        painted: Places that were painted so far.
    """

    button: str
    start: tuple[int, int]
    last: tuple[int, int]
    hot: Hot | None = None
    moved: bool = False
    painted: set[Place] | None = None
