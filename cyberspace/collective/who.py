"""Who works: a participant, and the class of the hardware that it works on."""

from __future__ import annotations

import os
import platform
import re
import socket
from dataclasses import dataclass
from functools import cache

from cyberspace.errors import InputError, problem

NAME = re.compile(r"[\w.@:+-]{1,64}")


@dataclass(frozen=True)
class Participant:
    """Who does an experiment.

    Attributes:
        name: Of a person, a worker, or both ("ada.laptop"): 1 to 64 letters, digits and any of `._@:+-`.
        hardware: Class of the machine: those of one class may be compared by wall clock.
        host: Name of the machine.
    """

    name: str
    hardware: str = ""
    host: str = ""

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            expected = "1 to 64 letters, digits and any of . _ @ : + -"
            raise InputError(problem("participant", repr(self.name), expected, "a name such as ada.laptop"))


def here(name: str = "") -> Participant:
    """The participant of this process: a name, or else the account's and the machine's, on the hardware found here."""
    host = re.sub(r"[^\w.-]", "-", socket.gethostname())[:32] or "host"
    account = re.sub(r"[^\w.-]", "-", os.environ.get("USER", "") or "someone")[:24]
    return Participant(name or f"{account}.{host}", hardware_class(), host)


@cache
def hardware_class() -> str:
    """What this process runs on, as far as it decides its speed: architecture, processor, cores that it may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return f"{platform.machine() or 'machine'}/{_processor()}/{cores}"


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as lines:
            model = next((line.partition(":")[2] for line in lines if line.startswith("model name")), "")
    except OSError:
        model = platform.processor()
    return re.sub(r"[^\w.-]+", "-", model.strip()).strip("-")[:48] or "unknown"
