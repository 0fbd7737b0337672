"""How little brain a function needs: all circuits of one unit, and random ones of two to four, asked as `logic` and the ladder ask.

    python -m benchmarks.circuits [--draws 1000000]

A unit sees the bits that are shown, the bias, the flag "answer now" and what the units said in the last tick; other senses are left
out.  Its alleles are the world's own, from -8 to 7, and so are thinking, the four ticks of a lesson and the reading of an answer: above 0
is a yes.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cyberspace.tasks.logic import FUNCTIONS
from organisms.body import LOUD, SIGNAL
from organisms.genome import HIGHEST, LOWEST, WEIGHT_PER_ALLELE
from organisms.think import LIMIT

OUT = Path(__file__).parent / "results" / "circuits.json"
LADDER = Path(__file__).parents[1] / "examples" / "11_ladder" / "ladder.py"
ORDER = (3, 1, 2, 0, 0, 1, 0, 2, 0, 3, 1, 1, 2, 1, 3, 2, 2, 3, 3, 0)
"""Inputs 2 y + x; after the first three each follows each once, a cycle of de Bruijn (1946)."""

BURN_IN, FIRST = 3, 12
"""Lessons that do not count; lessons after which circuits that perform nothing so far are dropped."""

TICKS, SHIFT, BESIDE, CHUNK = 4, 5, 2, 2**18
ALLELES = np.arange(LOWEST, HIGHEST + 1)
SILENT = 0.5
"""Share of the alleles of a random genome that are 0 before the others are drawn."""

Alleles = NDArray[np.int8]
"""(circuits, units, bits + BESIDE + units): bits shown, bias, flag, then what each unit said."""
Rights = Mapping[str, Callable[[NDArray[np.bool_], NDArray[np.int64]], NDArray[np.bool_]]]
"""By name of a function: (answers bool (circuits, lessons), inputs asked) -> where they are right."""


def combined(function: Callable[..., int], bits: int) -> Callable[..., NDArray[np.bool_]]:
    """Whether answers are a function of the bits."""
    table = np.array([function(*(v >> k & 1 for k in range(bits))) > 0 for v in range(2**bits)])
    return lambda said, asked: said == table[asked]


def ladder_functions() -> Rights:
    """Those of examples/11_ladder."""
    spec = importlib.util.spec_from_file_location("ladder", LADDER)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def changed(said: NDArray[np.bool_]) -> NDArray[np.bool_]:
        return said ^ np.concatenate([said[:, :1], said[:, :-1]], axis=1)

    def last(asked: NDArray[np.int64]) -> NDArray[np.bool_]:
        return np.concatenate([[0], asked[:-1]]) & 1 > 0

    remembered: Rights = {
        "LAST": lambda said, asked: said == last(asked),
        "FLIP": lambda said, asked: said == (last(asked) ^ (asked & 1 > 0)),
        "TOGGLE": lambda said, asked: changed(said) == (asked & 1 > 0),
    }
    return {name: combined(function, 3) for name, (function, _) in module.COMBINED.items()} | dict(remembered)


def order_of(bits: int) -> NDArray[np.int64]:
    """Inputs in the order in which they are asked: of three bits each six times, by chance."""
    if bits == 2:
        return np.array(ORDER)
    draw = np.random.default_rng(1)
    return np.concatenate([draw.permutation(2**bits) for _ in range(6)])


def performs(alleles: Alleles, rights: Rights, bits: int) -> NDArray[np.bool_]:
    """Which functions the first unit of each circuit performs without a fault, bool (functions, circuits)."""
    order, weights = order_of(bits), alleles.astype(np.int32) * WEIGHT_PER_ALLELE
    found = np.zeros((len(rights), len(alleles)), dtype=bool)
    kept, state = np.arange(len(alleles)), np.zeros(alleles.shape[:2], dtype=np.int32)
    said = np.zeros((len(alleles), 0), dtype=bool)
    for number, asked in enumerate(order.tolist(), 1):
        state = lesson(weights, state, asked, bits)
        said = np.concatenate([said, state[:, :1] > 0], axis=1)
        if number in (FIRST, len(order)):
            right = np.array([of(said, order[:number])[:, BURN_IN:].all(axis=1) for of in rights.values()])
            some = right.any(axis=0)
            kept, state, said, weights, right = kept[some], state[some], said[some], weights[some], right[:, some]
    found[:, kept] = right
    return found


def lesson(weights: NDArray[np.int32], state: NDArray[np.int32], asked: int, bits: int) -> NDArray[np.int32]:
    """What the units say at the end of a lesson, int32 (circuits, units)."""
    shown = [LOUD if asked >> k & 1 else -LOUD for k in range(bits)]
    still = sum((weights[:, :, k] * loud for k, loud in enumerate(shown)), weights[:, :, bits] * SIGNAL)
    for tick in range(TICKS):
        total = still + (weights[:, :, bits + 1] * SIGNAL if tick == TICKS - 1 else 0)
        total = total + np.einsum("cus,cs->cu", weights[:, :, bits + BESIDE :], state)
        state = np.clip(total >> SHIFT, -LIMIT, LIMIT)
    return state


def all_of_one_unit() -> Alleles:
    """Every circuit of one unit that sees x, y, bias, flag and itself, int8 (16^5, 1, 5)."""
    grid = np.meshgrid(*[ALLELES] * (2 + BESIDE + 1), indexing="ij")
    return np.stack(grid, axis=-1).reshape(-1, 1, 2 + BESIDE + 1).astype(np.int8)


def counted(alleles: Alleles, rights: Rights, bits: int) -> dict[str, list[int]]:
    """For each function: how many circuits perform it, and the fewest alleles other than 0 of one that does; 0 if none does."""
    found = {name: [0, 0] for name in rights}
    for low in range(0, len(alleles), CHUNK):
        some = alleles[low : low + CHUNK]
        add(found, {n: fewest(some, does) for n, does in zip(rights, performs(some, rights, bits), strict=True)})
    return found


def fewest(alleles: Alleles, does: NDArray[np.bool_]) -> list[int]:
    """How many circuits do it, and the fewest alleles of one of them."""
    return [int(does.sum()), int((alleles[does] != 0).sum(axis=(1, 2)).min()) if does.any() else 0]


def add(found: dict[str, list[int]], more: Mapping[str, list[int]]) -> None:
    """Add counts, and keep the fewest."""
    for name, (count, least) in more.items():
        known = [one for one in (found[name][1], least) if one]
        found[name] = [found[name][0] + count, min(known, default=0)]


def neighbours(alleles: Alleles, rights: Rights, some: int = 400) -> dict[str, float]:
    """For each function, of circuits of two bits that perform it: mean share of the changes of one allele after which they still do."""
    found, draw, (_, units, inputs) = dict[str, float](), np.random.default_rng(0), alleles.shape
    which = np.concatenate([performs(alleles[low : low + CHUNK], rights, 2) for low in range(0, len(alleles), CHUNK)], axis=1)
    changes = len(ALLELES) * units * inputs
    for k, name in enumerate(rights):
        own = np.flatnonzero(which[k])
        if len(own):
            own = draw.choice(own, min(some, len(own)), replace=False)
            flat = np.repeat(alleles[own].reshape(len(own), -1), changes, axis=0)
            place, allele = np.divmod(np.tile(np.arange(changes), len(own)), len(ALLELES))
            rows = np.arange(len(flat))
            changed = flat[rows, place] != ALLELES[allele]
            flat[rows, place] = ALLELES[allele]
            found[name] = float(performs(flat.reshape(-1, units, inputs), rights, 2)[k][changed].mean())
    return found


def drawn(draws: int, units: int, bits: int, seed: int) -> Alleles:
    """Circuits with alleles as random genomes have them."""
    random = np.random.default_rng(seed)
    alleles = random.integers(LOWEST, HIGHEST + 1, (draws, units, bits + BESIDE + units), dtype=np.int8)
    return np.where(random.random(alleles.shape, dtype=np.float32) < SILENT, np.int8(0), alleles)


def sampled(draws: int, units: int, rights: Rights, bits: int) -> dict[str, list[int]]:
    """As `counted`, for so many random circuits."""
    found = {name: [0, 0] for name in rights}
    for turn in range(-(-draws // CHUNK)):
        add(found, counted(drawn(min(CHUNK, draws - turn * CHUNK), units, bits, 10 * turn + units), rights, bits))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    began, found = time.process_time(), dict[str, Any]()
    logic: Rights = {name: combined(function, 2) for name, (function, _) in FUNCTIONS.items()}
    single = all_of_one_unit()
    found["logic, all of one unit"] = {"of": len(single), "performed": counted(single, logic, 2)}
    found["still"] = neighbours(single, logic)
    for units in (1, 2, 3, 4):
        found[f"logic, {units} units"] = {"of": options.draws, "performed": sampled(options.draws, units, logic, 2)}
    ladder = ladder_functions()
    for units in (2, 3, 4):
        found[f"ladder, {units} units"] = {"of": options.draws, "performed": sampled(options.draws, units, ladder, 3)}
    found["seconds"] = round(time.process_time() - began, 1)
    options.out.write_text(json.dumps(found, indent=1) + "\n")
    print(tables(found))


def tables(found: Mapping[str, Any]) -> str:
    """Of a million circuits, how many perform each function, and the fewest alleles of one that does."""
    lines = []
    for task in ("logic", "ladder"):
        columns = [name for name in found if name.startswith(f"{task}, ")]
        lines += [f"| {task} | " + " | ".join(name.removeprefix(f"{task}, ") for name in columns) + " | fewest alleles |"]
        lines += ["|" + " --- |" * (len(columns) + 2)]
        for goal in found[columns[0]]["performed"]:
            both = [found[name]["performed"][goal] for name in columns]
            cells = [f"{1e6 * count / found[name]['of']:,.3g}" for name, (count, _) in zip(columns, both, strict=True)]
            lines.append(f"| {goal} | " + " | ".join(cells) + f" | {min([least for _, least in both if least], default='-')} |")
        lines.append("")
    still = ", ".join(f"{name} {share:.2f}" for name, share in found["still"].items())
    return (
        "\n".join(lines)
        + f"of one unit, still performs after a change of one allele: {still}\n{found['seconds']:.0f} seconds of one core"
    )


if __name__ == "__main__":
    main()
