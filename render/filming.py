"""What `cyberspace film` does: a film by samples or by events, one picture, or a sheet of pictures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cyberspace.errors import InputError, problem
from render import film
from render.by_events import frames
from render.fields import BY_NAME
from render.frames import Frame, Frames, Query
from render.model import Model
from render.sheet import draw_sheet
from render.still import Roll, Shot, prepare
from render.words import counted


@dataclass(frozen=True)
class Wish:
    """Which pictures are asked for.

    Attributes:
        views: What they show.
        at: Ticks of single pictures.
        first: First tick of a film.
        last: Its last tick.
        every: Show every n-th sample.
        count: Frames, by events.
    """

    views: tuple[str, ...] = ("lineage",)
    at: tuple[int, ...] = ()
    first: int = 0
    last: int | None = None
    every: int = 1
    count: int | None = None


def make(source: Frames, shot: Shot, out: Path, wish: Wish, rate: int) -> str:
    """Make it; what was made, in words.

    Raises:
        InputError: If that can't be made of this record.
    """
    picture = out.suffix == ".png"
    if wish.at and not picture:
        raise InputError(problem(f"--out {out}", "a film of single ticks", "a .png with --at", "--from and --to"))
    if len(wish.views) > 1 and len(wish.at) < 2:
        raise InputError(problem("--view", f"{len(wish.views)} of them", "one, or several --at", "--at 1000 --at 2000"))
    known = source.ticks()
    at = sorted({int(known[np.abs(known - tick).argmin()]) for tick in wish.at}) if len(known) else []
    if len(at) > 1:
        film.write_picture(out, draw_sheet(source, wish.views, shot, at).pixels)
        return f"{out}: {counted(len(at) * len(wish.views), 'picture')}, ticks {', '.join(f'{tick:,}' for tick in at)}"
    model = prepare(source, shot)
    ticks = at or [int(t) for t in known if t >= wish.first and (wish.last is None or t <= wish.last)][:: wish.every]
    captions: list[str] = []
    if shot.marks and ticks and not picture:
        story = model.chronicle.story
        some = frames(_known(source, model, shot, ticks), story.marks if story else (), wish.count)
        ticks, captions = [tick for tick, _ in some], [words for _, words in some]
    roll = Roll(model, shot, ticks[-1:] if picture else ticks, captions[-1:] if picture else captions)
    count = film.write_film(out, roll, rate)
    when = f" of tick {at[0]:,}" if at else ""
    left = f"; left out {counted(len(roll.unknown), 'tick')}: {next(iter(roll.unknown.values()))}" if roll.unknown else ""
    return f"{out}: {counted(count, 'frame')}{when}{left}"


def _known(source: Frames, model: Model, shot: Shot, ticks: list[int]) -> list[int]:
    """The ticks at which a field is known; all of them for other views, and where it is known at none."""
    if shot.view not in BY_NAME:
        return ticks
    found = []
    for tick in ticks:
        source.ask_frame(Query(model.space.name, model.kind.needs, tick))
        frames = [answer for answer in source.poll() if isinstance(answer, Frame)]
        found += [tick for frame in frames[-1:] if not frame.missing]
    return found or ticks
