"""One organism with all that there is to say of it: brain, genes, the copier in words, ancestry."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cyberspace.api import dataset
from cyberspace.api.dataset import Variable
from cyberspace.errors import InputError, problem
from cyberspace.record.taken import origin_of, taken
from cyberspace.specimens import Specimens
from cyberspace.watch.look import Seen
from cyberspace.watch.portrait import portrait
from cyberspace.wire.messages import Account
from organisms.words import copier_words, input_names, learning_words, unit_names

if TYPE_CHECKING:
    from cyberspace.api.births import Identity
    from cyberspace.api.dataset import DataArray


@dataclass(frozen=True)
class Genes:
    """A genome by what its loci are for.

    Attributes:
        weights: Inborn weights in alleles, int8 (unit, input); an inborn weight is 16 times its allele.
        rates: Learning rate of each unit, int8 (unit,).
        rule: A, B, C, D of the learning rule.
        copier: a, b, m, n of the copier.
    """

    weights: NDArray[np.int8]
    rates: NDArray[np.int8]
    rule: tuple[int, int, int, int]
    copier: tuple[int, int, int, int]


@dataclass(frozen=True)
class Organism:
    """Who lives at a site; where nobody lives, `alive` is false and what is told is that of the matter there.

    Attributes:
        site: Number of the site in the universe.
        space: Name of its space.
        place: Place along each axis of space, by the name that the space has for it.
        tick: Tick at which this was so.
        alive: Whether somebody lives there.
        energy: What it holds.
        age: Ticks of the universe since it was born; -1 where nobody lives.
        generation: Births since the first of its lineage.
        identity: (cradle, tick of birth), which nobody shares.
        parent: Identity of its parent; (-1, -1) for the first of a lineage.
        founder: Mark of its lineage.
        performs: Goals that it performed when they were last judged.
        genome: All its genes, int8 (loci,).
        genes: The same by what they are for.
        copier: How it copies itself, in words.
        learns: How plastic it is, in words.
        brain: Weights now, int8 (unit, input), with the names of units and inputs.
        activity: What each unit said in the last tick, int8 (unit,), with the names of units.
        account: What the coming tick gives and takes, in energy, if it stays as active as it is.
        ancestry: Identities of its parent, the parent's parent and so on, as far as births since the simulation was made tell.
        kept: What a file keeps of it.
    """

    site: int
    space: str
    place: dict[str, int]
    tick: int
    alive: bool
    energy: int
    age: int
    generation: int
    identity: Identity
    parent: Identity
    founder: int
    performs: tuple[str, ...]
    genome: NDArray[np.int8] = field(repr=False)
    genes: Genes = field(repr=False)
    copier: str
    learns: str
    brain: DataArray = field(repr=False)
    activity: DataArray = field(repr=False)
    account: Account = field(repr=False)
    ancestry: list[Identity] = field(repr=False)
    kept: Specimens = field(repr=False)

    def save(self, path: str | Path, force: bool = False) -> None:
        """Keep it in a file of organisms, .npz: a genesis, `cyberspace organism` and the viewer's freezer take it.

        Args:
            path: A new file.
            force: Replace a file that is there.

        Raises:
            InputError: If nobody lives there, something lies at the path, or it can't be written.
        """
        if not self.alive:
            raise InputError(problem("save", f"site {self.site}, where nobody lives", "somebody", "another site"))
        self.kept.save(path, force)


def organism_of(seen: Seen, site: int, axes: list[str], ancestry: list[Identity], run: str = "") -> Organism:
    """The organism at a site of a region, numbered within it; `axes` are the names of the seven axes of its space, `run` is its run's."""
    told, arrays = portrait(seen, site)
    loci, body = seen.world.loci, seen.world.body
    genome, units, inputs = arrays["genome"].astype(np.int8), unit_names(body), input_names(body)
    inborn = genome[: body.synapses].reshape(body.units, body.inputs)
    genes = Genes(inborn, genome[loci.rates], _four(genome[loci.rule]), _four(genome[loci.copier]))
    brain = Variable(("unit", "input"), arrays["weights"], "weight", "weights, inborn and learned")
    activity = Variable(("unit",), arrays["activity"], "activity", "what each unit said in the last tick")
    return Organism(
        site=told["site"],
        space=seen.world.space,
        place=dict(zip(axes, told["at"], strict=True)),
        tick=seen.tick,
        alive=told["alive"],
        energy=told["energy"],
        age=told["age"] or 0 if told["alive"] else -1,
        generation=told["generation"],
        identity=(told["cradle"], told["born"]),
        parent=(told["parent"], told["parent_born"]),
        founder=told["founder"],
        performs=tuple(told["performs"]),
        genome=genome,
        genes=genes,
        copier="; ".join(copier_words(loci, genome)),
        learns=learning_words(loci, genome),
        brain=dataset.array("brain", brain, {"unit": units, "input": inputs}),
        activity=dataset.array("activity", activity, {"unit": units}),
        account=told["account"],
        ancestry=ancestry,
        kept=taken(seen.world, seen.look, np.array([site]), origin_of(seen.world, run, seen.tick)),
    )


def _four(genes: NDArray[np.int8]) -> tuple[int, int, int, int]:
    one, two, three, four = (int(gene) for gene in genes)
    return one, two, three, four
