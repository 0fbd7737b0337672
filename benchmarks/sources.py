"""Small worlds of text, each on a source of its own: what `benchmarks.packet_worlds` lets tell each other."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cyberspace.collective.ledger.space import whole
from cyberspace.collective.objective.named import BYTES
from cyberspace.collective.objective.world import Dead, WorldObjective
from cyberspace.collective.packets.packet import Packet

Floats = NDArray[np.float64]
NAMES = ("scale", "lifespan", "sunlight")
"""Numbers of an action: octaves, octaves, units."""

SCALE, LIFESPAN, SUNLIGHT = 6, 2000, 6
SCALES = (1, 2, 4, 6, 8, 16, 32, 64)
"""The default, and the scales that may be: each is compiled once."""

SYMBOLS, MEASURED = 2**13, 4096
TICKS, SITES = 600, 64
GENES = {
    "scale": ("tasks.0.options.scale", whole(1, 127)),
    "lifespan": ("physics.lifespan", whole(1, 2**17)),
    "sunlight": ("physics.sunlight", whole(1, 64)),
    "upkeep": ("physics.upkeep", whole(0, 64)),
}


@dataclass
class Reader:
    """A world, and where it stands.

    Attributes:
        number: Of the world.
        text: Its source.
        upkeep: Its own physics.
        print: Its fingerprint, or what is shown of it.
        begins: The round in which it comes.
        at: Its action.
        known: Gain over the default that it measured.
        tried: Configs that it ran.
        inbox: The newest packet of each author.
    """

    number: int
    text: Path
    upkeep: int
    print: bytes
    begins: int = 0
    at: Floats = field(default_factory=lambda: np.zeros(len(NAMES)))
    known: float = 0.0
    tried: list[dict[str, int]] = field(default_factory=list)
    inbox: dict[bytes, Packet] = field(default_factory=dict)

    @property
    def author(self) -> bytes:
        """Its name, unsigned."""
        return hashlib.blake2b(self.number.to_bytes(4, "little"), digest_size=32).digest()


def source(draws: np.random.Generator) -> bytes:
    """Symbols of a binary source of order 2 whose certainty is drawn."""
    sure = draws.uniform(0.1, 4.5)
    odds = sure * draws.uniform(0.7, 1.3, 4) * draws.choice([[1, -1, -1, 1], [-1, 1, 1, -1], [1, -1, 1, -1], [-1, -1, 1, 1]])
    chance, state, out = 1 / (1 + np.exp(-odds)), 0, bytearray(SYMBOLS)
    for k, drawn in enumerate(draws.random(SYMBOLS)):
        bit = int(drawn < chance[state])
        state = (state << 1 | bit) & 3
        out[k] = 48 + bit
    return bytes(out)


def features(text: bytes, upkeep: int) -> dict[str, float]:
    """What a world measures of itself: bits per symbol by length of context, and its upkeep; each about 1 in size."""
    bits, found = np.frombuffer(text[:MEASURED], np.uint8) & 1, {}
    for order in range(3):
        context = sum((bits[k : len(bits) - order + k].astype(int) << (order - 1 - k) for k in range(order)), np.zeros(1, int))
        count = np.zeros((2**order, 2))
        np.add.at(count, (np.broadcast_to(context, len(bits) - order), bits[order:]), 1)
        share = np.where(count > 0, count, 1) / count.sum(1, keepdims=True).clip(1)
        found[f"entropy {order}"] = float((-(count * np.log2(share)).sum() / count.sum() - 0.5) / 0.3)
    return found | {"upkeep": float(upkeep - 2)}


class Runs:
    """All runs of some worlds; what was lived once is known, since it would be the same to the bit."""

    def __init__(self) -> None:
        self._known = dict[tuple[object, ...], float]()
        self._worlds = dict[Path, WorldObjective]()

    def score(self, reader: Reader, action: Floats, seed: int) -> float:
        """Minus the bits that the median organism needs for a symbol; -inf where nobody lives."""
        config = config_of(action)
        key = (reader.text, reader.upkeep, *config.values(), seed)
        if key not in self._known:
            try:
                found = self._world(reader.text).evaluate(config | {"upkeep": reader.upkeep}, b"", seed, TICKS).score
            except Dead:
                found = -math.inf
            self._known[key] = found
        return self._known[key]

    def _world(self, text: Path) -> WorldObjective:
        if text not in self._worlds:
            told = BYTES.replace('"markov:2"', f"'{text}'").replace(
                "{ length = 16 }", "{ length = 16 }\naxes.warp = { length = 4 }"
            )
            self._worlds[text] = WorldObjective(told, GENES, "median", "numba", "8_text")
        return self._worlds[text]


def config_of(action: Floats) -> dict[str, int]:
    """What an action sets: the nearest scale that there is, lifespans in half octaves, whole sunlight."""
    scale = min(SCALES, key=lambda one: abs(math.log2(one / SCALE) - float(action[0])))
    lifespan = round(LIFESPAN * 2 ** float(np.clip(np.rint(2 * action[1]) / 2, -4, 4)))
    return {"scale": scale, "lifespan": lifespan, "sunlight": int(np.clip(SUNLIGHT + np.rint(action[2]), 3, 12))}
