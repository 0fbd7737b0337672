"""What tables of a world file have in common, and the tables of what changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from topology.axes import MAX_STRETCH

MAX_LENGTH = 2**31 - 1
"""The longest axis, the rarest tide, and the last tick."""


def _as_range(value: Any) -> tuple[int, int]:
    whole = [value, value + 1] if type(value) is int else value
    if isinstance(whole, list) and len(whole) == 2 and all(type(end) is int and abs(end) <= MAX_LENGTH for end in whole):
        return whole[0], whole[1]
    raise ValueError("a place, like 3, or a half-open range, like [0, 4]")


Range = Annotated[tuple[int, int], BeforeValidator(_as_range)]
"""Places along an axis, half-open."""

Tick = Annotated[int, Field(ge=0, le=MAX_LENGTH)]
Ticks = Annotated[int, Field(ge=1, le=MAX_LENGTH)]
Finite = Annotated[float, Field(allow_inf_nan=False)]


STRICT = ConfigDict(extra="forbid", frozen=True, strict=True)
"""No unknown keys, no silent conversions."""


class Table(BaseModel):
    """A table of a world file: no unknown keys, no silent conversions."""

    model_config = STRICT
    later: ClassVar[frozenset[str]] = frozenset()
    """Keys that came later: a world that does not use them has the identity that it had before, so its text leaves them out."""

    def __repr_args__(self) -> Iterator[tuple[str | None, object]]:
        """Keys and values that count for the identity of a world, see `cyberspace.worldfile.identity`."""
        fields = type(self).model_fields
        return (
            (name, value)
            for name, value in super().__repr_args__()
            if name not in self.later or value != fields[name or ""].default
        )


class AxisTable(Table):
    """One axis; what is left out takes the axis's default."""

    length: Annotated[int, Field(ge=1, le=MAX_LENGTH)]
    """Sites (near axes) or regions (far axes) along it."""
    stretch: Annotated[int, Field(ge=1, le=MAX_STRETCH)] | None = None
    """Ticks between two openings, a power of two up to 65,536; the axis's own start value if left out."""
    curled: bool | None = None
    """Whether the axis is a loop; `device` is one if left out, the others are not."""


class BodyTable(Table):
    """The body plan, see `organisms.body.BodyPlan`."""

    units: Annotated[int, Field(ge=8, le=64, multiple_of=8)] = 16
    """Neurons of a brain."""
    senses: Annotated[int, Field(ge=8, le=64, multiple_of=8)] = 16
    """Inputs of a brain: eight senses that every world has, then the task's channels."""
    shift: Annotated[int, Field(ge=0, le=12)] = 5
    """Right shift of the weighted sum: the slope of the nonlinearity."""


class Change(BaseModel):
    """A table of what changes."""

    model_config = STRICT


class ConditionTable(Change):
    """That a goal is performed by a share of the living of a region; once that is so it stays so."""

    goal: str
    """Name of a goal of the space."""
    share: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]
    """Share of the living of the region that perform it."""
    look: Ticks = 1000
    """Ticks between two looks."""


class WaveTable(Change):
    """A number that swings: a sine in whole steps."""

    key: str
    """The number of the physics, or `"fill"`."""
    mean: Finite
    """Around which it swings."""
    amplitude: Finite
    """How far, upwards first."""
    period: Ticks
    """Ticks of one swing."""
    step: Ticks
    """Ticks for which it stays as it is."""


class CourseTable(Change):
    """A number that follows a table."""

    key: str
    """The number of the physics, or `"fill"`."""
    at: Annotated[list[Tick], Field(min_length=1)]
    """Ticks from which each value holds, counted from the event's `at`, in order."""
    values: Annotated[list[Finite], Field(min_length=1)]
    """The values."""


class EventTable(Change):
    """Something that changes in a space; it has one of `set`, `wave`, `table` and `kill`."""

    at: Tick = 0
    """First tick."""
    until: Tick | None = None
    """Tick at which it is over; never if left out."""
    every: Ticks | None = None
    """Ticks after which it happens again; only once if left out."""
    length: Annotated[Ticks | None, Field(alias="for")] = None
    """Ticks for which a change lasts; until `until` if left out."""
    set: dict[str, Finite] | None = None
    """Numbers of the physics, or `fill`, and what they are then."""
    wave: WaveTable | None = None
    """A number that swings."""
    table: CourseTable | None = None
    """A number that follows a table."""
    kill: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)] | None = None
    """A catastrophe: the chance of everybody in the place to die."""
    where: dict[str, Range] = {}
    """Its place: along far axes some of the regions; along near axes some of their sites, for a catastrophe alone."""
    task: str | None = None
    """Name of the task whose `fill` changes; may be left out where there is one task."""
