"""Tasks of runs at rest: what readers need to know of one, without its code."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from cyberspace.tasks.task import Task


class AboutTask(TypedDict):
    """What a run holds of a task: what it is asked with, what it is called, and what its class says."""

    name: str
    options: str
    title: str
    goals: list[str]
    fill: float | str
    pool: int
    block: int
    judged: int
    words: int
    memory: int
    board: bool
    trial: str
    chance: NotRequired[dict[str, float]]
    unit: NotRequired[str]
    better: NotRequired[str]


class StoredTask(Task):
    """A task as a run tells of it; it can be neither posed nor judged."""


def options_key(options: object) -> str:
    """The options of a task as a text, the same whenever they are the same."""
    return repr(sorted(options.items())) if isinstance(options, dict) else repr(options)


def about_task(name: str, options: object, task: Task, trial: str) -> AboutTask:
    """What a run holds of a task; `trial` is the digest of what it answered when it was tried."""
    more: AboutTask = {"chance": dict(task.chance)} if task.chance else {}  # type: ignore[typeddict-item]
    if task.unit:
        more |= {"unit": task.unit, "better": task.better}
    return {  # type: ignore[misc]
        **more,
        "name": name,
        "options": options_key(options),
        "title": type(task).__name__,
        "goals": list(task.goals),
        "fill": task.fill if isinstance(task.fill, int | str) else float(task.fill),
        "pool": int(task.pool),
        "block": task.block,
        "judged": task.judged,
        "words": task.words,
        "memory": task.memory,
        "board": bool(task.board),
        "trial": trial,
    }


def stored_task(abouts: list[AboutTask], source: str) -> type[StoredTask]:
    """A class that stands for a task's: made with the options that a run was made with, it says the same.

    Args:
        abouts: What is known of the tasks of this name.
        source: Where the run holds the text of its class; empty if it does not.
    """

    def make(self: StoredTask, **options: object) -> None:
        about = next((one for one in abouts if one["options"] == options_key(options)), None)
        if about is None:
            raise ValueError("other options than those that the run was made with")
        for key in ("fill", "pool", "block", "judged", "words", "memory", "board"):
            setattr(self, key, about[key])
        self.goals = tuple(about["goals"])  # type: ignore[misc]
        self.chance, self.unit = about.get("chance", {}), about.get("unit", "")  # type: ignore[misc]
        self.better = about.get("better", "higher")  # type: ignore[misc]

    return type(abouts[0]["title"], (StoredTask,), {"__init__": make, "source": source})
