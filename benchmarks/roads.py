"""Which functions lie beside a top: pairs of units that perform two functions, and how many are one allele away from performing a third.

    python -m benchmarks.roads [--pairs 400]

Units are drawn as random genomes have them, until so many perform a function without hearing anybody; two of them are put side by side and
every change of one allele is tried.  Beside them stand pairs of units that perform nothing in particular.
"""

from __future__ import annotations

import argparse
import itertools
import json
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.circuits import ALLELES, BESIDE, Alleles, Rights, combined, drawn, ladder_functions, performs
from cyberspace.tasks.logic import FUNCTIONS

OUT = Path(__file__).parent / "results" / "roads.json"
ANY = "any"
"""A unit that is taken as it is drawn."""

STEPS = {"logic": ("NAND", "AND", "OR-NOT", "OR", "AND-NOT", "NOR"), "ladder": ("NAND", "AND", "OR", "MAJ", "MIN")}
TOPS = {"logic": ("XOR", "EQU"), "ladder": ("XOR", "PARITY")}
BITS = {"logic": 2, "ladder": 3}
DRAWS, SOME = 2**16, 64


def units_that(name: str, rights: Rights, bits: int, count: int) -> NDArray[np.int8]:
    """So many units that perform a function alone, int8 (count, bits + BESIDE + 1): bits shown, bias, flag, itself."""
    found: list[NDArray[np.int8]] = []
    for seed in itertools.count():
        single = drawn(DRAWS, 1, bits, seed)
        does = slice(None) if name == ANY else performs(single, {name: rights[name]}, bits)[0]
        found.append(single[does, 0])
        if sum(map(len, found)) >= count:
            return np.concatenate(found)[:count]
    raise AssertionError


def side_by_side(one: NDArray[np.int8], other: NDArray[np.int8], bits: int) -> Alleles:
    """Circuits of two units that do not hear each other."""
    seen, pairs = bits + BESIDE, np.zeros((len(one), 2, bits + BESIDE + 2), dtype=np.int8)
    for unit, rows in enumerate((one, other)):
        pairs[:, unit, :seen], pairs[:, unit, seen + unit] = rows[:, :seen], rows[:, seen]
    return pairs


def one_allele_away(pairs: Alleles, top: str, rights: Rights, bits: int) -> tuple[float, float]:
    """The share of pairs from which a change of one allele makes a unit perform the top, and the share of all such changes that do."""
    hit = np.zeros(len(pairs), dtype=np.int64)
    changes = len(ALLELES) * pairs[0].size
    place, allele = np.divmod(np.arange(changes), len(ALLELES))
    for low in range(0, len(pairs), SOME):
        some = pairs[low : low + SOME]
        flat = np.repeat(some.reshape(len(some), 1, -1), changes, axis=1)
        flat[:, np.arange(changes), place] = ALLELES[allele]
        circuits = flat.reshape(-1, *pairs.shape[1:])
        either = [performs(order, {top: rights[top]}, bits)[0] for order in (circuits, swapped(circuits, bits))]
        hit[low : low + SOME] = np.logical_or(*either).reshape(len(some), changes).sum(axis=1)
    return float((hit > 0).mean()), float(hit.sum() / (len(pairs) * (changes - pairs[0].size)))


def swapped(pairs: Alleles, bits: int) -> Alleles:
    """The same circuits with the other unit first."""
    order = [*range(bits + BESIDE), bits + BESIDE + 1, bits + BESIDE]
    return pairs[:, ::-1][:, :, order]


def roads(task: str, rights: Rights, pairs: int) -> Iterable[dict[str, object]]:
    """By top and by two functions: how many pairs are one allele away."""
    bits = BITS[task]
    units = {name: units_that(name, rights, bits, 2 * pairs) for name in (*STEPS[task], ANY)}
    for one, other in [*itertools.combinations_with_replacement(STEPS[task], 2), *((ANY, name) for name in units)]:
        both = side_by_side(units[one][:pairs], units[other][pairs:], bits)
        for top in TOPS[task]:
            share, changes = one_allele_away(both, top, rights, bits)
            yield {"task": task, "top": top, "one": one, "other": other, "pairs": share, "changes": changes}


def table(found: Iterable[dict[str, object]]) -> str:
    """Every top and two functions from which one pair in a hundred is one allele away, and pairs that perform nothing in particular."""
    lines = ["| task | one unit performs | the other | top | pairs one allele away, % | of a million changes |"]
    lines += ["| --- | --- | --- | --- | --- | --- |"]
    for one in found:
        if float(str(one["pairs"])) >= 0.01 or one["one"] == one["other"] == ANY:
            share, changes = 100 * float(str(one["pairs"])), 1e6 * float(str(one["changes"]))
            lines.append(f"| {one['task']} | {one['one']} | {one['other']} | {one['top']} | {share:.3g} | {changes:,.3g} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=400)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    began = time.process_time()
    logic: Rights = {name: combined(function, 2) for name, (function, _) in FUNCTIONS.items()}
    found = [
        one for task, rights in (("logic", logic), ("ladder", ladder_functions())) for one in roads(task, rights, options.pairs)
    ]
    seconds = round(time.process_time() - began, 1)
    options.out.write_text(json.dumps({"pairs": options.pairs, "seconds": seconds, "roads": found}, indent=1) + "\n")
    print(table(found), f"\n{options.pairs} pairs each, {seconds:.0f} seconds of one core")


if __name__ == "__main__":
    main()
