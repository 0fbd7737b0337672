"""Organisms as modules of torch: forwards the same integers as `organisms.think`, backwards a straight-through gradient; and back again.

    from organisms.torch import Organism, quantise

    brain = Organism(genome, BodyPlan(), inborn=True)     # its weights are parameters
    said = brain.live(senses)                             # (ticks, ..., senses) -> (ticks, ..., units)
    quantise(brain).save("trained.npz")                   # an organism file: genesis = "file:trained.npz"

Axes follow torch: organisms come before features, a batch before both.  In the arrays of a world the sites come last.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from organisms.arrays import Array, Int8s
from organisms.body import ACTUATORS, ANSWER, BodyPlan
from organisms.genome import HIGHEST, LOWEST, WEIGHT_PER_ALLELE, Loci, inborn_weights
from organisms.learning.rule import HIGHEST_WEIGHT, LOWEST_WEIGHT

try:
    import torch
    from torch import Tensor, nn

    from organisms.straight import Rounded, Thought
except ImportError as error:
    _NEEDED = f"organisms.torch: got no torch ({error}); expected torch 2.5 or newer; try: pip install 'cyberspace[torch]'"
    raise ImportError(_NEEDED, name=error.name) from None

ACTS = tuple(name for name, _ in ACTUATORS[:ANSWER])
"""Units that act on the world rather than answer: reproduce, move, give and the messages."""


class Organism(nn.Module):
    """One organism, or several with one body; what it answers now hangs on what it senses and what it answered last.

    Args:
        genome: int8 (loci,), or (loci, organisms) for several.
        body: The body plan.
        weights: Learned weights, int8 (units, inputs), or (units, inputs, organisms); the inborn ones if left out.
        inborn: Reckon with weights that an organism can be born with, multiples of 16 from -128 to 112, so that `quantise` loses
            nothing; else with any whole numbers from -128 to 127.
        keep: Units whose weights stay as they are, by the names of `organisms.body.ACTUATORS`.

    Attributes:
        weights: The parameter, float32 (units, inputs) or (organisms, units, inputs): weights before they are rounded.
        genes: The genome that it was made of, int8 (loci,) or (organisms, loci).

    Raises:
        ValueError: If genome or weights do not fit the body, or there is no unit of a name.
    """

    def __init__(
        self, genome: Int8s, body: BodyPlan, weights: Int8s | None = None, *, inborn: bool = False, keep: Sequence[str] = ACTS
    ):  # fmt: skip
        super().__init__()
        self.body, self.loci, self.inborn = body, Loci(body), inborn
        genome = _fitting("genome", genome, (self.loci.count,), (LOWEST, HIGHEST))
        several = genome.ndim == 2
        if weights is None:
            born = inborn_weights(self.loci, genome)
            weights = born if several else born[:, :, 0]
        shape = (body.units, body.inputs, *genome.shape[1:])
        weights = _fitting("weights", weights, shape, (LOWEST_WEIGHT, HIGHEST_WEIGHT))
        if weights.shape != shape:
            raise _wrong("weights", f"shape {weights.shape}", f"{shape}, as many organisms as genomes")
        first = torch.tensor(np.moveaxis(weights, -1, 0) if several else weights, dtype=torch.float32)
        self.weights = nn.Parameter(first)
        self.genes: Tensor
        self.kept: Tensor
        self.held: Tensor
        self.register_buffer("genes", torch.tensor(genome.T if several else genome))
        self.register_buffer("kept", torch.tensor(_named(body, keep))[:, None])
        self.register_buffer("held", first.clone())

    def whole(self) -> Tensor:
        """The weights that it thinks with, float32 of the parameter's shape: whole numbers, through which gradients pass."""
        step = WEIGHT_PER_ALLELE if self.inborn else 1
        highest = WEIGHT_PER_ALLELE * HIGHEST if self.inborn else HIGHEST_WEIGHT
        rounded: Tensor = Rounded.apply(self.weights.float(), step, LOWEST_WEIGHT, highest)  # type: ignore[no-untyped-call]
        return torch.where(self.kept, self.held.float(), rounded)

    def forward(self, senses: Tensor, activity: Tensor | None = None) -> Tensor:
        """Activities after a tick, float32 (..., units): whole numbers from -127 to 127.

        Args:
            senses: (..., senses), the last axis but one counting organisms if there are several; int8, or floats, which are rounded.
            activity: What it answered in the tick before, (..., units); 0 if left out, as at birth.

        Raises:
            ValueError: If a shape or a type is wrong, or a number is not finite or beyond -128 to 127.
        """
        return self.live(senses[None], activity)[0]

    def live(self, senses: Tensor, activity: Tensor | None = None) -> Tensor:
        """Activities in each of some ticks, float32 (ticks, ..., units), for senses (ticks, ..., senses); see `forward`.

        The last of them, `live(...)[-1]`, goes on to the next call.  Gradients flow back over all ticks and stay finite.
        """
        senses = self._numbers("senses", senses, self.body.senses)
        if senses.dim() < self.weights.dim():
            raise _wrong(
                "senses", f"shape {tuple(senses.shape)}", "(ticks, ..., organisms, senses), or for one tick without ticks"
            )
        shape = (*senses.shape[1:-1], self.body.units)
        last = senses.new_zeros(shape) if activity is None else self._numbers("activity", activity, self.body.units)
        if last.shape != shape:
            raise _wrong("activity", f"shape {tuple(last.shape)}", f"{shape}, as the senses have it")
        weights, said = self.whole(), []
        with torch.autocast(senses.device.type, enabled=False):  # half precision has not the bits
            for now in senses:
                last = Thought.apply(weights, now, last, self.body.shift)  # type: ignore[no-untyped-call]
                said.append(last)
        return torch.stack(said) if said else senses.new_zeros((0, *shape))

    def _numbers(self, what: str, given: Tensor, length: int) -> Tensor:
        """Whole numbers as floats, after a look at type, shape and range."""
        if not isinstance(given, Tensor) or given.is_complex() or given.dtype == torch.bool:
            got = str(given.dtype) if isinstance(given, Tensor) else f"a {type(given).__name__}"
            raise _wrong(what, got, "a tensor of int8, or of float32 with whole numbers", "torch.as_tensor(...)")
        organisms = self.weights.shape[:-2]
        if given.shape[-1:] != (length,) or (organisms and given.shape[-2:-1] != organisms):
            expected = f"(..., {', '.join(map(str, (*organisms, length)))})"
            raise _wrong(
                what,
                f"shape {tuple(given.shape)}",
                expected,
                "the body's sizes, and an axis of organisms where there are several",
            )
        found = given.to(self.weights.device, torch.float32)
        if found.numel() and not bool(((found >= LOWEST_WEIGHT) & (found <= HIGHEST_WEIGHT)).all()):
            raise _wrong(
                what, "numbers that are not finite or too large", "-128 to 127, as int8 holds them", "scaling them first"
            )
        if not given.is_floating_point():
            return found
        rounded: Tensor = Rounded.apply(found, 1, LOWEST_WEIGHT, HIGHEST_WEIGHT)  # type: ignore[no-untyped-call]
        return rounded


@dataclass(frozen=True)
class Quantised:
    """A module as an organism.

    Attributes:
        genome: int8 (loci,), or (loci, organisms): inborn weights of the brain, all other genes as the module was given them.
        weights: int8 (units, inputs), or (units, inputs, organisms): what the module thinks with.
        body: The body plan.
    """

    genome: Int8s
    weights: Int8s
    body: BodyPlan

    @property
    def lost(self) -> NDArray[np.float64]:
        """What a child that is born with the genome alone lacks: mean distance of its weights from `weights`, (), or (organisms,)."""
        born = inborn_weights(Loci(self.body), self.genome).reshape(self.weights.shape)
        distance: NDArray[np.float64] = np.abs(self.weights.astype(np.int32) - born).mean(axis=(0, 1))
        return distance

    def save(self, path: str | Path) -> None:
        """Write an organism file, which a world begins with by `genesis = "file:PATH"`, and with `learned = true` with the weights."""
        body = {"units": self.body.units, "senses": self.body.senses, "shift": self.body.shift}
        about = {
            "kind": "cyberspace organisms",
            "format": 1,
            "body": body,
            "goals": [],
            "origins": [{"story": "trained with torch"}],
        }
        genome, weights = (
            np.ascontiguousarray(np.moveaxis(values.reshape(*shape, -1), -1, 0))
            for values, shape in ((self.genome, self.genome.shape[:1]), (self.weights, self.weights.shape[:2]))
        )
        with open(path, "wb") as file:
            np.savez(file, about=np.array(json.dumps(about)), genome=genome, weights=weights)


def quantise(module: Organism) -> Quantised:
    """The organism that a module is.

    Inborn weights are multiples of 16 from -128 to 112, so a brain loses up to 8 of each weight, and more above 112, when it is born from
    the genome alone; nothing if the module was made with `inborn=True`.  An organism file holds the whole numbers as well.

    Raises:
        ValueError: If a weight is not finite.
    """
    with torch.no_grad():
        whole = module.whole().cpu().numpy()
    if not np.isfinite(whole).all():
        raise _wrong("weights", "numbers that are not finite", "a module whose training went well", "a smaller step")
    several = whole.ndim == 3
    weights = (np.moveaxis(whole, 0, -1) if several else whole).astype(np.int8)
    kept = module.genes.cpu().numpy()
    genome = (kept.T if several else kept).copy()
    alleles = np.clip((weights.astype(np.int32) + WEIGHT_PER_ALLELE // 2) // WEIGHT_PER_ALLELE, LOWEST, HIGHEST)
    genome[: module.body.synapses] = alleles.reshape(module.body.synapses, *genome.shape[1:])
    return Quantised(genome, weights, module.body)


def _named(body: BodyPlan, keep: Sequence[str]) -> NDArray[np.bool_]:
    """Which units are among those named, bool (units,)."""
    names = [name for name, _ in ACTUATORS[: body.units]]
    unknown = [name for name in keep if name not in names]
    if isinstance(keep, str) or unknown:
        raise _wrong("keep", repr(keep), f"a list of some of {', '.join(names)}", "keep=() to train all units")
    return np.array([unit < len(names) and names[unit] in keep for unit in range(body.units)])


def _fitting(what: str, given: Array, shape: tuple[int, ...], bounds: tuple[int, int]) -> Int8s:
    """An array of int8 that begins with a shape and may have an axis of organisms beyond it."""
    expected = (
        f"int8 of shape ({', '.join(map(str, shape))}) from {bounds[0]} to {bounds[1]}, or with one more axis, of organisms"
    )
    if not isinstance(given, np.ndarray) or given.dtype != np.int8:
        got = str(given.dtype) if isinstance(given, np.ndarray) else f"a {type(given).__name__}"
        raise _wrong(what, got, expected, "organisms.ancestors.replicator(Loci(body)), or a genome of this body")
    if given.ndim not in (len(shape), len(shape) + 1) or given.shape[: len(shape)] != shape or not given.size:
        raise _wrong(what, f"shape {given.shape}", expected, "the body that it belongs to")
    if given.min() < bounds[0] or given.max() > bounds[1]:
        raise _wrong(what, f"{given.min()} to {given.max()}", expected, "clipping them")
    return given


def _wrong(what: str, got: str, expected: str, attempt: str = "") -> ValueError:
    """What is said of a wrong input."""
    return ValueError(f"organisms.torch, {what}: got {got}; expected {expected}" + (f"; try: {attempt}" if attempt else ""))
