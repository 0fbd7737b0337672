"""What is asked for of a frame and of timelines where the line to a run may be slow, and how that is put together again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from cyberspace.wire.messages import FrameAnswer, Json
from cyberspace.wire.protocol import Arrays
from render.about import SpaceAbout, why_not
from render.bandwidth import Bandwidth, widened
from render.frames import Frame, Query, Series
from render.heads import frame_of

CALLED = {"distance": "heredity", "heard": "message_0", "blocks": "block"}
"""What the wire calls quantities that the viewer calls otherwise."""

MOST_SAMPLES = 8192
"""Samples of timelines that are kept; of more every second one is dropped."""

AT_FIRST = 400
"""Samples that are asked for at first over a line that is not known to be quick."""

VIEWS = 4
"""Questions whose last answers are kept: as many as a window has views."""

Read = Callable[[FrameAnswer, Arrays], Frame]


class Viewing:
    """Questions about one run.

    Args:
        line: What is known of the line to it.

    Attributes:
        words: What is to be told of the line.
    """

    def __init__(self, line: Bandwidth):
        self._line = line
        self._last: dict[Query, tuple[dict[str, int], Frame]] = {}
        self._series: dict[str, Series] = {}
        self.words = ""

    def frame(self, query: Query, space: SpaceAbout, known: list[str], offered: set[str]) -> tuple[dict[str, Json], Read]:
        """The keys of a question for a frame newer than the last, and what reads the answer.

        Args:
            query: What is to be seen.
            space: The space.
            known: Names of the axes that the run knows.
            offered: Names of the fields that it tells.
        """
        names = {name: CALLED.get(name, name) for name in query.names}
        missing = {name: why_not(called) for name, called in names.items() if called not in offered}
        names = {name: called for name, called in names.items() if name not in missing}
        at = {space.axes[axis].name: place for axis, place in query.at if space.axes[axis].name in known}
        lengths = {axis.name: axis.length if axis.name in known and axis.name not in at else 1 for axis in space.axes}
        strides = self._line.strides({name: length for name, length in lengths.items() if length > 1}, space.sites)
        steps = tuple(strides.get(axis.name, 1) for axis in space.axes)
        sent = tuple(-(-lengths[axis.name] // step) for axis, step in zip(space.axes, steps, strict=True))
        keys: dict[str, Json] = {"space": space.name, "fields": list(dict.fromkeys(names.values())), "at": at}
        if strides:
            keys["stride"] = strides
        last = self._last.get(query)
        if last is not None and last[0] == strides:
            keys["after"] = last[1].tick

        def read(told: FrameAnswer, arrays: Arrays) -> Frame:
            if told.get("same") and last is not None:
                return last[1]
            self._line.weigh(int(np.prod(sent)))
            whole = {name: widened(values.reshape(sent), steps, tuple(lengths.values())) for name, values in arrays.items()}
            frame = frame_of(space, known, told, whole, names, missing, at)
            frame = replace(frame, strides=steps if strides else (), query=query)
            self._last.pop(query, None)
            self._last = dict([*self._last.items()][1 - VIEWS :]) | {query: (strides, frame)}
            self.words = self._line.words(strides)
            return frame

        return keys, read

    def series(self, space: str) -> dict[str, Json]:
        """The keys of a question for the samples of timelines that are not known yet."""
        before = self._series.get(space)
        known = before is not None and len(before.ticks) > 0
        since: dict[str, Json] = {"since": int(before.ticks[-1]) + 1} if before is not None and known else {}
        few: dict[str, Json] = {"most": AT_FIRST} if self._line.packs and self._line.able and not known else {}
        return {"space": space, **since, **few}

    def lengthened(self, found: Series) -> Series:
        """Timelines with samples that are new."""
        before = self._series.get(found.space)
        if before is not None and len(before.ticks):
            found = joined(before, found)
        self._series[found.space] = found
        return found


def joined(before: Series, new: Series) -> Series:
    """Timelines one after the other."""
    new_from = int(np.searchsorted(new.ticks, before.ticks[-1], side="right"))
    ticks = np.concatenate([before.ticks, new.ticks[new_from:]])
    step = slice(None, None, -2 if len(ticks) > MOST_SAMPLES else -1)
    values = {name: np.concatenate([old, new.values[name][new_from:]])[step][::-1] for name, old in before.values.items()}
    scores = tuple(
        replace(one, spread=np.concatenate([one.spread, more.spread[new_from:]])[step][::-1])
        for one, more in zip(before.scores, new.scores, strict=True)
    )
    return Series(before.space, ticks[step][::-1], values, scores)
