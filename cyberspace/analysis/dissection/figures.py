"""A dissection as figures and tables, each with all its data."""

from __future__ import annotations

import math

from cyberspace.analysis.dissection import drawing
from cyberspace.analysis.dissection.competition import Competition
from cyberspace.analysis.dissection.dissection import Dissection
from cyberspace.analysis.dissection.epistasis import NONE, Epistasis
from cyberspace.analysis.dissection.genes import gene_name
from cyberspace.analysis.dissection.neighbourhood import Neighbourhood
from cyberspace.analysis.dissection.parts import KnockOuts, Part, Whole
from cyberspace.page import Cell, Figure, Page, text_table
from cyberspace.statistics import Estimate
from organisms.genome import Loci
from organisms.words import input_names, unit_names

SHOWN = 24
"""Loci that a dissection tells of in words, those that matter most; the CSV has all."""


def page_of(found: Dissection, loci: Loci) -> Page:
    """The page of a dissection, for genomes of this plan."""
    page = Page(f"Dissection of {name_of(found)}", lead(found))
    page.figures += [necessary_table(found.knock_outs), genome_map(found.knock_outs, loci), locus_map(found.knock_outs, loci)]
    page.figures += [units_table(found.knock_outs), loci_table(found.knock_outs)]
    if found.neighbourhood is not None:
        page.figures += [classes(found.neighbourhood), spread(found.neighbourhood, loci), ways(found.neighbourhood)]
    page.figures += [copier_table(found), learning_table(found)]
    if found.epistasis is not None:
        page.figures.append(pairs_figure(found.epistasis, loci))
    if found.competition is not None:
        page.figures.append(bouts_table(found.competition))
    return page


def pairs_figure(found: Epistasis, loci: Loci) -> Figure:
    """Every pair of knock-outs."""
    names = [" ".join(gene_name(loci, locus)) for locus in range(loci.count)]
    columns = (found.first, found.second, *found.single.tolist(), found.both.tolist(), found.epsilon.tolist())
    rows = [
        (int(one), names[one], int(two), names[two], w1, w2, w12, epsilon)
        for one, two, w1, w2, w12, epsilon in zip(*columns, strict=True)
    ]
    head = ("first", "first_name", "second", "second_name", "w1", "w2", "w12", "epsilon")
    note = f"{pairs_words(found)} On the line both act by themselves."
    return Figure("epistasis", "Two knock-outs at once", head, rows, drawing.pairs, note)


def pairs_words(found: Epistasis) -> str:
    """Epistasis in a sentence."""
    tried = len(found.epsilon)
    many = f"all {tried:,}" if tried == found.of else f"{tried:,} of {found.of:,}, by lot,"
    return (
        f"{many} pairs of the {len(found.loci)} loci that matter: mean epsilon {found.mean.told()}; above 0 in {percent(found.positive)}, "
        f"below in {percent(found.negative)} (beyond {NONE})."
    )


def bouts_table(found: Competition) -> Figure:
    """Every competition."""
    rows: list[tuple[Cell, ...]] = [
        (bout.seed, bout.ticks, bout.began, bout.one, bout.other, _number(bout.ratio), _number(bout.rate))
        for bout in found.bouts
    ]
    head = ("seed", "ticks", "began", "one", "other", "w", "rate")
    return Figure("competition", f"Against {found.other}", head, rows, None, contest(found))


def name_of(found: Dissection) -> str:
    """What the organism is called."""
    born = f"born at tick {found.born:,} at site {found.cradle}" if found.cradle >= 0 else "of unknown birth"
    where = f"site {found.lived_at}, tick {found.tick:,}, " if found.tick >= 0 else ""
    return f"the organism of {found.source} ({where}{born})"


def lead(found: Dissection) -> list[str]:
    """Paragraphs at the head."""
    whole, told = found.knock_outs.whole, []
    told.append(f"{_whole(whole, found)} When it was taken it performed {', '.join(found.performed) or 'nothing'}.")
    for one in found.shown:
        what = f"all {one.different}" if one.every else f"a sample of {one.different:,}"
        team = f" Neighbours of {one.group} are posed the same; alone it hears none of them." if one.group > 1 else ""
        told.append(f"{one.task}: {what} different inputs were shown in {one.lessons:,} lessons.{team}")
    if found.elsewhere:
        told.append(f"Not posed there, and not tried: {', '.join(found.elsewhere)}.")
    told.append(f"Copier: {found.copier.words}. Plasticity: {found.plasticity.words}.")
    around = found.neighbourhood
    if around is not None:
        told.append(neighbourhood_words(around))
    return told


def _whole(whole: Whole, found: Dissection) -> str:
    brain = "as it was when it was taken" if found.learned else "as a newborn"
    death = "" if whole.alive else " It starved before the end."
    return (
        f"Alone in an emptied region, {brain}, with {found.energy:,} of energy and for {whole.lessons:,} lessons, it performs "
        f"{', '.join(whole.performs) or 'nothing'}, earns {sum(whole.earned.values()):,}, bears {whole.children:,} children and puts "
        f"{whole.handed:,} of energy into them, of which {whole.faithful:.0%} are faithful copies (fitness {whole.fitness:,.0f}).{death}"
    )


def neighbourhood_words(around: Neighbourhood) -> str:
    """Shares of the neighbourhood in one sentence."""
    every = f"all {around.of:,}" if around.tried == around.of else f"{around.tried:,} of {around.of:,}"
    shares = ", ".join(f"{percent(one)} {name}" for name, one in around.shares.items())
    if not around.lives:
        return f"One-step mutants ({every}): it leaves no copy of itself there, so that fitness has nothing to stand beside."
    return (
        f"One-step mutants ({every}, as radiation draws them): {shares}; robustness {percent(around.robustness)}; "
        f"evolvability {around.evolvability} other phenotypes."
    )


def percent(one: Estimate) -> str:
    """A share, with its interval where it is a sample's."""
    told = f"{100 * one.mean:.1f} %"
    return told if one.low == one.high else f"{told} [{100 * one.low:.1f}, {100 * one.high:.1f}]"


def contest(one: Competition) -> str:
    """What a competition says, in a sentence."""
    fitness = (
        f"relative fitness w = {one.fitness.told()}" if one.fitness is not None else "no w: a side did not grow in some repeat"
    )
    died = f"; died out: {one.died[0]} and {one.died[1]}" if any(one.died) else ""
    return (
        f"{fitness}; selection rate {one.rate.told(2)} per 1,000 ticks; it grew faster in {one.wins} of {len(one.bouts)}{died}"
    )


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def necessary_table(found: KnockOuts) -> Figure:
    """For each function, how many loci and which units it needs."""
    units = found.necessary_units
    rows = [(one, len(loci), ", ".join(units[one]), " ".join(map(str, loci))) for one, loci in found.necessary.items()]
    note = "Loci whose knock-out loses the function, of those with an allele other than 0; numbers as in the map below."
    return Figure("necessary", "What each function needs", ("function", "loci", "units", "which loci"), rows, None, note)


def _places(found: KnockOuts, loci: Loci) -> list[tuple[Cell, ...]]:
    by_locus = {part.number: part for part in found.parts if part.kind == "locus"}
    body, rows = loci.body, list[tuple[Cell, ...]]()
    for locus in range(loci.count):
        part, name = gene_name(loci, locus)
        one = by_locus.get(locus)
        unit, source = divmod(locus, body.inputs) if locus < body.synapses else (-1, -1)
        lost = ", ".join(one.lost) if one else ""
        fitness = 1.0 if one is None else _number(one.fitness)
        rows.append((locus, part, name, unit, source, one.allele if one else 0, lost, len(one.lost) if one else 0, fitness))
    return rows


def genome_map(found: KnockOuts, loci: Loci) -> Figure:
    """The genome as a grid: units down, inputs across, other genes in a strip."""
    names = unit_names(loci.body), input_names(loci.body)
    head = ("locus", "part", "name", "unit", "input", "allele", "lost", "functions_lost", "fitness")
    note = (
        "Each square is a connection, from the input below to the unit at the left; to the right learning rates. Dark: a function is lost "
        "without it, the darker the more; orange: only fitness; pale: it may go; white: its allele is 0. Below: rule, copier and choice."
    )
    return Figure("genome", "The genome and what it is needed for", head, _places(found, loci), drawing.genome(names), note)


def locus_map(found: KnockOuts, loci: Loci) -> Figure:
    """Necessary sites of each function along the genome."""
    rows = [(function, locus, *gene_name(loci, locus)) for function, sites in found.necessary.items() for locus in sites]
    functions = list(found.necessary)
    note = "A stroke at each locus without which the function is lost; grey lines part units, learning rates, rule and copier."
    edges = [*range(0, loci.body.synapses + 1, loci.body.inputs), loci.rates.stop, loci.rule.stop, loci.copier.stop]
    draw = drawing.strokes(functions, edges, loci.count)
    return Figure("sites", "Necessary sites by function", ("function", "locus", "part", "name"), rows, draw, note)


PART_HEAD = ("number", "part", "name", "allele", "loses", "gains", "earns", "children", "fitness")


def _row(part: Part) -> tuple[Cell, ...]:
    lost, gained = ", ".join(part.lost), ", ".join(part.gained)
    fitness = _number(part.fitness)
    return (part.number, part.part, part.name, part.allele, lost, gained, part.earned, part.children, fitness)


def units_table(found: KnockOuts) -> Figure:
    """Each unit."""
    rows = [_row(part) for part in found.parts if part.kind == "unit"]
    return Figure("units", "Without each unit", PART_HEAD, rows, None, "Fitness relative to the whole organism.")


def loci_table(found: KnockOuts) -> Figure:
    """Loci, those that matter most first."""
    rows = [_row(part) for part in _in_order(found)]
    matter = sum(found.matters(part) for part in found.parts if part.kind == "locus")
    note = f"All {len(rows)} loci with something to lose, of {found.loci}; {matter} of them matter. Fitness relative to the whole organism."
    return Figure("loci", "Without each locus", PART_HEAD, rows, None, note)


def _in_order(found: KnockOuts) -> list[Part]:
    loci = [part for part in found.parts if part.kind == "locus"]
    return sorted(loci, key=lambda part: (-len(part.lost), not found.matters(part), _rank(part), part.number))


def _rank(part: Part) -> float:
    return part.fitness if math.isfinite(part.fitness) else 1.0


def classes(around: Neighbourhood) -> Figure:
    """Shares of lethal, worse, neutral, better."""
    rows = [(name, one.mean, one.low, one.high) for name, one in around.shares.items()]
    rows.append(("same phenotype", around.robustness.mean, around.robustness.low, around.robustness.high))
    return Figure(
        "neighbourhood", "One mutation away", ("class", "share", "low", "high"), rows, drawing.bars, neighbourhood_words(around)
    )


def spread(around: Neighbourhood, loci: Loci) -> Figure:
    """Fitness of the mutants."""
    rows = [
        (int(locus), *gene_name(loci, int(locus)), int(allele), _number(fitness), weight)
        for locus, allele, fitness, weight in zip(
            around.locus, around.allele, around.fitness.tolist(), around.weight.tolist(), strict=True
        )
    ]
    head = ("locus", "part", "name", "allele", "fitness", "chance")
    note = "Relative to the organism; 0 leaves no copy. Weighed by the chance that radiation makes each."
    return Figure("mutants", "Fitness of one-step mutants", head, rows, drawing.histogram, note)


def ways(around: Neighbourhood) -> Figure:
    """Functions gained and lost by a mutation."""
    rows: list[tuple[Cell, ...]] = [("gains", name, one.mean, one.low, one.high) for name, one in around.functions.items()]
    rows += [("loses", name, one.mean, one.low, one.high) for name, one in around.lost.items()]
    return Figure("ways", "Functions one mutation away", ("what", "function", "share of mutants", "low", "high"), rows)


def copier_table(found: Dissection) -> Figure:
    """Children on each ground."""
    copier = found.copier
    rows = [
        (
            one.ground,
            one.exact,
            one.exact_irradiated,
            one.faithful,
            one.altered,
            one.mended,
            ", ".join(f"{k} {n:.2f}" for k, n in one.parts.items()),
        )
        for one in copier.grounds
    ]
    head = ("written over", "exact", "exact after radiation", "faithful", "loci altered", "hits mended", "which")
    note = f"{copier.words}; a, b, m, n = {', '.join(map(str, copier.genes))}; {copier.children} children on each ground."
    return Figure("copier", "How it copies itself", head, rows, None, note)


def learning_table(found: Dissection) -> Figure:
    """Learning on and off."""
    rows = [
        (
            row.weights, "on" if row.learning else "off", ", ".join(row.told.performs), sum(row.told.earned.values()),
            row.told.children, row.told.fitness,
        )
        for row in found.plasticity.rows
    ]  # fmt: skip
    head = ("weights", "learning", "performs", "earns", "children", "fitness")
    note = f"It {found.plasticity.words}; {found.plasticity.changed} weights differed from inborn ones when it was taken."
    return Figure("learning", "Learning on and off", head, rows, None, note)


def lines(found: Dissection, loci: Loci) -> list[str]:
    """The same in lines for a terminal, shortened."""
    parts = found.knock_outs
    told = [name_of(found), *lead(found), ""]
    told += text_table(("function", "loci needed", "units needed"), [row[:3] for row in necessary_table(parts).rows])
    told += ["", "the loci that matter most:"]
    rows = [_row(part) for part in _in_order(parts) if parts.matters(part)]
    told += text_table(PART_HEAD, rows[:SHOWN])
    if len(rows) > SHOWN:
        told.append(f"and {len(rows) - SHOWN} more; --csv has all")
    for figure in (copier_table(found), learning_table(found)):
        told += ["", figure.title.lower() + ":", *text_table(figure.head, figure.rows)]
    if found.epistasis is not None:
        told += ["", f"epistasis: {pairs_words(found.epistasis)}"]
    if found.competition is not None:
        told += ["", f"against {found.competition.other}: {contest(found.competition)}"]
    return told
