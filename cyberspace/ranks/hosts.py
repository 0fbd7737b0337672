"""The hosts that a job is to run on: read as `mpirun` reads them, spread over, and asked whether they answer."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import socket
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from cyberspace.errors import InputError, problem

AGENTS = ("PRTE_MCA_plm_ssh_agent", "PRTE_MCA_prte_ssh_agent")
"""Where Open MPI is told what reaches other hosts instead of ssh."""

ANSWER_SECONDS = 10.0
NAME = re.compile(r"(\w[\w.-]*@)?\w[\w.:-]*")
EXAMPLE = "a line like `node1 slots=4`"


@dataclass(frozen=True)
class Host:
    """A host, and how many ranks it is to get beside the others.

    Attributes:
        name: Its name or address, with a user if one is needed.
        slots: Its share.
    """

    name: str
    slots: int = 1


def hosts_of(hostfile: str | None, listed: str | None) -> list[Host]:
    """The hosts of a file (`node1 slots=4` a line) or of a list (`node1:4,node2`); none if there is neither.

    Raises:
        InputError: If a line or a part of the list is none, or nothing is in it.
    """
    if hostfile is not None and listed is not None:
        raise InputError(problem("--hostfile", "a file beside --host", "one of them", "leaving out --host"))
    if hostfile is not None:
        return _merged(f"--hostfile {hostfile}", _lines(hostfile))
    return [] if listed is None else _merged("--host", [_part(part) for part in listed.split(",")])


def _merged(where: str, hosts: list[Host]) -> list[Host]:
    """Each host once, in the order in which they came."""
    slots: dict[str, int] = {}
    for host in hosts:
        slots[host.name] = slots.get(host.name, 0) + host.slots
    if not slots:
        raise InputError(problem(where, "no host", EXAMPLE, "naming one"))
    return [Host(name, count) for name, count in slots.items()]


def _lines(hostfile: str) -> list[Host]:
    try:
        lines = Path(hostfile).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        got = f"a file that can't be read ({' '.join(str(error).split())})"
        raise InputError(problem(f"--hostfile {hostfile}", got, "a text with a host a line", "another file")) from None
    return [
        _line(f"--hostfile {hostfile} line {number}", words)
        for number, line in enumerate(lines, 1)
        if (words := re.sub(r"\s*=\s*", "=", line.partition("#")[0]).split())
    ]


def _line(where: str, words: list[str]) -> Host:
    name, *settings = words
    slots = 1
    for setting in settings:
        key, _, value = setting.partition("=")
        if key not in ("slots", "cpus", "count", "max_slots", "max-slots", "port") or not value.isdecimal() or int(value) < 1:
            raise InputError(problem(where, repr(setting), EXAMPLE, "a number of slots from 1 on"))
        slots = int(value) if key in ("slots", "cpus", "count") else slots
    return Host(_checked(where, name), slots)


def _part(part: str) -> Host:
    name, _, slots = part.strip().partition(":")
    if slots and (not slots.isdecimal() or int(slots) < 1):
        raise InputError(problem("--host", repr(part), "hosts like node1:4,node2", "a number of slots from 1 on"))
    return Host(_checked("--host", name), int(slots or 1))


def _checked(where: str, name: str) -> str:
    if not NAME.fullmatch(name):
        raise InputError(problem(where, repr(name), "the name of a host", EXAMPLE))
    return name


def spread(ranks: int, hosts: Sequence[Host]) -> list[str]:
    """The host of each rank: neighbours together, each host as many as its share of all slots asks for.

    Who is nearest to one more gets it; no host gets more than its slots while another one has some left.
    """
    slots = sum(host.slots for host in hosts)
    counts = [ranks * host.slots // slots for host in hosts]
    rest = sorted(range(len(hosts)), key=lambda k: -(ranks * hosts[k].slots % slots))
    for k in rest[: ranks - sum(counts)]:
        counts[k] += 1
    return [host.name for host, count in zip(hosts, counts, strict=True) for _ in range(count)]


def is_here(name: str) -> bool:
    """Whether a name is one of this host's."""
    own = socket.gethostname()
    if name in ("localhost", own, own.partition(".")[0]):
        return True
    for address in _addresses(name):
        with suppress(OSError), closing(socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)) as probe:
            probe.bind((address, 0))  # only one's own can be bound
            return True
    return False


def ways_here(names: Sequence[str]) -> list[str]:
    """Addresses at which the hosts of these names find this one, the likeliest first."""
    found: dict[str, None] = {}
    for address in (address for name in names for address in _addresses(name)):
        with (
            suppress(OSError),
            closing(socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)) as way,
        ):
            way.connect((address, 9))  # sends nothing, but chooses the way
            found[way.getsockname()[0]] = None
    found |= dict.fromkeys(_addresses(socket.gethostname()))
    return [*(address for address in found if not address.startswith("127.")), "127.0.0.1"]


def _addresses(name: str) -> list[str]:
    try:
        return sorted(
            {str(found[4][0]) for found in socket.getaddrinfo(name.rpartition("@")[2], None, type=socket.SOCK_STREAM)}
        )
    except (OSError, UnicodeError):
        return []


def answering(hosts: Sequence[Host]) -> list[Host]:
    """Those hosts that can be reached as the launcher reaches them; this one always."""
    with ThreadPoolExecutor(min(32, len(hosts) or 1)) as many:
        return [host for host, answers in zip(hosts, many.map(_answers, hosts), strict=True) if answers]


def _answers(host: Host) -> bool:
    if is_here(host.name):
        return True
    try:
        done = subprocess.run(
            [*_agent(), host.name, "true"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=ANSWER_SECONDS,
        )  # fmt: skip
        return done.returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def _agent() -> list[str]:
    """What Open MPI would use to reach another host: the first of those named that is there."""
    named = next((os.environ[name] for name in AGENTS if os.environ.get(name)), "ssh")
    choices = [shlex.split(choice) for choice in named.split(":") if choice.strip()]
    agent = next((choice for choice in choices if shutil.which(choice[0])), ["ssh"])
    quick = ["-o", "BatchMode=yes", "-o", f"ConnectTimeout={ANSWER_SECONDS:.0f}"] if Path(agent[0]).name == "ssh" else []
    return [*agent, *quick]
