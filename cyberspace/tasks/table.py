"""The list of built-in tasks, by the name that a world file uses."""

from cyberspace.tasks.human import Human
from cyberspace.tasks.logic import Logic
from cyberspace.tasks.shift import Shift
from cyberspace.tasks.task import Task

TASKS: dict[str, type[Task]] = {"human": Human, "logic": Logic, "shift": Shift}

BOARD: type[Task] = Human
"""What is posed at the vents of a plaza whose world file names no task for them."""
