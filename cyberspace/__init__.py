"""When: world files, energy, tasks, the tick and its backends, records, checkpoints, commands; and Python's door to all of it.

    import cyberspace as cs

    sim = cs.Simulation("world.toml", backend="numba", seed=1).advance(2000)
    sim.state.energy.sum(), sim.births, sim.tasks

Names are imported when they are used, so that `import cyberspace` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from cyberspace.version import __version__ as __version__

if TYPE_CHECKING:
    from cyberspace.api.descent import line_of_descent
    from cyberspace.api.runs import open_run
    from cyberspace.api.simulation import Simulation
    from cyberspace.api.world import World
    from cyberspace.errors import InputError, LawBroken
    from cyberspace.law.kinds import Kind
    from cyberspace.specimens import load_organisms
    from cyberspace.tasks.task import Task
    from organisms.learning.rule import rule

__all__ = [
    "InputError",
    "Kind",
    "LawBroken",
    "Simulation",
    "Task",
    "World",
    "line_of_descent",
    "load_organisms",
    "open_run",
    "rule",
]

_HOMES = {
    "InputError": "cyberspace.errors",
    "Kind": "cyberspace.law.kinds",
    "LawBroken": "cyberspace.errors",
    "Simulation": "cyberspace.api.simulation",
    "Task": "cyberspace.tasks.task",
    "World": "cyberspace.api.world",
    "line_of_descent": "cyberspace.api.descent",
    "load_organisms": "cyberspace.specimens",
    "open_run": "cyberspace.api.runs",
    "rule": "organisms.learning.rule",
}
"""Where each name of `__all__` lives."""


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
