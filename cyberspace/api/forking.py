"""Another world for the same state: changes of a world file's numbers, and what must stay as it is."""

from __future__ import annotations

from collections.abc import Mapping

from cyberspace.api.setting import Content, Setting, contents, make_setting, setting_of
from cyberspace.errors import InputError, nearest, problem
from cyberspace.law.world import World


def changed(setting: Setting, seed: int, changes: Mapping[str, object]) -> Setting:
    """A world with another seed or other numbers, for the state of this one.

    Args:
        setting: The world.
        seed: Its seed.
        changes: Values by dotted key ("spaces.soup.physics.sunlight", "spaces.soup.tasks.0.fill"), or nested tables.

    Raises:
        InputError: If a key leads nowhere, a value is wrong, or a state of this world would not fit.
    """
    taken = {name: place for name, place in setting.universe.files.items() if place.content is not None}
    places = {**taken, **setting.places}
    if not changes:
        new = make_setting(setting.text, setting.name, setting.folder, seed, setting.things, places)
    else:
        content = contents(setting)
        for key, value in changes.items():
            put(content, key.split("."), value, key)
        new = setting_of(content, setting.name, setting.folder, seed, setting.things, places)
    pairs = zip(setting.universe.worlds, new.universe.worlds, strict=False)
    problems = [line for before, after in pairs for line in _misfits(before, after)]
    opens = [[(axis.name, axis.stretch) for axis in one.universe.clock.axes] for one in (setting, new)]
    if len(setting.universe.worlds) != len(new.universe.worlds) or opens[0] != opens[1]:
        problems.append(_misfit("fork", "other axes, spaces or beaches"))
    if problems:
        raise InputError(*dict.fromkeys(problems))
    return new


def need_spaces(known: list[str], changes: Mapping[str, object], who: str) -> None:
    """Refuse values for a space that is not there: it would be a new one, which nobody lives in.

    Raises:
        InputError: If there is such a value; `who` is what it calls the one that asks.
    """
    for key, value in changes.items():
        table, _, rest = key.partition(".")
        names = [rest.partition(".")[0]] if rest else list(value) if isinstance(value, Mapping) else []
        unknown = [str(name) for name in names if name not in known] if table == "spaces" else []
        if unknown:
            expected = f"one of {', '.join(known)}"
            raise InputError(problem(f"{who}: {key}", f"no space {unknown[0]}", expected, nearest(unknown[0], known)))


def put(table: Content, path: list[str], value: object, key: str, who: str = "fork") -> None:
    """Put a value at a path into tables; tables are merged, and None takes a key away.

    Raises:
        InputError: If the path leads nowhere; `who` is what it calls the one that asks.
    """
    here: object = table
    for k, name in enumerate(path[:-1]):
        if isinstance(here, list) and name.isdigit() and int(name) < len(here):
            here = here[int(name)]
        elif isinstance(here, dict):
            here = here.setdefault(name, {})
        else:
            known = [str(k) for k in range(len(here))] if isinstance(here, list) else []
            expected = f"one of {', '.join(known)}" if known else "a table there"
            where = ".".join(path[: k + 1])
            raise InputError(
                problem(f"{who}: {key}", f"{where}, which is none", expected, nearest(name, known or ["a shorter key"]))
            )
    last = path[-1]
    if isinstance(here, list) and last.isdigit() and int(last) < len(here):
        here[int(last)] = value
    elif not isinstance(here, dict):
        raise InputError(
            problem(f"{who}: {key}", "a key inside something that is no table", "a key of a table", "a shorter key")
        )
    elif isinstance(value, Mapping) and isinstance(here.get(last), dict):
        for name, inner in value.items():
            put(here[last], [str(name)], inner, f"{key}.{name}", who)
    else:
        here[last] = value


def _misfits(before: World, after: World) -> list[str]:
    """What of a region is not as its state needs it."""
    where = f"fork: spaces.{before.space}"
    ends = [(end.axis, end.partners, end.tide, end.sites.tobytes()) for end in before.ends]
    others = [(end.axis, end.partners, end.tide, end.sites.tobytes()) for end in after.ends]
    parts = {
        "body": before.body == after.body,
        "axes": before.space == after.space and before.lattice == after.lattice,
        "pace": before.pace == after.pace,
        "plaza": before.plaza == after.plaza,
        "tasks (their goals or what they remember)": before.goals == after.goals and before.memory_words == after.memory_words,
        "links": ends == others,
    }
    return [_misfit(f"{where}.{name}", "another one than the state has") for name, same in parts.items() if not same]


def _misfit(where: str, got: str) -> str:
    return problem(where, got, "the one that the state has", "a new Simulation, or a new run")
