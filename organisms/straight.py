"""What rounding, shifting and clipping do to gradients: nothing, but that none pushes a number farther out of its range.

Bengio, Leonard, Courville: Estimating or propagating gradients through stochastic neurons (2013), "straight-through"; that only what pushes
outwards is stopped at a clip lets units come back that are stuck at a limit.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from organisms.think import LIMIT


def inwards(gradient: Tensor, value: Tensor, low: float, high: float) -> Tensor:
    """A gradient of values without what would drive those beyond a limit farther out, when one steps against it."""
    return gradient.masked_fill(((value > high) & (gradient < 0)) | ((value < low) & (gradient > 0)), 0)


class Rounded(torch.autograd.Function):
    """Multiples of a step between two limits, halves rounded up, as the copier rounds what was learned."""

    @staticmethod
    def forward(ctx: Any, value: Tensor, step: int, low: int, high: int) -> Tensor:
        """The numbers, of the type and shape of `value`."""
        ctx.save_for_backward(value)
        ctx.limits = low, high
        return (torch.floor(value / step + 0.5) * step).clamp(low, high)

    @staticmethod
    @once_differentiable  # type: ignore[untyped-decorator]
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        """The gradient, straight through."""
        return inwards(gradients[0], ctx.saved_tensors[0], *ctx.limits), None, None, None


class Thought(torch.autograd.Function):
    """`organisms.think` on tensors: clip((W [s; a]) >> shift, -127, 127).

    Sums of whole numbers stay below 2^24, so float32 holds them exactly, in whatever order they are added.

    Backwards over time a gradient is never longer than it came: where it would be, what goes to the last activities is scaled down,
    organism by organism.  Brains of random weights are chaotic: 64 ticks back, the gradient itself is beyond any float.
    """

    @staticmethod
    def forward(ctx: Any, weights: Tensor, senses: Tensor, activity: Tensor, shift: int) -> Tensor:
        """Activities (..., units) for weights (units, inputs) or (organisms, units, inputs), senses and activity as `Organism` has them."""
        inputs = torch.cat([senses, activity], dim=-1)
        total = from_columns(square(weights) @ columns(weights, inputs), inputs)
        ctx.save_for_backward(weights, inputs, total)
        ctx.shift, ctx.senses = shift, senses.shape[-1]
        return torch.floor(total * 2.0**-shift).clamp(-LIMIT, LIMIT)

    @staticmethod
    @once_differentiable  # type: ignore[untyped-decorator]
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        """Gradients of weights, senses and activity."""
        weights, inputs, total = ctx.saved_tensors
        (given,), slope = gradients, 2.0**-ctx.shift
        felt = columns(weights, inwards(given, total * slope, -LIMIT, LIMIT) * slope)
        of_weights = (felt @ columns(weights, inputs).mT).reshape(weights.shape)
        of_inputs = from_columns(square(weights).mT @ felt, inputs)
        of_senses, of_activity = of_inputs[..., : ctx.senses], of_inputs[..., ctx.senses :]
        came, goes = given.norm(dim=-1, keepdim=True), of_activity.norm(dim=-1, keepdim=True)
        return of_weights, of_senses, of_activity * (came / goes.clamp(min=1e-30)).clamp(max=1), None


def square(weights: Tensor) -> Tensor:
    """Weights as (organisms, units, inputs)."""
    return weights.reshape(-1, *weights.shape[-2:])


def columns(weights: Tensor, rows: Tensor) -> Tensor:
    """Rows (..., length), or (..., organisms, length), as (organisms, length, batch)."""
    return rows.reshape(-1, square(weights).shape[0], rows.shape[-1]).permute(1, 2, 0)


def from_columns(found: Tensor, like: Tensor) -> Tensor:
    """The inverse of `columns`, with the leading axes of another tensor."""
    return found.permute(2, 0, 1).reshape(*like.shape[:-1], found.shape[1])
