"""A problem with a known truth: numbers that want to lie somewhere, flags that help or harm, some only together; and noise."""

from __future__ import annotations

import hashlib

import numpy as np

from cyberspace.collective.ledger.space import Params, Space, flag, real
from cyberspace.collective.swarm.likeness import point


class Landscape:
    """A score that falls with the square of the distance to what is best along hidden directions, and a term for flags.

    Args:
        seed: Of the truth.
        numbers, flags: Of the space.
        noise: Standard deviation of a score; the best setting is worth 0, the start about -3.
    """

    def __init__(self, seed: int, numbers: int = 6, flags: int = 3, noise: float = 0.3):
        draws = np.random.default_rng(seed)
        self.name = f"landscape {seed}, {numbers} numbers, {flags} flags, noise {noise:g}"
        self.space: Space = {f"n{k}": real(0.0, 1.0) for k in range(numbers)} | {f"f{k}": flag() for k in range(flags)}
        self.start: Params = {**{f"n{k}": 0.5 for k in range(numbers)}, **{f"f{k}": False for k in range(flags)}}
        self._best = draws.uniform(0.1, 0.9, numbers)
        turned, _ = np.linalg.qr(draws.standard_normal((numbers, numbers)))
        self._bend = turned * np.geomspace(1.0, 6.0, numbers)
        self._flags = draws.normal(0.0, 0.5, flags)
        self._pairs = np.triu(draws.normal(0.0, 0.4, (flags, flags)), 1)
        self._numbers, self._noise = numbers, noise
        self._top = max(self._switched(np.array(one, float)) for one in np.ndindex(*(2,) * flags)) if flags else 0.0
        self._key = hashlib.blake2b(self.name.encode(), digest_size=8).digest()

    def _switched(self, on: np.ndarray) -> float:
        return float(self._flags @ on + on @ self._pairs @ on)

    def truth(self, params: Params) -> float:
        """The score without noise; 0 at best."""
        at = point(self.space, params)  # by name: flags come first
        flags, numbers = at[: len(at) - self._numbers], at[len(at) - self._numbers :]
        away = (numbers - self._best) @ self._bend
        return self._switched(flags) - self._top - float(away @ away) / 3

    def score(self, params: Params, seed: int) -> float:
        """See `Problem`; noise is drawn from setting and seed."""
        words = repr((sorted(params.items()), seed)).encode()
        drawn = int.from_bytes(hashlib.blake2b(words, digest_size=8, key=self._key).digest(), "little")
        return self.truth(params) + self._noise * float(np.random.default_rng(drawn).standard_normal())
