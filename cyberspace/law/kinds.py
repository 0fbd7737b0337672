"""Kinds of regions: what their near axes are called, and what they charge for.

A kind is one row of `KINDS`, or an instance of `Kind` in a user's own file, named in a world file: kind = "my_kind.py:NPU".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cyberspace.law.physics import NUMBERS
from organisms.arrays import Number
from topology import FAR_AXES, NEAR_AXES
from topology.axes import CPU_NAMES

WORK = 1024
"""Work that costs one `upkeep`."""


@dataclass(frozen=True)
class Kind:
    """A kind of region.

    Upkeep is ceil(price * work / 1024) for work = base + per_synapse * non-zero weights + per_unit * active units.

    Attributes:
        axes: What its near axes are called, from the widest to the closest, in place of sm, warp, lane.
        base: Work of every living site, whatever it does.
        per_synapse: Work for every weight that is not zero.
        per_unit: Work for every unit that is not silent.
        start: Start values of numbers of the physics that differ for this kind, by their keys in a world file.
        name: What it is called.

    Raises:
        ValueError: If it can't be a kind.
    """

    axes: tuple[str, ...] = NEAR_AXES
    base: int = WORK
    per_synapse: int = 0
    per_unit: int = 0
    start: Mapping[str, int | float] = field(default_factory=dict)
    name: str = "own"

    def __post_init__(self) -> None:
        if len(self.axes) != len(NEAR_AXES) or len(set(self.axes)) != len(NEAR_AXES) or set(self.axes) & set(FAR_AXES):
            raise ValueError(f"kind: axes = {self.axes}: expected {len(NEAR_AXES)} names that no far axis has")
        for name in ("base", "per_synapse", "per_unit"):
            if not 0 <= getattr(self, name) <= WORK:
                raise ValueError(f"kind: {name} = {getattr(self, name)}: expected 0 to {WORK}")
        known = {row.key: row for row in NUMBERS}
        for key, value in self.start.items():
            if key not in known or not known[key].low <= value <= (known[key].high or value):
                raise ValueError(f"kind: start = {{{key!r}: {value}}}: expected one of {', '.join(known)}, within its range")

    def axis(self, name: str) -> str:
        """The axis of space that this kind calls so; the name itself if it calls none so."""
        return dict(zip(self.axes, NEAR_AXES, strict=True)).get(name, name)

    def calls(self, axis: str) -> str:
        """What this kind calls an axis of space."""
        return dict(zip(NEAR_AXES, self.axes, strict=True)).get(axis, axis)


def work_of(kind: tuple[int, int, int], synapses: Number, active: Number) -> Number:
    """Work of a brain: (base, per_synapse, per_unit) of a kind, its non-zero weights, its active units."""
    return kind[0] + kind[1] * synapses + kind[2] * active


def upkeep(price: int, work: Number) -> Number:
    """ceil(price * work / 1024), without numbers above 2^31 for prices up to 2^20 and work up to 2^20."""
    return (price >> 10) * work + (((price & 1023) * work + (WORK - 1)) >> 10)


KINDS = {
    "gpu": Kind(name="gpu"),
    "cpu": Kind(tuple(CPU_NAMES), base=0, per_synapse=3, per_unit=32, name="cpu"),
}
"""gpu: SIMD does not care what is zero, so every living site is charged the same.  cpu: zeros are skipped, so work is charged: `upkeep`
for every 256 weights that are not zero, three quarters, and for every 8 active units, one quarter."""
