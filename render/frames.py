"""What the viewer asks for and what it gets, whoever answers: a record on disk or a run that is going on.

The viewer sends queries and polls for answers, and never waits: a record answers at the next poll, a run when it gets to it.  Only
the sources behind `Frames` know how a record or a wire is laid out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.story.told import Story
from cyberspace.wire.messages import Account, Json
from cyberspace.wire.protocol import Arrays
from render.about import About, Place
from render.board import Jobs
from render.clade import Clade
from render.heirs import Ended, Heir
from render.links import Everywhere
from render.score import Score
from render.things import Things


@dataclass(frozen=True)
class Query:
    """What the viewer wants to see.

    Attributes:
        space: Name of the space.
        names: Quantities: those of the state, and `distance` from the parent, `learned`, `heard`, `answers`, `blocks`.
        tick: The tick; None for the newest.
        at: The place of each axis of which only one place is wanted, by number of the axis; a source may send more.
    """

    space: str
    names: tuple[str, ...]
    tick: int | None = None
    at: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Frame:
    """A space at one tick.

    Attributes:
        space: Its name.
        tick: The tick.
        arrays: Quantities, each (axes of space..., components...); an axis of which one place was wanted may have length 1.
        missing: Why a quantity that was asked for is not there.
        query: What it answers, where the source tells that.
        strides: Of each axis every how many-th place is known, and stands for those after it; empty where all are.
    """

    space: str
    tick: int
    arrays: Arrays
    missing: dict[str, str] = field(default_factory=dict)
    query: Query | None = None
    strides: tuple[int, ...] = ()

    def seen(self, place: Place) -> Place:
        """The place whose quantities are shown at a place."""
        return tuple(at - at % stride for at, stride in zip(place, self.strides, strict=True)) if self.strides else place

    def value(self, name: str, place: Place) -> NDArray[np.generic]:
        """A quantity at a place, () or (components...); an axis of which the frame holds one place is taken as that."""
        values = self.arrays[name]
        return np.asarray(values[tuple(at if values.shape[axis] > 1 else 0 for axis, at in enumerate(place))])


@dataclass(frozen=True)
class Kin:
    """A relative.

    Attributes:
        cradle: Site of its birth.
        born: Tick of its birth; with `cradle` its identity.
        distance: Loci in which the younger of the two differs; -1 if that is not known.
        place: Where it lives, if it does.
    """

    cradle: int
    born: int
    distance: int = -1
    place: Place | None = None


@dataclass(frozen=True)
class Organism:
    """One organism, for the inspector.

    Attributes:
        space: The space it lives in.
        place: The place where it lives.
        tick: The tick at which this was so.
        fields: Quantities of the state at its site that are one number each, as far as they are known.
        brain: `genome` (loci,), `weights` (units, inputs) and `activity` (units,), as far as they are known.
        parents: Its ancestors, the parent first.
        children: Its children so far, the oldest first.
        note: What is not known and why.
        account: What the coming tick gives to it and takes from it; None where too little is known of it.
        heir: Why it is shown, where its line was asked for.
    """

    space: str
    place: Place
    tick: int
    fields: Mapping[str, int]
    brain: Mapping[str, NDArray[np.int8]] = field(default_factory=dict)
    parents: tuple[Kin, ...] = ()
    children: tuple[Kin, ...] = ()
    note: str = ""
    account: Account | None = None
    heir: Heir | None = None

    @property
    def identity(self) -> tuple[int, int]:
        """(cradle, born)."""
        return self.fields.get("cradle", -1), self.fields.get("born", -1)

    @property
    def lives(self) -> bool:
        """Whether anybody lives there; as far as it is known."""
        return bool(self.fields.get("alive", self.fields.get("energy", 0) != 0))


@dataclass(frozen=True)
class Series:
    """Timelines.

    Attributes:
        space: The space.
        ticks: Ticks of the samples, (samples,).
        values: By name, (samples,) each: `alive`, `heredity`, `held`, `pools`, and the share of each goal as `goal NAME`.
        scores: The scores of its tasks.
    """

    space: str
    ticks: NDArray[np.int64]
    values: dict[str, NDArray[np.float64]]
    scores: tuple[Score, ...] = ()


@dataclass(frozen=True)
class Branch:
    """A node of a lineage tree.

    Attributes:
        cradle: Site of its birth.
        born: Tick of its birth.
        parent: Number of its parent among the nodes; -1 for a root.
        distance: Loci in which it differs from its parent.
        living: How many of the living descend from it, itself included if it lives.
        does: How many of them perform nothing, or each goal as the last of those that they perform; empty where that is not known.
    """

    cradle: int
    born: int
    parent: int
    distance: int
    living: int
    does: tuple[int, ...] = ()


@dataclass(frozen=True)
class Tree:
    """Ancestry of some of the living, parents before children.

    Attributes:
        tick: When they lived.
        nodes: They and their ancestors.
        note: How many of whom are shown.
        colours: A colour for each node: by kinship of genomes, of an ancestor that of most of those who descend from it; may be empty.
    """

    tick: int
    nodes: tuple[Branch, ...]
    note: str = ""
    colours: tuple[str, ...] = ()


@dataclass(frozen=True)
class Told:
    """A line for the user: what an act came to, or why nothing is to be seen; `about` names what only the newest line tells of."""

    text: str
    wrong: bool = False
    about: str = ""


@dataclass(frozen=True)
class Acted:
    """What an act came to.

    Attributes:
        number: Its number, for undoing it; -1 if it was refused.
        space: Where it was done.
        region: Number of the region within the space.
        kind: What was done.
        tick: When it takes effect.
        text: What happened, in words.
        done: Whether it was done.
    """

    number: int
    kind: str
    tick: int
    text: str
    done: bool
    space: str = ""
    region: int = 0


Answer = Frame | Organism | Ended | Series | Tree | Told | Acted | Jobs | Things | Story | Clade | Everywhere


class Frames(Protocol):
    """A source of what is seen."""

    @property
    def about(self) -> About:
        """What is watched, as known now."""

    def ticks(self) -> NDArray[np.int64]:
        """Ticks that can be shown, in order; empty for a source that only has the newest."""

    def ask_frame(self, query: Query) -> None:
        """Ask for a frame; a later question replaces one that was not answered yet."""

    def ask_organism(self, space: str, place: Place, tick: int | None) -> None:
        """Ask for the organism at a place."""

    def ask_series(self, space: str) -> None:
        """Ask for the timelines of a space."""

    def ask_tree(self, space: str, tick: int | None, founder: int | None) -> None:
        """Ask for the ancestry of some of the living (of one lineage, if a founder is named)."""

    def ask_story(self) -> None:
        """Ask for what happened so far; nothing comes where nothing is new since it was told."""

    def ask_clade(self, who: tuple[int, int]) -> None:
        """Ask for all that descend from an organism (cradle, born)."""

    def ask_identity(self, space: str, who: tuple[int, int]) -> None:
        """Ask for an organism by its identity (cradle, born), wherever it lives now."""

    def ask_line(
        self, space: str, who: tuple[int, int] | None, place: Place, tick: int | None, founder: int | None = None
    ) -> None:
        """Ask for an organism, or for who stands for it if it has died: by identity, or the one seen at a place in the frame of a tick.

        `place` is where it was last; `founder` the mark of its lineage, if that is known.
        """

    def ask_everywhere(self, tick: int | None) -> None:
        """Ask how all regions are, and what crosses their links."""

    def ask_jobs(self, space: str) -> None:
        """Ask for the job board of a space."""

    def ask_things(self, space: str, name: str, at: Place | None, tick: int | None) -> None:
        """Ask what people left in a space and who is there; who asks with a name and a place is shown to the others there."""

    def control(self, do: str, ticks: int = 1, rate: int = 0) -> None:
        """ "pause", "resume", "step" so many ticks, or "pace" at so many ticks per second (0: as fast as it goes)."""

    def act(self, kind: str, **keys: Json) -> None:
        """Take part, by the acts of `cyberspace.wire.protocol`."""

    def poll(self) -> list[Answer]:
        """Answers that came since; never waits."""

    def close(self) -> None:
        """Let go of files and sockets."""
