"""Pictures of frames, made bit by bit between turns of the window, of a large world only as many cells as the screen shows.

A window sets `sight`; then a picture of many cells is worked at for some milliseconds a turn, and the one before it stays until it is
done, so that the window answers however large the world is.  Without a window a picture is whole, and made at once.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Hashable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from render.about import SpaceAbout
from render.camera import Camera
from render.canvas import Picture, Rect, cells_of
from render.chronicle import Chronicle
from render.context import Context
from render.fields import Field, coloured, indices, ranged
from render.frames import Frame
from render.palette import BETWEEN, UNKNOWN, table
from render.projection import Projection

TURN = 0.006
"""Seconds of painting in one turn."""

SMALL = 2**16
"""Cells up to which a picture is made at once."""

STRIP = 2**15
"""Cells that are painted between two looks at the clock."""

COUNT_SECONDS = 0.4
"""How often lineages are counted anew, and of a live run populations found."""

Work = Generator[None, None, Picture]


@dataclass(frozen=True)
class Subject:
    """What is painted.

    Attributes:
        kind: The way of colouring.
        frame: The frame.
        projection: How its places become cells.
        context: What a field needs beside it.
        space: Its space.
        chronicle: Who is lit up.
        camera: What part of the picture is seen; None where that is not known yet.
        live: Whether it is of a run that goes on.
    """

    kind: Field
    frame: Frame
    projection: Projection
    context: Context
    space: SpaceAbout
    chronicle: Chronicle
    camera: Camera | None
    live: bool

    @property
    def manner(self) -> Hashable:
        """What makes a picture that is being painted useless where it changes."""
        return self.space.name, self.kind.name, self.kind.needs, self.projection


class Painter:
    """Paints.

    Attributes:
        sight: The part of the window in which pictures are seen, in units; None without a window.
        factor: Pixels of a unit.
    """

    def __init__(self) -> None:
        self.sight: Rect | None = None
        self.factor = 1.0
        self._work: Work | None = None
        self._manner: Hashable = None
        self._number, self._counted, self._met_at = 0, -np.inf, -np.inf
        self._met: Frame | None = None
        self._count_of: Frame | None = None
        self._seen: tuple[Camera, Rect, float] | None = None
        self._map: tuple[Hashable, NDArray[np.int64]] | None = None
        self._sites: tuple[Projection, NDArray[np.int32]] | None = None

    def moved(self, camera: Camera | None) -> bool:
        """Whether another part is seen than was painted last."""
        return self._seen is not None and camera is not None and (camera, self.sight, self.factor) != self._seen

    @property
    def busy(self) -> bool:
        """Whether a picture is under way."""
        return self._work is not None

    def begin(self, subject: Subject, now: float) -> bool:
        """Begin a picture at a time in seconds, unless one of the same manner is under way, which is done first; whether it was begun."""
        if self._work is not None and self._manner == subject.manner:
            return False
        self._manner = subject.manner
        self._work = self._painting(subject, now)
        return True

    def drop(self) -> None:
        """What is under way is of no use any more."""
        self._work = self._seen = None

    def turn(self) -> Picture | None:
        """Go on painting; the picture once it is done."""
        until = time.monotonic() + TURN
        while self._work is not None:
            try:
                next(self._work)
            except StopIteration as done:
                self._work = None
                picture: Picture = done.value
                return picture
            except BaseException:
                self._work = None
                raise
            if time.monotonic() > until:
                return None
        return None

    def _painting(self, subject: Subject, now: float) -> Work:
        """All steps of a picture."""
        frame, context, kind = subject.frame, subject.context, subject.kind
        if frame is not self._count_of and (
            not subject.live or now - self._counted >= COUNT_SECONDS or context.uncounted(frame)
        ):
            context.count(frame)
            self._count_of, self._counted = frame, now
            if self._hurries(subject):
                yield
        if frame is not self._met and (not subject.live or now - self._met_at >= COUNT_SECONDS):
            context.meet(frame)
            self._met, self._met_at = frame, now
            if self._hurries(subject):
                yield
        self._number += 1
        number = self._number
        if self._hurries(subject):
            return (yield from self._seen_part(subject, number))
        self._seen = None
        shown = indices(kind, frame, subject.projection, context)
        shown = subject.chronicle.dim(shown, frame, subject.projection, subject.space)
        return Picture(shown, self._table(subject), number)

    def _hurries(self, subject: Subject) -> bool:
        """Whether only what is seen is painted, and in steps: in a window, of many cells, each of which shows one place."""
        if self.sight is None or subject.camera is None or subject.chronicle.descendants is not None:
            return False
        height, width = subject.projection.size
        hidden = subject.projection.hidden
        whole = all(cut.how == "slice" or subject.projection.shape[axis] == 1 for axis, cut in hidden.items())
        return whole and height * width > SMALL

    def _table(self, subject: Subject) -> tuple[tuple[int, int, int], ...]:
        return tuple(subject.chronicle.colours(table(subject.kind.colours(subject.context))))

    def _seen_part(self, subject: Subject, number: int) -> Work:
        """The picture of the cells that are seen, strip by strip."""
        assert subject.camera is not None and self.sight is not None
        camera, sight, projection, frame = subject.camera, self.sight, subject.projection, subject.frame
        rows, columns = (
            cells_of(first, round(pixels * self.factor), camera.zoom * self.factor, cells)
            for first, pixels, cells in (
                (camera.top, sight.height, projection.size[0]),
                (camera.left, sight.width, projection.size[1]),
            )
        )
        self._seen = camera, sight, self.factor
        where = self._places(projection, rows, columns)
        known = all(name in frame.arrays for name in subject.kind.needs)
        flat = {name: projection.listed(values) for name, values in frame.arrays.items()}
        if known:
            ranged(subject.kind, flat, frame, subject.context)
        shown = np.full(where.shape, UNKNOWN, dtype=np.uint8)
        strip = max(1, STRIP // where.shape[1])
        for first in range(0, len(shown) if known else 0, strip):
            at = where[first : first + strip]
            some = {name: values.take(at, axis=0, mode="clip") for name, values in flat.items()}
            shown[first : first + strip] = coloured(subject.kind, some, frame, subject.context)
            yield
        if projection.levels:
            shown[where < 0] = BETWEEN
        return Picture(shown, self._table(subject), number, rows, columns)

    def _places(self, projection: Projection, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.int64]:
        """The number, among all that are shown, of the place in each cell of some rows and columns; -1 in gutters."""
        if self._sites is None or self._sites[0] != projection:
            self._sites, self._map = (projection, projection.picture(projection.numbers(), -1)), None
        key = rows.tobytes(), columns.tobytes()
        if self._map is None or self._map[0] != key:
            self._map = key, self._sites[1][rows][:, columns].astype(np.int64)
        return self._map[1]
