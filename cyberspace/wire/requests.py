"""The keys of each request once it is checked, defaults filled in; `cyberspace.wire.protocol.ASKS` says what they may be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict


class FrameKeys(TypedDict):
    """Keys of a `frame` request."""

    space: str | None
    fields: list[str]
    at: dict[str, int | str]
    stride: dict[str, int]
    after: int | None


class SiteKeys(TypedDict):
    """Keys of a `site` request."""

    site: int


class FindKeys(TypedDict):
    """Keys of a `find` request."""

    space: str | None
    what: str
    who: list[int] | None
    founder: int | None
    most: int


class SeriesKeys(TypedDict):
    """Keys of a `series` request."""

    space: str | None
    since: int
    most: int | None


class SpaceKeys(TypedDict):
    """Keys of a `universe` request."""

    space: str | None


class RegionKeys(TypedDict):
    """Keys of a `jobs` request: a region by its space and its number there."""

    space: str | None
    region: int


class ThingsKeys(RegionKeys):
    """Keys of a `things` request: also the name and site at which the asker is shown."""

    name: str
    at: int | None


class ControlKeys(TypedDict):
    """Keys of a `control` request."""

    do: str
    ticks: int
    rate: int
    name: str


class ActKeys(TypedDict):
    """Keys of a `act` request; the act has its kind and the keys that `cyberspace.wire.protocol.ACTS` tells of."""

    act: Mapping[str, object]
