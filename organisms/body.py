"""The body plan: what an organism senses, what it can do, and how large its brain is."""

from __future__ import annotations

from dataclasses import dataclass

SENSES = (
    ("bias", "always 64"),
    ("energy", "8 x bit length of the own energy"),
    ("axis", "16 x log2 of the stretch of the axis that opens now; 0 if none does"),
    ("somebody", "64 if the partner's site is inhabited"),
    ("message_0", "the partner's first message unit at the end of the last tick"),
    ("message_1", "the partner's second message unit at the end of the last tick"),
    ("payoff", "8 x bit length of what the last lesson paid, negative for a fine"),
    ("answer_now", "64 in the tick whose answers count"),
)
"""Senses that every world has (name, value); the task's channels follow, as many as the body has senses left."""

ACTUATORS = (
    ("reproduce", "write a spore to the partner's site"),
    ("move", "go to the partner's site"),
    ("give", "give energy to the partner"),
    ("message_0", "heard by the next partner"),
    ("message_1", "heard by the next partner"),
    *((f"answer_{k}", "an answer to the task") for k in range(8)),
)
"""What the first units do (name, meaning), in order; a body with fewer units has the first of them, the rest are free."""

REPRODUCE, MOVE, GIVE, MESSAGE, ANSWER = 0, 1, 2, 3, 5
"""Units of the actuators; two messages and up to eight answers stand in a row."""

MAX_ANSWERS = 8
SIGNAL = 64
"""Activity of a sense that is on."""

LOUD = 127
"""Start value: what a task's channel shows, or minus it; louder than the other senses, so that it can be heard among them."""


@dataclass(frozen=True)
class BodyPlan:
    """Size of the brain, the same for every organism of a region.

    Attributes:
        units: Neurons U; a multiple of 8 from 8 to 64.
        senses: Inputs S; a multiple of 8 from 8 to 64.
        shift: Right shift of the weighted sum: the slope of the nonlinearity; 0 to 12.

    Raises:
        ValueError: If a size is out of range.
    """

    units: int = 16
    senses: int = 16
    shift: int = 5

    def __post_init__(self) -> None:
        for name in ("units", "senses"):
            size = getattr(self, name)
            if size % 8 or not 8 <= size <= 64:
                raise ValueError(f"body {name} {size}: expected a multiple of 8 from 8 to 64")
        if not 0 <= self.shift <= 12:
            raise ValueError(f"body shift {self.shift}: expected 0 to 12")

    @property
    def inputs(self) -> int:
        """Columns of the weight matrix: senses, then the units' own last activity."""
        return self.senses + self.units

    @property
    def synapses(self) -> int:
        """Weights of one organism."""
        return self.units * self.inputs

    @property
    def channels(self) -> int:
        """Task channels that this body can sense."""
        return self.senses - len(SENSES)

    @property
    def answers(self) -> int:
        """Answer units."""
        return min(MAX_ANSWERS, self.units - ANSWER)
