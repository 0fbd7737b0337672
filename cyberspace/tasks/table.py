"""The list of built-in tasks, by the name that a world file uses."""

from cyberspace.tasks.bytes import Bytes
from cyberspace.tasks.human import Human
from cyberspace.tasks.logic import Logic
from cyberspace.tasks.recall import Recall
from cyberspace.tasks.refine import Refine
from cyberspace.tasks.relay import Relay
from cyberspace.tasks.shift import Shift
from cyberspace.tasks.stream import Stream
from cyberspace.tasks.task import Task

TASKS: dict[str, type[Task]] = {
    "bytes": Bytes,
    "human": Human,
    "logic": Logic,
    "recall": Recall,
    "refine": Refine,
    "relay": Relay,
    "shift": Shift,
    "stream": Stream,
}

BOARD: type[Task] = Human
"""What is posed at the vents of a plaza whose world file names no task for them."""
