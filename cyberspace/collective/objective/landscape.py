"""Synthetic landscapes whose truth is known, for controls: what crossing can gain is set, not found out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np

from cyberspace.collective.ledger.space import Params, Space, Value, flag, real
from cyberspace.collective.objective.objective import Outcome, hash_of
from cyberspace.errors import InputError, problem

KINDS = {
    "blocks": "each block of flags pays by itself, most when it is whole: what two found apart adds up (positive control)",
    "scrambled": "a hash of all flags pays: half of a good one is worth no more than any other (negative control)",
    "smooth": "a bowl of real genes, hardly any flags",
}


class Landscape:
    """Flags in blocks and real genes, with noise of a known spread.

    The best score is 1, that of the start 0 or little more.

    Args:
        kind: One of `KINDS`.
        blocks: Of flags.
        width: Flags of a block.
        reals: Real genes.
        noise: Standard deviation of a score.
        world: Number of the landscape; others have other optima.
    """

    living = False

    def __init__(
        self, kind: str = "blocks", blocks: int = 6, width: int = 3, reals: int = 2, noise: float = 0.02, world: int = 0
    ):
        if kind not in KINDS:
            raise InputError(problem("landscape", repr(kind), f"one of {', '.join(KINDS)}", "blocks"))
        self.name, self.kind, self.noise, self.world = f"landscape of {kind}", kind, noise, world
        self._shape = (blocks, width, reals)
        names = [[f"b{b}f{k}" for k in range(width)] for b in range(blocks)]
        self._flags, self._reals = [name for block in names for name in block], [f"x{k}" for k in range(reals)]
        self.blocks: Sequence[Sequence[str]] = [*names, *([name] for name in self._reals)]
        self.space: Space = {name: flag() for name in self._flags} | {name: real(0, 1) for name in self._reals}
        rng = np.random.default_rng([world, 77])
        self._best = rng.random(len(self._flags)) < 0.5
        self._centre = rng.uniform(0.2, 0.8, reals)
        begin = ~self._best if kind == "blocks" else np.zeros(len(self._flags), bool)
        self.start: Params = dict(zip(self._flags, map(bool, begin), strict=True))
        self.start |= dict.fromkeys(self._reals, 0.0)
        self.config = hash_of(self.content())

    def truth(self, params: Mapping[str, Value]) -> float:
        """The score without noise, 0 to 1."""
        blocks, width, reals = self._shape
        flags = np.array([bool(params[name]) for name in self._flags])
        x = np.array([float(params[name]) for name in self._reals])
        bowl = float(np.exp(-8 * ((x - self._centre) ** 2).sum())) if reals else 1.0
        if not len(flags) or self.kind == "smooth":
            return bowl
        if self.kind == "scrambled":
            packed = np.packbits(flags).tobytes() + self.world.to_bytes(4, "little")
            drawn = int.from_bytes(hashlib.blake2b(packed, digest_size=8).digest(), "little") / 2**64
            return 0.8 * drawn + 0.2 * bowl
        right = (flags == self._best).reshape(blocks, width).sum(axis=1)
        worth = np.where(right == width, 1.0, 0.4 * right / width)
        return 0.8 * float(worth.mean()) + 0.2 * bowl

    def evaluate(self, params: Mapping[str, Value], bank: bytes, seed: int, amount: float) -> Outcome:
        """Truth and noise; a function of parameters and seed alone."""
        draw = hash_of([sorted(params.items()), seed, self.world])
        noise = np.random.default_rng(int(draw[:16], 16)).normal(0, self.noise) if self.noise else 0.0
        return Outcome(self.truth(params) + float(noise), cost=amount)

    def content(self) -> dict[str, object]:
        """As JSON."""
        blocks, width, reals = self._shape
        return {
            "objective": "landscape", "kind": self.kind, "blocks": blocks, "width": width, "reals": reals, "noise": self.noise,
            "world": self.world,
        }  # fmt: skip
