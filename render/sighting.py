"""What part of the picture of the view in hand is seen: places under points, and a camera that is moved."""

from __future__ import annotations

from render.about import Place
from render.camera import Camera
from render.canvas import Rect
from render.model import Model
from render.panels.world import camera_of, sight
from render.plaza import scene


def place_at(model: Model, area: Rect, x: int, y: int) -> Place | None:
    """The place of the world under a point of the window."""
    if model.view.universe:
        return None
    if model.plaza is not None:
        return scene.place_at(model.plaza, area, x, y)
    if not sight(area).holds(x, y):
        return None
    return model.projection.place_at(*camera_of(model, area).cell(sight(area), x, y))


def point_of(model: Model, area: Rect, place: Place) -> tuple[int, int] | None:
    """A point of the window where a place is seen."""
    cell = model.projection.cell_of(place)
    if cell is None:
        return None
    box = camera_of(model, area).box(sight(area), *cell)
    return box.x + box.width // 2, box.y + box.height // 2


def zoom(model: Model, area: Rect, factor: float, x: int, y: int) -> None:
    """Closer or farther, around a point."""
    _look_through(model, area, camera_of(model, area).zoomed(sight(area), factor, x, y))


def zoom_middle(model: Model, area: Rect, factor: float) -> None:
    """Closer or farther, around the middle."""
    box = sight(area)
    zoom(model, area, factor, box.x + box.width // 2, box.y + box.height // 2)


def drag(model: Model, area: Rect, dx: float, dy: float) -> None:
    """Drag the picture."""
    _look_through(model, area, camera_of(model, area).moved(dx, dy))


def _look_through(model: Model, area: Rect, camera: Camera) -> None:
    model.camera = camera.kept(sight(area), model.projection.size)


def centre_on(model: Model, area: Rect, place: Place | None) -> None:
    """A place in the middle."""
    cell = model.projection.cell_of(place) if place is not None else None
    if cell is not None:
        model.camera = camera_of(model, area).centred(sight(area), *cell)


def keep_in_sight(model: Model, area: Rect, place: Place) -> None:
    """A place that is followed stays in sight."""
    point = point_of(model, area, place)
    if point is None:
        model.reveal(place)
    elif not sight(area).inset(30).holds(*point):
        centre_on(model, area, place)
