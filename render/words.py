"""What an organism is, in words and numbers: its copier, its senses and actuators, its energy account."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from organisms.body import ACTUATORS, SENSES, SIGNAL
from organisms.copier import DEAD_BAND
from render.about import Genes, SpaceAbout
from render.frames import Organism

SAME = 4


def sense_names(senses: int) -> list[str]:
    """Names of a brain's inputs."""
    fixed = [name for name, _ in SENSES]
    return [*fixed, *(f"channel_{k}" for k in range(senses - len(fixed)))][:senses]


def unit_names(units: int) -> list[str]:
    """Names of a brain's units."""
    fixed = [name for name, _ in ACTUATORS][:units]
    return [*fixed, *(f"free_{k}" for k in range(units - len(fixed)))]


def copier_genes(genome: NDArray[np.int8], genes: Genes) -> tuple[int, int, int, int]:
    """(a, b, m, n) with the dead band applied."""
    a, b, m, n = (int(gene) for gene in genome[genes.copier])
    b, m, n = (0 if abs(gene) <= DEAD_BAND else gene for gene in (b, m, n))
    return a, b, m, n


def copier_words(genome: NDArray[np.int8], genes: Genes) -> list[str]:
    """How an organism copies itself."""
    a, b, m, n = copier_genes(genome, genes)
    words = []
    if a == SAME:
        words.append("copies its alleles exactly" if b or m or n else "copies itself exactly")
    elif a == 0:
        words.append("hands on none of its alleles")
    else:
        words.append(f"hands on its alleles times {a / SAME:g}")
    if b:
        words.append(f"{'inherits' if b > 0 else 'hands on the opposite of'} {100 * abs(b) / SAME:.0f} % of what it learned")
    if m:
        words.append(f"mixes with the resident ({100 * m / SAME:+.0f} % of its alleles)")
    if n:
        words.append(f"adds noise of up to ±{abs(n):g} allele steps")
    return words


def learns(genome: NDArray[np.int8], genes: Genes) -> str:
    """How plastic an organism is."""
    rates, rule = genome[genes.rates], genome[genes.rule]
    moving = int(np.count_nonzero(rates)) if np.any(rule) else 0
    if not moving:
        return "does not learn"
    a, b, c, d = (int(gene) for gene in rule)
    return f"learns with {moving} of {len(rates)} units (A {a}, B {b}, C {c}, D {d})"


@dataclass(frozen=True)
class Line:
    """A line of an account."""

    name: str
    value: str


def energy_lines(organism: Organism, space: SpaceAbout) -> list[Line]:
    """The energy account of an organism: what it holds, what comes and goes, and what is missing for a spore."""
    account, physics = organism.account, space.physics
    held = organism.fields.get("energy", 0)
    most, need = (
        (account["cap"], account["spore_above"]) if account else (physics.get("cap", 0), physics.get("spore_energy", 0))
    )
    lines = [Line("holds", f"{held:,} of at most {most:,}")]
    if account is None:
        lines.append(Line("comes and goes", "not known of this tick"))
    else:
        soil = f", +{account['soil']:,} soil" if account["soil"] else ""
        lines += [Line("comes in", f"+{account['sunlight']:,} sunlight{soil}"), Line("upkeep", f"-{account['upkeep']:,}")]
        tries = [f"-{account['copy']:,} to copy itself"] if account["reproduces"] and account["copy"] else []
        tries += [f"-{account['move']:,} to move"] if account["moves"] and account["move"] else []
        lines += [Line("tries this tick", ", ".join(tries))] if tries else []
    if "payoff" in organism.fields:
        lines.append(Line("last lesson paid", payoff_words(organism.fields["payoff"])))
    lines.append(Line("for a spore", "enough" if held > need else f"{need + 1 - held:,} more"))
    return lines


def payoff_words(payoff: int) -> str:
    """What a lesson paid, from what was felt of it: 8 x the bit length, negative for a fine."""
    bits = abs(payoff) // 8
    return f"{'' if payoff > 0 else 'a fine of '}{2 ** (bits - 1):,} to {2**bits - 1:,}" if payoff else "nothing"


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


def sensed(organism: Organism, senses: int) -> NDArray[np.float64]:
    """What the senses show, (senses,), as far as the organism's own state tells; not a number elsewhere."""
    fields = organism.fields
    known: dict[str, float] = {"bias": SIGNAL}
    if "energy" in fields:
        known["energy"] = min(127, 8 * fields["energy"].bit_length())
    if "payoff" in fields:
        known["payoff"] = fields["payoff"]
    return np.array([known.get(name, np.nan) for name in sense_names(senses)], dtype=np.float64)


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
