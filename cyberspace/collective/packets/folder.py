"""Packets as files of a folder: read, told, and asked for advice."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from cyberspace.collective.packets.fingerprint import fingerprint
from cyberspace.collective.packets.inboxes import inbox_of
from cyberspace.collective.packets.packet import MOST, Packet, pack, unpack
from cyberspace.collective.packets.synthesis import advise
from cyberspace.errors import InputError, legible, problem, system_errors
from cyberspace.whole import whole

ENDING = ".packet"
WIDTH, PRIOR = 64.0, 1e3
"""Distance of fingerprints over which outcomes are taken to be alike: that of two places that differ by 1 in one feature is about 64;
and a prior so wide that it says nothing."""


def write(folder: Path, packet: Packet) -> Path:
    """Keep a packet under its name; the file appears whole or not at all.

    Raises:
        InputError: If the packet is no packet, or the folder can't be written.
    """
    data, path = pack(packet), folder / f"{packet.identity.hex()}{ENDING}"
    with system_errors(legible(path), "a place for a packet", "another folder"):
        folder.mkdir(parents=True, exist_ok=True)
        with whole(path) as begun:
            begun.write_bytes(data)
    return path


def read_all(files: Iterable[str]) -> list[tuple[str, Packet]]:
    """Packets of files, all checked.

    Raises:
        InputError: With a line for each file that holds none.
    """
    found: list[tuple[str, Packet]] = []
    wrong: list[str] = []
    for name in files:
        try:
            found.append((name, unpack(_bytes(Path(name)), legible(name))))
        except InputError as error:
            wrong += error.problems
    if wrong:
        raise InputError(*wrong)
    return found


def _bytes(path: Path) -> bytes:
    with system_errors(legible(path), "a packet", "the path of one"), path.open("rb") as file:
        return file.read(MOST + 1)


def said(packet: Packet) -> dict[str, object]:
    """What a packet says, for people."""
    return {
        "name": packet.identity.hex(),
        "task": packet.task.hex(),
        "action": ", ".join(f"{name} {value:+g}" for name, value in packet.action) or "none",
        "effect": f"{packet.effect:+.4g}, standard error {packet.error:.3g}, {packet.n} measurements",
        "cost": f"{packet.cost:,.0f} site-ticks" + (f" on {packet.hardware}" if packet.hardware else ""),
        "author": f"{packet.author.hex()[:16]}, {'signed' if packet.signature else 'NOT SIGNED'}",
        "made": time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(packet.made)),
        "ttl": packet.ttl,
        "parents": ", ".join(one.hex() for one in packet.parents) or "none",
    }


def features_of(given: Sequence[str]) -> dict[str, float]:
    """Features from "name=number".

    Raises:
        InputError: If one is something else.
    """
    found, wrong = {}, []
    for one in given:
        name, equals, number = one.partition("=")
        try:
            found[name] = float(number)
        except ValueError:
            equals = ""
        if not (name and equals and np.isfinite(found[name])):
            wrong.append(problem("feature", legible(one), "a name, = and a finite number", "upkeep=3"))
    if wrong:
        raise InputError(*wrong)
    return found


def advice_of(folder: str, features: Mapping[str, float], task: str | None = None, robust: bool = False) -> dict[str, object]:
    """What the packets of a folder advise at a place.

    Raises:
        InputError: If a file is no packet, or the folder holds none, or those of several tasks.
    """
    files = sorted(str(path) for path in Path(folder).glob(f"*{ENDING}"))
    packets = [packet for _, packet in read_all(files)]
    tasks = sorted({packet.task.hex() for packet in packets})
    if task is None and len(tasks) > 1:
        raise InputError(
            problem(legible(folder), f"packets of {len(tasks)} tasks", "one named by --task", f"--task {tasks[0]}")
        )
    packets = [packet for packet in packets if task is None or packet.task.hex() == task]
    if not packets:
        expected = f"packets (*{ENDING})" + (f" of task {task}" if task else "")
        raise InputError(problem(legible(folder), "none", expected, "the folder of a swarm's packets"))
    names = sorted({name for packet in packets for name, _ in packet.action})
    found = advise(inbox_of(fingerprint(features), packets, names), WIDTH, PRIOR, robust)
    return {
        "packets": len(packets),
        "action": {name: round(float(value), 6) for name, value in zip(names, found.action[0], strict=True)},
        "effect": float(found.effect[0]),
        "error": float(found.error[0]),
        "skill": float(found.skill[0]),
    }
