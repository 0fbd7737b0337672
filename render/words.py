"""What the viewer tells of an organism beside `organisms.words`: its energy account, its place, what it senses, its synapses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from organisms.body import SIGNAL
from organisms.words import Size, sense_names
from render.about import SpaceAbout
from render.frames import Organism


@dataclass(frozen=True)
class Line:
    """A line of an account."""

    name: str
    value: str


def energy_lines(organism: Organism, space: SpaceAbout) -> list[Line]:
    """The energy account of an organism: what it holds, what comes and goes, and what is missing for a spore."""
    account = organism.account
    held = organism.fields.get("energy", 0)
    most, need = (account["cap"], account["spore_above"]) if account else (space.number("cap"), space.number("spore"))
    lines = [Line("holds", f"{held:,} of at most {most:,} energy")]
    if account is None:
        lines.append(Line("comes and goes", "not known of this tick"))
    else:
        soil = f", +{account['soil']:,} of soil" if account["soil"] else ""
        lines += [
            Line("comes in a tick", f"+{account['sunlight']:,} of sunlight{soil}"),
            Line("upkeep a tick", f"-{account['upkeep']:,}"),
        ]
        tries = [f"-{account['copy']:,} to copy itself"] if account["reproduces"] and account["copy"] else []
        tries += [f"-{account['move']:,} to move"] if account["moves"] and account["move"] else []
        lines += [Line("tries this tick", ", ".join(tries))] if tries else []
    if "payoff" in organism.fields:
        lines.append(Line("last lesson paid", payoff_words(organism.fields["payoff"])))
    lines.append(Line("for a spore", "enough energy" if held > need else f"{need + 1 - held:,} energy more"))
    return lines


def payoff_words(payoff: int) -> str:
    """What a lesson paid, from what was felt of it: 8 x the bit length, negative for a fine."""
    bits = abs(payoff) // 8
    return f"{'' if payoff > 0 else 'a fine of '}{2 ** (bits - 1):,} to {2**bits - 1:,} energy" if payoff else "nothing"


def performed_names(organism: Organism, goals: tuple[str, ...]) -> list[str]:
    """Goals that it performs."""
    bits = organism.fields.get("performed", 0)
    return [goal for k, goal in enumerate(goals) if bits >> k & 1]


def place_words(space: SpaceAbout, place: tuple[int, ...]) -> str:
    """A place by the names of the axes that are not flat."""
    named = [f"{axis.name} {at}" for axis, at in zip(space.axes, place, strict=True) if axis.length > 1]
    return ", ".join(named) or "the only place"


@dataclass(frozen=True)
class Synapse:
    """A connection of a brain.

    Attributes:
        source: Number of the input: senses first, then units.
        target: Number of the unit.
        weight: Its weight.
        flow: Weight times what the source says now, as a share of the largest possible; not a number if that is not known.
    """

    source: int
    target: int
    weight: int
    flow: float


def sensed(organism: Organism, body: Size) -> NDArray[np.float64]:
    """What the senses show, (senses,), as far as the organism's own state tells; not a number elsewhere."""
    fields = organism.fields
    known: dict[str, float] = {"bias": SIGNAL}
    if "energy" in fields:
        known["energy"] = min(127, 8 * fields["energy"].bit_length())
    if "payoff" in fields:
        known["payoff"] = fields["payoff"]
    return np.array([known.get(name, np.nan) for name in sense_names(body)], dtype=np.float64)


def synapses(weights: NDArray[np.int8], inputs: NDArray[np.float64], most: int = 90) -> list[Synapse]:
    """The strongest connections, the weakest first; inputs that are not a number have no known flow."""
    flat = np.abs(weights.astype(np.int32)).ravel()
    chosen = np.argsort(flat, kind="stable")[-most:]
    found = []
    for index in chosen[flat[chosen] > 0].tolist():
        target, source = divmod(index, weights.shape[1])
        weight = int(weights[target, source])
        found.append(Synapse(source, target, weight, weight / 128 * float(inputs[source]) / 127))
    return found


def counted(number: int, what: str, many: str = "") -> str:
    """A number of things: "1 vent", "2 vents"; "2 loci" where the plural is another."""
    return f"{number:,} {what if number == 1 else many or f'{what}s'}"
