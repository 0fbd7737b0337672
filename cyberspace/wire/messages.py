"""What stands in the heads of a run's answers, beside `tick` and `pace`, as tables of JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

from cyberspace.wire.universe import BeachTold

Json = Mapping[str, "Json"] | Sequence["Json"] | str | int | float | bool | None
"""Whatever JSON can say."""

Identity = tuple[int, int]
"""(cradle, born); a list of two in JSON."""


class PaceTold(TypedDict):
    """How a run goes; `rate` is what is wanted, 0 for as fast as it goes; `held` says who holds it back and how, if anybody does."""

    paused: bool
    rate: int
    ticks_per_second: float
    held: str


class ClockTold(TypedDict):
    """An axis of the universe's clock: a far axis, a near one or a beach."""

    name: str
    stretch: int
    offset: int


class AxisTold(TypedDict):
    """An axis of a space; `name` is what its people call it, `axis` what the lattice does, `offset` is null if it never opens."""

    name: str
    axis: str
    length: int
    stretch: int
    offset: int | None
    curled: bool
    far: bool


class TaskTold(TypedDict):
    """A task of a space, and how many sites of a region meet it."""

    name: str
    goals: list[str]
    sites: int


class FieldTold(TypedDict):
    """A field; `components` are the lengths of its axes beside those of space."""

    name: str
    dtype: str
    components: dict[str, int]
    unit: str
    meaning: str
    derived: bool


class NumberTold(TypedDict):
    """A number of the physics as a world file has it: its key there, its value (null for never), unit and meaning."""

    key: str
    value: int | float | None
    unit: str
    meaning: str


class SpaceTold(TypedDict):
    """A space; `numbers` is its physics as a world file says it, `physics` as the laws reckon with it.

    `chance` is the share of random brains that performs each goal, where it was measured.
    `loci` gives the first locus of each kind of gene and that after the last, and `count`; `calls` names all near
    axes as the kind does, those that are flat as well; `rules` are those of which a gene chooses, or the only one.
    """

    kind: str
    plaza: bool
    first_site: int
    regions: int
    sites: int
    shape: tuple[int, ...]
    axes: list[AxisTold]
    calls: dict[str, str]
    tide: int
    pace: int
    goals: list[str]
    chance: NotRequired[dict[str, float]]
    tasks: list[TaskTold]
    fields: list[FieldTold]
    physics: dict[str, str | int | float | tuple[int, ...]]
    numbers: list[NumberTold]
    rule: str
    rules: NotRequired[list[str]]
    body: dict[str, int]
    loci: LociTold


class LociTold(TypedDict):
    """Loci of a genome: how many there are, and from where to before where each kind of gene stands."""

    count: int
    synapses: tuple[int, int]
    rates: tuple[int, int]
    rule: tuple[int, int]
    copier: tuple[int, int]


class UniverseTold(TypedDict):
    """A run and its spaces; the answer to `about` has the asker's `role` as well."""

    program: str
    run: str
    seed: int
    identity: str
    sites: int
    spaces: dict[str, SpaceTold]
    clock: list[ClockTold]
    beaches: NotRequired[list[BeachTold]]
    senses: tuple[tuple[str, str], ...]
    actuators: tuple[tuple[str, str], ...]
    blocks: tuple[str, ...]
    limits: dict[str, int]


class AboutAnswer(UniverseTold):
    """The answer to `about`."""

    role: str
    pace: PaceTold


class LegendTold(TypedDict, total=False):
    """What a legend of a field needs: its lowest and highest value; marks of lineages or names of goals, by class."""

    low: float
    high: float
    founders: list[int]
    goals: list[str]


class FrameAnswer(TypedDict, total=False):
    """The answer to `frame`: `same` if there was nothing new, else `info` by field."""

    space: str
    tick: int
    same: bool
    info: dict[str, LegendTold]


class Account(TypedDict):
    """What the coming tick gives to an organism and takes from it, if it stays as active as it is.

    `copy` and `move` are what the axis that opens then charges for each, 0 if none opens; `payoff` is what the last lesson felt like.
    """

    energy: int
    sunlight: int
    soil: int
    upkeep: int
    copy: int
    move: int
    spore_above: int
    cap: int
    payoff: int
    reproduces: bool
    moves: bool


class CopierTold(TypedDict):
    """The copier's genes, the dead band applied, and whether they make exact copies."""

    a: int
    b: int
    m: int
    n: int
    exact: bool


class MeetingTold(TypedDict):
    """Partners at even and at odd openings of an axis; null for nobody."""

    axis: str
    partners: list[int | None]


class SiteTold(TypedDict):
    """All about who lives at a site, or whose matter lies there; `age` is null where nobody lives."""

    alive: bool
    block: int
    energy: int
    payoff: int
    cradle: int
    born: int
    parent: int
    parent_born: int
    generation: int
    founder: int
    site: int
    at: list[int]
    age: int | None
    performs: list[str]
    messages: list[int]
    answers: list[int]
    copier: CopierTold
    account: Account
    meets: list[MeetingTold]


class OrganismTold(SiteTold):
    """With its kin: loci in which it differed from its parent at birth (-1: not known) and its ancestors, the parent first."""

    heredity: int
    ancestors: list[Identity]


class SiteAnswer(TypedDict):
    """The answer to `site`."""

    space: str
    tick: int
    organism: OrganismTold


class MemberTold(TypedDict):
    """Somebody of a lineage: where it lives, who it is and what it has."""

    site: int
    cradle: int
    born: int
    generation: int
    energy: int


class LineageTold(TypedDict):
    """A lineage: how many live, their energy and highest generation, and the richest of them."""

    founder: int
    members: int
    energy: int
    generation: int
    best: MemberTold


class WhereAnswer(TypedDict):
    """The answer to `find` with what = "identity": where it lives now, null if it lives no more."""

    site: int | None
    ancestors: list[Identity]


class JobTold(TypedDict):
    """A job on the board, its numbers as in `cyberspace.tasks.job.JOB`; `kind` by name, `until` as a tick."""

    kind: str
    number: int
    price: int
    table: int
    inputs: int
    shown: int
    expected: int
    asked: int
    until: int
    place: int
    escrow: int


class AnswererTold(TypedDict):
    """Who lives at a vent, what it said at the end of the last lesson, and how often it was right in the job of a number."""

    cradle: int
    born: int
    founder: int
    generation: int
    energy: int
    site: int
    place: int
    job: int
    said: str
    right: int


class SupplierTold(AnswererTold):
    """With its ancestors."""

    ancestors: list[Identity]


class BoardTold(TypedDict):
    """The job board of a plaza; vents that stand and how many of them are inhabited."""

    tick: int
    wallet: int
    jobs: list[JobTold]
    vents: int
    inhabited: int
    answers: list[AnswererTold]
    suppliers: list[AnswererTold]


class JobsAnswer(TypedDict):
    """The answer to `jobs`."""

    tick: int
    wallet: int
    jobs: list[JobTold]
    vents: int
    inhabited: int
    answers: list[AnswererTold]
    suppliers: list[SupplierTold]


class SeriesAnswer(TypedDict):
    """The answer to `series`, beside its arrays; `scores`: name, unit, and whether "higher" or "lower" is better."""

    goals: list[str]
    scores: NotRequired[list[tuple[str, str, str]]]
