"""The statistics of a run: all measures, by name, told from its record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from cyberspace.analysis.measuring import kept
from cyberspace.analysis.measuring.evolving import GENERATIONS, TellActivity, TellModes
from cyberspace.analysis.measuring.feeding import LARGE, tell_trophic
from cyberspace.analysis.measuring.flowing import tell_energy, tell_sweeps
from cyberspace.analysis.measuring.population import TellDiversity, TellLineages, TellSelection
from cyberspace.analysis.measuring.recording import Recording
from cyberspace.analysis.measuring.row import Row, Teller
from cyberspace.errors import InputError, nearest, problem
from cyberspace.record.run_folder import RunFolder

MEASURES = {
    "activity": "evolutionary activity of genotypes, functions and lineages, beyond a neutral shadow",
    "modes": "change, novelty, complexity and ecology of those who persist",
    "diversity": "of genotypes, of what is performed, and of lineages",
    "selection": "selection differential of each function",
    "energy": "income and outgo by source",
    "lineages": "how many, how large, how old; the energy of the largest",
    "sweeps": "sweeps and extinctions so far",
    "trophic": "who lives by whose gifts and messages, in the ticks after the newest checkpoint",
}
"""By name, in the order of the table."""

OF_LIVING = ("activity", "modes", "diversity", "selection", "lineages")
"""Those that go through who lived at each sample."""


@dataclass(frozen=True)
class Statistics:
    """What was measured.

    Attributes:
        rows: The table, in order of measures, spaces and ticks.
        notes: What could not be told, and why.
    """

    rows: tuple[Row, ...]
    notes: tuple[str, ...]


def statistics(folder: RunFolder, names: Sequence[str] = (), generations: int = GENERATIONS) -> Statistics:
    """The statistics of a run; all that is asked for at once is kept beside its record until this grows.

    Args:
        folder: The run.
        names: Of `MEASURES`; all if there are none.
        generations: After which it is looked who persisted, for `modes`.

    Raises:
        InputError: If a name is none, or the record has fewer than two samples or is damaged.
    """
    wanted = chosen(names)
    if generations < 1:
        raise InputError(problem("generations", generations, "1 or more", str(GENERATIONS)))
    recording = Recording(folder)
    made_of = kept.made_of(recording, generations)
    known = kept.read(folder.path, made_of)
    if known is not None:
        return Statistics(tuple(row for row in known[0] if row.measure in wanted), tuple(known[1]))
    rows, notes = _measured(recording, wanted, generations, asked=bool(names))
    if not names:
        kept.write(folder.path, made_of, rows, notes)
    return Statistics(tuple(rows), tuple(notes))


def chosen(names: Sequence[str]) -> list[str]:
    """Measures by name, each once, in order.

    Raises:
        InputError: If one is none.
    """
    strange = [name for name in names if name not in MEASURES]
    if strange:
        raise InputError(
            *(problem("measure", repr(name), f"one of {', '.join(MEASURES)}", nearest(name, MEASURES)) for name in strange)
        )
    return [name for name in MEASURES if name in names or not names]


def _measured(recording: Recording, wanted: list[str], generations: int, asked: bool) -> tuple[list[Row], list[str]]:
    notes = list(_unknown(recording, wanted))
    made: dict[str, Callable[[], Teller]] = {
        "activity": lambda: TellActivity(recording),
        "modes": lambda: TellModes(recording, generations),
        "diversity": lambda: TellDiversity(recording),
        "selection": lambda: TellSelection(recording),
        "lineages": lambda: TellLineages(recording),
    }
    tellers = {name: made[name]() for name in wanted if name in made}
    found: dict[str, list[Row]] = {name: [] for name in wanted}
    for view in recording.views() if tellers else ():
        for name, teller in tellers.items():
            found[name] += teller.take(view)
    wholes: dict[str, Callable[[Recording], Iterator[Row]]] = {"energy": tell_energy, "sweeps": tell_sweeps}
    for name in wanted:
        if name in wholes:
            found[name] += wholes[name](recording)
    if "trophic" in wanted:
        why = _unwatched(recording, asked)
        found["trophic"] += () if why else _trophic(recording, notes)
        notes += [why] if why else []
    if "modes" in wanted and recording.tellable and not found["modes"]:
        notes.append(f"modes: nobody of a sample has come to {generations} generations of heirs yet; fewer with --generations")
    return [row for name in wanted for row in found[name]], notes


def _trophic(recording: Recording, notes: list[str]) -> Iterable[Row]:
    try:
        return list(tell_trophic(recording))
    except InputError as error:
        notes += [f"trophic: {line}" for line in error.problems]
        return ()


def _unwatched(recording: Recording, asked: bool) -> str:
    """Why a run's checkpoint is not lived on; "" if it is."""
    if not recording.folder.lives:
        return "trophic: left out, for it would live code of the world's own, which is not loaded to read a run"
    if recording.folder.universe.sites > LARGE and not asked:
        return f"trophic: left out, for more than {LARGE:,} sites take minutes; --measure trophic tells it"
    return ""


def _unknown(recording: Recording, wanted: list[str]) -> Iterator[str]:
    """What a record lacks for what is wanted."""
    of_living = [name for name in wanted if name in OF_LIVING]
    if not of_living:
        return
    if not recording.tellable:
        yield f"{', '.join(of_living)}: left out, for who lives where was not recorded; name energy and founder in record.fields"
        return
    if not (recording.has("cradle") and recording.has("born")):
        yield "who lives where is inferred from births, since cradle and born were not recorded; name them in record.fields to know it"
    lacking = {
        "performed": {"activity": "functions", "modes": "phenotypes", "diversity": "phenotypes", "selection": "all of it"},
        "founder": {"activity": "lineages", "diversity": "lineages", "lineages": "all but the age of organisms"},
    }
    for name, told in lacking.items():
        parts = [f"{measure} ({what})" for measure, what in told.items() if measure in of_living]
        if parts and not recording.has(name):
            yield f"{name} was not recorded, so not told: {', '.join(parts)}; name it in record.fields"
    if recording.births == 0:
        yield "nobody was ever born in this record: selection, modes and excess activity have nothing to tell"
