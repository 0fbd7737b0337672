"""How little brain a function needs: all circuits of one unit, and random ones of two, asked the lessons of `logic`.

    python -m benchmarks.circuits [--draws 1000000]

A unit sees x, y, the bias, the flag "answer now" and what the units said in the last tick; other senses are left out.  Its alleles are the
world's own, from -8 to 7, and so are thinking, the four ticks of a lesson and the reading of an answer: above 0 is a yes.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cyberspace.tasks.logic import FUNCTIONS
from organisms.body import LOUD, SIGNAL
from organisms.genome import HIGHEST, LOWEST, WEIGHT_PER_ALLELE
from organisms.think import LIMIT

OUT = Path(__file__).parent / "results" / "circuits.json"
ORDER = (0, 0, 1, 0, 2, 0, 3, 1, 1, 2, 1, 3, 2, 2, 3, 3, 0)
"""Inputs 2 y + x: each follows each once, a cycle of de Bruijn (1946)."""

BURN_IN = (3, 1, 2)
TICKS, SHIFT, SENSES = 4, 5, 4
ALLELES = np.arange(LOWEST, HIGHEST + 1)
SILENT = 0.5
"""Share of the alleles of a random genome that are 0 before the others are drawn."""

CHUNK = 2**18
Alleles = NDArray[np.int8]
"""(circuits, units, SENSES + units): x, y, bias, flag, then what each unit said."""


def answers(alleles: Alleles) -> NDArray[np.bool_]:
    """Whether the first unit of each circuit says yes at the end of each lesson of `ORDER`, bool (circuits, lessons)."""
    weights = alleles.astype(np.int32) * WEIGHT_PER_ALLELE
    said, found = np.zeros(alleles.shape[:2], dtype=np.int32), []
    for asked in (*BURN_IN, *ORDER):
        x, y = (LOUD if bit else -LOUD for bit in (asked & 1, asked >> 1))
        still = weights[:, :, 0] * x + weights[:, :, 1] * y + weights[:, :, 2] * SIGNAL
        for tick in range(TICKS):
            total = still + (weights[:, :, 3] * SIGNAL if tick == TICKS - 1 else 0)
            total = total + (weights[:, :, SENSES:] * said[:, None, :]).sum(axis=2)
            said = np.clip(total >> SHIFT, -LIMIT, LIMIT)
        found.append(said[:, 0] > 0)
    return np.stack(found[len(BURN_IN) :], axis=1)


def performs(alleles: Alleles) -> NDArray[np.bool_]:
    """Which of the nine functions each circuit performs without a fault, bool (functions, circuits)."""
    said, rows = answers(alleles), []
    for function, _ in FUNCTIONS.values():
        wanted = np.array([function(asked & 1, asked >> 1) > 0 for asked in ORDER])
        rows.append((said == wanted).all(axis=1))
    return np.array(rows)


def all_of_one_unit() -> Alleles:
    """Every circuit of one unit that sees x, y, bias, flag and itself, int8 (16^5, 1, 5)."""
    grid = np.meshgrid(*[ALLELES] * (SENSES + 1), indexing="ij")
    return np.stack(grid, axis=-1).reshape(-1, 1, SENSES + 1).astype(np.int8)


def counted(alleles: Alleles) -> dict[str, list[int]]:
    """For each function: how many circuits perform it, and the fewest alleles other than 0 of one that does."""
    found = {name: [0, 0] for name in FUNCTIONS}
    for low in range(0, len(alleles), CHUNK):
        some = alleles[low : low + CHUNK]
        used = (some != 0).sum(axis=(1, 2))
        for name, does in zip(FUNCTIONS, performs(some), strict=True):
            if does.any():
                least = int(used[does].min())
                found[name] = [found[name][0] + int(does.sum()), min(found[name][1] or least, least)]
    return found


def neighbours(alleles: Alleles, some: int = 400) -> dict[str, float]:
    """For each function, of circuits that perform it: mean share of the changes of one allele after which it still does."""
    found, draw = {}, np.random.default_rng(0)
    shape = alleles.shape[1:]
    which = np.concatenate([performs(alleles[low : low + CHUNK]) for low in range(0, len(alleles), CHUNK)], axis=1)
    for k, name in enumerate(FUNCTIONS):
        own = np.flatnonzero(which[k])
        if len(own):
            own = draw.choice(own, min(some, len(own)), replace=False)
            flat = np.repeat(alleles[own].reshape(len(own), -1), len(ALLELES) * np.prod(shape), axis=0)
            place, allele = np.divmod(np.tile(np.arange(len(ALLELES) * int(np.prod(shape))), len(own)), len(ALLELES))
            before = flat[np.arange(len(flat)), place].copy()
            flat[np.arange(len(flat)), place] = ALLELES[allele]
            changed = before != ALLELES[allele]
            found[name] = float(performs(flat.reshape(-1, *shape))[k][changed].mean())
    return found


def drawn(draws: int, units: int, seed: int) -> Alleles:
    """Circuits with alleles as random genomes have them."""
    random = np.random.default_rng(seed)
    alleles = random.integers(LOWEST, HIGHEST + 1, (draws, units, SENSES + units)).astype(np.int8)
    return np.where(random.random(alleles.shape) < SILENT, np.int8(0), alleles)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    began, found = time.process_time(), dict[str, Any]()
    single = all_of_one_unit()
    found["one"] = {"of": len(single), "performed": counted(single), "still": neighbours(single)}
    for units in (1, 2, 3):
        rows, left, turn = {name: [0, 0] for name in FUNCTIONS}, options.draws, 0
        while left > 0:
            some = counted(drawn(min(CHUNK, left), units, 10 * turn + units))
            for name, (count, least) in some.items():
                known = [one for one in (rows[name][1], least) if one]
                rows[name] = [rows[name][0] + count, min(known) if known else 0]
            left, turn = left - CHUNK, turn + 1
        found[f"drawn {units}"] = {"of": options.draws, "performed": rows}
    found["seconds"] = round(time.process_time() - began, 1)
    options.out.write_text(json.dumps(found, indent=1) + "\n")
    head = "| function | all circuits of one unit, in a million | fewest alleles | still does after a change of one allele "
    print(head + "| random, one unit, in a million | two units | three units |\n|" + " --- |" * 7)
    for name in FUNCTIONS:
        count, least = found["one"]["performed"][name]
        cells = [f"{1e6 * count / found['one']['of']:,.0f}", str(least or "-"), f"{found['one']['still'].get(name, float('nan')):.2f}"]
        cells += [f"{1e6 * found[f'drawn {k}']['performed'][name][0] / options.draws:,.1f}" for k in (1, 2, 3)]
        print(f"| {name} | " + " | ".join(cells) + " |")
    fewest = {name: found["drawn 3"]["performed"][name][1] for name in FUNCTIONS}
    print(f"fewest alleles of a random circuit of three units: {fewest}; {found['seconds']:.0f} seconds of one core")


if __name__ == "__main__":
    main()
