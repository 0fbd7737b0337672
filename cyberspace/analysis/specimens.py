"""What a file of organisms holds, in facts and in words."""

from __future__ import annotations

from typing import TypedDict

import numpy as np

from cyberspace.specimens import Origin, Specimens
from organisms.genome import Loci, inborn_weights
from organisms.words import copier_words, learning_words

SHOWN = 20
"""Organisms that are told of one by one."""


class OneTold(TypedDict):
    """What is told of one organism; `score` is None where there is none."""

    site: int
    born: int
    generation: int
    energy: int
    founder: int
    score: float | None
    performs: list[str]
    copier: str
    learns: str
    learned: float
    origin: int


class FileTold(TypedDict):
    """What is told of a file; `shift` is None where the file does not say it, `genomes` counts different ones."""

    organisms: int
    genomes: int
    units: int
    senses: int
    shift: int | None
    loci: int
    origins: list[Origin]
    performs: dict[str, float]
    each: list[OneTold]


def about(found: Specimens) -> FileTold:
    """The facts; `learned` is the mean of |weight - inborn weight|."""
    body, loci = found.body, Loci(found.body)
    inborn = np.moveaxis(inborn_weights(loci, found.genome.T), -1, 0).astype(np.int16)
    learned = np.abs(found.weights.astype(np.int16) - inborn).mean(axis=(1, 2))
    each: list[OneTold] = []
    for k in range(len(found)):
        score = float(found.columns["score"][k])
        site, born, generation, energy, founder, origin = (
            int(found.columns[name][k]) for name in ("site", "born", "generation", "energy", "founder", "origin")
        )
        each.append(
            {
                "site": site, "born": born, "generation": generation, "energy": energy, "founder": founder,
                "score": None if np.isnan(score) else score,
                "performs": [goal for goal, did in zip(found.goals, found.performs[k], strict=True) if did],
                "copier": "; ".join(copier_words(loci, found.genome[k])), "learns": learning_words(loci, found.genome[k]),
                "learned": float(learned[k]), "origin": origin,
            }
        )  # fmt: skip
    return {
        "organisms": len(found), "genomes": len(np.unique(found.genome, axis=0)), "units": body.units, "senses": body.senses,
        "shift": body.shift if found.shift_known else None, "loci": loci.count, "origins": list(found.origins),
        "performs": dict(zip(found.goals, found.performs.mean(axis=0).tolist(), strict=True)), "each": each,
    }  # fmt: skip


def lines(found: Specimens) -> list[str]:
    """The same in lines to be read; of many organisms the first are told of one by one."""
    told = about(found[:SHOWN])
    shift = "not known" if told["shift"] is None else told["shift"]
    genomes = len(np.unique(found.genome, axis=0))
    text = [
        f"organisms {len(found):,}, of {genomes:,} genome{'s' if genomes != 1 else ''}",
        f"body      {told['units']} units, {told['senses']} senses, shift {shift}; {told['loci']} loci",
    ]
    for origin in found.origins:
        text.append("from      " + (", ".join(f"{key} {value}" for key, value in origin.items()) or "not known"))
    if found.goals:
        shares = zip(found.goals, found.performs.mean(axis=0), strict=True)
        text.append("performs  " + ", ".join(f"{goal} {share:.0%}" for goal, share in shares))
    for one in told["each"]:
        unit = found.origins[one["origin"]].get("unit", "") if found.origins else ""
        score = "" if one["score"] is None else f"; score {one['score']:.4g} {unit}".rstrip()
        performs = f"; performs {', '.join(one['performs'])}" if one["performs"] else ""
        place = (
            "site not known"
            if one["site"] < 0
            else f"site {one['site']}, energy {one['energy']:,}, generation {one['generation']:,}"
        )
        text.append(f"- {place}{score}{performs}; {one['copier']}; {one['learns']}")
    if len(found) > SHOWN:
        text.append(f"and {len(found) - SHOWN:,} more")
    return text
