"""One view of the window: which space it shows and how, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar, overload

import numpy as np

from render.about import Place, SpaceAbout
from render.camera import Camera
from render.canvas import Picture
from render.context import Context
from render.fields import FIELDS, Field
from render.frames import Frame, Query
from render.painter import Painter
from render.projection import Projection, start
from render.visit import Visit

Value = TypeVar("Value")


@dataclass(eq=False)
class View:
    """A view, which two may have of the same space.

    Attributes:
        space: The space.
        context: Whose colour is whose in it.
        kind: What it is coloured by.
        projection: How its axes are laid out.
        axis: The axis in hand.
        camera: What part of the picture is seen; None for all of it.
        frame: What came last.
        picture: What was painted of it.
        hover: The place under the mouse.
        plaza: The visit, if it shows a plaza.
        universe: Whether it shows the map of the universe instead of the space.
        stale: Whether it must be painted anew.
        query: What was asked for last, and when.
        painter: Makes its pictures.
    """

    space: SpaceAbout
    context: Context
    kind: Field = FIELDS[0]
    projection: Projection = field(init=False)
    axis: int = field(init=False)
    camera: Camera | None = None
    frame: Frame | None = None
    picture: Picture | None = None
    hover: Place | None = None
    plaza: Visit | None = None
    universe: bool = False
    stale: bool = True
    query: Query | None = None
    asked: float = -np.inf
    painter: Painter = field(default_factory=Painter)

    def __post_init__(self) -> None:
        self.enter(self.space, self.context)

    def enter(self, space: SpaceAbout, context: Context) -> None:
        """Show a space from now on."""
        self.space, self.context, self.universe = space, context, False
        self.projection = start(space.shape)
        self.axis = next((k for k in self.projection.order), 0)
        self.camera = self.frame = self.picture = self.hover = self.query = None
        self.painter.drop()

    def like(self) -> View:
        """Another view of the same, as this one is now."""
        other = View(self.space, self.context, self.kind, camera=None, frame=self.frame)
        other.projection, other.axis, other.query = self.projection, self.axis, None
        return other

    @property
    def title(self) -> str:
        """What it shows, in a few words."""
        return (
            "universe"
            if self.universe
            else f"plaza {self.space.name}"
            if self.plaza
            else f"{self.space.name} by {self.kind.title}"
        )


class InHand(Generic[Value]):
    """An attribute of whoever has a `view` in hand that is the view's own."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, owner: None, kind: type) -> InHand[Value]: ...

    @overload
    def __get__(self, owner: object, kind: type) -> Value: ...

    def __get__(self, owner: object, kind: type) -> InHand[Value] | Value:
        if owner is None:
            return self
        found: Value = getattr(owner.view, self._name)  # type: ignore[attr-defined]
        return found

    def __set__(self, owner: object, value: Value) -> None:
        setattr(owner.view, self._name, value)  # type: ignore[attr-defined]
