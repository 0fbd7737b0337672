"""A world made in Python: it says what a world file says, with the same checks and the same messages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

from cyberspace.api.naming import files_of
from cyberspace.api.setting import Content, read_setting
from cyberspace.errors import InputError, problem

if TYPE_CHECKING:
    from cyberspace.backends.backend import Backend
    from cyberspace.law.kinds import Kind
    from cyberspace.tasks.task import Task
    from organisms.learning.rule import Rule

Ranges = Mapping[str, int | tuple[int, int]]
"""Places along axes: a number is one place, a pair a half-open range."""

Shore = tuple[str, Ranges]


class SpaceMaker:
    """A space of a world that is being made; `task` adds to it.

    Args:
        content: Its table, which grows.
    """

    def __init__(self, content: Content):
        self._content = content

    def task(
        self,
        name: str | type[Task],
        *,
        where: Ranges | None = None,
        fill: float | None = None,
        pool: int | None = None,
        when: Mapping[str, object] | None = None,
        **options: object,
    ) -> Self:
        """Pose a task.

        Args:
            name: A name as in a world file, or a subclass of `cyberspace.Task`.
            where: Places along near axes; everywhere if left out.
            fill: Energy that flows into its pools per site, goal and tick.
            pool: What a pool holds at most, in lessons of filling.
            when: Keys of a world file's task that say when it is posed: from, until, every, for, after, before.
            **options: Arguments of its constructor.

        Returns:
            The space, so that more tasks can follow.
        """
        tasks = self._content.setdefault("tasks", [])
        assert isinstance(tasks, list)
        table = {"name": name, "where": where, "fill": fill, "pool": pool, "options": options or None}
        tasks.append({**table, **(when or {})})
        return self

    def event(self, **keys: object) -> Self:
        """Let something change: a table `[[spaces.NAME.events]]` of a world file.

        Args:
            **keys: Its keys: at, until, every, for_ (since `for` is a word of Python), set, wave, table, kill, where, task.

        Returns:
            The space, so that more can follow.
        """
        events = self._content.setdefault("events", [])
        assert isinstance(events, list)
        events.append({key.removesuffix("_"): value for key, value in keys.items()})
        return self


class World:
    """A world that is being made; hand it to `cyberspace.Simulation`, or write it into a file.

    Args:
        seed: 0 to 2^32 - 1.
        far_tide: One place of a shore in this many may receive an organism at an opening of a link; 64 if left out.
        machine: File that `cyberspace measure` wrote.
        **more: Other keys of a world file's table `world`.
    """

    def __init__(self, seed: int = 0, *, far_tide: int | None = None, machine: str | None = None, **more: object):
        self._world: Content = {"seed": seed, "far_tide": far_tide, "machine": machine, **more}
        self._spaces: dict[str, Content] = {}
        self._beaches: list[Content] = []
        self._record: Content = {}

    def space(
        self,
        name: str,
        *,
        kind: str | Kind,
        axes: Mapping[str, int | Mapping[str, object]],
        backend: str | type[Backend] | None = None,
        genesis: str | Callable[..., object] | None = None,
        density: float | None = None,
        body: Mapping[str, int] | None = None,
        physics: Mapping[str, float | None] | None = None,
        rule: str | Rule | Sequence[str | Rule] | None = None,
        tide: int | None = None,
        pace: float | None = None,
        ranks: Sequence[int] | None = None,
        plaza: bool | None = None,
        tokens: int | None = None,
        **more: object,
    ) -> SpaceMaker:
        """Add a space; what is left out takes the start value of a world file.

        Args:
            name: Its name.
            kind: "gpu", "cpu", or a kind of one's own.
            axes: Length of each axis, or a table with length, stretch and curled.
            backend: Name of its backend, or its class.
            genesis: "soup", "empty", "ancestor:NAME", or a function that makes a genome.
            density: Share of the sites that genesis inhabits.
            body: units, senses, shift.
            physics: Numbers of its physics, by the keys of a world file.
            rule: Name of its learning rule, or the rule itself; or several, of which a gene chooses.
            tide: One site in this many may receive an organism at an opening.
            pace: Ticks that it lives for each tick of the universe: 1, 0.5, 0.25, ...
            ranks: Rank of each region, in order and over again.
            plaza: Whether people may build and post jobs here.
            tokens: What a plaza's wallet holds at tick 0.
            **more: Other keys of a world file's space.

        Returns:
            The space, to which tasks can be added.

        Raises:
            InputError: If the world has a space of this name.
        """
        if name in self._spaces:
            raise InputError(problem(f"World: spaces.{name}", "a second space of this name", "another name", f"{name}_2"))
        lengths = {axis: {"length": one} if isinstance(one, int) else one for axis, one in axes.items()}
        self._spaces[name] = {
            "kind": kind, "backend": backend, "axes": lengths, "body": body, "physics": physics, "genesis": genesis,
            "density": density, "tide": tide, "pace": pace, "ranks": ranks, "rule": rule, "plaza": plaza, "tokens": tokens, **more,
        }  # fmt: skip
        return SpaceMaker(self._spaces[name])

    def beach(self, one: Shore, other: Shore, *, stretch: int, cost: int | None = None) -> Self:
        """Join two spaces.

        Args:
            one: Name of a space, and the places of its shore.
            other: The same on the other side; both shores have equally many sites.
            stretch: Ticks between two openings, a power of two.
            cost: Multiplier on the energy that crossing costs; the stretch if left out.
        """
        shores = [one[1], other[1]]
        self._beaches.append({"between": [one[0], other[0]], "shores": shores, "stretch": stretch, "cost": cost})
        return self

    def record(
        self,
        *,
        every: int | None = None,
        fields: Sequence[str] | None = None,
        checkpoint_every: int | None = None,
        keep: int | None = None,
    ) -> Self:
        """Say what a run keeps: ticks between samples, the fields in them, ticks between checkpoints, checkpoints kept."""
        told = {"every": every, "fields": fields, "checkpoint_every": checkpoint_every, "keep": keep}
        self._record |= {key: value for key, value in told.items() if value is not None}
        return self

    def content(self) -> Content:
        """The tables of the world file, as a dict; unchecked, with objects where they were given."""
        found: Content = {"world": self._world, "spaces": self._spaces}
        if self._beaches:
            found["beaches"] = self._beaches
        if self._record:
            found["record"] = self._record
        return found

    def text(self) -> str:
        """The world file, as TOML.

        Raises:
            InputError: With a line for everything that is wrong, as the command line tells it.
        """
        return read_setting(self).text

    def write(self, path: str | Path) -> None:
        """Write the world file.

        Raises:
            InputError: As `text`; or if an object of the world is in no file beside it, or the file can't be written.
        """
        path, setting = Path(path), read_setting(self)
        for name, file in files_of(setting.things.values()).items():
            if file.resolve() != (path.parent / name).resolve():
                got, expected = f"{name} in {file.parent}", f"{name} beside {path.name}, where the world file looks for it"
                raise InputError(problem(str(path), got, expected, f"cp {file} {path.parent}"))
        try:
            path.write_text(setting.text, encoding="utf-8")
        except OSError as error:
            raise InputError(
                problem(str(path), f"a file that can't be written ({error})", "a place to write", "another folder")
            ) from None
